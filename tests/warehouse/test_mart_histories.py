"""Marts over random histories: kept up they are as made afresh; each day can be told again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from staged_batches import at, said, stage
from told_histories import WATCHED, History

from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import sync
from warehouse.facts import FACTS, SUMS
from warehouse.marts import marts, refresh
from warehouse.merge import merge
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

HISTORIES = int(os.environ.get("TIDINGS_TEST_HISTORIES", "200"))
"""How many are tried, in tens: ten take a processor a minute."""


def facts(con: Con) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: con.execute(f"FROM core.{table} ORDER BY ALL").fetchall()
        for table in (*FACTS, *SUMS)
    }


def check_afresh(history: History) -> None:
    """Made afresh, all rows are as they were: none is told anew, so known_from is the same, too."""
    kept, told = facts(history.con), history.told()
    assert any(told.values())
    refresh(history.con, full=True, now=history.published[-1][0] + timedelta(hours=1))
    for table, rows in facts(history.con).items():
        assert rows == kept[table], table
    for mart, rows in history.told().items():
        assert rows == told[mart], mart


def check_as_of(history: History) -> None:
    """What was told on each day can be told again, to the last bit, and is what was known then."""
    for moment, told in history.published:
        assert history.told(moment) == told, moment
        exposures = history.con.execute(EXPOSURES_TOLD.format(at=moment)).fetchall()
        assert exposures == history.con.execute(EXPOSURES_KNOWN.format(at=moment)).fetchall()


EXPOSURES_TOLD = """
    SELECT brand, sum(exposures)::BIGINT AS n
    FROM marts.brand_reputation_daily_as_of('{at}')
    GROUP BY brand HAVING n > 0 ORDER BY brand
"""
EXPOSURES_KNOWN = """
    SELECT brand, count(DISTINCT mention_id) AS n
    FROM core.brand_match_as_of('{at}') AS b
    JOIN core.mention_as_of('{at}') AS m USING (mention_id)
    GROUP BY brand ORDER BY brand
"""


@pytest.fixture
def live(new_warehouse: Path, tmp_path: Path) -> Callable[[int, int], History]:
    """Live some days of the history of a seed, in a warehouse of its own; check it at its end."""

    def living(seed: int, days: int) -> History:
        path = tmp_path / f"{seed}.duckdb"
        shutil.copy(new_warehouse, path)
        with open_warehouse(path) as con:
            history = History(con, tmp_path / f"staged {seed}", seed)
            for _ in range(days):
                history.live()
            check_as_of(history)
            check_afresh(history)
        return history

    return living


@pytest.mark.parametrize("seed", range(4))
def test_marts_kept_up_are_as_made_afresh(live: Callable[[int, int], History], seed: int) -> None:
    live(seed, 5)


@pytest.mark.slow
@pytest.mark.parametrize("tens", range(HISTORIES // 10))
def test_marts_kept_up_are_as_made_afresh_in_many_histories(
    live: Callable[[int, int], History], tens: int
) -> None:
    for seed in range(100 + 10 * tens, 110 + 10 * tens):
        live(seed, 3)


@pytest.mark.slow
def test_each_of_sixty_days_is_told_again_as_it_was_published(
    live: Callable[[int, int], History],
) -> None:
    """With edits, late items, deletions and re-scorings among them."""
    history = live(7, 60)
    changes = {
        "edits": "SELECT count(*) FROM core.mention_version WHERE valid_to IS NOT NULL",
        "gone": "SELECT count(*) FROM core.gone",
        "late": "SELECT count(*) FROM core.mention_version "
        "WHERE known_from > published + INTERVAL 4 DAY",
    }
    path = next(history.folder.parent.glob("7.duckdb"))
    with open_warehouse(path) as con:
        for what, sql in changes.items():
            assert (con.execute(sql).fetchone() or (0,))[0] > 0, what
        rescored = con.execute(
            "SELECT count(DISTINCT known_from) FROM core.score "
            "WHERE known_from::TIME = TIME '12:01:00'"
        ).fetchone()
    assert rescored is not None
    assert rescored[0] >= 2


@pytest.mark.slow
def test_a_mart_of_more_rows_than_a_row_group_is_told(con: Con, tmp_path: Path) -> None:
    """DuckDB 2.0.0 gave nothing back of a table made empty and then filled with as many."""
    names = [f"Brand {number}" for number in range(400)]
    watch = Watch(
        id="acme",
        brand=Brand(name=names[0]),
        competitors=tuple(Competitor(name=name) for name in names[1:]),
        sources=(Source(connector="forum"),),
    )
    days = [
        said(str(n), brands=[(names[0], "text")], published=at("2025-03-01", 24 * n))
        for n in (0, 349)
    ]
    merge(con, stage(tmp_path, days), fence=0)
    sync(con, (watch,))
    rows = refresh(con)["brand_reputation_daily"]
    assert rows == 400 * 366  # to the day of collecting
    told = con.execute("SELECT count(brand), sum(exposures) FROM marts.brand_reputation_daily")
    assert told.fetchone() == (rows, 2)


def test_marts_are_not_told_before_what_they_tell_of_was_known(con: Con, tmp_path: Path) -> None:
    """The clock was ahead while loading, and has been set right since."""
    sync(con, WATCHED)
    ahead = at("2026-03-05")
    merge(con, stage(tmp_path, [said("1")]), fence=0, now=ahead)
    refresh(con, now=ahead - timedelta(hours=1))
    told = con.execute("SELECT min(known_from) FROM core.brand_reputation_daily").fetchone()
    assert told == con.execute("SELECT max(finished) FROM core.load").fetchone()


def test_every_mart_tells_its_definition(con: Con) -> None:
    refresh(con)
    told = con.execute(
        "SELECT mart, definition FROM core.definition WHERE known_to IS NULL ORDER BY mart"
    ).fetchall()
    assert told == [(mart.name, mart.definition) for mart in marts()]
    assert told
