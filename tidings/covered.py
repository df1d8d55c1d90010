"""What a walk covered and the gap it left, from the times of what it read and how it ended."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from tidings.connector import About

LAST = 5
"""How many of the mentions read last tell how far a stopped walk came, at most."""

ASTRAY = 10
"""One mention in so many may come in the wrong order; if more do, the source is not sorted."""

Window: TypeAlias = tuple[datetime | None, datetime | None]
"""From (None: the beginning) and until, aware UTC; (None, None) is no time at all."""

NOTHING: Window = (None, None)


class Extent(NamedTuple):
    """What a walk covered, and the gap it left."""

    covered: Window
    gap: Window


class Seen:
    """The times of the mentions that a walk has read, in the order in which they came."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self.oldest: datetime | None = None
        self.newest: datetime | None = None
        self._last: deque[datetime] = deque(maxlen=LAST)
        self._rises = self._falls = 0

    def add(self, published: datetime) -> None:
        """Note one; a value that is no aware time is the checks' business, not the ledger's."""
        aware = isinstance(published, datetime) and published.tzinfo is not None
        if aware and 1 < published.year < 9999:  # the others have no neighbours to reckon with
            self.count += 1
            self._rises += bool(self._last) and published > self._last[-1]
            self._falls += bool(self._last) and published < self._last[-1]
            self.oldest = min(self.oldest or published, published)
            self.newest = max(self.newest or published, published)
            self._last.append(published)

    def down_to(self) -> datetime | None:
        """Return the time from which on a stopped newest-first walk has read all; None: nothing.

        It is a whole second, the one after that of the last mention: others of that second may be
        unread. A pinned or backdated mention is older than what follows it, so the newest of the
        last few is taken. Of mentions that are not sorted, whatever the source is said to be,
        nothing is known.
        """
        last = self._trusted(self._rises)
        return max(last).replace(microsecond=0) + timedelta(seconds=1) if last else None

    def up_to(self) -> datetime | None:
        """Return the time up to which a stopped oldest-first walk has read all; None: nothing."""
        last = self._trusted(self._falls)
        return min(last).replace(microsecond=0) if last else None

    def _trusted(self, astray: int) -> list[datetime]:
        """Return the times of the last mentions, as many as a quarter of all, from 1 to LAST.

        ``astray`` is how many came in the wrong order; none are returned if it is a tenth of all.
        """
        if astray > max(1, self.count // ASTRAY):
            return []
        return list(self._last)[-max(1, min(LAST, self.count // 4)) :]


def extent(
    about: About, seen: Seen, *, since: datetime | None, until: datetime, ended: bool
) -> Extent:
    """Return what a walk covered of ``since`` (None: the beginning) to ``until``, and its gap.

    ``ended``: the walk came to its end; otherwise something stopped it.
    """
    if ended and about.only_newest and since and seen.oldest and seen.oldest > since:
        return Extent((seen.oldest, until), (since, seen.oldest))
    if ended:
        beginning = since if about.goes_back or since else (seen.oldest or until)
        return Extent((beginning, until), NOTHING)
    reached = seen.down_to() if about.order == "newest" else None
    if reached is not None and reached < until:
        behind = since is not None and reached <= since  # it reads a little twice
        return Extent((reached, until), NOTHING if behind else (since, reached))
    reached = seen.up_to() if about.order == "oldest" else None
    if reached is not None and (since is None or reached > since):
        return Extent((since, reached), (reached, until))
    return Extent(NOTHING, (since, until))
