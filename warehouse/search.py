"""Looks words up in the index beside the snapshot; :mod:`warehouse.search_index` makes it."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import msgspec

from tidings.errors import WarehouseError
from warehouse.statements import bound, statement

log = logging.getLogger("tidings")

SECOND = 1024
"""Numbers that one second has; where that is too few the next second's follow."""

SLACK = 86_400
"""Seconds by which a stretch of numbers is read further, for those that others have pushed on."""

SECONDS = 20.0
"""A look that takes longer is ended."""

STEPS = 100_000
"""Of SQLite's machine, between two looks at the clock."""

Phrase: TypeAlias = tuple[tuple[str, ...], bool]
"""Words that stand in a row, and whether the last one need only begin so."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What an index is made of: the row of sql/search/make_about.sql."""

    rules: str
    published: str
    known: str
    mentions: int
    told: int
    ghosts: int


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """The mentions that have the words; ``more``: older ones have them too."""

    ids: list[UUID]
    more: bool


def hits(
    path: Path,
    wanted: Sequence[Sequence[Phrase]],
    unwanted: Sequence[Phrase] = (),
    *,
    published: datetime,
    since: datetime,
    until: datetime,
    most: int,
    best: bool = False,
) -> Hits | None:
    """Return the newest ``most`` mentions of which each group of ``wanted`` has one phrase.

    Those with a phrase of ``unwanted`` are left out. ``published`` names the snapshot that is
    looked at: None is returned where the index is of another one, or where there is none that can
    be read. ``since`` and ``until`` (naive UTC) bound the publication, not to the second: some of
    what was published up to a day outside may be there. Newest first; with ``best`` those that have
    most of the words. Raises WarehouseError where it takes too long.
    """
    ended = False

    def late(end: float = time.monotonic() + SECONDS) -> bool:
        nonlocal ended
        ended = time.monotonic() > end
        return ended

    try:
        with reading(path) as index:
            if _about(index).published != written(published):
                return None
            index.set_progress_handler(late, STEPS)
            asked = {
                "sought": expression(wanted, unwanted),
                "first": (_second(since) - SLACK) * SECOND,
                "last": (_second(until) + SLACK) * SECOND,
                "most": most + 1,
            }
            name = "sql/search/best" if best else "sql/search/newest"
            found = [UUID(bytes=row[0]) for row in index.execute(statement(name), asked)]
    except sqlite3.Error as error:
        if ended:
            raise WarehouseError(
                f"The search took longer than {SECONDS:.0f} seconds.",
                remedy="Look for longer words, or in a shorter period.",
            ) from error
        if path.exists():
            log.warning("The index of words %s can't be read: %s", path, error)
        return None
    return Hits(ids=found[:most], more=len(found) > most)


def expression(wanted: Sequence[Sequence[Phrase]], unwanted: Sequence[Phrase] = ()) -> str:
    """Return what FTS5 is asked for; every word is quoted, so none is taken for an operator."""
    needed = " AND ".join(_any(group) for group in wanted)
    return f"({needed}) NOT {_any(unwanted)}" if unwanted else needed


def _any(phrases: Sequence[Phrase]) -> str:
    quoted = []
    for words, prefix in phrases:
        text = " ".join(words).replace('"', '""')
        quoted.append(f'"{text}"' + (" *" if prefix else ""))
    return f"({' OR '.join(quoted)})"


def about(path: Path) -> About | None:
    """Return what an index says of itself; None where there is none that can be read."""
    if not path.exists():
        return None
    try:
        with reading(path) as index:
            return _about(index)
    except sqlite3.Error as error:
        log.warning("The index of words %s can't be read: %s", path, error)
        return None


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an index to read; it stays what it is, whatever is put in its place meanwhile."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as index:
        yield index


def written(value: datetime) -> str:
    """Return a time (naive or aware UTC) so that texts are in the order of times."""
    return str(bound(value).isoformat(timespec="microseconds"))


def _about(index: sqlite3.Connection) -> About:
    row = index.execute(statement("sql/search/about")).fetchone()
    if row is None:
        raise sqlite3.DatabaseError("it does not say what it is of")
    return About(**dict(zip(About.__struct_fields__, row, strict=True)))


def _second(time_: datetime) -> int:
    return int((bound(time_) - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - naive UTC
