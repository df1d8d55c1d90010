"""The student, fitted on a user's own labels: a few hundred texts of the kind that it will read.

Two things are learned, both held close to what is there: how often each class comes in a language,
and how sure the student may be there (its calibration); and a small change of the weights of the
n-grams in these texts, for words that mean something else here, or that it never met. Neither is
taken on trust: each text is judged once by a fit that left it out, and what is not better so is
not kept.

The labels should be of a sample, not only of mistakes: from mistakes alone it would learn that it
is always wrong.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tidings.errors import ConfigurationError
from transforms.sentiment.calibrate import (
    JOINT,
    Calibration,
    fit_tuning,
    log_softmax,
    macro_f1,
    nll,
)
from transforms.sentiment.ngrams import features
from transforms.sentiment.student import TO_LOGITS, Student, Table, portions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

FEWEST = 60
"""Labelled texts below which nothing is fitted."""

FEWEST_OF_EACH = 5
"""Texts of each class below which a language keeps its calibration."""

FOLDS = 5
PENALTY = 0.5
"""Of the squared change of weights. A text's features have length 1, so that ten texts that share
a sixth of theirs, a word, move one another by at most some log-odds of 3."""

ROUNDS = 150


class Refit(NamedTuple):
    """A fitted student, or the old one and why (``better`` is False).

    ``before`` and ``after`` are macro-F1 and mean negative log-likelihood on the ``n`` texts, each
    judged by a fit that left it out.
    """

    student: Student
    better: bool
    reason: str
    n: int
    before: tuple[float, float] | None = None
    after: tuple[float, float] | None = None


class _Rows(NamedTuple):
    """Texts as entries ``value`` of columns ``column`` in rows ``row``; ``places`` [columns]."""

    row: Integers
    column: Integers
    value: Floats
    places: Integers
    logits: Floats
    languages: NDArray[np.object_]
    truth: Integers


def refit(
    student: Student,
    texts: Sequence[str],
    languages: Sequence[str | None],
    labels: Sequence[int],
) -> Refit:
    """Return ``student`` fitted on ``texts`` with ``labels`` (-1, 0, 1).

    It is the old one, with the reason, where there are fewer than FEWEST texts, or where macro-F1
    or likelihood on texts left out would be lower than before. ConfigurationError: a label is not
    one of the three.
    """
    import numpy as np

    if not set(labels) <= {-1, 0, 1}:
        wrong = sorted(set(labels) - {-1, 0, 1})
        raise ConfigurationError(f"There are labels {wrong}.", remedy="Labels are -1, 0 and 1.")
    if len(texts) < FEWEST or len(set(labels)) < 2:
        reason = f"{len(texts)} texts of {len(set(labels))} classes; {FEWEST} of 2 are the fewest"
        return Refit(student, False, reason, len(texts))
    rows = _rows(student, texts, languages, labels)
    folds = np.array([_fold(text) for text in texts])
    told, logs = np.empty(len(texts), np.int64), np.empty((len(texts), 3))
    for fold in range(FOLDS):
        change, calibration = _learn(rows, folds != fold, student.card.calibration)
        out = folds == fold
        _judge(rows, out, change, calibration, told, logs)
    after = macro_f1(rows.truth, told), nll(logs, rows.truth)
    everything = np.ones(len(texts), dtype=bool)
    _judge(rows, everything, None, student.card.calibration, told, logs)
    before = macro_f1(rows.truth, told), nll(logs, rows.truth)
    if after[0] < before[0] or after[1] > before[1]:
        reason = "on texts left out of the fit it would be worse"
        return Refit(student, False, reason, len(texts), before, after)
    change, calibration = _learn(rows, everything, student.card.calibration)
    fitted = _changed(student, rows.places, change, calibration, len(texts))
    return Refit(fitted, True, "better on texts left out", len(texts), before, after)


def save(student: Student, path: Path) -> None:
    """Write ``student`` to ``path`` (``.npz``) and its card beside it (``.json``)."""
    path.write_bytes(_content(student.table))
    card = msgspec.json.format(msgspec.json.encode(student.card), indent=1)
    path.with_suffix(".json").write_bytes(card)


def _content(table: Table) -> bytes:
    import numpy as np

    held = io.BytesIO()
    np.savez_compressed(held, weights=table.weights, scale=np.ones(2, dtype=np.float32))
    return held.getvalue()


def _changed(
    student: Student, places: Integers, change: Floats, calibration: Calibration, n: int
) -> Student:
    weights = student.table.weights.copy()
    weights[:, places] += change
    table = Table(weights)
    card = msgspec.structs.replace(
        student.card,
        sha256=hashlib.sha256(_content(table)).hexdigest(),
        version=f"{student.card.version}-fit",
        calibration=calibration,
        about={"fitted_from": student.version, "fitted_on": n},
    )
    return Student.of(table, card)


def _fold(text: str) -> int:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=2).digest()[0] % FOLDS


def _rows(
    student: Student,
    texts: Sequence[str],
    languages: Sequence[str | None],
    labels: Sequence[int],
) -> _Rows:
    import numpy as np

    rows, places, values, begins = [], [], [], 0
    for part in portions(texts):
        found = features(part, languages[begins : begins + len(part)])
        tokens = found.tokens[found.first]
        counts = found.grams.counts[tokens]
        order = np.argsort(found.grams.owner, kind="stable")
        starts = (np.cumsum(found.grams.counts) - found.grams.counts)[tokens]
        shift = np.repeat(starts - (np.cumsum(counts) - counts), counts)
        hashes = found.grams.hashes[order[np.arange(int(counts.sum())) + shift]]
        row = np.concatenate(
            [np.repeat(found.text[found.first], counts), found.text[found.joined_at]]
        )
        rows.append(row + begins)
        places.append(student.table.places(np.concatenate([hashes, found.joined])))
        values.append(1.0 / np.sqrt(np.maximum(found.sizes(len(part)), 1))[row])
        begins += len(part)
    distinct, column = np.unique(np.concatenate(places), return_inverse=True)
    logits = student.logits(texts, languages)
    codes = np.array([code or JOINT for code in languages], dtype=object)
    truth = np.asarray(labels, dtype=np.int64)
    row, value = np.concatenate(rows), np.concatenate(values)
    return _Rows(row, column, value, distinct, logits, codes, truth)


def _learn(
    rows: _Rows, chosen: NDArray[np.bool_], calibration: Calibration
) -> tuple[Floats, Calibration]:
    """Return the change [2, columns] of weights and the calibration that ``chosen`` rows teach."""
    import numpy as np

    tuned = dict(calibration.languages)
    for code in sorted(set(rows.languages[chosen].tolist())):
        own = chosen & (rows.languages == code)
        if np.bincount(rows.truth[own] + 1, minlength=3).min() >= FEWEST_OF_EACH:
            towards = calibration.of(code)
            tuned[code] = fit_tuning(rows.logits[own], rows.truth[own], towards=towards)
    learned = Calibration(tuned)
    return _change(rows, chosen, learned), learned


def _change(rows: _Rows, chosen: NDArray[np.bool_], calibration: Calibration) -> Floats:
    """Minimise the cross-entropy of ``chosen`` with a penalty, by Nesterov's accelerated descent.

    The calibration's slope is part of the function; the step is 1 / its largest curvature, which
    is bounded by the longest row and the number of rows that share a column.
    """
    import numpy as np

    n, columns = len(rows.truth), len(rows.places)
    slope = np.array([1.0 / calibration.of(code).temperature for code in rows.languages])
    to_logits = np.array(TO_LOGITS)
    bias = np.array([calibration.of(code).bias for code in rows.languages])
    target = np.eye(3)[rows.truth + 1]
    change = ahead = np.zeros((2, columns))
    bound = PENALTY + float(slope.max()) ** 2 * _largest(rows, chosen)
    for step in range(ROUNDS):
        logits = rows.logits + _times(rows, ahead, n).T @ to_logits
        error = np.exp(log_softmax(logits * slope[:, None] + bias)) - target
        error *= (slope * chosen)[:, None]
        back = to_logits @ error.T
        gradient = np.stack(
            [np.bincount(rows.column, rows.value * b[rows.row], columns) for b in back]
        )
        before, change = change, ahead - (gradient + PENALTY * ahead) / bound
        ahead = change + step / (step + 3.0) * (change - before)
    return change


def _times(rows: _Rows, change: Floats, n: int) -> Floats:
    import numpy as np

    return np.stack([np.bincount(rows.row, rows.value * c[rows.column], n) for c in change])


def _largest(rows: _Rows, chosen: NDArray[np.bool_]) -> float:
    """Return the largest eigenvalue of the chosen rows' Gram matrix, by power iteration."""
    import numpy as np

    n, columns = len(rows.truth), len(rows.places)
    vector, size = chosen / np.sqrt(max(chosen.sum(), 1)), 0.0
    for _ in range(30):
        back = np.bincount(rows.column, rows.value * vector[rows.row], columns)
        vector = np.bincount(rows.row, rows.value * back[rows.column], n) * chosen
        size = float(np.sqrt((vector**2).sum()))
        vector = vector / max(size, 1e-12)
    return 1.05 * size


def _judge(
    rows: _Rows,
    chosen: NDArray[np.bool_],
    change: Floats | None,
    calibration: Calibration,
    told: Integers,
    logs: Floats,
) -> None:
    """Write labels and log-probabilities of the ``chosen`` rows into ``told`` and ``logs``."""
    import numpy as np

    logits = rows.logits
    if change is not None:
        logits = logits + _times(rows, change, len(rows.truth)).T @ np.array(TO_LOGITS)
    found = calibration.apply(logits[chosen], rows.languages[chosen].tolist())
    told[chosen], logs[chosen] = found.labels, np.log(found.probabilities)
