"""Satisfaction ratings and ticket comments of Zendesk, read as mentions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.newest_first import utc
from tidings.markup import plain_text, tidy
from tidings.mention import Mention

SOURCE = "zendesk"

SCORES = {"good": 1.0, "bad": 0.0}
"""The two scores of a rating; before there is one it is ``offered`` or ``unoffered``."""

NO_REASON = "no reason provided"

_Time = Annotated[datetime, Meta(tz=True)]
_Id = int | Annotated[str, Meta(min_length=1)]


class _Rating(msgspec.Struct, frozen=True):
    id: _Id
    score: str
    created_at: _Time
    updated_at: _Time | None = None
    requester_id: _Id | None = None
    ticket_id: _Id | None = None
    comment: str | None = None
    reason: str | None = None


class Ticket(msgspec.Struct, frozen=True):
    """What a walk needs to know of a ticket."""

    id: int
    status: str | None = None
    created_at: _Time | None = None
    subject: str | None = None

    def may_hold(self, until: datetime | None) -> bool:
        """Tell whether it may have comments from before ``until`` that can still be asked for."""
        late = until is not None and self.created_at is not None and self.created_at >= until
        return not late and self.status != "deleted"


class Comment(msgspec.Struct, frozen=True):
    """One comment of a ticket, as far as it matters."""

    id: _Id
    created_at: _Time
    author_id: _Id | None = None
    public: bool = True
    plain_body: str | None = None
    html_body: str | None = None
    body: str | None = None

    @property
    def text(self) -> str | None:
        """What it says, without markup."""
        if self.plain_body or not self.html_body:
            return tidy(self.plain_body or self.body)
        return plain_text(self.html_body)


class User(msgspec.Struct, frozen=True):
    """Who wrote: ``role`` is ``end-user``, ``agent`` or ``admin``."""

    id: _Id
    role: str | None = None


def read_rating(record: msgspec.Raw, place: str, site: str) -> Mention | None:
    """Read one rating; None where it was only asked for. ValueError where it can't be read."""
    rating = msgspec.json.decode(record, type=_Rating)
    score = rating.score.removesuffix("_with_comment").removesuffix("_without_comment")
    if score in ("offered", "unoffered"):
        return None
    if score not in SCORES:
        raise ValueError(f"score: {rating.score!r} is neither 'good' nor 'bad'")
    published = utc(rating.created_at, "created_at")
    updated = utc(rating.updated_at, "updated_at") if rating.updated_at else published
    reason = tidy(rating.reason)
    return Mention(
        source=SOURCE,
        place=place,
        external_id=f"rating/{rating.id}",
        kind="survey",
        published=published,
        edited=updated if updated > published else None,
        url=None if rating.ticket_id is None else f"{site}/agent/tickets/{rating.ticket_id}",
        author_handle=None if rating.requester_id is None else str(rating.requester_id),
        title=None if reason is None or reason.casefold().startswith(NO_REASON) else reason,
        text=tidy(rating.comment),
        rating=SCORES[score],
        rating_min=0.0,
        rating_max=1.0,
    )


def read_comment(
    comment: Comment, ticket: Ticket, first: str | None, place: str, site: str
) -> Mention:
    """Make the mention of what a customer wrote; ``first`` is the id of the ticket's first one."""
    name = f"comment/{comment.id}"
    return Mention(
        source=SOURCE,
        place=place,
        external_id=name,
        kind="comment",
        published=utc(comment.created_at, "created_at"),
        url=f"{site}/agent/tickets/{ticket.id}",
        author_handle=None if comment.author_id is None else str(comment.author_id),
        title=tidy(ticket.subject) if first in (None, name) else None,
        text=comment.text,
        parent_id=None if first == name else first,
    )


def is_customer(comment: Comment, roles: Mapping[str, str | None]) -> bool:
    """Tell whether an end user wrote this; ValueError where the answer does not say who did."""
    author = str(comment.author_id)
    if author not in roles:
        raise ValueError(f"author_id: the role of {author} is not among the answer's users")
    return roles[author] == "end-user"


def answered(asked: Sequence[Mention], reply: Comment) -> list[Mention]:
    """Return the customer's comments with the public reply of the owner that came after them."""
    text, time = reply.text, utc(reply.created_at, "created_at")
    return [msgspec.structs.replace(m, answer=text, answered=time) for m in asked]
