"""From a row of a file to a mention, by a column map."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Literal

import msgspec

from connectors.dates import read_time
from connectors.languages import language_tag
from connectors.rows import Row
from tidings.errors import ConfigurationError
from tidings.markup import plain_text, tidy
from tidings.mention import Mention
from tidings.schema import columns as mention_columns

OURS = frozenset({"source", "author", "collected", "raw_page"})
"""Columns of a mention that we fill in ourselves."""

FIELDS = {c.name: c for c in mention_columns() if c.name not in OURS}
TIDIED = frozenset({"title", "text", "answer"})
REQUIRED = ("published",)

_NUMBERS = {
    ".": re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"),
    ",": re.compile(r"[+-]?[0-9]+(,[0-9]+)?"),
}


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """A column map and how cells are read. Without ``columns``, a column is the field of its name.

    ``columns`` and ``constants`` are by field of a mention; a constant holds where no column does.
    """

    columns: dict[str, str]
    constants: dict[str, Any]
    id_columns: tuple[str, ...]
    optional: frozenset[str]
    missing: frozenset[str]
    decimal: Literal[".", ","]
    zone: tzinfo | None
    date_format: str | None
    markup: bool

    def wanted(self) -> tuple[str, ...]:
        """Return the columns that a file should have."""
        return tuple(dict.fromkeys([*self.columns.values(), *self.id_columns]))

    def check(self, name: str, found: set[str]) -> None:
        """Compare the columns that a file has with those that are mapped.

        ConfigurationError naming the file, what is missing, and the columns there are.
        """
        needed = {c: f for f, c in self.columns.items() if f not in self.optional}
        needed |= dict.fromkeys(self.id_columns, "external_id")
        if not self.columns:
            unnamed = [f for f in REQUIRED if f not in self.constants]
            unnamed += [] if self.id_columns else ["external_id"]
            needed |= {f: f for f in unnamed}
        lost = [f"{c!r} (for {f})" for c, f in needed.items() if not _known(c, found)]
        if lost:
            raise ConfigurationError(
                f"{name} has no column {', '.join(lost)}.",
                remedy=f"It has: {', '.join(map(repr, sorted(found)))}. Mend 'columns', or name "
                "the field in 'optional' where not every file has it.",
            )

    def read(self, row: Row, *, name: str, source: str, place: str) -> Mention:
        """Read one row of the file ``name``; ValueError naming file, row and field."""
        where = f"{name}, row {row.number}" + (f" (line {row.line})" if row.line else "")
        if row.values is None:
            raise ValueError(f"{where}: {row.fault}")
        values: dict[str, Any] = {"place": place}
        for field in FIELDS:
            try:
                value = self.value(field, row.values)
            except (ValueError, TypeError) as error:
                raise ValueError(f"{where}: {field}: {error}") from error
            if value is not None:
                values[field] = value
        try:
            if "external_id" not in values:
                values["external_id"] = self._made_id(row.values)
            return Mention(source=source, **_complete(values))
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error

    def reader(self, *, name: str, source: str, place: str) -> Callable[[Row], Mention]:
        """Return what :meth:`read` does, for many rows of one file in a third of the time.

        A row that it can't read without looking twice is left to :meth:`read`.
        """
        fixed: dict[str, Any] = {"source": source, "place": place}
        plan: list[tuple[str, str, Callable[[Any], Any], Any]] = []
        for field in FIELDS:
            column = self.columns.get(field, "" if self.columns else field)
            given = self.constants.get(field)
            constant = None if given is None else self._read(field, given)
            if column:
                plan.append((field, column, self._reading(field), constant))
            elif constant is not None:
                fixed[field] = constant

        def read(row: Row) -> Mention:
            if row.values is not None:
                try:
                    values = self._planned(plan, fixed, row.values)
                except (ValueError, TypeError):
                    values = {}  # read it again for the error that says where it is
                if "published" in values and "external_id" in values:
                    return Mention(**values)
            return self.read(row, name=name, source=source, place=place)

        return read

    def _planned(
        self,
        plan: Sequence[tuple[str, str, Callable[[Any], Any], Any]],
        fixed: dict[str, Any],
        cells: dict[str, Any],
    ) -> dict[str, Any]:
        values = dict(fixed)
        missing = self.missing
        for field, column, read, constant in plan:
            cell = cells[column] if column in cells else _look_up(cells, column)
            kind = type(cell)
            if kind is str:
                bare = cell.strip()
                value = constant if not bare or bare in missing else read(cell)
            elif cell is None or (kind is float and math.isnan(cell)):
                value = constant
            else:
                value = read(cell)
            if value is not None:
                values[field] = value
        return values

    def _reading(self, field: str) -> Callable[[Any], Any]:
        """Return how a cell of a field is read, the usual ones without looking at all cases."""
        kind = FIELDS[field].type
        slowly = partial(self._read, field)
        if kind is datetime and self.date_format is None:
            return lambda cell: _utc(cell) or slowly(cell)
        if kind is str and field in TIDIED and not self.markup:
            return lambda cell: tidy(cell) if type(cell) is str else slowly(cell)
        if kind is str and field not in TIDIED:
            bare = _WORDS.get(field, str.strip)
            return lambda cell: bare(cell) if type(cell) is str else slowly(cell)
        if kind is int:
            return lambda cell: int(float(cell)) if type(cell) is int else slowly(cell)
        return slowly

    def value(self, field: str, values: dict[str, Any]) -> Any:
        """Return a field's value of a row's cells, None for nothing; ValueError if unreadable."""
        column = self.columns.get(field, "" if self.columns else field)
        cell = self._cell(values, column) if column else None
        if cell is None:
            cell = self.constants.get(field)
        return None if cell is None else self._read(field, cell)

    def _cell(self, values: dict[str, Any], column: str) -> Any:
        cell = _look_up(values, column)
        if isinstance(cell, str) and (not cell.strip() or cell.strip() in self.missing):
            return None
        return None if isinstance(cell, float) and math.isnan(cell) else cell

    def _read(self, field: str, cell: Any) -> Any:
        kind = FIELDS[field].type
        if kind is datetime:
            return read_time(cell, zone=self.zone, date_format=self.date_format)
        if kind is not str:
            return _whole(self._number(cell)) if kind is int else self._number(cell)
        if field in TIDIED:
            text = as_text(cell)
            return plain_text(text) if self.markup else tidy(text)
        return _WORDS.get(field, str.strip)(as_text(cell))

    def _number(self, cell: Any) -> float:
        if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
            if not math.isfinite(cell):
                raise ValueError(f"{cell!r} is no number")
            return float(cell)
        if isinstance(cell, str) and _NUMBERS[self.decimal].fullmatch(cell.strip()):
            return float(cell.strip().replace(",", "."))
        raise ValueError(f"{cell!r} is no number with decimal {self.decimal!r}")

    def _made_id(self, values: dict[str, Any]) -> str:
        parts = [as_text(self._cell(values, name)) for name in self.id_columns]
        if not any(parts):
            too = f", and so are {', '.join(self.id_columns)}" if self.id_columns else ""
            raise ValueError(f"external_id: is empty{too}")
        return hashlib.blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()


def as_text(cell: Any) -> str:
    """Return a cell as text: whole numbers without ``.0``, times in ISO 8601, None as nothing."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bytes | dict | list):
        raise ValueError(f"a {type(cell).__name__} is no text")  # noqa: TRY004 - a bad row, no bug
    return str(cell)


