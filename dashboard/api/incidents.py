"""Incidents as JSON, and one of them whole."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from dashboard.api.answering import Form, answer, table
from dashboard.changed import recent, unseen
from dashboard.figures import incident as figure
from dashboard.figures import incidents as figures
from dashboard.look import Looking

router = APIRouter(tags=["incidents"])


@router.get("/incidents")
def incidents(
    look: Looking,
    state: Annotated[str, Query(description="open or closed; empty: both.")] = "",
    severity: Annotated[str, Query(description="info, warning or critical.")] = "",
    rule: Annotated[str, Query(description="A rule that found it, see docs/alerts.md.")] = "",
    about: Annotated[str, Query(description="A brand of the same watch file only.")] = "",
    form: Form = "json",
    limit: Annotated[int, Query(ge=1, le=5000, description="Rows a page.")] = 500,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Rows left out before.")] = 0,
) -> Response:
    """Return the incidents of the brand's watch file that were open within the period.

    The open ones first, then the gravest and the newest. What people did since the snapshot was
    made is in it; ``waits`` says so.
    """
    look.unless_known()
    brands = [b.brand for b in look.brands if b.watch == look.asked.known.watch]
    asked_for = figures.wanted(state, severity, rule, about, brands)
    found = figures.incidents(
        look.snapshot, look.asked, asked_for, unseen(look), limit=limit + 1, offset=offset
    )
    more = offset + limit if len(found) > limit else None
    return table(look, "incidents", found[:limit], form, more=more)


@router.get("/incidents/{incident_id}")
def incident(incident_id: str, look: Looking) -> Response:
    """Return one incident: what moved, its evidence, who was told, what people did about it.

    Who did it and what they noted is told to editors, as long as the journal keeps it.
    """
    look.unless_known()
    known = recent(look) if look.person.may("editor") else ()
    told = figure.told(look.snapshot, incident_id, unseen(look), known)
    hours = [hour._asdict() for hour in told.hours]
    return answer(look, msgspec.structs.asdict(told) | {"hours": hours})
