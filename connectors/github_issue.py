"""Issues and comments of GitHub, read as mentions; and what GitHub's refusals mean."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.newest_first import peek, utc
from tidings.errors import RateLimited, SourceError, TransientError
from tidings.http import Answer
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import utcnow

SOURCE = "github"

UNSAID_WAIT = 60.0
"""Seconds to wait after a secondary limit that names no time: as GitHub's documentation asks."""

Time = Annotated[datetime, Meta(tz=True)]
_Id = Annotated[int, Meta(ge=1)]
_Text = Annotated[str, Meta(min_length=1)]

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
"""One that is not closed hides all that follows, as it does on the page."""


class _User(msgspec.Struct, frozen=True):
    login: _Text


class _Reactions(msgspec.Struct, frozen=True, rename={"up": "+1"}):
    up: int | None = None


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    id: _Id
    created_at: Time
    user: _User | None = None
    html_url: str | None = None
    body: str | None = None
    body_text: str | None = None
    reactions: _Reactions | None = None


class _Issue(_Said, frozen=True, kw_only=True):
    number: _Id
    title: str
    repository_url: _Text
    comments: int | None = None


class _Comment(_Said, frozen=True, kw_only=True):
    issue_url: _Text
    updated_at: Time


def read_issue(record: msgspec.Raw, *, pull_requests: bool) -> Mention | None:
    """Read an issue; None for a pull request that is not wanted. ValueError where it can't be."""
    if not pull_requests and _is_pull_request(record):
        return None
    issue = msgspec.json.decode(record, type=_Issue)
    return Mention(
        source=SOURCE,
        place=_repository(issue.repository_url),
        external_id=str(issue.number),
        kind="post",
        published=utc(issue.created_at, "created_at"),
        url=web_address(issue.html_url),
        author_handle=issue.user.login if issue.user else None,
        title=tidy(issue.title),
        text=_text(issue),
        likes=issue.reactions.up if issue.reactions else None,
        replies=issue.comments,
    )


def read_comment(record: msgspec.Raw, *, pull_requests: bool) -> Mention | None:
    """Read a comment; None for one on a pull request, if those are not wanted. ValueError, too."""
    comment = msgspec.json.decode(record, type=_Comment)
    if not pull_requests and "/pull/" in (comment.html_url or ""):
        return None
    published, changed = utc(comment.created_at, "created_at"), utc(comment.updated_at, "edited")
    return Mention(
        source=SOURCE,
        place=_repository(comment.issue_url),
        external_id=f"issuecomment-{comment.id}",
        kind="comment",
        published=published,
        edited=changed if changed > published else None,
        url=web_address(comment.html_url),
        author_handle=comment.user.login if comment.user else None,
        text=_text(comment),
        parent_id=comment.issue_url.rstrip("/").rpartition("/")[2],
        likes=comment.reactions.up if comment.reactions else None,
    )


def name_of(record: msgspec.Raw) -> str:
    """Return what tells a record from others: its id, or its text if it has none."""
    return str(peek(record, "id", int) or bytes(record).decode("utf-8", "replace"))


def judge(answer: Answer) -> SourceError | None:
    """Tell a quota from a missing right, which share a status, and a search that broke off."""
    if answer.status in (403, 429):
        said = peek(msgspec.Raw(answer.body), "message", str) or ""
        if "rate limit" not in said.lower():
            return None
        unsaid = "retry-after" not in answer.headers and "secondary" in said.lower()
        return RateLimited(
            f"GitHub refuses further requests for now: {said[:200]!r}.",
            remedy="Give a 'credential', or lower 'requests_per_second' of this source.",
            retry_at=utcnow() + timedelta(seconds=UNSAID_WAIT) if unsaid else None,
        )
    if answer.status == 200 and peek(msgspec.Raw(answer.body), "incomplete_results", bool):
        return TransientError(
            "GitHub's search ran out of time and gave a part of what it knows.",
            remedy="Ask again, or for something narrower.",
        )
    return None


def _is_pull_request(record: msgspec.Raw) -> bool:
    return peek(record, "pull_request", dict) is not None


def _repository(url: str) -> str:
    """Return ``owner/name`` of an API address (``https://api.github.com/repos/owner/name/...``)."""
    parts = urlsplit(url).path.partition("/repos/")[2].split("/")
    if len(parts) < 2 or not all(parts[:2]):
        raise ValueError(f"repository_url, issue_url: {url!r} names no repository")
    return "/".join(parts[:2])


def _text(said: _Said) -> str | None:
    if said.body_text is not None:
        return tidy(said.body_text)
    return tidy(_COMMENT.sub("", said.body)) if said.body else None
