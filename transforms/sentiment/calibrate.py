"""Probabilities that hold what they say, and a decision for each language.

A scorer's logits are scaled by a temperature and moved by a bias before the softmax, so that of the
texts called 70 % positive 70 % are (Guo et al. 2017, temperature scaling; Alexandari et al. 2020,
its bias-corrected form, as the scale of a multinomial regression with one slope). Decisions are
another matter: the likeliest class under-calls the rare one, so offsets are added to the
log-probabilities before the argmax, chosen for macro-F1.

Both are fitted by language, on texts that the logits were not trained on. A language with few texts
stays close to the joint fit, ``"*"``, and one without texts takes it as it is.

Classes are in the order negative, neutral, positive; labels are -1, 0, 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

JOINT = "*"
"""The entry of all languages together, for one that is unknown or was not fitted."""

HALFWAY = 400.0
"""Texts at which a language's own offsets weigh as much as the joint ones."""

FIRMNESS = 20.0
"""Weight (in texts) of the pull of a language's slope and bias towards the joint ones."""

REACH, STEP = 1.2, 0.05
"""How far offsets may go (log-probability), and how finely they are searched."""

DRAWS = 12
"""Resamples over which offsets are averaged: macro-F1 is jagged, one maximum is mostly luck."""


class Tuning(msgspec.Struct, frozen=True):
    """What one language's logits are done to; ``n`` is the number of texts it was fitted on.

    Probabilities are ``softmax(logits / temperature + bias)``, the label is the argmax of their
    logarithms plus ``offsets``.
    """

    temperature: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    offsets: tuple[float, float, float] = (0.0, 0.0, 0.0)
    n: int = 0


class Calibrated(NamedTuple):
    """Probabilities [n, 3], labels [n] (-1, 0, 1) and each label's probability [n]."""

    probabilities: Floats
    labels: Integers
    confidence: Floats


class Calibration(msgspec.Struct, frozen=True):
    """A :class:`Tuning` by language; ``"*"`` is the one for all others."""

    languages: dict[str, Tuning]

    def of(self, language: str | None) -> Tuning:
        """Return the tuning of ``language``, the joint one where it has none of its own."""
        return self.languages.get(language or JOINT) or self.languages.get(JOINT) or Tuning()

    def apply(self, logits: Floats, languages: Sequence[str | None]) -> Calibrated:
        """Return what ``logits`` [n, 3] of texts in ``languages`` [n] come to."""
        import numpy as np

        known = {language: self.of(language) for language in set(languages)}
        slope = np.array([1.0 / known[language].temperature for language in languages])
        bias = np.array([known[language].bias for language in languages]).reshape(-1, 3)
        offsets = np.array([known[language].offsets for language in languages]).reshape(-1, 3)
        logs = log_softmax(np.asarray(logits, dtype=np.float64) * slope[:, None] + bias)
        chosen = np.argmax(logs + offsets, axis=1)
        probabilities = np.exp(logs)
        confidence = np.take_along_axis(probabilities, chosen[:, None], axis=1)[:, 0]
        return Calibrated(probabilities, chosen.astype(np.int64) - 1, confidence)


def fit(logits: Floats, languages: Sequence[str], labels: Sequence[int] | Integers) -> Calibration:
    """Return the calibration of held-out ``logits`` [n, 3], by language and jointly.

    In the joint fit all languages weigh the same, however many texts they have. A language without
    a text of each class (one with no neutral texts, say) is left to the joint fit, and is no part
    of it.
    """
    import numpy as np

    truth = np.asarray(labels, dtype=np.int64) + 1
    logits = np.asarray(logits, dtype=np.float64)
    codes = np.asarray(languages, dtype=object)
    whole = [c for c in sorted(set(languages)) if len(set(truth[codes == c].tolist())) == 3]
    if not whole:
        return Calibration({JOINT: Tuning()})
    kept = np.isin(codes, whole)
    sizes = {code: int((codes == code).sum()) for code in whole}
    weights = np.array([len(truth) / len(whole) / sizes[code] for code in codes[kept]])
    joint = fit_tuning(logits[kept], truth[kept] - 1, weights=weights)
    own = {c: fit_tuning(logits[codes == c], truth[codes == c] - 1, towards=joint) for c in whole}
    return Calibration({JOINT: joint, **own})


