"""One thing of Reddit, a post or a comment, read as a mention."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.reddit_answer import Second
from tidings.connector import Gone
from tidings.markup import plain_text, tidy
from tidings.mention import Mention
from tidings.times import from_epoch

SOURCE = "reddit"
SITE = "https://www.reddit.com"

_GONE = re.compile(r"\[\s*(deleted|removed)\b[^\]]*\]", re.IGNORECASE)
_Words = Annotated[str, Meta(min_length=1)]


class _Shown(msgspec.Struct, frozen=True):
    """The post that a crosspost shows."""

    selftext: str | None = None
    selftext_html: str | None = None


class _Post(msgspec.Struct, frozen=True):
    name: Annotated[str, Meta(pattern=r"^t3_\w+$")]
    subreddit: _Words
    created_utc: Second
    title: str
    author: str | None = None
    selftext: str | None = None
    selftext_html: str | None = None
    permalink: str | None = None
    edited: Second | bool | None = None
    score: int | None = None
    hide_score: bool | None = None
    num_comments: int | None = None
    num_crossposts: int | None = None
    view_count: int | None = None
    crosspost_parent_list: list[_Shown] | None = None


class _Comment(msgspec.Struct, frozen=True):
    name: Annotated[str, Meta(pattern=r"^t1_\w+$")]
    subreddit: _Words
    created_utc: Second
    body: str
    parent_id: str
    link_id: str
    author: str | None = None
    body_html: str | None = None
    permalink: str | None = None
    edited: Second | bool | None = None
    score: int | None = None
    score_hidden: bool | None = None


class _Rest(msgspec.Struct, frozen=True):
    name: str
    subreddit: str
    body: str | None = None
    title: str | None = None
    selftext: str | None = None


class _Left(msgspec.Struct, frozen=True):
    """What is left of a thing whose words are gone."""

    data: _Rest


class _Thing(msgspec.Struct, frozen=True):
    kind: str
    data: msgspec.Raw


def read_thing(record: msgspec.Raw) -> Mention | None:
    """Read one thing of a listing; None for one whose words are gone.

    ValidationError or ValueError naming the field where it can't be read or is no post or comment.
    """
    thing = msgspec.json.decode(record, type=_Thing)
    if thing.kind == "t3":
        return _post(msgspec.json.decode(thing.data, type=_Post))
    if thing.kind == "t1":
        return _comment(msgspec.json.decode(thing.data, type=_Comment))
    raise ValueError(f"kind is {thing.kind!r}, neither a post (t3) nor a comment (t1)")


def gone_of(record: msgspec.Raw) -> Gone | None:
    """Return what tells that a thing's words are gone; None where they are there, or unreadable."""
    try:
        if read_thing(record) is not None:
            return None
    except ValueError:  # msgspec's errors are ValueErrors; read_records rejects such a record
        return None
    left = msgspec.json.decode(record, type=_Left).data
    removed = "removed" in (left.body or left.title or left.selftext or "").lower()
    return Gone(
        place=f"r/{left.subreddit}",
        external_id=left.name,
        reason="removed by Reddit or its moderators" if removed else "deleted by its writer",
    )


def _post(post: _Post) -> Mention | None:
    title = tidy(_left(post.title))
    bodies = [post, *(post.crosspost_parent_list or ())]
    text = next((t for b in bodies if (t := _text(b.selftext, b.selftext_html))), None)
    if title is None and text is None:
        return None
    return Mention(
        source=SOURCE,
        place=f"r/{post.subreddit}",
        external_id=post.name,
        kind="post",
        published=from_epoch(post.created_utc),
        edited=_edited(post.edited),
        url=_address(post.permalink) or f"{SITE}/comments/{post.name[3:]}",
        author_handle=_left(post.author),
        title=title,
        text=text,
        likes=None if post.hide_score else post.score,
        replies=post.num_comments,
        shares=post.num_crossposts,
        views=post.view_count,
    )


def _comment(comment: _Comment) -> Mention | None:
    text = _text(comment.body, comment.body_html)
    if text is None:
        return None
    thread = comment.link_id.removeprefix("t3_")
    return Mention(
        source=SOURCE,
        place=f"r/{comment.subreddit}",
        external_id=comment.name,
        kind="comment",
        published=from_epoch(comment.created_utc),
        edited=_edited(comment.edited),
        url=_address(comment.permalink) or f"{SITE}/comments/{thread}/_/{comment.name[3:]}",
        author_handle=_left(comment.author),
        text=text,
        parent_id=comment.parent_id,
        likes=None if comment.score_hidden else comment.score,
    )


def _left(words: str | None) -> str | None:
    """Return ``words``; None where all that is left of them says that they are gone."""
    return None if not words or _GONE.fullmatch(words.strip()) else words


def _text(markdown: str | None, markup: str | None) -> str | None:
    if _left(markdown) is None:
        return None
    if not markup:
        return tidy(markdown)
    # asked without raw_json, Reddit escapes the markup once more
    return plain_text(html.unescape(markup) if markup.startswith("&lt;") else markup)


def _edited(stated: float | bool | None) -> datetime | None:
    """Return the time of the last edit; Reddit says only ``true`` of its oldest ones."""
    return None if stated is None or isinstance(stated, bool) else from_epoch(stated)


def _address(permalink: str | None) -> str | None:
    return web_address(f"{SITE}{permalink}") if permalink and permalink.startswith("/") else None
