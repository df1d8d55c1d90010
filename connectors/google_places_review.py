"""One review of the Places API, in its old or in its new form, read as a mention."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.languages import language_tag
from connectors.newest_first import utc
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_epoch

SOURCE = "google_places"

_CONTRIBUTOR = re.compile(r"/maps/contrib/(\d+)")
_Stars = Annotated[float, Meta(ge=1, le=5)]
_Second = Annotated[int, Meta(gt=0, le=253_402_300_799)]


class Spot(msgspec.Struct, frozen=True):
    """What is reviewed: the id that was asked for, its name and its address on the map."""

    id: str
    name: str | None = None
    url: str | None = None


class _Old(msgspec.Struct, frozen=True):
    time: _Second
    rating: _Stars
    author_name: str | None = None
    author_url: str | None = None
    text: str | None = None
    language: str | None = None
    original_language: str | None = None


class _Words(msgspec.Struct, frozen=True, rename="camel"):
    text: str | None = None
    language_code: str | None = None


class _Author(msgspec.Struct, frozen=True, rename="camel"):
    display_name: str | None = None
    uri: str | None = None


class _New(msgspec.Struct, frozen=True, rename="camel"):
    name: Annotated[str, Meta(pattern=r"/reviews/.")]
    publish_time: Annotated[datetime, Meta(tz=True)]
    rating: _Stars
    text: _Words | None = None
    original_text: _Words | None = None
    author_attribution: _Author | None = None
    google_maps_uri: str | None = None


def read_old(record: msgspec.Raw, spot: Spot) -> Mention:
    """Read a review of the old form.

    It has no id. An author may review a place once, so the author's number stands for it, and an
    edit keeps it; without one, author and time do. ValueError naming the field that can't be read.
    """
    review = msgspec.json.decode(record, type=_Old)
    author = _contributor(review.author_url) or review.author_name
    known = _contributor(review.author_url)
    return Mention(
        source=SOURCE,
        place=spot.id,
        external_id=known or _digest(review.author_name or "", str(review.time)),
        kind="review",
        published=from_epoch(review.time),
        url=web_address(spot.url),
        author_handle=author,
        text=tidy(review.text),
        language=language_tag(review.original_language or review.language),
        rating=review.rating,
        rating_min=1.0,
        rating_max=5.0,
        product=spot.name,
    )


def read_new(record: msgspec.Raw, spot: Spot) -> Mention:
    """Read a review of the new form, in the words that it was written in.

    ValidationError or ValueError naming the field that can't be read.
    """
    review = msgspec.json.decode(record, type=_New)
    said = review.original_text or review.text or _Words()
    author = review.author_attribution or _Author()
    return Mention(
        source=SOURCE,
        place=spot.id,
        external_id=review.name.rpartition("/reviews/")[2],
        kind="review",
        published=utc(review.publish_time, "publishTime"),
        url=web_address(review.google_maps_uri, spot.url),
        author_handle=_contributor(author.uri) or author.display_name,
        text=tidy(said.text),
        language=language_tag(said.language_code),
        rating=review.rating,
        rating_min=1.0,
        rating_max=5.0,
        product=spot.name,
    )


def _contributor(url: str | None) -> str | None:
    found = _CONTRIBUTOR.search(url or "")
    return found[1] if found else None


def _digest(*told: str) -> str:
    key = "\0".join(told).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(key, digest_size=16).hexdigest()
