"""The header of a survey's export: one row, or two or three, and which column tells what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec

from connectors.rows import Row, Table, names_of
from connectors.survey_forms import Form, Role
from tidings.errors import ConfigurationError

_UNNAMED = re.compile(r"\s*(?:\(\d+\))?")
_PLAIN_SUBS = {"", "response", "open-ended response"}


class Header(msgspec.Struct):
    """Columns by name, the wordings that further header rows give them, and the zone they state."""

    columns: tuple[str, ...]
    wordings: dict[str, str] = {}
    timezone: str | None = None


def read_header(
    table: Table, form: Form, named: Mapping[Role, str], name: str
) -> tuple[Header, Iterator[Row]]:
    """Return the header of an open export and the rows after it.

    ``named`` are the columns that the settings name. Raises ConfigurationError where the file
    ``name`` has no column of the answers' ids or times.
    """
    rows = table.rows
    held: list[Row] = []
    columns = table.columns
    if columns is None:  # every row has its own names
        held = [row for row, _ in zip(rows, range(100), strict=False)]
        columns = tuple(dict.fromkeys(key for row in held for key in row.values or ()))
        return Header(columns), chain(held, rows)
    ids = found(columns, [named["id"]] if "id" in named else form.columns.get("id", ()))
    further: list[dict[str, Any]] = []
    for row in rows:
        if len(further) < form.header_rows - 1 and _is_header(row, ids):
            further.append(row.values or {})
            continue
        held.append(row)
        break
    if form.header_rows == 2:
        columns, renamed = _joined(columns, further[0] if further else {})
        return Header(columns), _renamed(chain(held, rows), renamed)
    header = Header(columns)
    if further:
        header.wordings = {c: " ".join(str(w).split()) for c, w in further[0].items() if w}
        header.timezone = _zone(further[1:], name)
    return header, chain(held, rows)


def found(columns: Sequence[str], names: Iterable[str]) -> list[str]:
    """Return the columns of a file that ``names`` mean, in the order of ``names``.

    Case and blanks don't matter; a dotted name reaches into nested values.
    """
    squeezed = {" ".join(c.split()).casefold(): c for c in reversed(columns)}
    there: list[str] = []
    for name in names:
        plain = " ".join(name.split())
        if plain.casefold() in squeezed:
            there.append(plain if plain in columns else squeezed[plain.casefold()])
        elif "." in plain and plain.partition(".")[0] in columns:
            there.append(plain)
    return list(dict.fromkeys(there))


def cell(values: Mapping[str, Any], column: str) -> Any:
    """Return a cell by its column's name or dotted path, None where there is none."""
    if column in values:
        return values[column]
    value: Any = values
    for step in column.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def lost(name: str, what: Iterable[str], columns: Sequence[str]) -> ConfigurationError:
    """Return the error that says which columns the file ``name`` does not have."""
    return ConfigurationError(
        f"{name} has no column {', '.join(what)}.",
        remedy=f"It has: {', '.join(map(repr, columns)) or 'none'}. Is it of another 'form'? "
        "'columns', 'questions' and 'segments' name columns as the file calls them.",
    )


def _is_header(row: Row, ids: Sequence[str]) -> bool:
    """Tell whether a row is of the header: what is no id of an answer has no digit."""
    if row.values is None or not ids:
        return False
    return not any(sign.isdecimal() for sign in str(row.values.get(ids[0]) or ""))


def _joined(
    columns: Sequence[str], subs: Mapping[str, Any]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Name columns by both rows: a question with several columns names only the first of them."""
    told: list[str] = []
    last = ""
    for column in columns:
        last = last if _UNNAMED.fullmatch(column) else column
        sub = " ".join(str(subs.get(column) or "").split())
        plain = sub.casefold() in _PLAIN_SUBS or sub == last
        told.append(last if plain else f"{last} [{sub}]")
    names = names_of(told)
    return names, dict(zip(columns, names, strict=True))


def _renamed(rows: Iterable[Row], names: Mapping[str, str]) -> Iterator[Row]:
    for row in rows:
        if row.values is not None:
            row.values = {names[column]: value for column, value in row.values.items()}
        yield row


def _zone(rows: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """Return the time zone that a header row of JSON objects states of its times."""
    stated: set[str] = set()
    for value in (v for row in rows for v in row.values()):
        try:
            told = msgspec.json.decode(str(value), type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            continue
        if "timeZone" in told:
            stated.add(str(told["timeZone"]))
    if len(stated) > 1:
        raise ConfigurationError(
            f"{name} states several time zones: {', '.join(sorted(stated))}.",
            remedy="'timezone' can say which one is meant.",
        )
    zone = next(iter(stated), None)
    return "UTC" if zone == "Z" else zone
