"""All that is held about a person: what the warehouse's tables have, by an author's mentions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tidings.needles import Needles
from tidings.tombstones import Tombstones
from warehouse.erasure import doom, everyday, holdings, shared
from warehouse.erasure_quarantine import quarantined

if TYPE_CHECKING:
    import duckdb


def held_about(
    con: duckdb.DuckDBPyConnection, stones: Tombstones, handles: Iterable[tuple[str, str]] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table that an erasure of ``stones`` would take, as dicts.

    ``handles`` are (source, handle), by which records that could not be read are known, too.
    Nothing is changed. Sketches of texts and sums by day are left out: they are made of the rest.
    """
    told = doom(con, stones)
    names = {*told.marks, *handles}
    words = told.words - shared(con, told.words)
    words -= Needles(words).said().words  # what others say, too, is theirs
    needles = Needles(words, names, everyday(con, names))
    held = {}
    for table, holding in holdings().items():
        if holding.rows == "mention":
            asked = f"SELECT t.* FROM {table} AS t SEMI JOIN temp.doomed AS d USING (mention_id)"  # noqa: S608
        elif holding.rows == "author":
            asked = f"FROM {table} WHERE author IN (SELECT author FROM temp.doomed_author)"  # noqa: S608
        else:
            continue
        held[table] = _rows(con, asked, None)
    rows = quarantined(con, stones, needles)
    asked = "FROM core.quarantine WHERE list_contains($rows, rowid)"
    held["core.quarantine"] = _rows(con, asked, {"rows": rows})
    return {table: found for table, found in held.items() if found}


def _rows(
    con: duckdb.DuckDBPyConnection, asked: str, values: dict[str, Any] | None
) -> list[dict[str, Any]]:
    found = con.execute(asked, values or {})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
