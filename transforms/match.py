"""Which brands and keywords a mention is about: the queries of all watch files in one pass.

All phrases of all queries are looked for at once by one Aho-Corasick automaton over the words of a
text, joined by single blanks. A phrase is a pattern with a blank on either side, so that it can
match whole words only, and a place in that string is a place in the list of words: that is what
NEAR counts and what leads back to the original text. The trees are then evaluated on the hits, and
only those of which some phrase was hit, or which can be true without any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Literal

import msgspec

from tidings.watch import Brand, Competitor, Watch
from transforms.found import Found, Said, Span, holds, quoted
from transforms.lexer import QueryError
from transforms.query import any_of, parse
from transforms.tree import And, Field, Not, Or, Phrase, Query, phrases
from transforms.words import said_haystack, spans, words

__all__ = ["BrandMatch", "KeywordMatch", "Matcher", "Matches", "Said", "Target", "targets"]


class Target(msgspec.Struct, frozen=True):
    """One query that mentions are held against: a brand's, or one of a watch's keywords.

    ``brand`` is the brand's name; for a keyword it is the watch's own brand, which a mention has to
    match for the keyword to count.
    """

    kind: Literal["brand", "keyword"]
    brand: str
    keyword: str
    watch: str
    query: Query


class BrandMatch(msgspec.Struct, frozen=True):
    """A brand that a mention is about: by its ``place``, or by its ``text`` (the words matched)."""

    brand: str
    how: Literal["place", "text"]
    matched: str


class KeywordMatch(msgspec.Struct, frozen=True):
    """A keyword that a mention of ``brand`` matched; ``hits`` counts its phrases' hits, >= 1."""

    brand: str
    keyword: str
    matched: str
    hits: int


class Matches(msgspec.Struct, frozen=True):
    """What a mention matched: each brand once, each (brand, keyword) once, in watch order.

    ``named`` tells where the words of brands stand: brand, start and end (characters of title and
    text as one, end exclusive); of a query's words only its brand's names where there are any.
    """

    brands: tuple[BrandMatch, ...]
    keywords: tuple[KeywordMatch, ...]
    named: tuple[tuple[str, int, int], ...] = ()


def targets(watches: Sequence[Watch]) -> list[Target]:
    """Return all queries of ``watches``, parsed.

    One name has one meaning: where a watch declares a brand as its own, that decides, and how other
    watches describe it as a competitor does not count. QueryError names the file and key.
    """
    owned = {w.brand.name for w in watches}
    found: list[Target] = []
    for watch in watches:
        found.append(_brand_target(watch, watch.brand, "brand"))
        found.extend(
            _brand_target(watch, competitor, f"competitors.{i}")
            for i, competitor in enumerate(watch.competitors)
            if competitor.name not in owned
        )
        for name, text in watch.queries.items():
            query = _parsed(text, watch, f"queries.{name}")
            found.append(Target("keyword", watch.brand.name, name, watch.id, query))
    return found


