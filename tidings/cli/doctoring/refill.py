"""Merging again what landing has and the warehouse has not, each as it was known then."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.acknowledged import Acknowledged
from tidings.batch import Batch, Staged
from tidings.cli import enriching, staging, steps
from tidings.errors import QualityError, TidingsError, WarehouseError
from tidings.home import Home
from tidings.landing import Landing
from tidings.watch import Watch

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("tidings")


class Refilled(msgspec.Struct, kw_only=True):
    """What refilling did: batches and mentions merged, and why others (by id) could not be."""

    batches: int = 0
    new: int = 0
    changed: int = 0
    lost: dict[str, str] = {}


def refill(con: duckdb.DuckDBPyConnection, home: Home, told: Acknowledged) -> Refilled:
    """Merge all landed batches that the open warehouse lacks, in the order of old.

    What was acknowledged is merged first, in the order in which it was merged then, and is known
    from the time of then. What was never merged follows, known from now. Staged files are used
    where they are there, else batches are checked and enriched anew, by the rules and scorers of
    now. Batches that landing has no more, or that rules refuse now, are in ``lost``, which names
    acknowledged ones only: others go on waiting.
    """
    from tidings.privacy import key_of
    from warehouse.cursors import merged_batches
    from warehouse.merge import take_fence
    from warehouse.statements import run
    from warehouse.tombstones import union

    union(con, home.tombstones)
    key = key_of(home)
    run(con, "sql/ledger/raise_fence", {"least": told.fence()})
    fence = take_fence(con, "doctor")
    merged = merged_batches(con)
    lines = {line.id: line for line in told.each("merged") if line.id not in merged}
    landed = Landing(home.landing).batch_ids()
    done = Refilled(lost={})
    done.lost |= dict.fromkeys(set(lines) - set(landed), "landing has it no more")
    before = [batch_id for batch_id in lines if batch_id not in done.lost]
    after = [i for i in landed if i not in merged and i not in lines]
    batches = _markers(home, before, done)
    batches += sorted(_markers(home, after, done), key=lambda b: (b.collected, b.batch_id))
    for staged in _ready(home, batches, done):
        line = lines.get(staged.batch.batch_id)
        how = {"fence": fence, "now": line.at if line else None, "key": key}
        if not _merge(con, staged, how, done):
            staging.unstage(home.staging, staged)  # what was staged before may be torn
            _enriched(home, steps.watches(home), [staged.batch], done)
            if staging.is_staged(home.staging, staged.batch.batch_id):
                done.lost.pop(staged.batch.batch_id, None)
                _merge(con, staging.ready(home.staging, staged.batch.batch_id), how, done)
        staging.unstage(home.staging, staged)
    done.lost = {batch_id: why for batch_id, why in done.lost.items() if batch_id in lines}
    return done


def _merge(
    con: duckdb.DuckDBPyConnection, staged: Staged, how: dict[str, Any], done: Refilled
) -> bool:
    from warehouse.merge import merge

    try:
        counts = merge(con, staged, **how)
    except WarehouseError as error:
        if _out_of_room(error):
            raise
        done.lost[staged.batch.batch_id] = error.message
        return False
    done.batches += 1
    done.new += counts.new
    done.changed += counts.changed
    return True


def _out_of_room(error: WarehouseError) -> bool:
    """Whether nothing can be written any more, rather than this batch be wrong."""
    import duckdb

    full = ("No space left", "File too large", "failed to commit")
    fatal = isinstance(error.__cause__, duckdb.FatalException)
    return fatal or any(words in error.message for words in full)


def _markers(home: Home, batch_ids: Iterable[str], done: Refilled) -> list[Batch]:
    landing = Landing(home.landing)
    found = []
    for batch_id in batch_ids:
        try:
            found.append(landing.batch(batch_id))
        except WarehouseError as error:
            done.lost[batch_id] = error.message
    return found


def _ready(home: Home, batches: Sequence[Batch], done: Refilled) -> Iterator[Staged]:
    """Give batches staged, in their order; enrich those that are not."""
    there = {one.batch.batch_id: one for one in staging.staged(home.staging)}
    watches = steps.watches(home)
    for group in enriching.in_groups(batches, steps.GROUP_ROWS):
        missing = [batch for batch in group if batch.batch_id not in there]
        made = _enriched(home, watches, missing, done)
        for batch in group:
            if batch.batch_id in there:
                yield there[batch.batch_id]
            elif batch.batch_id in made:
                yield staging.ready(home.staging, batch.batch_id)


def _enriched(
    home: Home, watches: Sequence[Watch], batches: Sequence[Batch], done: Refilled
) -> set[str]:
    """Check, enrich and stage batches; return the ids of those that are staged.

    Where files of one can't be read, all are tried one by one.
    """
    import pyarrow as pa

    if not batches:
        return set()
    try:
        return set(_all_enriched(home, watches, batches, done))
    except (OSError, pa.ArrowException, TidingsError) as error:
        if len(batches) == 1:
            done.lost[batches[0].batch_id] = str(error)
            return set()
    alone = (_enriched(home, watches, [batch], done) for batch in batches)
    return set().union(*alone)


def _all_enriched(
    home: Home, watches: Sequence[Watch], batches: Sequence[Batch], done: Refilled
) -> list[str]:
    refused: list[QualityError] = []
    count = enriching.processes()
    if count and sum(batch.rows for batch in batches) >= enriching.APART_FROM:
        ids = list(enriching.enrich_apart(home, watches, batches, refused, count))
    else:
        try:
            ids = enriching.enrich_here(home, watches, batches)
        except QualityError as error:
            refused.append(error)
            ids = [b.batch_id for b in batches if staging.is_staged(home.staging, b.batch_id)]
    if refused:
        log.warning("%s", enriching.together(refused))
        why = " ".join(error.message for error in refused)
        done.lost |= {b.batch_id: why for b in batches if b.batch_id not in ids}
    return ids
