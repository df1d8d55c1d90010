"""Sources as JSON: health, coverage by day, gaps, and rows in quarantine."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dashboard.api.answering import Form, table
from dashboard.changed import unseen
from dashboard.figures import quarantine as held
from dashboard.figures import sources as figures
from dashboard.look import Looking

router = APIRouter(tags=["sources"])


@router.get("/sources")
def sources(look: Looking, form: Form = "json") -> Response:
    """Return the rows of marts.source_health of the brand's watch file."""
    look.unless_known()
    return table(look, "sources", figures.health(look.snapshot, look.asked), form, more=None)


@router.get("/coverage")
def coverage(look: Looking, form: Form = "json") -> Response:
    """Return how much of each day each source was collected.

    ``coverage`` is the share of its ``walks`` that covered the ``whole`` day without an open gap.
    At least the 91 days until the end of the period.
    """
    look.unless_known()
    found = figures.calendars(look.snapshot, look.asked)
    days = [day for one in found for day in one.days]
    return table(look, "coverage", days, form, more=None)


@router.get("/gaps")
def gaps(look: Looking, form: Form = "json") -> Response:
    """Return what is not collected of the walks declared now, and the command that closes it."""
    look.unless_known()
    return table(look, "gaps", figures.gaps(look.snapshot, look.asked), form, more=None)


@router.get("/quarantine")
def quarantine(
    look: Looking,
    source: Annotated[str, Query(description="Of this connector only.")] = "",
    rules: Annotated[str, Query(description="That broke these rules.")] = "",
    released: Annotated[bool, Query(description="Also what went back.")] = False,
    form: Form = "json",
    limit: Annotated[int, Query(ge=1, le=5000, description="Rows a page.")] = 500,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Rows left out before.")] = 0,
) -> Response:
    """Return rows in quarantine, the newest first: why they are held, not what is in them."""
    look.unless_known()
    wanted = held.Held(source=source, rules=rules, released=released)
    found = held.rows(
        look.snapshot, look.asked, wanted, unseen(look), limit=limit + 1, offset=offset
    )
    more = offset + limit if len(found) > limit else None
    return table(look, "quarantine", found[:limit], form, more=more)
