"""What is not collected, as the coverage ledger tells it: open gaps, and what a run has closed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from warehouse.snapshot import open_snapshot
from warehouse.statements import aware, run

T = TypeVar("T")


class OpenGap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time that a declared walk has not collected. Times are aware UTC.

    ``gap_from`` None means from the source's beginning. ``opened`` is when it was first left, by
    how many ``walks``, and ``why`` the last of them.
    """

    series: str
    label: str
    source: str
    watch: str
    gap_from: datetime | None
    gap_to: datetime
    opened: datetime
    walks: int
    why: str
    can_go_back: bool


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A gap that is covered now, of which walk, and why it had been left. Times are aware UTC."""

    watch: str
    label: str
    gap_from: datetime | None
    gap_to: datetime
    opened: datetime
    why: str


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """A window that was asked for and was stopped before it had covered anything."""

    series: str
    gap_from: datetime | None
    gap_to: datetime


def open_gaps(path: str | Path) -> list[OpenGap]:
    """Return the open gaps of the walks that are declared now, from a snapshot or idle warehouse.

    Empty where there is no file yet. Raises WarehouseError as :func:`open_snapshot` does.
    """
    return _read(path, "open", OpenGap, {})


def stopped_windows(path: str | Path) -> list[Stopped]:
    """Return the windows that were asked for in vain and are open still; else as above."""
    return _read(path, "stopped", Stopped, {})


def closed_by(path: str | Path, run_id: str) -> list[Closed]:
    """Return the gaps that the run ``run_id`` has closed, of all its sources; else as above."""
    return _read(path, "closed_by", Closed, {"run": run_id})


def _read(path: str | Path, name: str, kind: type[T], values: dict[str, str]) -> list[T]:
    if not Path(path).exists():
        return []
    with open_snapshot(path) as con:
        result = run(con, f"sql/gaps/{name}", values)
        columns = [column[0] for column in result.description or []]
        rows = result.fetchall()
    return [
        kind(
            **{
                c: aware(v) if isinstance(v, datetime) else v
                for c, v in zip(columns, row, strict=True)
            }
        )
        for row in rows
    ]
