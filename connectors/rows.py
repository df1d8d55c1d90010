"""What is read of a file of any form: its columns and its rows."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import IO, Any

import msgspec


class Row(msgspec.Struct, omit_defaults=True):
    """One row. ``number`` counts the rows that are not blank from 1; ``line`` is where it begins.

    ``values`` is None where the row has a ``fault``; ``text`` is then the row as it came.
    """

    number: int
    values: dict[str, Any] | None = None
    line: int | None = None
    fault: str | None = None
    text: str | None = None


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
    """An open file: its columns, None where every row has its own, and its rows from one on."""

    columns: tuple[str, ...] | None
    rows: Iterator[Row]


class Unreadable(Exception):
    """A file can't be read (on); the text says why."""


def names_of(cells: Iterable[object]) -> tuple[str, ...]:
    """Return the names of columns; a name that comes again gets its number: ``score (2)``."""
    names: list[str] = []
    for cell in cells:
        name = again = " ".join(str(cell).split())
        times = 1
        while again in names:
            times += 1
            again = f"{name} ({times})"
        names.append(again)
    return tuple(names)


def encoding_of(stream: IO[bytes], usual: str) -> str:
    """Return the encoding that a byte order mark says, else the usual one."""
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return usual
