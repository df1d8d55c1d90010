"""Page six as JSON: drivers by source and brand, surveys, and the gap between them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from dashboard.api.answering import Form, table
from dashboard.figures import drivers as figures
from dashboard.figures import surveys as told
from dashboard.look import Looking

router = APIRouter(tags=["drivers"])


@router.get("/drivers/{across}")
def grid(
    across: Literal["sources", "rivals", "gap"], look: Looking, form: Form = "json"
) -> Response:
    """Return what is said of each driver: by source, by brand of the watch file, or in surveys.

    ``gap`` holds the public against surveys in a month (``month``, its first day) that touches the
    period; the others are of the period, surveys left out. Null is too few to tell.
    """
    look.unless_known()
    if across == "gap":
        found = figures.gap(look.snapshot, look.asked, look.request.query_params.get("month"))
        about = {"month": found.month, "complete": found.complete, "coverage": found.coverage}
        return table(look, "gap", found.rows, form, more=None, **about)
    rows = figures.grid(look.snapshot, look.asked, across).rows
    return table(look, f"drivers-{across}", rows, form, more=None)


@router.get("/surveys")
def surveys(
    look: Looking,
    segment: Annotated[str, Query(description="An attribute of the respondents.")] = "",
    form: Form = "json",
) -> Response:
    """Return NPS, CSAT and CES of the period: of all answers, and by the values of a segment."""
    look.unless_known()
    found = told.measures(look.snapshot, look.asked, segment, "month")
    rows = [row for measure in found for row in measure.rows]
    return table(look, "surveys", rows, form, more=None, segment=segment)
