"""The words that drive an incident: more of them now than in the brand's own past explains.

Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words",
equations 15, 16, 19, 22): with y the texts of a group that have word w, n their sum over all words
and a the word's share in both groups together, times a number of words worth ``PRIOR``,

    delta = log((y1 + a) / (n1 + A - y1 - a)) - log((y2 + a) / (n2 + A - y2 - a))
    z = delta / sqrt(1 / (y1 + a) + 1 / (y2 + a))

A text counts for a word once, however often it says it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from transforms.words import UNSPACED, URL, words

PRIOR = 200.0
LEAST = 2
"""Texts of the incident that must say a word for it to drive the incident."""


NAMES = re.compile(r"(?:@|\bu/)[\w.-]+(?:@[\w.-]+)?")
"""Accounts that a text names: people, and no words that drive anything."""


class Driving(NamedTuple):
    """A word, in how many texts of the incident and of the past it is, and its z."""

    word: str
    now: int
    past: int
    z: float


def said(texts: Iterable[Iterable[str]]) -> Counter[str]:
    """Return in how many texts each word is; a text is given as its words."""
    return Counter(word for words in texts for word in set(words))


def driving_words(now: Mapping[str, int], past: Mapping[str, int], most: int = 10) -> list[Driving]:
    """Return the words of which there are more ``now``, the surest first, ``most`` at most.

    Both are counts of texts by word, see ``said``: ``now`` of the incident's negative voices,
    ``past`` of the brand's negative voices before. Words equally sure are in order of the alphabet.
    """
    n1, n2 = sum(now.values()), sum(past.values())
    total = n1 + n2
    found = []
    for word, y1 in now.items():
        y2 = past.get(word, 0)
        if y1 < LEAST:
            continue
        a = PRIOR * (y1 + y2) / total
        odds1 = (y1 + a) / max(n1 + PRIOR - y1 - a, 1e-9)
        odds2 = (y2 + a) / max(n2 + PRIOR - y2 - a, 1e-9)
        z = math.log(odds1 / odds2) / math.sqrt(1 / (y1 + a) + 1 / (y2 + a))
        if z > 0:
            found.append(Driving(word, y1, y2, z))
    return sorted(found, key=lambda d: (-d.z, d.word))[:most]


def meaningful(text: str) -> Iterator[str]:
    """Give the words of a text that can mean something: folded, no links, accounts, numbers
    or single letters.

    Of scripts without spaces, each two characters that stand together.
    """
    last = ""
    for word in words(NAMES.sub(" ", URL.sub(" ", text))):
        if _unspaced().fullmatch(word):
            if last:
                yield last + word
            last = word
            continue
        last = ""
        if len(word) > 1 and not word.isdecimal():
            yield word


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")
