"""How far an earlier walk got, and how far this one gets, where a source gives the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from tidings.connector import Cursor
from tidings.errors import ConfigurationError
from tidings.times import from_iso, utcnow

KEY = "newest"


class Watermark:
    """The newest time that was seen: of an earlier walk, from its cursor, and of this one.

    ``overlap_hours`` is how much of what an earlier walk saw is read again, for items that the
    source showed late. Times are aware UTC.
    """

    def __init__(self, cursor: Cursor | None, overlap_hours: float) -> None:
        """Start from ``cursor``, None for the first walk; ConfigurationError if it is not ours."""
        self.given = cursor
        self.before = _newest(cursor)
        self.overlap = timedelta(hours=overlap_hours)
        self.newest = self.before

    def passed(self, times: Iterable[datetime]) -> bool:
        """Note the times of one page; True where an earlier walk has seen all of them and beyond.

        False of a page without times: it tells nothing about what comes after it.
        """
        seen = list(times)
        if not seen:
            return False
        self.newest = max([*seen, self.newest] if self.newest else seen)
        return self.before is not None and max(seen) < self.before - self.overlap

    def cursor(self) -> Cursor | None:
        """Return the cursor for when this walk has ended; None while nothing was ever seen.

        A time in the future is not believed, or everything until then would count as seen.
        """
        return {KEY: min(self.newest, utcnow()).isoformat()} if self.newest else self.given


def _newest(cursor: Cursor | None) -> datetime | None:
    if not cursor:
        return None
    try:
        return from_iso(cursor[KEY])
    except (KeyError, ValueError) as error:
        raise ConfigurationError(
            f"The cursor {cursor!r} can't be gone on from: {type(error).__name__}: {error}.",
            remedy="It was made by another connector or version; start this walk from nothing.",
        ) from error
