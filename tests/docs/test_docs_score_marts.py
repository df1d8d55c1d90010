"""The page on the score marts: its SQL runs, its file of weights is one, its commands are there."""

import re
from pathlib import Path

import duckdb
import pytest
import typer

from tidings.cli.app import app
from warehouse.migrate import migrate
from warehouse.weights import PARTS, read

TEXT = (Path(__file__).parents[2] / "docs" / "marts" / "score.md").read_text("utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect(":memory:")
    migrate(made)
    return made


@pytest.mark.parametrize("sql", fenced("sql"))
def test_its_sql_can_be_asked(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert con.execute(sql).fetchall() == []


def test_its_file_of_weights_is_one(tmp_path: Path) -> None:
    [text] = fenced("toml")
    (tmp_path / "weights.toml").write_text(text, "utf-8")
    found = read(tmp_path / "weights.toml")
    assert {weight.brand for weight in found} == {None, "Acme"}
    assert len(found) == 2 * len(PARTS)


def test_its_commands_and_their_options_are_there() -> None:
    from typer.main import get_command

    context = typer.Context(get_command(app))
    score = get_command(app).get_command(context, "score")  # type: ignore[attr-defined]
    lines = re.findall(r"^    tidings score ([\w-]+)(.*?)(?:#.*)?$", TEXT, re.M)
    assert {name for name, _ in lines} == {"why", "weights", "replay", "set-weights"}
    for name, options in lines:
        known = {o for p in score.get_command(context, name).params for o in p.opts}
        assert set(re.findall(r"--[a-z-]+", options)) <= known, name


def test_its_numbers_are_those_of_the_code() -> None:
    sql = Path(__file__).parents[2] / "warehouse" / "marts"
    assert "log_likelihood >= 10.83" in (sql / "keyword_company.sql").read_text("utf-8")
    trend = (sql / "keyword_daily.sql").read_text("utf-8")
    assert "FILTER (p.day - d.day < 7) AS mentions_7" in trend
    assert "p.day >= f.day + 34" in trend
