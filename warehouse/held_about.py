"""All that is held about a person: what the warehouse's tables have, by an author's mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidings.tombstones import Tombstones
from warehouse.erasure import doom, holdings
from warehouse.erasure_words import quarantined

if TYPE_CHECKING:
    import duckdb


def held_about(
    con: duckdb.DuckDBPyConnection, stones: Tombstones
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table that an erasure of ``stones`` would take, as dicts.

    Nothing is changed. Sketches of texts and sums by day are left out: they are made of the rest.
    """
    doom(con, stones)
    held = {}
    for table, holding in holdings().items():
        if holding.rows == "mention":
            asked = f"SELECT t.* FROM {table} AS t SEMI JOIN temp.doomed AS d USING (mention_id)"  # noqa: S608
        elif holding.rows == "author":
            asked = f"FROM {table} WHERE author IN (SELECT author FROM temp.doomed_author)"  # noqa: S608
        else:
            continue
        held[table] = _rows(con, asked, None)
    rows = quarantined(con, stones, None)
    asked = "FROM core.quarantine WHERE list_contains($rows, rowid)"
    held["core.quarantine"] = _rows(con, asked, {"rows": rows})
    return {table: found for table, found in held.items() if found}


def _rows(
    con: duckdb.DuckDBPyConnection, asked: str, values: dict[str, Any] | None
) -> list[dict[str, Any]]:
    found = con.execute(asked, values or {})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
