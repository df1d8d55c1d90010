"""Rows as files: CSV and Excel, in which no cell can start a formula.

What reaches a person is masked in people's texts, by :func:`tidings.personal.policy`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from dashboard.reader import Row
from tidings import personal
from tidings.formulas import safe

SAID = frozenset(("text", "title", "excerpt", "answer", "quote"))
"""Columns that hold what people said."""


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """Return rows as CSV: UTF-8 with a mark by which Excel knows it, a header, texts made safe."""
    made = io.StringIO(newline="")
    rows = _redacted(rows)
    if rows:
        writer = csv.DictWriter(made, list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return b"\xef\xbb\xbf" + made.getvalue().encode("utf-8", "replace")


def excel_bytes(rows: Sequence[Row]) -> bytes:
    """Return rows as one sheet of Excel; texts are stored as texts, never as formulas."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("tidings")

    def written(value: Any) -> Any:
        if value is None or isinstance(value, int | float | bool | datetime | date):
            return value
        cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", str(_cell(value)))[:32_767])
        cell.data_type = "s"  # whatever it begins with
        return cell

    rows = _redacted(rows)
    if rows:
        sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([written(value) for value in row.values()])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _redacted(rows: Sequence[Row]) -> Sequence[Row]:
    kinds = personal.policy()
    told = SAID.intersection(rows[0]) if rows else frozenset[str]()
    if not kinds or not told:
        return rows
    return [
        {
            name: personal.redacted(value, kinds)
            if name in told and isinstance(value, str)
            else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _cell(value: Any) -> Any:
    """Return a value as a cell: lists joined, a text so that it is no formula."""
    if isinstance(value, list | tuple):
        value = ", ".join("" if part is None else str(part) for part in value)
    return safe(value) if isinstance(value, str) else value
