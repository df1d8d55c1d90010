from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from staged_batches import NOON, at, quarantined, said, stage

from tidings.errors import WarehouseError
from warehouse.merge import merge
from warehouse.snapshot import open_snapshot, publish, published

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

READER = """
import sys, time
from warehouse.snapshot import open_snapshot, published
last, opens = 0, 0
print("ready", flush=True)
held = open_snapshot(sys.argv[1])
while True:
    with open_snapshot(sys.argv[1]) as con:
        for _ in range(3):
            told = published(con)
            rows = con.execute("SELECT count(*) FROM core.mention").fetchone()[0]
            assert rows == told.loads, f"{rows} mentions of {told.loads} batches"
            assert told.loads >= last, f"{told.loads} after {last}"
            last = told.loads
    held.execute("SELECT count(*) FROM core.mention").fetchone()
    opens += 1
    if last >= int(sys.argv[2]):
        break
    time.sleep(0.05)
print(opens, flush=True)
"""


@pytest.mark.parametrize("publishes", [6, pytest.param(50, marks=pytest.mark.slow)])
def test_readers_elsewhere_never_fail_never_go_back_and_never_block(
    con: Con, tmp_path: Path, publishes: int
) -> None:
    snapshot = tmp_path / "snapshot.duckdb"

    def load(number: int) -> None:
        merge(con, stage(tmp_path / "staged", [said(f"{number}")], run=f"r{number}"), fence=0)
        publish(con, snapshot)

    load(1)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(snapshot), str(publishes)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for number in range(2, publishes + 1):
            load(number)
        for reader in readers:
            told, failed = reader.communicate(timeout=60)
            assert reader.returncode == 0, failed
            assert int(told) > 1
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
    assert [f.name for f in tmp_path.glob("*publishing*")] == []


def test_a_reader_in_the_same_process_sees_each_new_snapshot(con: Con, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    held = []
    for number in range(3):
        merge(con, stage(tmp_path, [said(f"{number}")], run=f"r{number}"), fence=0)
        publish(con, snapshot)
        held.append(open_snapshot(snapshot))
    counts = [c.execute("SELECT count(*) FROM core.mention").fetchone() for c in held]
    assert counts == [(1,), (2,), (3,)]
    for reader in held:
        reader.close()


def test_the_copy_is_whole_with_its_comments_views_and_functions(con: Con, tmp_path: Path) -> None:
    merge(con, stage(tmp_path, [said("1"), said("2")], cursor={"n": 1}), fence=0)
    snapshot = tmp_path / "snapshot.duckdb"
    publish(con, snapshot, now=at("2026-03-05"))
    described = (
        "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        "WHERE NOT internal AND database_name = current_database() ORDER BY ALL"
    )
    with open_snapshot(snapshot) as copy:
        assert copy.execute(described).fetchall() == con.execute(described).fetchall()
        tables = con.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        for schema, table in tables:
            if table != "published":
                text = f"FROM {schema}.{table} ORDER BY ALL"
                assert copy.execute(text).fetchall() == con.execute(text).fetchall(), table
        assert copy.execute("SELECT core.wilson_low(1, 2)").fetchone() is not None
        told = published(copy)
    assert told is not None
    assert (told.published, told.loads) == (at("2026-03-05"), 1)
    assert told.loaded is not None
    assert published(con) is None


def test_no_byte_of_what_names_a_person_is_in_the_file(con: Con, tmp_path: Path) -> None:
    handle = "ola.nordmann@social.example"
    row = said("1", author="p" * 16, author_handle=handle)
    raw = json.dumps({"text": "fine", "author_handle": handle, "rating": 6})
    bad = [
        quarantined("b", 1, raw=raw),
        quarantined("b", 2, rules="unreadable", raw=f"<post by {handle}>", reason="no date"),
    ]
    edited = said("1", "edited", author_handle=handle, collected=NOON + timedelta(days=1))
    merge(con, stage(tmp_path / "staged", [row], bad=bad), fence=0)
    merge(con, stage(tmp_path / "staged", [edited], run="r2"), fence=0)
    snapshot = tmp_path / "snapshot.duckdb"
    publish(con, snapshot)
    con.execute("CHECKPOINT")
    assert handle.encode() in (tmp_path / "warehouse.duckdb").read_bytes()
    assert handle.encode() not in snapshot.read_bytes()
    with open_snapshot(snapshot) as copy:
        kept = copy.execute("SELECT raw FROM core.quarantine ORDER BY external_id").fetchall()
        assert json.loads(kept[0][0]) == {"text": "fine", "rating": 6}
        assert kept[1] == (None,)
        handles = copy.execute("SELECT DISTINCT author_handle FROM core.mention_version")
        assert handles.fetchall() == [(None,)]


def test_it_is_the_owners_alone_and_leaves_no_draft(con: Con, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    before = os.umask(0o022)
    try:
        publish(con, folder / "snapshot.duckdb")
        (folder / ".snapshot.duckdb.999.publishing").write_bytes(b"left by a killed publisher")
        publish(con, folder / "snapshot.duckdb")
    finally:
        os.umask(before)
    assert [f.name for f in folder.iterdir()] == ["snapshot.duckdb"]
    assert (folder / "snapshot.duckdb").stat().st_mode & 0o777 == 0o600


def test_a_publish_that_fails_leaves_the_last_snapshot(con: Con, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.duckdb"
    publish(con, snapshot)
    before = snapshot.read_bytes()
    con.execute("CREATE VIEW core.broken AS SELECT * FROM core.fence")
    con.execute("ALTER TABLE core.quarantine RENAME COLUMN rules TO rule")
    with pytest.raises(WarehouseError, match="was not published"):
        publish(con, snapshot)
    assert snapshot.read_bytes() == before
    con.execute("ALTER TABLE core.quarantine RENAME COLUMN rule TO rules")
    publish(con, snapshot)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE core.x (a INTEGER)",
        "INSERT INTO core.fence VALUES (1, 'me', NULL, NULL)",
        "DELETE FROM core.load",
        "DROP TABLE core.load",
        "COPY core.load TO 'out.csv'",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('/etc/hostname')",
        "ATTACH 'other.duckdb'",
        "EXPORT DATABASE 'out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "RESET lock_configuration",
        "DETACH tidings",
    ],
)
def test_a_reader_can_do_nothing_but_read(
    con: Con, tmp_path: Path, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    monkeypatch.chdir(tmp_path)
    publish(con, tmp_path / "snapshot.duckdb")
    before = sorted(tmp_path.iterdir())
    with open_snapshot(tmp_path / "snapshot.duckdb") as reader:
        with pytest.raises(duckdb.Error):
            reader.execute(statement)
        assert reader.execute("SELECT fence FROM core.fence").fetchall() == [(0,)]
    assert sorted(tmp_path.iterdir()) == before


def test_what_cannot_be_read_is_told(con: Con, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"no snapshot .* yet"):
        open_snapshot(tmp_path / "snapshot.duckdb")
    (tmp_path / "snapshot.duckdb").write_bytes(b"nothing")
    with pytest.raises(WarehouseError, match="can't be opened"):
        open_snapshot(tmp_path / "snapshot.duckdb")


def test_a_snapshot_of_a_newer_version_is_refused(con: Con, tmp_path: Path) -> None:
    con.execute("INSERT INTO core.migration VALUES (99, '0099_later', 'x', '2026-03-01')")
    publish(con, tmp_path / "snapshot.duckdb")
    with pytest.raises(WarehouseError, match="newer than this Tidings"):
        open_snapshot(tmp_path / "snapshot.duckdb")
