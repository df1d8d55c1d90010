"""Bad records, put among the good ones of whatever a source answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

import msgspec

from tidings.http import Answer, Request, Send
from tidings.testing.emptied import is_record_map
from tidings.testing.matching import take_apart

Path = tuple[str | int, ...]

JUNK: tuple[tuple[str, Any], ...] = (
    ("an empty object", {}),
    ("a string", "unreadable"),
    ("a number", 17),
    ("a null", None),
)
"""Records that are none."""


def record_list(body: bytes, ids: Collection[str]) -> Path | None:
    """Return the way to the list (or map by id) that holds the records with ``ids``; None: no JSON.

    It is the one with most elements that hold one of the ids as a value of their own.
    """
    try:
        root = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    best, most = None, 0
    for path, elements in _lists(root, ()):
        found = sum(_holds(e, ids) for e in elements)
        if found > most:
            best, most = path, found
    return best


def replaced(body: bytes, path: Path, where: str, bad: Any) -> bytes:
    """Return JSON ``body`` with ``bad`` in place of a record at ``path``: first, middle or last."""
    root = msgspec.json.decode(body)
    target = _at(root, path)
    places = list(target) if isinstance(target, dict) else range(len(target))
    target[places[_position(where, len(places))]] = bad
    return msgspec.json.encode(root)


def record_at(body: bytes, path: Path, where: str) -> Any:
    """Return the record at ``path`` that :func:`replaced` replaces."""
    target = _at(msgspec.json.decode(body), path)
    records = list(target.values()) if isinstance(target, dict) else target
    return records[_position(where, len(records))]


def spliced_feed(body: bytes, where: str) -> bytes | None:
    """Return feed ``body`` with an entry that says nothing; None if it is no feed with entries."""
    entries = list(re.finditer(rb"<(item|entry)[\s>]", body))
    ends = list(re.finditer(rb"</(item|entry)>", body))
    if not entries or not ends or entries[0][1] != ends[-1][1]:
        return None
    at = entries[0].start() if where == "first" else ends[-1].end()
    name = entries[0][1]
    return body[:at] + b"<" + name + b"></" + name + b">" + body[at:]


class Changed:
    """A wire over ``send`` on which the body of request number ``at`` is changed by ``change``."""

    def __init__(self, at: int, change: Callable[[bytes], bytes], send: Send) -> None:
        self._send, self._at, self._change = send, at, change
        self._numbers: dict[str, int] = {}

    def __call__(self, request: Request) -> Answer:
        """Answer ``request``, changed if it is the one."""
        exact = take_apart(request.method, request.url, request.body).exact
        number = self._numbers.setdefault(exact, len(self._numbers))
        answer = self._send(request)
        if number != self._at:
            return answer
        return msgspec.structs.replace(answer, body=self._change(answer.body))


def _lists(value: Any, path: Path) -> Iterator[tuple[Path, list[Any]]]:
    if isinstance(value, list):
        yield path, value
    elif isinstance(value, dict):
        if is_record_map(value):
            yield path, list(value.values())
        for key, inner in value.items():
            yield from _lists(inner, (*path, key))


def _holds(record: Any, ids: Collection[str], depth: int = 3) -> bool:
    if isinstance(record, dict):
        return depth > 0 and any(_holds(v, ids, depth - 1) for v in record.values())
    return _is_id(record, ids)


def _is_id(value: Any, ids: Collection[str]) -> bool:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return False
    text = str(value)
    return text in ids or (len(text) > 5 and any(i.endswith(text) for i in ids))


def _nulled(value: Any, ids: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {k: _nulled(v, ids) for k, v in value.items()}
    return None if _is_id(value, ids) else value


class Change(msgspec.Struct, frozen=True):
    """A bad record in place of a good one, or besides it: ``costs`` are the ids that go with it."""

    what: str
    apply: Callable[[bytes], bytes]
    costs: frozenset[str] = frozenset()


def changes(body: bytes, ids: Collection[str], *, last: bool = True) -> list[Change]:
    """Return ways to have a bad record in ``body``; none if it holds none of the ``ids``.

    ``last`` False spares the last record of a list: many sources are paged by its id, and a
    recording knows no page after any other.
    """
    path = record_list(body, ids)
    if path is None:
        return [
            Change(f"an entry that says nothing ({where})", partial(_feed_or_same, where=where))
            for where in ("first", "last")
            if spliced_feed(body, where) is not None
        ]
    found = []
    for where in ("first", "middle", "last") if last else ("first", "middle"):
        good = record_at(body, path, where)
        for what, bad in (*JUNK, ("a record without its id", _nulled(good, ids))):
            change = partial(replaced, path=path, where=where, bad=bad)
            found.append(Change(f"{what} ({where})", change, frozenset(_ids_in(good, ids))))
    return found


def _feed_or_same(body: bytes, where: str) -> bytes:
    return spliced_feed(body, where) or body


def _at(root: Any, path: Path) -> Any:
    for step in path:
        root = root[step]
    return root


def _position(where: str, count: int) -> int:
    return {"first": 0, "middle": count // 2, "last": count - 1}[where]


def _ids_in(record: Any, ids: Collection[str]) -> set[str]:
    if isinstance(record, dict):
        return {found for value in record.values() for found in _ids_in(value, ids)}
    return {i for i in ids if _is_id(record, [i])}
