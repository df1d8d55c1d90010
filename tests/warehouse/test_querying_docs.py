"""What docs/querying.md and the example tell to do works as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from drawn_tables import ACME, World

from warehouse.brands import sync
from warehouse.marts import refresh
from warehouse.snapshot import open_snapshot, publish

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/querying.md").read_text("utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


@pytest.fixture
def snapshot(world: World, tmp_path: Path) -> Path:
    world.say("""
        n  | day        | label    | text
        20 | 2026-03-01 | negative | It leaks
        10 | 2026-03-02 | positive | It is mended
    """)
    sync(world.con, [ACME])
    refresh(world.con)
    publish(world.con, tmp_path / "tidings.duckdb")
    return tmp_path / "tidings.duckdb"


def test_every_statement_of_the_page_has_rows(snapshot: Path) -> None:
    statements = fenced("sql")
    assert len(statements) >= 3
    with open_snapshot(snapshot) as con:
        for statement in statements:
            assert con.execute(statement).fetchall(), statement


def test_the_python_of_the_page_runs(snapshot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [block] = fenced("python")
    exec(block, {"snapshot": str(snapshot)})
    assert capsys.readouterr().out == "4 days\n", "two brands, two days"


def test_the_example_runs_from_its_first_cell_to_its_last(snapshot: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "examples/first_look.py")],
        env=os.environ | {"TIDINGS_SNAPSHOT": str(snapshot), "MPLBACKEND": "agg"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "brand_reputation_daily" in ran.stdout
    assert ran.stdout.count("It leaks") == 5
    assert re.search(r"Acme 2026-03-01 +20 +-1\.0", ran.stdout), ran.stdout


def test_every_command_and_option_of_the_page_is_there() -> None:
    import typer
    from typer.main import get_command

    from tidings.cli.app import app
    from tidings.cli.query_saved import saved

    root = get_command(app)
    used = re.findall(r"\./run tidings (\w+)([^\n#]*)", TEXT)
    assert len(used) >= 10
    for name, rest in used:
        command = root.get_command(typer.Context(root), name)  # type: ignore[attr-defined]
        assert command is not None, name
        options = {option for p in command.params for option in p.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, name
        if name == "ask":
            saved(rest.split()[0])


def test_the_diagrams_are_those_of_the_schema() -> None:
    from tidings.cli.diagram import text

    written = (ROOT / "docs/er-diagram.md").read_text("utf-8")
    assert written == text(), "python -m tidings.cli.diagram > docs/er-diagram.md"


def test_a_diagram_has_every_mart_and_joins_only_what_it_shows() -> None:
    from warehouse.diagram import diagrams

    dictionary = (ROOT / "docs/data-dictionary.md").read_text("utf-8")
    drawn = diagrams()
    for mart in re.findall(r"^### `(marts\.\w+)`", dictionary, re.M):
        assert f'["{mart}"]' in drawn["The marts"], mart
    for diagram in drawn.values():
        boxes = set(re.findall(r'^    (\w+)\["', diagram, re.M))
        joined = re.findall(r"^    (\w+) \S+--o\{ (\w+) : \w+$", diagram, re.M)
        assert len(joined) >= 3
        assert {name for pair in joined for name in pair} <= boxes
