"""Merging a staged batch: mentions, cursor and coverage in one transaction, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.batch import Batch, Staged
from tidings.errors import FenceLost, WarehouseError
from tidings.mention import mention_id
from tidings.storage import at_hand
from tidings.times import utcnow
from warehouse import tombstones, voices
from warehouse.statements import bound, run, steps
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb


_WORKING_TABLES = (
    "staged", "arrival", "observed", "rescored", "matching", "hitting", "driving",
    "next_cursor", "departing", "held",
)  # fmt: skip


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """How a batch's rows came out; ``rows_in + rejected`` is the sum of the others but ``gone``.

    ``erased`` counts rows of what was erased, which are left out; ``gone`` counts mentions that had
    a current version and have none any more.
    All are 0 where the batch had been merged before.
    """

    rows_in: int = 0
    rejected: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    quarantined: int = 0
    gone: int = 0
    erased: int = 0


def take_fence(con: duckdb.DuckDBPyConnection, holder: str, *, now: datetime | None = None) -> int:
    """Take over loading for ``holder`` (who, for people); older attempts can't merge any more.

    Returns the fence to merge with; each is higher than all before.
    """
    with transaction(con):
        taken = run(
            con, "sql/ledger/take_fence", {"holder": holder, "now": now or utcnow()}
        ).fetchone()
    assert taken is not None
    return int(taken[0])


def merge(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    *,
    fence: int,
    now: datetime | None = None,
    key: bytes | None = None,
) -> Loaded:
    """Merge one batch with its quarantine rows, cursor and coverage, in one transaction.

    Merging a batch again changes nothing. A mention is new, changed (other content than is known)
    or unchanged; content that was collected before what is known never replaces it and counts as
    unchanged. Of several rows of one mention the latest collected is taken. What the batch tells to
    be gone has no current version then, unless it was seen later; seen again, it is changed.

    The cursor moves once all parts of this walk and attempt up to its own are merged, and never
    back to that of an older attempt. ``now`` is when we know of it (default: the clock). ``key`` is
    the installation's (:func:`tidings.privacy.pseudonym_key`): what was erased is told by it.

    Raises FenceLost where ``fence`` is no longer the one that may write; WarehouseError where the
    batch's counts don't add up or DuckDB can't do it. Nothing is changed then.
    """
    import duckdb

    batch = staged.batch
    try:
        with _at_hand(staged) as files, transaction(con):
            values = _values(files, fence, now or utcnow())
            values["known"] = _one(con, "sql/ledger/known", values)
            _hold(con, values)
            if _one(con, "sql/ledger/is_loaded", values):
                return Loaded()
            return _merge(con, batch, values, key)
    except duckdb.Error as error:
        raise WarehouseError(
            f"Batch {batch.batch_id} was not merged: {error}",
            remedy="Nothing was changed; mend the cause and load it again.",
        ) from error


@contextmanager
def _at_hand(staged: Staged) -> Iterator[Staged]:
    """Give the batch with files of this machine: DuckDB reads no object store by itself."""
    with at_hand(staged.enriched_path, staged.quarantine_path) as (enriched, quarantine):
        yield msgspec.structs.replace(staged, enriched_path=enriched, quarantine_path=quarantine)


def _merge(
    con: duckdb.DuckDBPyConnection, batch: Batch, values: dict[str, Any], key: bytes | None
) -> Loaded:
    stage, arrival, *rest = steps("sql/merge")
    run(con, stage, values)
    run(con, "sql/ledger/held", values)
    erased = tombstones.leave_out(con, key)
    run(con, arrival, values)
    loaded = _count(con, batch, values, erased)
    if loaded.new or loaded.changed or loaded.unchanged:  # most walks find nothing new most times
        for step in rest:
            run(con, step, values)
        voices.join(con, values)
    loaded = msgspec.structs.replace(loaded, gone=_depart(con, batch, values))
    run(con, "sql/ledger/add_quarantine", values)
    run(con, "sql/ledger/add_load", values | msgspec.structs.asdict(loaded))
    if batch.coverage is not None:
        run(con, "sql/ledger/add_coverage", values | _coverage(batch))
    for step in ("next_cursor", "forget_cursor", "add_cursor", "set_covered_to"):
        run(con, f"sql/ledger/{step}", values)
    for table in _WORKING_TABLES:
        con.execute(f"DROP TABLE IF EXISTS temp.{table}")
    return loaded


def _depart(con: duckdb.DuckDBPyConnection, batch: Batch, values: dict[str, Any]) -> int:
    """Close the versions of what is gone, and note what was missed; return how many are gone."""
    if not batch.gone:
        return 0
    departures = [
        {
            "mention_id": mention_id(batch.source, gone.place, gone.external_id),
            "noticed": bound(gone.noticed or batch.collected),
            "reason": gone.reason,
            "sure": gone.sure,
        }
        for gone in batch.gone
    ]
    for step in steps("sql/gone"):
        run(con, step, values | {"departures": departures})
    return int(_one(con, "sql/ledger/gone", values))


def _hold(con: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> None:
    if _one(con, "sql/ledger/use_fence", values) == 1:
        return
    number, holder, taken = run(con, "sql/ledger/fence").fetchone() or (None, None, None)
    raise FenceLost(
        f"Load attempt {values['fence']} was overtaken by {number} ({holder}, {taken} UTC).",
        remedy="Nothing was changed; let the newer attempt go on.",
    )


def _count(
    con: duckdb.DuckDBPyConnection, batch: Batch, values: dict[str, Any], erased: int
) -> Loaded:
    names = ("new", "changed", "unchanged", "duplicate", "quarantined")
    row = run(con, "sql/ledger/counts", values).fetchone()
    assert row is not None
    loaded = Loaded(
        rows_in=batch.rows,
        rejected=batch.rejected,
        erased=erased,
        **dict(zip(names, row, strict=True)),
    )
    landed, arrived = batch.rows + batch.rejected, sum(row) + erased
    if landed != arrived:
        raise WarehouseError(
            f"Batch {batch.batch_id}: {batch.rows} mentions and {batch.rejected} unreadable "
            f"records landed, but {arrived} rows came to be merged.",
            remedy="Nothing was changed; check and enrich the batch again.",
        )
    return loaded


def _values(staged: Staged, fence: int, now: datetime) -> dict[str, Any]:
    batch = msgspec.structs.asdict(staged.batch)
    cursor = batch.pop("cursor")
    return {
        **batch,
        "rows_in": batch["rows"],
        "cursor": None if cursor is None else msgspec.json.encode(cursor).decode(),
        "enriched_path": staged.enriched_path,
        "quarantine_path": staged.quarantine_path,
        "fence": fence,
        "now": bound(now),
    }


def _coverage(batch: Batch) -> dict[str, Any]:
    assert batch.coverage is not None
    coverage = msgspec.structs.asdict(batch.coverage)
    coverage["walk_started"] = coverage.pop("started")
    coverage["walk_ended"] = coverage.pop("ended")
    return coverage


def _one(con: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> Any:
    row = run(con, name, values).fetchone()
    assert row is not None
    return row[0]
