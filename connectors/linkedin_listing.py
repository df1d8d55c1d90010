"""LinkedIn's listings by offset, read so that what goes or comes meanwhile costs nothing."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from connectors.newest_first import identity, loop
from tidings.http import Answer

BACKWARD = 100
"""So often a listing may have moved up under a walk before it is left."""

ALIKE = 3
"""So many equal pages in a row, at different offsets, are a loop."""


class _Link(msgspec.Struct, frozen=True):
    rel: str = ""


class _Paging(msgspec.Struct, frozen=True):
    total: int | None = None
    links: list[_Link] = []


class _Listing(msgspec.Struct, frozen=True):
    elements: list[msgspec.Raw]
    paging: _Paging = _Paging()


class Offsets:
    """The pages of one listing by ``start`` and ``count``; one element is read twice on purpose.

    If a page has no element that was seen, others before it have gone, and some have moved past the
    walk: it then goes back by a page.
    """

    def __init__(self, ask: Callable[[int, int], Answer], name: str, count: int) -> None:
        """Get pages by ``ask(start, count)``; elements are told apart by their field ``name``."""
        self._ask, self._name, self._count = ask, name, count
        self._start = self._backward = self._alike = 0
        self._seen: set[str] = set()
        self._last: list[str] = []
        self.ended = False

    def next(self) -> tuple[Answer, list[msgspec.Raw]]:
        """Return the next answer and those of its elements that are new; sets ``ended``.

        SourceChanged where the listing leads round in a loop.
        """
        answer = self._ask(self._start, self._count)
        listing: _Listing = answer.json(_Listing)
        names = [identity(element, self._name) for element in listing.elements]
        self._alike = self._alike + 1 if names and names == self._last else 0
        if self._alike >= ALIKE:
            raise loop(answer, f"the page at {self._start} is the same as those before")
        moved = self._start > 0 and bool(names) and self._seen.isdisjoint(names)
        new = [e for e, n in zip(listing.elements, names, strict=True) if n not in self._seen]
        self._seen.update(names)
        self._last = names
        if moved:
            self._go_back(answer)
        else:
            self._go_on(listing)
        return answer, new

    def _go_back(self, answer: Answer) -> None:
        self._backward += 1
        if self._backward > BACKWARD:
            raise loop(answer, "page after page has nothing in common with the one before")
        self._start = max(0, self._start - self._count)

    def _go_on(self, listing: _Listing) -> None:
        found, paging = len(listing.elements), listing.paging
        linked = any(link.rel == "next" for link in paging.links)
        if paging.total is not None:
            more = linked or (found > 0 and self._start + found < paging.total)
        else:
            more = linked or (not paging.links and found >= self._count)
        self.ended = not more
        self._start += max(1, found - 1) if found else self._count
