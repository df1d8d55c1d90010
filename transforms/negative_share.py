"""Alarms about the share of negatives among distinct voices, under a budget of false alarms.

``transforms.negative_cusum`` finds when it began. It is an alarm if the count of negatives from
there on is so improbable under the baseline that false alarms stay within a number per week, over
all series; what the CUSUM finds without that is for a digest.

Measured on simulated streams, a series has FALSE_FACTOR p^FALSE_POWER false alarms a week where p
is the probability asked for: it isn't p times a number, since the onset is chosen by looking, and
the usual share drifts. So the probability to ask for follows from the budget. A series of many
voices has as many chances to be wrong, so it is asked for a smaller one, in proportion.

Where texts are known, the probability is divided by the evidence that the rise is about something
(``transforms.negative_words``): one with a word of its own may be more probable, by a bounded
factor, and one without must be less. That keeps the budget; measured, it takes half of it.

To go on, give the state returned and the mentions from 24 hours (and the beginning of the day)
before the new buckets; with words, those of the ``RUN_UP_DAYS`` before the oldest onset, too.
Without a state, a run over ``RUN_UP_DAYS`` days says the same as one over all the past: what is
older has faded to a hundredth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from transforms.alarm import Alarm, seconds, utc
from transforms.negative_cusum import DECADE, CusumSettings, Found, State, advance, fresh_state
from transforms.negative_words import Said, Words, WordSettings
from transforms.tails import beta_binomial_tail
from transforms.voices_heard import BUCKET, Grid, Heard, Mentions, voices, voices_heard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from transforms.voices_heard import Bools

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

RUN_UP_DAYS = 28
FALSE_FACTOR = 30.0
FALSE_POWER = 0.5

STRENGTH = 1000.0
"""Voices that a baseline is worth of which exactly ``least_probability`` is asked."""
NEVER = -(1 << 40)


class ShareSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When a rise is an alarm."""

    budget: float = 1.0
    """False alarms a week that are put up with, over all series."""
    most_per_series: float = 1 / 60
    """False alarms a week that one series may have, however few series there are."""
    pause_hours: float = 24.0
    """Time after an alarm of a series in which it has no other."""
    digest: float = 4.5
    """Decades of the CUSUM from which what is no alarm is told in a digest."""
    least_negatives: int = 12
    """So many negatives since the onset an alarm needs: three authors of a day aren't enough."""
    cusum: CusumSettings = CusumSettings()
    words: WordSettings = WordSettings()


class Memory(NamedTuple):
    """What is remembered between runs; [series]. Times are buckets from 1970, ``NEVER`` for none.

    ``alarmed_at`` is the last alarm, ``alarmed_of`` and ``told_of`` the onset that the last alarm
    and the last entry of a digest were about.
    """

    state: State
    alarmed_at: Ints
    alarmed_of: Ints
    told_of: Ints


class Shares(NamedTuple):
    """What was found. Arrays are [series, buckets].

    ``score`` is the CUSUM in powers of ten: at 0 there is no evidence (any more). ``onset`` is the
    bucket (counted from 1970) with which what it speaks of began. ``voices``, ``observed`` and
    ``expected``, each [series], are of the time from the onset to the last bucket: how many, and
    the shares of negatives (nan without voices).
    """

    alarms: list[Alarm]
    digest: list[Alarm]
    score: Floats
    onset: Ints
    voices: Ints
    observed: Floats
    expected: Floats
    memory: Memory


def least_probability(settings: ShareSettings, series: int) -> float:
    """Return the probability at which the alarms of ``series`` series are within the budget."""
    weekly = min(settings.budget / max(series, 1), settings.most_per_series)
    return float((weekly / FALSE_FACTOR) ** (1 / FALSE_POWER))


