"""Bookkeeping of a walk over a source that gives the newest first: what is new, where to stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

from connectors.dates import read_time
from connectors.watermark import KEY, Watermark
from tidings.connector import Cursor
from tidings.errors import SourceChanged
from tidings.http import Answer
from tidings.mention import Mention

T = TypeVar("T")


class NewestFirst:
    """One walk from the newest record back to what an earlier walk has seen, or to ``since``.

    ``overlap_hours`` is how far behind the newest time seen earlier it still reads, for records
    that the source shows late. ``since`` (from then on) and ``until`` (before then) bound what is
    wanted, in aware times.
    """

    def __init__(
        self,
        cursor: Cursor | None,
        *,
        overlap_hours: float,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        """Start from ``cursor``, None for the first walk; ConfigurationError if it is not ours."""
        self.given = cursor
        self._watermark = Watermark(cursor if cursor and KEY in cursor else None, overlap_hours)
        self._since, self._until = since, until
        self._seen: set[str] = set()
        self.floor = self._floor()

    def _floor(self) -> datetime | None:
        """Return the time behind which nothing is wanted: whole seconds, so that ties are read."""
        before = self._watermark.before
        seen = (before - self._watermark.overlap).replace(microsecond=0) if before else None
        bounds = [bound for bound in (seen, self._since) if bound is not None]
        return max(bounds, default=None)

    def fresh(self, records: Iterable[T], identity: Callable[[T], str] | Sequence[str]) -> list[T]:
        """Return the records that no earlier page of this walk had, and remember all of them.

        ``identity`` tells records apart: what gives the name of one, or all their names in order.
        """
        if callable(identity):
            named = [(identity(record), record) for record in records]
        else:
            named = list(zip(identity, records, strict=True))
        new = [record for name, record in named if name not in self._seen]
        self._seen.update(name for name, _ in named)
        return new

    def passed(self, times: Sequence[datetime]) -> bool:
        """Note the times of one page; True if there are some and all lie behind ``floor``."""
        self._watermark.passed(times)
        return self.floor is not None and bool(times) and max(times) < self.floor

    def wants(self, mention: Mention) -> bool:
        """Tell whether a mention was published from ``since`` on and before ``until``."""
        early = self._since is not None and mention.published < self._since
        return not early and not (self._until is not None and mention.published >= self._until)

    def wanted(self, mentions: list[Mention]) -> list[Mention]:
        """Return those mentions that :meth:`wants` tells to be wanted."""
        if self._since is None and self._until is None:
            return mentions
        return [mention for mention in mentions if self.wants(mention)]

    def finished(self) -> Cursor | None:
        """Return the cursor to go on from once this walk has come to its end."""
        return self._watermark.cursor() or self.given


def peek(record: msgspec.Raw, name: str, kind: type[T]) -> T | None:
    """Return field ``name`` of a JSON object; None where it is not there or not of ``kind``.

    For finding the way on from a page even if it holds records that can't be read as mentions.
    """
    try:
        hashable: Hashable = kind  # type: ignore[assignment] # mypy doubts it of type[T]
        found: T | None = _decoder(name, hashable).decode(record).value
    except (ValueError, RecursionError):  # the latter of what is nested too deeply
        return None
    return found


def peek_all(records: Sequence[msgspec.Raw], name: str, kind: type[T]) -> list[T | None]:
    """Return what :func:`peek` does of each record, in one go: several times as fast."""
    if not records:
        return []
    try:
        hashable: Hashable = kind  # type: ignore[assignment] # mypy doubts it of type[T]
        found = _list_decoder(name, hashable).decode(b"[" + b",".join(map(bytes, records)) + b"]")
    except (ValueError, RecursionError):  # one of them is of another kind: then each by itself
        return [peek(record, name, kind) for record in records]
    return [one.value for one in found]


@cache
def _list_decoder(name: str, kind: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(list[_one_field(name, kind)])  # type: ignore[misc]


def _one_field(name: str, kind: Any) -> Any:
    field: Any = ("value", kind, msgspec.field(name=name, default=None))
    return msgspec.defstruct("One", [field])


@cache
def _decoder(name: str, kind: Hashable) -> msgspec.json.Decoder[Any]:
    """Return a decoder that reads one field and skips the others: nothing is built for them."""
    return msgspec.json.Decoder(_one_field(name, kind))


def identity(record: msgspec.Raw, name: str) -> str:
    """Return what tells a record from others: its field ``name``, or its text if it has none."""
    return peek(record, name, str) or bytes(record).decode("utf-8", "replace")


def identities(records: Sequence[msgspec.Raw], name: str) -> list[str]:
    """Return what :func:`identity` does of each record, in one go."""
    found = zip(peek_all(records, name, str), records, strict=True)
    return [named or bytes(record).decode("utf-8", "replace") for named, record in found]


def times(records: Iterable[msgspec.Raw], name: str) -> list[datetime]:
    """Return the times that stand in field ``name``, those that can be read, in aware UTC."""
    found = peek_all(list(records), name, datetime)
    return [read_time(time) for time in found if time is not None and _is_usable(time)]


def _is_usable(time: datetime) -> bool:
    # the first and the last day of all may lie in no year once they are in UTC
    return time.tzinfo is not None and 1 < time.year < 9999


def utc(time: datetime, field: str) -> datetime:
    """Return an aware time in UTC; ValueError naming ``field`` where it has no zone there."""
    try:
        return read_time(time)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from error


def loop(answer: Answer, what: str) -> SourceChanged:
    """Make the error for a source that leads round in a circle; ``what`` says how it shows."""
    return SourceChanged(
        f"The walk goes round in a loop: {what}.",
        remedy="It was stopped there; if it stays so, look at the kept page.",
        url=answer.url,
        answer=answer,
    )
