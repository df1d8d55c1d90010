"""Discussions of GitHub and what is said in them, read as mentions, as GraphQL gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.github_issue import SOURCE, Time
from connectors.newest_first import utc
from tidings.connector import Rejected, read_records
from tidings.markup import tidy
from tidings.mention import Mention


class _End(msgspec.Struct, frozen=True, rename="camel"):
    has_next_page: bool
    end_cursor: str | None = None


class Listed(msgspec.Struct, frozen=True, rename="camel"):
    """A page of a list, its records as they came."""

    nodes: list[msgspec.Raw]
    page_info: _End
    total_count: int | None = None


class _Author(msgspec.Struct, frozen=True):
    login: str


class _Category(msgspec.Struct, frozen=True, rename="camel"):
    is_answerable: bool = False


class _Said(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: Annotated[str, Meta(min_length=1)]
    created_at: Time
    url: str | None = None
    body_text: str | None = None
    last_edited_at: Time | None = None
    upvote_count: int | None = None
    author: _Author | None = None


class _Discussion(_Said, frozen=True, kw_only=True, rename="camel"):
    number: int
    title: str
    comments: Listed
    category: _Category | None = None


class _Comment(_Said, frozen=True, kw_only=True, rename="camel"):
    database_id: int
    is_answer: bool = False
    replies: Listed | None = None


class Left(msgspec.Struct, frozen=True):
    """A list that goes on: whose it is, what its records reply to, and from where on."""

    id: str
    parent: str
    after: str


class Reader:
    """Reads the records of one repository's discussions as mentions.

    ``repository`` is its name as GitHub spells it (``owner/name``), which is the place: one that
    was asked for in another spelling, or by an old name, is answered for all the same.
    """

    def __init__(self, repository: str) -> None:
        self._place = repository

    def discussions(
        self, records: Sequence[msgspec.Raw]
    ) -> tuple[list[Mention], list[Rejected], list[Left]]:
        """Read discussions with the comments that came along; and which lists go on."""
        left: list[Left] = []
        inner: list[Mention] = []
        bad: list[Rejected] = []

        def read(record: msgspec.Raw) -> Mention:
            said = msgspec.json.decode(record, type=_Discussion)
            mention = self._discussion(said)
            mentions, rejected, further = self.comments(said.comments, said.id, str(said.number))
            inner.extend(mentions)
            bad.extend(rejected)
            left.extend(further)
            return mention

        mentions, rejected = read_records(records, read)
        return mentions + inner, rejected + bad, left

    def comments(
        self, found: Listed, of: str, parent: str
    ) -> tuple[list[Mention], list[Rejected], list[Left]]:
        """Read comments, or replies, on ``parent``, the record with the node id ``of``."""
        end = found.page_info
        left = [Left(of, parent, end.end_cursor)] if end.has_next_page and end.end_cursor else []
        inner: list[Mention] = []
        bad: list[Rejected] = []

        def read(record: msgspec.Raw) -> Mention:
            said = msgspec.json.decode(record, type=_Comment)
            mention = self._comment(said, parent)
            if said.replies is not None:
                mentions, rejected, further = self.comments(
                    said.replies, said.id, mention.external_id
                )
                inner.extend(mentions)
                bad.extend(rejected)
                left.extend(further)
            return mention

        mentions, rejected = read_records(found.nodes, read)
        return mentions + inner, rejected + bad, left

    def _discussion(self, said: _Discussion) -> Mention:
        asks = said.category is not None and said.category.is_answerable
        return Mention(
            external_id=str(said.number),
            kind="question" if asks else "post",
            title=tidy(said.title),
            replies=said.comments.total_count,
            **self._shared(said),
        )

    def _comment(self, said: _Comment, parent: str) -> Mention:
        return Mention(
            external_id=f"discussioncomment-{said.database_id}",
            kind="answer" if said.is_answer else "comment",
            parent_id=parent,
            **self._shared(said),
        )

    def _shared(self, said: _Said) -> dict[str, Any]:
        edited = said.last_edited_at
        return {
            "source": SOURCE,
            "place": self._place,
            "published": utc(said.created_at, "createdAt"),
            "edited": utc(edited, "lastEditedAt") if edited else None,
            "url": web_address(said.url),
            "author_handle": said.author.login if said.author else None,
            "text": tidy(said.body_text),
            "likes": said.upvote_count,
        }
