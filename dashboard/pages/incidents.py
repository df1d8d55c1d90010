"""Incidents of the period: when they were, and what each is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import Response

from dashboard.changed import unseen
from dashboard.charts import Chart, chart, column, marks, series
from dashboard.figures import incidents as figures
from dashboard.look import Look, Looking
from dashboard.reader import Row
from tidings.alert_rules import RULES
from tidings.incident import SEVERITIES

router = APIRouter()

PAGE = 50
DRAWN = 300
"""Incidents that the timeline has room for."""

Choice = Annotated[str, Query(max_length=200)]


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One incident on the timeline: from where to where of its width (per cent), and its row."""

    incident: Row
    x: float
    width: float
    row: int


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A brand's incidents on the timeline, in as many rows as stand beside one another."""

    brand: str
    bars: list[Bar]
    rows: int
    top: int


@router.get("/incidents")
def incidents(
    look: Looking,
    state: Choice = "",
    severity: Choice = "",
    rule: Choice = "",
    about: Choice = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Show the incidents of the brand's watch file."""
    look.unless_known()
    brands = [b.brand for b in look.brands if b.watch == look.asked.known.watch]
    asked_for = figures.wanted(state, severity, rule, about, brands)
    changes = unseen(look)
    every = figures.incidents(look.snapshot, look.asked, asked_for, changes, limit=DRAWN)
    found = every
    if offset or len(every) > PAGE:
        found = figures.incidents(
            look.snapshot, look.asked, asked_for, changes, limit=PAGE + 1, offset=offset
        )
    lanes = timeline(look, every, brands)
    return look.page(
        "incidents.html",
        incidents=found[:PAGE],
        more=offset + PAGE if len(found) > PAGE else None,
        before=max(offset - PAGE, 0) if offset else None,
        lanes=lanes,
        height=max((lane.top + 24 + lane.rows * 16 for lane in lanes), default=0) + 22,
        ticks=_ticks(look),
        trend=_trend(look, every),
        wanted=asked_for,
        brands=brands,
        rules=list(RULES),
        severities=SEVERITIES,
        full=len(every) == DRAWN,
    )


def timeline(look: Look, rows: Sequence[Row], brands: Sequence[str]) -> list[Lane]:
    """Return the lanes of the timeline: brands in their order, '' (the installation) last."""
    starts, ends = _ends(look)
    lanes, top = [], 0
    for brand in [*brands, ""]:
        mine = sorted((r for r in rows if r["brand"] == brand), key=lambda r: r["opened"])
        if not mine:
            continue
        taken: list[datetime] = []
        bars = []
        for one in mine:
            first, last = max(one["opened"], starts), min(one["closed"] or ends, ends)
            row = next((i for i, until in enumerate(taken) if until <= first), len(taken))
            least = (ends - starts) * 0.006
            taken[row : row + 1] = [max(last, first + least)]
            x = (first - starts) / (ends - starts) * 100
            width = max((last - first) / (ends - starts) * 100, 0.6)
            x = 100 - x - width if look.about()["direction"] == "rtl" else x
            bars.append(Bar(incident=one, x=round(x, 3), width=round(width, 3), row=row))
        lanes.append(Lane(brand=brand, bars=bars, rows=len(taken), top=top))
        top += 24 + len(taken) * 16
    return lanes


def _ends(look: Look) -> tuple[datetime, datetime]:
    """Return the beginning and the end of the period, naive UTC."""
    zone, asked = ZoneInfo(look.asked.known.timezone), look.asked
    first = datetime.combine(asked.first, time(), zone)
    last = datetime.combine(asked.last + timedelta(days=1), time(), zone)
    return figures.naive(first), figures.naive(last)


def _ticks(look: Look) -> list[tuple[float, str]]:
    """Return days to write under the timeline: where (per cent), and what."""
    asked = look.asked
    step = max(1, round(asked.length / 5))
    days = range(0, asked.length, step)
    right = look.about()["direction"] == "rtl"
    found = []
    for index in days:
        x = index / asked.length * 100
        written = look.formats.day(asked.first + timedelta(days=index), "short")
        found.append((round(100 - x if right else x, 3), written))
    return found


def _trend(look: Look, rows: Sequence[Row]) -> Chart:
    t, asked = look.texts, look.asked
    told = figures.trend(look.snapshot, asked)
    days = [row["day"].isoformat() for row in told]
    return chart(
        days,
        [
            series(t("column.mentions"), column(told, "mentions")),
            series(t("label.negative"), column(told, "negative"), tone="bad"),
        ],
        axis=t("column.day"),
        marks=marks([r for r in rows if r["brand"] == asked.brand], days, asked.known.timezone),
        links=[f"mentions?{asked.query(from_=day, to=day)}" for day in days],
    )
