"""Mentions of a brand and period that fit what is asked for: counts of all, a page of voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from dashboard.asked import Asked
from dashboard.reader import Row, Snapshot, published
from tidings.errors import ConfigurationError
from tidings.journal import Change, CorrectLabel
from transforms.search_words import Sought, sought
from warehouse.search import hits

LABELS = ("positive", "neutral", "negative", "unscored")
SORTS = ("newest", "loudest", "best")

MOST_HITS = 200_000
"""Mentions with the words looked for that are counted: the newest ones."""

MOST_READ = 20_000
"""Texts that are read where there is no index: the newest ones."""

MOST_EXPORTED = 5_000

_TEXTS = ("keyword", "source", "place", "language", "driver", "kind", "author")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What mentions are asked for; None (``q``: empty) asks for any. ``rating``: 1 to 5 stars."""

    q: str = ""
    keyword: str | None = None
    source: str | None = None
    place: str | None = None
    language: str | None = None
    label: str | None = None
    driver: str | None = None
    kind: str | None = None
    author: str | None = None
    rating: int | None = None
    reach: int | None = None
    answered: bool | None = None
    voice: int | None = None
    sort: str = "newest"

    def given(self) -> dict[str, str]:
        """Return what is asked for, as an address says it."""
        told = msgspec.structs.asdict(self) | {"sort": None if self.sort == "newest" else self.sort}
        if self.answered is not None:
            told["answered"] = "yes" if self.answered else "no"
        return {name: str(value) for name, value in told.items() if value not in (None, "")}


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the words looked for.

    ``ids`` are the mentions that have them; ``how``: index, or scan where there was none to use.
    ``more``: older ones were not looked at. ``empty``: there was no word in what was typed.
    """

    sought: Sought
    ids: list[UUID]
    how: str
    more: bool

    @property
    def empty(self) -> bool:
        """Whether nothing that was typed can be looked for."""
        return not self.sought.wanted


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """``figures`` is the row of mentions_found.sql; ``rows`` are its page's voices, as shown."""

    figures: Row
    rows: list[Row]
    search: Search | None


def wanted(given: Mapping[str, str]) -> Wanted:
    """Read what an address asks for. Raises ConfigurationError where a value can't be used."""
    texts: dict[str, Any] = {name: given.get(name, "").strip() or None for name in _TEXTS}
    label = one_of(given, "label", LABELS)
    answered = one_of(given, "answered", ("yes", "no"))
    return Wanted(
        q=given.get("q", "").strip(),
        label=label,
        rating=number(given, "rating", 1, 5),
        reach=number(given, "reach", 0, 10**12),
        voice=number(given, "voice", 0, 2**64 - 1),
        answered=None if answered is None else answered == "yes",
        sort=one_of(given, "sort", SORTS) or "newest",
        **texts,
    )


def found(
    snapshot: Snapshot, index: Path, asked: Asked, wanted: Wanted, *, limit: int, offset: int
) -> Found:
    """Return what fits: voices from ``offset`` on, ``limit`` at most, and counts of all."""
    search = look_up(snapshot, index, asked, wanted) if wanted.q else None
    sort = "newest" if wanted.sort == "best" and search is None else wanted.sort
    values = asked.values() | msgspec.structs.asdict(wanted)
    values |= {
        "ids": None if search is None else ",".join(map(str, search.ids)),
        "stars": wanted.rating,
        "sort": sort,
        "limit": limit,
        "offset": offset,
    }
    figures = snapshot.one("mentions_found", values)
    if figures is None:
        raise ConfigurationError("The snapshot does not say how many are enough to tell.")
    page = figures.pop("page")
    told = told_of(snapshot, asked.brand, page)
    rows = [told[p["mention_id"]] | _of_voice(p) for p in page if p["mention_id"] in told]
    return Found(figures=figures, rows=rows, search=search)


def _of_voice(page: Row) -> Row:
    return {"copies": page["exposures"] - 1, "original": page["original"], "rank": page["rank"]}


def told_of(snapshot: Snapshot, brand: str, page: Sequence[Row]) -> dict[UUID, Row]:
    """Return what is shown of mentions of a page of voices, by their id."""
    if not page:
        return {}
    times = [p["published"] for p in page]
    values = {
        "brand": brand,
        "ids": [str(p["mention_id"]) for p in page],
        "since": min(times),
        "until": max(times),
    }
    return {row["mention_id"]: row for row in snapshot.rows("mentions_told", values)}


def look_up(snapshot: Snapshot, index: Path, asked: Asked, wanted: Wanted) -> Search:
    """Return the mentions that have the words: by the index, or, where there is none to use, by
    reading the brand's newest texts of the period."""
    read = sought(wanted.q)
    if not read.wanted:
        return Search(sought=read, ids=[], how="index", more=False)
    made = published(snapshot)
    known = None
    if made is not None:
        known = hits(
            index,
            read.wanted,
            read.unwanted,
            published=made,
            since=datetime.combine(asked.first, datetime.min.time()),
            until=datetime.combine(asked.last + timedelta(days=1), datetime.min.time()),
            most=MOST_HITS,
            best=wanted.sort == "best",
        )
    if known is not None:
        return Search(sought=read, ids=known.ids, how="index", more=known.more)
    texts = snapshot.rows("mentions_scan", asked.values() | {"limit": MOST_READ + 1})
    having = [r["mention_id"] for r in texts[:MOST_READ] if read.holds(r["title"], r["text"])]
    return Search(sought=read, ids=having, how="scan", more=len(texts) > MOST_READ)


def choices(snapshot: Snapshot, asked: Asked) -> dict[str, list[str]]:
    """Return what a brand's mentions of the period can be filtered by, by the filter's name."""
    row = snapshot.one("mentions_choices", asked.values()) or {}
    return {name: values or [] for name, values in row.items()}


def corrected(changes: Sequence[Change], brand: str) -> dict[UUID, CorrectLabel]:
    """Return the last correction of each mention, of those that the snapshot lacks."""
    return {
        change.what.mention_id: change.what
        for change in changes
        if isinstance(change.what, CorrectLabel) and change.what.brand == brand
    }


def pending_label(row: Row, waiting: Mapping[UUID, CorrectLabel]) -> str | None:
    """Return another label that a mention is to have by a correction that waits; None: none.

    A correction of a text that was edited since is of no effect.
    """
    change = waiting.get(row["mention_id"])
    if change is None or change.content_hash not in (None, row["content_hash"]):
        return None
    label = row["given"] if change.label is None else change.label
    label = "unscored" if label == "unclear" else str(label)
    return None if label == row["label"] else label


def one_of(given: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    """Read one of the values known; None where there is none. Raises ConfigurationError."""
    value = given.get(name, "").strip()
    if value and value not in known:
        raise ConfigurationError(
            f"{name}={value} is not known.", remedy=f"There is: {', '.join(known)}."
        )
    return value or None


def number(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """Read a number within limits; None where there is none. Raises ConfigurationError."""
    value = given.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and least <= int(value[:30]) <= most):
        raise ConfigurationError(f"{name}={value} is no number from {least} to {most}.")
    return int(value)
