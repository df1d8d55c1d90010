"""Text to words, the same way for texts and queries: folded, split, and traced to the original.

Folding is Unicode's NFKC_Casefold: compatibility forms are unified, case is dropped, invisible
characters (soft hyphen, zero-width joiners, variation selectors) vanish. A word is a run of
letters, marks and digits; everything else separates, the underscore, apostrophe, ``#`` and ``@``
too: the word ``acme`` is in ``Acme's``, ``#acme``, ``_Acme_`` and ``@acme_help``. Scripts that are
written without spaces or that glue particles to words (Han, kana, Hangul, Thai, Lao, Khmer,
Burmese) give one word a character, so that a phrase is found inside a run of them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

BREAK = "\n"
"""Stands between title and text in a list of words; no phrase contains it."""

TRADE_MARKS = re.compile("[\u2122\u2120]")
"""NFKC would make the letters TM and SM of these signs and glue them to the name before them."""

IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point, but for the Hangul filler that composes (U+1160)."""

UNSPACED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"
    "\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3\u17d7"
    "\u1100-\u115e\u1161-\u11ff\ua960-\ua97f\uac00-\ud7ff"
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u303c\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Letters of the scripts of which each character counts as a word, as a range for ``re``."""

DOTTED_I = "i\u0307"
"""What folding makes of the Turkish capital I with a dot; taken as the ``i`` that it means."""

URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
"""A link within a text."""

SIGNS = re.compile(
    "[\u0080-\u00a7\u00a9\u00ab-\u00ac\u00ae\u00b0-\u00b1\u00b6-\u00b7\u00bb\u00bf\u00d7\u00f7"
    "\u2010-\u2016\u2018-\u2029\u202f-\u203d\u203f-\u205f\u20a0-\u20a7\u20a9-\u20c0\u2190-\u23ff"
    "\u2500-\u2775\u2794-\u2adb\u2add-\u2bff\u3000-\u3003\u3008-\u3020"
    "\U0001f000-\U0001f0ff\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"
)
"""Quotes, dashes, emoji and other signs that fold to no letter, each for itself: a blank does."""

EASY_WORD = re.compile(r"[^\W_]+")
BEYOND = re.compile("[\u0300-\U0010ffff]")
"""Where marks begin, and scripts without spaces; before them a word is letters and digits."""

BLANK = re.compile(" ")

FEW = 16
"""Matches of which each is counted for itself, which is faster than to list all blanks first."""

RUNS = re.compile(r"[\x00-\x7f]+(?=[\x00-\x7f]|\Z)|[\x00-\x7f]?[^\x00-\x7f]+")
"""Parts of a text that fold each for itself: of ASCII, and all else with what it may melt with."""

BARE = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else ord(" ") for c in range(256))
"""What ASCII characters are in words: small letters, digits, and blanks for all else."""


REMEMBERED = 2_048
"""Texts of which the words are remembered, since several things are looked for in each."""


def words(text: str) -> list[str]:
    """Return the folded words of ``text``."""
    plain = _in_ascii(text)
    return _words_of(fold(text)) if plain is None else bared(plain).split()


@lru_cache(maxsize=REMEMBERED)
def haystack(text: str) -> str:
    """Return the words of ``text`` with one blank before, between and after them."""
    return f" {' '.join(words(text))} "


@lru_cache(maxsize=REMEMBERED)
def places(text: str) -> Sequence[tuple[int, int]]:
    """Return where each of the words of ``text`` starts and ends in it (end exclusive)."""
    plain = _in_ascii(text)
    if plain is not None:
        return _between_blanks(bared(plain))
    folded, starts, ends = _fold_with_positions(text)
    word = _word() if BEYOND.search(folded) else EASY_WORD
    spans = [m.span() for m in word.finditer(folded)]
    return [(starts[a], ends[b - 1]) for a, b in spans] if starts else spans


def words_and_places(text: str) -> tuple[list[str], Sequence[tuple[int, int]]]:
    """Return :func:`words` and :func:`places` of ``text``."""
    return words(text), places(text)


def spans(
    haystack: str, matches: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Give the pattern and the first and last word (from 0, both inclusive) of each match.

    ``haystack`` is of words with one blank before, between and after them; ``matches`` are pattern,
    start and end, as an Aho-Corasick automaton finds them in it.
    """
    if len(matches) <= FEW:
        for pattern, start, end in matches:
            # The last character may be the blank after the last word, or a letter of it.
            first = haystack.count(" ", 0, start + 1) - 1
            yield pattern, (first, first + haystack.count(" ", start + 1, end - 1))
        return
    blanks = [m.start() for m in BLANK.finditer(haystack)]
    for pattern, start, end in matches:
        yield pattern, (bisect_right(blanks, start) - 1, bisect_left(blanks, end - 1) - 1)


