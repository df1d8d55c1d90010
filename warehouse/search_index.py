"""The index of words beside the snapshot: an SQLite FTS5 file that is only ever read or replaced.

It has the words of the snapshot's mentions, folded and parted by blanks by whoever calls
:func:`bring` (``transforms.search_words``), and which mention each row is of; no text, no author.
A row's number is made of the time of publication, so that the newest come first without sorting,
and days are a range of numbers.

A new file is a copy of the last one, brought on and put in its place by rename, as the snapshot is.
(A write-ahead log would spare the copy, but who reads one must be able to write beside it, and
pages may run as another user.) Readers open it as what never changes: no locks, nobody waits.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import msgspec

from tidings.errors import WarehouseError
from warehouse.search import SECOND, About, about, written
from warehouse.snapshot import open_snapshot
from warehouse.snapshot_file import to_disk
from warehouse.statements import run, statement
from warehouse.transaction import private_files

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("tidings")

Worded: TypeAlias = Callable[[str | None, str | None], tuple[str, str]]
"""Makes the words of a title and of a text, each parted by blanks."""

SCHEMA = 1
"""Of the file's tables; a file of another is made anew."""

AT_ONCE = 20_000
"""Mentions that are read together, or those of one hour."""

MOST_GHOSTS = 0.25
"""Rows of texts that are there no more, for each that is: above this all is made anew."""


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What :func:`bring` did: mentions added (edited ones too) and left; ``whole``: all anew."""

    added: int
    left: int
    whole: bool


def bring(
    index: Path, snapshot: Path, worded: Worded, *, rules: str, whole: bool = False
) -> Brought:
    """Bring the index to what the snapshot has; make it anew where it can't be brought on.

    ``rules`` names the rules of ``worded``: others make all anew, and so does ``whole``, as must be
    done after an erasure: words of texts that went are left in the file otherwise. Raises
    WarehouseError where the file can't be made; the one that was there stays.
    """
    import duckdb

    draft = index.with_name(f".{index.name}.{os.getpid()}.publishing")
    for left in index.parent.glob(f".{index.name}.*.publishing*"):
        left.unlink(missing_ok=True)  # of a publisher that was killed; the one writer is here
    try:
        with private_files(), closing(open_snapshot(snapshot)) as con:
            now = _wanted(con, f"{SCHEMA}.{rules}")
            done = None if whole else _brought_on(con, index, draft, worded, now)
            if done is None:
                draft.unlink(missing_ok=True)
                done = _anew(con, draft, worded, now)
        draft.chmod(snapshot.stat().st_mode & 0o644)
        to_disk(draft)
        draft.replace(index)
        to_disk(index.parent)
    except (sqlite3.Error, duckdb.Error, OSError) as error:
        draft.unlink(missing_ok=True)
        raise WarehouseError(
            f"The index of words {index} was not made: {error}.",
            remedy="Searching reads the texts themselves until the next publish makes it.",
        ) from error
    log.info("index of words: %s", done)
    return done


def _wanted(con: duckdb.DuckDBPyConnection, rules: str) -> About:
    published, known, mentions, told = run(con, "sql/search/told").fetchall()[0]
    return About(
        rules=rules,
        published=written(published),
        known=written(known),
        mentions=mentions,
        told=_signed(told),
        ghosts=0,
    )


def _anew(con: duckdb.DuckDBPyConnection, draft: Path, worded: Worded, now: About) -> Brought:
    with _writing(draft) as index:
        for name in ("make", "make_words", "make_about"):
            index.execute(_sql(name))
        last = 0
        for rows in _texts(con, None):
            numbers = []
            for row in rows:
                last = max(row["second"] * SECOND, last + 1)
                numbers.append(last)
            _add(index, rows, numbers, worded)
        index.execute(_sql("optimize"))
        _finish(index, now)
    return Brought(added=now.mentions, left=0, whole=True)


def _brought_on(
    con: duckdb.DuckDBPyConnection, last: Path, draft: Path, worded: Worded, now: About
) -> Brought | None:
    """Make ``draft`` of the last index and what has changed; None where it must be made anew."""
    was = about(last)
    if was is None or was.rules != now.rules or now.known < was.known:
        return None
    shutil.copyfile(last, draft)
    since = datetime.fromisoformat(was.known).replace(tzinfo=UTC)
    with _writing(draft) as index:
        told, added, left = was.told, 0, 0
        for (mention_id,) in run(con, "sql/search/gone", {"since": since}).fetchall():
            was_told = _leave(index, mention_id)
            told, left = told ^ was_told, left + (was_told != 0)
        for rows in _texts(con, since):
            changed = []
            for row in rows:
                known = _doc(index, row["mention_id"])
                if known is None or known[1] != row["told"]:
                    told ^= row["told"] ^ (_leave(index, row["mention_id"]) if known else 0)
                    left += known is not None
                    changed.append(row)
            _add(index, changed, None, worded)
            added += len(changed)
        ghosts = was.ghosts + left
        right = (told, was.mentions + added - left) == (now.told, now.mentions)
        if not right or ghosts > MOST_GHOSTS * now.mentions:
            return None
        _finish(index, msgspec.structs.replace(now, ghosts=ghosts))
    return Brought(added=added, left=left, whole=False)


def _texts(
    con: duckdb.DuckDBPyConnection, since: datetime | None
) -> Iterator[list[dict[str, Any]]]:
    """Give what is new or otherwise since then, or all, in the order of publication.

    Some come at a time: dictionaries of mention_id, second, told, title and text.
    """
    kind = "all" if since is None else "changed"
    starts: datetime | None = None
    waiting = 0
    hours = run(con, f"sql/search/{kind}_hours", {"since": since}).fetchall()
    for number, (hour, mentions) in enumerate(hours):
        starts = starts or hour
        waiting += mentions
        if waiting >= AT_ONCE or number == len(hours) - 1:
            asked = {"since": since, "first": starts, "last": hour + timedelta(hours=1)}
            found = run(con, f"sql/search/{kind}_texts", asked).fetchall()
            names = ("mention_id", "second", "told", "title", "text")
            rows = [dict(zip(names, row, strict=True)) for row in found]
            yield [row | {"told": _signed(row["told"])} for row in rows]
            starts, waiting = None, 0


def _add(
    index: sqlite3.Connection,
    rows: list[dict[str, Any]],
    numbers: list[int] | None,
    worded: Worded,
) -> None:
    """Add rows under these numbers, or under the first ones free from their second on."""
    last = 0
    for place, row in enumerate(rows):
        last = _free(index, row["second"] * SECOND, last) if numbers is None else numbers[place]
        title, body = worded(row["title"], row["text"])
        told = {"number": last, "mention_id": row["mention_id"].bytes, "told": row["told"]}
        index.execute(_sql("add_doc"), told)
        index.execute(_sql("add_words"), {"number": last, "title": title, "body": body})


def _free(index: sqlite3.Connection, first: int, after: int) -> int:
    """Return the first number from ``first`` on, and after ``after``, that no row has."""
    number = max(first, after + 1)
    while True:
        end = number | (SECOND - 1)
        [(taken,)] = index.execute(_sql("last_doc"), {"first": number, "last": end}).fetchall()
        if taken is None:
            return number
        number = int(taken) + 1
        if number <= end:
            return number


def _doc(index: sqlite3.Connection, mention_id: UUID) -> tuple[int, int] | None:
    found = index.execute(_sql("doc"), {"mention_id": mention_id.bytes}).fetchone()
    return None if found is None else (found[0], found[1])


def _leave(index: sqlite3.Connection, mention_id: UUID) -> int:
    """Let a mention's row stand for none any more; return what told it apart, 0 if it had none."""
    known = _doc(index, mention_id)
    if known is None:
        return 0
    index.execute(_sql("leave_doc"), {"number": known[0]})
    return known[1]


def _finish(index: sqlite3.Connection, now: About) -> None:
    index.execute(_sql("forget_about"))
    index.execute(_sql("add_about"), msgspec.structs.asdict(now))
    index.execute("COMMIT")


@contextmanager
def _writing(draft: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that nobody reads yet, in one transaction, without a log of its own."""
    with closing(sqlite3.connect(draft, isolation_level=None)) as index:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -100000"):
            index.execute(f"PRAGMA {setting}")
        index.execute("BEGIN")
        yield index


def _sql(name: str) -> str:
    return statement(f"sql/search/{name}")


def _signed(value: int) -> int:
    """Return 64 bits as SQLite keeps them."""
    return value - 2**64 if value >= 2**63 else value
