"""Sources: how they are, what is missing, what is held, when they run next; and release of rows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from dashboard.changed import keep, unseen
from dashboard.charts import Chart, chart, column, series
from dashboard.figures import quarantine
from dashboard.figures import sources as figures
from dashboard.figures.today import is_well
from dashboard.look import Look, Looking
from dashboard.reader import published
from tidings.errors import ConfigurationError
from tidings.journal import Release
from tidings.times import utcnow

router = APIRouter()

PAGE = 25

Choice = Annotated[str, Query(max_length=200)]


@router.get("/sources")
def sources(
    look: Looking,
    source: Choice = "",
    rules: Choice = "",
    released: bool = False,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Show the sources of the brand's watch file. It tells of times to come: always made anew."""
    held = quarantine.Held(source=source, rules=rules, released=released)
    rows = quarantine.rows(
        look.snapshot, look.asked, held, unseen(look), limit=PAGE + 1, offset=offset
    )
    declared, problem = _declared(look)
    return look.page(
        "sources.html",
        health=figures.health(look.snapshot, look.asked),
        is_well=is_well,
        published=published(look.snapshot),
        calendars=[(one, _calendar(look, one)) for one in _calendars(look)],
        gaps=figures.gaps(look.snapshot, look.asked),
        declared=declared,
        problem=problem,
        held=held,
        counts=quarantine.counts(look.snapshot, look.asked),
        rows=rows[:PAGE],
        more=offset + PAGE if len(rows) > PAGE else None,
        before=max(offset - PAGE, 0) if offset else None,
    )


@router.post("/sources")
def release(
    look: Looking,
    quarantine_id: Annotated[str, Form(min_length=1, max_length=200)],
    mend: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Release a row from quarantine: mended, else as it is with the rules that it broke waived."""
    look.needs("admin")
    quarantine.may_go(look.snapshot, quarantine_id)
    keep(look, Release(quarantine_id=quarantine_id, mended=quarantine.mended(mend)))
    return RedirectResponse(f"sources?{look.asked.query()}#quarantine", status_code=303)


def _declared(look: Look) -> tuple[list[figures.Declared], ConfigurationError | None]:
    """Return what the watch file declares; the error instead where one can't be read."""
    try:
        watches = look.setup.watches()
    except ConfigurationError as error:
        return [], error
    return figures.declared(look.snapshot, look.asked, watches, utcnow()), None


def _calendars(look: Look) -> list[figures.Calendar]:
    """Return the calendars, those with days that are missing first."""
    found = figures.calendars(look.snapshot, look.asked)
    return sorted(found, key=lambda one: (-len(one.incomplete), one.source))


def _calendar(look: Look, one: figures.Calendar) -> Chart:
    t = look.texts
    first, last = figures.calendar_days(look.asked)
    days = [row["day"].isoformat() for row in one.days]
    return chart(
        days,
        [
            series(t("column.coverage"), column(one.days, "coverage")),
            series(t("sources.walks_whole"), column(one.days, "whole")),
            series(t("sources.walks"), column(one.days, "walks")),
        ],
        axis=t("column.day"),
        unit="percent",
        **{
            "from": first.isoformat(),
            "to": last.isoformat(),
            "days": [[day, row["coverage"]] for day, row in zip(days, one.days, strict=True)],
        },
    )
