"""A regression over hashed n-grams: two weights each, for three classes, from soft targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize

from transforms.sentiment import student
from transforms.sentiment.ngrams import features

Floats = NDArray[np.float32]

TO_LOGITS = np.array(student.TO_LOGITS, dtype=np.float32)

NEVER_SEEN = -1e4
"""A logit that no softmax gives anything."""

RARITY, DAMPING = 1.5, 0.1
"""Features are scaled by their inverse document frequency to the power of the first, times the
second, for a penalty near 1. Chosen on folds of the training texts."""


class Lesson(NamedTuple):
    """What is to be learned of ``n`` texts: a softmax [n, 3] near ``target`` [n, 3].

    ``weight`` [n] is what each counts for; ``group`` [n] are texts that share an intercept, which
    takes up how often a set has each class and is thrown away; of a text with ``polar`` [n] the
    target says nothing about neutral.
    """

    counts: sp.csr_matrix
    target: Floats
    weight: Floats
    group: NDArray[np.int64]
    polar: NDArray[np.bool_]

    def only(self, chosen: NDArray[np.bool_]) -> Lesson:
        """Return the part of it that is ``chosen`` [n]."""
        return Lesson(
            self.counts[chosen],
            self.target[chosen],
            self.weight[chosen],
            self.group[chosen],
            self.polar[chosen],
        )


def count_matrix(texts: Sequence[str], languages: Sequence[str | None], bits: int) -> sp.csr_matrix:
    """Return how often each of 2 ** ``bits`` places of the table is met in each of ``texts``."""
    parts = []
    for begins in range(0, len(texts), 8_192):
        some = texts[begins : begins + 8_192]
        found = features(some, languages[begins : begins + 8_192])
        shift, k, n = np.uint64(64 - bits), len(found.grams.names), len(some)
        of_token = _ones(found.grams.owner, found.grams.hashes >> shift, k, bits)
        counts = sp.csr_matrix(
            (
                np.ones(len(found.first), np.float32),
                (found.text[found.first], found.tokens[found.first]),
            ),
            shape=(n, k),
        )
        joined = _ones(found.text[found.joined_at], found.joined >> shift, n, bits)
        parts.append(counts @ of_token + joined)
    return sp.vstack(parts, format="csr", dtype=np.float32)


def _ones(rows: NDArray[np.int64], places: NDArray[np.uint64], n: int, bits: int) -> sp.csr_matrix:
    at = (rows, places.astype(np.int64))
    return sp.csr_matrix((np.ones(len(rows), np.float32), at), shape=(n, 1 << bits))


def solve(lesson: Lesson, *, penalty: float, steps: int) -> Floats:
    """Return the weights [2, 2 ** bits] of n-grams, by L-BFGS on the cross-entropy with a penalty.

    Features are scaled by their inverse document frequency, and those of one text only are left
    out; the weights returned are for plain counts over the root of their number.
    """
    frequency = np.bincount(lesson.counts.indices, minlength=lesson.counts.shape[1])
    kept = np.flatnonzero(frequency > 1)
    n = lesson.counts.shape[0]
    rarity = np.log((1 + n) / (1 + frequency[kept])) + 1
    scale = (rarity**RARITY * DAMPING).astype(np.float32)
    root = np.sqrt(np.maximum(np.asarray(lesson.counts.sum(axis=1)).ravel(), 1))
    rows = sp.diags(1 / root) @ lesson.counts[:, kept] @ sp.diags(scale)
    found = _minimise(rows.tocsr().astype(np.float32), lesson, penalty, steps)
    weights = np.zeros((2, lesson.counts.shape[1]), np.float32)
    weights[:, kept] = (found * scale[:, None]).T
    return weights


def _minimise(rows: sp.csr_matrix, lesson: Lesson, penalty: float, steps: int) -> Floats:
    d, groups = rows.shape[1], int(lesson.group.max()) + 1
    back, weight = rows.T.tocsr(), lesson.weight[:, None]
    hidden = np.where(lesson.polar[:, None], np.array([[0, NEVER_SEEN, 0]]), 0).astype(np.float32)
    total = float(weight.sum())

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = point[: 2 * d].reshape(d, 2)
        intercepts = point[2 * d :].reshape(groups, 3).astype(np.float32)
        logits = (rows @ weights.astype(np.float32)) @ TO_LOGITS
        logits += intercepts[lesson.group] + hidden
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        sums = shares.sum(axis=1, keepdims=True)
        error = weight * (shares / sums - lesson.target)
        likelihood = weight * lesson.target * (logits - np.log(sums))
        slope = (back @ (error @ TO_LOGITS.T)).astype(np.float64) + penalty * weights
        by_group = np.zeros((groups, 3))
        np.add.at(by_group, lesson.group, error)
        value = -float(likelihood.sum(dtype=np.float64)) + penalty / 2 * float((weights**2).sum())
        return value / total, np.concatenate([slope.ravel(), by_group.ravel()]) / total

    start = np.zeros(2 * d + 3 * groups)
    options = {"maxiter": steps, "maxcor": 6, "ftol": 1e-7, "gtol": 1e-7}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    weights: Floats = found.x[: 2 * d].reshape(d, 2).astype(np.float32)
    return weights
