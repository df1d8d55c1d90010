"""Rows of a query, written: CSV, Excel, Parquet; and as plain values for a table or JSON."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from tidings.errors import ConfigurationError
from tidings.formulas import safe
from warehouse.transaction import private_files

if TYPE_CHECKING:
    from tidings.cli.query_run import Rows

STDOUT = Path("-")
EXCEL_ROWS = 1_048_576
EXCEL_CELL = 32_767
"""Rows of a sheet, its head among them, and characters of a cell: the format's own limits."""
_EXACT = 2**53
"""Whole numbers beyond it are not exact in a spreadsheet, so they are written as text."""
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
"""Characters that XML, of which an Excel file is made, can't hold."""


def values(rows: Rows) -> Iterator[tuple[Any, ...]]:
    """Give each row as plain values: whole decimals as int, others as float, times naive UTC."""
    for batch in rows.batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield tuple(_plain(value) for value in row)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | dict):
        return _json(value)
    return value if isinstance(value, str | int | float | date | None) else str(value)


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _json(v) for k, v in value.items()}
    return [_json(v) for v in value] if isinstance(value, list | tuple) else _plain(value)


def write_csv(rows: Rows, path: Path) -> int:
    """Write a CSV file, ``-`` for standard output; return its rows.

    UTF-8, with a byte order mark in a file, which Excel needs. What a spreadsheet would take for a
    formula begins with an apostrophe; an empty cell is NULL.
    """
    if path == STDOUT:
        return _csv(rows, sys.stdout)
    with _beside(path) as made, made.open("w", encoding="utf-8-sig", newline="") as file:
        return _csv(rows, file)


def _csv(rows: Rows, file: IO[str]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([safe(name) for name in rows.names])
    count = 0
    for row in values(rows):
        writer.writerow([_cell(value) for value in row])
        count += 1
    return count


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, list | dict):
        return safe(msgspec.json.encode(value).decode())
    return safe(value) if isinstance(value, str) else value


def write_excel(rows: Rows, path: Path) -> tuple[int, int]:
    """Write an Excel file of one sheet; return its rows, and how many cells had to be cut.

    Raises ConfigurationError where there are more rows than a sheet can have.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("tidings")
    sheet.freeze_panes = "A2"
    sheet.append([safe(name) for name in rows.names])
    count, cut = 0, 0
    try:
        for row in values(rows):
            count += 1
            if count >= EXCEL_ROWS:
                raise ConfigurationError(
                    f"There are more than {EXCEL_ROWS - 1:,} rows, which no Excel sheet holds.",
                    remedy="Ask for fewer, or write --csv or --parquet.",
                )
            cells = [_excel_cell(value) for value in row]
            cut += sum(isinstance(c, str) and len(c) > EXCEL_CELL for c in cells)
            sheet.append([c[:EXCEL_CELL] if isinstance(c, str) else c for c in cells])
    finally:
        sheet.close()
    with _beside(path) as made:
        book.save(made)
    return count, cut


def _excel_cell(value: Any) -> Any:
    if isinstance(value, bool | None):
        return value
    if isinstance(value, int):
        return value if -_EXACT <= value <= _EXACT else str(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # NaN and infinity are no cells
    if isinstance(value, date):
        return value if value.year >= 1900 else value.isoformat()
    return _REFUSED.sub("\ufffd", str(_cell(value)))


def write_parquet(rows: Rows, path: Path) -> int:
    """Write a Parquet file; return its rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = 0
    try:
        with _beside(path) as made, pq.ParquetWriter(made, rows.schema) as writer:
            for batch in rows.batches():
                writer.write_batch(batch)
                count += batch.num_rows
    except pa.ArrowNotImplementedError as error:
        raise ConfigurationError(
            f"Parquet can't hold a column of it: {error}.", remedy="Cast it, such as ::VARCHAR."
        ) from error
    return count


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a file (mode 0600) to write, which takes the name ``path`` where all went well."""
    made = path.absolute().with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        with private_files():
            made.touch(0o600)
        yield made
        made.replace(path)
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be written: {error.strerror or error}.",
            remedy="Name a file in a folder that you may write to.",
        ) from error
    finally:
        made.unlink(missing_ok=True)
