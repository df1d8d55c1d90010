"""How far X goes back, and where a walk is on its way there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from connectors.newest_first import NewestFirst
from tidings.connector import Cursor

WEEK = timedelta(days=7)
"""How far back recent search goes."""

SLACK = timedelta(minutes=2)
"""Time that a request may take: nearer to the end of a week than that nothing is asked for."""

NOW = timedelta(seconds=30)
"""X asks that times lie some seconds back; what is as new as that comes with the next walk."""

DEPTH = 800
NEAR_DEPTH = 700
"""Posts that a timeline of mentions shows at most, and what may be that many less some hidden."""

WALKED = "walked"
"""In a cursor: when the walk began that it stands for, ISO."""


class At(msgspec.Struct, frozen=True):
    """Where a walk is: in the chain of tokens for posts before ``end``.

    ``read`` counts what was new in it, ``oldest`` is its oldest time; ``before`` is the count of
    the chain before it, which came to its depth, if there was one.
    """

    end: datetime | None
    token: str | None = None
    read: int = 0
    oldest: datetime | None = None
    before: int = 0

    def onto(
        self, token: str | None, fresh: int, times: Sequence[datetime], *, deep: bool
    ) -> At | None:
        """Return where to go on: at ``token``, else where the chain's depth is; None: nowhere.

        ``deep`` says that chains have a depth. What has the second of the last post may have been
        cut off there, and comes once more.
        """
        read = self.read + fresh
        oldest = min([*times, *([self.oldest] if self.oldest else [])], default=None)
        if token:
            return msgspec.structs.replace(self, token=token, read=read, oldest=oldest)
        if not deep or oldest is None or not NEAR_DEPTH <= read <= DEPTH:
            return None
        end = oldest.replace(microsecond=0) + timedelta(seconds=1)
        return None if self.end is not None and end >= self.end else At(end, before=read)

    def is_cut(self, fresh: int) -> bool:
        """Tell whether this chain should have gone on behind a depth, and brought nothing."""
        return self.before >= DEPTH and self.read + fresh == 0


def moved(walk: NewestFirst, started: datetime) -> Cursor:
    """Return the cursor of a walk that came to its end, and that it began at ``started``."""
    return {**(walk.finished() or {}), WALKED: started.isoformat()}


def bounded(end: datetime | None, now: datetime) -> datetime | None:
    """Return the first whole second after what is wanted; None where that is still to come."""
    if end is None or end >= now - NOW:
        return None
    return end + timedelta(seconds=1) - timedelta(microseconds=1)


def written(time: datetime | None) -> str | None:
    """Write a time in whole seconds, which is all that X takes."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None