def _between_blanks(text: str) -> list[tuple[int, int]]:
    """Return where what stands between blanks of an ASCII text starts and ends."""
    import numpy as np

    blank = np.frombuffer(f" {text} ".encode("ascii"), np.uint8) == ord(" ")
    edges = np.flatnonzero(blank[1:] != blank[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def bared(text: str) -> str:
    """Return ASCII ``text`` in small letters, with a blank for each sign."""
    return text.encode("ascii").translate(BARE).decode("ascii")


def _words_of(folded: str) -> list[str]:
    return (_word() if BEYOND.search(folded) else EASY_WORD).findall(folded)


def _in_ascii(text: str) -> str | None:
    """Return ``text`` with blanks for signs, as long and with the same words; None if not ASCII."""
    if text.isascii():
        return text
    plain = SIGNS.sub(" ", text)
    if not plain.isascii():
        # What joins emoji, and tells how one looks, is ignored where a word can't go on.
        plain = plain.replace(" \ufe0f", "  ").replace(" \u200d", "  ")
    return plain if plain.isascii() else None


def said_words(title: str | None, text: str | None) -> list[str]:
    """Return the words of what is :func:`said`, with a BREAK between title and text."""
    whole, cut = _joined(title, text)
    if cut is None:
        return words(whole)
    return [*words(whole[:cut]), BREAK, *words(whole[cut + 1 :])]


def said_haystack(title: str | None, text: str | None) -> str:
    """Return the words of :func:`said_words` with one blank before, between and after them."""
    whole, cut = _joined(title, text)
    return haystack(whole) if cut is None else f" {' '.join(said_words(title, text))} "


def said_places(title: str | None, text: str | None) -> Sequence[tuple[int, int]]:
    """Return where the words of :func:`said_words` start and end in what is :func:`said`."""
    whole, cut = _joined(title, text)
    if cut is None:
        return places(whole)
    below = [(a + cut + 1, b + cut + 1) for a, b in places(whole[cut + 1 :])]
    return [*places(whole[:cut]), (cut, cut), *below]


def said(title: str | None, text: str | None) -> str:
    """Return title and text as one, a line each; the text alone where it begins with the title."""
    return _joined(title, text)[0]


def fold(text: str) -> str:
    """Return ``text`` folded: equal for texts that differ in case, form or invisible signs only."""
    if text.isascii():
        return text.lower()
    text = TRADE_MARKS.sub(" ", text)
    quick = _folded_at_once(text)
    if quick is not None:
        return quick
    return "".join(
        run.lower() if run.isascii() else "".join(map(_fold_cluster, _cluster().findall(run)))
        for run in RUNS.findall(text)
    )


def unspaced_share(text: str) -> float:
    """Return which share (0..1) of the characters of ``text`` is of scripts without spaces."""
    return len(_unspaced().findall(text)) / len(text) if text and not text.isascii() else 0.0


def _joined(title: str | None, text: str | None) -> tuple[str, int | None]:
    title, text = (title or "").strip(), text or ""
    if not title or not text.strip():
        return (title or text), None
    if text.lstrip().casefold().startswith(title.casefold()):
        return text, None
    return f"{title}\n{text}", len(title)


def _fold_with_positions(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return the folded text and, for each of its characters, where it came from.

    The positions are empty where they are those of the folded text itself.
    """
    text = TRADE_MARKS.sub(" ", text)
    quick = _folded_at_once(text)
    if quick is not None:
        return quick, (), ()
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for run in RUNS.finditer(text):
        start, end = run.span()
        if run.group().isascii():
            parts.append(run.group().lower())
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
            continue
        for cluster in _cluster().finditer(text, start, end):
            part = _fold_cluster(cluster.group())
            parts.append(part)
            starts.extend([cluster.start()] * len(part))
            ends.extend([cluster.end()] * len(part))
    return "".join(parts), starts, ends


def _folded_at_once(text: str) -> str | None:
    """Return ``text`` folded as a whole; None where that may be otherwise than by its clusters."""
    quick = text.casefold()
    # A character never folds to nothing, so equal lengths mean that each kept its place.
    if (
        len(quick) == len(text)
        and unicodedata.is_normalized("NFKC", text)
        and unicodedata.is_normalized("NFKC", quick)
        and not IGNORABLE.search(text)
        and DOTTED_I not in quick
    ):
        return quick
    return None


@lru_cache(maxsize=65_536)
def _fold_cluster(cluster: str) -> str:
    kept = IGNORABLE.sub("", unicodedata.normalize("NFKC", IGNORABLE.sub("", cluster)))
    return unicodedata.normalize("NFKC", kept.casefold()).replace(DOTTED_I, "i")


@cache
def _marks() -> str:
    """Return a range for ``re`` of all combining marks, which its ``\\w`` leaves out."""
    codes = [*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0)]
    marks = [c for c in codes if unicodedata.category(chr(c)).startswith("M")]
    ranges: list[tuple[int, int]] = []
    for code in marks:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in ranges)


@cache
def _word() -> re.Pattern[str]:
    marks, letter = _marks(), f"(?:(?![{UNSPACED}])[^\\W_])"
    return re.compile(f"[{UNSPACED}][{marks}]*|{letter}(?:{letter}|[{marks}])*")


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")


@cache
def _cluster() -> re.Pattern[str]:
    """Match what NFKC may melt into one: a character and the marks, vowels and finals after it."""
    joins = (
        f"{_marks()}{IGNORABLE.pattern[1:-1]}\u1160-\u11ff\u314f-\u3163\ud7b0-\ud7ff\uff9e-\uffdc"
    )
    return re.compile(f"[^{joins}][{joins}]*|[{joins}]+")
