"""A query tried on what was said: whether it can be read, what it finds, where to look twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from dashboard.asked import Asked
from dashboard.figures.keywords import MOST_TEXTS, texts
from dashboard.reader import Row, Snapshot

if TYPE_CHECKING:
    from transforms.ambiguous import Doubt
    from transforms.found import Found, Said, Span
    from transforms.tree import Query

LONGEST = 4_000
"""Characters of a query that is tried."""

EXAMPLES = 8
SHOWN = 420
"""Characters of an example that are shown."""
BEFORE = 120
"""Characters of an example that are shown before its first match."""


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """Why a query can't be read: what, where (its text before and from there), the way out."""

    problem: str
    remedy: str
    position: int
    before: str
    after: str


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that a query finds: its pieces of text, each with whether it was matched."""

    mention_id: str
    source: str
    published: object
    label: str | None
    language: str | None
    pieces: list[tuple[str, bool]]


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a query.

    ``wrong`` is set where it can't be read, and then nothing else is. ``read`` is how it was
    understood. ``matched`` of ``looked`` texts were found; ``capped``: there are more texts in the
    period than were looked at. ``line`` is what to write into the watch file.
    """

    text: str
    wrong: Wrong | None = None
    read: str = ""
    looked: int = 0
    capped: bool = False
    matched: int = 0
    labels: dict[str, int] = {}
    sources: dict[str, int] = {}
    examples: list[Example] = []
    doubts: list[Doubt] = []
    line: str = ""


def tried(
    snapshot: Snapshot, asked: Asked, text: str, *, name: str = "", everything: bool = False
) -> Tried:
    """Try a query on the newest texts of the period, of the brand or of ``everything`` collected.

    Nothing is written. Keywords count within mentions of the brand, so that these are what a
    keyword's query is to be tried on.
    """
    from transforms.lexer import QueryError
    from transforms.query import parse

    if len(text) > LONGEST:
        cut = "Split it into several queries."
        return Tried(text=text, wrong=_wrong(text, "This query is too long.", cut, LONGEST))
    try:
        query = parse(text)
    except QueryError as error:
        return Tried(text=text, wrong=_wrong(text, error.problem, error.remedy, error.position))
    return _run(query, text, texts(snapshot, asked, everything=everything), name)


def _run(query: Query, text: str, looked: Sequence[Row], name: str) -> Tried:
    from tidings.watch import Brand, Watch
    from transforms.ambiguous import Seen, doubts
    from transforms.found import holds
    from transforms.match import Matcher

    matcher = Matcher([Watch(brand=Brand(name="-", query=text))])
    seen = Seen(query)
    labels: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    examples: list[Example] = []
    for row in looked:
        found = matcher.find(_said(row))
        seen.add(found)
        spans = holds(query, found)
        if spans is None:
            continue
        labels[row["label"] or "unscored"] += 1
        sources[row["source"]] += 1
        if len(examples) < EXAMPLES:
            examples.append(_example(row, found, spans))
    return Tried(
        text=text,
        read=str(query),
        looked=len(looked),
        capped=len(looked) == MOST_TEXTS,
        matched=sum(sources.values()),
        labels=dict(labels),
        sources=dict(sources.most_common()),
        examples=examples,
        doubts=[*doubts(query), *seen.doubts()],
        line=watch_line(name, text),
    )


def _said(row: Row) -> Said:
    from transforms.found import Said

    names = ("title", "text", "author", "url", "place", "language")
    return Said(**{name: row[name] for name in names})


def _example(row: Row, found: Found, spans: Iterable[Span]) -> Example:
    return Example(
        mention_id=str(row["mention_id"]),
        source=row["source"],
        published=row["published"],
        label=row["label"],
        language=row["language"],
        pieces=pieces(found.text, [found.place(span) for span in spans]),
    )


def pieces(text: str, places: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Cut a text at its matched places (start and end, which may overlap), near the first of them.

    Return the pieces in order, each with whether it is matched; what is left out is an ellipsis.
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    at = max(0, merged[0][0] - BEFORE) if merged else 0
    last = min(len(text), at + SHOWN)
    found = [("…", False)] if at else []
    for start, end in merged:
        if start >= last:
            break
        found += [(text[at:start], False), (text[start : min(end, last)], True)]
        at = min(end, last)
    found += [(text[at:last], False), ("…" if last < len(text) else "", False)]
    return [piece for piece in found if piece[0]]


def watch_line(name: str, text: str) -> str:
    """Return a query as the line of a watch file, to stand below ``[queries]``."""
    slug = re.sub(r"[^a-z0-9_-]+", "-", name.casefold()).strip("-_")[:64] or "name"
    query = json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{slug} = {query}"


def _wrong(text: str, problem: str, remedy: str | None, position: int) -> Wrong:
    return Wrong(
        problem=problem,
        remedy=remedy or "",
        position=position,
        before=text[:position],
        after=text[position:][:LONGEST],
    )
