"""What waits for an answer, to be marked as done; and how the brand has answered so far."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from dashboard.api.answers import Wanting
from dashboard.changed import keep, unseen
from dashboard.charts import Chart, chart, column, series
from dashboard.figures import answers as figures
from dashboard.figures.mention import mention_id
from dashboard.figures.mentions import LABELS
from dashboard.figures.mentions_text import parts
from dashboard.look import Look, Looking
from dashboard.pages.paging import before
from tidings.journal import MarkAnswer, State

router = APIRouter()

PAGE = 50
MOST_EXPORTED = 5_000


@router.get("/answers")
def answers(
    look: Looking, asked_for: Wanting, offset: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> Response:
    """Show what waits for an answer of the brand."""
    look.unless_known()
    brand = look.asked.brand
    marked = figures.marks(unseen(look), brand)
    found = figures.queue(look.snapshot, brand, asked_for, marked, limit=PAGE + 1, offset=offset)
    given = asked_for.given()
    seen = found  # beyond the last page there is no row to say how many there are
    if offset and not found:
        seen = figures.queue(look.snapshot, brand, asked_for, marked, limit=1, offset=0)
    of_all = seen[0]["of_all"] if seen else 0

    def address(**other: Any) -> str:
        return look.asked.query(**given | other)

    return look.page(
        "answers.html",
        rows=found[:PAGE],
        of_all=of_all,
        counts=figures.counts(look.snapshot, brand, marked),
        g=figures.period(look.snapshot, look.asked),
        marked=figures.marked_lately(look.snapshot, brand, marked),
        trend=_trend(look),
        wanted=asked_for,
        given=given,
        address=address,
        labels=LABELS,
        text_of=_text,
        offset=offset,
        more=offset + PAGE if len(found) > PAGE else None,
        before=before(offset, PAGE, of_all),
        most=MOST_EXPORTED,
    )


@router.post("/answers-mark")
def mark(
    look: Looking,
    one: Annotated[str, Query(alias="id", max_length=100)],
    state: Annotated[State, Form()],
) -> Response:
    """Keep that an editor says that one is answered, needs no answer, or does after all."""
    look.needs("editor")
    brand, mention = look.asked.brand, mention_id(one)
    figures.is_known(look.snapshot, brand, mention)
    keep(look, MarkAnswer(mention_id=mention, brand=brand, state=state))
    if "hx-request" not in look.request.headers:
        return RedirectResponse(f"answers?{look.asked.query()}", status_code=303)
    row = None
    if state == "open":
        marked = figures.marks(unseen(look), brand)
        row = figures.waiting(look.snapshot, brand, mention, marked)
    return look.page("_answer_marked.html", one=mention, state=state, row=row, text_of=_text)


def _text(row: dict[str, Any]) -> Any:
    return parts(row["title"], row["text"] or row["excerpt"], None)


def _trend(look: Look) -> Chart | None:
    days = figures.trend(look.snapshot, look.asked)
    if len(days) < 2:
        return None
    t = look.texts
    at = [day["day"].isoformat() for day in days]
    return chart(
        at,
        [
            series(t("answers.received"), column(days, "received")),
            series(t("answers.responses"), column(days, "responses"), tone="good"),
            series(t("answers.open"), column(days, "open"), tone="bad"),
        ],
        axis=t("column.day"),
        links=[f"mentions?{look.asked.query(kind='review', from_=day, to=day)}" for day in at],
    )
