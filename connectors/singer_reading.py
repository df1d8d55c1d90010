"""Reading a Singer tap's messages: records into pages, states into cursors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from connectors.mapped import kept
from connectors.mapping import Mapping
from connectors.masks import masked
from connectors.rows import Row
from connectors.singer_messages import Message, message, unknown
from tidings.connector import Cursor, Gone, Page, read_records
from tidings.errors import ConfigurationError, SourceChanged
from tidings.mention import Mention

if TYPE_CHECKING:
    from connectors.singer import Singer

STATE = "state"
PAGE_ROWS = 1_000
PAGE_BYTES = 16_000_000
"""A page ends after so many records, or bytes of their messages."""

DELETED = "_sdc_deleted_at"


class _Found(msgspec.Struct):
    """A record of a stream, or a line that is no message (no stream)."""

    row: Row
    stream: str = ""


class Reading:
    """One run of a tap: what has been read of it since the last page, and how far it is."""

    def __init__(self, singer: Singer, cursor: Cursor | None, hidden: Sequence[str] = ()) -> None:
        """Begin with the cursor that the run was given; ``hidden`` is what must not be kept."""
        self._singer = singer
        self._hidden = hidden
        self._last: dict[tuple[str, str], bool] = {}
        self._cursor = cursor
        self._moved = False
        self._maps: dict[str, Mapping] = {}
        self._counts: dict[str, int] = {}
        self._streams: set[str] = set()
        self._found: list[_Found] = []
        self._bytes = self._lines = self._first = 0
        self._gone: list[Gone] = []

    def take(self, line: bytes) -> None:
        """Read one line; a line that is no message is a rejected record, the first one an error."""
        if not line.strip():
            return
        self._lines += 1
        try:
            told = message(line)
        except ValueError as error:
            self._stray(line, error)
            return
        if told.type == "STATE":
            self._cursor, self._moved = {STATE: told.value}, True
        elif told.stream is not None:
            self._streams.add(told.stream)
            if told.stream in self._singer.streams:
                self._of_stream(told, told.stream, len(line))

    def full(self) -> bool:
        """Tell whether it is time for a page."""
        return len(self._found) >= PAGE_ROWS or self._bytes >= PAGE_BYTES

    def has_something(self) -> bool:
        """Tell whether there is anything that no page has yet: records, or a newer state."""
        return bool(self._found) or self._moved

    def page(self) -> Page:
        """Return a page of what has been read since the last one."""
        found, self._found, self._bytes = self._found, [], 0
        self._gone, self._moved, self._last = [], False, {}
        first, self._first = self._first + 1, self._first + len(found)
        mentions, rejected = read_records(found, self._mention)
        # Of a record that came and went within one page its last state counts.
        mentions = [m for m in mentions if self._last[m.place, m.external_id]]
        gone = [g for g in self._gone if not self._last[g.place, g.external_id]]
        return Page(
            mentions=mentions,
            rejected=rejected,
            cursor=self._cursor,
            gone=gone,
            raw=[
                kept(
                    f"{self._singer.tap()}#records={first}-{self._first}",
                    (one.row for one in found),
                )
            ],
        )

    def check_streams(self) -> None:
        """Complain of streams that the tap, which has ended well, said nothing of."""
        lost = [s for s in self._singer.streams if s not in self._streams]
        if lost:
            raise unknown(self._singer.tap(), lost, sorted(self._streams))

    def _of_stream(self, told: Message, stream: str, size: int) -> None:
        if told.type == "SCHEMA":
            self._maps[stream] = self._mapping(told, stream)
        elif told.type == "BATCH":
            raise SourceChanged(
                f"{self._singer.tap()} writes the records of {stream!r} into files (BATCH).",
                remedy="Take 'batch_config' out of its 'config', so that it gives records.",
            )
        elif told.type == "RECORD":
            if stream not in self._maps:
                self._maps[stream] = self._mapping(told, stream)
            number = self._counts[stream] = self._counts.get(stream, 0) + 1
            self._found.append(_Found(Row(number, told.record), stream))
            self._bytes += size

    def _stray(self, line: bytes, error: ValueError) -> None:
        if self._lines == 1:
            raise SourceChanged(
                f"What {self._singer.tap()} writes first is {error}.",
                remedy="Is it a Singer tap? Its messages must be all that it writes to its output.",
            ) from error
        text = masked(line.decode("utf-8", "replace"), self._hidden)  # it may be a log line
        fault = f"line {self._lines} of {self._singer.tap()} is {error}"
        self._found.append(_Found(Row(self._lines, fault=fault, text=text)))
        self._bytes += len(line)

    def _mapping(self, told: Message, stream: str) -> Mapping:
        """Return the map for a stream: by its own key where the settings name no id."""
        mapping = self._singer.mapping()
        keys = tuple(told.key_properties or ())
        name = f"Stream {stream!r} of {self._singer.tap()}"
        if "external_id" not in mapping.columns and not mapping.id_columns:
            if keys and mapping.columns and len(keys) == 1:
                columns = {**mapping.columns, "external_id": keys[0]}
                mapping = msgspec.structs.replace(mapping, columns=columns)
            elif keys:
                mapping = msgspec.structs.replace(mapping, id_columns=keys)
            elif mapping.columns:
                raise ConfigurationError(
                    f"{name} has no key of its own.",
                    remedy="Map 'external_id' in 'columns', or name 'id_columns'.",
                )
        properties = (told.schema or {}).get("properties")
        if isinstance(properties, dict) and properties:
            mapping.check(name, set(properties))
        return mapping

    def _mention(self, found: _Found) -> Mention | None:
        singer = self._singer
        if found.row.values is None:
            raise ValueError(found.row.fault)
        read = self._maps[found.stream].read(
            found.row,
            name=f"{singer.tap()} stream {found.stream}",
            source=singer.source,
            place=singer.place_of(found.stream),
        )
        there = self._last[read.place, read.external_id] = found.row.values.get(DELETED) is None
        if there:
            return read
        reason = "the tap marks it as deleted at its source"
        self._gone.append(Gone(place=read.place, external_id=read.external_id, reason=reason))
        return None
