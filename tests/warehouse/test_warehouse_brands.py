from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drawn_tables import ACME, ALONE, World
from staged_batches import quarantined, said, stage

from tidings.errors import ConfigurationError, WarehouseError
from tidings.watch import Brand, Watch
from warehouse.brands import sync
from warehouse.marts import marts, refresh
from warehouse.merge import merge
from warehouse.quarantine import listing, mark_released, show

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection


def test_the_watch_files_of_today_replace_those_of_yesterday(con: Con) -> None:
    sync(con, [ACME], allows_answers=["shop"])
    sync(con, [ALONE])
    assert con.execute("SELECT watch, brand, own FROM core.brand").fetchall() == [
        ("acme", "Acme", True)
    ]
    sources = con.execute("SELECT source, about, allows_answers FROM core.watched_source")
    assert sources.fetchall() == [("forum", None, False)]


def test_an_unknown_time_zone_is_named_with_its_file_and_nothing_changes(con: Con) -> None:
    sync(con, [ACME])
    wrong = Watch(id="moon", brand=Brand(name="Luna", timezone="Moon/Base"))
    with pytest.raises(ConfigurationError, match=r"watch/moon.toml: key 'brand.timezone': 'Moon"):
        sync(con, [ALONE, wrong])
    assert con.execute("SELECT count(*) FROM core.brand").fetchone() == (2,)


def test_refreshing_an_empty_warehouse_makes_empty_marts(con: Con) -> None:
    empty = {mart.name: 0 for mart in marts()}
    assert refresh(con) == empty
    sync(con, [ACME])
    assert refresh(con) | {"source_health": 0} == empty  # of a source without news there is a row


def test_refreshing_again_changes_nothing_and_leaves_nothing_behind(world: World, con: Con) -> None:
    world.say("""
        n | day        | label    | keyword
        6 | 2026-03-01 | positive | price
        5 | 2026-03-05 | negative |
    """)
    sync(con, [ACME])
    first = refresh(con)
    assert (first["brand_reputation_daily"], first["keyword_daily"]) == (10, 5)
    told = [f"FROM marts.{name} ORDER BY ALL" for name in first]
    before = [con.execute(text).fetchall() for text in told]
    assert refresh(con) == first
    assert [con.execute(text).fetchall() for text in told] == before
    temporary = con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary")
    assert temporary.fetchall() == []


def test_quarantined_rows_are_listed_newest_first_and_marked_when_they_go_back(
    con: Con, tmp_path: Path
) -> None:
    from datetime import timedelta

    from staged_batches import NOON

    bad = [
        quarantined("b", n, source=source, quarantined=(NOON + timedelta(n)).replace(tzinfo=None))
        for n, source in enumerate(["forum", "shop", "forum"])
    ]
    merge(con, stage(tmp_path, [said("1")], bad=bad), fence=0)
    listed = listing(con)
    assert [row["external_id"] for row in listed] == ["bad-2", "bad-1", "bad-0"]
    assert listed[0]["quarantined"] == NOON + timedelta(2)
    assert [r["external_id"] for r in listing(con, source="forum", limit=1)] == ["bad-2"]
    found = show(con, bad[1]["quarantine_id"])
    assert (found["raw"], found["released"]) == (bad[1]["raw"], None)
    mark_released(con, bad[1]["quarantine_id"], "batch 2", now=NOON)
    assert [row["external_id"] for row in listing(con)] == ["bad-2", "bad-0"]
    assert len(listing(con, released=True)) == 3
    released = show(con, bad[1]["quarantine_id"])
    assert (released["released"], released["released_batch"]) == (NOON, "batch 2")
    with pytest.raises(WarehouseError, match="no quarantined row 'nope'"):
        mark_released(con, "nope", "batch 2")
    with pytest.raises(WarehouseError, match="no quarantined row 'nope'"):
        show(con, "nope")
