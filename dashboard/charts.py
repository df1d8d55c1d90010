"""The data of charts: ``static/charts.js`` draws them, ``macros.html`` writes their tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.reader import Row

Chart = dict[str, Any]
"""See the table of kinds on top of ``static/charts.js``."""


def series(name: str, values: Sequence[float | None], **more: Any) -> Chart:
    """Return one line or bar of a chart: a value for each x, None where there is nothing."""
    return {"name": name, "values": list(values), **more}


def chart(
    x: Sequence[str], drawn: Sequence[Chart], *, axis: str, unit: str = "number", **more: Any
) -> Chart:
    """Return a chart of ``drawn`` series over ``x``; ``unit`` is number, percent, score or net."""
    return {"axis": axis, "unit": unit, "x": list(x), "series": list(drawn), "links": None} | more


def column(rows: Sequence[Row], name: str) -> list[Any]:
    """Return one column of rows."""
    return [row[name] for row in rows]


def marks(incidents: Sequence[Row], days: Sequence[str], zone: str = "UTC") -> list[Chart]:
    """Return incidents as marked stretches of a chart over ``days`` (ISO, in order) of a zone."""
    found = []
    for one in incidents:
        if one["severity"] == "info":
            continue
        first = day_of(one["opened"], zone).isoformat()
        last = day_of(one["closed"], zone).isoformat() if one["closed"] else "9999"
        inside = [day for day in days if first <= day <= last]
        if inside:
            tone = "bad" if one["severity"] == "critical" else "warning"
            found.append({"from": inside[0], "to": inside[-1], "name": "", "tone": tone})
    return found


def day_of(moment: datetime, zone: str) -> date:
    """Return the day of a time (naive UTC) in a zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
