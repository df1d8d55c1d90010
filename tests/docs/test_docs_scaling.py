"""What the pages of scaling and observability name is there: metrics, fields, commands."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import duckdb
import pytest
import typer

from tidings.cli.opening import MEMORY

ROOT = Path(__file__).parents[2]
SCALING = (ROOT / "docs/scaling.md").read_text("utf-8")
OBSERVABILITY = (ROOT / "docs/observability.md").read_text("utf-8")


def test_every_metric_is_documented() -> None:
    from tidings.cli import metrics

    text = (ROOT / "tidings/cli/metrics.py").read_text("utf-8")
    told = set(re.findall(r"\{place\}\.(\w+)\"", text)) | set(metrics.MERGED) | {"open"}
    table = OBSERVABILITY.partition("## Metrics")[2].partition("## Lineage")[0]
    documented = {name.rpartition(".")[2] for name in re.findall(r"`([\w.]*\.\w+)`", table)}
    assert told <= documented


def test_the_line_of_the_example_has_the_fields_of_the_table() -> None:
    from tidings.logs import FIELDS

    [example] = re.findall(r"```json\n(.*?)\n```", OBSERVABILITY, re.S)
    table = OBSERVABILITY.partition("## Logs")[2].partition("## Metrics")[0]
    documented = [n for row in re.findall(r"^\| (`.*?) \|", table, re.M) for n in row.split(", ")]
    names = [name.strip("`") for name in documented]
    assert set(FIELDS) <= set(names)
    assert set(json.loads(example)) <= set(names)


def test_variables_and_extras_are_those_there_are() -> None:
    home = (ROOT / "tidings/home.py").read_text("utf-8")
    known = set(re.findall(r"TIDINGS_[A-Z_]+", home)) | {
        "TIDINGS_LOG",
        MEMORY,
        "TIDINGS_STORE_CONNECTION",
        "TIDINGS_SECRET_PSEUDONYM_KEY",
    }
    assert set(re.findall(r"TIDINGS_[A-Z_]+", SCALING + OBSERVABILITY)) <= known
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = re.findall(r"tidings\[([a-z0-9,]+)\]", SCALING + OBSERVABILITY)
    assert {extra for some in asked for extra in some.split(",")} <= set(
        project["optional-dependencies"]
    )


def test_the_commands_of_the_lake_are_those_there_are() -> None:
    from tidings.cli.app import app

    group = typer.main.get_command(app).get_command(None, "sentiment").get_command(None, "lake")  # type: ignore[attr-defined,arg-type]
    assert set(re.findall(r"tidings sentiment lake ([a-z-]+)", SCALING)) == set(group.commands)


def test_shards_are_read_together(tmp_path: Path) -> None:
    [example] = re.findall(r"```sql\n(.*?)```", SCALING, re.S)
    for shard in ("a", "b"):
        (tmp_path / shard).mkdir()
        with duckdb.connect(str(tmp_path / shard / "tidings.duckdb")) as con:
            con.execute("CREATE SCHEMA marts")
            con.execute(f"CREATE TABLE marts.brand_reputation_daily AS SELECT '{shard}' AS brand")
    with duckdb.connect() as con:
        for statement in example.replace("/data/", f"{tmp_path}/").split(";\n"):
            if statement.strip():
                rows = con.execute(statement).fetchall()
    assert sorted(rows) == [("a",), ("b",)]


@pytest.mark.parametrize("extra", ["s3", "celery", "spark", "statsd", "lineage"])
def test_an_extra_is_in_the_lock_of_the_tests(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (ROOT / "requirements/scale.lock").read_text("utf-8")
    for wanted in project["optional-dependencies"][extra]:
        name = re.match(r"[A-Za-z0-9-]+", wanted)
        assert name is not None
        assert re.search(rf"^{name[0].lower()}(\[[a-z,]+\])?==", lock, re.M), wanted
