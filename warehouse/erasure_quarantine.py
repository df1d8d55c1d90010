"""Quarantined rows: those of what is erased go, and those of others lose what names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tidings.needles import Needles
from tidings.tombstones import Tombstones
from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 50_000
HELD = ("reason", "raw")
"""Columns that lose a name."""


def quarantined(
    con: duckdb.DuckDBPyConnection, stones: Tombstones, needles: Needles | None
) -> list[int]:
    """Return the rows in quarantine, by rowid, of what tombstones stand for.

    What was read is told by whose it is, or if it says what they said (``needles``); of what could
    not be read all words and marks are looked for.
    """
    return [row.row for row in _in_quarantine(con) if _goes(row, stones, needles)]


class _Row(NamedTuple):
    row: int
    source: str
    place: str | None
    external_id: str | None
    reason: str | None
    raw: str | None
    read: bool

    @property
    def told(self) -> str:
        return " ".join(part for part in (self.external_id, self.reason, self.raw) if part)


def _in_quarantine(con: duckdb.DuckDBPyConnection) -> Iterator[_Row]:
    asked = run(con, "sql/erasure/quarantined")
    while rows := asked.fetchmany(AT_ONCE):
        yield from (_Row(*row) for row in rows)


def _goes(row: _Row, stones: Tombstones, needles: Needles | None) -> bool:
    if row.source is None:
        return needles is not None and needles.found(row.told)
    if not row.read:
        named = stones.has(row.source, row.place, row.external_id)
        if named or stones.marked(row.source, row.told):
            return True
        return needles is not None and needles.of(row.source).found(row.told)
    fields = _fields(row)
    if stones.has(row.source, row.place, row.external_id, _text(fields, "author")):
        return True
    if needles is None:
        return False
    said = (_text(fields, name) for name in ("title", "text", "answer"))
    return any(needles.said().found(text) for text in said)


def unnamed(
    con: duckdb.DuckDBPyConnection, stones: Tombstones, needles: Needles
) -> Iterator[tuple[Any, ...]]:
    """Give rows of others that reply to what goes, or have an address of it, without that name."""
    found = []
    for row in _in_quarantine(con):
        if not row.read or row.source is None:
            continue
        fields, mine = _fields(row), needles.of(row.source)
        parent, url = _text(fields, "parent_id"), _text(fields, "url")
        if parent and stones.has(row.source, row.place, parent):
            fields["parent_id"] = None
        if mine.found(url):
            fields["url"] = None
        reason = mine.masked(row.reason) if row.reason else row.reason
        if (parent, url, row.reason) != (fields.get("parent_id"), fields.get("url"), reason):
            found.append((row.row, reason, msgspec.json.encode(fields).decode()))
    yield from found


def _fields(row: _Row) -> dict[str, Any]:
    fields = msgspec.json.decode(row.raw or "{}")
    return fields if isinstance(fields, dict) else {}


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None
