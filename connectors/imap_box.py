"""A mailbox at an IMAP server, opened read-only: typed errors, bounds, and no mark left behind."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec

from connectors.imap_connection import SLACK_BYTES, Bounded, quoted, run, said
from tidings.errors import NotFound, SourceChanged, TransientError

T = TypeVar("T")

SPAN = 20_000
"""Mails asked for in one search: its answer is one line, and imaplib reads no line over 1 MB."""

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it is listed: its size in bytes, and when it arrived as the server writes it."""

    uid: int
    size: int
    arrived: str


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which mails are wanted. Texts are ASCII; a mail has one of each kind, where any is named."""

    senders: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    since: date | None = None
    before: date | None = None

    def criteria(self) -> list[str]:
        """Return the search of RFC 3501. Days are those of the mail's Date or of its arrival."""
        words = [
            *_any_of([f"FROM {quoted(text)}" for text in self.senders]),
            *_any_of([f"SUBJECT {quoted(text)}" for text in self.subjects]),
        ]
        if self.since:
            words += _any_of([f"SENTSINCE {_day(self.since)}", f"SINCE {_day(self.since)}"])
        if self.before:
            words += _any_of([f"SENTBEFORE {_day(self.before)}", f"BEFORE {_day(self.before)}"])
        return words


class Box:
    """One folder of a mailbox, examined: nothing that is done here marks a mail as read."""

    def __init__(self, connection: Bounded, name: str) -> None:
        """Examine the folder ``name``; NotFound where there is none."""
        self._connection = connection
        status, told = self._do(lambda c: c.select(_folder(name), readonly=True))
        if status != "OK":
            raise NotFound(
                f"There is no folder {name!r} that can be read: {said(told)}.",
                remedy=f"There is: {', '.join(self._folders()) or 'none'}. Mend 'folders'.",
            )
        self._count = int(told[0] or 0)
        self.validity = self._stated_validity(name)

    def search(self, after: int, query: Query) -> Iterator[int]:
        """Yield the UIDs after ``after`` of the mails that are wanted, in rising order."""
        low = after + 1
        for high in [*self._bounds(), None]:
            if high is not None and high < low:
                continue
            span = f"{low}:{'*' if high is None else high}"
            status, told = self._uid("SEARCH", "UID", span, *query.criteria())
            self._check(status, told, "search")
            found = sorted({int(uid) for line in told if line for uid in line.split()})
            # "12:*" means the last mail even where that is number 7
            yield from (uid for uid in found if uid >= low)
            low = low if high is None else high + 1

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Return what is known of these mails by UID; one that has been deleted is not there."""
        found = {}
        for head, _ in self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)"):
            uid, size, arrived = _UID.search(head), _SIZE.search(head), _ARRIVED.search(head)
            if uid and size and arrived:  # else it is about something else, such as a new flag
                listed = Listed(uid=int(uid[1]), size=int(size[1]), arrived=arrived[1].decode())
                found[listed.uid] = listed
        return found

    def mails(self, uids: Sequence[int], most: int) -> dict[int, bytes]:
        """Return the first ``most`` bytes of these mails, by UID."""
        self._connection.most = most + SLACK_BYTES
        found = {}
        for head, body in self._fetch(uids, f"(UID BODY.PEEK[]<0.{most}>)"):
            uid = _UID.search(head)
            if uid and body is not None:
                found[int(uid[1])] = body
        return found

    def _fetch(self, uids: Sequence[int], what: str) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield (what is said of a mail, its literal) of each of these mails."""
        if not uids:
            return
        status, told = self._uid("FETCH", ",".join(map(str, uids)), what)
        self._check(status, told, "fetch")
        for number, item in enumerate(told):
            if isinstance(item, tuple):
                # what comes after the literal is an item of its own
                rest = told[number + 1] if number + 1 < len(told) else b""
                tail = rest if isinstance(rest, bytes) else b""
                yield item[0] + b" " + tail, item[1]
            elif isinstance(item, bytes) and not item.startswith(b")"):
                yield item, None

    def _bounds(self) -> list[int]:
        """Return UIDs that part the folder into spans; any UIDs would do, if mails go meanwhile."""
        places = list(range(SPAN, self._count, SPAN))
        if not places:
            return []
        numbers = ",".join(map(str, places))
        status, told = self._do(lambda c: c.fetch(numbers, "(UID)"))
        self._check(status, told, "fetch")
        return sorted(
            int(m[1]) for item in told if isinstance(item, bytes) and (m := _UID.search(item))
        )

    def _stated_validity(self, name: str) -> int:
        _, told = self._connection.response("UIDVALIDITY")
        if not told or not told[0]:
            raise SourceChanged(
                f"The server gives folder {name!r} no UIDVALIDITY, so its mails have no number.",
                remedy="A server that can't number its mails can't be read from where it was left.",
            )
        return int(told[0])

    def _folders(self) -> list[str]:
        _, told = self._do(lambda c: c.list())
        lines = [line for line in told or [] if isinstance(line, bytes)]
        return [line.decode("ascii", "replace").rpartition(' "')[2].strip('"') for line in lines]

    def _uid(self, command: str, *arguments: str) -> tuple[str, list[Any]]:
        return self._do(lambda c: c.uid(command, *arguments))

    def _do(self, command: Callable[[Bounded], T]) -> T:
        return run(self._connection, lambda: command(self._connection))

    def _check(self, status: str, told: Sequence[Any], what: str) -> None:
        if status != "OK":
            raise TransientError(
                f"The mail server refuses to {what}: {said(told)}.", remedy="It may be busy."
            )


def _any_of(words: Sequence[str]) -> list[str]:
    """Return a search for what any of the words finds: ``OR a OR b c``; nothing for none."""
    if not words:
        return []
    return [*(f"OR ({word})" for word in words[:-1]), f"({words[-1]})"]


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _day(day: date) -> str:
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04}"  # strftime knows other languages


def _folder(name: str) -> str:
    """Return a folder's name quoted, in the modified UTF-7 of RFC 3501."""

    def shifted(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        packed = base64.b64encode(match[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
        return f"&{packed.decode()}-"

    return quoted(re.sub(r"&|[^\x20-\x7e]+", shifted, name))
