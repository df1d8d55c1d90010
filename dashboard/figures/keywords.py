"""Keywords of a brand: which rise and fall, what they stand with, and the words of the period."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from dashboard.asked import Asked
from dashboard.figures.compare import month_of
from dashboard.reader import Row, Snapshot

MOST_TEXTS = 5_000
"""Newest texts of a period that are looked through while somebody waits."""

PAST_DAYS = 90
"""Days before the period whose texts tell which words are nothing new."""

LABELS = ("", "negative", "positive", "neutral")
"""Whose words are shown: all, or those of one label."""

SURE = 1.96
"""The least z of a word that is shown: what is below may well be chance."""

CLASSES = 7
"""Sizes of words in the cloud, s1 to s7."""


def keywords(snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Return the keywords of the period: rising ones first, then falling ones, then the others.

    ``way`` is rising, falling or usual, None where there are too few to tell; ``daily`` has the
    mentions of each day of the period, in order, None for a day that nothing is told of.
    """
    rows = snapshot.rows("keywords_list", asked.values())
    days = [asked.first + timedelta(days=n) for n in range(asked.length)]
    for row in rows:
        told = {one["day"]: one["mentions"] for one in row.pop("days")}
        row["daily"] = [told.get(one) for one in days if one <= asked.known.last]
    return rows


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """What stands with keywords more often than chance in a month, of ``months`` that there are."""

    month: date | None
    months: list[date]
    complete: bool
    rows: list[Row]


def company(snapshot: Snapshot, asked: Asked, month: str | None = None) -> Company:
    """Return what stands with the keywords, in a month that touches the period.

    It is the month named (its first day, as 2026-10-01), else the last that is over, else the last.
    Raises ConfigurationError for what is no day.
    """
    rows = snapshot.rows("keywords_company", asked.values())
    chosen, months = month_of(rows, month)
    told = [row for row in rows if row["month"] == chosen]
    complete = all(row["complete"] for row in told)
    return Company(month=chosen, months=months, complete=complete, rows=told)


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word that is said more than before: in how many texts now and before, and its class."""

    word: str
    texts: int
    before: int
    z: float
    size: int


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Words of the period, the surest first, and of how many texts; ``capped``: not of all."""

    words: list[Word]
    texts: int
    before: int
    capped: bool


def driving(snapshot: Snapshot, asked: Asked, label: str, most: int = 60) -> Words:
    """Return the words that the period's texts of a label have more often than those before.

    See :mod:`transforms.driving_words` for the figure. At most :data:`MOST_TEXTS` of either time
    are read, the newest ones.
    """
    from transforms.driving_words import said

    now = texts(snapshot, asked, label)
    earlier = msgspec.structs.replace(
        asked, first=asked.before - timedelta(days=PAST_DAYS - 1), last=asked.before
    )
    before = texts(snapshot, earlier, label)
    surest = _surest(now, before)[:most]
    texts_now, texts_before = said(_words(now)), said(_words(before))
    largest = max((texts_now[word] for word, _ in surest), default=1)
    words = [
        Word(
            word=word,
            texts=texts_now[word],
            before=texts_before[word],
            z=z,
            size=_size(texts_now[word], largest),
        )
        for word, z in surest
    ]
    capped = MOST_TEXTS in (len(now), len(before))
    return Words(words=words, texts=len(now), before=len(before), capped=capped)


def _surest(now: Sequence[Row], before: Sequence[Row]) -> list[tuple[str, float]]:
    """Return the words of which there are more now, with z, the surest first.

    Each language is held against itself: where more is written in English than before, that makes
    no news of "the" and "of".
    """
    from transforms.driving_words import driving_words, said

    found: dict[str, float] = {}
    for language in {row["language"] for row in now}:
        present, past = (
            said(_words([row for row in of if row["language"] == language])) for of in (now, before)
        )
        for one in driving_words(present, past, most=len(present)):
            if one.z >= SURE:
                found[one.word] = max(one.z, found.get(one.word, 0.0))
    return sorted(found.items(), key=lambda word: (-word[1], word[0]))


def texts(
    snapshot: Snapshot, asked: Asked, label: str = "", *, everything: bool = False
) -> list[Row]:
    """Return the newest texts of the period, :data:`MOST_TEXTS` at most, each voice once.

    They are about the brand; with ``everything`` they are all that was collected.
    """
    name = "keywords_collected" if everything else "keywords_texts"
    return snapshot.rows(name, asked.values() | {"label": label, "most": MOST_TEXTS})


def _words(rows: Sequence[Row]) -> Iterable[Iterable[str]]:
    from transforms.driving_words import meaningful

    for row in rows:
        yield meaningful(" ".join(part for part in (row["title"], row["text"]) if part))


def _size(texts: int, largest: int) -> int:
    """Return the class of a word: by the root of its texts, so that the area tells them."""
    return max(1, min(CLASSES, round(CLASSES * math.sqrt(texts / largest))))
