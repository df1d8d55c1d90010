"""How right a scorer is, by texts that people have labelled: errors, macro-F1, calibration.

Every text counts with its sampling weight, so that figures are of what was said, not of what was
drawn. Intervals are of 95 %, by a bootstrap within what was drawn alike (Efron & Tibshirani 1993,
percentiles), with a fixed seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from tidings.correction import LABELS, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 1_000
RESAMPLED_AT_ONCE = 50

BINS = 10
"""Of confidence, equally wide, for reliability."""

ENOUGH_TO_BE_WORST = 30
"""Texts of a language below which its figure says little, so that it is not named the worst."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One text: the label that a person gave it, and the scorer's (``unscored`` if it gave none).

    ``confidence`` is 0..1 or None; ``weight`` is how many texts it stands for; texts of one
    ``stratum`` were drawn alike.
    """

    gold: str
    given: str
    language: str | None = None
    confidence: float | None = None
    weight: float = 1.0
    stratum: str = ""


class OfLanguage(msgspec.Struct, frozen=True):
    """The figures of one language, of ``n`` scored texts."""

    language: str | None
    n: int
    macro_f1: Interval
    accuracy: Interval


class Bin(msgspec.Struct, frozen=True):
    """Texts with a confidence of ``low`` .. ``high``: its mean, and the share that is right."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


class Calibration(msgspec.Struct, frozen=True):
    """Whether confidence means what it says, of the ``n`` texts that have one.

    ``error`` is the expected calibration error: the mean distance between confidence and share
    right over the bins, by weight (Naeini et al. 2015).
    """

    n: int
    error: float
    bins: tuple[Bin, ...]


class Evaluation(msgspec.Struct, frozen=True):
    """What gold labels say of a scorer, of ``n`` texts with a score; ``unscored`` had none.

    ``confusion[gold][given]`` counts texts; ``weighted`` has the shares of what they stand for, sum
    1. Both are in the order of ``tidings.correction.LABELS``. ``macro_f1`` is the mean over the
    labels that gold has. ``worst`` is the language with the lowest one, None where there is but one
    language with ENOUGH_TO_BE_WORST texts.
    """

    n: int
    unscored: int
    confusion: tuple[tuple[int, ...], ...]
    weighted: tuple[tuple[float, ...], ...]
    macro_f1: Interval
    accuracy: Interval
    languages: tuple[OfLanguage, ...]
    worst: str | None
    calibration: Calibration | None


def evaluate(judged: Sequence[Judged]) -> Evaluation:
    """Return the figures of ``judged``; ValueError where none of them has a score."""
    scored = [j for j in judged if j.given != "unscored"]
    if not scored:
        raise ValueError("none of the texts has a score")
    macro_f1, accuracy = _figures(scored)
    counts = _confusions(scored, unweighted=True)
    weighted = _confusions(scored)
    by_language: dict[str | None, list[Judged]] = defaultdict(list)
    for one in scored:
        by_language[one.language].append(one)
    languages = tuple(
        OfLanguage(language, len(rows), *_figures(rows))
        for language, rows in sorted(
            by_language.items(), key=lambda pair: (-len(pair[1]), str(pair[0]))
        )
    )
    return Evaluation(
        n=len(scored),
        unscored=len(judged) - len(scored),
        confusion=tuple(tuple(int(n) for n in row) for row in counts),
        weighted=tuple(tuple(float(w) for w in row) for row in weighted / weighted.sum()),
        macro_f1=macro_f1,
        accuracy=accuracy,
        languages=languages,
        worst=_worst(languages),
        calibration=_calibration(scored),
    )


def gain(before: Sequence[Judged], after: Sequence[Judged]) -> Interval:
    """Return by how much macro-F1 rose from ``before`` to ``after``: the same texts, row by row.

    Texts that either left unscored are left out; ValueError where none is left.
    """
    import numpy as np

    pairs = [
        (b, a) for b, a in zip(before, after, strict=True) if "unscored" not in (b.given, a.given)
    ]
    if not pairs:
        raise ValueError("none of the texts has a score")
    old, new = [b for b, _ in pairs], [a for _, a in pairs]
    rises = [
        _macro_f1(times @ _cells(new)) - _macro_f1(times @ _cells(old)) for times in _resampled(old)
    ]
    rise = _macro_f1(_confusions(new)) - _macro_f1(_confusions(old))
    return _interval(float(rise[0]), np.concatenate(rises))


