"""Keeping no longer than the watch files say: texts, then all that is known of a mention.

What is taken out of the warehouse leaves its bytes there, so its file is written anew; that is
done when something is due, and then for all that will be due within a week.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from tidings.cli import erasing, erasing_files
from tidings.cli.erasure_rebuilding import put_in_place
from tidings.home import Home
from tidings.landing import Landing
from tidings.needles import Needles
from tidings.privacy import key_of
from tidings.times import utcnow
from tidings.tombstones import Tombstones
from tidings.watch import Retention, Watch

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("tidings")

AHEAD_DAYS = 7
"""What is due within so many days goes together: not every day has its rebuild."""


def policies(watches: Iterable[Watch]) -> dict[str, Retention]:
    """Return how long each connector's mentions are kept: of several watch files, the shortest."""
    found: dict[str, Retention] = {}
    for watch in watches:
        for source in watch.sources:
            had = found.get(source.connector)
            found[source.connector] = _shorter(had, source.retention) if had else source.retention
    return found


def prune(home: Home, known: dict[str, Retention], loaded: set[str], now: datetime) -> int:
    """Remove landed files that their source's ``raw_days`` lets go; return how many."""
    landing = Landing(home.landing)
    return sum(
        landing.prune(now - timedelta(days=kept.raw_days), loaded, source)
        for source, kept in known.items()
        if kept.raw_days is not None
    )


def sweep(home: Home, watches: Sequence[Watch], now: datetime | None = None) -> dict[str, int]:
    """Take out what is due; return how many rows were overdue, and what went by table."""
    from warehouse.erasure import doom_expired
    from warehouse.store import open_warehouse

    now = now or utcnow()
    known = policies(watches)
    if not home.warehouse.exists():
        return {}
    with erasing.alone(home), open_warehouse(home.warehouse, memory_limit="2GB") as con:
        overdue = doom_expired(con, rules(known, now))
        if not overdue:
            return {}
        doom_expired(con, rules(known, now, ahead=AHEAD_DAYS))
        counts = _renew(con, home, now)
    log.info("kept long enough: %s", counts)
    return {"rows_overdue": overdue} | counts


def rules(
    known: dict[str, Retention], now: datetime, *, ahead: int = 0
) -> list[dict[str, str | None]]:
    """Return the rules as :func:`warehouse.erasure.expire` takes them."""
    return [
        {
            "source": source,
            "text_before": _before(now, kept.text_days, ahead),
            "gone_before": _before(now, kept.gone_days, ahead),
            "derived_before": _before(now, kept.derived_days, ahead),
        }
        for source, kept in known.items()
    ]


def _before(now: datetime, days: int | None, ahead: int) -> str | None:
    if days is None:
        return None
    return f"{now - timedelta(days=days - min(ahead, days / 2)):%Y-%m-%d %H:%M:%S.%f}"


def _renew(con: duckdb.DuckDBPyConnection, home: Home, now: datetime) -> dict[str, int]:
    """Write the warehouse anew without what is due, its marts as they are; publish it whole."""
    from tidings.cli import steps
    from warehouse.erasure import rebuild
    from warehouse.statements import run
    from warehouse.store import open_warehouse
    from warehouse.transaction import transaction

    new = home.warehouse.with_name(f".{home.warehouse.name}.retention.erasing")
    [(texts,)] = con.execute("SELECT count(*) FROM temp.untold_mention_version").fetchall()
    gone = rebuild(con, new, Tombstones(key_of(home)), Needles(()), facts=True)
    counts = {"texts": int(texts)} | gone
    values = {
        "erasure": f"retention-{now:%Y%m%dT%H%M%S%f}Z",
        "kind": "retention",
        "who": "tidings maintain",
        "reason": "policy",
        "subjects": 0,
        "counts": msgspec.json.encode(counts).decode(),
        "left_out": [],
        "asked": now,
        "finished": utcnow(),
    }
    with open_warehouse(new, memory_limit="2GB") as fresh:
        with transaction(fresh):
            run(fresh, "sql/erasure/add_erasure", values)
        fresh.execute("CHECKPOINT")
        con.execute("CHECKPOINT")
        put_in_place(new, home.warehouse)
        con.close()
        steps.write_snapshots(fresh, home, whole=True)
    erasing_files.staged(home)
    return counts


def _shorter(one: Retention, other: Retention) -> Retention:
    def least(name: str) -> int | None:
        days = [d for d in (getattr(one, name), getattr(other, name)) if d is not None]
        return min(days, default=None)

    return Retention(**{name: least(name) for name in Retention.__struct_fields__})
