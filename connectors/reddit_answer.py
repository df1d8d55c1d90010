"""What Reddit answers: listings of things, and what it means by a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import peek
from tidings.errors import AuthError, NotFound, SourceError
from tidings.http import Answer
from tidings.times import from_epoch

LAST_SECOND = 253_402_300_799.0
"""The last second of the year 9999, in Unix time."""

Second = Annotated[float, Meta(ge=0, le=LAST_SECOND)]

_REASONS: dict[str, tuple[type[SourceError], str, str]] = {
    "private": (AuthError, "is private", "Ask its moderators for access, or leave it out."),
    "quarantined": (
        AuthError,
        "is in quarantine",
        "Opt in with the account that the app belongs to, or leave it out.",
    ),
    "gated": (
        AuthError,
        "is shown only to those who opt in",
        "Opt in with the account that the app belongs to, or leave it out.",
    ),
    "gold_only": (AuthError, "is for paying members", "Leave it out."),
    "banned": (NotFound, "was banned by Reddit", "Leave it out."),
}
"""By the word that Reddit gives for a 403 or 404: error, what is told, and the way out."""


class _Things(msgspec.Struct, frozen=True):
    children: list[msgspec.Raw]
    after: str | None = None


class Listing(msgspec.Struct, frozen=True):
    """One page: things, and the name of the one behind which the next page begins."""

    kind: Literal["Listing"]
    data: _Things


class _Refused(msgspec.Struct, frozen=True):
    reason: str | None = None


def name_of(thing: msgspec.Raw) -> str | None:
    """Return a thing's fullname (``t3_...``); None where it has none."""
    data = peek(thing, "data", msgspec.Raw)
    return None if data is None else peek(data, "name", str)


def times_of(things: Iterable[msgspec.Raw]) -> list[datetime]:
    """Return when things were written (aware UTC), those whose time can be read."""
    data = (peek(thing, "data", msgspec.Raw) for thing in things)
    seconds = (peek(d, "created_utc", float) for d in data if d is not None)
    return [from_epoch(s) for s in seconds if s is not None and 0 <= s <= LAST_SECOND]


def meant(answer: Answer) -> SourceError | None:
    """Return the error that an answer means beyond its status; a ``judge`` of the client.

    A subreddit that isn't there leads to a search for subreddits.
    """
    if "/subreddits/search" in urlsplit(answer.url).path:
        return NotFound(
            "There is no such subreddit: Reddit answers with a search for one.",
            remedy="Check the name in 'subreddits' or 'listings'.",
        )
    if answer.status not in {403, 404}:
        return None
    try:
        reason = msgspec.json.decode(answer.body, type=_Refused).reason or ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if reason not in _REASONS:
        return None
    kind, what, remedy = _REASONS[reason]
    return kind(f"{urlsplit(answer.url).path} {what}.", remedy=remedy)
