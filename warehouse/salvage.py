"""What landing can't give back, taken from a damaged warehouse into the one that takes its place.

Each table is taken whole or not at all, as far as its blocks can be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from warehouse.statements import run
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb

PEOPLE = (
    "gold_label", "gold_taught", "label_correction", "answer_mark", "audit", "quality_acceptance",
    "weight", "weight_past", "minimum", "alert_action", "erasure", "tombstone",
)  # fmt: skip
"""What people said and decided."""

TOLD = ("incident", "delivery", "detector_run", "quality_result", "definition", "refreshed")
"""What was found, told and sent; marts as they were told follow, see :func:`kept`."""


class Salvaged(msgspec.Struct, kw_only=True):
    """Rows taken of each table, and why others could not be read."""

    rows: dict[str, int] = {}
    unreadable: dict[str, str] = {}


def kept() -> tuple[str, ...]:
    """Return the names of the tables in ``core`` that nothing makes again as they were."""
    from warehouse.marts import marts

    return (*PEOPLE, *TOLD, *(mart.name for mart in marts()))


def salvage(con: duckdb.DuckDBPyConnection, old: Path) -> Salvaged:
    """Replace the kept tables of ``con`` by those of the database file ``old``, where readable.

    Call it after refilling: times only rise, and these are later than those of old batches.
    """
    import duckdb

    done = Salvaged(rows={}, unreadable={})
    try:
        con.execute("ATTACH ? AS damaged (READ_ONLY)", [str(old)])
    except duckdb.Error as error:
        done.unreadable["all tables"] = str(error).partition("\n")[0]
        return done
    try:
        has = {name for (name,) in run(con, "sql/wholeness/damaged_tables").fetchall()}
        for name in kept():
            if name in has:
                _take(con, name, done)
    finally:
        con.execute("DETACH damaged")
    return done


def mark_released(con: duckdb.DuckDBPyConnection) -> int:
    """Mark quarantined rows as released whose batch of release is merged; return how many."""
    row = run(con, "sql/quarantine/mark_released_again").fetchone()
    return 0 if row is None else int(row[0])


def _take(con: duckdb.DuckDBPyConnection, name: str, done: Salvaged) -> None:
    import duckdb

    try:
        with transaction(con):
            con.execute(f"DELETE FROM core.{name}")  # noqa: S608
            con.execute(f"INSERT INTO core.{name} BY NAME FROM damaged.core.{name}")
            row = con.execute(f"SELECT count(*) FROM core.{name}").fetchone()  # noqa: S608
    except duckdb.Error as error:
        done.unreadable[name] = str(error).partition("\n")[0]
        return
    done.rows[name] = row[0] if row else 0
