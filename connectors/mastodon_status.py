"""One status of Mastodon, read as a mention; and what its ids tell of its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.languages import language_tag
from connectors.newest_first import peek, utc
from tidings.markup import plain_text
from tidings.mention import Mention

SOURCE = "mastodon"

CLOCKS_DIFFER = 86_400.0
"""Seconds between a status's id and its own time of writing, at most, where ids are of times."""

_Time = Annotated[datetime, Meta(tz=True)]
_Name = Annotated[str, Meta(min_length=1)]


class _Account(msgspec.Struct, frozen=True):
    acct: _Name
    followers_count: int | None = None


class _Status(msgspec.Struct, frozen=True):
    id: _Name | int
    created_at: _Time
    account: _Account
    content: str | None = None
    url: str | None = None
    uri: str | None = None
    language: str | None = None
    spoiler_text: str | None = None
    edited_at: _Time | None = None
    in_reply_to_id: str | int | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None
    reblog: _Status | None = None


def read_status(record: msgspec.Raw, host: str) -> Mention | None:
    """Read one status shown at ``host``; None for a boost of something without words.

    ValidationError or ValueError naming the field where it can't be read.
    """
    status = msgspec.json.decode(record, type=_Status)
    said = status.reblog or status
    text = plain_text(said.content)
    if status.reblog is not None and text is None:
        return None
    parent = status.reblog.id if status.reblog else status.in_reply_to_id or None
    name = status.account.acct
    return Mention(
        source=SOURCE,
        place=host,
        external_id=str(status.id),
        kind="comment" if status.in_reply_to_id else "post",
        published=utc(status.created_at, "created_at"),
        edited=utc(status.edited_at, "edited_at") if status.edited_at else None,
        url=web_address(status.url, status.uri),
        author_handle=name if "@" in name else f"{name}@{host}",
        author_followers=status.account.followers_count,
        title=plain_text(said.spoiler_text),
        text=text,
        language=language_tag(said.language),
        parent_id=None if parent is None else str(parent),
        likes=status.favourites_count,
        replies=status.replies_count,
        shares=status.reblogs_count,
    )


def id_of(status: msgspec.Raw) -> str | None:
    """Return a status's id; None where it has none. Old servers give a number, not a text."""
    number = peek(status, "id", int)
    return peek(status, "id", str) or (None if number is None else str(number))


def id_at(time: datetime) -> int:
    """Return the lowest id that a Mastodon server gives to a status of the second of ``time``."""
    return int(time.timestamp()) * 1000 << 16


def are_ids_times(statuses: Sequence[msgspec.Raw]) -> bool:
    """Tell whether ids are Mastodon's: the milliseconds of the status's time, and 16 bits more.

    Other servers that speak Mastodon's language number in other ways; there an id can't be made
    up from a time.
    """
    pairs = [(id_of(s) or "", peek(s, "created_at", datetime)) for s in statuses]
    known = [(number, time) for number, time in pairs if time is not None and time.tzinfo]
    return bool(known) and all(_is_of_time(number, time) for number, time in known)


def _is_of_time(number: str, time: datetime) -> bool:
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        return False
    return abs((int(number) >> 16) / 1000 - time.timestamp()) < CLOCKS_DIFFER
