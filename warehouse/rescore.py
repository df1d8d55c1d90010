"""Stored mentions scored again: new scores are versions beside the old, mentions stay as they are.

What is scored is read from the warehouse in parts, and merged by the statements that loading uses:
a score, the sentiment toward a brand or a driver that is as it was stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tidings.times import utcnow
from warehouse.statements import run, statement
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PART_ROWS = 5_000
"""Mentions that are scored and merged at once."""

STEPS = (
    "11_rescore", "12_close_scores", "13_add_scores",
    "14_match", "15_close_matches", "16_add_matches",
    "20_drive", "21_close_driver_hits", "22_add_driver_hits",
)  # fmt: skip
"""What of a merge is about scores, in its order."""

_WORKING_TABLES = ("arrival", "rescored", "matching", "driving")


class Lot(msgspec.Struct, frozen=True):
    """``n`` mentions that came by the walks of one watch file, all about one brand or None."""

    watch: str
    about: str | None
    n: int


def choose(
    con: duckdb.DuckDBPyConnection, *, brand: str | None = None, since: datetime | None = None
) -> list[Lot]:
    """Choose the current mentions to score again; return them by how they came.

    ``brand``: those about it; ``since`` (aware UTC): those published from then on. The choice holds
    until the next, for :func:`parts`.
    """
    run(con, "sql/rescore/chosen", {"brand": brand, "since": since}).fetchall()
    return [Lot(*row) for row in run(con, "sql/rescore/lots").fetchall()]


def parts(con: duckdb.DuckDBPyConnection, lot: Lot) -> Iterator[pa.Table]:
    """Give the mentions of ``lot`` with the columns of a mention, PART_ROWS at a time."""
    from tidings.schema import arrow_schema

    schema = arrow_schema()
    values = {"watch": lot.watch, "about": lot.about, "size": PART_ROWS}
    for after in range(0, lot.n, PART_ROWS):
        found = con.sql(statement("sql/rescore/part"), params=values | {"after": after})
        yield found.to_arrow_table().select(schema.names).cast(schema)


def merge_scores(
    con: duckdb.DuckDBPyConnection, enriched: pa.Table, watch: str, *, now: datetime | None = None
) -> int:
    """Merge the scores of ``enriched`` (of ``tidings.batch.enriched_schema()``) of one watch file.

    One transaction. Returns how many mentions have another score than before.
    """
    con.register("rescored_rows", enriched)
    try:
        with transaction(con):
            [(known,)] = run(con, "sql/ledger/known", {"now": now or utcnow()}).fetchall()
            run(con, "sql/rescore/arrival", {"watch": watch}).fetchall()
            for step in STEPS:
                run(con, f"sql/merge/{step}", {"watch": watch, "known": known}).fetchall()
            [(changed,)] = run(con, "sql/rescore/changed").fetchall()
            for table in _WORKING_TABLES:
                con.execute(f"DROP TABLE IF EXISTS temp.{table}")
    finally:
        con.unregister("rescored_rows")
    return int(changed)
