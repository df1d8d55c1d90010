"""Posts and comments of LinkedIn, and what its errors mean."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from tidings.errors import RateLimited, SourceChanged, SourceError
from tidings.http import Answer
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_epoch, utcnow

SOURCE = "linkedin"
SITE = "https://www.linkedin.com/feed/update"

_Urn = Annotated[str, Meta(pattern=r"^urn:li:\S+$")]
_Milliseconds = Annotated[int, Meta(ge=0, le=253_402_300_799_000)]


class Post(msgspec.Struct, frozen=True, rename="camel"):
    """One post of the organisation, as far as its comments need it."""

    id: _Urn
    created_at: _Milliseconds

    @property
    def created(self) -> datetime:
        """When it was written, aware UTC."""
        return from_epoch(self.created_at / 1000)


class _Stamp(msgspec.Struct, frozen=True):
    time: _Milliseconds


class _Message(msgspec.Struct, frozen=True):
    text: str | None = None


class _Likes(msgspec.Struct, frozen=True, rename="camel"):
    aggregated_total_likes: int | None = None
    total_likes: int | None = None


class _Replies(msgspec.Struct, frozen=True, rename="camel"):
    aggregated_total_comments: int | None = None
    total_first_level_comments: int | None = None


class Comment(msgspec.Struct, frozen=True, rename="camel"):
    """One comment on a post or on a comment."""

    comment_urn: _Urn
    actor: _Urn
    created: _Stamp
    last_modified: _Stamp | None = None
    message: _Message | None = None
    object: str | None = None
    parent_comment: str | None = None
    likes_summary: _Likes | None = None
    comments_summary: _Replies | None = None

    @property
    def published(self) -> datetime:
        """When it was written, aware UTC."""
        return from_epoch(self.created.time / 1000)

    @property
    def text(self) -> str | None:
        """What it says."""
        return tidy(self.message.text) if self.message else None

    @property
    def replies(self) -> int | None:
        """How many comments it has, if LinkedIn says so."""
        found = self.comments_summary or _Replies()
        total, first = found.aggregated_total_comments, found.total_first_level_comments
        return first if total is None else total


def mention_of(comment: Comment, post: str, place: str, answer: Comment | None) -> Mention | None:
    """Make the mention of a comment on ``post``, with the owner's ``answer``; None without text."""
    if comment.text is None:
        return None
    edited = from_epoch(comment.last_modified.time / 1000) if comment.last_modified else None
    likes = comment.likes_summary or _Likes()
    total = likes.aggregated_total_likes
    return Mention(
        source=SOURCE,
        place=place,
        external_id=comment.comment_urn,
        kind="comment",
        published=comment.published,
        edited=edited if edited and edited > comment.published else None,
        url=f"{SITE}/{post}",
        author_handle=comment.actor,
        text=comment.text,
        parent_id=comment.parent_comment or post,
        likes=likes.total_likes if total is None else total,
        replies=comment.replies,
        answer=answer.text if answer else None,
        answered=answer.published if answer else None,
    )


class _Failed(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


def judge(answer: Answer) -> SourceError | None:
    """Return the error that LinkedIn means: a day's limit, or a version that is gone; else None."""
    if answer.status not in (426, 429):
        return None
    try:
        failed = msgspec.json.decode(answer.body, type=_Failed)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    if answer.status == 429 and "DAY" in failed.message:
        return RateLimited(
            f"The day's limit of LinkedIn is used up: {failed.message[:200]}",
            remedy="Walk fewer posts ('posts_days') or less often.",
            retry_at=next_midnight(utcnow()),
        )
    if answer.status == 426:
        return SourceChanged(
            f"LinkedIn does not serve this version any more: {failed.message[:200]}",
            remedy="Set 'version' to a month of the last year, such as the newest documented.",
        )
    return None


def next_midnight(now: datetime) -> datetime:
    """Return the next midnight UTC after ``now`` (aware UTC), when a day's limit starts anew."""
    return datetime.combine(now.date() + timedelta(days=1), time(), UTC)
