"""A snapshot's file, replaced by rename so that no reader ever sees half of it."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.errors import WarehouseError
from tidings.times import utcnow
from warehouse.snapshot_rows import Kind, copy_all, copy_changed, masks, stamp
from warehouse.statements import run, statement
from warehouse.transaction import private_files, transaction

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("tidings")

STORAGE = "v1.5.0"
"""The oldest DuckDB that can open a snapshot: drivers of other programs are behind ours."""

WHOLE_AFTER = timedelta(days=7)
"""A snapshot is made from the last one; after this time it is copied whole all the same."""

_HOLDS: dict[Kind, str] = {
    "wide": "A snapshot without what names people",
    "private": "A snapshot with what names people: for few",
    "ledger": "A ledger: where to go on, and how to ask again; for the collectors",
}


def replace(
    con: duckdb.DuckDBPyConnection,
    snapshot: Path,
    kind: Kind,
    *,
    now: datetime | None = None,
    whole: bool = False,
) -> None:
    """Replace the file by what is there now; see :func:`warehouse.snapshot.publish`."""
    import duckdb

    snapshot = Path(snapshot).absolute()
    snapshot.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(snapshot)
    made = snapshot.with_name(f".{snapshot.name}.{os.getpid()}.publishing")
    now = now or utcnow()
    try:
        with private_files():
            if whole or not _changed(con, snapshot, made, now, kind):
                _sweep(snapshot)
                _whole(con, made, now, kind)
        shared = snapshot.exists() and kind == "wide"
        made.chmod(snapshot.stat().st_mode & 0o644 if shared else 0o600)
        to_disk(made)
        made.replace(snapshot)
        to_disk(snapshot.parent)
    except (duckdb.Error, OSError, WarehouseError) as error:
        _sweep(snapshot)  # on a full disk half a copy would be in everybody's way
        raise WarehouseError(
            f"{snapshot} was not published: {error}",
            remedy="Readers keep the last snapshot; mend the cause and publish again.",
        ) from error


def _whole(con: duckdb.DuckDBPyConnection, made: Path, now: datetime, kind: Kind) -> None:
    database = con.execute("SELECT current_database()").fetchone()
    assert database is not None
    con.execute(f"ATTACH ? AS publishing (STORAGE_VERSION '{STORAGE}')", [str(made)])
    try:
        quoted = database[0].replace('"', '""')
        con.execute(f'COPY FROM DATABASE "{quoted}" TO publishing (SCHEMA)')
        about = f"{_begins(kind)} {now:%Y-%m-%d %H:%M:%S} UTC."
        con.execute(f"COMMENT ON TABLE publishing.core.published IS '{about}'")
        with transaction(con):
            copy_all(con, kind)
            stamp(con, now)
        con.execute("CHECKPOINT publishing")
    finally:
        con.execute("DETACH publishing")


def _changed(
    con: duckdb.DuckDBPyConnection, last: Path, made: Path, now: datetime, kind: Kind
) -> bool:
    """Make ``made`` of the last snapshot and of what has changed; False where it must be whole."""
    import duckdb

    if not last.exists():
        return False
    shutil.copyfile(last, made)
    try:
        con.execute("ATTACH ? AS publishing", [str(made)])
    except duckdb.Error as error:
        log.warning("The last snapshot can't be read and is copied whole: %s", error)
        return False
    try:
        if not _can_go_on(con, now, kind):
            return False
        with transaction(con):
            if not copy_changed(con, kind):
                log.warning("What has changed since the last snapshot can't be told; copying all.")
                return False
            stamp(con, now)
        con.execute("CHECKPOINT publishing")
    except duckdb.Error as error:
        log.warning("The last snapshot can't be brought on and is copied whole: %s", error)
        return False
    finally:
        con.execute("DETACH publishing")
    return True


def _can_go_on(con: duckdb.DuckDBPyConnection, now: datetime, kind: Kind) -> bool:
    """Whether the last snapshot is of this kind and schema, not old, and not mostly holes."""
    row = run(con, "sql/snapshot/comment", {"database": "publishing"}).fetchone()
    begins = _begins(kind)
    if row is None or not str(row[0]).startswith(begins):
        return False
    copied = datetime.fromisoformat(
        str(row[0])[len(begins) :].strip(" .").replace(" UTC", "+00:00")
    )
    if not copied <= now < copied + WHOLE_AFTER:
        return False
    same = run(con, "sql/snapshot/same_migrations").fetchone()
    loose = run(con, "sql/snapshot/loose").fetchone()
    return same == (True,) and loose == (False,)


def _begins(kind: Kind) -> str:
    """Say what a snapshot holds; changes with the rules by which things are left out of it."""
    names = sorted(name.partition(".")[2] for name in masks(kind))
    rules = "".join(statement(f"sql/snapshot/{kind}/{name}") for name in names)
    digest = hashlib.blake2b(rules.encode(), digest_size=4).hexdigest()
    return f"{_HOLDS[kind]} (rules {digest}). Copied whole"


def _sweep(snapshot: Path) -> None:
    """Remove what a publisher left that was killed; the one writer is here, so nobody uses it."""
    for left in snapshot.parent.glob(f".{snapshot.name}.*.publishing*"):
        left.unlink(missing_ok=True)


def to_disk(path: Path) -> None:
    """Have a file, or what a folder holds, on the disk when this returns."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
