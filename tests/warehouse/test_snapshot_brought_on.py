"""A snapshot brought on from the last one holds what a whole copy would."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from staged_batches import NOON, at, coverage, said, stage
from test_warehouse_histories import histories, row

from tidings.watch import Brand, Source, Watch
from warehouse import snapshot_file as module
from warehouse.brands import sync
from warehouse.marts import refresh
from warehouse.merge import merge
from warehouse.snapshot import open_snapshot, publish
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

ACME = Watch(id="acme", brand=Brand(name="Acme"), sources=(Source(connector="forum"),))


def content(path: Path) -> dict[str, list[Any]]:
    """Return the rows of every table but the stamp."""
    with open_snapshot(path) as copy:
        names = copy.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()")
        tables = sorted(name for (name,) in names.fetchall() if name != "core.published")
        return {name: copy.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in tables}


def blocks(path: Path) -> str:
    """Return when the snapshot was last copied whole, as it says itself."""
    with open_snapshot(path) as copy:
        about = "SELECT comment FROM duckdb_tables() WHERE table_name = 'published'"
        [[comment]] = copy.execute(about).fetchall()
        return str(comment)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_of_any_history_it_is_what_a_whole_copy_is(
    new_warehouse: Path, history: tuple[list[Any], list[int]]
) -> None:
    found, order = history
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copy(new_warehouse, folder / "w.duckdb")
        with open_warehouse(folder / "w.duckdb") as con:
            sync(con, [ACME])
            for step, number in enumerate(order):
                lines, watch = found[number]
                rows = [row(line) for line in lines]
                batch = stage(folder / "s", rows, run=f"r{number}", watch=watch)
                merge(con, batch, fence=0)
                refresh(con)
                publish(con, folder / "brought.duckdb")
                if step == 0:
                    whole = blocks(folder / "brought.duckdb")
            assert blocks(folder / "brought.duckdb") == whole, "it was never brought on"
            publish(con, folder / "whole.duckdb", whole=True)
        assert content(folder / "brought.duckdb") == content(folder / "whole.duckdb")


@pytest.mark.parametrize("edited", [False, True])
def test_what_leaves_the_warehouse_leaves_no_byte(con: Con, tmp_path: Path, edited: bool) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    kept = said("1", "kept words", collected=NOON)
    merge(con, stage(tmp_path / "s", [kept, said("2", "words to forget")]), fence=0)
    publish(con, snapshot)
    assert b"words to forget" in snapshot.read_bytes()
    if edited:
        later = said("2", "new words", collected=NOON + timedelta(days=1))
        merge(con, stage(tmp_path / "s", [later], run="r2"), fence=0)
    con.execute("DELETE FROM core.mention_version WHERE text = 'words to forget'")
    publish(con, snapshot)
    assert b"words to forget" not in snapshot.read_bytes()
    assert b"kept words" in snapshot.read_bytes()


def test_it_is_whole_after_a_week_and_where_the_clock_went_back(con: Con, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    told = []
    for day in ("2026-03-01", "2026-03-07", "2026-03-09", "2026-03-08"):
        publish(con, snapshot, now=at(day))
        told.append(blocks(snapshot).rpartition("whole ")[2][:10])
    assert told == ["2026-03-01", "2026-03-01", "2026-03-09", "2026-03-08"]


def test_a_broken_last_one_is_copied_whole(
    con: Con, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    merge(con, stage(tmp_path / "s", [said("1")]), fence=0)
    publish(con, snapshot)
    snapshot.write_bytes(b"nothing" * 1000)
    publish(con, snapshot)
    assert len(content(snapshot)["core.mention_version"]) == 1
    assert "copied whole" in caplog.text


def test_other_rules_of_what_names_a_person_make_it_whole(
    con: Con, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    publish(con, snapshot, now=at("2026-03-01"))
    monkeypatch.setattr(module, "statement", lambda name: f"-- other rules\n{name}")
    publish(con, snapshot, now=at("2026-03-02"))
    assert "2026-03-02" in blocks(snapshot)


def test_it_stays_small_over_many_days(con: Con, tmp_path: Path) -> None:
    """What is taken out leaves holes; the file must not be mostly these."""
    snapshot, whole = tmp_path / "snapshot.duckdb", tmp_path / "whole.duckdb"
    for day in range(12):
        collected = NOON + timedelta(days=day)
        rows = [
            said(f"{n}", f"{day} of {n} " * 40, collected=collected, edited=collected)
            for n in range(200)
        ]
        covered = coverage(NOON, collected)
        merge(con, stage(tmp_path / "s", rows, run=f"r{day}", coverage=covered), fence=0)
        publish(con, snapshot)
    publish(con, whole, whole=True)
    assert snapshot.stat().st_size < 2 * whole.stat().st_size + 2_000_000