def _utc(cell: Any) -> datetime | None:
    """Return the time of ``2026-10-31T08:00:00Z``; None for every other form."""
    if type(cell) is not str or len(cell) != 20 or cell[10] != "T" or cell[19] != "Z":
        return None
    return datetime.fromisoformat(cell).astimezone(UTC)


def _whole(number: float) -> int:
    if not number.is_integer():
        raise ValueError(f"{number!r} is no whole number")
    return int(number)


@lru_cache(maxsize=512)
def _language(text: str) -> str:
    tag = language_tag(text)
    if tag is None:
        raise ValueError(f"{text!r} is no language")
    return tag


def _country(text: str) -> str:
    code = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise ValueError(f"{text!r} is no country of two letters")
    return code


def _kind(text: str) -> str:
    kind = text.strip().lower()
    if kind not in FIELDS["kind"].choices:
        raise ValueError(f"{text!r} is none of {', '.join(FIELDS['kind'].choices)}")
    return kind


_WORDS: dict[str, Callable[[str], str]] = {
    "language": _language,
    "country": _country,
    "kind": _kind,
}


def _complete(values: dict[str, Any]) -> dict[str, Any]:
    for field in REQUIRED:
        if field not in values:
            raise ValueError(f"{field}: is empty")
    return values


def _known(column: str, found: set[str]) -> bool:
    return bool({column, " ".join(column.split()), column.partition(".")[0]} & found)


def _look_up(values: dict[str, Any], column: str) -> Any:
    """Return a cell by its column's name, or by a dotted path into nested values."""
    for name in (column, " ".join(column.split())):
        if name in values:
            return values[name]
    found: Any = values
    for step in column.split("."):
        if isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        elif isinstance(found, dict) and step in found:
            found = found[step]
        else:
            return None
    return found
