"""What a schema.org review states, field by field: rating, times, author, the owner's answer."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from connectors.microdata import Node
from connectors.schemaorg import types_of, values_of
from tidings.markup import plain_text, tidy

When = Callable[[Any], datetime]

ANSWERS = ("publisherResponse", "ownerResponse", "merchantResponse", "response", "reply")
"""Properties that pages use for the owner's answer; schema.org itself has only ``comment``."""

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]\w{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_RATING = re.compile(
    r"([+-]?\d+(?:[.,]\d+)?)\s*([¼½¾])?\s*(?:(?:/|(?:[^\W\d_]+\s+){1,2})\s*(\d+(?:[.,]\d+)?))?\s*"
    r"(%)?\s*(?:stars?|★+)?",
    re.IGNORECASE,
)
_MIXED = re.compile(r"(\d+)\s+([1-9])/([1-9])")
_QUARTERS = {"¼": 0.25, "½": 0.5, "¾": 0.75}


class Rating(msgspec.Struct, frozen=True):
    """A rating on its own scale; all None where there is none in numbers."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class OwnersAnswer(msgspec.Struct, frozen=True):
    """What the owner answered, and when if the page tells."""

    text: str
    time: datetime | None = None


def words(value: Any) -> str | None:
    """Return a text without markup; None for nothing. Entities are resolved where there are any."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    return plain_text(text) if _MARKUP.search(text) else tidy(text)


def text_of(node: Node, *names: str) -> str | None:
    """Return the first text under the first of ``names`` that holds one."""
    for name in names:
        for value in values_of(node, name):
            found = words(value)
            if found:
                return found
    return None


def name_of(value: Any) -> str | None:
    """Return what a person, organisation, product or language is called; an address as a last."""
    if not isinstance(value, dict):
        return words(value)
    parts = [p for p in (text_of(value, "givenName"), text_of(value, "familyName")) if p]
    return (
        text_of(value, "name", "alternateName")
        or " ".join(parts)
        or text_of(value, "identifier", "url", "@id")
    )


def author_of(node: Node) -> str | None:
    """Return the name of the first author; None where the page names none."""
    names = (name_of(value) for value in values_of(node, "author", "creator"))
    return next((name for name in names if name), None)


def time_of(node: Node, when: When, *names: str) -> datetime | None:
    """Return the first time under ``names``; ValueError naming the field where it can't be read."""
    for name in names:
        for value in values_of(node, name):
            try:
                return when(value)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
    return None


def count_of(node: Node, name: str) -> int | None:
    """Return a count stated in digits, else None: a count is never worth losing a review."""
    found = text_of(node, name)
    return int(found) if found and re.fullmatch(r"\d{1,10}", found) else None


def rating_of(node: Node, low: float, high: float) -> Rating:
    """Return the review's overall rating; ``low`` and ``high`` are the scale where none is stated.

    ``4,5``, ``4/5``, ``4 out of 5``, ``4½`` and ``80 %`` are understood. A rating in words is None;
    ValueError for one with digits that make no number.
    """
    stated = values_of(node, "reviewRating", "rating")
    overall = [r for r in stated if not (isinstance(r, dict) and values_of(r, "reviewAspect"))]
    chosen = (overall or stated or [node])[0]
    if not isinstance(chosen, dict):
        return _rating("reviewRating", chosen, None, None, (low, high))
    value = next(iter(values_of(chosen, "ratingValue")), None)
    best = _bound(chosen, "bestRating")
    worst = _bound(chosen, "worstRating")
    return _rating("reviewRating.ratingValue", value, worst, best, (low, high))


def _rating(
    field: str, stated: Any, worst: float | None, best: float | None, scale: tuple[float, float]
) -> Rating:
    value, out_of, percent = _number(field, stated)
    if value is None:
        return Rating()
    top = out_of if out_of is not None else best
    high = top if top is not None else scale[1]
    low = worst if worst is not None else scale[0]
    # a scale up to 1 or to 100 % that states no lowest value starts at 0, not at the usual 1
    return Rating(value, 0.0 if worst is None and (percent or high <= 1) else low, high)


def _number(field: str, stated: Any) -> tuple[float | None, float | None, bool]:
    """Return the number, what it is out of if it says so, and whether it is a percentage."""
    if isinstance(stated, int | float) and not isinstance(stated, bool):
        if not math.isfinite(stated):
            raise ValueError(f"{field}: {stated!r} is no number")
        return float(stated), None, False
    text = words(stated) or ""
    if not re.search(r"\d", text):
        return None, None, False
    if mixed := _MIXED.fullmatch(text):
        return int(mixed[1]) + int(mixed[2]) / int(mixed[3]), None, False
    found = _RATING.fullmatch(text)
    if found is None:
        raise ValueError(f"{field}: {text!r} is no number")
    number = _float(found[1]) + _QUARTERS.get(found[2] or "", 0.0)
    out_of = 100.0 if found[4] else _float(found[3]) if found[3] else None
    return number, out_of, bool(found[4])


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _bound(node: Node, name: str) -> float | None:
    stated = next(iter(values_of(node, name)), None)
    return _number(f"reviewRating.{name}", stated)[0]


def owners_answer(node: Node, owners: set[str], when: When) -> OwnersAnswer | None:
    """Return the owner's first answer to a review.

    That is one under a property made for it, or a comment by an organisation or by one of
    ``owners`` (names in lower case): who is reviewed, its brand, the review's publisher.
    """
    stated = [c for name in ANSWERS for c in values_of(node, name)]
    comments = [c for c in values_of(node, "comment", "comments") if isinstance(c, dict)]
    stated += [c for c in comments if _is_owners(c, owners)]
    answers = [a for a in (_answer(c, when) for c in stated) if a is not None]
    dated = [a for a in answers if a.time is not None]
    return (
        min(dated, key=lambda a: a.time.timestamp() if a.time else 0)
        if dated
        else next(iter(answers), None)
    )


def _is_owners(comment: Node, owners: set[str]) -> bool:
    for author in values_of(comment, "author", "creator", "publisher"):
        if isinstance(author, dict) and types_of(author) - {"Person", "Thing"}:
            return True
        if (name_of(author) or "").casefold() in owners:
            return True
    return False


def _answer(stated: Any, when: When) -> OwnersAnswer | None:
    if not isinstance(stated, dict):
        text = words(stated)
        return OwnersAnswer(text) if text else None
    found = text_of(stated, "text", "commentText", "description", "reviewBody", "articleBody")
    try:
        time = time_of(stated, when, "datePublished", "dateCreated", "dateModified")
    except ValueError as error:
        raise ValueError(f"the owner's answer: {error}") from error
    return OwnersAnswer(found, time) if found else None
