"""Rows that broke a rule: look at them, and note which went back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tidings.errors import WarehouseError
from tidings.times import utcnow
from warehouse.statements import aware, run
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb


class Origin(NamedTuple):
    """What a quarantined row's batch was: its connector, watch file, and the brand it is about."""

    source: str
    watch: str
    about: str | None


def listing(
    con: duckdb.DuckDBPyConnection,
    *,
    source: str | None = None,
    released: bool = False,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Return quarantined rows, newest first, as dicts of the table's columns; times aware UTC.

    ``con`` is a snapshot or the warehouse. ``released`` shows those that went back, too. In a
    snapshot ``raw`` lacks the columns that name a person, and is None for an unreadable record.
    """
    values = {"source": source, "released": released, "limit": limit}
    return _dicts(run(con, "sql/quarantine/listing", values))


def show(con: duckdb.DuckDBPyConnection, quarantine_id: str) -> dict[str, Any]:
    """Return one quarantined row as :func:`listing` does; WarehouseError if there is none."""
    found = _dicts(run(con, "sql/quarantine/show", {"quarantine_id": quarantine_id}))
    if not found:
        raise _unknown(quarantine_id)
    return found[0]


def origin(con: duckdb.DuckDBPyConnection, quarantine_id: str) -> Origin:
    """Return where a quarantined row came from; WarehouseError if there is no such row."""
    found = run(con, "sql/quarantine/origin", {"quarantine_id": quarantine_id}).fetchone()
    if found is None:
        raise _unknown(quarantine_id)
    return Origin(*found)


def mark_released(
    con: duckdb.DuckDBPyConnection,
    quarantine_id: str,
    batch_id: str,
    *,
    now: datetime | None = None,
) -> None:
    """Note that a row went back in batch ``batch_id``; again is harmless, the last one counts.

    Raises WarehouseError if there is no such row.
    """
    values = {"quarantine_id": quarantine_id, "released_batch": batch_id, "now": now or utcnow()}
    with transaction(con):
        marked = run(con, "sql/quarantine/mark_released", values).fetchone()
        if marked is None or marked[0] == 0:
            raise _unknown(quarantine_id)


def _dicts(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [d[0] for d in result.description]
    return [
        {n: aware(v) if isinstance(v, datetime) else v for n, v in zip(names, row, strict=True)}
        for row in result.fetchall()
    ]


def _unknown(quarantine_id: str) -> WarehouseError:
    return WarehouseError(
        f"There is no quarantined row {quarantine_id!r}.",
        remedy="'tidings quarantine list' shows those there are.",
    )
