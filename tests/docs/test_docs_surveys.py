"""The page on surveys: its commands import what they say, its settings are right, its SQL runs."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from connectors.survey_forms import FORMS
from tidings.cli import main
from tidings.connector import configure, connector_class

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "surveys.md").read_text("utf-8")
EXPORTS = ROOT / "tests" / "connectors" / "fixtures" / "surveys"
PLAIN = "Key,When,Stars\n1,2026-03-01T10:00:00Z,5\n2,2026-03-01T11:00:00Z,3\n"


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def run(monkeypatch: pytest.MonkeyPatch, *args: str) -> None:
    monkeypatch.setattr("sys.argv", ["tidings", *args])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0, args


@pytest.fixture
def installation(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with the exports that the page names, in the folder that is worked in."""
    (home / "watch/acme.toml").write_text('[brand]\nname = "Acme"\n', "utf-8")
    for export in EXPORTS.iterdir():
        shutil.copy(export, home)
    (home / "answers.csv").write_text(PLAIN, "utf-8")
    monkeypatch.chdir(home)
    return home


def test_its_commands_import_and_its_queries_run(
    installation: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = [line for block in fenced("console") for line in block.splitlines()]
    assert len(commands) == 6
    for command in commands:
        program, *args = shlex.split(command)
        assert program == "tidings"
        run(monkeypatch, *args)
    capsys.readouterr()
    found: list[Any] = []
    for query in fenced("sql"):
        run(monkeypatch, "query", "--json", query)
        found.append(capsys.readouterr().out)
    assert len(found) == 3
    run(monkeypatch, "query", "--json", "SELECT DISTINCT survey, measure FROM core.survey_answer")
    told = capsys.readouterr().out
    for survey in ("zendesk", "After delivery", "Spring", "Onboarding", "Yearly"):
        assert f'"{survey}"' in told, survey


def test_its_settings_are_right() -> None:
    sources = [source for block in fenced("toml") for source in tomllib.loads(block)["sources"]]
    assert sources
    for source in sources:
        configure(connector_class(source["connector"]), source["settings"])


def test_it_says_of_every_form_what_it_was_taken_from() -> None:
    table = TEXT.partition("## What the forms were taken from")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == set(FORMS)
