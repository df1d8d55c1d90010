"""One incident, and what editors do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from dashboard.changed import KEPT_DAYS, keep, recent, unseen
from dashboard.charts import Chart, chart, column, day_of, series
from dashboard.figures import incident as figures
from dashboard.look import Look, Looking
from tidings.errors import ConfigurationError
from tidings.journal import OnIncident
from tidings.notify.routing import as_utc
from tidings.times import utcnow

router = APIRouter()

LONGEST_SNOOZE = 24.0 * 90

Name = Annotated[str, Query(alias="id", min_length=1, max_length=200)]


@router.get("/incident")
def incident(look: Looking, name: Name) -> Response:
    """Show one incident."""
    look.unless_known()
    editor = look.person.may("editor")
    told = figures.told(
        look.snapshot, name, unseen(look), recent(look) if editor else (),
    )  # fmt: skip
    opened, zone = told.incident["opened"], told.incident["timezone"]
    return look.page(
        "incident.html",
        told=told,
        i=told.incident,
        hourly=_hourly(look, told),
        ratings=_ratings(look, told),
        kept_days=KEPT_DAYS,
        around=look.asked.query(
            from_=day_of(opened, zone).isoformat(),
            to=day_of(max(told.ended, opened), zone).isoformat(),
            brand=told.incident["brand"] or look.asked.brand,
        ),
    )


@router.post("/incident")
def act(
    look: Looking,
    name: Name,
    action: Annotated[Literal["acknowledge", "snooze", "note", "own", "resolve"], Form()],
    hours: Annotated[float, Form(ge=0, le=LONGEST_SNOOZE)] = 24.0,
    words: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Note what an editor does about an incident, and show it."""
    look.needs("editor")
    if look.snapshot.one("incident", {"incident_id": name}) is None:
        raise ConfigurationError(
            "There is no such incident.", remedy="The list of incidents has those there are."
        )
    keep(
        look,
        OnIncident(
            incident_id=name,
            action=action,
            until=utcnow() + timedelta(hours=hours) if action == "snooze" else None,
            words=words.strip() or None if action in ("note", "own") else None,
        ),
    )
    return RedirectResponse(f"incident?{look.asked.query(id=name)}#did", status_code=303)


def _hourly(look: Look, told: figures.Told) -> Chart | None:
    """Return observed against expected, hour by hour in the brand's time; None: not counted so."""
    if not told.hours:
        return None
    t, zone = look.texts, ZoneInfo(look.asked.known.timezone)
    at = [f"{as_utc(h.starts).astimezone(zone):%Y-%m-%d %H:%M}" for h in told.hours]
    inside = [
        where
        for where, hour in zip(at, told.hours, strict=True)
        if told.incident["opened"] - timedelta(hours=1) < hour.starts <= told.ended
    ]
    shown = {"from": inside[0], "to": inside[-1], "name": "", "tone": "warning"} if inside else None
    observed = told.shares or [h.observed for h in told.hours]
    return chart(
        at,
        [
            series(t("incident.observed"), observed, tone="bad"),
            series(
                t("incident.expected"), [round(h.expected, 3) for h in told.hours], tone="neutral"
            ),
        ],
        axis=t("incident.hour"),
        unit="percent" if told.shares else "number",
        marks=[shown] if shown else [],
    )


def _ratings(look: Look, told: figures.Told) -> Chart | None:
    if not told.ratings:
        return None
    t, rows = look.texts, told.ratings
    return chart(
        [row["day"].isoformat() for row in rows],
        [
            series(
                t("figure.rating_mean"),
                column(rows, "rating_mean"),
                low=column(rows, "rating_mean_low"),
                high=column(rows, "rating_mean_high"),
            ),
            series(t("incident.reviews"), column(rows, "n_ratings"), kind="bar", right=True),
        ],
        axis=t("column.day"),
        unit="net",
    )
