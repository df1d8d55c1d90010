"""Delimited text: CSV and its kin, strictly, so that no row is swallowed by a stray quote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, TypeAlias

from connectors.bounds import LONGEST
from connectors.rows import How, Row, Table, Unreadable, encoding_of, named_columns, names_of

MAX_CELL = 2_000_000
"""Characters of one cell; a longer one is a quote that was never closed."""

SAMPLE = 64 * 1024
DELIMITERS = (",", ";", "\t", "|")


def delimited(stream: IO[bytes], how: How, skip: int, usual: str | None = None) -> Table:
    """Open delimited text; ``usual`` is the delimiter of its form, None where that varies.

    Unreadable for a broken header, and (of its rows) for a quote that is never closed.
    """
    text = io.TextIOWrapper(stream, encoding_of(stream, how.encoding), newline="")
    sample = text.read(SAMPLE)
    text.seek(0)
    stated = _stated_delimiter(sample)
    if stated:
        text.readline()
    delimiter = how.delimiter or stated or usual or _delimiter(sample, how.wanted)
    csv.field_size_limit(MAX_CELL)
    lines = _Lines(text, 1 if stated else 0)
    records = _records(lines, delimiter)
    first = next(records, None)
    if first is None:
        return Table((), iter(()))
    line, cells, fault = first
    if cells is None:
        raise Unreadable(f"its header, line {line}, is broken: {fault}")
    columns = named_columns(cells)
    return Table(columns, islice(_rows(records, columns, lines), skip, None))


def tabbed(stream: IO[bytes], how: How, skip: int) -> Table:
    """Open text delimited by tabs."""
    return delimited(stream, how, skip, "\t")


class _Lines:
    """Lines of a text, with those of the record that is being read kept: LONGEST at most."""

    def __init__(self, text: io.TextIOBase, number: int) -> None:
        self.text = text
        self.number = number
        self.begin()

    def begin(self) -> int:
        """Begin another record; return its first line."""
        self.held: list[str] = []
        self.size = 0
        return self.number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.held.append(line)
        self.size += len(line)
        if self.size > LONGEST:
            first = self.number - len(self.held) + 1
            raise Unreadable(f"the row of line {first} is longer than {LONGEST:,} characters")
        return line


_Record: TypeAlias = tuple[int, list[str] | None, str | None]


def _records(lines: _Lines, delimiter: str) -> Iterator[_Record]:
    """Yield (line, cells, fault) of each record that is not blank.

    Strict: a quote in the wrong place is a fault of its record, and one that is never closed, which
    swallows all rows after it, one of the file.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                told = f"a cell of line {line} is longer than {MAX_CELL:,} characters"
                raise Unreadable(f"{told}; perhaps a quote is never closed") from error
            if "unexpected end" in str(error):
                raise Unreadable(f"a quote opened in line {line} is never closed") from error
            yield line, None, str(error)
        else:
            if any(cell.strip() for cell in cells):
                yield line, cells, None


def _rows(records: Iterator[_Record], columns: Sequence[str], lines: _Lines) -> Iterator[Row]:
    for number, (line, cells, fault) in enumerate(records, 1):
        cells = None if cells is None else _without_blank_end(cells, len(columns))
        if cells is not None and len(cells) != len(columns):
            fault = f"{len(cells)} cells, but the header has {len(columns)}"
        if cells is None or fault:
            yield Row(number, line=line, fault=fault, text="".join(lines.held), size=lines.size)
        else:
            values = dict(zip(columns, cells, strict=True))
            yield Row(number, values, line, size=lines.size)


def _without_blank_end(cells: list[str], width: int) -> list[str]:
    """Leave out blank cells beyond the header: a delimiter at the end of the line."""
    return cells if any(cell.strip() for cell in cells[width:]) else cells[:width]


def _stated_delimiter(sample: str) -> str | None:
    """Return what Excel's own first line ``sep=;`` says."""
    first = sample.partition("\n")[0].strip().strip('"')
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def _delimiter(sample: str, wanted: Sequence[str]) -> str:
    """Return the delimiter under which the header has most of the columns wanted, then most."""

    def fit(delimiter: str) -> tuple[int, int]:
        lines = io.StringIO(sample, newline="")
        header = names_of(next(csv.reader(lines, delimiter=delimiter), []))
        return len(set(header) & set(wanted)), len(header)

    return max(DELIMITERS, key=fit)
