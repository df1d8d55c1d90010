"""The identifiers that each source gives: growing numbers, times in disguise, addresses."""

from __future__ import annotations

import random
from datetime import datetime

from tidings.demo.item import Item

_SORTED_BASE32 = "234567abcdefghijklmnopqrstuvwxyz"


def assign(rng: random.Random, source: str, items: list[Item]) -> None:
    """Give every item of ``source`` its identifier; ``items`` are in the order of publication."""
    for number, item in enumerate(items):
        match source:
            case "hackernews":
                item.id = str(46_000_000 + number * 131 + rng.randrange(131))
            case "mastodon":
                item.id = str(snowflake(item.published, rng.randrange(2**12) * 16 + number % 16))
            case "bluesky":
                item.id = f"at://{item.author.id}/app.bsky.feed.post/{_tid(rng, item.published)}"
            case "steam":
                item.id = str(190_000_000 + number * 977 + rng.randrange(977))
            case "reviews":
                item.id = f"r{10_000 + number}"
            case "rss":
                item.id = _guid(item, number)
            case "files":
                item.id = f"NPS-{number + 1:05d}"


def snowflake(when: datetime, low: int = 0) -> int:
    """Return a Mastodon identifier: milliseconds and 16 bits, so that order is order in time."""
    return (round(when.timestamp() * 1000) << 16) + low


def _tid(rng: random.Random, when: datetime) -> str:
    number = ((int(when.timestamp()) * 1_000_000 + rng.randrange(1_000_000)) << 10) | 7
    return "".join(_SORTED_BASE32[(number >> shift) & 31] for shift in range(60, -1, -5))


def _guid(item: Item, number: int) -> str:
    if item.place in {"kaffenytt", "kafei-ribao"}:
        return f"tag:{item.place}.example,{item.published:%Y}:{number}"
    return f"https://{item.place}.example/{item.published:%Y/%m}/{number}"
