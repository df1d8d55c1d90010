"""A brand over time: its figures by day, week or month, beside what was usual before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from dashboard.asked import Asked, Known
from dashboard.reader import Row, Snapshot
from tidings.errors import ConfigurationError

Step = Literal["day", "week", "month"]
By = Literal["source", "language", "driver"]

STEPS: tuple[Step, ...] = get_args(Step)
PARTS: tuple[By, ...] = get_args(By)
SEGMENT = "segment:"
"""Begins what a brand is broken down by where that is an attribute of survey respondents."""

MOST_RIVALS = 6
"""Brands that one chart can tell apart."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What of a brand is looked at: steps of time, what it is broken down by, and against whom.

    ``by`` is '' (not broken down), one of :data:`PARTS`, or ``segment:NAME`` of surveys.
    """

    step: Step = "day"
    by: str = ""
    against: tuple[str, ...] = ()

    @property
    def segment(self) -> str | None:
        """The attribute of respondents that the brand is broken down by, if it is one."""
        return self.by.removeprefix(SEGMENT) if self.by.startswith(SEGMENT) else None

    def told(self) -> dict[str, object]:
        """Return it as an address says it, without what nobody chose."""
        return {
            "step": self.step if self.step != "day" else None,
            "by": self.by or None,
            "against": list(self.against) or None,
        }


def choice(given: Mapping[str, str], against: Sequence[str], names: Sequence[str]) -> Choice:
    """Read an address's ``step`` and ``by``, and all its ``against``, of the brands ``names``.

    Raises ConfigurationError for what can't be chosen.
    """
    step = given.get("step") or "day"
    by = given.get("by") or ""
    found = next((s for s in STEPS if s == step), None)
    if found is None:
        raise ConfigurationError(
            f"step={step} is none of {', '.join(STEPS)}.", remedy="Try step=week."
        )
    if by and by not in PARTS and not by.startswith(SEGMENT):
        raise ConfigurationError(
            f"by={by}: a brand can't be broken down by that.",
            remedy=f"Try one of {', '.join(PARTS)}, or {SEGMENT}product.",
        )
    rivals = tuple(dict.fromkeys(name for name in against if name))
    for name in rivals:
        if name not in names:
            raise ConfigurationError(
                f"There is no {name!r} to compare with.",
                remedy=f"There is: {', '.join(names) or 'nobody'}.",
            )
    if len(rivals) > MOST_RIVALS:
        raise ConfigurationError(
            f"{len(rivals)} brands are more than one chart can tell apart.",
            remedy=f"Choose {MOST_RIVALS} at most.",
        )
    return Choice(step=found, by=by, against=rivals)


def rivals(snapshot: Snapshot, asked: Asked, brands: Sequence[Known]) -> list[str]:
    """Return the brands of the same watch file that there are days of, without the one asked."""
    told = {known.brand for known in brands}
    rows = snapshot.rows("compare_against", asked.values())
    return [row["brand"] for row in rows if row["brand"] != asked.brand and row["brand"] in told]


def trend(snapshot: Snapshot, asked: Asked, step: Step) -> list[Row]:
    """Return the figures of a brand, one row a figure and step of time, in order.

    Each row has ``usual``, ``usual_low`` and ``usual_high``: the median and the 10th and 90th
    percentile of the 90 days (13 weeks, 12 months) before it; None where too few of them are told.
    """
    return snapshot.rows(f"brand_{step}", asked.values())


def by_figure(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of :func:`trend` by the name of their figure."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["figure"], []).append(row)
    return found


def of_rival(asked: Asked, name: str) -> Asked:
    """Return the same days of another brand."""
    return replace(asked, brand=name)


def incidents(snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Return the brand's incidents that touch the period, times in the brand's zone."""
    zone = ZoneInfo(asked.known.timezone)
    found = snapshot.rows("brand_incidents", asked.values())
    for row in found:
        for name in ("opened", "closed"):
            row[f"{name}_here"] = _here(row[name], zone)
    return found


def _here(time: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if time is None else time.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """A brand broken down: ``totals`` of the period, one row a part, the most told first.

    Each has ``before``: the same part over as many days before, or None. ``steps`` has one row a
    part and step of time within the period.
    """

    by: By
    totals: list[Row]
    steps: list[Row]


def parts(snapshot: Snapshot, asked: Asked, by: By, step: Step) -> Parts:
    """Break a brand down by source, language or driver."""
    rows = snapshot.rows(f"brand_by_{by}", asked.values() | {"step": step})
    before = {r["part"]: r for r in rows if not r["now"] and r["starts"] is None}
    totals = [r | {"before": before.get(r["part"])} for r in rows if r["now"] and not r["starts"]]
    totals.sort(key=lambda r: (-r["mentions"], r["part"]))
    return Parts(by=by, totals=totals, steps=[r for r in rows if r["starts"] is not None])


def days_of(row: Row) -> dict[str, object]:
    """Return the days of a row of :func:`trend` as an address says them."""
    return {"from_": row["starts"].isoformat(), "to": row["ends"].isoformat()}
