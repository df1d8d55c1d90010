"""The checks of the warehouse within the pipeline: what they are told of landing and snapshot."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tidings.errors import WarehouseError
from tidings.home import Home
from tidings.times import utcnow

if TYPE_CHECKING:
    import duckdb

    from warehouse.checks import Result

log = logging.getLogger("tidings")

OLDER = "published_is_kept"
"""The check that fails where the warehouse has less than the snapshot, as a restored backup has."""


def look(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    *,
    whole: bool = False,
    only: str | None = None,
    examples: int | None = None,
) -> list[Result]:
    """Run the checks (``only`` one) on the open warehouse; log what failed; return the results."""
    from warehouse.quality import EXAMPLES, Look, told
    from warehouse.quality import look as judged

    now = utcnow()
    how = Look(
        run=_run(now),
        now=now,
        published=_published(home),
        landed=lambda batch_ids: _landed(home, batch_ids),
        whole=whole,
        only=only,
        examples=examples or EXAMPLES,
    )
    results = judged(con, how)
    for line in told(results):
        log.warning("check failed: %s", line)
    return results


def accept_older(con: duckdb.DuckDBPyConnection, results: Sequence[Result]) -> list[Result]:
    """Accept, recorded, that the warehouse has less than was published; return the results.

    What else fails is not accepted.
    """
    from warehouse.quality import accept

    older = [one for one in results if one.check_name == OLDER and one.stops]
    rest = [one for one in results if one not in older]
    reason = "An older warehouse was accepted with --accept-older."
    return rest + accept(con, older, reason=reason, now=utcnow())


def _run(now: datetime) -> str:
    return f"quality-{now:%Y%m%dT%H%M%S%f}Z"


def _published(home: Home) -> int:
    """Return how many batches the published snapshot has; 0 where there is none to be read."""
    from warehouse.snapshot import open_snapshot, published

    if not home.snapshot.exists():
        return 0
    try:
        with open_snapshot(home.snapshot) as con:
            told = published(con)
    except WarehouseError as error:
        log.warning("the published snapshot can't be compared, and is replaced: %s", error)
        return 0
    return told.loads if told is not None else 0


def _landed(home: Home, batch_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return what the landing area's markers of these batches say; pruned ones are left out."""
    from tidings.landing import Landing

    landing = Landing(home.landing)
    there = [b for b in batch_ids if (landing.root / f"{b}.json").exists()]
    markers = [landing.batch(batch_id) for batch_id in there]
    return [
        {"batch_id": b.batch_id, "rows": b.rows, "rejected": b.rejected, "erased": b.erased}
        for b in markers
    ]
