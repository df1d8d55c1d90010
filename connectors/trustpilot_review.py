"""One service review of Trustpilot, read as a mention."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.languages import language_tag
from connectors.newest_first import utc
from tidings.markup import tidy
from tidings.mention import Mention

SOURCE = "trustpilot"
ADDRESS = "https://www.trustpilot.com/reviews/{id}"

_Time = Annotated[datetime, Meta(tz=True)]


class _Consumer(msgspec.Struct, frozen=True, rename="camel"):
    id: str | None = None
    display_name: str | None = None


class _Reply(msgspec.Struct, frozen=True, rename="camel"):
    text: str | None = None
    created_at: _Time | None = None


class _Unit(msgspec.Struct, frozen=True, rename="camel"):
    display_name: str | None = None


class _Review(msgspec.Struct, frozen=True, rename="camel"):
    id: Annotated[str, Meta(min_length=1, pattern=r"^\w+$")]
    stars: Annotated[int, Meta(ge=1, le=5)]
    created_at: _Time
    updated_at: _Time | None = None
    title: str | None = None
    text: str | None = None
    language: str | None = None
    consumer: _Consumer | None = None
    company_reply: _Reply | None = None
    number_of_likes: int | None = None
    business_unit: _Unit | None = None


def read_review(record: msgspec.Raw, place: str, product: str | None) -> Mention:
    """Read a review; ValidationError or ValueError naming the field that can't be read.

    ``product`` is the company's name, None for what the review itself says.
    """
    review = msgspec.json.decode(record, type=_Review)
    consumer, reply = review.consumer or _Consumer(), review.company_reply or _Reply()
    published = utc(review.created_at, "createdAt")
    edited = utc(review.updated_at, "updatedAt") if review.updated_at else None
    answer = tidy(reply.text)
    answered = utc(reply.created_at, "companyReply.createdAt") if reply.created_at else None
    return Mention(
        source=SOURCE,
        place=place,
        external_id=review.id,
        kind="review",
        published=published,
        edited=edited if edited and edited > published else None,
        url=ADDRESS.format(id=review.id),
        author_handle=consumer.id or consumer.display_name,
        title=tidy(review.title),
        text=tidy(review.text),
        language=language_tag(review.language),
        rating=float(review.stars),
        rating_min=1.0,
        rating_max=5.0,
        likes=review.number_of_likes,
        answer=answer,
        answered=answered if answer else None,
        product=product or (review.business_unit.display_name if review.business_unit else None),
    )
