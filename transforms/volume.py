"""Whether a series of counts has risen above what is usual at this time of day.

Over several scales at once, from a quarter of an hour (a storm) to a day (a slow burn). For each,
with y the count of the last m:

    mu = w (mean at this time of day +- 1 h, 14 days) + (1 - w) (mean of 14 days), w = d / (d + 4)
    r = y - mu,  z = (r - mean14(r)) / max(sd14(r), sqrt(mu + 1))

d is the days seen, mean14 and sd14 are those of r in the 14 days before. The floor sqrt(mu + 1),
the spread of a Poisson count, keeps brands of two mentions a day quiet. Earlier bursts inflate the
sd of counts, not so that of logarithms: for six hours z is computed of r = ln((y + 1) / (mu + 1)),
too, with the floor 1 / sqrt(mu + 1). The score is the mean of the z of counts, or the z of
logarithms times ``sustained`` if that is more. Buckets that can't be scored count as if they had
been as expected.

The score of a bucket depends on the ``RUN_UP_DAYS`` days before it and on nothing later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from transforms.alarm import Alarm, seconds, utc
from transforms.rolling import ago, around, last

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer]

BUCKET = 900
"""Seconds of a bucket."""
DAY = 86_400 // BUCKET
RUN_UP_DAYS = 31
BEGINS = 1.0
"""The score from which what becomes an alarm has begun."""
AT_ONCE = 8
"""Series that are scored together: a quarter's buckets of so many stay in a processor's cache."""


class VolumeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a rise of volume is found. Scales are in hours."""

    threshold: float = 3.55
    scales: tuple[float, ...] = (0.25, 1, 6, 24)
    sustained: float = 1.45
    """What the z of logarithms is multiplied with to be on the scale of the other; 0: not used."""
    sustained_hours: float = 6.0
    history_hours: float = 12.0
    """Nothing is scored before so much has been seen."""
    cooldown_hours: float = 24.0
    again: float = 3.0
    """Within the cool-down an alarm takes so many times the volume of the alarm before."""
    again_hours: float = 6.0
    """The time over which that volume is counted."""
    days: int = 14
    around_hours: float = 1.0
    trust_days: float = 4.0
    """Days after which the time of day weighs as much as the mean of all times."""


class VolumeScores(NamedTuple):
    """What ``volume_scores`` says, each [series, buckets].

    ``score`` is -inf where nothing is scored. ``expected`` is the count expected of the bucket.
    """

    score: Floats
    expected: Floats


def volume_scores(
    counts: Ints, scorable: Bools, first_seen: Ints, settings: VolumeSettings | None = None
) -> VolumeScores:
    """Score buckets of 15 minutes that follow one another.

    ``counts`` and ``scorable`` are [series, buckets]; ``scorable`` is false while ingestion was
    down and in the first bucket after. ``first_seen`` [series] is the first bucket with which a
    series is known, 0 or less if that was before; what is before isn't looked at.
    """
    import numpy as np

    chosen = settings or VolumeSettings()
    score, expected = np.empty(counts.shape), np.empty(counts.shape)
    time = np.arange(counts.shape[1])
    for i in range(0, len(counts), AT_ONCE):
        part = slice(i, i + AT_ONCE)
        seen = time >= first_seen[part, None]
        usable = scorable[part] & seen
        known = np.where(usable, counts[part], 0).astype(np.float64)
        days = np.maximum(time + 1 - first_seen[part, None], 0) / DAY
        expected[part] = _expected(known, usable.astype(np.float64), days, chosen)
        score[part] = _score(known, usable, expected[part], chosen)
        enough = time - first_seen[part, None] >= _buckets(chosen.history_hours)
        score[part][~(usable & enough)] = -np.inf
    return VolumeScores(score, expected)


