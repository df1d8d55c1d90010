"""Saying what was expected of a connector, so that its author knows what to mend."""

from __future__ import annotations

import json
from collections.abc import Iterable, Set
from typing import Any

from tidings.connector import Cursor, Page
from tidings.testing.driving import Key, Walk

SHOWN = 5
"""Examples that a message shows at most."""


def expect(holds: bool, message: str, examples: Iterable[object] = ()) -> None:
    """Raise AssertionError with ``message`` and a few ``examples`` unless it ``holds``."""
    if holds:
        return
    shown = [
        str(e) for e in (sorted(examples, key=repr) if isinstance(examples, Set) else examples)
    ]
    more = f"\n  and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    listing = "".join(f"\n  {e}" for e in shown[:SHOWN])
    raise AssertionError(f"{message}{':' if shown else '.'}{listing}{more}")


def expect_same(one: dict[Key, Any], other: dict[Key, Any], how: str) -> None:
    """Expect the same mentions under the same keys of two walks; ``how`` names the second."""
    expect(one.keys() == other.keys(), f"{how} brings other keys", one.keys() ^ other.keys())
    differing = [
        f"{key}: {name} {getattr(one[key], name)!r} became {getattr(other[key], name)!r}"
        for key in one
        for name in one[key].__struct_fields__
        if getattr(one[key], name) != getattr(other[key], name)
    ]
    expect(not differing, f"{how} brings other contents", differing)


def by_key(pages: Iterable[Page]) -> dict[Key, Any]:
    """Return the mentions of ``pages`` by their key."""
    return Walk(pages=list(pages)).by_key()


def round_trip(cursor: Cursor | None, what: str) -> Cursor | None:
    """Return ``cursor`` as it comes back from JSON, and expect it to be the same."""
    try:
        back = json.loads(json.dumps(cursor, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise AssertionError(f"{what} is {cursor!r}, which is no JSON: {error}.") from error
    expect(back == cursor, f"{what} is {cursor!r}, but comes back from JSON as {back!r}")
    expect(cursor is None or isinstance(cursor, dict), f"{what} is {cursor!r}, not an object")
    return back  # type: ignore[no-any-return]


def kept(done: Walk) -> dict[str, Cursor | None]:
    """Return the cursors as they come back from where they are kept."""
    return {k: round_trip(c, "A cursor") for k, c in done.cursors.items()}


def stops(whole: Walk) -> list[int]:
    """Return after how many pages to stop: every number if they are few."""
    return some(range(1, len(whole.pages) + 1), most=12)


def some(numbers: range, most: int = 4) -> list[int]:
    """Return at most ``most`` of ``numbers``: those at the beginning, and the last."""
    return list(numbers) if len(numbers) <= most else [*numbers[: most - 1], numbers[-1]]
