"""Alert rules that are no statistics of a series: ratings, authors, answers, silence.

Each takes what was heard of all brands and gives, by brand, the times at which its condition began
(*signs*) and those at which it still held (*evidence*, rising). All are causal: what came later
changes nothing that was said of a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from transforms.spoken import Flags, Spoken, Times

RECENT_DAYS, PAST_DAYS = 7, 28
LEAST_RECENT, LEAST_PAST = 10, 20
LEAST_T = 4.0
"""Welch's t of the two means: one in 30,000 by chance, looked at four times a day."""

TICK_HOURS = 6

ANSWERED_DAYS = 35

REGULAR_A_DAY = 2
"""A brand of fewer mentions a day (over 14 days) has no silence worth a message."""

LONGER = 3
"""Silent is what lasts this many times as long as any pause of the last 14 days."""


class Sign(NamedTuple):
    """A condition of one brand (an index) that held at ``at``; ``detail`` names what."""

    brand: int
    onset: np.datetime64
    at: np.datetime64
    observed: float
    baseline: float
    n: int
    mention: str | None = None


class Found(NamedTuple):
    """Signs, in order of brand and time, and by brand the times at which the condition held."""

    signs: list[Sign]
    evidence: dict[int, list[np.datetime64]]


def rating_drops(said: Spoken, until: np.datetime64, *, least_drop: float) -> Found:
    """Find brands whose reviews of 7 days rate lower than those of the 28 days before.

    Means of ratings scaled to 0..1, looked at every six hours: at least 10 and 20 reviews, a drop
    of ``least_drop`` and Welch's t of 4.
    """
    import numpy as np

    day = np.timedelta64(1, "D")
    found = Found([], {})
    reviews = said.of(~np.isnan(said.rating))
    for brand in np.unique(reviews.brand).tolist():
        mine = reviews.of(reviews.brand == brand)
        first = mine.published[0].astype("datetime64[D]").astype("datetime64[us]")
        ticks = np.arange(first, until + np.timedelta64(1), np.timedelta64(TICK_HOURS, "h"))
        sums = [np.concatenate([[0.0], np.cumsum(mine.rating**p)]) for p in (0, 1, 2)]
        ends, middles, starts = (
            np.searchsorted(mine.published, ticks - back)
            for back in (0 * day, RECENT_DAYS * day, (RECENT_DAYS + PAST_DAYS) * day)
        )
        n, mean, square = _moments(sums, middles, ends)
        n_past, mean_past, square_past = _moments(sums, starts, middles)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (mean_past - mean) / np.sqrt(square / n + square_past / n_past)
        enough = (n >= LEAST_RECENT) & (n_past >= LEAST_PAST)
        dropped = enough & (mean_past - mean >= least_drop) & (t >= LEAST_T)
        # a week whose mean hovers about the threshold is one drop, not several
        lower = enough & (mean_past - mean >= least_drop / 2) & (t >= LEAST_T / 2)
        if dropped.any():
            found.evidence[brand] = list(ticks[lower])
        found.signs.extend(
            Sign(
                brand, ticks[i] - RECENT_DAYS * day, ticks[i],
                float(mean[i]), float(mean_past[i]), int(n[i]),
            )
            for i in np.flatnonzero(_begins(dropped))
        )  # fmt: skip
    return found


