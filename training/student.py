"""Makes the student: ``python -m training.student SETS_FOLDER [--teacher FOLDER] [--out FOLDER]``.

Its weights are learned from the sets' labels and, where ``--teacher`` has them, from the encoder's
soft labels of the same texts and of made-up ones (see :mod:`training.student_lessons`). Calibration
is fitted on texts that the weights were not learned from (by folds of the training texts); the dev
texts are only looked at for the figures in the card.
"""

from __future__ import annotations

import argparse
import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.sets import (
    CREDIT,
    JUDGED,
    LABELLED,
    TRAINED,
    UNREAD,
    Example,
    fold_of,
    read,
)
from training.student_lessons import Row, lesson_of, rows
from training.student_solve import Lesson, solve
from training.student_teach import FOLDS
from transforms.sentiment.calibrate import Calibration, fit, macro_f1, nll
from transforms.sentiment.student import DATA, Card, Student, Table, unpacked

BITS, PENALTY, STEPS, SEED = 20, 0.5, 80, 20_240_229
VERSION = "1"
EMPTY = Card(VERSION, "", (), Calibration({}))


def main() -> None:
    """Read the arguments, fit, and write ``student.npz`` and its card."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("sets", type=Path)
    asked.add_argument("--teacher", type=Path)
    asked.add_argument("--out", type=Path, default=DATA)
    asked.add_argument("--held-out", type=Path, help="where to keep the logits of the folds (.npy)")
    told = asked.parse_args()
    lesson_rows = rows(told.sets, told.teacher, SEED)
    lesson = lesson_of(lesson_rows, BITS)
    held_out = [e for name in JUDGED for e in read(told.sets, name)]
    logits = out_of_fold(lesson, lesson_rows, held_out)
    calibration = fit(logits, [e.language for e in held_out], [e.label for e in held_out])
    if told.held_out:
        np.save(told.held_out, logits)
    content = packed(solve(lesson, penalty=PENALTY, steps=STEPS))
    card = card_of(content, calibration, told.sets, lesson_rows)
    (told.out / "student.npz").write_bytes(content)
    encoded = msgspec.json.format(msgspec.json.encode(card), indent=1)
    (told.out / "student.json").write_bytes(encoded + b"\n")
    print(encoded.decode())


def out_of_fold(
    lesson: Lesson, taught: Sequence[Row], held_out: Sequence[Example]
) -> NDArray[np.float64]:
    """Return the logits [n, 3] of ``held_out``, each by weights that were not learned from it."""
    fold_of_row = np.array([row.fold for row in taught])
    fold_held = np.array([fold_of(e, FOLDS) for e in held_out])
    logits = np.zeros((len(held_out), 3))
    for fold in range(FOLDS):
        weights = solve(lesson.only(fold_of_row != fold), penalty=PENALTY, steps=STEPS)
        at = np.flatnonzero(fold_held == fold)
        some = [held_out[int(i)] for i in at]
        student = Student.of(Table(weights), EMPTY)
        logits[at] = student.logits([e.text for e in some], [e.language for e in some])
        print(f"fold {fold}: {len(at)} texts", flush=True)
    return logits


def packed(weights: NDArray[np.float32]) -> bytes:
    """Return ``weights`` [2, n] as a ``.npz`` file: their signed roots in 8 bits, and scales."""
    largest = np.abs(weights).max(axis=1)
    roots = np.sign(weights) * np.sqrt(np.abs(weights) / largest[:, None])
    held = io.BytesIO()
    np.savez_compressed(
        held, weights=np.round(roots * 127).astype(np.int8), scale=largest / np.float32(127**2)
    )
    return held.getvalue()


def card_of(content: bytes, calibration: Calibration, sets: Path, taught: Sequence[Row]) -> Card:
    """Return the card of the weights in ``content``, with figures on the dev texts of ``sets``."""
    with np.load(io.BytesIO(content)) as held:
        table = Table(unpacked(held["weights"], held["scale"]))
    languages = Counter(e.language for name in TRAINED for e in read(sets, name))
    sha256 = hashlib.sha256(content).hexdigest()
    card = Card(VERSION, sha256, tuple(sorted(set(languages) - UNREAD)), calibration)
    student = Student.of(table, card)
    about: dict[str, Any] = {
        "what": "weights of hashed n-grams: polarity and neutrality",
        "trained_on": {name: CREDIT[name] for name in (*LABELLED, "phrases", "words_own")},
        "texts": dict(sorted(languages.items())),
        "made_up_texts": sum(row.group in ("made", "word") for row in taught),
        "bytes": len(content),
        "seed": SEED,
        "dev": {name: figures(student, read(sets, name, "dev")) for name in JUDGED},
    }
    return msgspec.structs.replace(card, about=about)


def figures(student: Student, examples: Sequence[Example]) -> dict[str, float]:
    """Return macro-F1 and the likelihood of the labels for ``examples`` of one language."""
    texts, codes = [e.text for e in examples], [e.language for e in examples]
    labels = np.array([e.label for e in examples])
    told = student.card.calibration.apply(student.logits(texts, codes), codes)
    return {
        "n": len(texts),
        "macro_f1": round(macro_f1(labels, told.labels), 3),
        "nll": round(nll(np.log(told.probabilities), labels), 3),
    }


if __name__ == "__main__":
    main()