class Matcher:
    """Holds mentions against all queries of ``watches``; make one and use it for many mentions."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        from ahocorasick_rs import AhoCorasick

        self.targets = targets(watches)
        self._terms = _terms(watches)
        self._keywords: dict[str, list[Target]] = {}
        self._always: list[int] = []
        of_pattern: dict[str, dict[Phrase, None]] = {}
        waiting: dict[str, dict[int, None]] = {}
        for number, target in enumerate(self.targets):
            for phrase in phrases(target.query):
                of_pattern.setdefault(_pattern(phrase), {})[phrase] = None
                if target.kind == "brand":
                    waiting.setdefault(_pattern(phrase), {})[number] = None
            if target.kind == "keyword":
                self._keywords.setdefault(target.brand, []).append(target)
            elif _can_hold_without_hits(target.query):
                self._always.append(number)
        patterns = list(of_pattern)
        self._of_pattern = [tuple(of_pattern[p]) for p in patterns]
        self._waiting = [tuple(waiting.get(p, ())) for p in patterns]
        self._automaton = AhoCorasick(patterns) if patterns else None

    def match(self, mention: Said, *, about: str | None = None) -> Matches:
        """Return the brands and keywords of one mention.

        ``about`` is the brand that everything at its place is about: it matches by ``place``
        whatever is said. A keyword counts only where its watch's own brand matched, else every
        stranger's "delivery" would be ours.
        """
        found, candidates = self._look(mention)
        brands: dict[str, BrandMatch] = {}
        named: list[tuple[str, int, int]] = []
        if about is not None:
            brands[about] = BrandMatch(about, "place", "")
        for target in candidates:
            spans = holds(target.query, found)
            if spans is not None:
                name = target.brand
                earlier = brands.get(name, BrandMatch(name, "text", ""))
                matched = earlier.matched or quoted(spans, found)
                brands[name] = BrandMatch(name, earlier.how, matched)
                named.extend(self._named(name, spans, found))
        return Matches(tuple(brands.values()), self._keywords_of(brands, found), tuple(named))

    def find(self, mention: Said) -> Found:
        """Return all hits of all phrases in one mention, for :func:`holds` and for explaining."""
        return self._look(mention)[0]

    def _named(
        self, brand: str, spans: Iterable[Span], found: Found
    ) -> Iterator[tuple[str, int, int]]:
        """Give where ``brand`` is named: the hits that are its names, or all where none is."""
        places = sorted(found.place(span) for span in spans)
        terms = self._terms[brand]
        names = [p for p in places if " ".join(words(found.text[p[0] : p[1]])) in terms]
        for start, end in names or places:
            yield brand, start, end

    def _keywords_of(self, brands: Iterable[str], found: Found) -> tuple[KeywordMatch, ...]:
        keywords: dict[tuple[str, str], KeywordMatch] = {}
        for target in chain.from_iterable(self._keywords.get(b, ()) for b in brands):
            spans = holds(target.query, found)
            if spans is not None:
                key = (target.brand, target.keyword)
                keywords[key] = KeywordMatch(*key, quoted(spans, found), max(1, len(spans)))
        return tuple(keywords.values())

    def _look(self, mention: Said) -> tuple[Found, list[Target]]:
        """Return all hits, and the brands' targets that may hold, in their order."""
        hits: dict[Phrase, list[Span]] = {}
        candidates = set(self._always)
        for number, span in self._hits(said_haystack(mention.title, mention.text)):
            candidates.update(self._waiting[number])
            for phrase in self._of_pattern[number]:
                hits.setdefault(phrase, []).append(span)
        return Found(mention, hits), [self.targets[n] for n in sorted(candidates)]

    def _hits(self, said: str) -> Iterator[tuple[int, Span]]:
        if self._automaton is None:
            return
        yield from spans(said, self._automaton.find_matches_as_indexes(said, overlapping=True))


def _terms(watches: Sequence[Watch]) -> dict[str, set[str]]:
    """Return the names and aliases of each brand, as the words of a text are joined."""
    found: dict[str, set[str]] = {}
    for watch in watches:
        brands: list[Brand | Competitor] = [watch.brand, *watch.competitors]
        for brand in brands:
            terms = {" ".join(words(term)) for term in brand.terms()}
            found.setdefault(brand.name, set()).update(terms)
    return found


def _can_hold_without_hits(query: Query) -> bool:
    if isinstance(query, And):
        return all(_can_hold_without_hits(p) for p in query.parts)
    if isinstance(query, Or):
        return any(_can_hold_without_hits(p) for p in query.parts)
    return isinstance(query, Not | Field)


def _pattern(phrase: Phrase) -> str:
    pattern = f" {' '.join(words(phrase.text))}"
    return pattern if phrase.prefix else f"{pattern} "


def _brand_target(watch: Watch, brand: Brand | Competitor, key: str) -> Target:
    if brand.query is not None:
        query = _parsed(brand.query, watch, f"{key}.query")
    else:
        try:
            query = any_of(brand.terms())
        except QueryError as error:
            raise error.located(f"watch/{watch.id}.toml: key '{key}'") from None
    return Target("brand", brand.name, "", watch.id, query)


def _parsed(text: str, watch: Watch, key: str) -> Query:
    try:
        return parse(text)
    except QueryError as error:
        raise error.located(f"watch/{watch.id}.toml: key '{key}'") from None
