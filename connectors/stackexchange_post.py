"""A question, an answer or a comment of Stack Exchange, read as a mention."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from tidings.markup import plain_text
from tidings.mention import Mention
from tidings.times import from_epoch

SOURCE = "stackexchange"

LAST_SECOND = 253_402_300_799
"""The last second of the year 9999, in Unix time."""

_Second = Annotated[int, Meta(ge=0, le=LAST_SECOND)]


class _Owner(msgspec.Struct, frozen=True):
    user_id: int | None = None
    display_name: str | None = None

    def handle(self) -> str | None:
        """Return the number of the account; the name where the account was deleted."""
        return plain_text(self.display_name) if self.user_id is None else str(self.user_id)


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    creation_date: _Second
    body: str | None = None
    score: int | None = None
    owner: _Owner = _Owner()
    last_edit_date: _Second | None = None
    link: str | None = None


class _Question(_Said, frozen=True, kw_only=True):
    question_id: int
    title: str | None = None
    answer_count: int | None = None
    view_count: int | None = None


class _Answer(_Said, frozen=True, kw_only=True):
    answer_id: int
    question_id: int


class _Comment(_Said, frozen=True, kw_only=True):
    comment_id: int
    post_id: int


def read_question(record: msgspec.Raw, site: str) -> Mention:
    """Read a question; ValidationError or ValueError naming the field where it can't be read."""
    question = msgspec.json.decode(record, type=_Question)
    mention = _mention(question, site, "question", str(question.question_id))
    return msgspec.structs.replace(
        mention,
        title=plain_text(question.title),
        replies=question.answer_count,
        views=question.view_count,
    )


def read_answer(record: msgspec.Raw, site: str, host: str | None) -> Mention:
    """Read an answer; its parent is the question. ``host`` is that of the site's addresses."""
    answer = msgspec.json.decode(record, type=_Answer)
    mention = _mention(answer, site, "answer", str(answer.answer_id))
    address = mention.url or (f"https://{host}/a/{answer.answer_id}" if host else None)
    return msgspec.structs.replace(mention, parent_id=str(answer.question_id), url=address)


def read_comment(record: msgspec.Raw, site: str, host: str | None) -> Mention:
    """Read a comment; its parent is the question or answer.

    Comments are numbered by themselves, so ``comment-`` stands before their numbers.
    """
    comment = msgspec.json.decode(record, type=_Comment)
    mention = _mention(comment, site, "comment", f"comment-{comment.comment_id}")
    address = f"https://{host}/posts/comments/{comment.comment_id}" if host else None
    return msgspec.structs.replace(
        mention, parent_id=str(comment.post_id), url=mention.url or address
    )


def _mention(said: _Said, site: str, kind: str, external_id: str) -> Mention:
    edited = said.last_edit_date
    return Mention(
        source=SOURCE,
        place=site,
        external_id=external_id,
        kind=kind,  # type: ignore[arg-type]
        published=from_epoch(said.creation_date),
        edited=from_epoch(edited) if edited and edited > said.creation_date else None,
        url=web_address(said.link),
        author_handle=said.owner.handle(),
        text=plain_text(said.body),
        likes=said.score,
    )
