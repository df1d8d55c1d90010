"""What the student is taught: texts, what they should come to, and how much each counts.

A text's target is its label mixed with what the teacher (the encoder) says of it. A subtitle's
label tells positive from negative only, and what the teacher thinks is neutral stays so. Then there
are our own words in frames, labelled as they are (see :mod:`training.own_words`), and made-up texts
of which only the teacher has an opinion (see :mod:`training.student_teach`). Some texts are given
as of no known language, so that what the student knows doesn't all hang on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.own_words import own_words
from training.sets import NEVER, NO_NEUTRAL, SUBTITLES, TRAINED, Example, fold_of, phrases, read
from training.student_solve import Lesson, count_matrix
from training.student_teach import FOLDS, Made, answers
from transforms.sentiment.calibrate import log_softmax

Floats = NDArray[np.float64]
Triple = tuple[float, float, float]

BELIEF = 0.4
"""What a label counts for in the target beside the teacher's probabilities."""

PHRASE_WEIGHT = 2.0
"""What a phrase of :func:`training.sets.phrases` counts for: they are few and clear."""

OWN_WORD_WEIGHT = 0.2
"""What a text of :func:`training.own_words.own_words` counts for: there are 37,000 that are much
alike. With 0.3, dev texts are read a little worse (by .006 of macro-F1, on one fold)."""

UNTOLD = 0.2
"""Share of texts whose language is kept from the student."""

SUBTITLE_WEIGHT, HALF_WEIGHT, STRING_WEIGHT, WORD_WEIGHT = 0.3, 0.3, 0.2, 0.05
"""What subtitles, halves of texts, strings of words and words count for; all other texts are 1."""


class Row(NamedTuple):
    """One text to learn from; ``group`` shares an intercept, ``fold`` is where it is held out.

    Of a ``polar`` one the target says nothing about neutral.
    """

    text: str
    language: str | None
    target: Triple
    weight: float
    group: str
    polar: bool
    fold: int


def rows(sets: Path, teacher: Path | None, seed: int) -> list[Row]:
    """Return all rows: of the sets and, where there is a ``teacher`` folder, of what it answered.

    The folder has the teacher's logits of the sets (``SET_train.npy``), of made-up texts
    (``made.npz``) and of single words (``vocab.npz``).
    """
    found = [row for name in TRAINED for row in _of_set(name, read(sets, name), teacher)]
    found += [
        Row(e.text, e.language, _one(e.label), weight, e.set, False, NEVER)
        for some, weight in ((phrases(), PHRASE_WEIGHT), (own_words(), OWN_WORD_WEIGHT))
        for e in some
    ]
    if teacher is not None:
        made, logits = answers(teacher / "made.npz")
        found += [
            Row(m.text, m.language, soft, _made_weight(m), "made", False, m.fold)
            for m, soft in zip(made, _triples(_shares(logits)), strict=True)
        ]
        with np.load(teacher / "vocab.npz") as held:
            words = zip(held["words"].tolist(), _triples(_shares(held["logits"])), strict=True)
        found += [Row(w, None, soft, WORD_WEIGHT, "word", False, NEVER) for w, soft in words]
    hidden = np.random.default_rng(seed).random(len(found)) < UNTOLD
    return [r._replace(language=None) if h else r for r, h in zip(found, hidden, strict=True)]


def lesson_of(some: Sequence[Row], bits: int) -> Lesson:
    """Return ``some`` rows as what :func:`training.student_solve.solve` learns from."""
    groups = sorted({row.group for row in some})
    return Lesson(
        count_matrix([r.text for r in some], [r.language for r in some], bits),
        np.array([r.target for r in some], dtype=np.float32),
        np.array([r.weight for r in some], dtype=np.float32),
        np.array([groups.index(r.group) for r in some]),
        np.array([r.polar for r in some]),
    )


def _of_set(name: str, examples: Sequence[Example], teacher: Path | None) -> list[Row]:
    labels, polar = np.array([e.label for e in examples]), name in NO_NEUTRAL
    weight = SUBTITLE_WEIGHT if name in SUBTITLES else 1.0
    if teacher is None:
        targets, kept = _hard(labels), (labels != 0) | (not polar)
    else:
        soft = _shares(np.load(teacher / f"{name}_train.npy"))
        told = _polarised(soft, labels) if polar else _hard(labels)
        targets = (1 - BELIEF) * soft + BELIEF * told
        kept, polar = np.ones(len(labels), dtype=bool), False
    taught = zip(examples, _triples(targets), kept, strict=True)
    return [
        Row(e.text, e.language, target, weight, name, polar, fold_of(e, FOLDS))
        for e, target, k in taught
        if k
    ]


def _made_weight(made: Made) -> float:
    return STRING_WEIGHT if made.fold == NEVER else HALF_WEIGHT


def _hard(labels: NDArray[np.int64]) -> Floats:
    return np.eye(3)[labels + 1]


def _one(label: int) -> Triple:
    return float(label < 0), float(label == 0), float(label > 0)


def _polarised(soft: Floats, labels: NDArray[np.int64]) -> Floats:
    """Return ``soft`` [n, 3] with all that is not neutral in the class of the label, if any."""
    polar = soft[:, 0] + soft[:, 2]
    told = np.stack([polar * (labels < 0), soft[:, 1], polar * (labels > 0)], axis=1)
    return np.where((labels == 0)[:, None], soft, told)


def _shares(logits: NDArray[np.floating]) -> Floats:
    return np.exp(log_softmax(logits.astype(np.float64)))


def _triples(targets: Floats) -> list[Triple]:
    return [(a, b, c) for a, b, c in targets.tolist()]
