"""Which words of a query may mean something else: short ones, everyday ones, mere beginnings.

Two sorts of doubt. Those of :func:`doubts` are in the query itself; those of :class:`Seen` in what
it found: a name that is mostly written small is used as a word ("a zenith of taste"), a beginning
may lead to words nobody thought of (``app*``: "apple"), and a phrase that nobody says finds
nothing. None of them is an error: they say where to look twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Literal

import msgspec

from transforms.found import Found, Span
from transforms.tree import And, Field, Not, Or, Phrase, Query, phrases
from transforms.words import fold, unspaced_share, words

Kind = Literal[
    "short", "beginning", "number", "everyday", "anything", "small", "leads_to", "never", "most"
]

SHORT_WORD = 3
"""Letters: a word of so few is the name, or a part of the name, of many things; a beginning leads
to words of all kinds."""

SHORT_ELSEWHERE = 2
"""The same of other scripts than the Latin one: many leave vowels out, and words are shorter."""

LEAST_HITS = 10
"""Hits from which on it is told how a name is mostly written."""

LEAST_TEXTS = 30
"""Texts from which on it is told that a phrase is in most of them, or in none."""

MOST_WORDS = 8
"""Words that a beginning led to, as examples."""

SAYS: dict[Kind, str] = {
    "short": "{phrase!r} is short: much else is called so. Add a second word, or NEAR.",
    "beginning": "{phrase!r} is short for a beginning: it finds words of all kinds.",
    "number": "{phrase!r} is a number: prices, years and sizes are found, too.",
    "everyday": "{phrase!r} is an everyday word, too. Add a word that only the brand's texts have.",
    "anything": "{phrase!r} alone asks for no word: it finds all that is there.",
    "small": "{phrase!r} is written small in most texts: it is used as a word, not as the name.",
    "leads_to": "{phrase!r} finds: {more}.",
    "never": "{phrase!r} is in none of the texts.",
    "most": "{phrase!r} is in more than half of the texts: it tells little apart.",
}
"""What each doubt says, in English."""


class Doubt(msgspec.Struct, frozen=True):
    """One reason to look twice: what sort, of which part of the query, and examples."""

    kind: Kind
    phrase: str
    more: tuple[str, ...] = ()

    def __str__(self) -> str:
        return SAYS[self.kind].format(phrase=self.phrase, more=", ".join(self.more))


def doubts(query: Query) -> list[Doubt]:
    """Return what in a query may be ambiguous, by its words alone; each word once, in order."""
    found = [doubt for phrase in _asked(query) for doubt in _of_phrase(phrase)]
    return list(dict.fromkeys([*_of_fields(query), *found]))


def _of_fields(query: Query) -> Iterator[Doubt]:
    """Find alternatives that ask for a field only: ``acme OR lang:de`` finds all that is German."""
    if isinstance(query, Or):
        for part in query.parts:
            if isinstance(part, Field):
                yield Doubt("anything", str(part))
            yield from _of_fields(part)
    elif isinstance(query, Field):
        yield Doubt("anything", str(query))


def _asked(query: Query) -> list[Phrase]:
    """Return the phrases that stand for themselves: not those beside NEAR or AND, nor under NOT.

    In an AND the other parts say what is meant.
    """
    if isinstance(query, Phrase):
        return [query]
    if isinstance(query, Or):
        return [phrase for part in query.parts for phrase in _asked(part)]
    if isinstance(query, And):
        positive = [p for p in query.parts if not isinstance(p, Not | Field)]
        return _asked(positive[0]) if len(positive) == 1 else []
    return []


def _of_phrase(phrase: Phrase) -> Iterator[Doubt]:
    found = words(phrase.text)
    if len(found) != 1 or unspaced_share(phrase.text) > 0:
        return
    word, shown = found[0], str(phrase)
    short = SHORT_WORD if word.isascii() else SHORT_ELSEWHERE
    if word.isdecimal():
        yield Doubt("number", shown)
    elif phrase.prefix:
        if len(word) <= short:
            yield Doubt("beginning", shown)
    elif len(word) <= short:
        yield Doubt("short", shown)
    elif phrase.text[:1].isupper() and word in everyday():
        yield Doubt("everyday", shown)


@cache
def everyday() -> frozenset[str]:
    """Return words that everybody says: those that show a mood, in English."""
    from transforms.sentiment.vader_lexicon import lexicon

    return frozenset(fold(word) for word in lexicon().valences if word.isalpha())


class Seen:
    """Counts how the phrases of a query stand in texts, one after another; see :meth:`doubts`."""

    def __init__(self, query: Query) -> None:
        self._phrases = list(dict.fromkeys(_wanted(query)))
        self._texts = 0
        self._said: Counter[Phrase] = Counter()
        self._small: Counter[Phrase] = Counter()
        self._large: Counter[Phrase] = Counter()
        self._words: dict[Phrase, Counter[str]] = {p: Counter() for p in self._phrases if p.prefix}

    def add(self, found: Found) -> None:
        """Count one text's hits."""
        self._texts += 1
        for phrase in self._phrases:
            hits = found.hits.get(phrase, ())
            if not hits:
                continue
            self._said[phrase] += 1
            for said in _written(hits, found):
                self._small[phrase] += said[:1].islower()
                self._large[phrase] += said[:1].isupper()
                if phrase.prefix:
                    self._words[phrase][" ".join(words(said))] += 1

    def doubts(self) -> list[Doubt]:
        """Return what these texts make doubtful, in the order of the query."""
        return [doubt for phrase in self._phrases for doubt in self._of(phrase)]

    def _of(self, phrase: Phrase) -> Iterator[Doubt]:
        shown, said = str(phrase), self._said[phrase]
        if self._texts >= LEAST_TEXTS and not said:
            yield Doubt("never", shown)
        if self._texts >= LEAST_TEXTS and said > self._texts / 2:
            yield Doubt("most", shown)
        small, large = self._small[phrase], self._large[phrase]
        if phrase.text[:1].isupper() and small > large and small + large >= LEAST_HITS:
            yield Doubt("small", shown)
        if len(self._words.get(phrase, ())) > 1:
            common = self._words[phrase].most_common(MOST_WORDS)
            yield Doubt("leads_to", shown, tuple(word for word, _ in common))


def _wanted(query: Query) -> list[Phrase]:
    """Return the phrases that are not under NOT."""
    if isinstance(query, Not):
        return []
    if isinstance(query, Or | And):
        return [phrase for part in query.parts for phrase in _wanted(part)]
    return phrases(query)


def _written(hits: Iterable[Span], found: Found) -> Iterator[str]:
    for span in hits:
        start, end = found.place(span)
        yield found.text[start:end]
