"""Bad records: what can be wrong with one, in which source, and which items get it."""

from __future__ import annotations

import random

from tidings.demo.brands import PRODUCTS, WIRE
from tidings.demo.item import Item

FLAWS: dict[str, tuple[str, ...]] = {
    "hackernews": ("no_id", "bad_date", "text_not_string", "says_nothing"),
    "mastodon": ("no_id", "bad_date", "text_not_string", "negative_count"),
    "bluesky": ("no_id", "bad_date", "text_not_string", "no_author"),
    "steam": ("no_id", "bad_date", "text_not_string", "rating_not_boolean"),
    "reviews": (
        "rating_above",
        "bad_date",
        "rating_no_number",
        "future",
        "no_date",
        "broken_block",
    ),
    "rss": ("bad_date", "future", "says_nothing"),
    "files": ("no_id", "bad_date", "rating_above", "rating_no_number", "future"),
}
"""What is wrong with bad records, by source. ``broken_block`` is JSON-LD that does not end."""

ONLY_JSON_LD = {"broken_block"}
ONLY_MICRODATA = {"no_date"}
SHARE = 0.0035
"""Share of a source's items that get each flaw; at least one item each."""

_MARKUP = {page.slug: page.markup for page in PRODUCTS}


def spoil(rng: random.Random, source: str, items: list[Item], needed: set[int]) -> None:
    """Give some plain items of ``source`` a flaw: none that is edited, answered or ``needed``.

    ``needed`` holds the ``id()`` of items that others repeat or reply to.
    """
    plain = [
        i
        for i in items
        if i.copy_of is None
        and i.event is None
        and i.edit is None
        and i.answer is None
        and i.removed is None
        and id(i) not in needed
    ]
    rng.shuffle(plain)
    for flaw in FLAWS[source]:
        wanted = max(1, round(len(items) * SHARE))
        for item in [i for i in plain if i.flaw is None and _fits(flaw, i)][:wanted]:
            item.flaw = flaw


def _fits(flaw: str, item: Item) -> bool:
    if item.source == "reviews":
        markup = _MARKUP[item.place]
        if flaw in ONLY_JSON_LD:
            return markup == "json-ld"
        if flaw in ONLY_MICRODATA:
            return markup == "microdata"
    if item.source == "rss":
        return item.place != WIRE  # most of what that feed had is out of reach
    if item.source == "hackernews" and flaw in {"text_not_string", "says_nothing"}:
        return item.kind == "comment"
    return True