def _moments(
    sums: list[np.ndarray], starts: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return number, mean and variance (with a floor for equal ratings) of the rows between."""
    import numpy as np

    n, total, squares = (s[ends] - s[starts] for s in sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        variance = (squares - n * mean**2) / (n - 1)
    return n, mean, np.maximum(variance, 0.01)


def influential(said: Spoken, *, least_followers: float) -> Found:
    """Find negative mentions by authors of at least so many followers, each author once a day."""
    import numpy as np

    rows = said.negative & said.first_copy & (said.followers >= least_followers)
    found = Found([], {})
    told: dict[tuple[int, int], np.datetime64] = {}
    loud = said.of(rows)
    for i in np.lexsort((loud.arrived, loud.brand)).tolist():
        who = (int(loud.brand[i]), int(loud.author[i]))
        last = told.get(who)
        if last is not None and loud.arrived[i] - last < np.timedelta64(1, "D"):
            continue
        told[who] = loud.arrived[i]
        seen = (loud.published[i], loud.arrived[i], float(loud.followers[i]))
        mention = str(loud.mention_id[i])
        found.signs.append(Sign(who[0], *seen, least_followers, 1, mention))
    return found


def overdue(said: Spoken, until: np.datetime64, *, least: float) -> Found:
    """Find brands that have at least so many reviews whose answer is overdue.

    A sign is where the number rises that far; the evidence holds as long as it stays there. Reviews
    count until they are answered, or are five weeks old: then they are past answering.
    """
    import numpy as np

    found = Found([], {})
    asked = said.of(~np.isnat(said.due))
    past = asked.published + np.timedelta64(ANSWERED_DAYS, "D")
    ends = np.where(np.isnat(asked.answered), past, np.minimum(asked.answered, past))
    late = (ends > asked.due) & (asked.due <= until)
    asked, ends = asked.of(late), ends[late]
    for brand in np.unique(asked.brand).tolist():
        of_it = asked.brand == brand
        mine = asked.of(of_it)
        given = ends[of_it & (ends <= until)]
        times = np.concatenate([mine.due, given])
        steps = np.concatenate([np.ones(len(mine.due), int), -np.ones(len(given), int)])
        order = np.lexsort((steps, times))  # answered and due at once: answered first
        times, open_now = times[order], np.cumsum(steps[order])
        enough = open_now >= least
        found.evidence[brand] = _hours(times, enough, until)
        found.signs.extend(
            Sign(brand, times[i], times[i], float(open_now[i]), 0.0, int(open_now[i]))
            for i in np.flatnonzero(enough & (steps[order] > 0))
        )
    return found


def _hours(times: Times, holds: np.ndarray, until: np.datetime64) -> list[np.datetime64]:
    """Return times at most an hour apart at which a condition that changes at ``times`` held."""
    import numpy as np

    ends = np.append(times[1:], until)
    hour = np.timedelta64(1, "h")
    held: list[np.datetime64] = []
    for start, end, here in zip(times, ends, holds, strict=True):
        if here:
            held += [*np.arange(start, end, hour), end]
    return held


def silences(said: Spoken, until: np.datetime64, *, least_hours: float) -> Found:
    """Find brands of which nothing is heard though they were always spoken of.

    Silent is a pause of at least ``least_hours`` and three times the longest one of the 14 days
    before it, in which there were at least two mentions a day.
    """
    import numpy as np

    hours = np.timedelta64(3600, "s")
    found = Found([], {})
    for brand in np.unique(said.brand).tolist():
        times = said.published[(said.brand == brand) & (said.published <= until)]
        pauses = np.diff(np.append(times, until)) / hours
        for i in np.flatnonzero(pauses >= least_hours):
            before = np.searchsorted(times, times[i] - np.timedelta64(14, "D"))
            if i - before + 1 < 14 * REGULAR_A_DAY:
                continue
            longest = float(pauses[before:i].max())
            limit = max(least_hours, LONGER * longest)
            if pauses[i] < limit:
                continue
            at = times[i] + np.timedelta64(round(limit * 3600), "s")
            end = times[i + 1] if i + 1 < len(times) else until
            found.evidence.setdefault(brand, []).extend([*np.arange(at, end, hours), end])
            found.signs.append(Sign(brand, times[i], at, limit, longest, int(i - before + 1)))
    return found


def _begins(holds: Flags) -> Flags:
    """Return where a condition holds that did not just before."""
    import numpy as np

    before = np.zeros_like(holds)
    before[1:] = holds[:-1]
    return holds & ~before
