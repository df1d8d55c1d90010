"""Spreadsheets, opened in a process of their own: a small one may stand for billions of cells.

A sheet is held as the rectangle of all its cells, whatever is in them, by a library that ends the
process where memory does not do. So another process does it (:mod:`connectors.spreadsheet_child`),
which has so much memory and time, and tells what it reads.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Any

import msgspec

from connectors.rows import How, Row, Table, Unreadable, named_columns
from connectors.singer_child import PRIVATE
from tidings.errors import ConfigurationError

MEMORY = 2_000_000_000
"""Bytes that a spreadsheet may take: some 25 million cells."""

SECONDS = 300
"""Of the processor's time."""

_KINDS: dict[str, Callable[[str], Any]] = {
    "int": int,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=float(seconds)),
}


def spreadsheet(stream: IO[bytes], how: How, skip: int) -> Table:
    """Open a spreadsheet's sheet; Unreadable for a damaged one, or one that takes too much.

    ConfigurationError where it has no such sheet.
    """
    child = _Child(stream, how)
    try:
        columns = named_columns([_cell(cell) for cell in child.begin()])
    except BaseException:
        child.end()
        raise
    rows = (
        Row(number, dict(zip(columns, map(_cell, cells), strict=False)), line, size=size)
        for number, (line, size, cells) in enumerate(child.rows(), 1)
    )
    return Table(columns, islice(rows, skip, None), child.end)


class _Child:
    """A process that reads a spreadsheet, and what it says."""

    def __init__(self, stream: IO[bytes], how: How) -> None:
        self._how = how
        given = json.dumps({"sheet": how.sheet, "memory": MEMORY, "seconds": SECONDS})
        kept = {k: v for k, v in os.environ.items() if not k.startswith(PRIVATE)}
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-m", "connectors.spreadsheet_child", given],
                stdin=copy,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=kept,
            )

    def begin(self) -> list[Any]:
        """Return the cells of the header; none where the sheet is blank."""
        told = self._told()
        if "sheets" in told:
            raise ConfigurationError(
                f"{self._how.name} has no sheet {self._how.sheet!r}.",
                remedy=f"Its sheets are: {', '.join(told['sheets'])}.",
            )
        header: list[Any] = told["header"]
        return header

    def rows(self) -> Iterator[tuple[int, int, list[Any]]]:
        """Give the line, the size and the cells of each row that is not blank."""
        while rows := self._told()["rows"]:
            yield from rows

    def end(self) -> None:
        """End it, wherever it is."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        head = self._process.stdout.read(4)
        body = self._process.stdout.read(int.from_bytes(head))
        try:
            told: dict[str, Any] = msgspec.msgpack.decode(body, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:  # the system ended it
            raise Unreadable(
                f"a process that opened it took more than {MEMORY / 1e9:.0f} GB of memory or "
                f"{SECONDS} s, or broke off"
            ) from error
        if "wrong" in told:
            raise Unreadable(told["wrong"])
        return told


def _cell(cell: Any) -> Any:
    return _KINDS[cell[0]](cell[1]) if isinstance(cell, list) else cell
