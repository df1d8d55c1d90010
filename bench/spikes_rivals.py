"""The rules that products document, run on the same streams: what ours are compared with.

Each looks at the mentions as they arrived, copies and all, and is tuned no further than its own
description goes. All have the cool-down of 24 hours that ours have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from transforms.rolling import ago, last

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

HOUR = 4
DAY = 96
WEEK = 7 * DAY


def _moments(x: Floats, window: int, step: int) -> tuple[Floats, Floats]:
    """Return mean and sd of ``x`` over the ``window`` buckets before the last ``step``."""
    import numpy as np

    mean = ago(last(x, window), step) / window
    square = ago(last(x * x, window), step) / window
    return mean, np.sqrt(np.maximum(square - mean * mean, 0))


def mean_three_sd(counts: Floats) -> Bools:
    """Say where an hour's count is above mean + 3 sd of the hours of the 7 days before."""
    hour = last(counts, HOUR)
    mean, sd = _moments(hour, WEEK, HOUR)
    return (hour > mean + 3 * sd) & (hour >= 3)


def day_above_week(counts: Floats, k: float = 2.0) -> Bools:
    """Say where the mean of 24 h is above that of 7 days + k sd of the daily means."""
    import numpy as np

    day = last(counts, DAY)
    days = np.stack([ago(day, DAY * i) for i in range(1, 8)])
    return (day > days.mean(axis=0) + k * days.std(axis=0)) & (day >= 3)


def share_above(counts: Floats, negatives: Floats, share: float = 0.4) -> Bools:
    """Say where more than 40 % of the last hour's mentions, five or more, are negative."""
    n, x = last(counts, HOUR), last(negatives, HOUR)
    return (n >= 5) & (x > share * n)


def weekly_doubled(counts: Floats, z: float = 2.0) -> Bools:
    """Say where an hour stands out of the same hour of the four weeks before, and has doubled."""
    import numpy as np

    hour = last(counts, HOUR)
    weeks = np.stack([ago(hour, WEEK * i) for i in range(1, 5)])
    mean, sd = weeks.mean(axis=0), weeks.std(axis=0)
    return (hour > mean + z * np.maximum(sd, 1e-9)) & (hour >= 2 * mean) & (hour >= 3)


def cooled(hot: Bools, cooldown: int = DAY) -> list[tuple[int, int]]:
    """Return series and bucket of what is left with a cool-down."""
    kept, before = [], {}
    for t, s in zip(*hot.T.nonzero(), strict=True):
        if t - before.get(s, -cooldown) >= cooldown:
            before[s] = t
            kept.append((int(s), int(t)))
    return kept


VOLUME: dict[str, Callable[[Floats], Bools]] = {
    "hour > mean + 3 sd of 7 days": mean_three_sd,
    "24 h mean > 7-day mean + 2 sd": day_above_week,
    "weekly z > 2 and doubled": weekly_doubled,
}
NEGATIVE: dict[str, Callable[[Floats, Floats], Bools]] = {
    "negatives > mean + 3 sd of 7 days": lambda _, x: mean_three_sd(x),
    "negatives, 24 h mean > 7-day mean + 2 sd": lambda _, x: day_above_week(x),
    "share > 40 % (hour, five mentions)": share_above,
    "negatives, weekly z > 2 and doubled": lambda _, x: weekly_doubled(x),
}