def negative_share(
    mentions: Mentions,
    series: int,
    grid: Grid,
    settings: ShareSettings | None = None,
    memory: Memory | None = None,
    left_out: Bools | None = None,
    words: Words | None = None,
) -> Shares:
    """Find rises of the negative share of ``series`` series in the buckets of ``grid``.

    The order of the mentions doesn't matter, nor does it if some are there twice. ``left_out``
    [series, buckets] says which buckets are of known incidents: no baseline learns from them.
    ``words`` gives the words of rows of ``mentions``; without it counts alone decide.
    """
    chosen = settings or ShareSettings()
    heard = voices(mentions)
    said = None if words is None else Said(mentions, heard, words, chosen.words)
    counts = voices_heard(mentions, series, grid, heard)
    return shares_of(counts, grid, chosen, memory, left_out, said)


def shares_of(
    heard: Heard,
    grid: Grid,
    settings: ShareSettings,
    memory: Memory | None = None,
    left_out: Bools | None = None,
    said: Said | None = None,
) -> Shares:
    """Do the same with voices that have been counted; ``said`` is what they said."""
    import numpy as np

    series = len(heard.fresh)
    first = seconds(grid.start) // BUCKET
    if memory is None:
        none = np.full(series, NEVER)
        memory = Memory(fresh_state(series, first, settings.cusum), none, none, none)
    if memory.state.bucket != first:
        raise ValueError(f"the memory ends with bucket {memory.state.bucket}, not {first}")
    state, found, score, onset = advance(memory.state, heard, settings.cusum, left_out)
    p = beta_binomial_tail(found.n, found.negatives, found.expected, found.rho)
    alarms, digest, memory = _chosen(found, p, memory._replace(state=state), settings, said)
    n, x, usual, _ = state.found
    with np.errstate(invalid="ignore"):
        return Shares(alarms, digest, score, onset, n.astype(np.int64), x / n, usual / n, memory)


def _chosen(
    found: Found, p: Floats, memory: Memory, settings: ShareSettings, said: Said | None
) -> tuple[list[Alarm], list[Alarm], Memory]:
    """Return what is an alarm and what is for the digest, each onset once."""
    import numpy as np

    at, of, told = (part.copy() for part in memory[1:])
    asked = least_probability(settings, len(at))
    pause = settings.pause_hours * 3600 / BUCKET
    # as if all baselines were worth the same
    even = np.where(
        found.negatives >= settings.least_negatives, p * found.strength / STRENGTH, np.inf
    )
    possible = even <= asked * (1 if said is None else settings.words.most)
    # the CUSUM looks at single voices' evidence: what neither finds is most of it
    slight = (even <= asked) | (found.score >= settings.digest * DECADE)
    last = {(s, o): b for s, o, b in zip(*_columns(found, possible), strict=True)}
    alarms, digest = [], []
    for i in np.flatnonzero(possible | slight).tolist():
        s, bucket, onset = int(found.series[i]), int(found.bucket[i]), int(found.onset[i])
        if of[s] == onset:
            continue
        improbable = possible[i] and bucket - at[s] >= pause
        if improbable and said is not None:
            e = said.evidence(s, onset, bucket, last[s, onset])
            improbable = even[i] <= asked * e
        if improbable:
            at[s], of[s] = bucket, onset
            alarms.append(_alarm(found, i, float(p[i])))
        elif slight[i] and told[s] != onset:
            told[s] = onset
            digest.append(_alarm(found, i, float(p[i])))
    return alarms, digest, Memory(memory.state, at, of, told)


def _columns(found: Found, which: Bools) -> list[list[int]]:
    return [column[which].tolist() for column in (found.series, found.onset, found.bucket)]


def _alarm(found: Found, i: int, probability: float) -> Alarm:
    n = int(found.n[i])
    return Alarm(
        series=int(found.series[i]),
        at=utc((int(found.bucket[i]) + 1) * BUCKET),
        onset=utc(int(found.onset[i]) * BUCKET),
        score=float(found.score[i]) / DECADE,
        observed=int(found.negatives[i]) / n,
        expected=float(found.expected[i]),
        n=n,
        probability=probability,
        measure="negative_share",
    )
