"""Page two as JSON: a brand over time, in its parts, beside itself earlier and its rivals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dashboard.api.answering import AllOf, Form, paged, table
from dashboard.figures import brand as figures
from dashboard.figures import compare
from dashboard.look import Looking
from dashboard.pages.brand import chosen

router = APIRouter(tags=["brand"])

PAGE = 2000

Offset = Annotated[int, Query(ge=0, le=10**9, description="Rows left out before.")]


@router.get("/brand/trend")
def trend(
    look: Looking,
    step: Annotated[figures.Step, Query(description="Steps of time.")] = "day",
    form: Form = "json",
    limit: AllOf = None,
    offset: Offset = 0,
) -> Response:
    """Return a brand's figures over time: one row a figure and step.

    ``usual`` is the median of the 90 days (13 weeks, 12 months) before the step, ``usual_low`` and
    ``usual_high`` their 10th and 90th percentile; null where fewer than 14 (6, 6) of them are told.
    """
    look.unless_known()
    every = figures.trend(look.snapshot, look.asked, step)
    rows, more = paged(every, form, limit, offset, PAGE)
    return table(look, "trend", rows, form, more=more, step=step)


@router.get("/brand/parts")
def parts(
    look: Looking,
    by: Annotated[figures.By, Query(description="What the brand is broken down by.")] = "source",
    step: Annotated[figures.Step, Query(description="Steps of time.")] = "day",
    form: Form = "json",
    limit: AllOf = None,
    offset: Offset = 0,
) -> Response:
    """Return a brand broken down: a row a part (``starts`` is null), and one a part and step.

    Mentions of all sources, or of all languages, add up to the brand's; those of drivers do not,
    since a mention may speak of several or none.
    """
    look.unless_known()
    found = figures.parts(look.snapshot, look.asked, by, step)
    totals = [{k: v for k, v in row.items() if k != "before"} for row in found.totals]
    rows, more = paged([*totals, *found.steps], form, limit, offset, PAGE)
    return table(look, "parts", rows, form, more=more, by=by, step=step)


@router.get("/compare/periods")
def periods(look: Looking, form: Form = "json") -> Response:
    """Return the figures of the period beside those of as many days before, and of a year ago.

    ``change`` has an interval where the figure has one; of counts it is relative. A count of a
    period that is not told whole is null.
    """
    look.unless_known()
    found = compare.periods(look.snapshot, look.asked)
    rows = found if form == "json" else [_flat(row) for row in found]
    return table(look, "periods", rows, form, more=None)


def _flat(row: dict[str, object]) -> dict[str, object]:
    """Return a row whose other periods are columns of their own."""
    flat: dict[str, object] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{inner}": one for inner, one in value.items()}
        else:
            flat[name] = value
    return flat


@router.get("/compare/rivals")
def beside(
    look: Looking,
    month: Annotated[str | None, Query(description="First day of a month: 2026-10-01.")] = None,
    against: Annotated[list[str] | None, Query(description="Rivals; all by default.")] = None,
    form: Form = "json",
) -> Response:
    """Return a brand against its rivals in a month of the period: a row a rival and figure.

    ``leads`` is who is ahead where the interval of the difference leaves out 0, else ``nobody``.
    """
    del against  # read with the rest of the choice
    look.unless_known()
    names = figures.rivals(look.snapshot, look.asked, look.brands)
    rivals = chosen(look, names).against
    found = compare.matrix(look.snapshot, look.asked, rivals, month)
    about = {"month": found.month, "complete": found.complete, "coverage": found.coverage}
    return table(look, "rivals", found.rows, form, more=None, **about)