def fit_tuning(
    logits: Floats,
    labels: Integers,
    *,
    towards: Tuning | None = None,
    weights: Floats | None = None,
) -> Tuning:
    """Return the tuning of held-out ``logits`` [n, 3] with ``labels`` [n] (-1, 0, 1).

    ``towards`` is what it is shrunk to (offsets by ``n / (n + HALFWAY)``), ``weights`` [n] what
    each text counts for.
    """
    import numpy as np

    truth = np.asarray(labels, dtype=np.int64) + 1
    counts = np.ones(len(truth)) if weights is None else weights
    slope, bias = _slope_and_bias(np.asarray(logits, dtype=np.float64), truth, counts, towards)
    logs = log_softmax(logits * slope + bias)
    offsets = _offsets(logs, truth, counts)
    if towards is not None:
        own = len(truth) / (len(truth) + HALFWAY)
        offsets = own * offsets + (1.0 - own) * np.array(towards.offsets)
    return Tuning(1.0 / slope, _triple(bias), _triple(offsets), len(truth))


def log_softmax(logits: Floats) -> Floats:
    """Return the logarithms of the softmax over the last axis of ``logits``."""
    import numpy as np

    shifted: Floats = logits - logits.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def nll(logs: Floats, labels: Integers) -> float:
    """Return the mean negative log-likelihood of ``labels`` [n] (-1, 0, 1) by ``logs`` [n, 3]."""
    import numpy as np

    return float(-logs[np.arange(len(labels)), np.asarray(labels) + 1].mean())


def macro_f1(labels: Integers, told: Integers, weights: Floats | None = None) -> float:
    """Return the mean F1 (0..1) over the classes that occur in ``labels`` (-1, 0, 1)."""
    import numpy as np

    cells = (np.asarray(labels) + 1) * 3 + np.asarray(told) + 1
    table = np.bincount(cells, weights=weights, minlength=9).reshape(3, 3)
    true, called = table.sum(axis=1), table.sum(axis=0)
    present = true > 0
    f1 = 2 * np.diag(table)[present] / (true + called)[present]
    return float(f1.mean()) if present.any() else 0.0


def _slope_and_bias(
    logits: Floats, truth: Integers, weights: Floats, towards: Tuning | None
) -> tuple[float, Floats]:
    """Minimise the NLL by Newton's method over (slope, bias of 3), pulled to ``towards``.

    It is convex in these four, which it would not be in the temperature itself.
    """
    import numpy as np

    goal = towards or Tuning()
    centre = np.array([1.0 / goal.temperature, *goal.bias])
    pull = FIRMNESS if towards is not None else 1.0
    design = np.concatenate(  # [n, class, parameter]
        [logits[:, :, None], np.broadcast_to(np.eye(3), (len(logits), 3, 3))], axis=2
    )
    point, hits = centre.copy(), np.eye(3)[truth]
    for _ in range(50):
        shares = np.exp(log_softmax(design @ point))
        gradient = np.einsum("n,nc,ncp->p", weights, shares - hits, design)
        mean = np.einsum("nc,ncp->np", shares, design)
        curve = np.einsum("n,nc,ncp,ncq->pq", weights, shares, design, design, optimize=True)
        curve -= np.einsum("n,np,nq->pq", weights, mean, mean)
        gradient += pull * (point - centre)
        step = np.linalg.solve(curve + pull * np.eye(4), gradient)
        point = point - step / max(1.0, float(np.abs(step).max()))
        point[0] = max(point[0], 0.05)
        if np.abs(step).max() < 1e-8:
            break
    return float(point[0]), point[1:] - point[1:].mean()


def _offsets(logs: Floats, truth: Integers, weights: Floats) -> Floats:
    """Return the offsets [3] (neutral's is 0) that serve macro-F1, averaged over resamples."""
    import numpy as np

    draw = np.random.default_rng(20_240_229)
    found = np.zeros(3)
    for _ in range(DRAWS):
        some = draw.integers(0, len(truth), len(truth))
        found += _search(logs[some], truth[some], weights[some]) / DRAWS
    return found


def _search(logs: Floats, truth: Integers, weights: Floats) -> Floats:
    import numpy as np

    grid = np.arange(-REACH, REACH + STEP / 2, STEP)
    grid = grid[np.argsort(np.abs(grid), kind="stable")]  # of equal ones the smallest
    offsets, best = np.zeros(3), -1.0
    for _ in range(6):
        before = best
        for place in (0, 2):
            scores = [_f1_with(logs, truth, weights, offsets, place, value) for value in grid]
            best = max(scores)
            offsets[place] = grid[int(np.argmax(scores))]
        if best <= before:
            break
    return offsets


def _f1_with(
    logs: Floats, truth: Integers, weights: Floats, offsets: Floats, place: int, value: float
) -> float:
    import numpy as np

    tried = offsets.copy()
    tried[place] = value
    told = np.argmax(logs + tried, axis=1)
    return macro_f1(truth - 1, told - 1, weights)


def _triple(values: Floats) -> tuple[float, float, float]:
    first, second, third = (round(float(v), 6) for v in values)
    return first, second, third
