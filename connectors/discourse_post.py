"""One post of a Discourse forum, read as a mention; and the forms in which posts are listed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.languages import language_tag
from connectors.newest_first import identity, peek, utc
from tidings.errors import SourceChanged
from tidings.http import Answer
from tidings.markup import plain_text, tidy
from tidings.mention import Mention

SOURCE = "discourse"

REGULAR, MODERATOR = 1, 2
"""Types of posts that say something; the others are small actions (closed, moved) and whispers."""

LIKE = 2
"""The action that is a like, in a post's summary of actions."""

_Time = Annotated[datetime, Meta(tz=True)]


class _Action(msgspec.Struct, frozen=True):
    id: int
    count: int = 0


class _Post(msgspec.Struct, frozen=True):
    id: int
    created_at: _Time
    topic_id: int
    post_number: int
    cooked: str | None = None
    username: str | None = None
    post_type: int = REGULAR
    updated_at: _Time | None = None
    version: int | None = None
    topic_slug: str | None = None
    topic_title: str | None = None
    reply_count: int | None = None
    reads: int | None = None
    locale: str | None = None
    actions_summary: list[_Action] = []
    hidden: bool | None = None
    user_deleted: bool | None = None
    deleted_at: str | None = None


class _Stream(msgspec.Struct, frozen=True):
    posts: list[msgspec.Raw]
    stream: list[msgspec.Raw] | None = None


class Topic(msgspec.Struct, frozen=True):
    """A topic with a part of its posts; ``highest_post_number`` may count deleted ones."""

    post_stream: _Stream
    title: str | None = None
    highest_post_number: int | None = None

    def pages(self) -> int:
        """Return how many pages the topic has at most, of as many posts as this, its first, has.

        A topic of 10,000 posts and more does not tell the ids of all its posts.
        """
        per_page = len(self.post_stream.posts)
        stream = self.post_stream.stream
        total = len(stream) if stream else self.highest_post_number or per_page
        return -(-total // per_page) if per_page else 1


class _Latest(msgspec.Struct, frozen=True):
    latest_posts: list[msgspec.Raw] | None = None
    post_stream: _Stream | None = None


def listed_posts(answer: Answer) -> list[msgspec.Raw]:
    """Return the posts of an answer to ``/posts.json``; SourceChanged where there is no list."""
    found: _Latest = answer.json(_Latest)
    if found.latest_posts is not None:
        return found.latest_posts
    if found.post_stream is not None:
        return found.post_stream.posts
    raise SourceChanged(
        f"{answer.url} gives no list of posts.",
        remedy="Is this the address of a Discourse forum? Look at the kept page.",
        url=answer.url,
        answer=answer,
    )


def read_post(record: msgspec.Raw, address: str, title: str | None = None) -> Mention | None:
    """Read one post of the forum at ``address``; ``title`` is its topic's where that is known.

    None for what nobody said (a topic closed or moved) and for a post that is hidden or deleted,
    whose text is the forum's own notice. ValidationError or ValueError naming the field where it
    can't be read.
    """
    post = msgspec.json.decode(record, type=_Post)
    if post.post_type not in (REGULAR, MODERATOR):
        return None
    if post.hidden or post.user_deleted or post.deleted_at:
        return None
    first = post.post_number == 1
    slug = post.topic_slug or "-"
    return Mention(
        source=SOURCE,
        place=place_of(address),
        external_id=str(post.id),
        kind="post" if first else "comment",
        published=utc(post.created_at, "created_at"),
        edited=_edited(post),
        url=f"{address}/t/{slug}/{post.topic_id}/{post.post_number}",
        author_handle=post.username,
        title=tidy(post.topic_title or title) if first else None,
        text=plain_text(post.cooked),
        language=language_tag(post.locale),
        likes=_likes(post),
        replies=post.reply_count,
        views=post.reads,
    )


def post_name(record: msgspec.Raw) -> str:
    """Return what tells a post from others: its number, or its text where it has none."""
    number = peek(record, "id", int)
    return identity(record, "id") if number is None else str(number)


def place_of(address: str) -> str:
    """Return the place of a forum's posts: its host, and the folder that it lies in, if any."""
    parts = urlsplit(address)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _edited(post: _Post) -> datetime | None:
    """Return when the text was last edited; a post of version 1 was touched, but not edited."""
    if post.updated_at is None or post.version == 1 or post.updated_at <= post.created_at:
        return None
    return utc(post.updated_at, "updated_at")


def _likes(post: _Post) -> int:
    # an anonymous reader is told of actions that somebody took only
    return next((action.count for action in post.actions_summary if action.id == LIKE), 0)
