"""Asks the encoder about made-up texts: ``python -m training.student_teach SETS_FOLDER TEACHER``.

The student can learn from any text that the encoder has read. TEACHER gets ``made.npz``: halves of
the labelled texts, halves of two put together, subtitles put together where a language has few
other texts, and strings of words from ``TEACHER/vocab.npz`` (the encoder's own vocabulary and what
it says of each word) for scripts that the labelled texts hardly have. A made text and all that it
is made of are in one fold (see :data:`training.student.FOLDS`).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from training.sets import JUDGED, NEVER, Example, fold_of, read
from transforms.sentiment.encoder import Encoder

FOLDS, SEED = 5, 20_240_301
JOINED = {"xed_da": 2_000, "xed_sv": 2_500, "xed_fa": 1_500, "xed_zh": 1_200, "xed_cn": 1_500}
SALADS = {
    "zh": 8_000, "fa": 6_000, "da": 6_000, "sv": 6_000, "no": 3_000, "nl": 3_000, "fi": 3_000,
    "pl": 3_000, "en": 2_000, "de": 2_000, "fr": 2_000, "it": 2_000, "es": 2_000, "pt": 2_000,
}  # fmt: skip
AT_ONCE = 2_000

PERSIAN = frozenset("ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآء\u200c")
"""The letters that Persian is written with; Arabic, Urdu, Pashto and Uyghur words have others, too,
or begin with the Arabic article."""


class Made(NamedTuple):
    """A made text; ``fold`` is the one it is held out in, NEVER for none."""

    text: str
    language: str
    fold: int


def main() -> None:
    """Make the texts, ask, and write what was answered."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("sets", type=Path)
    asked.add_argument("teacher", type=Path)
    told = asked.parse_args()
    draw = np.random.default_rng(SEED)
    made = [*halves(told.sets, draw), *joined(told.sets, draw), *salads(told.teacher, draw)]
    encoder, logs = Encoder(), []
    for begins in range(0, len(made), AT_ONCE):
        some = made[begins : begins + AT_ONCE]
        logs.append(encoder.log_probabilities([m.text for m in some], [m.language for m in some]))
        print(begins + len(some), len(made), flush=True)
    np.savez_compressed(
        told.teacher / "made.npz",
        words=np.array([m.text for m in made]),
        languages=np.array([m.language for m in made]),
        fold=np.array([m.fold for m in made]),
        logits=np.concatenate(logs),
    )


def halves(sets: Path, draw: np.random.Generator) -> Iterator[Made]:
    """Yield both halves of each text of six words or more, and the first with another's second."""
    ends: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name in JUDGED:
        for example in read(sets, name):
            words, fold = example.text.split(), fold_of(example, FOLDS)
            if len(words) < 6:
                continue
            cut = int(draw.integers(len(words) // 3, len(words) - len(words) // 3 + 1))
            first, second = " ".join(words[:cut]), " ".join(words[cut:])
            yield Made(first, example.language, fold)
            yield Made(second, example.language, fold)
            others = ends[name, fold]
            if others and draw.random() < 0.5:
                other = others[int(draw.integers(len(others)))]
                yield Made(f"{first} {other}", example.language, fold)
            others.append(second)


def joined(sets: Path, draw: np.random.Generator) -> Iterator[Made]:
    """Yield two or three subtitles of one language as one text, by :data:`JOINED`."""
    for name, n in JOINED.items():
        lines = read(sets, name)
        for _ in range(n):
            some: list[Example] = [lines[i] for i in draw.integers(0, len(lines), 2)]
            yield Made(" ".join(e.text for e in some), some[0].language, NEVER)


def salads(teacher: Path, draw: np.random.Generator) -> Iterator[Made]:
    """Yield strings of words, half of them drawn by how strongly the encoder feels about them."""
    path = teacher / "vocab.npz"
    if not path.exists():
        return
    with np.load(path) as held:
        words, logits = held["words"].tolist(), held["logits"].astype(np.float64)
    languages = languages_of(words)
    for language, n in SALADS.items():
        own = np.array([i for i, code in enumerate(languages) if code == language])
        felt = np.abs(logits[own, 2] - logits[own, 0]) ** 2
        for _ in range(n):
            strong = draw.choice(own, int(draw.integers(1, 3)), p=felt / felt.sum())
            plain = draw.choice(own, int(draw.integers(2, 6)))
            some = [words[i] for i in draw.permutation(np.concatenate([strong, plain]))]
            yield Made(_string(some, language, draw), language, NEVER)


def languages_of(words: list[str]) -> list[str | None]:
    """Return which of the languages of SALADS each word is taken for, None for none of them."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in SALADS if code not in ("zh", "fa")])
    found: list[str | None] = []
    for word in words:
        if all("\u4e00" <= c <= "\u9fff" for c in word):
            found.append("zh")
        elif PERSIAN.issuperset(word) and not (word.startswith("ال") and len(word) > 4):
            found.append("fa")
        else:
            latin = len(word) > 2 and all(c < "\u0250" for c in word)
            found.append(identifier.classify(word)[0] if latin else None)
    return found


def _string(words: list[str], language: str, draw: np.random.Generator) -> str:
    if language != "zh":
        return " ".join(words)
    cut = int(draw.integers(1, len(words)))
    return "".join(words[:cut]) + "，" + "".join(words[cut:])


def answers(path: Path) -> tuple[list[Made], NDArray[np.floating]]:
    """Return the made texts in ``path`` and what the encoder answered [n, 3]."""
    with np.load(path) as held:
        columns = (held[name].tolist() for name in ("words", "languages", "fold"))
        return [Made(*row) for row in zip(*columns, strict=True)], held["logits"]


if __name__ == "__main__":
    main()
