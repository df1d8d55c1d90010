"""When things are said: the rhythm of the week and of the day, and a trend of growth."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

GROWTH = 0.6
"""How much more is said on the last day than on the first."""

_WORKDAYS = (1.1, 1.15, 1.15, 1.1, 1.0, 0.75, 0.75)
_EVENINGS = (0.95, 0.9, 0.9, 0.95, 1.0, 1.2, 1.25)
_NEWSROOM = (1.3, 1.3, 1.25, 1.2, 1.1, 0.4, 0.35)

WEEK = {
    "hackernews": _WORKDAYS,
    "mastodon": _WORKDAYS,
    "bluesky": _EVENINGS,
    "steam": _EVENINGS,
    "reviews": _EVENINGS,
    "rss": _NEWSROOM,
    "files": _WORKDAYS,
}

HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 8, 8, 7, 7, 7, 8, 9, 10, 10, 9, 6, 4)


def moments(
    rng: random.Random, source: str, start: datetime, days: int, count: int
) -> list[datetime]:
    """Return ``count`` times of ``days`` days from ``start``, in order (aware UTC, seconds)."""
    week = WEEK[source]
    weights = [
        (1 + GROWTH * day / days) * week[(start + timedelta(days=day)).weekday()]
        for day in range(days)
    ]
    chosen = rng.choices(range(days), weights, k=count)
    return sorted(within_day(rng, start + timedelta(days=day)) for day in chosen)


def within_day(rng: random.Random, day: datetime) -> datetime:
    """Return a time of the day that begins at ``day``, more likely in the evening than at night."""
    hour = rng.choices(range(24), HOURS)[0]
    return day + timedelta(hours=hour, seconds=rng.randrange(3600))
