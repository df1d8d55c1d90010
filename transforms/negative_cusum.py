"""When a share of negatives began to rise: a CUSUM of many series, bucket by bucket.

Of every bucket a log likelihood ratio is added up (Page 1954): of the share p1 that would be worth
an alarm against the usual one p0, discounted because voices of one hour hang together:

    l = [x ln(p1 / p0) + (n - x) ln((1 - p1) / (1 - p0))] / (1 + (n_1h - 1) rho),  C = max(0, C + l)

What is seen began where C was last 0. C also goes back to 0 where it fell far below its peak: that
is as much evidence that it is over. The baseline learns from every hour, but not from what began
at an onset if C has become large since, nor from known incidents.

The state is of constant size, so a new bucket over all series costs the same after years.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from transforms.negative_baseline import (
    BaselineSettings,
    Sums,
    Usual,
    hour_sums,
    no_sums,
    part_of_week,
    usual,
)
from transforms.voices_heard import BUCKET

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from transforms.voices_heard import Bools, Heard

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PER_HOUR = 3600 // BUCKET
DECADE = math.log(10)


class CusumSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a rise of the share is found. Decades are powers of ten of the likelihood ratio."""

    rise: float = 1.3
    """p1 = logistic(logit p0 + rise): the share that is looked for."""
    candidate: float = 2.0
    """Decades of the CUSUM from which the probability is looked at."""
    not_usual: float = 3.0
    """Decades from which what began at the onset doesn't become part of the baseline."""
    over: float = 4.0
    """Decades below its peak at which it is over: evidence that the share is what it was."""
    new_usual_days: float = 14.0
    """So long a rise is the new baseline."""
    uncertainty: float = 0.4
    """How much of the baseline's own uncertainty, 1 / (voices it is worth), counts in the tail."""
    baseline: BaselineSettings = BaselineSettings()


class State(NamedTuple):
    """All that is remembered between buckets; [series] unless said otherwise.

    Never changed in place. ``bucket`` counts from 1970. ``before`` and ``since`` are the baseline's
    sums of before and since the onset. ``found`` is [4, series], since the onset: voices,
    negatives, expected negatives, voices with their discount. ``recent`` is [3, series]: fresh
    voices of the last buckets. ``hour`` is [3, series]: voices and negatives of the hour, and
    whether it is left out. ``season`` is [2, parts of the week]: negatives seen and expected over
    the network. ``usual`` is what is usual in this hour.
    """

    bucket: int
    score: Floats
    peak: Floats
    onset: Ints
    before: Sums
    since: Sums
    found: Floats
    recent: Floats
    hour: Floats
    season: Floats
    usual: Usual


class Found(NamedTuple):
    """Buckets whose evidence is worth a look at its probability; each [m], in order of time.

    ``strength`` is what the baseline is worth, in voices.
    """

    series: Ints
    bucket: Ints
    onset: Ints
    n: Ints
    negatives: Ints
    expected: Floats
    rho: Floats
    strength: Floats
    score: Floats


def fresh_state(series: int, bucket: int, settings: CusumSettings) -> State:
    """Return the state of ``series`` series of which nothing is known before ``bucket``."""
    import numpy as np

    from transforms.negative_baseline import CELLS

    return State(
        bucket,
        np.zeros(series),
        np.zeros(series),
        np.full(series, bucket),
        no_sums(series),
        no_sums(series),
        np.zeros((4, series)),
        np.zeros((3, series)),
        np.zeros((3, series)),
        np.zeros((2, CELLS)),
        usual(no_sums(series), 1.0, settings.baseline),
    )


def advance(
    state: State, heard: Heard, settings: CusumSettings, left_out: Bools | None = None
) -> tuple[State, Found, Floats, Ints]:
    """Go on from ``state`` over the buckets of ``heard``.

    ``left_out`` [series, buckets] are known incidents: they feed no baseline. Return the state
    after, the candidates, and [series, buckets] the CUSUM in decades and the bucket of its onset.
    """
    import numpy as np

    series, buckets = heard.fresh.shape
    score = np.empty((buckets, series))
    onset = np.empty((buckets, series), np.int64)
    found = []
    columns = [np.ascontiguousarray(part.T, float) for part in heard]
    out = None if left_out is None else np.ascontiguousarray(left_out.T)
    for t in range(buckets):
        now = [column[t] for column in columns]
        state = _bucket(state, now, settings, None if out is None else out[t])
        score[t], onset[t] = state.score / DECADE, state.onset
        found.append(_candidates(state, now[1], settings))
    joined = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    return state, Found(*joined), score.T, onset.T


