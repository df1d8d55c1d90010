from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from staged_batches import NOON, at, coverage, said, stage

from tidings.batch import WalkState
from tidings.errors import WarehouseError
from warehouse.cursors import loaded_batches, walk_states
from warehouse.merge import merge
from warehouse.snapshot import publish_ledger

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection


def land(con: Con, folder: Path, cursor: dict[str, Any] | None, **fields: Any) -> None:
    merge(con, stage(folder, [said("1")], cursor=cursor, **fields), fence=0)


def cursor(con: Con) -> Any:
    row = con.execute("SELECT cursor->>'n' FROM core.cursor").fetchone()
    return row and int(row[0])


def test_a_batch_without_a_cursor_leaves_it_where_it_is(con: Con, tmp_path: Path) -> None:
    land(con, tmp_path, {"n": 1})
    land(con, tmp_path, None, part=2)
    assert cursor(con) == 1


def test_the_cursor_waits_for_a_part_that_is_missing(con: Con, tmp_path: Path) -> None:
    land(con, tmp_path, {"n": 1}, part=1)
    land(con, tmp_path, {"n": 3}, part=3)
    assert cursor(con) == 1
    land(con, tmp_path, {"n": 4}, part=4)
    assert cursor(con) == 1
    land(con, tmp_path, {"n": 2}, part=2)
    assert cursor(con) == 4


def test_without_its_first_part_an_attempt_moves_nothing(con: Con, tmp_path: Path) -> None:
    land(con, tmp_path, {"n": 2}, part=2)
    assert cursor(con) is None


def test_an_older_attempt_never_moves_it_back(con: Con, tmp_path: Path) -> None:
    land(con, tmp_path, {"n": 5}, attempt=2, collected=NOON)
    land(con, tmp_path, {"n": 9}, attempt=1, collected=NOON + timedelta(hours=1))
    assert cursor(con) == 5


def test_an_older_run_never_moves_it_back(con: Con, tmp_path: Path) -> None:
    land(con, tmp_path, {"n": 5}, run="today", collected=NOON)
    land(con, tmp_path, {"n": 3}, run="yesterday", collected=NOON - timedelta(days=1))
    assert cursor(con) == 5
    land(con, tmp_path, {"n": 6}, run="tomorrow", collected=NOON + timedelta(days=1))
    assert cursor(con) == 6


def test_an_attempt_that_read_nothing_does_not_undo_what_the_one_before_it_did(
    con: Con, tmp_path: Path
) -> None:
    """It only carries on the cursor it began with; else a throttled source would never get on."""
    land(con, tmp_path, {"n": 1}, run="before", collected=NOON - timedelta(days=1))
    land(con, tmp_path, {"n": 5}, attempt=1)
    nothing = coverage(at("2026-03-01"), at("2026-03-01"), pages=0, items=0, end_reached=False)
    land(con, tmp_path, {"n": 1}, attempt=2, coverage=nothing)
    assert cursor(con) == 5


def test_states_come_from_the_ledger_as_they_were_written(con: Con, tmp_path: Path) -> None:
    deep = {"seen": ["a", {"b": None}], "at": 12345678901234, "half": 0.5, "word": "blå"}
    until = at("2026-03-02", 6)
    land(con, tmp_path, deep, coverage=coverage(at("2026-03-01"), until))
    no_cursor = {"walk_id": "files:2", "coverage": coverage(at("2026-03-01"), at("2026-03-01", 9))}
    land(con, tmp_path, None, **no_cursor)
    ledger = tmp_path / "ledger.duckdb"
    assert walk_states(ledger) == {}
    assert loaded_batches(ledger) == set()
    publish_ledger(con, ledger)
    assert walk_states(ledger) == {
        "forum:1": WalkState(cursor=deep, covered_to=until, with_items=1),
        "files:2": WalkState(cursor=None, covered_to=at("2026-03-01", 9), with_items=1),
    }
    assert loaded_batches(ledger) == {"forum:1/r1.1/batch-0001", "files:2/r1.1/batch-0001"}
    with pytest.raises(WarehouseError, match="already open in this process"):
        walk_states(tmp_path / "warehouse.duckdb")
    con.close()
    assert set(walk_states(tmp_path / "warehouse.duckdb")) == {"forum:1", "files:2"}


def test_what_lies_behind_a_missing_part_is_not_covered(con: Con, tmp_path: Path) -> None:
    land(con, tmp_path, {"n": 2}, part=2, coverage=coverage(at("2026-03-01"), at("2026-03-02")))
    covered = "SELECT count(*) FROM core.complete_coverage"
    assert con.execute(covered).fetchone() == (0,)
    land(con, tmp_path, {"n": 1}, part=1)
    assert con.execute(covered).fetchone() == (1,)
    found = con.execute("SELECT covered_to FROM core.cursor").fetchone()
    assert found == (at("2026-03-02").replace(tzinfo=None),)
