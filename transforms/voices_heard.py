"""Which mentions count as a voice, by when they arrived: of what the negative share is made.

The same text within a day is heard once, whoever repeats it; nobody is heard more than three times
a day; a mention counts when it arrives, since earlier nobody could know of it. What is hours old
when it arrives (an import, a source that was down) tells what is usual, not what is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from transforms.alarm import seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Counts = NDArray[np.int32]
    Ints = NDArray[np.int64]

DAY = 86_400
BUCKET = 900
"""Seconds of a bucket."""


class Mentions(NamedTuple):
    """Mentions as flat arrays of one length, in any order; a row may be there twice.

    ``series`` numbers brands from 0. ``published`` and ``arrived`` are ``datetime64``, UTC.
    ``text`` is equal (uint64) for equal texts or near copies, ``author`` for one author; 0 in
    either means that it isn't known, and then nothing is left out for its sake. ``negative`` says
    its label.
    """

    series: Ints
    published: NDArray[np.datetime64]
    arrived: NDArray[np.datetime64]
    text: NDArray[np.uint64]
    author: NDArray[np.uint64]
    negative: Bools


class Grid(NamedTuple):
    """``buckets`` of 15 minutes one after another, the first from ``start`` on (UTC, seconds)."""

    start: np.datetime64
    buckets: int


class Voices(NamedTuple):
    """The mentions that are voices: their rows, when they arrived (seconds), if as news."""

    row: Ints
    arrived: Ints
    fresh: Bools


class Heard(NamedTuple):
    """Voices per series and bucket of arrival, each [series, buckets].

    ``fresh`` and ``fresh_negative`` leave out what was old when it arrived; ``all`` don't.
    """

    fresh: Counts
    fresh_negative: Counts
    all: Counts
    all_negative: Counts


def voices(
    mentions: Mentions, *, copies_hours: float = 24, per_author: int = 3, old_hours: float = 6
) -> Voices:
    """Return which mentions are voices, in no special order.

    A mention is a copy if the same text of the series arrived less than ``copies_hours`` before,
    be that a copy or not. Of the rest, the first ``per_author`` of an author and a UTC day count.
    So rows from ``copies_hours`` (or the beginning of a day) before a time make what follows it
    right, too; later rows change none. What arrived ``old_hours`` late is no news.
    """
    import numpy as np

    row, arrived = _kept(mentions, round(copies_hours * 3600), per_author)
    published = mentions.published[row].astype("datetime64[s]").astype(np.int64)
    return Voices(row, arrived, arrived - published <= old_hours * 3600)


def voices_heard(mentions: Mentions, series: int, grid: Grid, found: Voices | None = None) -> Heard:
    """Count voices (those of ``found``, or of ``voices``) of ``series`` series in ``grid``."""
    import numpy as np

    row, arrived, fresh = found or voices(mentions)
    bucket = (arrived - seconds(grid.start)) // BUCKET
    inside = (bucket >= 0) & (bucket < grid.buckets)
    cell = mentions.series[row].astype(np.int64) * grid.buckets + bucket
    negative = mentions.negative[row].astype(bool)

    def counted(which: Bools) -> Counts:
        size = series * grid.buckets
        counts = np.bincount(cell[inside & which], minlength=size)
        return counts.astype(np.int32).reshape(series, grid.buckets)

    everything = np.ones(len(row), bool)
    return Heard(counted(fresh), counted(fresh & negative), counted(everything), counted(negative))


def _kept(mentions: Mentions, copies: int, per_author: int) -> tuple[Ints, Ints]:
    """Return which rows are voices, whatever their order, and when they arrived (seconds)."""
    import numpy as np

    m = mentions
    arrived = m.arrived.astype("datetime64[s]").astype(np.int64)
    order = np.lexsort((m.negative, m.author, m.published, arrived, m.text, m.series))
    kept = order[~_copies(m.series[order], m.text[order], arrived[order], copies)]
    day = arrived[kept] // DAY
    within = (m.negative[kept], m.text[kept], m.published[kept], arrived[kept], m.author[kept])
    order = np.lexsort((*within, day, m.series[kept]))
    kept, day = kept[order], day[order]
    author, of = m.author[kept], m.series[kept]
    first = np.ones(len(kept), bool)
    first[1:] = (of[1:] != of[:-1]) | (author[1:] != author[:-1]) | (day[1:] != day[:-1])
    place = np.arange(len(kept))
    rank = place - np.maximum.accumulate(np.where(first, place, 0))
    kept = kept[(rank < per_author) | (author == 0)]
    return kept, arrived[kept]


def _copies(series: Ints, text: NDArray[np.uint64], arrived: Ints, within: int) -> Bools:
    """Say of rows sorted by series, text and arrival which follow their like too soon."""
    import numpy as np

    copy = np.zeros(len(series), bool)
    same = (series[1:] == series[:-1]) & (text[1:] == text[:-1]) & (text[1:] != 0)
    copy[1:] = same & (arrived[1:] - arrived[:-1] < within)
    return copy
