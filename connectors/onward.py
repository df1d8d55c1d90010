"""The way on through listings that hand out tokens, and through listings within a listing."""

from __future__ import annotations

from datetime import datetime

from connectors.newest_first import loop
from connectors.watermark import KEY
from tidings.connector import Cursor
from tidings.http import Answer
from tidings.times import from_iso

EMPTY_PAGES = 100
"""Empty pages in a row, each with a token for the next, after which a listing is left."""


class Onward:
    """The tokens of one listing, each followed once; nothing is known of their form."""

    def __init__(self) -> None:
        """Start before the first page."""
        self._followed: set[str] = set()
        self._empty = 0

    def follow(self, token: str, answer: Answer, *, records: int) -> str:
        """Return ``token`` of ``answer``, a page with so many ``records``, as the one to go on at.

        SourceChanged where it came before, or where page after page is empty.
        """
        self._empty = 0 if records else self._empty + 1
        if token in self._followed:
            raise loop(answer, f"token {token[:80]!r} came back")
        if self._empty > EMPTY_PAGES:
            raise loop(answer, f"{EMPTY_PAGES} pages in a row were empty")
        self._followed.add(token)
        return token


def not_after(cursor: Cursor | None, started: datetime) -> Cursor | None:
    """Return the cursor of a finished walk, its newest time not after ``started`` (aware UTC).

    Where a walk goes through one listing after the other, something may be written at the first
    one while it reads the last: the next walk has to look there again.
    """
    if not cursor or KEY not in cursor:
        return cursor
    return {**cursor, KEY: min(from_iso(cursor[KEY]), started).isoformat()}
