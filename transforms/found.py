"""What was found in one mention, and whether a query holds of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

from transforms.language import primary
from transforms.tree import And, Field, Near, Not, Phrase, Query
from transforms.words import said, said_places

Span: TypeAlias = tuple[int, int]
"""First and last word (both inclusive) of one hit of a phrase."""

MAX_MATCHED = 200
"""Characters of the matched words that are kept with a match."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What of a mention queries can ask for; ``language`` as identified, else as the source's."""

    title: str | None = None
    text: str | None = None
    author: str | None = None
    author_handle: str | None = None
    url: str | None = None
    place: str | None = None
    language: str | None = None


class Found:
    """The hits of phrases in what one mention says: the spans of words by phrase."""

    def __init__(self, mention: Said, hits: Mapping[Phrase, Sequence[Span]]) -> None:
        self.mention = mention
        self.hits = hits

    @cached_property
    def text(self) -> str:
        """Title and text, as the hits are counted in."""
        return said(self.mention.title, self.mention.text)

    @cached_property
    def _places(self) -> Sequence[tuple[int, int]]:
        return said_places(self.mention.title, self.mention.text)

    def place(self, span: Span) -> tuple[int, int]:
        """Return where ``span`` starts and ends in ``text`` (characters, end exclusive)."""
        return self._places[span[0]][0], self._places[span[1]][1]


def holds(query: Query, found: Found) -> frozenset[Span] | None:
    """Return the hits that make ``query`` true, none of them for a mere field; None where false."""
    if isinstance(query, Phrase):
        return frozenset(found.hits.get(query, ())) or None
    if isinstance(query, Field):
        return frozenset() if _field_holds(query, found.mention) else None
    if isinstance(query, Not):
        return frozenset() if holds(query.part, found) is None else None
    if isinstance(query, Near):
        return _near(query, found)
    parts = [holds(part, found) for part in query.parts]
    true = [spans for spans in parts if spans is not None]
    enough = len(true) == len(parts) if isinstance(query, And) else bool(true)
    return frozenset(chain.from_iterable(true)) if enough else None


def _near(query: Near, found: Found) -> frozenset[Span] | None:
    left = holds(query.left, found) or ()
    after = sorted(holds(query.right, found) or ())
    before = sorted(after, key=lambda span: span[1])
    starts, ends = [s for s, _ in after], [e for _, e in before]
    reach = query.distance + 1
    near: set[Span] = set()
    for span in left:
        first, last = span
        behind = after[bisect_right(starts, last) : bisect_right(starts, last + reach)]
        ahead = before[bisect_left(ends, first - reach) : bisect_left(ends, first)]
        if behind or ahead:
            near.update([span], behind, ahead)
    return frozenset(near) or None


def _field_holds(field: Field, mention: Said) -> bool:
    if field.name == "lang":
        return primary(mention.language) == primary(field.value)
    if field.name == "author":
        wanted = field.value.casefold().removeprefix("@")
        authors = (mention.author, mention.author_handle)
        return any(a.casefold().removeprefix("@") == wanted for a in authors if a)
    places = [_host(mention.url or ""), (mention.place or "").lower(), _host(mention.place or "")]
    return any(p == field.value or p.endswith(f".{field.value}") for p in places if p)


def _host(url: str) -> str:
    if "://" not in url:
        return ""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "http://[": no host can be read of it, so no site: is true of it
        return ""


def quoted(spans: Iterable[Span], found: Found) -> str:
    """Return the distinct words of ``spans`` as they stand in the text, in its order."""
    quotes: dict[str, str] = {}
    for span in sorted(spans):
        start, end = found.place(span)
        quote = " ".join(found.text[start:end].split())
        quotes.setdefault(quote.casefold(), quote)
    return ", ".join(quotes.values())[:MAX_MATCHED]
