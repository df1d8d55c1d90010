"""How a walk goes on in a list of Lemmy: by the cursor that it gives, else by page numbers."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

import msgspec

from connectors.newest_first import loop
from tidings.errors import SourceChanged, SourceError
from tidings.http import Answer

MOST_STALE = 10
"""Pages that bring nothing new, one after another, after which a walk is called endless."""


class At(msgspec.Struct, frozen=True):
    """Where in a list a walk is.

    ``cursor`` is the list's own, None where it gives none. Then ``passed`` items lie behind, and
    each page is chosen so that it begins with some of them: a list is counted anew at every
    request, and only a page that begins with what is known has left nothing out.
    """

    per_page: int
    cursor: str | None = None
    passed: int = 0
    stale: int = 0
    edge: frozenset[str] = frozenset()
    oldest: datetime | None = None

    def params(self) -> dict[str, Any]:
        """Return the parameters of the next page."""
        if self.cursor is not None:
            return {"limit": self.per_page, "page_cursor": self.cursor}
        limit, page = self._window()
        return {"limit": limit, "page": page if page > 1 else None}

    def is_too_deep(self, refusal: SourceError) -> bool:
        """Tell whether a refusal is of a page number that the instance finds too high."""
        numbered = self.cursor is None and self._window()[1] > 1
        status = refusal.answer.status if refusal.answer else None
        return numbered and type(refusal) is SourceChanged and status == 400

    def onward(
        self,
        names: Sequence[str],
        new: int,
        cursor: str | None,
        answer: Answer,
        times: Sequence[datetime],
        bad: Set[str] = frozenset(),
    ) -> At | None:
        """Return where to go on after a page of items of these names, ``new`` of them new.

        ``times`` are those of the items that can be read, ``bad`` the names of what can't be.
        None at the end. SourceChanged where page after page brings nothing new.
        """
        shown = len(names)
        stale = 0 if new else self.stale + 1
        if stale > MOST_STALE or (cursor is not None and cursor == self.cursor):
            raise loop(answer, f"{stale} pages bring only what came before")
        if cursor is not None:
            return At(self.per_page, cursor, 0, stale)
        if self.cursor is not None:
            return None
        limit, page = self._window()
        skipped = limit * (page - 1)
        if skipped < self.passed and not self._joined(names, times):
            # It begins below what was read: so much was deleted that what follows has moved up.
            back = max(self.passed - self.per_page, 0)
            return At(self.per_page, None, back, stale, self.edge, self.oldest)
        read = skipped + shown
        if read <= self.passed:
            return None
        # an instance may give fewer than it is asked for, so a first page that is short is no end
        per_page = self.per_page if self.passed else min(self.per_page, shown)
        oldest = min(times, default=self.oldest)
        # what can't be read may be no item of the list: to count too few is only to read more twice
        passed = skipped + (sum(name not in bad for name in names) or shown)
        return At(per_page, None, passed, stale, frozenset(names), oldest)

    def _joined(self, names: Sequence[str], times: Sequence[datetime]) -> bool:
        """Tell whether a page begins within the one before, or above it, where newer ones came.

        That an item is known is no sign of it: it may be known from further down.
        """
        above = self.oldest is not None and bool(times) and max(times) > self.oldest
        return above or (bool(names) and names[0] in self.edge)

    def _window(self) -> tuple[int, int]:
        """Return the size and number of the page that begins before ``passed`` and goes furthest.

        Where any page would begin right at ``passed``, it is the one that does.
        """
        if not self.passed:
            return self.per_page, 1
        fits = ((-(self.passed % -size), size) for size in range(2, self.per_page + 1))
        beyond, limit = max(fits, default=(0, 0))
        if not beyond:
            return self.per_page, self.passed // self.per_page + 1
        return limit, (self.passed - 1) // limit + 1


def cut_off(refusal: SourceError, floor: datetime | None) -> SourceError:
    """Make the error for a list that an instance shows no further, though ``floor`` lies behind."""
    back = f", back to {floor}," if floor else ""
    return SourceError(
        f"{refusal.url}: the instance refuses a page number so high. What is older than the last "
        f"item read{back} is missing, if there is any.",
        remedy="Run this source more often; narrower 'queries' or 'communities' reach further.",
        url=refusal.url,
    )
