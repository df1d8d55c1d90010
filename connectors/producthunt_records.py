"""Posts and comments of Product Hunt: what is asked for, how it reads, and what errors mean."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.newest_first import utc
from tidings.errors import AuthError, RateLimited, SourceChanged, SourceError
from tidings.http import Answer
from tidings.markup import plain_text, tidy
from tidings.mention import Mention
from tidings.times import utcnow

SOURCE = "producthunt"
PLACE = "producthunt.com"

_PAGE_INFO = "pageInfo { hasNextPage endCursor }"
_COMMENT = "id body createdAt votesCount url parentId user { username }"
_COMMENTS = (
    f"nodes {{ {_COMMENT} replies(order: NEWEST, first: 10) "
    f"{{ nodes {{ {_COMMENT} }} {_PAGE_INFO} }} }} {_PAGE_INFO}"
)

POSTS = (
    "query($topic: String, $postedAfter: DateTime, $postedBefore: DateTime, $first: Int, "
    "$after: String) { posts(topic: $topic, postedAfter: $postedAfter, postedBefore: "
    "$postedBefore, order: NEWEST, first: $first, after: $after) { nodes { id name tagline "
    f"description createdAt url votesCount commentsCount user {{ username }} }} {_PAGE_INFO} }} }}"
)
COMMENTS = (
    "query($slug: String, $first: Int, $after: String) { post(slug: $slug) { id commentsCount "
    f"comments(order: NEWEST, first: $first, after: $after) {{ {_COMMENTS} }} }} }}"
)
REPLIES = (
    "query($id: ID!, $first: Int, $after: String) { comment(id: $id) { "
    f"replies(order: NEWEST, first: $first, after: $after) {{ nodes {{ {_COMMENT} }} "
    f"{_PAGE_INFO} }} }} }}"
)

REDACTED = "[REDACTED]"
"""What stands for every user but one's own."""

LIMITS = frozenset(["rate_limit_reached", "rate_limit_exceeded"])
REFUSALS = frozenset(["invalid_oauth_token", "unauthorized_oauth", "forbidden"])

_Time = Annotated[datetime, Meta(tz=True)]
_Id = int | Annotated[str, Meta(min_length=1)]


class PageInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Whether a connection goes on, and where."""

    has_next_page: bool
    end_cursor: str | None = None


class Connection(msgspec.Struct, frozen=True, rename="camel"):
    """One page of posts or comments."""

    nodes: list[msgspec.Raw]
    page_info: PageInfo


class _User(msgspec.Struct, frozen=True):
    username: str | None = None


class _Post(msgspec.Struct, frozen=True, rename="camel"):
    id: _Id
    created_at: _Time
    name: str | None = None
    tagline: str | None = None
    description: str | None = None
    url: str | None = None
    votes_count: int | None = None
    comments_count: int | None = None
    user: _User | None = None


class Comment(msgspec.Struct, frozen=True, rename="camel"):
    """One comment; ``replies`` are there of top-level ones."""

    id: _Id
    created_at: _Time
    body: str | None = None
    url: str | None = None
    votes_count: int | None = None
    parent_id: _Id | None = None
    user: _User | None = None
    replies: Connection | None = None


def read_post(record: msgspec.Raw) -> Mention:
    """Read one post. ValidationError or ValueError where it can't be read."""
    post = msgspec.json.decode(record, type=_Post)
    said = [text for text in (tidy(post.tagline), tidy(post.description)) if text]
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=f"post/{post.id}",
        kind="post",
        published=utc(post.created_at, "createdAt"),
        url=web_address((post.url or "").partition("?")[0]),  # the rest tracks the API's user
        author_handle=_name(post.user),
        title=tidy(post.name),
        text="\n".join(said) or None,
        likes=post.votes_count,
        replies=post.comments_count,
    )


def mention_of(comment: Comment, post: str) -> Mention | None:
    """Make the mention of a comment on the post with the id ``post``; None without words."""
    text = plain_text(comment.body)
    if text is None:
        return None
    parent = comment.parent_id
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=f"comment/{comment.id}",
        kind="comment",
        published=utc(comment.created_at, "createdAt"),
        url=web_address(comment.url),
        author_handle=_name(comment.user),
        text=text,
        parent_id=f"post/{post}" if parent is None else f"comment/{parent}",
        likes=comment.votes_count,
    )


def _name(user: _User | None) -> str | None:
    name = user.username if user else None
    return None if name == REDACTED else name


class _Details(msgspec.Struct, frozen=True):
    reset_in: float | None = None


class _Error(msgspec.Struct, frozen=True):
    error: str = ""
    message: str = ""
    error_description: str = ""
    details: _Details | None = None


class _Failed(msgspec.Struct, frozen=True):
    errors: list[_Error] = []


def judge(answer: Answer) -> SourceError | None:
    """Return the error that a body of GraphQL states, whatever its status; None where it does not.

    A limit says in seconds when it starts anew.
    """
    if b'"errors"' not in answer.body:
        return None
    try:
        errors = msgspec.json.decode(answer.body, type=_Failed).errors
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    if not errors:
        return None
    first = errors[0]
    said = first.error_description or first.message or first.error
    message = f"Product Hunt answered with an error: {said[:300]}"
    if first.error in LIMITS:
        seconds = first.details.reset_in if first.details else None
        usable = seconds is not None and 0 <= seconds < 86_400
        return RateLimited(
            message,
            remedy="The budget of complexity is used up; lower 'per_page' or walk less often.",
            retry_at=utcnow() + timedelta(seconds=seconds or 0) if usable else None,
        )
    if first.error in REFUSALS:
        return AuthError(message, remedy="Check the token, and that its application is approved.")
    if answer.status >= 400:
        return None
    return SourceChanged(message, remedy="Look at the kept page: has the schema changed?")
