"""Times as sources write them, to aware UTC. A time without a zone is refused or said to be UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def utcnow() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


def from_epoch(seconds: float) -> datetime:
    """Return the time of Unix ``seconds``; ValueError where it is no number or out of range."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ValueError(f"{seconds!r} is no Unix time")  # noqa: TRY004 - a bad record, not a bug
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{seconds!r} is no Unix time") from error


def from_iso(text: str, *, naive_is_utc: bool = False) -> datetime:
    """Read an ISO 8601 time (``2025-07-15T07:54:23.1Z``); ValueError where it is none.

    A time without a zone is refused unless the source documents that it means UTC. Digits past
    microseconds are cut off.
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is no ISO time")  # noqa: TRY004
    return _aware(datetime.fromisoformat(text.strip()), text, naive_is_utc)


def from_rfc2822(text: str) -> datetime:
    """Read a mail or RSS time (``Sat, 13 Sep 2014 18:13:44 GMT``); ValueError where it is none."""
    return _aware(parsedate_to_datetime(text), text, naive_is_utc=True)


def _aware(time: datetime, text: str, naive_is_utc: bool) -> datetime:
    if time.tzinfo is None:
        if not naive_is_utc:
            raise ValueError(f"{text!r} has no time zone")
        return time.replace(tzinfo=UTC)
    return time.astimezone(UTC)
