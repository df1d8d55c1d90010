"""``tidings doctor --mend``: a whole warehouse in place of one that is damaged or came back older.

The new one is made beside the old, and takes its place when it is ready: killed before, nothing has
changed, and mending begins anew. The old file is set aside and never deleted.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidings.acknowledged import Acknowledged
from tidings.cli import erasing, steps, taking_over
from tidings.cli.doctoring.candidates import Candidate, best, candidates, salvageable
from tidings.cli.doctoring.files import journal
from tidings.cli.doctoring.refill import Refilled, refill
from tidings.cli.opening import beside, forget_lost, is_told_of, mending_lock
from tidings.errors import QualityError, WarehouseBusy
from tidings.home import Home

if TYPE_CHECKING:
    import duckdb

    from warehouse.acknowledging import Lacking
    from warehouse.salvage import Salvaged

log = logging.getLogger("tidings")


class Mended(msgspec.Struct, kw_only=True):
    """What mending did; empty ``why`` where nothing was wrong with the warehouse.

    ``base``: what it began with. ``aside``: where the old file is. ``lost``: acknowledged batches
    that could not be brought back, and why. ``salvaged``: rows taken of the old file, by table;
    ``unreadable``: tables of it that nothing gives back. ``changes``: changes of people done again.
    ``published`` is False where checks forbid it: ``refused`` says why.
    """

    why: str = ""
    base: str = ""
    aside: str | None = None
    batches: int = 0
    new: int = 0
    changed: int = 0
    lost: dict[str, str] = {}
    lost_changes: int = 0
    salvaged: dict[str, int] = {}
    unreadable: dict[str, str] = {}
    changes: int = 0
    published: bool = False
    refused: str = ""


def mend(home: Home, *, anyway: bool = False) -> Mended:
    """Mend the warehouse where it is damaged, gone or older than acknowledged; publish all anew.

    ``anyway`` builds it anew though nothing is wrong with it. Raises WarehouseError where it is in
    use, or newer than this program; other errors leave it as it was.
    """
    with alone(home):
        told = Acknowledged(home.acknowledged)
        found = candidates(home, told)
        _journal_aside(home)
        try:
            why = "asked for" if anyway else _why(found, told)
            if not why:
                return Mended()
            log.warning("mending %s: %s", home.warehouse, why)
            base = best(found)
            done = replaced(home, base, why=why, old=salvageable(found, base))
        finally:
            for one in found:
                one.forget()
    shown(home, done)
    return done


def replaced(home: Home, base: Candidate | None, *, why: str, old: Path | None = None) -> Mended:
    """Put a new warehouse in place that begins with ``base`` and has all that landing has.

    What landing can't give is taken of the file ``old``. For who holds :func:`alone`.
    """
    begun = base.what if base else "nothing: all is refilled from landing"
    done = Mended(why=why, base=begun)
    draft = msgspec.structs.replace(home, warehouse=_draft(home))
    _sweep(draft.warehouse)
    try:
        _lay(base, draft.warehouse)
        told = Acknowledged(home.acknowledged)
        lost = _fill(draft, told, old, done)
        done.aside = _put_in_place(home, draft.warehouse)
        forget_lost(home, told, lost)
    finally:
        _sweep(draft.warehouse)
    return done


def shown(home: Home, done: Mended) -> None:
    """Erase anew what a backup brought back, and publish all anew, as far as checks allow it.

    Where nothing was replaced, a warehouse that has less than was published is not published.
    """
    if erasing.outstanding(home):
        erasing.apply_again(home)
    try:
        steps.publish(accept_older=bool(done.why), whole=True)
        done.published = True
    except QualityError as error:
        done.refused = str(error)


def _why(found: list[Candidate], told: Acknowledged) -> str:
    current = found[0]
    if not current.path.exists():
        return "it is not there any more" if is_told_of(told) else ""
    if current.problem:
        return current.problem
    if current.lacking:
        return f"it came back older and lacks {current.lacking}"
    return f"{told.damaged} lines of what was acknowledged are damaged" if told.damaged else ""


def _fill(home: Home, told: Acknowledged, old: Path | None, done: Mended) -> Lacking:
    """Bring the draft to all that landing, the old file and the journal can give.

    Returns what it lacks still.
    """
    from tidings.cli.declared import answering_sources, declared_walks
    from warehouse.acknowledging import lacking
    from warehouse.brands import sync
    from warehouse.marts import refresh
    from warehouse.salvage import mark_released
    from warehouse.store import open_warehouse

    with open_warehouse(home.warehouse) as con:
        known = steps.watches(home)
        sync(con, known, allows_answers=answering_sources(known), walks=declared_walks(known))
        _told(done, refill(con, home, told))
        if old is not None:
            _saved(done, con, old)
        done.changes = taking_over.take_over(con, home, again=True).applied
        mark_released(con)
        refresh(con, full=True)
        lost = lacking(con, told)
    done.lost_changes = len(lost.changes)
    if lost.folded:
        done.lost["older than landing"] = f"{lost.folded_lost} batches, pruned from landing"
    return lost


def _told(done: Mended, refilled: Refilled) -> None:
    done.batches, done.new, done.changed = refilled.batches, refilled.new, refilled.changed
    done.lost = dict(refilled.lost)


def _saved(done: Mended, con: duckdb.DuckDBPyConnection, old: Path) -> None:
    from warehouse.salvage import salvage

    saved: Salvaged = salvage(con, old)
    done.salvaged, done.unreadable = saved.rows, saved.unreadable


def _journal_aside(home: Home) -> None:
    """Set a journal that is damaged aside: a new one is made, and loads go on."""
    if not journal(home).mends:
        return
    aside = beside(home.journal, "damaged")
    for end in ("", "-wal", "-shm"):
        left = home.journal.with_name(f"{home.journal.name}{end}")
        if left.exists():
            left.replace(aside.with_name(f"{aside.name}{end}"))
    log.warning("the journal is damaged; it was set aside as %s", aside)


def _lay(base: Candidate | None, draft: Path) -> None:
    """Copy what the new one begins with, with its write-ahead log."""
    if base is None:
        return
    from warehouse.wholeness import beside as log_beside

    copies = {draft: base.path} | {log_beside(draft, e): log for e, log in base.logs.items()}
    for copy, original in copies.items():
        copy.touch(mode=0o600)
        shutil.copyfile(original, copy)


def _put_in_place(home: Home, draft: Path) -> str | None:
    """Set the old file and its write-ahead logs aside, and put the new one in its place."""
    from warehouse.snapshot_file import to_disk
    from warehouse.wholeness import beside as log_beside
    from warehouse.wholeness import logs

    to_disk(draft)
    left = logs(home.warehouse)
    aside = beside(home.warehouse, "damaged") if left or home.warehouse.exists() else None
    if aside is not None:
        if home.warehouse.exists():
            os.link(home.warehouse, aside)
        for end, log_file in left.items():  # first: they would be replayed into the new file
            log_file.replace(log_beside(aside, end))
    draft.replace(home.warehouse)
    to_disk(home.warehouse.parent)
    return str(aside) if aside else None


def _draft(home: Home) -> Path:
    return home.warehouse.with_name(f".{home.warehouse.name}.mending")


def _sweep(draft: Path) -> None:
    from warehouse.wholeness import logs

    for left in (draft, *logs(draft).values()):
        left.unlink(missing_ok=True)


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Hold off who would open the warehouse meanwhile; WarehouseBusy where another mends."""
    from filelock import Timeout

    home.warehouse.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = mending_lock(home)
    try:
        lock.acquire()
    except Timeout as error:
        raise WarehouseBusy(
            f"{home.warehouse} is being mended or restored by another process.",
            remedy="Let it finish.",
        ) from error
    try:
        yield
    finally:
        lock.release()
