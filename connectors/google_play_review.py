"""One review of the Google Play Developer API, read as a mention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

import msgspec
from msgspec import Meta

from connectors.languages import language_tag
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_epoch

SOURCE = "google_play"
ADDRESS = "https://play.google.com/store/apps/details?id={package}&reviewId={review}"

_Count = Annotated[int, Meta(ge=0)]


class _Time(msgspec.Struct, frozen=True):
    seconds: Annotated[int, Meta(gt=0, le=253_402_300_799)]
    nanos: Annotated[int, Meta(ge=0, lt=1_000_000_000)] = 0

    def read(self) -> datetime:
        return from_epoch(self.seconds) + timedelta(microseconds=self.nanos // 1000)


class _Said(msgspec.Struct, frozen=True, rename="camel"):
    last_modified: _Time
    text: str | None = None
    star_rating: Annotated[int, Meta(ge=1, le=5)] | None = None
    reviewer_language: str | None = None
    app_version_name: str | None = None
    thumbs_up_count: _Count | None = None


class _Replied(msgspec.Struct, frozen=True, rename="camel"):
    text: str | None = None
    last_modified: _Time | None = None


class _Comment(msgspec.Struct, frozen=True, rename="camel"):
    user_comment: _Said | None = None
    developer_comment: _Replied | None = None


class _Review(msgspec.Struct, frozen=True, rename="camel"):
    review_id: Annotated[str, Meta(min_length=1)]
    comments: list[_Comment]
    author_name: str | None = None


class _Dated(msgspec.Struct, frozen=True, rename="camel"):
    last_modified: _Time


class _Order(msgspec.Struct, frozen=True, rename="camel"):
    user_comment: _Dated | None = None


class _Ordered(msgspec.Struct, frozen=True):
    comments: list[_Order]


def read_review(record: msgspec.Raw, package: str) -> Mention:
    """Read a review of the app ``package``; ValueError naming the field that can't be read.

    A review that was edited has, as a rule, only its last comment and the time of that.
    """
    review = msgspec.json.decode(record, type=_Review, strict=False)
    comments = [comment.user_comment for comment in review.comments if comment.user_comment]
    if not comments:
        raise ValueError("comments: none of them is the user's")
    comments.sort(key=lambda comment: comment.last_modified.read())
    first, last = comments[0].last_modified.read(), comments[-1].last_modified.read()
    said = comments[-1]
    title, tab, body = (said.text or "").partition("\t")
    answer, answered = _answer(review.comments)
    return Mention(
        source=SOURCE,
        place=package,
        external_id=review.review_id,
        kind="review",
        published=first,
        edited=last if last > first else None,
        url=ADDRESS.format(package=quote(package), review=quote(review.review_id)),
        author_handle=tidy(review.author_name),
        title=tidy(title) if tab else None,
        text=tidy(body if tab else title),
        language=language_tag(said.reviewer_language),
        rating=None if said.star_rating is None else float(said.star_rating),
        rating_min=1.0,
        rating_max=5.0,
        likes=said.thumbs_up_count,
        answer=answer,
        answered=answered,
        product=package,
        version=tidy(said.app_version_name),
    )


def changed(records: Sequence[msgspec.Raw]) -> list[datetime]:
    """Return when users wrote each review last, which is what a page is in order of."""
    found = []
    for record in records:
        try:
            comments = msgspec.json.decode(record, type=_Ordered, strict=False).comments
        except msgspec.ValidationError:
            continue  # told of when the record is read
        told = [c.user_comment.last_modified.read() for c in comments if c.user_comment]
        found += [max(told)] if told else []
    return found


def _answer(comments: Sequence[_Comment]) -> tuple[str | None, datetime | None]:
    """Return what the developer answered last, and when first."""
    replies = [c.developer_comment for c in comments if c.developer_comment]
    texts = [text for reply in replies if (text := tidy(reply.text))]
    times = [reply.last_modified.read() for reply in replies if reply.last_modified]
    return (texts[-1] if texts else None), (min(times) if times and texts else None)
