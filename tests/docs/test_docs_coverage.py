"""The page on coverage: its commands are commands, its SQL and its Python run."""

import re
from pathlib import Path

import duckdb
import pytest
import typer

from tidings import canary, repair
from tidings.cli.app import app
from warehouse.migrate import migrate

TEXT = (Path(__file__).parents[2] / "docs" / "coverage.md").read_text("utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def test_its_python_runs() -> None:
    [block] = fenced("python")
    exec(compile(block, "coverage.md", "exec"), {})


@pytest.mark.parametrize("sql", fenced("sql"))
def test_its_sql_can_be_asked(sql: str) -> None:
    with duckdb.connect(":memory:") as con:
        migrate(con)
        assert con.execute(sql).fetchall() == []


def test_its_commands_and_their_options_are_there() -> None:
    from typer.main import get_command

    root = get_command(app)
    context = typer.Context(root)
    lines = re.findall(r"^    tidings (\w+)(.*?)(?:#.*)?$", TEXT, re.M)
    assert len(lines) >= 4
    for name, options in lines:
        command = root.get_command(context, name)  # type: ignore[attr-defined]
        assert command is not None, name
        known = {option for p in command.params for option in p.opts}
        assert set(re.findall(r"--[a-z-]+", options)) <= known, name


def test_its_numbers_are_those_of_the_code() -> None:
    assert canary.WALKS == 5
    assert "at least its last five complete walks" in TEXT
    assert repair.FAILURES == 5
    assert "five windows in a row" in TEXT
    assert repair.SMALLEST.total_seconds() == 1
