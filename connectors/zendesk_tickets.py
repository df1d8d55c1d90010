"""Changed tickets of Zendesk, and the comments of one of them in the order they were written."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from connectors.zendesk_records import (
    Comment,
    Ticket,
    User,
    answered,
    is_customer,
    read_comment,
)
from tidings.connector import Rejected, read_records
from tidings.http import Answer
from tidings.mention import Mention


class Export(msgspec.Struct, frozen=True):
    """One page of the incremental export of tickets."""

    tickets: list[msgspec.Raw]
    end_of_stream: bool
    after_cursor: str | None = None

    def read(self) -> tuple[list[Ticket], list[Rejected]]:
        """Return the tickets that can be read, and those that can't."""
        tickets: list[Ticket] = []

        def keep(record: msgspec.Raw) -> None:
            tickets.append(msgspec.json.decode(record, type=Ticket))

        _, rejected = read_records(self.tickets, keep)
        return tickets, rejected


class _Onward(msgspec.Struct, frozen=True):
    has_more: bool
    after_cursor: str | None = None


class _Comments(msgspec.Struct, frozen=True):
    comments: list[msgspec.Raw]
    users: list[msgspec.Raw]
    meta: _Onward


class Listed(msgspec.Struct, frozen=True):
    """What one page of comments gave: mentions that are complete, and the way on."""

    mentions: Sequence[Mention]
    rejected: list[Rejected]
    more: bool
    after: str | None
    count: int


class Thread:
    """The comments of one ticket; ``waiting`` are those of the customer without a reply so far."""

    def __init__(self, ticket: Ticket, place: str, site: str) -> None:
        """Start before the first comment of ``ticket`` at the account ``place``."""
        self._ticket, self._place, self._site = ticket, place, site
        self._first: str | None = None
        self._roles: dict[str, str | None] = {}
        self._done: list[Mention] = []
        self.waiting: list[Mention] = []

    def read(self, answer: Answer) -> Listed:
        """Read one page; SourceChanged where it has another form."""
        found: _Comments = answer.json(_Comments)
        users, bad_users = self._users(found.users)
        self._roles.update(users)
        _, rejected = read_records(found.comments, self._read)
        done, self._done = self._done, []
        if not found.meta.has_more:
            done, self.waiting = [*done, *self.waiting], []
        return Listed(
            mentions=done,
            rejected=[*bad_users, *rejected],
            more=found.meta.has_more,
            after=found.meta.after_cursor,
            count=len(found.comments),
        )

    def _users(self, records: list[msgspec.Raw]) -> tuple[dict[str, str | None], list[Rejected]]:
        users: dict[str, str | None] = {}

        def keep(record: msgspec.Raw) -> None:
            user = msgspec.json.decode(record, type=User)
            users[str(user.id)] = user.role

        _, rejected = read_records(records, keep)
        return users, rejected

    def _read(self, record: msgspec.Raw) -> None:
        """Take in one comment, which may complete those before it; none is complete by itself."""
        comment = msgspec.json.decode(record, type=Comment)
        self._first = self._first or f"comment/{comment.id}"
        if is_customer(comment, self._roles):
            mention = read_comment(comment, self._ticket, self._first, self._place, self._site)
            self.waiting.append(mention)
        elif comment.public:
            self._done.extend(answered(self.waiting, comment))
            self.waiting.clear()
