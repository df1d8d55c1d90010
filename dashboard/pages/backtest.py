"""When a rule would have told, at a threshold that a slider chooses."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from dashboard.charts import Chart, chart, column, series
from dashboard.figures import backtest as figures
from dashboard.look import Look, Looking
from tidings.alert_rules import RULES, setting
from tidings.errors import ConfigurationError
from tidings.notify.routing import as_utc

router = APIRouter()

Rule = Annotated[str, Query(max_length=100)]
Threshold = Annotated[float | None, Query()]


@router.get("/backtest")
def backtest(look: Looking, rule: Rule = "volume", threshold: Threshold = None) -> Response:
    """Show the slider, and what would have been told at its threshold."""
    held = held_at(look, rule)
    slider = figures.RULES[rule]
    return look.page(
        "backtest.html",
        slider=slider,
        rules=list(figures.RULES),
        held=held,
        **_shown(look, rule, held if threshold is None else threshold),
    )


@router.get("/backtest-told")
def told(look: Looking, rule: Rule, threshold: float) -> Response:
    """Show what would have been told alone: what the slider asks for when it is moved."""
    made = look.page("_backtest.html", held=held_at(look, rule), **_shown(look, rule, threshold))
    del made.headers["ETag"]  # watch files may change, and the threshold with them
    return made


def held_at(look: Look, rule: str) -> float:
    """Return the threshold of a rule as the brand's watch file has it now, within the slider."""
    figures.checked(rule, None)
    threshold = RULES[rule].threshold
    try:
        for watch in look.setup.watches():
            if watch.id == look.asked.known.watch:
                threshold = setting(watch, rule).threshold or threshold
    except ConfigurationError:  # the page of sources tells it; here the rule's own will do
        pass
    slider = figures.RULES[rule]
    return min(max(threshold, slider.least), slider.most)


def _shown(look: Look, rule: str, threshold: float) -> dict[str, Any]:
    found = figures.look_back(look.snapshot, look.asked, rule, threshold)
    return {"found": found, "drawn": _chart(look, found), "unit": RULES[rule].unit}


def _chart(look: Look, found: figures.Looked) -> Chart:
    t, asked, zone = look.texts, look.asked, look.formats.zone
    days = [row["day"] for row in found.days]
    marks = []
    for alarm in found.alarms:
        first, last = (as_utc(alarm[n]).astimezone(zone).date() for n in ("onset", "at"))
        if last >= asked.first and days:
            first, last = max(first, asked.first), min(last, asked.last)
            if first == last:  # a mark from a day to the same day has no width
                last = min(last + timedelta(days=1), asked.last)
            tone = "warning" if alarm["incident"] else "bad"
            ends = {"from": first.isoformat(), "to": last.isoformat()}
            marks.append({**ends, "name": "", "tone": tone})
    return chart(
        days,
        [
            series(t("column.mentions"), column(found.days, "mentions")),
            series(t("label.negative"), column(found.days, "negative"), tone="bad"),
        ],
        axis=t("column.day"),
        marks=marks,
        links=[f"mentions?{asked.query(from_=day, to=day)}" for day in days],
    )
