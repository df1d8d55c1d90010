"""Asks the encoder about many texts: ``python -m training.student_teach SETS_FOLDER TEACHER``.

The student can learn from any text that the encoder has read. The folder TEACHER gets the logits
of all sets (``SET_train.npy``, ``SET_dev.npy``), of the words in the encoder's own vocabulary
(``vocab.npz``), and of made-up texts (``made.npz``): halves of the labelled texts, halves of two
put together, subtitles and phrases put together where a language has few other texts, and strings
of words, with and without negations. What is there already is not asked again. A made text and all
that it is made of are in one fold. Takes some 25 minutes of one core.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from training.sets import JUDGED, NEVER, TRAINED, Example, fold_of, phrases, read
from transforms.sentiment.e5_file import ModelFile, find_file
from transforms.sentiment.encoder import Encoder

FOLDS, SEED = 5, 20_240_301
PHRASES_JOINED = 1_000
"""How many pairs of our own phrases are made in each of their languages."""

JOINED = {"xed_da": 2_000, "xed_sv": 2_500, "xed_fa": 1_500, "xed_zh": 1_200, "xed_cn": 1_500}
STRINGS = {
    "zh": 8_000, "fa": 6_000, "da": 6_000, "sv": 6_000, "no": 3_000, "nl": 3_000, "fi": 3_000,
    "pl": 3_000, "en": 2_000, "de": 2_000, "fr": 2_000, "it": 2_000, "es": 2_000, "pt": 2_000,
}  # fmt: skip
NEGATIONS = {
    "zh": ("不", "没有"), "fa": ("نه", "اصلا"), "da": ("ikke", "aldrig"), "sv": ("inte", "aldrig"),
    "no": ("ikke", "aldri"), "nl": ("niet", "geen"), "fi": ("ei", "eivät"), "pl": ("nie", "nigdy"),
    "en": ("not", "never", "no"), "de": ("nicht", "kein"), "fr": ("pas", "jamais"),
    "it": ("non", "mai"), "es": ("no", "nunca"), "pt": ("não", "nunca"),
}  # fmt: skip
NEGATED = 300
"""How many of the words that the encoder feels most strongly about are tried with each of them."""

AT_ONCE = 2_000
ALONE = re.compile("[\u4e00-\u9fff\u0600-\u06ff]+$")
"""What may stand for itself without a blank before it: Chinese, and words in Arabic letters."""

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
    told.teacher.mkdir(parents=True, exist_ok=True)
    encoder = Encoder()
    for name, split in product(TRAINED, ("train", "dev")):
        path = told.teacher / f"{name}_{split}.npy"
        if not path.exists():
            np.save(path, ask(encoder, [e.text for e in read(told.sets, name, split)]))
    path = told.teacher / "vocab.npz"
    if not path.exists():
        words = vocabulary()
        np.savez_compressed(path, words=np.array(words), logits=ask(encoder, words))
    path = told.teacher / "made.npz"
    if not path.exists():
        made = make(told.sets, told.teacher)
        np.savez_compressed(
            path,
            words=np.array([m.text for m in made]),
            languages=np.array([m.language for m in made]),
            fold=np.array([m.fold for m in made]),
            logits=ask(encoder, [m.text for m in made]),
        )


def ask(encoder: Encoder, texts: list[str]) -> NDArray[np.float32]:
    """Return the encoder's log-probabilities [n, 3] of ``texts``."""
    answered = []
    for begins in range(0, len(texts), AT_ONCE):
        some = texts[begins : begins + AT_ONCE]
        answered.append(encoder.log_probabilities(some, [None] * len(some)))
        print(f"{begins + len(some)} of {len(texts)}", flush=True)
    return np.concatenate(answered)


def vocabulary() -> list[str]:
    """Return the pieces of the encoder's vocabulary that are words, or characters that may be."""
    pieces = ModelFile(find_file()).pieces
    bare = [piece.removeprefix("\u2581") for piece in pieces]
    words = [
        word
        for piece, word in zip(pieces, bare, strict=True)
        if word.isalpha() and (ALONE.match(word) or (piece != word and len(word) > 1))
    ]
    return list(dict.fromkeys(words))


def make(sets: Path, teacher: Path) -> list[Made]:
    """Return all made texts; the strings of words need ``vocab.npz`` in ``teacher``."""
    draw = np.random.default_rng(SEED)
    return [
        *halves(sets, draw),
        *joined(sets, draw),
        *strings(teacher, draw),
        *phrase_pairs(draw),
    ]


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


def phrase_pairs(draw: np.random.Generator) -> Iterator[Made]:
    """Yield two of our own phrases of one language as one text."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for example in phrases():
        by_language[example.language].append(example.text)
    for language, texts in by_language.items():
        for _ in range(PHRASES_JOINED):
            first, second = draw.choice(len(texts), 2, replace=False)
            yield Made(f"{texts[first]} {texts[second]}", language, NEVER)


def strings(teacher: Path, draw: np.random.Generator) -> Iterator[Made]:
    """Yield strings of words, some of them drawn by how strongly the encoder feels about them.

    And the strongest ones with a negation.
    """
    with np.load(teacher / "vocab.npz") as held:
        words, logits = held["words"].tolist(), held["logits"].astype(np.float64)
    languages = languages_of(words)
    for language, n in STRINGS.items():
        own = np.array([i for i, code in enumerate(languages) if code == language])
        felt = np.abs(logits[own, 2] - logits[own, 0]) ** 2
        for strong in own[np.argsort(-felt)[:NEGATED]]:
            for negation in NEGATIONS[language]:
                gap = "" if language == "zh" else " "
                yield Made(f"{negation}{gap}{words[strong]}", language, NEVER)
        for _ in range(n):
            some = draw.choice(own, int(draw.integers(1, 3)), p=felt / felt.sum())
            plain = draw.choice(own, int(draw.integers(2, 6)))
            order = draw.permutation(np.concatenate([some, plain]))
            yield Made(_string([words[i] for i in order], language, draw), language, NEVER)


def languages_of(words: list[str]) -> list[str | None]:
    """Return which of the languages of STRINGS each word is taken for, None for none of them."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found: list[str | None] = []
    for word in words:
        if all("\u4e00" <= c <= "\u9fff" for c in word):
            found.append("zh")
        elif PERSIAN.issuperset(word) and not (word.startswith("ال") and len(word) > 4):
            found.append("fa")
        else:
            latin = len(word) > 2 and all(c < "\u0250" for c in word)
            code = identifier.classify(word)[0] if latin else ""
            found.append("no" if code in ("nb", "nn") else code if code in STRINGS else None)
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
