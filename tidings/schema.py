"""What follows from the declaration of a mention: columns, Arrow schema, DuckDB types, dictionary.

Nothing here names a field: read :mod:`tidings.mention` for that.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.mention import KEY, Mention, column

if TYPE_CHECKING:
    import pyarrow as pa

DUCKDB_TYPES: dict[type, str] = {
    str: "VARCHAR",
    int: "BIGINT",
    float: "DOUBLE",
    datetime: "TIMESTAMP",
}


class Column(msgspec.Struct, frozen=True):
    """One column of a mention: its Python type, whether it may be null, and its limits."""

    name: str
    type: type
    required: bool
    choices: tuple[str, ...]
    meta: column

    @property
    def duckdb_type(self) -> str:
        """The DuckDB type, e.g. ``VARCHAR``. Times are UTC ``TIMESTAMP``, never with a zone."""
        return DUCKDB_TYPES[self.type]


@cache
def columns() -> tuple[Column, ...]:
    """Return the columns of a mention in the order in which they are declared."""
    hints = typing.get_type_hints(Mention, include_extras=True)
    return tuple(_column(name, hints[name]) for name in Mention.__struct_fields__)


def _column(name: str, hint: Any) -> Column:
    annotated, meta = typing.get_args(hint)
    members = (
        typing.get_args(annotated)
        if isinstance(annotated, types.UnionType) or typing.get_origin(annotated) is typing.Union
        else (annotated,)
    )
    kept = [m for m in members if m is not type(None)]
    choices = typing.get_args(kept[0]) if typing.get_origin(kept[0]) is typing.Literal else ()
    return Column(
        name=name,
        type=str if choices else kept[0],
        required=len(kept) == len(members),
        choices=choices,
        meta=meta,
    )


def arrow_schema() -> pa.Schema:
    """Return the Arrow schema of a table of mentions; times are ``timestamp[us]`` in UTC."""
    import pyarrow as pa  # heavy: only where tables are made

    kinds = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        datetime: pa.timestamp("us"),
    }
    return pa.schema(
        [
            pa.field(c.name, kinds[c.type], metadata={"comment": c.meta.description})
            for c in columns()
        ]
    )


def to_arrow(mentions: Iterable[Mention]) -> pa.Table:
    """Make an Arrow table of mentions.

    Raises TypeError or ValueError (pyarrow's own) when a value has another type than declared.
    """
    import pyarrow as pa

    rows = list(mentions)
    arrays = []
    for field in arrow_schema():
        values: list[Any] = list(map(attrgetter(field.name), rows))
        if pa.types.is_timestamp(field.type):
            values = list(map(_plain, values))
        arrays.append(pa.array(values, type=field.type, from_pandas=False))
    return pa.Table.from_arrays(arrays, schema=arrow_schema())


def from_arrow(table: pa.Table) -> list[Mention]:
    """Make mentions of an Arrow table's rows; columns that a mention does not have are left out."""
    names = [c.name for c in columns()]
    times = {c.name for c in columns() if c.type is datetime}
    return [
        Mention(
            **{
                n: row[n].replace(tzinfo=UTC) if n in times and row[n] is not None else row[n]
                for n in names
            }
        )
        for row in table.select(names).to_pylist()
    ]


def _plain(value: Any) -> Any:
    """Drop the zone of an aware time after going to UTC; refuse a time without a zone."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone; give aware UTC times")
    return value.astimezone(UTC).replace(tzinfo=None)


def ddl_columns() -> list[tuple[str, str, bool, str]]:
    """Return (name, DuckDB type, required, comment) of each column: what migrations arrive at."""
    return [(c.name, c.duckdb_type, c.required, c.meta.description) for c in columns()]


def dictionary_markdown() -> str:
    """Return the data dictionary's table of a mention, as ``docs/data-dictionary.md`` holds it."""
    lines = ["| column | type | null | meaning |", "|---|---|---|---|"]
    for c in columns():
        notes = [c.meta.description.replace("|", "\\|")]
        if c.choices:
            notes.append(f"One of: {', '.join(c.choices)}.")
        if c.name in KEY:
            notes.append("Part of the key.")
        if c.meta.private:
            notes.append("Private: not in the shared snapshot.")
        null = "no" if c.required else "yes"
        lines.append(f"| `{c.name}` | {c.duckdb_type} | {null} | {' '.join(notes)} |")
    return "\n".join(lines) + "\n"
