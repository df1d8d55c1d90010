"""What was said: search, filters, counts, and the voices themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from dashboard.api.mentions import Wanting
from dashboard.changed import unseen
from dashboard.charts import Chart, chart, series
from dashboard.figures.mentions import (
    LABELS,
    MOST_EXPORTED,
    MOST_HITS,
    MOST_READ,
    SORTS,
    Found,
    choices,
    corrected,
    found,
    pending_label,
)
from dashboard.figures.mentions_text import Part, parts
from dashboard.look import Look, Looking
from dashboard.pages.paging import before
from dashboard.reader import Row

router = APIRouter()

PAGE = 25


@router.get("/mentions")
def mentions(
    look: Looking, asked_for: Wanting, offset: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Response:
    """Show what was said of the brand within the period."""
    look.unless_known()
    told = found(
        look.snapshot, look.setup.home.search, look.asked, asked_for, limit=PAGE, offset=offset
    )
    waiting = corrected(unseen(look), look.asked.brand)
    given = asked_for.given()
    voices = told.figures["voices"]

    def address(**other: Any) -> str:
        return look.asked.query(**given | other)

    made = look.page(
        "mentions.html",
        told=told,
        g=told.figures,
        wanted=asked_for,
        given=given,
        choices=choices(look.snapshot, look.asked),
        labels=LABELS,
        sorts=SORTS,
        address=address,
        text_of=lambda row: _text(told, row),
        pending=lambda row: pending_label(row, waiting),
        trend=_trend(look, told.figures["days"], given),
        offset=offset,
        size=PAGE,
        more=offset + PAGE if offset + PAGE < voices else None,
        before=before(offset, PAGE, voices),
        most={"hits": MOST_HITS, "read": MOST_READ, "exported": MOST_EXPORTED},
    )
    if told.search is not None and told.search.how == "scan":
        del made.headers["ETag"]  # the index may come, and find more
    return made


def _text(told: Found, row: Row) -> tuple[list[Part], list[Part]]:
    """Return title and text as they are shown, what was looked for marked."""
    sought = None if told.search is None else told.search.sought
    return parts(row["title"], row["text"], sought)


def _trend(look: Look, told: list[Row], given: dict[str, str]) -> Chart | None:
    """Return mentions by day and label; days of the period without any are there, too."""
    asked, t = look.asked, look.texts
    first, last = max(asked.first, asked.known.first), min(asked.last, asked.known.last)
    if not told or first >= last:
        return None
    tones = {"positive": "good", "neutral": "neutral", "negative": "bad", "unscored": None}
    of_day = {row["day"]: row for row in told}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    at = [day.isoformat() for day in days]
    return chart(
        at,
        [
            series(
                t(f"label.{name}"), [of_day[d][name] if d in of_day else 0 for d in days], tone=tone
            )
            for name, tone in tones.items()
        ],
        axis=t("column.day"),
        stacked=True,
        links=[f"mentions?{asked.query(**given, from_=day, to=day)}" for day in at],
    )
