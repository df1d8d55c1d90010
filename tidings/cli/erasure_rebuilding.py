"""A warehouse's new file: written without what goes, then put in the old one's place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tidings.needles import Needles
from tidings.tombstones import Tombstones

if TYPE_CHECKING:
    import duckdb


def remade(
    con: duckdb.DuckDBPyConnection, new: Path, stones: Tombstones, needles: Needles
) -> dict[str, int]:
    """Write the warehouse of ``con`` to ``new`` without what goes, marts told of what is left."""
    from warehouse.erasure import rebuild
    from warehouse.marts import refresh
    from warehouse.store import open_warehouse

    rows = rebuild(con, new, stones, needles)
    with open_warehouse(new, memory_limit="2GB") as fresh:
        refresh(fresh, full=True)
        fresh.execute("CHECKPOINT")
    return rows


def put_in_place(new: Path, old: Path) -> None:
    """Rename a warehouse's new file over the old one; no write-ahead log of it may be left."""
    from warehouse.snapshot_file import to_disk

    new.replace(old)
    old.with_name(f"{old.name}.wal").unlink(missing_ok=True)
    to_disk(old.parent)
