"""How a walk goes on in a list of Lemmy: by the cursor that it gives, else by page numbers."""

from __future__ import annotations

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

    def onward(self, shown: int, new: int, cursor: str | None, answer: Answer) -> At | None:
        """Return where to go on after a page that showed so many items, ``new`` of them new.

        None at the end. SourceChanged where page after page brings nothing new.
        """
        stale = 0 if new else self.stale + 1
        if stale > MOST_STALE or (cursor is not None and cursor == self.cursor):
            raise loop(answer, f"{stale} pages bring only what came before")
        if cursor is not None:
            return At(self.per_page, cursor, 0, stale)
        if self.cursor is not None:
            return None
        limit, page = self._window()
        skipped = limit * (page - 1)
        if skipped < self.passed and shown == new:
            # Nothing that is known: so much was deleted that what follows has moved up.
            return At(self.per_page, None, max(self.passed - self.per_page, 0), stale)
        read = skipped + shown
        if read <= self.passed:
            return None
        # an instance may give fewer than it is asked for, so a first page that is short is no end
        per_page = self.per_page if self.passed else min(self.per_page, shown)
        return At(per_page, None, read, stale)

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
