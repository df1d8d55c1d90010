"""Where each walk goes on, as it was committed with the mentions that lie before it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidings.batch import WalkState
from warehouse.snapshot import open_snapshot
from warehouse.statements import aware, run

if TYPE_CHECKING:
    import duckdb


def walk_states(path: str | Path) -> dict[str, WalkState]:
    """Return the state of each walk by its ``walk_id``, from a ledger or an idle warehouse.

    Empty where there is no file yet. A ledger may be behind the warehouse: going on from it
    repeats, it never skips. Raises WarehouseError as :func:`open_snapshot` does.
    """
    if not Path(path).exists():
        return {}
    with open_snapshot(path) as con:
        rows = run(con, "sql/ledger/walk_states").fetchall()
    return {
        walk_id: WalkState(
            cursor=None if cursor is None else msgspec.json.decode(cursor),
            covered_to=aware(covered_to),
            newest=aware(newest),
            resume_from=aware(resume_from),
            with_items=with_items,
        )
        for walk_id, cursor, covered_to, newest, resume_from, with_items in rows
    }


def loaded_batches(path: str | Path) -> set[str]:
    """Return the ids of all merged batches, from a ledger or an idle warehouse.

    Empty where there is no file yet. Raises WarehouseError as :func:`open_snapshot` does.
    """
    if not Path(path).exists():
        return set()
    with open_snapshot(path) as con:
        return merged_batches(con)


def merged_batches(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the ids of all merged batches of an opened warehouse, or of a copy of it."""
    return {row[0] for row in run(con, "sql/ledger/loaded_batches").fetchall()}


def tombstones(path: str | Path) -> list[tuple[str, str]]:
    """Return (kind, hash) of what was erased, from a ledger or an idle warehouse.

    Empty where there is no file yet, or an older Tidings published it. Raises WarehouseError as
    :func:`open_snapshot` does.
    """
    if not Path(path).exists():
        return []
    with open_snapshot(path) as con:
        if run(con, "sql/erasure/has_tombstones").fetchone() != (True,):
            return []
        return run(con, "sql/erasure/tombstones").fetchall()
