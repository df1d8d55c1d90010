"""What was said of brands, as arrays for the detectors: one row a mention and brand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Times: TypeAlias = NDArray[np.datetime64]
    Floats: TypeAlias = NDArray[np.float64]
    Flags: TypeAlias = NDArray[np.bool_]
    Whole: TypeAlias = NDArray[np.uint64]

BUCKET = timedelta(minutes=15)


class Spoken(NamedTuple):
    """Arrays of equal length, rising by ``published``. Times are datetime64[us], UTC."""

    brands: Sequence[str]
    brand: NDArray[np.int64]
    """Index into ``brands``."""
    mention_id: NDArray[np.object_]
    published: Times
    arrived: Times
    voice: Whole
    author: Whole
    negative: Flags
    scored: Flags
    rating: Floats
    """The source's rating scaled to 0..1; NaN where there is none, or it is no review."""
    followers: Floats
    """Of the author; NaN where the source tells nothing."""
    first_copy: Flags
    due: Times
    """When an answer was due, of reviews that can be answered; NaT for others."""
    answered: Times
    """When there was one; NaT while there is none."""

    def of(self, rows: Any) -> Spoken:
        """Return these rows (a mask, or indices) only."""
        return Spoken(self.brands, *(column[rows] for column in self[1:]))


def spoken(table: pa.Table, brands: Sequence[str]) -> Spoken:
    """Return the arrays of a table as ``sql/alerts/heard`` gives it, of these brands only."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    index = pc.index_in(table["brand"], value_set=pa.array(list(brands), pa.string()))
    table = table.append_column("index", index).filter(pc.is_valid(index))

    def times(name: str) -> Times:
        return np.asarray(table[name].cast(pa.timestamp("us")).to_numpy(), "datetime64[us]")

    def floats(name: str) -> Floats:
        return np.asarray(table[name].cast(pa.float64(), safe=False).to_numpy(), float)

    label = table["label"]
    return Spoken(
        brands=brands,
        brand=np.asarray(table["index"].to_numpy(), np.int64),
        mention_id=np.asarray(table["mention_id"].cast(pa.string()).to_numpy(), object),
        published=times("published"),
        arrived=times("arrived"),
        voice=np.asarray(table["voice"].to_numpy(), np.uint64),
        author=np.asarray(table["author"].to_numpy(), np.uint64),
        negative=np.asarray(pc.equal(label, "negative").to_numpy(), bool),
        scored=np.asarray(pc.not_equal(label, "unscored").to_numpy(), bool),
        rating=floats("rating"),
        followers=floats("followers"),
        first_copy=np.asarray(table["first_copy"].to_numpy(), bool),
        due=times("due"),
        answered=times("answered"),
    )


def bucket_starts(since: datetime, until: datetime) -> Times:
    """Return the starts of the whole buckets from ``since`` (rounded down) to before ``until``."""
    import numpy as np

    first, end = (np.datetime64(_floor(time), "us") for time in (since, until))
    return np.arange(first, end, np.timedelta64(15, "m"))


def _floor(time: datetime) -> datetime:
    return time - timedelta(
        minutes=time.minute % 15, seconds=time.second, microseconds=time.microsecond
    )


def counted(said: Spoken, starts: Times) -> NDArray[np.int64]:
    """Return how many rows each brand has in each bucket: an array of brands x buckets."""
    import numpy as np

    counts = np.zeros((len(said.brands), len(starts)), np.int64)
    bucket = np.searchsorted(starts, said.published, side="right") - 1
    ends = starts[-1] + np.timedelta64(15, "m") if len(starts) else np.datetime64("NaT")
    inside = (bucket >= 0) & (said.published < ends)
    np.add.at(counts, (said.brand[inside], bucket[inside]), 1)
    return counts
