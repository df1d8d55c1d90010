"""Page one, and the way to it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from dashboard.changed import unseen
from dashboard.charts import Chart, chart, column, marks, series
from dashboard.figures.today import Standing, hours_since, is_well, standings
from dashboard.look import Look, Looking

router = APIRouter()


@router.get("/")
def start() -> Response:
    """Go to page one."""
    return RedirectResponse("today", status_code=307)


@router.get("/today")
def today(look: Looking) -> Response:
    """Show how each own brand stands."""
    look.unless_known()
    found = standings(look.snapshot, look.asked, look.brands, unseen(look))
    return look.page(
        "today.html",
        standings=found,
        is_well=is_well,
        hours_since=hours_since,
        trend_of=lambda standing: _trend(look, standing),
        why_of=lambda standing: _why(look, standing),
        named_parts=lambda names: _named(look, names),
    )


def _trend(look: Look, standing: Standing) -> Chart:
    t = look.texts
    rows = standing.trend
    days = [row["day"].isoformat() for row in rows]
    drawn = [
        series(t("column.score"), column(rows, "score")),
        series(
            t("column.mentions"), column(rows, "mentions"), kind="bar", right=True, unit="number"
        ),
    ]
    asked, zone = standing.asked, standing.asked.known.timezone
    return chart(
        days,
        drawn,
        axis=t("column.day"),
        unit="score",
        marks=marks([i for i in standing.incidents if i["brand"] == asked.brand], days, zone),
        links=[f"mentions?{asked.query(from_=day, to=day)}" for day in days],
    )


def _why(look: Look, standing: Standing) -> Chart:
    t, f = look.texts, look.formats
    first = standing.why[0]
    return chart(
        [t.maybe(f"part.{row['part']}", row["part"]) for row in standing.why],
        [series(t("column.points"), column(standing.why, "contribution"))],
        axis=t("column.part"),
        unit="score",
        starts={"name": f.day(standing.figures["before"]), "value": first["score_from"]},
        ends={"name": f.day(standing.figures["day"]), "value": first["score_to"]},
    )


def _named(look: Look, parts: str) -> str:
    """Return the names of parts of the score, comma separated, in the page's language."""
    found = [part.strip() for part in parts.split(",")]
    return ", ".join(look.texts.maybe(f"part.{part}", part) for part in found)
