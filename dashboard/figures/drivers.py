"""What people judge a brand by: its perception drivers by source, by competitor, and in surveys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from dashboard.asked import Asked
from dashboard.figures.compare import month_of
from dashboard.reader import Row, Snapshot

Across = Literal["sources", "rivals"]


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """Drivers by sources or brands, those of which most is said first; ``cells`` by both."""

    across: Across
    drivers: list[str]
    parts: list[str]
    cells: dict[tuple[str, str], Row]

    @property
    def rows(self) -> list[Row]:
        """All cells, in order."""
        pairs = [(driver, part) for driver in self.drivers for part in self.parts]
        return [self.cells[pair] for pair in pairs if pair in self.cells]


def grid(snapshot: Snapshot, asked: Asked, across: Across) -> Grid:
    """Return the net sentiment of each driver by source, or by brand of the watch file.

    Surveys are left out. Each cell has n (``scored``) and its interval; ``driver_net`` is None
    where there are too few to tell. The brand asked for is the first of the brands.
    """
    rows = snapshot.rows(f"drivers_{across}", asked.values())
    first = asked.brand if across == "rivals" else None
    return Grid(
        across=across,
        drivers=_loudest(rows, "driver"),
        parts=_loudest(rows, "part", first),
        cells={(row["driver"], row["part"]): row for row in rows},
    )


def _loudest(rows: Sequence[Row], name: str, first: str | None = None) -> list[str]:
    said: dict[str, int] = {}
    for row in rows:
        said[row[name]] = said.get(row[name], 0) + row["mentions"]
    return sorted(said, key=lambda one: (one != first, -said[one], one))


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """What the public says against what surveys say of each driver, in a month."""

    month: date | None
    months: list[date]
    complete: bool
    coverage: float | None
    rows: list[Row]


def gap(snapshot: Snapshot, asked: Asked, month: str | None = None) -> Gap:
    """Return the perception gap of a month that touches the period.

    It is the month named (its first day, as 2026-10-01), else the last that is over, else the last.
    ``sure``: the interval of the gap leaves out 0. Raises ConfigurationError for what is no day.
    """
    rows = snapshot.rows("drivers_gap", asked.values())
    chosen, months = month_of(rows, month)
    told = [row for row in rows if row["month"] == chosen]
    for row in told:
        low, high = row["perception_gap_low"], row["perception_gap_high"]
        row["sure"] = low is not None and (low > 0 or high < 0)
    return Gap(
        month=chosen,
        months=months,
        complete=all(row["complete"] for row in told),
        coverage=min(
            (row["coverage"] for row in told if row["coverage"] is not None), default=None
        ),
        rows=told,
    )
