"""Sums over the last buckets, of all series at once. Arrays are [series, buckets]."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def last(x: Floats, k: int) -> Floats:
    """Return at each bucket the sum of the ``k`` buckets that end with it (fewer at the start)."""
    import numpy as np

    sums = np.cumsum(x, axis=1, dtype=np.float64)
    window: Floats = sums.copy()
    if k < x.shape[1]:
        window[:, k:] -= sums[:, : x.shape[1] - k]
    return window


def around(x: Floats, half: int) -> Floats:
    """Return at each bucket the sum of it, ``half`` buckets before and ``half`` after."""
    import numpy as np

    padded = np.concatenate([x, np.zeros((x.shape[0], half))], axis=1)
    return last(padded, 2 * half + 1)[:, half:]


def ago(x: Floats, k: int) -> Floats:
    """Return at each bucket what was ``k`` buckets before, 0 where nothing was."""
    import numpy as np

    shifted = np.zeros_like(x)
    if k < x.shape[1]:
        shifted[:, k:] = x[:, : x.shape[1] - k]
    return shifted
