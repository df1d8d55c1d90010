"""The read-only copy that readers open, replaced by rename so that none ever sees half of it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidings.errors import WarehouseError
from tidings.schema import columns
from tidings.times import utcnow
from warehouse.migrate import applied, check, migrations
from warehouse.statements import aware, run
from warehouse.store import Settings, refused
from warehouse.transaction import private_files, transaction

if TYPE_CHECKING:
    import duckdb

_OWN_STATEMENT = {"core.quarantine", "core.published"}


class Published(msgspec.Struct, frozen=True):
    """When a snapshot was made, of how many merged batches, and when the last was merged (UTC)."""

    published: datetime
    loads: int
    loaded: datetime | None


def publish(con: duckdb.DuckDBPyConnection, snapshot: Path, *, now: datetime | None = None) -> None:
    """Copy the warehouse to ``snapshot`` (mode 0600) in one step that no reader can see half of.

    Columns that name a person are NULL in the copy; their bytes are never written to it. A reader
    that has the file open keeps what it opened. Raises WarehouseError where the copy can't be made;
    the snapshot that was there stays.
    """
    import duckdb

    snapshot = Path(snapshot).absolute()
    snapshot.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(snapshot)
    made = snapshot.with_name(f".{snapshot.name}.{os.getpid()}.publishing")
    try:
        with private_files():
            _copy(con, made, now or utcnow())
    except duckdb.Error as error:
        _sweep(snapshot)
        raise WarehouseError(
            f"{snapshot} was not published: {error}",
            remedy="Readers keep the last snapshot; mend the cause and publish again.",
        ) from error
    made.chmod(0o600)
    _to_disk(made)
    made.replace(snapshot)
    _to_disk(snapshot.parent)


def open_snapshot(path: str | Path, *, memory_limit: str = "1GB") -> duckdb.DuckDBPyConnection:
    """Open a snapshot, or an idle warehouse, to read: no write, no other file, no network.

    Every call opens the file that is there now, whatever this process has open already. Raises
    WarehouseError where there is none, where a writer has it open, or where it is newer than this
    code. (DuckDB would give a second ``connect`` in one process the file of the first, replaced or
    not; so the file is attached to a database in memory instead.)
    """
    import duckdb

    path = Path(path).absolute()
    if not path.exists():
        raise WarehouseError(
            f"There is no snapshot {path} yet.", remedy="Load and publish first: 'tidings run'."
        )
    con = duckdb.connect(":memory:", config=_settings(memory_limit))
    ready = False
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("ATTACH ? AS tidings (READ_ONLY)", [str(path)])
        con.execute("USE tidings")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        check(applied(con), migrations())
        ready = True
    except duckdb.Error as error:
        raise refused(path, error) from error
    finally:
        if not ready:
            con.close()
    return con


def published(con: duckdb.DuckDBPyConnection) -> Published | None:
    """Return when the opened snapshot was made; None for the writer's own file."""
    row = run(con, "sql/snapshot/published").fetchone()
    return None if row is None else Published(row[0].replace(tzinfo=UTC), row[1], aware(row[2]))


def _settings(memory_limit: str) -> Settings:
    return {
        "memory_limit": memory_limit,
        "temp_directory": "",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


def _copy(con: duckdb.DuckDBPyConnection, made: Path, now: datetime) -> None:
    database = con.execute("SELECT current_database()").fetchone()
    assert database is not None
    con.execute("ATTACH ? AS publishing", [str(made)])
    try:
        quoted = database[0].replace('"', '""')
        con.execute(f'COPY FROM DATABASE "{quoted}" TO publishing (SCHEMA)')
        with transaction(con):
            _rows(con, now)
        con.execute("CHECKPOINT publishing")
    finally:
        con.execute("DETACH publishing")


def _rows(con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    private = [c.name for c in columns() if c.meta.private]
    without = ", ".join(f"NULL AS {name}" for name in private)
    for schema, table in run(con, "sql/snapshot/tables").fetchall():
        name = f"{schema}.{table}"
        if name in _OWN_STATEMENT:
            continue
        kept = f"* REPLACE ({without})" if private and name == "core.mention_version" else "*"
        con.execute(f"INSERT INTO publishing.{name} SELECT {kept} FROM {name}")  # noqa: S608
    erased = json.dumps(dict.fromkeys(private))
    run(con, "sql/snapshot/add_quarantine", {"private": erased})
    run(con, "sql/snapshot/add_published", {"now": now})


def _sweep(snapshot: Path) -> None:
    """Remove what a publisher left that was killed; the one writer is here, so nobody uses it."""
    for left in snapshot.parent.glob(f".{snapshot.name}.*.publishing*"):
        left.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
