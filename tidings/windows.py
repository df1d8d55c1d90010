"""Windows of time: a walk narrowed to one, and the series that its coverage counts for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from tidings.batch import WalkState
from tidings.connector import Connector

C = TypeVar("C", bound=Connector)

OVERLAP_HOURS = 24.0
"""How much is read again where a connector has no ``overlap_hours`` of its own."""


def takes_windows(connector: Connector | type[Connector]) -> bool:
    """Tell whether a connector can be asked for a window: whether it knows since and until."""
    return {"since", "until"} <= set(connector.__struct_fields__)


def narrowed(connector: C, since: datetime | None, until: datetime | None) -> C:
    """Return the walk of the same settings from ``since`` on and before ``until``."""
    return msgspec.structs.replace(connector, since=since, until=until)


def unbounded(connector: C) -> C:
    """Return the walk of the same settings without a window."""
    return narrowed(connector, None, None) if takes_windows(connector) else connector


def series_id(connector: Connector) -> str:
    """Identify the walks that differ in their windows only; all count for one coverage."""
    return unbounded(connector).walk_id()


def overlap_of(connector: Connector) -> timedelta:
    """Return how far behind the newest mention seen a walk reads again."""
    return timedelta(hours=getattr(connector, "overlap_hours", OVERLAP_HOURS))


def read_down_to(connector: Connector, state: WalkState) -> datetime | None:
    """Return the time from which on a walk from the cursor of ``state`` reads; None: all there is.

    A newest-first walk reads down to its overlap behind the newest mention seen, which may have
    been published long before the last walk: what the source shows late is found, and is part of
    the gap if the walk is stopped before.
    """
    if connector.about.order != "newest" or state.covered_to is None or state.newest is None:
        return state.covered_to
    seen = min(state.covered_to, state.newest).replace(microsecond=0)
    return seen - overlap_of(connector)


def resumed(connector: C, state: WalkState) -> C:
    """Return the walk to make now: ``connector`` itself, or narrowed to what the ledger lacks.

    A newest-first walk that a cap stops keeps its old cursor, so it would start from the top for
    ever. The ledger knows what it covered and which gap it left; since repair closes that gap by
    asking for windows, the next walk only reads down to what was covered, and its overlap behind.
    """
    back_to = state.resume_from
    if back_to is None or connector.about.order != "newest" or not takes_windows(connector):
        return connector
    since, until = getattr(connector, "since", None), getattr(connector, "until", None)
    start = back_to.replace(microsecond=0) - overlap_of(connector)
    return narrowed(connector, start if since is None else max(since, start), until)


def for_windows(states: Mapping[str, WalkState]) -> dict[str, WalkState]:
    """Return the states for walks over windows: one that came to its end is walked anew."""
    return {
        walk: WalkState(
            cursor=None if state.covered_to else state.cursor, with_items=state.with_items
        )
        for walk, state in states.items()
    }
