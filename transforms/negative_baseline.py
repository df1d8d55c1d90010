"""What share of negatives is usual for each series, and how much it sways from hour to hour.

Everything here is sums that fade (half of an hour's weight is gone after ``half_life_days``), so a
new hour costs the same however long the past is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CELLS = 12
"""Parts of the week that have a factor of their own: six of a day, on working days and weekends."""
MONDAY = 3
"""1970-01-01 was a Thursday, the day number 3 of its week."""


class BaselineSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the usual share is learned. The values shipped were chosen on simulated streams."""

    half_life_days: float = 4.0
    usual_share: float = 0.2
    """The share where there is nothing to learn from yet, worth ``usual_strength`` voices."""
    usual_strength: float = 20.0
    hour_correlation: float = 0.02
    """An hour of n voices weighs as n / (1 + (n - 1) hour_correlation) of them: see ``weight``."""
    largest_deviation: float = 2.4
    """Squared deviations of an hour count up to so many variances: one burst isn't the usual."""
    sway: float = 0.06
    """rho / (p (1 - p)) where there is nothing to learn from yet."""
    sway_strength: float = 1000.0
    """How much of its own past a series needs to have a sway of its own, not the network's."""
    season_strength: float = 200.0
    season_half_life_days: float = 14.0


class Sums(NamedTuple):
    """Fading sums over hours: weighted voices and negatives, and both sides of the moment of rho.

    Each is [series].
    """

    voices: Floats
    negatives: Floats
    spread: Floats
    pairs: Floats


class Usual(NamedTuple):
    """What is usual now, each [series]: the share, what it is worth in voices, and rho."""

    share: Floats
    strength: Floats
    rho: Floats


def no_sums(series: int) -> Sums:
    """Return the sums of nothing."""
    import numpy as np

    return Sums(*(np.zeros(series) for _ in Sums._fields))


def weight(voices: Floats, settings: BaselineSettings) -> Floats:
    """Return what one voice of an hour weighs: of many at once each tells less."""
    import numpy as np

    return 1 / (1 + np.maximum(voices - 1, 0) * settings.hour_correlation)


def hour_sums(voices: Floats, negatives: Floats, share: Floats, settings: BaselineSettings) -> Sums:
    """Return what one hour adds, given the share that was expected of it.

    rho = sum[(x - n p)^2 - n p (1 - p)] / sum[n (n - 1) p (1 - p)] over hours: its two sides, the
    lower divided by the p (1 - p) that rho grows with, each weighted by the hour's weight squared.
    """
    import numpy as np

    w = weight(voices, settings)
    binomial = voices * share * (1 - share)
    pairs = binomial * np.maximum(voices - 1, 0)
    most = binomial + pairs * settings.hour_correlation
    off = np.minimum((negatives - voices * share) ** 2, settings.largest_deviation * most)
    spread = w * w * (off - binomial)
    return Sums(w * voices, w * negatives, spread, w * w * pairs * share * (1 - share))


def part_of_week(hour: int) -> int:
    """Return which of the ``CELLS`` parts of the week an hour (counted from 1970, UTC) is in."""
    weekend = (hour // 24 + MONDAY) % 7 >= 5
    return weekend * 6 + hour % 24 // 4


def prior(sums: Sums, settings: BaselineSettings) -> tuple[float, float]:
    """Return the network's share and how many voices it is worth to one series, by moments.

    tau^2, the variance of the series' own shares, is what their spread has more than sampling
    explains (DerSimonian and Laird 1986); a beta distribution of that variance is worth
    pi (1 - pi) / tau^2 - 1 voices. Of fewer than five series nothing is learned of the variance.
    """
    import numpy as np

    n = sums.voices
    share = np.divide(sums.negatives, n, out=np.zeros_like(n), where=n > 0)
    said = n / (n + 50.0)
    mean = float((said @ share + settings.usual_share) / (said.sum() + 1))
    between = mean * (1 - mean)
    known = int((n > 0).sum())
    total = float(n.sum())
    if known < 5 or total < 50:
        return mean, settings.usual_strength
    more = float(n @ (share - mean) ** 2) - (known - 1) * between
    tau2 = max(more, 0.0) / max(total - float(n @ n) / total, 1e-9)
    return mean, float(np.clip(between / max(tau2, 1e-6) - 1, 5, 200))


def usual(sums: Sums, season: float, settings: BaselineSettings) -> Usual:
    """Return what is usual at a time whose part of the week has the factor ``season``.

    p = (negatives + m pi) / (voices + m), pi and m the network's prior; rho likewise is drawn to
    the network's, to which no series adds more than a tenth of what one needs to have its own.
    """
    import numpy as np

    mean, strength = prior(sums, settings)
    worth = sums.voices + strength
    share = np.clip((sums.negatives + mean * strength) / worth * season, 0.005, 0.9)
    k = settings.sway_strength
    least = np.minimum(1.0, k / 10 / np.maximum(sums.pairs, 1e-9))
    network = float((sums.spread @ least + settings.sway) / (sums.pairs @ least + 1))
    sway = (sums.spread + k * network) / (sums.pairs + k)
    return Usual(share, worth, np.clip(sway * share * (1 - share), 0.003, 0.2))
