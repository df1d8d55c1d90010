"""Shares of positive, neutral and negative, corrected for what a scorer is known to get wrong.

A scorer that finds two of three complaints tells too few of them, on every day alike. Texts that
people have labelled (gold) say how often it takes one label for another; turned round, that says
which true mix makes the labels that it gave. The scorer's errors are taken to be the same whatever
the mix: P(given | true) of the gold holds for the texts that are counted, P(true) need not.

For given counts ``n`` and confusion ``M`` (rows: true, columns: given, rows sum to 1) a mix ``t``
(on the simplex) has the likelihood prod_j ((t M)_j) ^ n_j. ``M`` is drawn from its posterior given
the gold labels, ``t`` is uniform before; what is told is the posterior of ``t``, over both what is
unsure of the counts and what is unsure of the confusion. It is computed by importance sampling from
two sources at once (Veach & Guibas 1995, balance heuristic): the counts' own Dirichlet posterior
turned round by the inverse of ``M``, which is sharp where the scorer is good and counts are many,
and the uniform prior, which holds where they are not. All seeds are fixed: equal counts have equal
figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import lgamma
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mixes: TypeAlias = NDArray[np.float64]
    """Equally likely mixes, shape (DRAWS, 3): shares of positive, neutral, negative; sum 1."""

LABELS = ("positive", "neutral", "negative")
"""The order of rows, columns and counts."""

Counts: TypeAlias = tuple[float, float, float]

DRAWS = 2_000
"""Mixes that stand for a posterior."""

PROPOSALS = 4_000
"""Mixes proposed at once, half from each source."""

ENOUGH = 400
"""Effective proposals (Kish) to stop at; fewer are followed by up to MOST_ROUNDS rounds."""

MOST_ROUNDS = 16

TOO_FEW = 50
"""Effective proposals below which gold and counts contradict one another: no mix makes counts as
these. Then the nearest mixes on the simplex are taken instead."""

KEPT = 64
"""Posteriors, of 48 kB each, that are kept of a scorer: most days' few mentions in a language have
counts that other days had."""

PRIOR = 0.5
"""Added to each cell of the confusion (Jeffreys), in gold labels."""

SEED = 20_261_122


class Stratum(NamedTuple):
    """Gold labels that were drawn alike, how many by true and given label: ``counts[true][given]``.

    Both are in the order of LABELS. ``weight`` is how many texts each label stands for, relative to
    the other strata.
    """

    weight: float
    counts: tuple[Counts, Counts, Counts]


class Interval(msgspec.Struct, frozen=True):
    """A figure and the interval that holds it with a probability of 95 %."""

    value: float
    low: float
    high: float


class Corrected(msgspec.Struct, frozen=True):
    """The true shares (0..1) that the given counts tell of, and positive less negative (-1..1)."""

    positive: Interval
    neutral: Interval
    negative: Interval
    net: Interval


class Confusion:
    """How a scorer errs, as far as gold labels tell: the posterior of P(given | true).

    ``name`` keeps the random numbers of scorers apart whose figures are put together.
    """

    def __init__(self, gold: Sequence[Stratum], *, name: str = "") -> None:
        self._gold = [s for s in gold if sum(map(sum, s.counts)) > 0]
        self._stream = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")
        self._rounds: list[_Round] = []
        self._known: dict[tuple[int, int, int], Mixes] = {}

    @property
    def n(self) -> int:
        """How many gold labels it is made of."""
        return round(sum(sum(map(sum, s.counts)) for s in self._gold))

    def mixes(self, given: tuple[int, int, int]) -> Mixes:
        """Return equally likely true mixes of texts of which so many were given each label."""
        found = self._known.pop(given, None)
        if found is None:
            found = self._drawn(given)
        self._known[given] = found  # at the end: the first is the one not asked for the longest
        if len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        return found

    def _drawn(self, given: tuple[int, int, int]) -> Mixes:
        import numpy as np

        random = np.random.default_rng([SEED, self._stream, *given])
        mixes, weights = self._round(0).propose(given, random)
        for number in range(1, MOST_ROUNDS):
            if _effective(weights) >= ENOUGH:
                break
            more = self._round(number).propose(given, random)
            mixes, weights = np.concatenate([mixes, more[0]]), np.concatenate([weights, more[1]])
        if _effective(weights) < TOO_FEW:
            mixes = self._round(0).nearest(given, random)
            weights = np.ones(len(mixes))
        return _resampled(mixes, weights, random)

    def _round(self, number: int) -> _Round:
        import numpy as np

        while len(self._rounds) <= number:
            random = np.random.default_rng([SEED, self._stream, len(self._rounds)])
            self._rounds.append(_Round(_confusions(self._gold, random)))
        return self._rounds[number]


class _Round:
    """PROPOSALS draws of a confusion, shape (PROPOSALS, 3, 3), and what is needed of them."""

    def __init__(self, confusions: NDArray[np.float64]) -> None:
        import numpy as np

        self._confusions = confusions
        self._inverse: NDArray[Any] = np.linalg.inv(confusions)
        self._area: NDArray[Any] = np.abs(np.linalg.det(confusions))

    def propose(
        self, given: tuple[int, int, int], random: np.random.Generator
    ) -> tuple[Mixes, NDArray[np.float64]]:
        """Return proposed mixes and the weight of each, 0 for what is no mix.

        With the Dirichlet density A of ``t M`` under ``given``, the sources have the densities
        A |det M| and 2 in the coordinates of ``t``; the posterior's is proportional to A.
        """
        import numpy as np

        counts = np.asarray(given, dtype=float)
        half = PROPOSALS // 2
        turned = self._turned(counts, random, half)
        mixes = np.concatenate([turned, random.dirichlet([1, 1, 1], PROPOSALS - half)])
        told = np.einsum("ki,kij->kj", np.maximum(mixes, 0), self._confusions)
        constant = lgamma(counts.sum() + 3) - sum(lgamma(n + 1) for n in given)
        density = constant + np.log(told) @ counts
        weights = 1 / (self._area / 2 + np.exp(np.minimum(-density, 700)))
        return mixes, np.where((mixes >= 0).all(axis=1), weights, 0)

    def nearest(self, given: tuple[int, int, int], random: np.random.Generator) -> Mixes:
        """Return the mixes nearest (Euclidean) to the counts turned round, where those are none."""
        import numpy as np

        turned = self._turned(np.asarray(given, dtype=float), random, PROPOSALS)
        falling = -np.sort(-turned, axis=1)
        excess = (falling.cumsum(axis=1) - 1) / np.arange(1, 4)
        kept = (falling > excess).sum(axis=1)
        nearest: Mixes = np.maximum(turned - excess[np.arange(len(turned)), kept - 1, None], 0)
        return nearest

    def _turned(
        self, counts: NDArray[np.float64], random: np.random.Generator, size: int
    ) -> NDArray[np.float64]:
        import numpy as np

        told = random.dirichlet(counts + 1, size)
        turned: NDArray[np.float64] = np.einsum("ki,kij->kj", told, self._inverse[:size])
        return turned


def _confusions(gold: Sequence[Stratum], random: np.random.Generator) -> NDArray[np.float64]:
    """Draw P(given | true): the cells of each stratum by a Dirichlet, put together by its weight.

    Of one stratum, a plain random sample, the rows are Dirichlet with the row's counts + PRIOR.
    """
    import numpy as np

    cells = np.zeros((PROPOSALS, 3, 3))
    labels = texts = 0.0
    for stratum in gold:
        counts = np.asarray(stratum.counts, dtype=float)
        drawn = random.standard_gamma(counts, size=cells.shape)
        stands_for = stratum.weight * counts.sum()
        cells += stands_for * drawn / drawn.sum(axis=(1, 2), keepdims=True)
        labels += counts.sum()
        texts += stands_for
    # a class without gold: the least bit keeps 0 / 0 away
    cells += random.standard_gamma(PRIOR, size=cells.shape) * (texts / labels if labels else 1)
    cells += np.finfo(float).tiny
    drawn_rows: NDArray[np.float64] = cells / cells.sum(axis=2, keepdims=True)
    return drawn_rows


def _effective(weights: NDArray[np.float64]) -> float:
    """Return how many equally weighted draws these are worth (Kish 1965)."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def _resampled(
    mixes: Mixes, weights: NDArray[np.float64], random: np.random.Generator
) -> NDArray[Any]:
    """Return DRAWS equally likely ones, in an order that tells nothing (systematic resampling)."""
    import numpy as np

    reached = np.cumsum(weights)
    points = (np.arange(DRAWS) + random.random()) / DRAWS * reached[-1]
    chosen = np.searchsorted(reached, points).clip(max=len(mixes) - 1)
    return mixes[random.permutation(chosen)]


