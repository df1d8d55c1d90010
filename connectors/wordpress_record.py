"""Comments and posts of WordPress's REST API, read as mentions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.newest_first import peek
from tidings.markup import plain_text
from tidings.mention import Mention
from tidings.times import from_iso

SOURCE = "wordpress"

_Id = Annotated[int, Meta(ge=1)]


class _Html(msgspec.Struct, frozen=True):
    rendered: str


class _Comment(msgspec.Struct, frozen=True):
    id: _Id
    post: int
    date_gmt: str
    content: _Html
    parent: int = 0
    author_name: str | None = None
    link: str | None = None


class _Post(msgspec.Struct, frozen=True):
    id: _Id
    date_gmt: str
    title: _Html
    content: _Html | None = None
    modified_gmt: str | None = None
    link: str | None = None


FIELDS = {
    "comments": ",".join(_Comment.__struct_fields__),
    "posts": ",".join(_Post.__struct_fields__),
}
"""What is asked for of each record: an answer with all fields is several times as large."""


def read_comment(record: msgspec.Raw, place: str) -> Mention:
    """Read a comment; ValueError (of msgspec, too) naming the field where that can't be done."""
    comment = msgspec.json.decode(record, type=_Comment)
    return Mention(
        source=SOURCE,
        place=place,
        external_id=f"comment-{comment.id}",
        kind="comment",
        published=_time(comment.date_gmt, "date_gmt"),
        url=web_address(comment.link),
        author_handle=plain_text(comment.author_name),
        text=plain_text(comment.content.rendered),
        parent_id=f"comment-{comment.parent}" if comment.parent else f"post-{comment.post}",
    )


def read_post(record: msgspec.Raw, place: str) -> Mention:
    """Read a post; ValueError (of msgspec, too) naming the field where that can't be done."""
    post = msgspec.json.decode(record, type=_Post)
    published = _time(post.date_gmt, "date_gmt")
    changed = _time(post.modified_gmt, "modified_gmt") if post.modified_gmt else None
    return Mention(
        source=SOURCE,
        place=place,
        external_id=f"post-{post.id}",
        kind="article",
        published=published,
        edited=changed if changed and changed > published else None,
        url=web_address(post.link),
        title=plain_text(post.title.rendered),
        text=plain_text(post.content.rendered) if post.content else None,
    )


def name_of(record: msgspec.Raw) -> str:
    """Return what tells a record from others: its id, or its text if it has none."""
    return str(peek(record, "id", int) or bytes(record).decode("utf-8", "replace"))


def written(records: Iterable[msgspec.Raw]) -> list[datetime]:
    """Return the times of writing that can be read, aware UTC."""
    stated = (peek(record, "date_gmt", str) for record in records)
    return [time for text in stated if text and (time := _readable(text)) is not None]


def place_of(site: str) -> str:
    """Return a site's host and path: its address without its scheme, which may change."""
    parts = urlsplit(site)
    return f"{parts.netloc.rpartition('@')[2].lower()}{parts.path.rstrip('/')}"


def _time(stated: str, field: str) -> datetime:
    try:
        return from_iso(stated, naive_is_utc=True)  # which date_gmt is, by its name
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from error


def _readable(stated: str) -> datetime | None:
    try:
        return _time(stated, "date_gmt")
    except ValueError:  # it is told of when the record is read
        return None
