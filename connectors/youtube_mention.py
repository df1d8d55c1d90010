"""What YouTube lists, read as mentions: videos, comments and the replies to them."""

from __future__ import annotations

import html
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.languages import language_tag
from connectors.newest_first import peek, utc
from tidings.markup import plain_text, tidy
from tidings.mention import Mention

SOURCE = "youtube"
PLACE = "youtube.com"

_Time = Annotated[datetime, Meta(tz=True)]
_Id = Annotated[str, Meta(min_length=1)]


class _Channel(msgspec.Struct, frozen=True):
    value: str | None = None


class _Said(msgspec.Struct, frozen=True, rename="camel"):
    published_at: _Time
    text_display: str | None = None
    text_original: str | None = None
    updated_at: _Time | None = None
    author_channel_id: _Channel | None = None
    like_count: int | None = None
    parent_id: str | None = None
    video_id: str | None = None


class _Comment(msgspec.Struct, frozen=True):
    id: _Id
    snippet: _Said


class _Top(msgspec.Struct, frozen=True, rename="camel"):
    top_level_comment: _Comment
    video_id: str | None = None
    total_reply_count: int | None = None


class _Thread(msgspec.Struct, frozen=True):
    id: _Id
    snippet: _Top


class _Named(msgspec.Struct, frozen=True, rename="camel"):
    published_at: _Time
    title: str
    description: str | None = None
    channel_id: str | None = None
    default_language: str | None = None
    default_audio_language: str | None = None


class _Counts(msgspec.Struct, frozen=True, rename="camel"):
    view_count: int | None = None
    like_count: int | None = None
    comment_count: int | None = None


class _Video(msgspec.Struct, frozen=True):
    id: _Id
    snippet: _Named
    statistics: _Counts = _Counts()


class _VideoId(msgspec.Struct, frozen=True, rename="camel"):
    video_id: _Id


class _Hit(msgspec.Struct, frozen=True):
    id: _VideoId
    snippet: _Named


def read_thread(record: msgspec.Raw) -> Mention:
    """Read the comment that a thread begins with; ValidationError or ValueError names the field."""
    thread = msgspec.json.decode(record, type=_Thread)
    top = thread.snippet
    video = top.video_id or top.top_level_comment.snippet.video_id
    return _comment(top.top_level_comment, video=video, parent=video, replies=top.total_reply_count)


def read_reply(record: msgspec.Raw, thread: str, video: str | None) -> Mention:
    """Read one reply of ``thread``, which stands under ``video`` if under any."""
    comment = msgspec.json.decode(record, type=_Comment)
    return _comment(
        comment,
        video=video or comment.snippet.video_id,
        parent=comment.snippet.parent_id or thread,
    )


def read_video(record: msgspec.Raw) -> Mention:
    """Read one video of ``videos.list``, with its counts (the API writes them as text)."""
    video = msgspec.json.decode(record, type=_Video, strict=False)
    return _video(video.id, video.snippet, video.statistics)


def read_hit(record: msgspec.Raw) -> Mention:
    """Read one video of ``search.list``: its description is cut off, its counts are missing.

    Its title and description are written as in HTML (``&amp;``), those of ``videos.list`` are not.
    """
    hit = msgspec.json.decode(record, type=_Hit)
    said = hit.snippet
    words = html.unescape(said.title), html.unescape(said.description or "")
    snippet = msgspec.structs.replace(said, title=words[0], description=words[1])
    return _video(hit.id.video_id, snippet, _Counts())


def hit_id(record: msgspec.Raw) -> str | None:
    """Return the id of the video that a search found; None where it found something else."""
    found = peek(record, "id", msgspec.Raw)
    return None if found is None else peek(found, "videoId", str)


def _comment(
    comment: _Comment, *, video: str | None, parent: str | None, replies: int | None = None
) -> Mention:
    said = comment.snippet
    published = utc(said.published_at, "publishedAt")
    updated = utc(said.updated_at, "updatedAt") if said.updated_at else published
    channel = said.author_channel_id
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=comment.id,
        kind="comment",
        published=published,
        edited=updated if updated > published else None,
        url=f"https://www.youtube.com/watch?v={video}&lc={comment.id}" if video else None,
        author_handle=(channel.value or None) if channel else None,
        text=plain_text(said.text_display) or tidy(said.text_original),
        parent_id=parent,
        likes=said.like_count,
        replies=replies,
    )


def _video(number: str, named: _Named, counts: _Counts) -> Mention:
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=number,
        kind="post",
        published=utc(named.published_at, "publishedAt"),
        url=f"https://www.youtube.com/watch?v={number}",
        author_handle=named.channel_id or None,
        title=tidy(named.title),
        text=tidy(named.description),
        language=language_tag(named.default_audio_language or named.default_language),
        likes=counts.like_count,
        replies=counts.comment_count,
        views=counts.view_count,
    )
