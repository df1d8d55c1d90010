"""What the makers of a source's items work with: its dice, words, people and days."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import msgspec

from tidings.demo.brands import BRANDS, BY_NAME, OWN, Brand
from tidings.demo.item import MOODS, Author, Item, Mood
from tidings.demo.people import Crowd
from tidings.demo.rhythm import moments, within_day
from tidings.demo.writer import Writer

LANGUAGE_SHARES: dict[str, dict[str, float]] = {
    "hackernews": {"en": 1.0},
    "mastodon": {"en": 0.42, "no": 0.20, "da": 0.12, "fa": 0.12, "zh": 0.14},
    "bluesky": {"en": 0.58, "no": 0.13, "da": 0.10, "fa": 0.07, "zh": 0.12},
    "steam": {"en": 0.60, "no": 0.15, "da": 0.10, "zh": 0.15},
    "reviews": {"en": 0.45, "no": 0.25, "da": 0.15, "fa": 0.06, "zh": 0.09},
    "rss": {"en": 0.60, "no": 0.16, "da": 0.10, "fa": 0.06, "zh": 0.08},
    "files": {"en": 0.45, "no": 0.25, "da": 0.12, "fa": 0.08, "zh": 0.10},
}

_SOCIAL = {
    "product": 0.3,
    "delivery": 0.13,
    "price": 0.13,
    "app": 0.15,
    "service": 0.12,
    "shop": 0.1,
    "compare": 0.07,
}

TOPIC_SHARES: dict[str, dict[str, float]] = {
    "hackernews": {"tech": 0.45, "product": 0.18, "app": 0.17, "price": 0.08, "compare": 0.12},
    "mastodon": _SOCIAL,
    "bluesky": _SOCIAL,
    "steam": {"app": 1.0},
    "reviews": {"product": 0.5, "delivery": 0.2, "price": 0.1, "service": 0.1, "shop": 0.1},
    "files": {"product": 0.3, "service": 0.25, "delivery": 0.2, "price": 0.15, "app": 0.1},
}

AFTERMATH_DAYS = 9
"""How long after an incident the brand is spoken of less kindly."""


class Scene(msgspec.Struct, kw_only=True):
    """One source while its items are made. ``start`` is aware UTC, midnight.

    ``incident`` holds its first day and the day after its last, counted from ``start``, or None.
    """

    source: str
    rng: random.Random
    writer: Writer
    crowd: Crowd
    start: datetime
    days: int
    incident: tuple[int, int] | None = None

    @property
    def end(self) -> datetime:
        """The end of the world's last day."""
        return self.start + timedelta(days=self.days)

    def moments(self, count: int) -> list[datetime]:
        """Return ``count`` times in the source's rhythm, in order."""
        return moments(self.rng, self.source, self.start, self.days, count)

    def on_day(self, day: int) -> datetime:
        """Return a time on the ``day``-th day."""
        return within_day(self.rng, self.start + timedelta(days=day))

    def day_of(self, when: datetime) -> int:
        """Return how many days after the start ``when`` is."""
        return (when - self.start).days

    def language(self) -> str:
        """Return a language in the source's shares."""
        return pick(self.rng, LANGUAGE_SHARES[self.source])

    def topics(self, count: int) -> list[str]:
        """Return up to ``count`` different topics in the source's shares."""
        shares = TOPIC_SHARES[self.source]
        return list(dict.fromkeys(pick(self.rng, shares) for _ in range(count)))

    def brand(self) -> Brand:
        """Return a brand by its share of what is said."""
        return self.rng.choices(BRANDS, [brand.share for brand in BRANDS])[0]

    def mood(self, brand: str, when: datetime) -> Mood:
        """Return how somebody feels about ``brand`` at that time."""
        positive, neutral, negative = BY_NAME[brand].mood if brand else (0.4, 0.5, 0.1)
        if self.incident and brand == OWN.name:
            since = self.day_of(when) - self.incident[0]
            if 0 <= since < self.incident[1] - self.incident[0] + AFTERMATH_DAYS:
                positive, negative = positive - 0.15, negative + 0.15
        return self.rng.choices(MOODS, (positive, neutral, negative))[0]

    def item(self, when: datetime, **fields: object) -> Item:
        """Return an item of this source published at ``when``, shown at once."""
        whole = {"source": self.source, "place": "", "published": when, "shown": when, **fields}
        return Item(**whole)  # type: ignore[arg-type]

    def author(self, language: str) -> Author:
        """Return somebody who writes in ``language``."""
        return self.crowd.pick(self.rng, language)

    def applause(self, author: Author, mood: Mood) -> tuple[int, int]:
        """Return how many likes and shares a post gets in the end; anger is shared more."""
        likes = int(self.rng.paretovariate(1.3) * (1 + author.followers**0.45 / 6)) - 1
        shares = int(likes * self.rng.uniform(0.05, 0.5 if mood == "negative" else 0.25))
        return min(likes, 30_000), min(shares, 8_000)


def pick(rng: random.Random, shares: dict[str, float]) -> str:
    """Return a key of ``shares`` by its weight."""
    return rng.choices(list(shares), list(shares.values()))[0]
