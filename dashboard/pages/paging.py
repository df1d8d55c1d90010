"""The way through lists that are shown a page at a time."""

from __future__ import annotations


def before(offset: int, size: int, of_all: int) -> int | None:
    """Return the offset of the page before, None on the first one.

    Whoever follows an address to where the list no longer reaches goes back to its last page.
    """
    if not offset:
        return None
    last = max(of_all - 1, 0) // size * size
    return min(max(offset - size, 0), last)
