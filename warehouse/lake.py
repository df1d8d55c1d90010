"""Mentions handed out to be scored elsewhere, and their scores taken in again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from tidings.batch import VOICE_BANDS, enriched_schema
from warehouse.rescore import PART_ROWS, Lot, merge_scores
from warehouse.statements import statement

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class TakenIn(msgspec.Struct, frozen=True, kw_only=True):
    """How many mentions have another score now, and how many were edited or erased meanwhile."""

    changed: int
    outdated: int


def handed_out(
    con: duckdb.DuckDBPyConnection, lot: Lot, rows: int, schema: pa.Schema
) -> Iterator[pa.Table]:
    """Give the mentions of ``lot``, of :func:`warehouse.rescore.choose`, up to ``rows`` at a time.

    ``schema`` is that of a mention and the columns by which it is told how it came.
    """
    values = {"watch": lot.watch, "about": lot.about, "size": rows}
    for after in range(0, lot.n, rows):
        found = con.sql(statement("sql/lake/handed_out"), params=values | {"after": after})
        yield found.to_arrow_table().select(schema.names).cast(schema)


def take_in(con: duckdb.DuckDBPyConnection, scored: pa.Table, watch: str) -> TakenIn:
    """Merge the scores of mentions that came by ``watch`` and are as they were handed out.

    In parts, each a transaction; doing it again changes nothing.
    """
    con.register("handed_in", scored)
    try:
        current = con.sql(statement("sql/lake/current")).to_arrow_table()
    finally:
        con.unregister("handed_in")
    changed = 0
    for part in _parts(current):
        changed += merge_scores(con, part, watch)
    return TakenIn(changed=changed, outdated=scored.num_rows - current.num_rows)


def _parts(current: pa.Table) -> Iterator[pa.Table]:
    import pyarrow as pa

    schema = enriched_schema()
    bands = pa.nulls(current.num_rows, schema.field(VOICE_BANDS).type)
    whole = current.append_column(schema.field(VOICE_BANDS), bands)
    whole = whole.select(schema.names).cast(schema)
    for after in range(0, whole.num_rows, PART_ROWS):
        yield whole.slice(after, PART_ROWS)
