"""A snapshot opened as of an earlier time tells what was told then, whatever name is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drawn_tables import ACME, World
from staged_batches import said

from warehouse.brands import sync
from warehouse.marts import refresh
from warehouse.snapshot import open_snapshot, publish

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

FIRST, SECOND = datetime(2099, 3, 5, 8, tzinfo=UTC), datetime(2099, 3, 6, 8, tzinfo=UTC)
"""After whatever the clock says while loading."""


@pytest.fixture
def snapshot(world: World, tmp_path: Path) -> Path:
    """Three mentions told first, five told later."""
    sync(world.con, [ACME])
    for n, told in ((3, FIRST), (2, SECOND)):
        world.load([said(f"{told:%d} {number}") for number in range(n)])
        refresh(world.con, now=told)
    publish(world.con, tmp_path / "tidings.duckdb")
    return tmp_path / "tidings.duckdb"


COUNTED = "SELECT sum(exposures)::INT FROM {}brand_reputation_daily"


@pytest.mark.parametrize(
    ("name", "then"),
    [
        ("marts.", 3),
        ("MARTS.", 3),
        ("tidings.marts.", 3),
        ('"tidings"."marts".', 3),
        ("today.marts.", 5),
    ],
)
def test_by_every_name_it_is_what_was_told_then(snapshot: Path, name: str, then: int) -> None:
    asked = COUNTED.format(name)
    with open_snapshot(snapshot, as_of=FIRST, asked=asked) as con:
        assert con.execute(asked).fetchall() == [(then,)]
    if not name.startswith("today"):
        with open_snapshot(snapshot) as con:
            assert con.execute(asked).fetchall() == [(5,)]


def test_what_is_no_mart_is_as_it_is_by_both_names(snapshot: Path) -> None:
    asked = (
        "SELECT (SELECT count(*) FROM core.mention), (SELECT count(*) FROM tidings.core.mention)"
    )
    with open_snapshot(snapshot, as_of=FIRST, asked=asked) as con:
        assert con.execute(asked).fetchall() == [(5, 5)]
