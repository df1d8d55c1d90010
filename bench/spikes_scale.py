"""What scoring many brands costs: one pass over all time against one new bucket."""

from __future__ import annotations

import resource
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from transforms.voices_heard import Mentions

START = "2026-01-01T00:00:00"
A_DAY = (2, 5, 20, 50, 100)
"""Mentions a day of the brands, in turn."""


def made(brands: int, days: int, rng: np.random.Generator) -> Mentions:
    """Return mentions of ``brands`` brands over ``days`` days, a fifth of them negative."""
    import numpy as np

    from transforms.voices_heard import Mentions

    many = rng.poisson(np.resize(A_DAY, brands) * days)
    series = np.repeat(np.arange(brands, dtype=np.int32), many)
    n = len(series)
    published = np.datetime64(START, "s") + rng.integers(0, days * 86_400 - 3600, n)
    return Mentions(
        series,
        published,
        published + rng.integers(0, 3600, n).astype("timedelta64[s]"),
        rng.integers(1, 1 << 62, n, dtype=np.uint64),
        rng.integers(1, n, n, dtype=np.uint64),
        rng.random(n) < 0.2,
    )


def report(brands: int, days: int) -> list[str]:
    """Return lines that tell the times and the most memory that was taken."""
    import numpy as np

    from transforms.negative_share import RUN_UP_DAYS, ShareSettings, shares_of
    from transforms.voices_heard import Grid, Heard, Mentions, voices_heard
    from transforms.volume import RUN_UP_DAYS as VOLUME_DAYS
    from transforms.volume import volume_alarms, volume_scores

    rng = np.random.default_rng(1)
    mentions = made(brands, days, rng)
    grid = Grid(np.datetime64(START, "s"), days * 96)
    lines = [f"{brands} brands, {days} days, {len(mentions.series):,} mentions"]

    def timed(name: str, began: float) -> None:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        lines.append(f"{name}: {time.perf_counter() - began:.2f} s, at most {most:.2f} GiB so far")

    began = time.perf_counter()
    heard = voices_heard(mentions, brands, grid)
    timed("voices counted, all", began)
    began = time.perf_counter()
    before = shares_of(Heard(*(part[:, :-1] for part in heard)), grid, ShareSettings())
    timed("negative share, all", began)
    late = mentions.arrived >= grid.start + np.timedelta64((days - 2) * 86_400, "s")
    now = Grid(grid.start + np.timedelta64((grid.buckets - 1) * 900, "s"), 1)
    began = time.perf_counter()
    recent = voices_heard(Mentions(*(column[late] for column in mentions)), brands, now)
    shares_of(recent, now, ShareSettings(), before.memory)
    timed("negative share, one new bucket with its memory", began)
    del before
    tail = RUN_UP_DAYS * 96
    window = Grid(grid.start + np.timedelta64((grid.buckets - tail) * 900, "s"), tail)
    began = time.perf_counter()
    shares_of(Heard(*(part[:, -tail:] for part in heard)), window, ShareSettings())
    timed(f"negative share, one new bucket from {RUN_UP_DAYS} days without memory", began)
    first = np.zeros(brands, np.int64)
    scorable = np.ones(heard.fresh.shape, bool)
    began = time.perf_counter()
    volume_alarms(heard.fresh, volume_scores(heard.fresh, scorable, first), grid.start)
    timed("volume, all", began)
    tail = VOLUME_DAYS * 96
    counts = heard.fresh[:, -tail:]
    began = time.perf_counter()
    volume_alarms(counts, volume_scores(counts, scorable[:, -tail:], first), window.start)
    timed(f"volume, one new bucket from {VOLUME_DAYS} days", began)
    return lines
