"""The read-only copies that readers open: with what names people, without it, and the ledger."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidings.errors import WarehouseError
from warehouse.looking_back import look_back
from warehouse.migrate import applied, check, migrations
from warehouse.snapshot_file import replace
from warehouse.statements import aware, run
from warehouse.store import Settings, refused

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("tidings")


class Published(msgspec.Struct, frozen=True):
    """When a snapshot was made, of how many merged batches, and when the last was merged (UTC)."""

    published: datetime
    loads: int
    loaded: datetime | None


def publish(
    con: duckdb.DuckDBPyConnection,
    snapshot: Path,
    *,
    now: datetime | None = None,
    private: bool = False,
    whole: bool = False,
) -> None:
    """Publish the warehouse to ``snapshot`` in one step that no reader can see half of.

    What names a person is not in it (``sql/snapshot/wide/``) and its bytes are never written to
    it; with ``private`` it is there. A new file is its owner's alone (mode 0600); who lets others
    read it need do so once: the mode of the file that is replaced is kept, unless ``private``.

    Only what has changed since the last snapshot is written, into a copy of it. ``whole`` copies
    all, as must be done after an erasure: what is taken out of a file leaves its bytes there. So
    does :data:`warehouse.snapshot_file.WHOLE_AFTER`, another schema, or a last snapshot that is not
    of this kind.

    A reader that has the file open keeps what it opened. Raises WarehouseError where the copy can't
    be made; the snapshot that was there stays.
    """
    replace(con, snapshot, "private" if private else "wide", now=now, whole=whole)


def publish_ledger(
    con: duckdb.DuckDBPyConnection,
    ledger: Path,
    *,
    now: datetime | None = None,
    whole: bool = False,
) -> None:
    """Publish where walks go on, what is loaded, and how to ask again for what is known.

    As :func:`publish` does, to a file that :func:`open_snapshot` opens, which has these tables only
    (``sql/snapshot/ledger/``) and always is its owner's alone: it has the sources' identifiers. It
    tells of what is merged and of nothing else, so it may be published whatever checks say. One
    that tells of the last load already stays, unless ``whole``.
    """
    if whole or not _tells_all(con, ledger):
        replace(con, ledger, "ledger", now=now, whole=whole)


def _tells_all(con: duckdb.DuckDBPyConnection, ledger: Path) -> bool:
    """Whether the ledger was made of all that is merged now, by this schema."""
    if not Path(ledger).exists():
        return False
    try:
        with open_snapshot(ledger) as last:
            told = run(last, "sql/snapshot/told").fetchone()
    except WarehouseError as error:
        log.warning("The last ledger can't be read and is written anew: %s", error)
        return False
    return told == run(con, "sql/snapshot/merged").fetchone()


def open_snapshot(
    path: str | Path,
    *,
    memory_limit: str = "1GB",
    as_of: datetime | None = None,
    asked: str = "",
) -> duckdb.DuckDBPyConnection:
    """Open a snapshot, or an idle warehouse, to read: no write, no other file, no network.

    It is the database ``tidings``. With ``as_of`` (aware UTC) the marts that ``asked`` names are
    what was told at that time, the rest stays as it is, and ``today`` has all as it is now.
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
        name = "tidings" if as_of is None else "today"
        con.execute(f"ATTACH ? AS {name} (READ_ONLY)", [str(path)])
        con.execute(f"USE {name}")
        check(applied(con), migrations())
        if as_of is not None:
            look_back(con, as_of, asked)
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        ready = True
    except duckdb.OutOfMemoryException:  # of looking back: nothing is wrong with the file
        raise
    except duckdb.Error as error:
        raise refused(path, error) from error
    finally:
        if not ready:
            con.close()
    return con


def is_snapshot(path: Path) -> bool:
    """Return whether the file at ``path`` is a snapshot, or an idle warehouse."""
    try:
        open_snapshot(path).close()
    except WarehouseError:
        return False
    return True


def open_current(path: str | Path, *, memory_limit: str = "1GB") -> duckdb.DuckDBPyConnection:
    """Open a snapshot, see :func:`open_snapshot`, that has all tables that this code knows.

    Raises WarehouseError, too, where an older Tidings published it.
    """
    con = open_snapshot(path, memory_limit=memory_limit)
    if len(applied(con)) < len(migrations()):
        con.close()
        raise WarehouseError(
            f"The snapshot {path} was published by an older Tidings and lacks tables.",
            remedy="Load and publish once: 'tidings run'.",
        )
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
