"""The marts: rebuilt from ``core`` by the SQL files in ``marts/``, whose names are the tables'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.corrected import correct
from warehouse.statements import run, steps
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb


def refresh(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rebuild all marts in one transaction; return how many rows each has now."""
    rows: dict[str, int] = {}
    with transaction(con):
        for part in steps("marts/parts"):
            run(con, part)
        correct(con)
        for mart in steps("marts"):
            name = mart.rpartition("/")[2]
            run(con, f"sql/marts/forget_{name}")
            inserted = run(con, mart).fetchone()
            rows[name] = 0 if inserted is None else int(inserted[0])
        for part in steps("marts/parts"):
            con.execute(f"DROP TABLE temp.{_table(part)}")
        con.execute("DROP TABLE temp.corrected")
    return rows


def _table(part: str) -> str:
    """Return the name of the temporary table that ``marts/parts/NN_name`` makes."""
    return part.rpartition("/")[2].partition("_")[2]
