"""Buckets in which a series was silent though it never is: nobody collected, or its source is down.

Where the collection's own record says when it was down, that is better. This is for counts alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.rolling import last

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.integer]

DAY = 96
"""Buckets of a day."""
LEAST = 10.0
"""How many were to be expected of the silent time: of a Poisson count that is 1 in 22,000. Counts
that come in bursts are silent more often, so what is expected is a share of the mean, see below."""
NIGHT = 0.5
"""The night has about half the mentions of the mean of the day."""
DAYS = 7


def scorable_buckets(counts: Ints, after: int = 1) -> Bools:
    """Return where [series, buckets] of counts can be scored, judging each by the past alone.

    Not so are the buckets of a silence from when it can be told from chance, and ``after`` buckets
    after it, with which what was missed may come at once.
    """
    import numpy as np

    known = counts.astype(np.float64)
    seen = np.maximum.accumulate(counts > 0, axis=1)
    mean = last(known, DAYS * DAY) / np.maximum(last(seen.astype(np.float64), DAYS * DAY), 1)
    silent = counts == 0
    time = np.arange(counts.shape[1])
    heard = np.maximum.accumulate(np.where(silent, -1, time), axis=1)
    quiet = np.where(seen, time - heard, 0)
    rate = np.take_along_axis(mean, np.maximum(heard, 0), axis=1) * NIGHT
    down = silent & (quiet * rate >= LEAST)
    bad = down.copy()
    for k in range(1, after + 1):
        bad[:, k:] |= down[:, :-k]
    scorable: Bools = ~bad
    return scorable
