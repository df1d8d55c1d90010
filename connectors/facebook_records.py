"""Comments, posts and recommendations of a Facebook page, read as mentions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.meta_graph import Person
from connectors.newest_first import utc
from tidings.markup import tidy
from tidings.mention import Mention

SOURCE = "facebook"
SITE = "https://www.facebook.com"

REPLIES = "comments.limit(25){from{id},message,created_time}"

_OWN = f"id,message,created_time,from{{id}},permalink_url,like_count,comment_count,{REPLIES}"

COMMENT_FIELDS = f"{_OWN},parent{{{_OWN}}}"
"""With what each comment replies to, so that an answer tells of what it answers."""

POST_FIELDS = f"id,message,created_time,from{{id}},permalink_url,shares,{REPLIES}"
TAGGED_FIELDS = f"id,message,created_time,tagged_time,from{{id}},permalink_url,{REPLIES}"
RATING_FIELDS = (
    "created_time,has_rating,rating,recommendation_type,review_text,reviewer{id},"
    "open_graph_story{id}"
)

_Time = Annotated[datetime, Meta(tz=True)]
_Id = Annotated[str, Meta(min_length=1)]


class _Reply(msgspec.Struct, frozen=True, rename={"by": "from"}):
    created_time: _Time
    by: Person | None = None
    message: str | None = None


class _Replies(msgspec.Struct, frozen=True):
    data: list[_Reply] = []


class _Shares(msgspec.Struct, frozen=True):
    count: int | None = None


class _Post(msgspec.Struct, frozen=True, rename={"by": "from"}):
    """A comment or a post: what both have."""

    id: _Id
    created_time: _Time
    by: Person | None = None
    message: str | None = None
    permalink_url: str | None = None
    like_count: int | None = None
    comment_count: int | None = None
    comments: _Replies | None = None
    shares: _Shares | None = None


class _Comment(_Post, frozen=True, rename={"by": "from"}):
    parent: _Post | None = None


class _Story(msgspec.Struct, frozen=True):
    id: str | None = None


class _Rating(msgspec.Struct, frozen=True):
    created_time: _Time
    has_rating: bool = False
    rating: float | None = None
    recommendation_type: str | None = None
    review_text: str | None = None
    reviewer: Person | None = None
    open_graph_story: _Story | None = None


def read_comment(record: msgspec.Raw, page: str, post: str) -> Mention | None:
    """Read one comment of ``post``. The page's own reply gives what it replies to, answered.

    None for the page's own words that reply to nobody's. ValueError where it can't be read.
    """
    comment = msgspec.json.decode(record, type=_Comment)
    if not _is_own(comment, page):
        return _mention(comment, page, comment.parent.id if comment.parent else post, "comment")
    if comment.parent is None or _is_own(comment.parent, page):
        return None
    return _mention(comment.parent, page, post, "comment")


def read_post(record: msgspec.Raw, page: str) -> Mention | None:
    """Read one post that others wrote at the page or about it; None for the page's own."""
    post = msgspec.json.decode(record, type=_Post)
    return None if _is_own(post, page) else _mention(post, page, None, "post")


def read_rating(record: msgspec.Raw, page: str) -> Mention:
    """Read one recommendation (1 or 0) or rating in stars (1 to 5)."""
    rating = msgspec.json.decode(record, type=_Rating)
    story = rating.open_graph_story.id if rating.open_graph_story else None
    reviewer = rating.reviewer.id if rating.reviewer else None
    name = story or (reviewer and f"reviewer/{reviewer}")  # one recommendation for each person
    if not name:
        raise ValueError("open_graph_story.id: neither it nor the reviewer's id is there")
    value, low, high = _scale(rating)
    return Mention(
        source=SOURCE,
        place=page,
        external_id=name,
        kind="review",
        published=utc(rating.created_time, "created_time"),
        url=f"{SITE}/{story}" if story else f"{SITE}/{page}/reviews",
        author_handle=reviewer,
        text=tidy(rating.review_text),
        rating=value,
        rating_min=low,
        rating_max=high,
    )


def _scale(rating: _Rating) -> tuple[float, float, float]:
    if rating.has_rating and rating.rating is not None:
        return rating.rating, 1.0, 5.0
    kinds = {"positive": 1.0, "negative": 0.0}
    kind = (rating.recommendation_type or "").lower()
    if kind not in kinds:
        raise ValueError(f"recommendation_type: {rating.recommendation_type!r} and no rating")
    return kinds[kind], 0.0, 1.0


def _is_own(post: _Post, page: str) -> bool:
    return post.by is not None and post.by.id == page


def _mention(post: _Post, page: str, parent: str | None, kind: str) -> Mention | None:
    text = tidy(post.message)
    if text is None:
        return None  # a picture, a sticker
    replies = post.comments.data if post.comments else []
    own = [r for r in replies if r.by is not None and r.by.id == page and tidy(r.message)]
    first = min(own, key=lambda r: r.created_time, default=None)
    return Mention(
        source=SOURCE,
        place=page,
        external_id=post.id,
        kind="comment" if kind == "comment" else "post",
        published=utc(post.created_time, "created_time"),
        url=web_address(post.permalink_url, f"{SITE}/{post.id}"),
        author_handle=post.by.id if post.by else None,
        text=text,
        parent_id=parent,
        likes=post.like_count,
        replies=post.comment_count,
        shares=post.shares.count if post.shares else None,
        answer=tidy(first.message) if first else None,
        answered=utc(first.created_time, "created_time") if first else None,
    )
