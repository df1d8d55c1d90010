"""Our own plain words (``words.toml``) as texts: each alone, in a few frames, and negated.

The labelled sets of most languages are of subtitles or tweets, and hold few of the words that
customers complain and praise with.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict, cast

from training.sets import Example

WORDS = Path(__file__).parent / "words.toml"
SET = "words_own"

HALF_SPACE = "\u200c"


class Words(TypedDict):
    """The words of one language, between blanks, and what they are put in for ``{}``."""

    frames: list[str]
    negated: list[str]
    positive: str
    negative: str


def own_words() -> list[Example]:
    """Return all texts of all languages: praise negated is blame, blame negated is neutral.

    ValueError for a word that is in both lists of its language.
    """
    by_language = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return [
        Example(text, label, language, SET, text)
        for language, held in by_language.items()
        for text, label in dict(_texts(language, cast("Words", held))).items()
    ]


def spellings(words: str) -> list[str]:
    """Return ``words`` one by one, each with a blank for its half-spaces, too."""
    found = [word.replace("_", " ") for word in words.split()]
    return list(dict.fromkeys([*found, *(word.replace(HALF_SPACE, " ") for word in found)]))


def _texts(language: str, held: Words) -> Iterator[tuple[str, int]]:
    praise, blame = spellings(held["positive"]), spellings(held["negative"])
    if both := set(praise) & set(blame):
        raise ValueError(f"{WORDS.name} [{language}] has as praise and as blame: {sorted(both)}")
    yield from _put(praise, held["negated"], -1)
    yield from _put(blame, held["negated"], 0)
    yield from _put(praise, ["{}", *held["frames"]], 1)
    yield from _put(blame, ["{}", *held["frames"]], -1)


def _put(words: Sequence[str], frames: Sequence[str], label: int) -> Iterator[tuple[str, int]]:
    """Yield each of ``words`` in each of ``frames``; a second {} gets the next word but one."""
    for at, word in enumerate(words):
        other = words[(at + 2) % len(words)]
        for frame in frames:
            yield frame.format(word) if frame.count("{}") == 1 else frame.format(word, other), label
