"""The one place where commands and tasks open the warehouse for writing.

What is opened must have all that was ever acknowledged (:mod:`tidings.acknowledged`): a file that
came back older is refused, before anything is written to it.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.acknowledged import Acknowledged
from tidings.errors import ConfigurationError, WarehouseBusy, WarehouseError
from tidings.home import Home
from tidings.times import utcnow

if TYPE_CHECKING:
    import duckdb
    from filelock import FileLock

    from warehouse.acknowledging import Lacking

log = logging.getLogger("tidings")

MEND = (
    "'tidings doctor' says more, 'tidings doctor --mend' refills it from landing. Was an older "
    "file put back by mistake, put the newer one in its place; is it meant, "
    "'tidings publish --accept-older'."
)


MEMORY = "TIDINGS_MEMORY"
"""What DuckDB may hold of the warehouse in memory while it writes, e.g. ``4GB``; default 1GB."""


def memory() -> str:
    """Return what :data:`MEMORY` says; ConfigurationError where it is no size."""
    given = os.environ.get(MEMORY, "").strip() or "1GB"
    if not re.fullmatch(r"[1-9]\d{0,5} ?[MG]i?B", given, re.IGNORECASE):
        raise ConfigurationError(
            f"{MEMORY} is {given!r}, which is no size.", remedy="Write e.g. 512MB, 1GB or 8GB."
        )
    return given


@contextmanager
def opened(
    home: Home, *, accept_older: bool = False, threads: int = 2
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the installation's warehouse for writing; see :func:`warehouse.store.open_warehouse`.

    What is committed and was not acknowledged, as after a kill, is acknowledged now, and again in
    the end. Raises WarehouseError where the warehouse lacks what was acknowledged;
    ``accept_older`` takes it as it is and, where all went well, forgets what it lacks.
    """
    with opened_to_merge(home, accept_older=accept_older, threads=threads) as (con, _told):
        yield con


@contextmanager
def opened_to_merge(
    home: Home, *, accept_older: bool = False, threads: int = 2
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Acknowledged]]:
    """Open it as :func:`opened` does; who merges adds to the lines given, after each commit."""
    from warehouse.acknowledging import unacknowledged
    from warehouse.store import open_warehouse

    _not_being_mended(home)
    if not home.warehouse.exists() and is_told_of(Acknowledged(home.acknowledged)):
        raise WarehouseError(f"The warehouse {home.warehouse} is not there any more.", remedy=MEND)
    with (
        _damage_told(home),
        open_warehouse(home.warehouse, memory_limit=memory(), threads=threads) as con,
    ):
        _not_being_mended(home)  # who began since then may be making a copy without our rows
        told = checked(con, home, accept_older=accept_older)
        told.add(unacknowledged(con, told))
        yield con, told
        if accept_older:
            rebase(con, home, told)
        told.add(unacknowledged(con, told))


@contextmanager
def _damage_told(home: Home) -> Iterator[None]:
    """Say the way out where DuckDB comes upon a block that is wrong or not there any more."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise WarehouseError(
            f"Writing {home.warehouse} takes more memory than {memory()}: {error}",
            remedy=f"Nothing half done stays. Set {MEMORY} to more, e.g. 4GB, and do it again.",
        ) from error
    except duckdb.Error as error:
        if not any(sign in str(error) for sign in ("Corrupt database file", "Could not read")):
            raise
        raise WarehouseError(
            f"The warehouse {home.warehouse} is damaged: {error}", remedy=MEND
        ) from error


def checked(
    con: duckdb.DuckDBPyConnection, home: Home, *, accept_older: bool = False
) -> Acknowledged:
    """Return what was acknowledged, once the open warehouse has all of it; see :func:`opened`."""
    from warehouse.acknowledging import lacking

    told = Acknowledged(home.acknowledged)  # under the writer's lock: nobody else adds lines now
    if told.damaged and not accept_older:
        raise WarehouseError(
            f"{told.damaged} lines of {home.acknowledged} are damaged: it can't tell whether the "
            "warehouse has all that was merged.",
            remedy=MEND,
        )
    lost = lacking(con, told)
    if lost and not accept_older:
        raise WarehouseError(
            f"The warehouse {home.warehouse} came back older: it lacks {lost.told} that it had "
            "committed.",
            remedy=MEND,
        )
    return told


def is_told_of(told: Acknowledged) -> bool:
    """Whether there must be a warehouse: something was acknowledged, though it can't be read."""
    return bool(told.lines or told.damaged)


def rebase(con: duckdb.DuckDBPyConnection, home: Home, told: Acknowledged) -> None:
    """Take out the lines of what the open warehouse lacks for good; see :func:`forget_lost`."""
    from warehouse.acknowledging import lacking

    forget_lost(home, told, lacking(con, told))


def forget_lost(home: Home, told: Acknowledged, lost: Lacking) -> None:
    """Take out the lines of what is lost, and damaged ones.

    The file as it was is kept beside, where anything went.
    """
    if not lost and not told.damaged:
        return
    aside = beside(home.acknowledged, "before")
    aside.touch(mode=0o600)
    aside.write_bytes(home.acknowledged.read_bytes())
    gone = {(line.kind, line.id) for line in (*lost.batches, *lost.changes, *lost.folded)}
    told.rewrite([line for line in told.lines if (line.kind, line.id) not in gone])
    log.warning("acknowledged and forgotten now: %s; see %s", lost.told or "damage", aside)


def beside(path: Path, why: str) -> Path:
    """Return a name beside ``path`` that nobody has yet: ``NAME.WHY-TIME``."""
    stem = f"{path.name}.{why}-{utcnow():%Y%m%dT%H%M%SZ}"
    taken = 0
    while (found := path.with_name(stem + (f".{taken}" if taken else ""))).exists():
        taken += 1
    return found


def mending_lock(home: Home) -> FileLock:
    """Return the lock that who mends or restores the warehouse holds meanwhile."""
    from filelock import FileLock

    return FileLock(home.warehouse.parent / "mending.lock", timeout=0, mode=0o600)


def _not_being_mended(home: Home) -> None:
    from filelock import Timeout

    lock = mending_lock(home)
    if not Path(lock.lock_file).exists():
        return
    try:
        lock.acquire()
    except Timeout as error:
        raise WarehouseBusy(
            f"{home.warehouse} is being mended or restored by another process.",
            remedy="Let it finish, then do this again.",
        ) from error
    lock.release()
