"""What collecting goes by: the ledger that every load leaves beside the snapshot.

It is published though checks keep the snapshot from being, so that nothing is fetched and enriched
again meanwhile; and it has the sources' identifiers, which the snapshot that all read has not.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tidings.home import Home
from tidings.storage import fetch, put, tag

if TYPE_CHECKING:
    import duckdb
    from upath import UPath

    from tidings.batch import WalkState
    from warehouse.gaps import Closed, OpenGap, Stopped


def place(home: Home) -> Path:
    """Return the file to read; it need not be there yet, and nothing is known then.

    It is the warehouse itself, which must be idle, where there is a snapshot and no ledger: an
    older Tidings published none, or somebody has deleted it. While the first load is at work there
    is neither, and nobody needs to wait for it. On a machine that has no warehouse it is the copy
    that the loader's machine has put beside the landing area.
    """
    if home.shared_ledger is not None and not home.warehouse.exists():
        _bring(home.shared_ledger, home.ledger)
    if home.ledger.exists() or not home.snapshot.exists():
        return home.ledger
    return home.warehouse


def walk_states(home: Home) -> dict[str, WalkState]:
    """Return where each walk stands; empty before the first load."""
    from warehouse.cursors import walk_states as read

    return read(place(home))


def loaded_batches(home: Home) -> set[str]:
    """Return the ids of all merged batches; empty before the first load."""
    from warehouse.cursors import loaded_batches as read

    return read(place(home))


def tombstones(home: Home) -> list[tuple[str, str]]:
    """Return (kind, hash) of what was erased; empty before the first load."""
    from warehouse.cursors import tombstones as read

    return read(place(home))


def open_gaps(home: Home) -> list[OpenGap]:
    """Return what is not collected of the walks that are declared now."""
    from warehouse.gaps import open_gaps as read

    return read(place(home))


def stopped_windows(home: Home) -> list[Stopped]:
    """Return the windows that were asked for in vain and are open still."""
    from warehouse.gaps import stopped_windows as read

    return read(place(home))


def closed_by(home: Home, run_id: str) -> list[Closed]:
    """Return the gaps that a run has closed, of all its sources."""
    from warehouse.gaps import closed_by as read

    return read(place(home), run_id)


def publish(con: duckdb.DuckDBPyConnection, home: Home, *, whole: bool = False) -> None:
    """Publish the ledger of the opened warehouse, by rename."""
    from warehouse.snapshot import publish_ledger

    publish_ledger(con, home.ledger, whole=whole)
    if home.shared_ledger is not None:
        _share(home.ledger, home.shared_ledger)


def _bring(shared: UPath, ledger: Path) -> None:
    """Fetch the shared ledger where it is another than the last one fetched."""
    now, note = tag(shared), _note(ledger)
    if now is None:
        return  # nothing was loaded yet
    if not ledger.exists() or not note.exists() or note.read_text("utf-8") != now:
        fetch(shared, ledger)
        note.write_text(now, "utf-8")


def _share(ledger: Path, shared: UPath) -> None:
    """Put the ledger beside the landing area, where it is another than the last one put there."""
    status, note = ledger.stat(), _note(ledger)
    now = f"{shared} {status.st_ino} {status.st_mtime_ns} {status.st_size}"
    if not note.exists() or note.read_text("utf-8") != now:
        put(shared, ledger.read_bytes())
        note.write_text(now, "utf-8")


def _note(ledger: Path) -> Path:
    """Return the file that says which shared ledger this machine has; it may be deleted."""
    return ledger.with_suffix(".shared")
