"""What is read of a file of any form: its columns and its rows."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

import msgspec

MOST_COLUMNS = 16_384
"""As many as a sheet of Excel can have."""


class Row(msgspec.Struct, omit_defaults=True):
    """One row. ``number`` counts the rows that are not blank from 1; ``line`` is where it begins.

    ``values`` is None where the row has a ``fault``; ``text`` is then the row as it came. ``size``:
    how many characters or bytes it was read of, 0 where its form does not tell.
    """

    number: int
    values: dict[str, Any] | None = None
    line: int | None = None
    fault: str | None = None
    text: str | None = None
    size: int = 0


class How(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is read: what its form leaves open, and the columns that are mapped (``wanted``).

    ``name`` is what errors call the file.
    """

    name: str = ""
    delimiter: str | None = None
    encoding: str = "utf-8-sig"
    sheet: str | None = None
    wanted: tuple[str, ...] = ()


class Table(msgspec.Struct):
    """An open file: its columns, None where every row has its own, and its rows from one on.

    ``close`` ends what reads it, whether or not all rows were.
    """

    columns: tuple[str, ...] | None
    rows: Iterator[Row]
    close: Callable[[], None] = lambda: None


class Unreadable(Exception):
    """A file can't be read (on); the text says why."""


def names_of(cells: Iterable[object]) -> tuple[str, ...]:
    """Return the names of columns; a name that comes again gets its number: ``score (2)``."""
    names: dict[str, None] = {}
    times: dict[str, int] = {}
    for cell in cells:
        name = again = " ".join(str(cell).split())
        while again in names:
            times[name] = times.get(name, 1) + 1
            again = f"{name} ({times[name]})"
        names[again] = None
    return tuple(names)


def named_columns(header: Sequence[object]) -> tuple[str, ...]:
    """Return the names of a file's columns; Unreadable where there are more than a sheet has."""
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"it has {len(header):,} columns; {MOST_COLUMNS:,} are read")
    return names_of(header)


def encoding_of(stream: IO[bytes], usual: str) -> str:
    """Return the encoding that a byte order mark says, else the usual one."""
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return usual
