"""What API v2 of X answers: posts with what belongs to them, and what it means by a refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tidings.errors import AuthError, NotFound, RateLimited, SourceChanged, SourceError
from tidings.http import Answer
from tidings.times import utcnow


class Problem(msgspec.Struct, frozen=True):
    """One problem, of a whole request or of a single thing that it asked for."""

    title: str | None = None
    detail: str | None = None
    message: str | None = None
    type: str | None = None

    def kind(self) -> str:
        """Return the last part of its type, ``resource-not-found`` for instance."""
        return (self.type or "").rpartition("/")[2]

    def told(self) -> str:
        """Return what it says, in one line."""
        told = self.message or self.detail or self.title or "no reason given"
        return told.strip().removesuffix(".")


class _Meta(msgspec.Struct, frozen=True):
    next_token: str | None = None
    result_count: int | None = None


class Found(msgspec.Struct, frozen=True):
    """One page: ``data`` are posts, ``includes`` users, posts and places that they name."""

    data: list[msgspec.Raw] | None = None
    includes: dict[str, list[msgspec.Raw]] = {}
    meta: _Meta | None = None
    errors: list[Problem] = []


class _Refused(msgspec.Struct, frozen=True):
    title: str | None = None
    detail: str | None = None
    type: str | None = None
    data: Any = None
    meta: Any = None
    errors: list[Problem] = []


def read_found(answer: Answer) -> Found:
    """Read a page; SourceChanged where it holds neither posts nor a count of them."""
    found: Found = answer.json(Found)
    if found.data is None and found.meta is None:
        raise SourceChanged(
            "X answers with neither posts nor a count of them.",
            remedy="Look at the kept page.",
            url=answer.url,
            answer=answer,
        )
    return found


def meant(answer: Answer) -> SourceError | None:
    """Return the error that an answer means by its body; a ``judge`` of the client.

    A user who is not there any more is told with status 200 and no posts. Beside posts, problems
    are about what they refer to (a deleted post, a private account): nothing that was asked for is
    missing then.
    """
    try:
        told = msgspec.json.decode(answer.body, type=_Refused)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    problems = [Problem(title=told.title, detail=told.detail, type=told.type), *told.errors]
    if any(problem.kind() == "usage-capped" for problem in problems):
        return RateLimited(
            f"X refuses: {told.detail or 'the posts of this month are used up'}.",
            remedy="Wait for the next month, or buy a larger plan.",
            retry_at=utcnow() + timedelta(days=1),
        )
    first = told.errors[0] if told.errors else problems[0]
    said = f"X refuses: {first.told()}."
    if answer.status == 400:
        return SourceChanged(said, remedy="Check the query, the ids and the times that are set.")
    if answer.status != 200 or not told.errors or told.data is not None or told.meta is not None:
        return None
    if first.kind() == "resource-not-found":
        return NotFound(said, remedy="Check the id; the account may be suspended or gone.")
    if first.kind() in {"not-authorized-for-resource", "client-forbidden"}:
        return AuthError(said, remedy="Check what the credential is allowed to read.")
    return SourceChanged(said, remedy="Look at the kept page.")
