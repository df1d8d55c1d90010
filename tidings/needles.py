"""Looking for words of what is erased in anything that is text: pages, logs, sentences.

A word is looked for as it is, and as JSON, HTML and addresses write it. All words are looked for at
once (Aho and Corasick 1975), in time linear in the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

import msgspec

MASK = "[erased]"
SHORTEST = 5
"""Characters: what is shorter is part of too much else."""

LONGEST = 200
"""Characters of a text that are looked for: of its longest line, the first. Fewer would find
texts of others who began with the same words, too."""


class Needles:
    """Words to look for; blank and short ones are left out."""

    def __init__(self, words: Iterable[str | None]) -> None:
        import ahocorasick_rs

        self.words = {word for word in words if word and len(word) >= SHORTEST}
        forms = sorted({form for word in self.words for form in _forms(word)})
        self._all = ahocorasick_rs.AhoCorasick(forms) if forms else None

    def __bool__(self) -> bool:
        return self._all is not None

    def found(self, text: str | None) -> bool:
        """Whether any of the words is in the text, apart from longer words."""
        return bool(text) and next(self._places(str(text).lower()), None) is not None

    def masked(self, text: str) -> str:
        """Return the text with every one of the words replaced by ``[erased]``."""
        low = text.lower()
        if len(low) != len(text):
            return MASK if self.found(text) else text
        made, done = [], 0
        for start, end in sorted(self._places(low)):
            if start >= done:
                made += [text[done:start], MASK]
            done = max(done, end)
        return "".join([*made, text[done:]])

    def _places(self, low: str) -> Iterator[tuple[int, int]]:
        if self._all is None:
            return
        for _number, start, end in self._all.find_matches_as_indexes(low, overlapping=True):
            if not (_joined(low, start - 1, start) or _joined(low, end - 1, end)):
                yield start, end


def line_of(text: str | None) -> str | None:
    """Return what a long text is known by: the beginning of its longest line; None if too short."""
    if not text:
        return None
    line = max(text.splitlines(), key=len, default="").strip()
    return line[:LONGEST].strip() if len(line) >= 3 * SHORTEST else None


def _joined(text: str, left: int, right: int) -> bool:
    """Whether two neighbours are of one word."""
    if left < 0 or right >= len(text):
        return False
    return (text[left].isalnum() or text[left] == "_") and (
        text[right].isalnum() or text[right] == "_"
    )


def _forms(word: str) -> set[str]:
    known = msgspec.json.encode(word.encode("utf-8", "replace").decode()).decode()[1:-1]
    ascii_only = json.dumps(word)[1:-1]
    forms = {word, known, ascii_only, ascii_only.replace("/", "\\/"), known.replace("/", "\\/")}
    forms |= {escape(word), escape(word, quote=False), quote(word, safe=""), quote(word)}
    return {form.lower() for form in forms}
