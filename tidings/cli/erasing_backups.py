"""Erasing from backups: those that are listed and can be reached are rebuilt where they lie."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tidings.cli import erasing_files
from tidings.cli.backing_up import manifest, registry
from tidings.cli.erasure_request import Request
from tidings.errors import TidingsError, WarehouseError
from tidings.home import Home
from tidings.needles import Needles
from tidings.tombstones import Tombstones, append, read

if TYPE_CHECKING:
    import duckdb

Remade: TypeAlias = Callable[
    ["duckdb.DuckDBPyConnection", Path, Tombstones, Needles], dict[str, int]
]
"""Writes an open warehouse to a new file without what goes, and counts the rows."""


def backups(
    home: Home, stones: Tombstones, request: Request, remade: Remade
) -> tuple[dict[str, int], list[str]]:
    """Erase from every listed backup; return how many rows went, and those not reached."""
    counts = {"backups": 0, "backup_rows": 0}
    left_out: list[str] = []
    for entry in registry.entries(home):
        folder = Path(entry.path)
        if not folder.is_dir():
            left_out.append(f"the backup {folder} is not there; restoring it erases anew")
            continue
        try:
            counts["backup_rows"] += _backup(home, folder, stones, request, remade)
            counts["backups"] += 1
        except (TidingsError, OSError) as error:
            left_out.append(f"the backup {folder} was not reached ({error}); remove it")
    return counts, left_out


def _backup(home: Home, folder: Path, stones: Tombstones, request: Request, remade: Remade) -> int:
    """Rebuild one; it may know words of the erased that the warehouse has forgotten since."""
    from warehouse.erasure import doom, shared
    from warehouse.snapshot_file import to_disk
    from warehouse.store import open_warehouse
    from warehouse.tombstones import union

    manifest.read(folder)  # a folder without is no backup
    held = folder / manifest.WAREHOUSE
    if not held.exists():  # opening it would make an empty one, and sealing would call it sound
        raise WarehouseError(f"{held} is missing.")
    for left in folder.glob(f".{held.name}.*.writing*"):
        left.unlink()
    new = folder / f".{held.name}.{os.getpid()}.writing"
    with open_warehouse(held, memory_limit="2GB") as con:
        union(con, home.tombstones)
        told = doom(con, stones)
        more = told.words - {*request.words}
        more -= shared(con, more)
        names = {one for one in told.marks if "://" not in one[1]}
        needles = Needles({*more, *request.words}, {*names, *request.names}, request.everyday)
        gone = sum(remade(con, new, stones, needles).values())
        con.execute("CHECKPOINT")
        new.replace(held)
    for log in folder.glob(f"*{held.name}*.wal"):
        log.unlink()
    erasing_files.journal(folder / home.journal.name, needles)
    append(folder / home.tombstones.name, read(home.tombstones))
    to_disk(folder)
    manifest.reseal(folder)
    return gone
