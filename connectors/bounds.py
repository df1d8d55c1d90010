"""What one file may take of this machine: a few kilobytes may stand for terabytes.

What goes beyond is :class:`~connectors.rows.Unreadable`, so that the file fails alone.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, AnyStr

from connectors.rows import Row, Unreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LONGEST = 4_000_000
"""Bytes or characters of one row. A mention's text is far shorter; memory holds some rows."""

PAGE = 16_000_000
"""Bytes or characters of the rows of one page; a page of longer rows has fewer."""

FREE = 64_000_000
TIMES = 100
"""What is unpacked beyond so many bytes has so many times the packed size at most: texts of people
pack to a tenth, and a bomb to a thousandth."""


class Gunzipped(io.RawIOBase):
    """The bytes of a gzip stream; Unreadable where there are far more than people write."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._whole = gzip.GzipFile(fileobj=packed)

    def readable(self) -> bool:
        """It is read only."""
        return True

    def seekable(self) -> bool:
        """It can go back, by beginning anew."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of what is unpacked."""
        return self._whole.seek(offset, whence)

    def tell(self) -> int:
        """Return the place in what is unpacked."""
        return self._whole.tell()

    def readinto(self, into: WriteableBuffer) -> int:
        """Read some; Unreadable for a bomb."""
        count = self._whole.readinto(into)
        given = self._whole.tell()
        if given > FREE and given > TIMES * self._packed.tell():
            raise Unreadable(f"it unpacks to more than {TIMES} times its size")
        return count


def gunzipped(packed: IO[bytes]) -> io.BufferedReader:
    """Return the stream that is packed in another, see :class:`Gunzipped`."""
    return io.BufferedReader(Gunzipped(packed))


def lines(stream: IO[AnyStr]) -> Iterator[AnyStr]:
    """Give the lines of a stream with their ends; Unreadable for one longer than LONGEST."""
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise Unreadable(f"line {number} is longer than {LONGEST:,} characters")
        yield line


def some(rows: Iterable[Row], most: int) -> Iterator[Row]:
    """Give the rows of one page: ``most``, or as many as are not longer than PAGE together."""
    size = 0
    for count, row in enumerate(rows, 1):
        yield row
        size += row.size
        if count >= most or size >= PAGE:
            return


def is_full(rows: list[Row], most: int) -> bool:
    """Whether :func:`some` gave as many as a page takes: there may be more."""
    return len(rows) >= most or sum(row.size for row in rows) >= PAGE
