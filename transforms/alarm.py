"""An alarm: one finding of a detector about one series at one time.

Detectors are functions of arrays: they know neither the clock nor the database, and a series is a
number. Alarms of one brand that stand near each other become one incident (``tidings.incident``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np

Measure = Literal["mentions", "negative", "negative_share"]


class Alarm(NamedTuple):
    """What was found. Times are UTC and aware of it.

    ``at`` is when it could be decided, the end of a bucket; ``onset`` the start of the bucket with
    which it began. ``observed`` and ``expected`` are of the time from the onset on: counts, or for
    ``negative_share`` shares of ``n`` voices. ``score`` is on the detector's own scale.
    ``probability`` is that of seeing so much or more under the baseline, None where the detector
    has no such thing.
    """

    series: int
    at: datetime
    onset: datetime
    score: float
    observed: float
    expected: float
    n: int
    probability: float | None
    measure: Measure


def seconds(time: np.datetime64) -> int:
    """Return the whole seconds after 1970 of a time in UTC."""
    return int(time.astype("datetime64[s]").astype("int64"))


def utc(seconds: float) -> datetime:
    """Return the time so many seconds after 1970 in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
