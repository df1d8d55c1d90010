"""How the warehouse stands at this moment, for those who watch over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb


class SourceStands(msgspec.Struct, frozen=True):
    """How fresh one source of one watch file is; hours are None where there was nothing yet."""

    watch: str
    source: str
    hours_since_newest: float | None
    hours_since_success: float | None
    open_gaps: int


def sources(con: duckdb.DuckDBPyConnection) -> list[SourceStands]:
    """Return how each source stands, as ``marts.source_health`` tells it."""
    return [SourceStands(*row) for row in run(con, "sql/standing/sources").fetchall()]


def incidents(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Return how many incidents are open, by watch and severity: 0 where there were some once."""
    return run(con, "sql/standing/incidents").fetchall()