def _figures(rows: Sequence[Judged]) -> tuple[Interval, Interval]:
    """Return macro-F1 and accuracy."""
    import numpy as np

    cells = _cells(rows)
    drawn = np.concatenate([times @ cells for times in _resampled(rows)])
    whole = cells.sum(axis=0)
    return (
        _interval(float(_macro_f1(whole)[0]), _macro_f1(drawn)),
        _interval(float(_accuracy(whole)[0]), _accuracy(drawn)),
    )


def _cells(rows: Sequence[Judged], *, unweighted: bool = False) -> NDArray[np.float64]:
    """Return each text's weight in the cell of its labels, shape (texts, 9)."""
    import numpy as np

    cells = np.zeros((len(rows), 9))
    for place, row in enumerate(rows):
        cell = 3 * LABELS.index(row.gold) + LABELS.index(row.given)
        cells[place, cell] = 1.0 if unweighted else row.weight
    return cells


def _confusions(rows: Sequence[Judged], *, unweighted: bool = False) -> NDArray[np.float64]:
    summed: NDArray[np.float64] = _cells(rows, unweighted=unweighted).sum(axis=0).reshape(3, 3)
    return summed


def _macro_f1(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean F1 over the labels that gold has; of confusions of 9 cells each."""
    import numpy as np

    confusions = cells.reshape(-1, 3, 3)
    gold, given = confusions.sum(axis=2), confusions.sum(axis=1)
    right = np.einsum("kii->ki", confusions)
    f1 = 2 * right / np.maximum(gold + given, np.finfo(float).tiny)
    present = gold > 0
    means: NDArray[np.float64] = (f1 * present).sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    return means


def _accuracy(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    confusions = cells.reshape(-1, 3, 3)
    shares: NDArray[np.float64] = np.einsum("kii->k", confusions) / confusions.sum(axis=(1, 2))
    return shares


def _resampled(rows: Sequence[Judged]) -> Iterator[NDArray[np.float64]]:
    """Give how often each text is drawn again, within its stratum: (RESAMPLED_AT_ONCE, texts)."""
    import numpy as np

    random = np.random.default_rng(0)
    strata: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        strata[row.stratum].append(place)
    for _ in range(RESAMPLES // RESAMPLED_AT_ONCE):
        times = np.zeros((RESAMPLED_AT_ONCE, len(rows)))
        for places in strata.values():
            size = len(places)
            times[:, places] = random.multinomial(size, np.full(size, 1 / size), RESAMPLED_AT_ONCE)
        yield times


def _interval(value: float, drawn: NDArray[np.float64]) -> Interval:
    import numpy as np

    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(value, float(low), float(high))


def _worst(languages: Sequence[OfLanguage]) -> str | None:
    told = [o for o in languages if o.n >= ENOUGH_TO_BE_WORST]
    if len(told) < 2:
        return None
    worst = min(told, key=lambda o: o.macro_f1.value)
    return worst.language or "unknown"


def _calibration(rows: Sequence[Judged]) -> Calibration | None:
    sure = [(r.confidence, r) for r in rows if r.confidence is not None]
    if not sure:
        return None
    binned: dict[int, list[tuple[float, Judged]]] = defaultdict(list)
    for confidence, row in sure:
        binned[min(int(confidence * BINS), BINS - 1)].append((confidence, row))
    total = sum(row.weight for _, row in sure)
    bins: list[Bin] = []
    error = 0.0
    for place, texts in sorted(binned.items()):
        weight = sum(row.weight for _, row in texts)
        mean = sum(confidence * row.weight for confidence, row in texts) / weight
        right = sum(row.weight for _, row in texts if row.gold == row.given) / weight
        bins.append(Bin(place / BINS, (place + 1) / BINS, len(texts), mean, right))
        error += weight / total * abs(mean - right)
    return Calibration(len(sure), error, tuple(bins))
