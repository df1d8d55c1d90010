"""What Yelp answers: a review read as a mention, and its codes for errors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.dates import read_time
from tidings.errors import AuthError, NotFound, RateLimited, SourceError
from tidings.http import Answer
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_iso

SOURCE = "yelp"


class _User(msgspec.Struct, frozen=True):
    id: str | None = None
    name: str | None = None


class _Review(msgspec.Struct, frozen=True):
    id: Annotated[str, Meta(min_length=1)]
    rating: Annotated[float, Meta(ge=1, le=5)]
    time_created: str
    text: str | None = None
    url: str | None = None
    user: _User | None = None


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    description: str = ""
    field: str | None = None
    new_business_id: str | None = None


class _Refusal(msgspec.Struct, frozen=True):
    error: _Error


def refusal(answer: Answer) -> SourceError | None:
    """Return the error that Yelp's code tells and the status does not."""
    if answer.status < 300:
        return None
    try:
        error = msgspec.json.decode(answer.body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    told = f"Yelp answered {answer.status} {error.code}: {error.description[:200]}"
    match error.code:
        case "BUSINESS_MIGRATED":
            moved = error.new_business_id or "another id"
            return NotFound(told, remedy=f"In 'businesses', write {moved!r}.")
        case "BUSINESS_UNAVAILABLE":
            return NotFound(told, remedy="Yelp shows no reviews of it; take it from 'businesses'.")
        case "ACCESS_LIMIT_REACHED":
            return RateLimited(
                told,
                remedy="The plan's requests of a day are used up.",
                retry_at=_reset(answer),
            )
        case "VALIDATION_ERROR" if error.field == "Authorization":
            return AuthError(told, remedy="Check the API key that 'credential' names.")
    return None


def _reset(answer: Answer) -> datetime | None:
    """Return when the day of the plan begins anew, by a header that only Yelp has."""
    try:
        return from_iso(answer.headers.get("ratelimit-resettime", ""))
    except ValueError:
        return None


def read_review(record: msgspec.Raw, business: str, zone: ZoneInfo) -> Mention:
    """Read a review of ``business``; ValueError naming the field that can't be read.

    ``zone`` is that of its time, which states none.
    """
    review = msgspec.json.decode(record, type=_Review)
    try:
        published = read_time(review.time_created, zone=zone)
    except ValueError as error:
        raise ValueError(f"time_created: {error}") from error
    user = review.user or _User()
    return Mention(
        source=SOURCE,
        place=business,
        external_id=review.id,
        kind="review",
        published=published,
        url=_address(web_address(review.url)),
        author_handle=user.id or user.name,
        text=tidy(review.text),
        rating=review.rating,
        rating_min=1.0,
        rating_max=5.0,
        product=business,
    )


def _address(url: str | None) -> str | None:
    """Return the address of a review without the application's marks, which say nothing of it."""
    parts = urlsplit(url or "")
    named = parse_qs(parts.query).get("hrid")
    if not url or not named:
        return url
    return f"{parts.scheme}://{parts.netloc}{parts.path}?hrid={quote(named[0])}"