def _bucket(state: State, now: list[Floats], settings: CusumSettings, out: Bools | None) -> State:
    """Return the state after one bucket more."""
    import numpy as np

    n, x = now[0], now[1]
    share, rho = state.usual.share, state.usual.rho
    at_once = state.recent.sum(axis=0) + n
    discount = 1 + np.maximum(at_once - 1, 0) * rho
    alarming = 1 / (1 + (1 / share - 1) * math.exp(-settings.rise))
    ratio = x * np.log(alarming / share) + (n - x) * np.log((1 - alarming) / (1 - share))
    score = state.score + ratio / discount
    peak = np.maximum(state.peak, score)
    found = state.found + np.stack([n, x, n * share, n * discount])
    hour = state.hour + np.stack([now[2], now[3], np.zeros_like(n) if out is None else out])
    state = state._replace(
        score=score,
        peak=peak,
        found=found,
        hour=hour,
        recent=np.concatenate([state.recent[1:], n[None]]),
        bucket=state.bucket + 1,
    )
    state = _begun_anew(state, settings)
    return _hour_over(state, settings) if state.bucket % PER_HOUR == 0 else state


def _begun_anew(state: State, settings: CusumSettings) -> State:
    """Set back the series whose evidence is gone, or is so old that it is the new baseline."""
    import numpy as np

    age = state.bucket - state.onset
    usual_now = age > settings.new_usual_days * 86_400 / BUCKET
    gone = (state.score <= 0) | (state.score <= state.peak - settings.over * DECADE) | usual_now
    if not gone.any():
        return state
    kept = gone & (usual_now | (state.peak < settings.not_usual * DECADE))
    before = Sums(*(b + kept * s for b, s in zip(state.before, state.since, strict=True)))
    since = Sums(*(np.where(gone, 0.0, s) for s in state.since))
    return state._replace(
        score=np.where(gone, 0.0, state.score),
        peak=np.where(gone, 0.0, state.peak),
        onset=np.where(gone, state.bucket, state.onset),
        found=np.where(gone, 0.0, state.found),
        before=before,
        since=since,
    )


def _hour_over(state: State, settings: CusumSettings) -> State:
    """Add the hour that ended to the sums, and say what is usual in the next."""
    import numpy as np

    b = settings.baseline
    hour = state.bucket // PER_HOUR - 1
    cell = part_of_week(hour)
    season = _factor(state.season, cell, b)
    n, x = state.hour[:2] * (state.hour[2] == 0)
    new = hour_sums(n, x, state.usual.share, b)
    # the usual share without its season is what fades; the season is the network's
    new = new._replace(negatives=new.negatives / season)
    fade = 0.5 ** (1 / 24 / b.half_life_days)
    calm = state.score <= 0
    before = Sums(*(fade * s + calm * a for s, a in zip(state.before, new, strict=True)))
    since = Sums(*(fade * s + ~calm * a for s, a in zip(state.since, new, strict=True)))
    calm = state.peak < settings.not_usual * DECADE
    known = Sums(*(x + calm * y for x, y in zip(before, since, strict=True)))
    seasons = state.season * 0.5 ** (1 / 24 / b.season_half_life_days)
    told = state.peak < settings.not_usual * DECADE
    # what is expected has the season in it, so that is taken out again: the factor is of the level
    expected = float((new.voices * state.usual.share / season) @ told)
    seasons[:, cell] += float((new.negatives * season) @ told), expected
    return state._replace(
        hour=np.zeros_like(state.hour),
        before=before,
        since=since,
        season=seasons,
        usual=usual(known, _factor(seasons, part_of_week(hour + 1), b), b),
    )


def _factor(season: Floats, cell: int, settings: BaselineSettings) -> float:
    """Return how much more negatives there are in this part of the week, drawn towards 1."""
    k = settings.season_strength
    return float((season[0, cell] + k) / (season[1, cell] + k))


def _candidates(state: State, negatives: Floats, settings: CusumSettings) -> Found:
    """Return the columns of ``Found`` for the last bucket: what has new evidence, and enough."""
    import numpy as np

    at = np.flatnonzero((state.score >= settings.candidate * DECADE) & (negatives > 0))
    n, x, expected, discounted = state.found[:, at]
    share = expected / n
    rho = (discounted / n - 1) / np.maximum(n - 1, 1)
    rho = rho + settings.uncertainty / (state.usual.strength[at] + 1)
    return Found(
        at.astype(np.int64),
        np.full(len(at), state.bucket - 1),
        state.onset[at],
        n.astype(np.int64),
        x.astype(np.int64),
        share,
        np.clip(rho, 1e-4, 0.5),
        state.usual.strength[at],
        state.score[at],
    )
