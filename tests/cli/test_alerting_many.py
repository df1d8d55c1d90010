"""Many brands are looked at a few at a time, which changes nothing of what is found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tidings.cli.alerting import talk
from tidings.cli.alerting.places import Looked, Place
from tidings.watch import Brand, Competitor, Watch
from transforms.spoken import Spoken, bucket_starts
from warehouse.alerts import Piece

SINCE, DAYS = datetime(2026, 3, 1), 40
NAMES = [f"Brand {n}" for n in range(7)]


def said() -> Spoken:
    """Something every two hours of each brand, and ten negatives at once of two of them."""
    dice = np.random.default_rng(5)
    usual = [
        (brand, SINCE + timedelta(hours=float(hour)), bool(dice.random() < 0.2))
        for brand in range(len(NAMES))
        for hour in dice.uniform(0, DAYS * 24, DAYS * 12)
    ]
    burst = [
        (brand, SINCE + timedelta(days=day, minutes=minute), True)
        for brand, day in ((1, 30), (6, 35))
        for minute in range(40)
    ]
    rows = sorted(usual + burst, key=lambda row: row[1])
    n = len(rows)
    times = np.array([row[1] for row in rows], "datetime64[us]")
    return Spoken(
        brands=NAMES,
        brand=np.array([row[0] for row in rows]),
        mention_id=np.array([str(i) for i in range(n)], object),
        published=times,
        arrived=times,
        voice=np.arange(1, n + 1, dtype=np.uint64),
        author=np.arange(1, n + 1, dtype=np.uint64),
        negative=np.array([row[2] for row in rows]),
        scored=np.ones(n, bool),
        rating=np.full(n, np.nan),
        followers=np.full(n, np.nan),
        first_copy=np.ones(n, bool),
        due=np.full(n, np.datetime64("NaT", "us")),
        answered=np.full(n, np.datetime64("NaT", "us")),
    )


def looked() -> Looked:
    watch = Watch(
        id="w",
        brand=Brand(name=NAMES[0]),
        competitors=tuple(Competitor(name=name) for name in NAMES[1:]),
    )
    until = SINCE + timedelta(days=DAYS)
    found = Looked([], {}, NAMES)
    talk._volume(
        [Place(name, watch, name == NAMES[0]) for name in NAMES],
        said(),
        bucket_starts(SINCE, until),
        [Piece("w", None, "walk", SINCE, until)],
        np.zeros(len(NAMES), np.int64),
        found,
    )
    return found


def test_brands_looked_at_two_by_two_are_found_as_all_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = looked()
    assert {(f.brand, f.measure) for f in together.findings} >= {
        (brand, measure) for brand in ("Brand 1", "Brand 6") for measure in ("mentions", "negative")
    }
    monkeypatch.setattr(talk, "AT_ONCE", 2)
    apart = looked()
    assert set(apart.findings) == set(together.findings)
    assert {k: sorted(v) for k, v in apart.evidence.items()} == {
        k: sorted(v) for k, v in together.evidence.items()
    }


def test_long_after_the_last_mention_nothing_more_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets in which nothing was said for days are left out; what is found stays the same."""
    watch = Watch(id="w", brand=Brand(name=NAMES[0]))
    place = Place(NAMES[0], watch, True)
    spoken = said()
    mine = spoken.of(spoken.brand == 1)._replace(brands=NAMES[:1])
    mine = mine._replace(brand=np.zeros(len(mine.published), int))
    widths = []
    of_bucket_starts = bucket_starts

    def noted(since: datetime, until: datetime) -> Any:
        widths.append(until - since)
        return of_bucket_starts(since, until)

    monkeypatch.setattr("transforms.spoken.bucket_starts", noted)
    monkeypatch.setattr("warehouse.alerts.first_said", lambda _: {NAMES[0]: SINCE})
    until = SINCE + timedelta(days=DAYS + 100)
    piece = Piece("w", None, "walk", SINCE, until)
    monkeypatch.setattr("warehouse.alerts.collected", lambda *_: [piece])
    monkeypatch.setattr(talk, "_words", lambda *asked: [frozenset()] * len(asked[-1]))
    results = []
    for quiet in (talk.QUIET, timedelta(days=200)):
        monkeypatch.setattr(talk, "QUIET", quiet)
        found = Looked([], {}, NAMES[:1])
        talk.talk(None, [place], mine, SINCE, until, found)
        results.append((found.findings, found.evidence))
    assert results[0][0], "the burst"
    assert results[0] == results[1]
    assert widths[0] < timedelta(days=DAYS + 3)
    assert widths[1] == until - SINCE
