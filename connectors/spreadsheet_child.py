"""The process that opens a spreadsheet: its bytes come on standard input, its cells go out.

What goes out are pieces of MessagePack, each after its length in four bytes: ``header`` first, then
``rows`` (line, size, cells) until there are none; or ``wrong``, or ``sheets`` where the one that
is asked for is not there. Cells that MessagePack has not are pairs of their kind and their text.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from connectors.bounds import LONGEST
from connectors.rows import Unreadable

PIECE = 500_000
"""Characters, or cells, after which a piece of rows goes out."""


def main() -> None:
    """Read the sheet that the argument names, within the memory and time that it names."""
    given = json.loads(sys.argv[1])
    _confine(given["memory"], given["seconds"])
    try:
        for piece in _pieces(given["sheet"]):
            _tell(piece)
    except MemoryError:
        sys.exit(1)
    except BaseException as error:  # noqa: BLE001 - a library that panics raises no Exception
        _tell({"wrong": str(error)[:2_000] or type(error).__name__})


def _confine(memory: int, seconds: int) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _pieces(sheet: str | None) -> Iterator[dict[str, Any]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(sys.stdin.buffer)
    if sheet is not None and sheet not in book.sheet_names:
        yield {"sheets": book.sheet_names}
        return
    name = sheet if sheet is not None else book.sheet_names[0]
    filled = _filled(book.get_sheet_by_name(name).iter_rows())
    _, _, header = next(filled, (0, 0, []))
    yield {"header": header}
    rows: list[tuple[int, int, list[Any]]] = []
    held = 0
    for row in filled:
        rows.append(row)
        held += row[1]
        if held >= PIECE:
            yield {"rows": rows}
            rows, held = [], 0
    if rows:
        yield {"rows": rows}
    yield {"rows": []}


def _filled(lines: Iterator[list[Any]]) -> Iterator[tuple[int, int, list[Any]]]:
    for line, cells in enumerate(lines, 1):
        if all(cell == "" for cell in cells):
            continue
        size = len(cells) + sum(len(cell) for cell in cells if isinstance(cell, str))
        if size > LONGEST:
            raise Unreadable(f"row {line} is longer than {LONGEST:,} characters")
        yield line, size, [_plain(cell) for cell in cells]


def _plain(cell: Any) -> Any:
    """Return a cell as MessagePack has it; a spreadsheet knows only floating point."""
    if isinstance(cell, float) and cell.is_integer():
        # MessagePack has whole numbers of 64 bits
        return int(cell) if abs(cell) < 2**63 else ["int", str(int(cell))]
    if isinstance(cell, timedelta):
        return ["timedelta", str(cell.total_seconds())]
    if isinstance(cell, datetime | date | time):
        return [type(cell).__name__, cell.isoformat()]
    return cell


def _tell(piece: dict[str, Any]) -> None:
    body = msgspec.msgpack.encode(piece)
    sys.stdout.buffer.write(len(body).to_bytes(4) + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
