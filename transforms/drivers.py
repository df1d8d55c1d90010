"""What people talk about: price, quality, service and the other drivers of how a brand is seen.

Each driver has stems by language (see :mod:`transforms.stems` for how they are written), which are
looked for at once by one Aho-Corasick automaton a language over the folded words of a text. A watch
file adds stems and drivers. A text whose language is unknown, or one that has no stems of its own,
is held against the stems of all languages that are long enough to mean one thing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from tidings.errors import ConfigurationError
from transforms.clauses import clauses
from transforms.language_priors import SAME
from transforms.stems import Role, Stem, plain, read_all, seeded, seeds
from transforms.words import haystack, places, spans

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

DRIVERS = (
    "price", "quality", "branding", "service", "advertising", "reputation", "influencers",
    "usability", "delivery", "privacy",
)  # fmt: skip
"""The drivers that are always there; a watch file may name more."""

EVERY = "mul"
"""ISO 639 for several languages: stems that a watch file gives for all of them."""

MAX_READ = 50_000
"""Characters. What a longer text says after them is not looked at."""

SUM = re.compile(
    r"[$£€¥￥₹₽]\s?\d[\d.,]*|(?<![\w.,])\d[\d.,]{0,30}\s?(?:[$£€¥￥₹₽]|(?:kr|usd|eur|gbp|nok|dkk|sek)\b)",
    re.IGNORECASE,
)
"""A sum of money, which hints at the price in every language; words know no signs."""

DIGIT = re.compile(r"\d")

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
LANGUAGE = re.compile(r"[a-z]{2,3}")


class DriverHit(msgspec.Struct, frozen=True):
    """A driver that a text names: ``matched`` is ``text[start:end]``, whole words."""

    driver: str
    start: int
    end: int
    matched: str


class _Book(msgspec.Struct, frozen=True):
    """The automaton of one language, and what each of its patterns stands for."""

    automaton: AhoCorasick
    meanings: list[tuple[tuple[str, Role], ...]]


class Drivers:
    """Finds drivers; make one and use it for many texts.

    ``extra`` has the watch file's own stems by driver and language (or ``mul`` for all languages):
    ``{"price": {"no": ["strømstøtte*"]}, "climate": {"en": ["co2", "green*"]}}``. They count as
    ours do, also those that take hits away (``-greenland*``). ConfigurationError names the key.
    """

    def __init__(self, extra: Mapping[str, Mapping[str, Sequence[str]]] | None = None) -> None:
        self._extra: dict[str, dict[str, list[Stem]]] = {}
        for driver, by_language in (extra or {}).items():
            _check(driver, by_language)
            for language, given in by_language.items():
                stems = read_all(given, language, f"drivers.{driver}.{language}")
                known = SAME.get(language, language)
                self._extra.setdefault(known, {}).setdefault(driver, []).extend(stems)
        self._books: dict[str | None, _Book | None] = {}
        self.names = tuple(dict.fromkeys([*DRIVERS, *(extra or {})]))

    def find(self, text: str, language: str | None) -> list[DriverHit]:
        """Return the drivers that ``text`` names, in its order; of overlapping hits the longest.

        ``language`` is an ISO 639 code as :func:`transforms.language.identify` gives it, or None.
        Linear in the text's length; only its first MAX_READ characters are read.
        """
        book = self._book(language)
        if book is None:
            return []
        text = text[:MAX_READ]
        said = plain(haystack(text))
        matches = book.automaton.find_matches_as_indexes(said, overlapping=True)
        sums = [_sum(m) for m in SUM.finditer(text)] if DIGIT.search(text) else []
        if not matches and not sums:
            return []
        told = _spans(book, said, matches)
        where = places(text) if told else []
        hits: list[DriverHit] = []
        hints: list[DriverHit] = []
        for driver, roles in told.items():
            for first, last, role in _kept(roles):
                start, end = where[first][0], where[last][1]
                hit = DriverHit(driver, start, end, text[start:end])
                (hints if role == "hints" else hits).append(hit)
        if not any(hit.driver == "price" for hit in (*hits, *hints)):
            hints += sums
        hits += _needed(text, language, hits, hints)
        hits.sort(key=lambda hit: (hit.start, hit.end))
        return hits

    def _book(self, language: str | None) -> _Book | None:
        known = language if language in self._extra or language in seeded() else None
        if known not in self._books:
            own = self._extra if known is None else {EVERY, known} & self._extra.keys()
            self._books[known] = _book_of(self._stems(known)) if own else _seeded_book(known)
        return self._books[known]

    def _stems(self, language: str | None) -> Iterator[tuple[str, Stem]]:
        yield from _named(self._extra.get(EVERY, {}))
        if language is not None:
            yield from _named(self._extra.get(language, {}))
            if language in seeded():
                yield from _named(seeds(language))
                return
        yield from self._shared()

    def _shared(self) -> Iterator[tuple[str, Stem]]:
        """Give the stems of all languages that tell enough without knowing the language."""
        given = [p for code in seeded() for p in _named(seeds(code))]
        given += [p for by in self._extra.values() for p in _named(by)]
        meant: dict[str, set[str]] = {}
        for driver, stem in given:
            if stem.role != "excludes":
                meant.setdefault(stem.text, set()).add(driver)
        for driver, stem in given:
            if stem.role == "excludes":
                yield driver, stem
            elif stem.unmistakable and len(meant[stem.text]) == 1:
                yield driver, msgspec.structs.replace(stem, inside=False)


def _check(driver: str, by_language: object) -> None:
    if not NAME.fullmatch(driver):
        raise ConfigurationError(
            f"drivers.{driver}: the name of a driver is of small letters, digits, - and _.",
            remedy="Rename it, e.g. [drivers.customer_care].",
        )
    if not isinstance(by_language, Mapping):
        raise ConfigurationError(
            f"drivers.{driver} is not a table of stems by language.",
            remedy=f'Write [drivers.{driver}] and below it en = ["stem"].',
        )
    for language in by_language:
        if not LANGUAGE.fullmatch(str(language)):
            raise ConfigurationError(
                f"drivers.{driver}.{language} is no language.",
                remedy=f"Use an ISO 639 code such as en or no, or {EVERY} for all languages.",
            )


def _named(stems: Mapping[str, Iterable[Stem]]) -> Iterator[tuple[str, Stem]]:
    return ((driver, stem) for driver, several in stems.items() for stem in several)


@cache
def _seeded_book(language: str | None) -> _Book | None:
    """Return the book of our own stems alone: making one takes up to a tenth of a second."""
    return _book_of(Drivers()._stems(language))


def _book_of(stems: Iterable[tuple[str, Stem]]) -> _Book | None:
    from ahocorasick_rs import AhoCorasick

    meanings: dict[str, dict[tuple[str, Role], None]] = {}
    for driver, stem in stems:
        for pattern in stem.patterns():
            meanings.setdefault(pattern, {})[driver, stem.role] = None
    if not meanings:
        return None
    return _Book(AhoCorasick(list(meanings)), [tuple(m) for m in meanings.values()])


def _spans(
    book: _Book, said: str, matches: Sequence[tuple[int, int, int]]
) -> dict[str, list[tuple[int, int, Role]]]:
    """Return what was found of each driver: first and last word, and what it does."""
    found: dict[str, list[tuple[int, int, Role]]] = {}
    for number, span in spans(said, matches):
        for driver, role in book.meanings[number]:
            found.setdefault(driver, []).append((*span, role))
    return found


def _sum(match: re.Match[str]) -> DriverHit:
    return DriverHit("price", match.start(), match.end(), match.group())


def _kept(found: list[tuple[int, int, Role]]) -> Iterator[tuple[int, int, Role]]:
    """Give the spans that no exclusion covers, the first and longest of those that overlap."""
    starts: list[int] = []
    reach: list[int] = []  # how far the exclusions go that begin at one of the starts until there
    for first, last, role in sorted(found):
        if role == "excludes":
            starts.append(first)
            reach.append(max(last, reach[-1] if reach else last))
    kept_to = -1
    # Of the same words, what tells comes before what hints.
    for first, last, role in sorted(found, key=lambda x: (x[0], -x[1], x[2] == "hints")):
        if role == "excludes" or last <= kept_to:
            continue
        begun = bisect_right(starts, first)
        if begun and reach[begun - 1] >= last:
            continue
        kept_to = last
        yield first, last, role


def _needed(
    text: str, language: str | None, hits: Sequence[DriverHit], hints: Sequence[DriverHit]
) -> list[DriverHit]:
    """Return those of ``hints`` in whose clause there is no hit of another driver."""
    if not hits or not hints:
        return list(hints)
    cut = clauses(text, language, [(h.start, h.end) for h in (*hits, *hints)])
    starts = [clause.start for clause in cut]
    told: dict[int, set[str]] = {}
    for hit in hits:
        told.setdefault(bisect_right(starts, hit.start), set()).add(hit.driver)
    return [h for h in hints if not told.get(bisect_right(starts, h.start), set()) - {h.driver}]
