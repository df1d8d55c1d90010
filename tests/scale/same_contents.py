"""Two warehouses held against one another, row for row, but for when and by which run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb

WHEN = {
    "batch_id", "run", "collected", "known_from", "known_to", "quarantined", "quarantine_id",
    "raw_page", "released", "last_collected", "last_success", "hours_since_success",
    "hours_since_newest", "hours_left", "as_of", "started", "ended", "decided", "opened", "closed",
    "last_evidence", "escalated", "oldest_open_hours", "oldest_open_hours_28", "noticed",
    "covered_to", "observed", "known", "ends", "updated",
}  # fmt: skip
"""Columns that say when something was collected or known, and by which run."""

BOOKS = {
    "acknowledgement", "fence", "load", "migration", "published", "quality_acceptance",
    "quality_result", "refreshed", "audit", "detector_run",
}  # fmt: skip
"""Tables that tell of the runs themselves."""


BY_NUMBER = {
    "core.voice_text": "SELECT voice_key, published FROM core.voice_text",
    "core.voice_band": "SELECT b.band, t.voice_key, b.sketch_low, b.sketch_high "
    "FROM core.voice_band AS b JOIN core.voice_text AS t ON t.text = b.text",
    "core.quarantine": "SELECT source, place, external_id, rules, "
    """regexp_replace(reason, 'collected is [^ ]*', ''), """
    """regexp_replace(raw, '"(collected|raw_page)":"[^"]*"', '', 'g') FROM core.quarantine""",
    "core.cursor": "SELECT walk_id, label, source, watch, "
    "if(starts_with(cursor->>'$.newest', strftime(covered_to, '%Y-%m-%d')), "
    """regexp_replace(cursor::VARCHAR, '"newest":"[^"]*"', ''), cursor::VARCHAR) """
    "FROM core.cursor",
}
"""How tables are read that number texts in the order they came in, or quote when they came.

Some cursors have the time of asking; the made-up world's own times are all of earlier days.
"""


def contents(warehouse: Path) -> dict[str, Counter[tuple[object, ...]]]:
    """Return the current rows of every table and view of ``core`` and ``marts``, each counted."""
    found: dict[str, Counter[tuple[object, ...]]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        tables = con.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema IN ('core', 'marts') ORDER BY ALL"
        ).fetchall()
        for schema, table in tables:
            if table not in BOOKS:
                found[f"{schema}.{table}"] = _rows(con, f"{schema}.{table}")
    return found


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> Counter[tuple[object, ...]]:
    if table in BY_NUMBER:
        rows = con.execute(BY_NUMBER[table]).fetchall()
        return Counter(tuple(repr(value) for value in row) for row in rows)
    columns = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()]
    current = " WHERE known_to IS NULL" if "known_to" in columns else ""
    kept = ", ".join(f'"{name}"' for name in columns if name not in WHEN)
    rows = con.execute(f"SELECT {kept} FROM {table}{current}").fetchall() if kept else []
    return Counter(tuple(repr(value) for value in row) for row in rows)


def differences(one: Path, other: Path) -> list[str]:
    """Return for each table that differs how, with an example; empty where all is the same."""
    left, right = contents(one), contents(other)
    told = [f"only in one: {name}" for name in left.keys() ^ right.keys()]
    for name in sorted(left.keys() & right.keys()):
        lost, added = left[name] - right[name], right[name] - left[name]
        if lost or added:
            example = [next(iter(rows), None) for rows in (lost, added)]
            told.append(f"{name}: {lost.total()} lost, {added.total()} added, e.g. {example}")
    return told
