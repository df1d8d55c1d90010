"""Page five as JSON: keywords, what they stand with, words of the period, a query tried."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from msgspec import to_builtins

from dashboard.api.answering import AllOf, Form, answer, paged, table
from dashboard.figures import keywords as figures
from dashboard.figures.keywords_query import LONGEST, tried
from dashboard.look import Looking

router = APIRouter(tags=["keywords"])

PAGE = 500


@router.get("/keywords")
def keywords(
    look: Looking,
    form: Form = "json",
    limit: AllOf = None,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Rows left out before.")] = 0,
) -> Response:
    """Return the keywords of a period, rising ones first, then falling ones.

    ``trend`` compares the 7 days up to ``trend_day`` with the 28 before; ``way`` is rising,
    falling, usual, or null where there are too few to tell; ``daily`` is the mentions by day, null
    for days that nothing is told of.
    """
    look.unless_known()
    every = figures.keywords(look.snapshot, look.asked)
    rows, more = paged(every, form, limit, offset, PAGE)
    return table(look, "keywords", rows, form, more=more)


@router.get("/keywords/company")
def company(
    look: Looking,
    month: Annotated[str | None, Query(description="First day of a month: 2026-10-01.")] = None,
    form: Form = "json",
) -> Response:
    """Return what stands with keywords more often than chance, in a month of the period."""
    look.unless_known()
    found = figures.company(look.snapshot, look.asked, month)
    about = {"month": found.month, "complete": found.complete}
    return table(look, "company", found.rows, form, more=None, **about)


@router.get("/keywords/words")
def words(
    look: Looking,
    label: Annotated[
        Literal["", "positive", "neutral", "negative"], Query(description="Of texts so labelled.")
    ] = "",
    form: Form = "json",
) -> Response:
    """Return words that the period's texts have more often than those of the 90 days before."""
    look.unless_known()
    found = figures.driving(look.snapshot, look.asked, label)
    about = {"texts": found.texts, "before": found.before, "capped": found.capped}
    return table(look, "words", to_builtins(found.words), form, more=None, **about)


@router.get("/keywords/query")
def query(
    look: Looking,
    text: Annotated[str, Query(alias="query", max_length=LONGEST, description="A Boolean query.")],
    name: Annotated[
        str, Query(max_length=64, description="What the keyword is to be called.")
    ] = "",
    within: Annotated[
        Literal["", "all"], Query(description="'all' tries it on all that was collected.")
    ] = "",
) -> Response:
    """Try a query on the newest 5,000 mentions of the period; nothing is written.

    ``wrong`` says where it can't be read; ``doubts`` where it may find something else.
    """
    look.unless_known()
    return answer(
        look, tried(look.snapshot, look.asked, text, name=name, everything=within == "all")
    )
