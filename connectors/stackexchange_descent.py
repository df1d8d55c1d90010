"""Going down a list of Stack Exchange by time, so that no limit of its pages is met."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from connectors.newest_first import identity, loop, peek
from connectors.stackexchange_post import LAST_SECOND
from tidings.errors import (
    AuthError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
    TransientError,
)
from tidings.http import Answer
from tidings.http.address import shown
from tidings.times import utcnow

PER_PAGE = 100
"""Items asked for at a time: as many as the API gives."""

MOST_STALE = 3
"""Pages that bring nothing new, one after another, within one second."""

_KINDS: dict[int, type[SourceError]] = {
    401: AuthError,
    402: AuthError,
    403: AuthError,
    405: AuthError,
    406: AuthError,
    500: TransientError,
    502: RateLimited,
    503: TransientError,
}
"""What the API's own error numbers mean; its status is often 400 whatever the number."""


class _Wrapper(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw]
    has_more: bool | None = None
    backoff: int | None = None
    total: int | None = None


class _Error(msgspec.Struct, frozen=True):
    error_id: int
    error_name: str = ""
    error_message: str = ""


class List(msgspec.Struct, frozen=True):
    """A list of the API: its path, what it is sorted by, and the fields of that time and the id."""

    path: str
    sort: str
    time: str
    id: str
    params: dict[str, Any] = {}


class Step(msgspec.Struct, frozen=True):
    """One answer of a list: its items that did not come before, and the times (seconds) of all."""

    answer: Answer
    fresh: list[msgspec.Raw]
    seconds: list[int]
    backoff: int


def judge(answer: Answer) -> SourceError | None:
    """Return the error that stands in the body, whatever the status is."""
    if b'"error_id"' not in answer.body:
        return None
    try:
        error = msgspec.json.decode(answer.body, type=_Error)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None  # told of when the body is read
    no_site = "site" in error.error_message.lower() and error.error_id == 400
    kind = NotFound if no_site else _KINDS.get(error.error_id, SourceChanged)
    message = f"{shown(answer.url)}: {error.error_name} ({error.error_id}): {error.error_message}."
    remedy = "See api.stackexchange.com/docs/error-handling; a key gives 10,000 requests a day."
    if not issubclass(kind, TransientError):
        return kind(message, remedy=remedy, url=shown(answer.url), answer=answer)
    wait = re.search(r"available in (\d+) second", error.error_message)
    return kind(
        message,
        remedy=remedy,
        url=shown(answer.url),
        answer=answer,
        retry_at=utcnow() + timedelta(seconds=min(int(wait[1]), 10**7)) if wait else None,
    )


def descend(
    ask: Callable[[str, dict[str, Any]], Answer], of: List, *, lowest: int | None
) -> Iterator[Step]:
    """Go down a list from its newest item to the second ``lowest``, both ends with it.

    Each request asks for what is as old as the oldest item seen or older. The items of one second
    may fill several pages; those are then paged by number. SourceChanged where the list does not
    mind what is asked for.
    """
    seen: set[str] = set()
    at: _At | None = _At(None)
    while at is not None:
        bounds = {"min": lowest, "max": at.newest, "page": at.page, "pagesize": PER_PAGE}
        answer = ask(of.path, {**of.params, "sort": of.sort, "order": "desc", **bounds})
        found: _Wrapper = answer.json(_Wrapper)
        named = [(_name(item, of.id), item) for item in found.items]
        fresh = [item for name, item in named if name not in seen]
        seen.update(name for name, _ in named)
        seconds = _seconds(found.items, of.time)
        yield Step(answer, fresh, seconds, found.backoff or 0)
        at = at.onward(seconds, bool(fresh), answer) if _goes_on(found) else None


def _goes_on(found: _Wrapper) -> bool:
    return bool(found.items) if found.has_more is None else found.has_more


class _At(msgspec.Struct, frozen=True):
    """Where a descent is: the newest second still asked for, None for now, and the page in it."""

    newest: int | None
    page: int = 1
    stale: int = 0

    def onward(self, seconds: Sequence[int], fresh: bool, answer: Answer) -> _At:
        """Return where to ask next. What was asked for last comes again in part."""
        newest = self.newest
        if newest is not None and any(second > newest for second in seconds):
            raise loop(answer, f"it asked for what is not after {newest} and got what is")
        stale = 0 if fresh else self.stale + 1
        if stale > MOST_STALE:
            raise loop(answer, f"{stale} pages bring only what came before")
        lowest = min(seconds, default=newest)
        if lowest is None or lowest == newest:
            return _At(newest, self.page + 1, stale)
        return _At(lowest, 1, stale)


def _name(item: msgspec.Raw, field: str) -> str:
    number = peek(item, field, int)
    return identity(item, field) if number is None else str(number)


def _seconds(items: Sequence[msgspec.Raw], field: str) -> list[int]:
    found = (peek(item, field, int) for item in items)
    return [second for second in found if second is not None and 0 <= second <= LAST_SECOND]
