"""The page on bridges: its settings are right, its Python runs, its answers are the receiver's."""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from connectors.webhook_signature import check, stated
from tidings.cli import receive
from tidings.cli.app import app
from tidings.connector import configure, connector_class

TEXT = (Path(__file__).parents[2] / "docs" / "bridges.md").read_text("utf-8")
BRIDGES = {"webhook", "imap", "singer", "dlt"}


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def sources() -> list[dict[str, Any]]:
    return [source for block in fenced("toml") for source in tomllib.loads(block)["sources"]]


def test_its_settings_are_right() -> None:
    assert {source["connector"] for source in sources()} == BRIDGES | {"files"}
    for source in sources():
        configure(connector_class(source["connector"]), source["settings"])


def test_what_its_sender_signs_is_taken_for_genuine() -> None:
    namespace: dict[str, Any] = {}
    exec(compile(fenced("python")[0], "bridges.md", "exec"), namespace)
    headers = namespace["signed"](b"{}", "key")
    lowered = {name.lower(): value for name, value in headers.items()}
    assert check(stated("tidings", lowered), "key", b"{}")
    assert lowered["content-type"] in receive.FORMS


def test_its_resource_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dlt", reason="dlt is not installed: pip install tidings[dlt]")
    monkeypatch.setattr(sys, "path", list(sys.path))
    (home / "our_reviews.py").write_text(fenced("python")[1])
    from tidings.testing import client

    def nothing_asked(request: Any) -> Any:
        raise AssertionError("no request is needed")

    [source] = [s for s in sources() if s["connector"] == "dlt"]
    connector = configure(connector_class("dlt"), source["settings"])
    with client(nothing_asked) as http:
        first = list(connector.pages(http, None))
        again = list(connector.pages(http, first[-1].cursor))
    assert [m.external_id for p in first for m in p.mentions] == ["acme-1", "acme-2", "acme-3"]
    assert [m for p in again for m in p.mentions] == []


def test_its_answers_and_limits_are_those_of_the_receiver() -> None:
    code = Path(receive.__file__).read_text("utf-8")
    told = set(re.findall(r"^\| (\d{3}) \|", TEXT, re.M))
    given = set(re.findall(r"\b(202|4\d\d|503)[,)]", code)) - {"400"}  # nobody is there to read it
    assert told == given
    assert f"within {receive.BODY_SECONDS:.0f} seconds" in TEXT
    for form in ("application/json", "application/x-ndjson"):
        assert form in receive.FORMS
        assert form in TEXT


def test_its_command_and_options_are_there() -> None:
    from typer.main import get_command

    root = get_command(app)
    [(name, options)] = re.findall(r"^    tidings (\w+)(.*?)(?:#.*)?$", TEXT, re.M)
    command = root.get_command(typer.Context(root), name)  # type: ignore[attr-defined]
    assert command is not None
    known = {option for p in command.params for option in p.opts}
    assert set(re.findall(r"--[a-z-]+", options)) <= known
