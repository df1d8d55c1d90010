"""Looking for words of what is erased in anything that is text: pages, logs, sentences.

A word is looked for as it is, and as JSON, HTML and addresses write it. All words are looked for at
once (Aho and Corasick 1975), in time linear in the text. Names are of one source: a handle of one
is somebody else's on another. A short name, or one that is a word of everybody's, is looked for
only where a record says who speaks (:mod:`tidings.speakers`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

import msgspec

from tidings.speakers import is_field, speakers

MASK = "[erased]"
SHORTEST = 5
"""Characters: what is shorter is part of too much else."""

LONGEST = 200
"""Characters of a text that are looked for: of its longest line, the first. Fewer would find
texts of others who began with the same words, too."""

_NAMING = re.compile(r"\w+://\S*|[0-9a-f-]{24,36}")


class Needles:
    """Words to look for, and names as (source, name); blank and short words are left out.

    ``everyday`` are names, as (source, name), that others use as a word.
    """

    def __init__(
        self,
        words: Iterable[str | None],
        names: Iterable[tuple[str, str]] = (),
        everyday: Iterable[tuple[str, str]] = (),
    ) -> None:
        import ahocorasick_rs

        self.words = {word for word in words if word and len(word) >= SHORTEST}
        self.names, self.everyday = frozenset(names), frozenset(everyday)
        told = {name for source, name in self.names - self.everyday if len(name) >= SHORTEST}
        forms = sorted({form for word in self.words | told for form in _forms(word)})
        self._all = ahocorasick_rs.AhoCorasick(forms) if forms else None
        self._speakers = {name.lower() for _source, name in self.names if name} - told
        self._of: dict[str, Needles] = {}

    def of(self, source: str) -> Needles:
        """Return the words, and the names of this source alone."""
        if source not in self._of:
            mine = [one for one in self.names if one[0] == source]
            self._of[source] = Needles(self.words, mine, self.everyday)
        return self._of[source]

    def said(self) -> Needles:
        """Return what they said alone: neither names nor addresses nor ids."""
        return Needles(word for word in self.words if not _NAMING.fullmatch(word))

    def __bool__(self) -> bool:
        return self._all is not None or bool(self._speakers)

    def found(self, text: str | None) -> bool:
        """Whether any of the words is in the text, apart from longer words."""
        if not text:
            return False
        low = str(text).lower()
        if next(self._places(low), None) is not None:
            return True
        return bool(self._speakers) and not self._speakers.isdisjoint(speakers(low))

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
            joined = _joined(low, start - 1, start) or _joined(low, end - 1, end)
            if not joined and not is_field(low, start, end):
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
