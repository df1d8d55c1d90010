"""A post or a comment of Lemmy, read as a mention."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.newest_first import identity, peek
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_iso

SOURCE = "lemmy"

What = Literal["posts", "comments"]

_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])

_Name = Annotated[str, Meta(min_length=1)]


class _Creator(msgspec.Struct, frozen=True):
    name: _Name
    actor_id: str | None = None

    def handle(self, host: str) -> str:
        """Return ``name@host``: of the instance where the account is, else the one asked."""
        home = urlsplit(self.actor_id or "").netloc
        return f"{self.name}@{home or host}"


class _Counts(msgspec.Struct, frozen=True):
    score: int | None = None
    comments: int | None = None
    child_count: int | None = None


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    published: str
    updated: str | None = None
    ap_id: str | None = None
    removed: bool = False
    deleted: bool = False


class _Post(_Said, frozen=True, kw_only=True):
    name: str
    body: str | None = None


class _Comment(_Said, frozen=True, kw_only=True):
    content: str
    post_id: int
    path: str | None = None


class _PostView(msgspec.Struct, frozen=True):
    post: _Post
    creator: _Creator
    counts: _Counts = _Counts()


class _CommentView(msgspec.Struct, frozen=True):
    comment: _Comment
    creator: _Creator
    counts: _Counts = _Counts()


def read_view(record: msgspec.Raw, what: What, host: str) -> Mention | None:
    """Read a post or comment shown at ``host``; None for one that was removed or deleted.

    ValidationError or ValueError naming the field where it can't be read.
    """
    if what == "posts":
        shown = msgspec.json.decode(record, type=_PostView)
        return _mention(shown.post, shown.creator, shown.counts, host)
    view = msgspec.json.decode(record, type=_CommentView)
    return _mention(view.comment, view.creator, view.counts, host)


def inner(record: msgspec.Raw, what: What) -> msgspec.Raw | None:
    """Return the post or comment itself, without what is shown beside it; None if there is none."""
    try:
        return _FIELDS.decode(record).get(what.removesuffix("s"))
    except ValueError:
        return None


def named(record: msgspec.Raw, what: What) -> str:
    """Return what tells a post or comment from others: its number, or its text without one."""
    said = inner(record, what)
    number = None if said is None else peek(said, "id", int)
    return identity(record, "id") if number is None else str(number)


def _mention(
    said: _Post | _Comment, creator: _Creator, counts: _Counts, host: str
) -> Mention | None:
    if said.removed or said.deleted:
        return None
    post = said if isinstance(said, _Post) else None
    comment = said if isinstance(said, _Comment) else None
    published = from_iso(said.published, naive_is_utc=True)  # old instances leave the zone out
    updated = from_iso(said.updated, naive_is_utc=True) if said.updated else None
    page = f"https://{host}/{'post' if post else 'comment'}/{said.id}"
    text = said.body if isinstance(said, _Post) else said.content
    return Mention(
        source=SOURCE,
        place=host,
        external_id=str(said.id) if post else f"comment-{said.id}",
        kind="post" if post else "comment",
        published=published,
        edited=updated if updated and updated > published else None,
        url=web_address(said.ap_id, page),
        author_handle=creator.handle(host),
        title=tidy(post.name) if post else None,
        text=tidy(text),
        parent_id=_parent(comment) if comment else None,
        likes=counts.score,
        replies=counts.comments if post else counts.child_count,
    )


def _parent(comment: _Comment) -> str:
    """Return the comment that this one replies to, else its post: the path ends with both."""
    above = (comment.path or "").split(".")[:-1]
    last = above[-1] if above else "0"
    return f"comment-{last}" if last not in ("", "0") else str(comment.post_id)
