"""What people did on the pages, taken from the journal into the open warehouse."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from tidings.batch import Batch, Staged
from tidings.cli import staging
from tidings.errors import ConfigurationError, QualityError, WarehouseError
from tidings.home import Home
from tidings.journal import Change, Journal, Release
from tidings.watch import Watch

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("tidings")


class TakenOver(msgspec.Struct, frozen=True, kw_only=True):
    """How many changes had their effect, how many could not; ``batches`` are the released rows.

    Those batches wait in the landing area to be enriched and loaded, as any other.
    """

    applied: int = 0
    refused: int = 0
    batches: tuple[Batch, ...] = ()


def take_over(con: duckdb.DuckDBPyConnection, home: Home, *, again: bool = False) -> TakenOver:
    """Take over what waits in the journal; the journal is told after the warehouse has it.

    May be called again at any time, after being killed anywhere, too: each change is done once.
    ``again``: also what was taken over before, by a warehouse that is lost, as far back as the
    journal keeps it.
    """
    from warehouse import changes

    journal = Journal(home.journal)
    waiting = journal.unseen(()) if again else journal.pending()
    if not waiting:
        return TakenOver()
    known = changes.taken(con, [one.change_id for one in waiting])
    new = [one for one in waiting if one.change_id not in known]
    landed, refused = _land(con, home, new)
    released = {change_id: batch.batch_id for change_id, batch in landed.items()}
    done = changes.take_over(con, waiting, released=released, refused=refused)
    journal.taken_over(done.ids)
    log.info("changes taken over: %d done, %d could not be", done.applied, done.refused)
    return TakenOver(applied=done.applied, refused=done.refused, batches=tuple(landed.values()))


def released(con: duckdb.DuckDBPyConnection, home: Home, watches: Sequence[Watch]) -> list[Staged]:
    """Take over what waits; return the rows that were released, enriched and ready to be merged.

    What a rule still refuses stays in the landing area, as any batch does, and is logged.
    """
    found = take_over(con, home)
    if not found.batches:
        return []
    from tidings.cli.enriching import enrich_here

    try:
        ids = enrich_here(home, watches, found.batches)
    except QualityError as error:
        log.warning("released rows are not loaded yet: %s", error)
        return []
    return [staging.ready(home.staging, batch_id) for batch_id in ids]


def _land(
    con: duckdb.DuckDBPyConnection, home: Home, changes: Iterable[Change]
) -> tuple[dict[UUID, Batch], dict[UUID, str]]:
    """Land the rows that are to be released; return the batches, and why others can't go in."""
    from tidings.cli.release import land_row

    landed: dict[UUID, Batch] = {}
    refused: dict[UUID, str] = {}
    rows: set[str] = set()
    for change in changes:
        if not isinstance(change.what, Release):
            continue
        if change.what.quarantine_id in rows:
            refused[change.change_id] = "Somebody else has released the row just before."
            continue
        try:
            landed[change.change_id] = land_row(con, home, change, change.what)
        except (ConfigurationError, WarehouseError) as error:
            refused[change.change_id] = str(error)
        else:
            rows.add(change.what.quarantine_id)
    return landed, refused
