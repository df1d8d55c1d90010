"""Files that an older or newer DuckDB or Tidings wrote: opened with all their rows, or refused."""

import re
import struct
import subprocess
import venv
from pathlib import Path

import duckdb
import pytest
from staged_batches import said, stage

from tidings.errors import WarehouseError
from warehouse.merge import merge
from warehouse.migrate import Migration, migrate, migrations
from warehouse.store import open_warehouse
from warehouse.transaction import transaction
from warehouse.wholeness import counts, damaged

BEFORE = 14
"""Migrations that an older Tidings knew."""

HEADER = 4_096
STORAGE_VERSION = 56
"""Where a header of a database file has its storage version."""

OLDER_DUCKDB = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
con.execute("UPDATE core.load SET label = 'of an older DuckDB'")
con.execute("INSERT INTO core.mention_version SELECT * FROM core.mention_version LIMIT 0")
con.execute("CHECKPOINT")
con.execute("UPDATE core.load SET run = 'in its log'")
print(duckdb.__version__, flush=True)
import os
os._exit(0)  # as killed: the last change is in the write-ahead log
"""


def older_warehouse(tmp_path: Path, storage: str, known: int | None = None) -> Path:
    """Write a warehouse of so many migrations, with rows, in an older storage version."""
    path = tmp_path / f"{storage}.duckdb"
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"ATTACH '{path}' AS older (STORAGE_VERSION '{storage}')")
        con.execute("USE older")
        migrate(con, migrations()[:known])
        if known is None:
            for part in (1, 2):
                rows = [said(f"{part}-{n}") for n in range(50)]
                merge(con, stage(tmp_path / "staged", rows, part=part), fence=0, key=b"k" * 32)
        con.execute("CHECKPOINT older")
        con.execute("USE memory")
        con.execute("DETACH older")
    return path


def storage_of(path: Path) -> str:
    with duckdb.connect(str(path), read_only=True) as con:
        [(tags,)] = con.execute(
            "SELECT tags FROM duckdb_databases() WHERE database_name = current_database()"
        ).fetchall()
    return str(tags["storage_version"])


@pytest.mark.parametrize("storage", ["v1.0.0", "v1.5.0"])
def test_a_file_of_an_older_storage_version_goes_on_with_all_its_rows(
    tmp_path: Path, storage: str
) -> None:
    path = older_warehouse(tmp_path, storage)
    assert not storage_of(path).startswith("v2")
    with open_warehouse(path) as con:
        before = counts(con)
        assert (before["core.load"], before["core.mention_version"]) == (2, 100)
        merge(con, stage(tmp_path / "staged", [said("3-1")], part=3), fence=0, key=b"k" * 32)
        assert damaged(con) == {}
        assert counts(con)["core.mention_version"] == 101


def test_a_file_of_an_older_tidings_in_an_older_storage_version_is_migrated(
    tmp_path: Path,
) -> None:
    path = older_warehouse(tmp_path, "v1.0.0", BEFORE)
    with open_warehouse(path) as con:
        assert len(con.execute("FROM core.migration").fetchall()) == len(migrations())
        merge(con, stage(tmp_path / "staged", [said("1")]), fence=0, key=b"k" * 32)
        assert counts(con)["core.load"] == 1


def newer(path: Path) -> None:
    """Raise the storage version in both headers; DuckDB itself tells which checksums are right."""
    content = bytearray(path.read_bytes())
    for header in (1, 2):
        at = header * HEADER + STORAGE_VERSION
        [version] = struct.unpack_from("<Q", content, at)
        struct.pack_into("<Q", content, at, version + 1)
    for _ in range(3):
        path.write_bytes(content)
        try:
            duckdb.connect(str(path)).close()
        except duckdb.Error as error:
            told = re.search(r"computed checksum (\d+) .* location (\d+)", str(error))
            if told is None:
                return
            struct.pack_into("<Q", content, int(told[2]), int(told[1]))


def test_a_file_of_a_newer_duckdb_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    open_warehouse(path).close()
    newer(path)
    before = path.read_bytes()
    with pytest.raises(WarehouseError, match="written by a newer DuckDB than this one") as raised:
        open_warehouse(path)
    assert "the Tidings that wrote it" in raised.value.remedy
    assert path.read_bytes() == before


def test_going_back_to_an_older_tidings_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as con:
        later = Migration(len(migrations()) + 1, "9999_later", ("CREATE TABLE core.x (a INT)",), "")
        migrate(con, [*migrations(), later])
    with pytest.raises(WarehouseError, match="newer than this Tidings: it has migration 9999"):
        open_warehouse(path)
    with duckdb.connect(str(path)) as con:
        assert con.execute("SELECT count(*) FROM core.x").fetchall() == [(0,)]


def test_a_migration_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = older_warehouse(tmp_path, "v1.5.0")
    bad = Migration(
        len(migrations()) + 1, "9999_bad", ("DELETE FROM core.load", "SELECT error('no')"), ""
    )
    with open_warehouse(path) as con:
        with pytest.raises(WarehouseError, match="9999_bad failed"):
            migrate(con, [*migrations(), bad])
        assert counts(con)["core.load"] == 2


@pytest.mark.slow
def test_a_file_that_an_older_duckdb_has_written_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    installed = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "duckdb==1.5.*"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if installed.returncode:
        pytest.skip(f"pip can't install duckdb 1.5: {installed.stderr.strip()[-200:]}")
    path = older_warehouse(tmp_path, "v1.5.0")
    written = subprocess.run(
        [python, "-c", OLDER_DUCKDB, str(path)], capture_output=True, text=True, check=True
    )
    assert written.stdout.startswith("1.5.")
    assert path.with_name(f"{path.name}.wal").exists()
    with open_warehouse(path) as con, transaction(con):
        told = con.execute("SELECT DISTINCT label, run FROM core.load").fetchall()
        assert told == [("of an older DuckDB", "in its log")]
        assert counts(con)["core.mention_version"] == 100
        assert damaged(con) == {}
