"""What connectors share that read records of no fixed form: a column map among their settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from connectors.dates import zone_of
from connectors.mapping import FIELDS, Mapping
from connectors.rows import Row
from tidings.connector import Connector
from tidings.http import Answer
from tidings.mention import Kind, Mention


class Mapped(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A connector whose records become mentions by a column map.

    columns: field of a mention -> name of its column; ``user.name`` reaches into nested values.
        Without it, a column is the field of the same name.
    constants: field of a mention -> value of all records that say nothing else, such as
        ``rating_min = 0``, ``rating_max = 10``.
    optional: fields whose column not every record has; a record that lacks another is rejected.
    id_columns: columns that together name a record where no ``external_id`` is mapped.
    place: name of the place.
    kind: kind of mention of records that say none.
    timezone: zone of times that state none; without it such a record is rejected.
    date_format: form of the times (strptime) where it is not ISO 8601, RFC 2822 or Unix time.
    decimal: the decimal sign of numbers in text.
    missing: texts that mean "nothing", besides blanks.
    markup: texts are HTML.
    """

    columns: dict[str, str] = msgspec.field(default_factory=dict)
    constants: dict[str, str | int | float | bool] = msgspec.field(default_factory=dict)
    optional: tuple[str, ...] = ()
    id_columns: tuple[str, ...] = ()
    place: str = ""
    kind: Kind = "review"
    timezone: str | None = None
    date_format: str | None = None
    decimal: Literal[".", ","] = "."
    missing: tuple[str, ...] = ()
    markup: bool = False

    def __post_init__(self) -> None:
        """Refuse a map of fields that there are not, or that can't make a mention (ValueError)."""
        for setting in ("columns", "constants", "optional"):
            for field in getattr(self, setting):
                if field not in FIELDS:
                    known = ", ".join(FIELDS)
                    raise ValueError(f"'{setting}' names {field!r}, but a mention has: {known}")
        if self.columns and "published" not in {*self.columns, *self.constants}:
            raise ValueError("'columns' has no 'published': a mention needs its time")
        if self.columns and "external_id" not in self.columns and not self.names_records():
            raise ValueError("'columns' has no 'external_id', and 'id_columns' names none")
        mapping = self.mapping()
        for field in self.constants:
            try:
                mapping.value(field, {})
            except ValueError as error:
                raise ValueError(f"'constants' has {field}: {error}") from error

    def names_records(self) -> bool:
        """Tell whether a record has a name though no ``external_id`` is mapped."""
        return bool(self.id_columns)

    def mapping(self) -> Mapping:
        """Return the map that reads a record."""
        return Mapping(
            columns=self.columns,
            constants={"kind": self.kind, **self.constants},
            id_columns=self.id_columns,
            optional=frozenset(self.optional),
            missing=frozenset(self.missing),
            decimal=self.decimal,
            zone=zone_of(self.timezone),
            date_format=self.date_format,
            markup=self.markup,
        )

    def read(self, mapping: Mapping, row: Row, *, name: str, place: str) -> Mention:
        """Read one record; ValueError naming ``name``, the record's number, and what is wrong.

        A record without a mapped column is refused, unless its field is ``optional``: where a
        source has no schema, nothing else tells that a column's name is misspelt.
        """
        if row.values is not None:
            lost = lacking(mapping, row.values)
            if lost:
                raise ValueError(
                    f"{name}, row {row.number}: there is no {', '.join(lost)}; mend 'columns', or "
                    "name the field in 'optional' where not every record has it"
                )
        return mapping.read(row, name=name, source=self.source, place=place)


def lacking(mapping: Mapping, values: dict[str, Any]) -> list[str]:
    """Return the mapped columns that a record does not have, as ``'score' (for rating)``.

    A column that is there and holds nothing is not lacking.
    """
    return [
        f"{column!r} (for {field})"
        for field, column in mapping.columns.items()
        if field not in mapping.optional and not _reaches(values, column)
    ]


def _reaches(values: dict[str, Any], column: str) -> bool:
    """Tell whether a column is there; a dotted path may end early at a null."""
    if column in values:
        return True
    found: Any = values
    for step in column.split("."):
        if found is None:
            return True
        if isinstance(found, list) and step.isdecimal():
            if int(step) >= len(found):
                return True  # a shorter list says less, as a null does
            found = found[int(step)]
        elif isinstance(found, dict) and step in found:
            found = found[step]
        else:
            return False
    return True


def kept(url: str, rows: Iterable[Row]) -> Answer:
    """Return the records of one page as JSON Lines: what was read is kept as other pages are."""
    return Answer(
        status=200,
        url=url,
        headers={"content-type": "application/x-ndjson; charset=utf-8"},
        body=b"".join(_lines(rows)),
    )


def _lines(rows: Iterable[Row]) -> Iterator[bytes]:
    for row in rows:
        shown = row.text if row.values is None else row.values
        yield msgspec.json.encode(shown, enc_hook=str) + b"\n"
