"""Carrying an erasure out: through every layer, so that no byte is left and nothing brings it back.

Tombstones are on the disk first, then everything is searched, the warehouse last of what can name
the erased; what was made of it is made again of what is left. Done again after a kill, it goes on.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidings.cli import erasing_files, erasure_receipt, erasure_request, steps
from tidings.cli.erasing_inbox import inboxes
from tidings.cli.erasure_rebuilding import put_in_place, remade
from tidings.cli.erasure_receipt import Receipt
from tidings.cli.erasure_request import Request
from tidings.cli.opening import mending_lock, opened
from tidings.errors import WarehouseError
from tidings.home import Home
from tidings.landing import Landing
from tidings.needles import Needles
from tidings.privacy import key_of
from tidings.tombstones import SHORTEST_MARK, SPEAKER, Kind, Tombstone, Tombstones, append, read

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("tidings")


def carry_out(home: Home, request: Request, *, locked: bool = False) -> Receipt:
    """Erase what is asked for, or go on with it; return the receipt. See ``docs/privacy.md``.

    Raises WarehouseError where somebody else writes; nothing is lost then, and it can be resumed.
    Raises ConfigurationError where another erasure has not ended.
    ``locked``: the caller holds the lock of who mends the warehouse.
    """
    erasure_request.begin(home, request)
    key = key_of(home)
    stones = Tombstones(key)
    append(home.tombstones, erasure_request.tombstones(request, stones, key))
    with nullcontext() if locked else alone(home):
        request = _everywhere(home, request, stones)
        counts, left_out = _backups(home, stones, request)
        request = _counted(home, request, counts)
        receipt = erasure_receipt.write(home, request, left_out)
    home.erasing.unlink()
    return receipt


def apply_again(home: Home, *, locked: bool = False) -> Receipt | None:
    """Erase anew what tombstones stand for, as from a restored backup; None where nothing was.

    An erasure that has not ended is ended. ``locked``: the caller holds the lock of who mends.
    """
    request = erasure_request.pending(home)
    if request is None:
        if not read(home.tombstones):
            return None
        request = erasure_request.new_request((), "request", again=True)
    return carry_out(home, request, locked=locked)


def landed_since(home: Home) -> dict[str, int]:
    """Erase from landing what machines have landed that did not know of a tombstone yet."""
    from tidings import landing_erasure
    from warehouse.erasure import doom

    told = read(home.tombstones)
    if not told:
        return {}
    stones = Tombstones(key_of(home), ((one.kind, one.hash) for one in told))
    landing = Landing(home.landing)
    found = landing_erasure.look(landing, stones)
    if not any(found.rows.values()) and not landing_erasure.unreadable(landing, stones):
        return {}
    with opened(home) as con:
        doom(con, stones)
        request = erasure_request.new_request((), "request", again=True)
        request = _sought(con, request, found.words, found.marks)
    done = landing_erasure.purge(landing, stones, erasure_request.needles(request), found)
    return msgspec.structs.asdict(done)


def outstanding(home: Home) -> bool:
    """Whether an erasure has not ended, or the warehouse lacks one that had (it was restored)."""
    from warehouse.statements import run
    from warehouse.tombstones import union

    if home.erasing.exists():
        return True
    if not home.warehouse.exists() or not read(home.tombstones):
        return False
    with opened(home) as con:
        union(con, home.tombstones)
        return bool(run(con, "sql/erasure/outstanding").fetchall())


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Keep others from opening the warehouse while its file is replaced."""
    from filelock import Timeout

    home.warehouse.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = mending_lock(home)
    try:
        lock.acquire()
    except Timeout as error:
        raise WarehouseError(
            f"{home.warehouse} is being mended, restored or erased from by another process.",
            remedy="Let it finish, then 'tidings erase --resume'.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _everywhere(home: Home, request: Request, stones: Tombstones) -> Request:
    """Erase from all layers but backups; what names the erased is in ``request`` meanwhile."""
    from tidings import landing_erasure
    from warehouse.erasure import doom
    from warehouse.merge import take_fence
    from warehouse.store import open_warehouse
    from warehouse.tombstones import union

    erasing_files.left_behind(home)
    landing = Landing(home.landing)
    with open_warehouse(home.warehouse, memory_limit="2GB") as con:
        union(con, home.tombstones)
        stones.add((one.kind, one.hash) for one in read(home.tombstones))
        take_fence(con, request.erasure)
        told = doom(con, stones)
        found = landing_erasure.look(landing, stones)
        found.pages |= told.pages
        marks = told.marks | found.marks | erasure_request.handles(request)
        request = _sought(con, request, told.words | found.words, marks)
        erasure_request.keep(home, request)
        _mark(home, con, request, stones, told.keys | found.keys)
        needles = erasure_request.needles(request)
        counts = {
            "journal_changes": erasing_files.journal(home.journal, needles),
            "log_lines": erasing_files.logs(home, needles),
            "inbox_bodies": inboxes(home, needles),
            **msgspec.structs.asdict(landing_erasure.purge(landing, stones, needles, found)),
            "staged_files": erasing_files.staged(home),
        }
        request = _counted(home, request, counts)
        if told.keys or not request.rebuilt:
            rows = _replace(con, home, stones, needles)
            request = _counted(home, request, rows, rebuilt=True)
    _publications(home)
    return request


def _sought(
    con: duckdb.DuckDBPyConnection,
    request: Request,
    words: Iterable[str],
    names: Iterable[tuple[str, str]],
) -> Request:
    """Add what names the erased to the request, without what names others as well."""
    from warehouse.erasure import everyday, shared

    fresh, called = set(words) - {*request.words}, set(names) - {*request.names}
    common = shared(con, fresh | {name for _source, name in called if "://" in name})
    kept = {one for one in called if not ("://" in one[1] and one[1] in common)}
    return msgspec.structs.replace(
        request,
        words=tuple(sorted({*request.words, *(fresh - common)})),
        names=tuple(sorted({*request.names, *kept})),
        everyday=tuple(sorted({*request.everyday, *everyday(con, kept)})),
    )


def _replace(
    con: duckdb.DuckDBPyConnection, home: Home, stones: Tombstones, needles: Needles
) -> dict[str, int]:
    """Put a new warehouse in the old one's place, and publish all that is made of it anew.

    The old file is held open until the new one is in its place and held: nobody comes between.
    """
    from warehouse.store import open_warehouse

    new = home.warehouse.with_name(f".{home.warehouse.name}.{os.getpid()}.erasing")
    rows = remade(con, new, stones, needles)
    with open_warehouse(new, memory_limit="2GB") as fresh:
        con.execute("CHECKPOINT")
        put_in_place(new, home.warehouse)
        con.close()  # while the new one is held: closing may touch a write-ahead log by its name
        steps.write_snapshots(fresh, home, whole=True)
    return rows


def _mark(
    home: Home,
    con: duckdb.DuckDBPyConnection,
    request: Request,
    stones: Tombstones,
    keys: Iterable[tuple[str, str, str]],
) -> None:
    """Keep hashes of each mention that goes, and of words by which pages tell of it.

    So a mention stays away though its author has another name, and replies don't name it.
    """
    from warehouse.tombstones import union

    known = {(one.kind, one.hash) for one in read(home.tombstones)}
    told: set[tuple[Kind, str]] = {("mention", stones.hash("mention", *key)) for key in keys}
    told |= {("mark", stones.hash("mark", *mark)) for mark in _marks(request)}
    made = [
        Tombstone(
            kind=kind,
            hash=digest,
            made=request.asked,
            reason=request.reason,
            erasure=request.erasure,
        )
        for kind, digest in sorted(told - known)
    ]
    append(home.tombstones, made)
    stones.add((one.kind, one.hash) for one in made)
    union(con, home.tombstones)


def _marks(request: Request) -> Iterator[tuple[str, str]]:
    """Give the names by which records are known; of short and everyday ones, only as who speaks."""
    for source, name in request.names:
        telling = len(name) >= SHORTEST_MARK and (source, name) not in request.everyday
        yield source, name if telling else SPEAKER + name


def _publications(home: Home) -> None:
    """Write whatever else was published of the snapshot anew, and nothing older beside it."""
    from warehouse.parquet import publish_ducklake, publish_parquet

    for told in erasing_files.published(home):
        if told.form == "parquet" and Path(told.place).exists():
            publish_parquet(home.snapshot, Path(told.place), whole=True)
        elif told.form == "ducklake":
            publish_ducklake(home.snapshot, told.place, whole=True)
        elif told.form == "private" and Path(told.place).exists():
            from warehouse.snapshot import publish
            from warehouse.store import open_warehouse

            with open_warehouse(home.warehouse) as con:
                publish(con, Path(told.place), private=True, whole=True)


def _backups(home: Home, stones: Tombstones, request: Request) -> tuple[dict[str, int], list[str]]:
    from tidings.cli.erasing_backups import backups

    return backups(home, stones, request, remade)


def _counted(
    home: Home, request: Request, counts: dict[str, int], *, rebuilt: bool = False
) -> Request:
    """Add to what is done, where a killed one that goes on finds it."""
    told = dict(request.counts)
    for name, count in counts.items():
        if count and name == "backups":
            told[name] = count  # each is there once, however often it was gone on with
        elif count:
            told[name] = told.get(name, 0) + count
    request = msgspec.structs.replace(request, counts=told, rebuilt=request.rebuilt or rebuilt)
    erasure_request.keep(home, request)
    return request
