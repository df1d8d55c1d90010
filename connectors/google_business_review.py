"""One review of the Business Profile API, read as a mention."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from connectors.newest_first import utc
from tidings.markup import tidy
from tidings.mention import Mention

SOURCE = "google_business"

STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}

_Time = Annotated[datetime, Meta(tz=True)]
_TRANSLATED = "(Translated by Google)"
_ORIGINAL = re.compile(r"\(Original\)\s*")


class _Reviewer(msgspec.Struct, frozen=True, rename="camel"):
    display_name: str | None = None
    is_anonymous: bool = False


class _Reply(msgspec.Struct, frozen=True, rename="camel"):
    comment: str | None = None
    update_time: _Time | None = None


class _Review(msgspec.Struct, frozen=True, rename="camel"):
    review_id: Annotated[str, Meta(min_length=1)]
    create_time: _Time
    star_rating: Literal["STAR_RATING_UNSPECIFIED", "ONE", "TWO", "THREE", "FOUR", "FIVE"]
    update_time: _Time | None = None
    comment: str | None = None
    reviewer: _Reviewer | None = None
    review_reply: _Reply | None = None


def read_review(record: msgspec.Raw, location: str) -> Mention:
    """Read a review of ``location``; ValidationError or ValueError naming the field if it can't be.

    ``answered`` is when the answer was last written: the API does not tell when it was at first.
    """
    review = msgspec.json.decode(record, type=_Review)
    reviewer = review.reviewer or _Reviewer()
    published = utc(review.create_time, "createTime")
    edited = utc(review.update_time, "updateTime") if review.update_time else None
    reply = review.review_reply or _Reply()
    answer = untranslated(reply.comment)
    answered = utc(reply.update_time, "reviewReply.updateTime") if reply.update_time else None
    rating = STARS.get(review.star_rating)
    return Mention(
        source=SOURCE,
        place=location,
        external_id=review.review_id,
        kind="review",
        published=published,
        edited=edited if edited and edited > published else None,
        author_handle=None if reviewer.is_anonymous else tidy(reviewer.display_name),
        text=untranslated(review.comment),
        rating=rating,
        rating_min=None if rating is None else 1.0,
        rating_max=None if rating is None else 5.0,
        answer=answer,
        answered=answered if answer else None,
    )


def untranslated(comment: str | None) -> str | None:
    """Return what was written, without the translation that Google puts before or behind it."""
    if comment is None or _TRANSLATED not in comment:
        return tidy(comment)
    before, _, behind = comment.partition(_TRANSLATED)
    original = _ORIGINAL.split(behind, maxsplit=1)
    return tidy(before) or tidy(original[1] if len(original) == 2 else behind)