def volume_alarms(
    counts: Ints,
    scores: VolumeScores,
    start: np.datetime64,
    measure: Literal["mentions", "negative"] = "mentions",
    settings: VolumeSettings | None = None,
) -> list[Alarm]:
    """Return the alarms of scored counts whose first bucket begins at ``start`` (UTC), by time.

    A series has no other alarm in the cool-down after one, unless the volume has become several
    times that of the last alarm. Nor has it one of no more than what was expected: a series that
    has fallen silent scores high once its past is forgotten.
    """
    import numpy as np

    chosen = settings or VolumeSettings()
    volume = last(counts.astype(np.float64), _buckets(chosen.again_hours))
    cooldown = _buckets(chosen.cooldown_hours)
    before: dict[int, tuple[int, float]] = {}
    found = []
    zero = seconds(start)
    hot = np.argwhere((scores.score >= chosen.threshold).T)
    for t, s in hot.tolist():
        when, much = before.get(s, (t - cooldown, 0.0))
        if t - when < cooldown and volume[s, t] < chosen.again * much:
            continue
        alarm = _alarm(counts[s], scores, s, t, zero, measure, chosen)
        if alarm.observed > alarm.expected:
            before[s] = (t, volume[s, t])
            found.append(alarm)
    return found


def _expected(known: Floats, usable: Floats, days: Floats, settings: VolumeSettings) -> Floats:
    """Return mu of each bucket: the time of day's own mean, the more the more days were seen."""
    import numpy as np

    half = _buckets(settings.around_hours)
    near, near_n = around(known, half), around(usable, half)
    total, n = np.zeros_like(known), np.zeros_like(known)
    for day in range(1, settings.days + 1):
        total += ago(near, day * DAY)
        n += ago(near_n, day * DAY)
    level = ago(last(known, settings.days * DAY), 1)
    level /= np.maximum(ago(last(usable, settings.days * DAY), 1), 1)
    trust = np.where(n > 0, days / (days + settings.trust_days), 0.0)
    mean: Floats = trust * total / np.maximum(n, 1) + (1 - trust) * level
    return mean


def _score(known: Floats, usable: Bools, expected: Floats, settings: VolumeSettings) -> Floats:
    """Return the mean of z over the scales, or that of a sustained rise."""
    import numpy as np

    off = np.where(usable, known - expected, 0.0)
    seen_before = np.maximum(ago(last(usable.astype(np.float64), settings.days * DAY), 1), 1)
    total = np.zeros_like(known)
    for hours in settings.scales:
        scale = _buckets(hours)
        floor = np.sqrt(last(expected, scale) + 1)
        total += _z(last(off, scale), floor, usable, seen_before, settings.days)
    scale = _buckets(settings.sustained_hours)
    usual = last(expected, scale) + 1
    # what rounding leaves of a sum of nothing may be below zero
    seen = np.maximum(usual + last(off, scale), 1)
    sustained = _z(np.log(seen / usual), 1 / np.sqrt(usual), usable, seen_before, settings.days)
    mean = total / len(settings.scales)
    return np.maximum(mean, settings.sustained * sustained) if settings.sustained else mean


def _z(r: Floats, floor: Floats, usable: Bools, n: Floats, days: int) -> Floats:
    """Return how far r is from its mean of the days before, in its spread or at least ``floor``.

    ``n`` is how many buckets of these days are usable.
    """
    import numpy as np

    window = days * DAY
    counted = np.where(usable, r, 0.0)
    mean = ago(last(counted, window), 1) / n
    square = ago(last(counted * counted, window), 1) / n
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    z: Floats = (r - mean) / np.maximum(spread, floor)
    return z


def _alarm(
    counts: Ints,
    scores: VolumeScores,
    s: int,
    t: int,
    zero: int,
    measure: Literal["mentions", "negative"],
    settings: VolumeSettings,
) -> Alarm:
    """Put one alarm together; it began where the score was last below ``BEGINS``."""
    import numpy as np

    earliest = max(0, t - _buckets(max(settings.scales)) + 1)
    calm = np.flatnonzero(scores.score[s, earliest : t + 1] < BEGINS)
    onset = earliest + int(calm[-1]) + 1 if len(calm) else earliest
    observed = int(counts[onset : t + 1].sum())
    return Alarm(
        series=s,
        at=utc(zero + (t + 1) * BUCKET),
        onset=utc(zero + onset * BUCKET),
        score=float(scores.score[s, t]),
        observed=float(observed),
        expected=float(scores.expected[s, onset : t + 1].sum()),
        n=observed,
        probability=None,
        measure=measure,
    )


def _buckets(hours: float) -> int:
    return round(hours * 3600 / BUCKET)