def any_mix(name: str) -> Mixes:
    """Return mixes of texts of which nothing is known: all are equally likely."""
    import numpy as np

    stream = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")
    return np.random.default_rng([SEED, stream]).dirichlet([1, 1, 1], DRAWS)


def pooled(parts: Sequence[tuple[Mixes, float]]) -> Corrected:
    """Return the figures of several lots of texts together: the mixes of each, and its size."""
    shares = _together(parts)
    positive, neutral, negative = (_interval(shares[:, place], 0) for place in range(3))
    return Corrected(positive, neutral, negative, _net(shares))


def pooled_net(parts: Sequence[tuple[Mixes, float]]) -> Interval:
    """Return ``net`` of :func:`pooled` alone, in a quarter of the time."""
    return _net(_together(parts))


def _together(parts: Sequence[tuple[Mixes, float]]) -> Mixes:
    import numpy as np

    summed: Mixes = np.zeros((DRAWS, 3))
    for mixes, size in parts:
        summed += mixes * size
    return summed / sum(size for _, size in parts)


def _net(shares: Mixes) -> Interval:
    return _interval(shares[:, 0] - shares[:, 2], -1)


def correct(given: tuple[int, int, int], gold: Sequence[Stratum]) -> Corrected:
    """Return the true shares of texts of which ``given`` many were labelled as LABELS, in order.

    ``gold`` has the labels that people gave to texts of the same scorer and language.
    """
    return pooled([(Confusion(gold).mixes(given), 1)])


def _interval(draws: NDArray[np.float64], least: float) -> Interval:
    """Return mean and interval of a figure of ``least`` .. 1.

    The shortest of three: between the 2.5 % at both ends, or from either limit itself. So a share
    that may well be 0 has an interval that begins at 0.
    """
    import numpy as np

    low, lower, upper, high = (float(q) for q in np.quantile(draws, (0.025, 0.05, 0.95, 0.975)))
    ends = min((low, high), (least, upper), (lower, 1.0), key=lambda pair: pair[1] - pair[0])
    return Interval(float(draws.mean()), *ends)
