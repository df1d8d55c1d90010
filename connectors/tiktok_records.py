"""Videos and comments of TikTok's Research API, read as mentions, and what its errors mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from tidings.errors import AuthError, RateLimited, SourceChanged, SourceError, TransientError
from tidings.http import Answer
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_epoch, utcnow

SOURCE = "tiktok"
PLACE = "tiktok.com"

VIDEO_FIELDS = (
    "id,video_description,create_time,region_code,share_count,view_count,like_count,"
    "comment_count,username,voice_to_text"
)
COMMENT_FIELDS = "id,video_id,text,like_count,reply_count,parent_comment_id,create_time"

TOKEN_GONE = "access_token_invalid"  # noqa: S105 - the name of an error
REFUSALS = frozenset([TOKEN_GONE, "scope_not_authorized", "scope_permission_missed"])
QUOTA = "daily_quota_limit_exceeded"

_Id = int | Annotated[str, Meta(min_length=1)]


class Video(msgspec.Struct, frozen=True):
    """One video that a query found."""

    id: _Id
    create_time: int
    video_description: str | None = None
    voice_to_text: str | None = None
    username: str | None = None
    region_code: str | None = None
    like_count: int | None = None
    comment_count: int | None = None
    share_count: int | None = None
    view_count: int | None = None

    @property
    def url(self) -> str:
        """Its address, without the author's name: TikTok leads to the right one all the same."""
        return f"https://www.tiktok.com/@/video/{self.id}"


class Comment(msgspec.Struct, frozen=True):
    """One comment on a video, or on a comment."""

    id: _Id
    create_time: int
    text: str | None = None
    like_count: int | None = None
    reply_count: int | None = None
    parent_comment_id: _Id | None = None


def mention_of_video(video: Video) -> Mention | None:
    """Make the mention of a video; None for one without words. ValueError: not a time."""
    text = tidy(video.video_description) or tidy(video.voice_to_text)
    published = from_epoch(video.create_time)
    if text is None:
        return None
    region = video.region_code or ""
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=str(video.id),
        kind="post",
        published=published,
        url=video.url,
        author_handle=video.username,
        text=text,
        country=region if re.fullmatch("[A-Z]{2}", region) else None,
        likes=video.like_count,
        replies=video.comment_count,
        shares=video.share_count,
        views=video.view_count,
    )


def mention_of_comment(comment: Comment, video: Video) -> Mention | None:
    """Make the mention of a comment on ``video``; None for one without words."""
    text = tidy(comment.text)
    published = from_epoch(comment.create_time)
    if text is None:
        return None
    parent = comment.parent_comment_id
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=str(comment.id),
        kind="comment",
        published=published,
        url=video.url,
        text=text,
        parent_id=str(video.id if parent is None else parent),
        likes=comment.like_count,
        replies=comment.reply_count,
    )


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


class _Answered(msgspec.Struct, frozen=True):
    error: _Error


def judge(answer: Answer) -> SourceError | None:
    """Return the error that an answer's body names, whatever its status; None where all is well."""
    try:
        error = msgspec.json.decode(answer.body, type=_Answered).error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    if error.code in ("ok", ""):
        return None
    message = f"TikTok answered {error.code}: {error.message[:300]}"
    if error.code == QUOTA:
        return RateLimited(
            message,
            remedy="The day's quota is used up; it starts anew at midnight UTC.",
            retry_at=next_midnight(utcnow()),
        )
    if error.code == "rate_limit_exceeded":
        return RateLimited(message, remedy="Lower 'requests_per_second' of this source.")
    if error.code in REFUSALS:
        return AuthError(message, remedy="Check client key, secret and the project's approval.")
    if error.code == "internal_error" or "search id" in error.message.lower():
        return TransientError(message, remedy="Try again later.")
    return SourceChanged(message, remedy="Look at the kept page, and at the settings.")


def is_token_gone(error: SourceError) -> bool:
    """Tell whether an error means that a new token helps."""
    return isinstance(error, AuthError) and (
        TOKEN_GONE in error.message or (error.answer is not None and error.answer.status == 401)
    )


def next_midnight(now: datetime) -> datetime:
    """Return the next midnight UTC after ``now`` (aware UTC)."""
    return datetime.combine(now.date() + timedelta(days=1), time(), UTC)
