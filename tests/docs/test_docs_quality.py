"""The page on the checks: its list is that of the files, its commands and its SQL can be used."""

import re
from pathlib import Path

import duckdb
import pytest
import typer

from tidings.cli.app import app
from tidings.cli.quality_page import rewritten
from warehouse.checks import checks
from warehouse.migrate import migrate

TEXT = (Path(__file__).parents[2] / "docs" / "quality.md").read_text("utf-8")


def test_its_list_is_what_the_files_declare() -> None:
    assert rewritten(TEXT) == TEXT, "python -m tidings.cli.quality_page"
    rows = re.findall(r"^\| `(\w+)` \| .+ \| (fail|warn)\b.* \| .+ \|$", TEXT, re.M)
    assert rows == [(check.name, check.severity) for check in checks()]


@pytest.mark.parametrize("sql", re.findall(r"```sql\n(.*?)```", TEXT, re.S))
def test_its_sql_can_be_asked(sql: str) -> None:
    with duckdb.connect(":memory:") as con:
        migrate(con)
        assert con.execute(sql).fetchall() == []


def test_its_commands_have_the_options_that_it_names() -> None:
    from typer.main import get_command

    command = get_command(app).get_command(typer.Context(get_command(app)), "quality")  # type: ignore[attr-defined]
    known = {option for p in command.params for option in p.opts}
    lines = re.findall(r"tidings quality(.*?)(?:#|`|$)", TEXT, re.M)
    assert len(lines) >= 9
    assert {o for line in lines for o in re.findall(r"--[a-z-]+", line)} <= known
    named = re.findall(r"--check ([a-z_]+)", TEXT)
    assert set(named) <= {check.name for check in checks()}
