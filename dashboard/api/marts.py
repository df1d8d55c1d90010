"""Every mart's rows, by brand and period: what the pages' figures are made of."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dashboard.api.answering import Form, answer, table
from dashboard.figures.marts import MARTS, columns, rows
from dashboard.look import Looking
from tidings.errors import ConfigurationError

router = APIRouter(tags=["marts"])

PAGE = 500


@router.get("/brands")
def brands(look: Looking) -> Response:
    """List the brands, and the days there are of each."""
    look.unless_known()
    return answer(look, {"brands": look.brands})


@router.get("/marts")
def marts(look: Looking) -> Response:
    """List the marts, and the columns of each."""
    look.unless_known()
    return answer(look, {"marts": {mart: columns(look.snapshot, mart) for mart in MARTS}})


@router.get("/marts/{mart}")
def mart(
    mart: str,
    look: Looking,
    form: Form = "json",
    limit: Annotated[int, Query(ge=1, le=5000, description="Rows a page.")] = PAGE,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Rows left out before.")] = 0,
) -> Response:
    """Return a mart's rows of the brand and period asked for, in the mart's own order.

    ``next`` is the offset of the next page, null on the last. Every figure has the mart's own name;
    null is too few to tell, never 0.
    """
    look.unless_known()
    if mart not in MARTS:
        raise ConfigurationError(
            f"There is no mart {mart!r}.", remedy=f"There is: {', '.join(MARTS)}."
        )
    found = rows(look.snapshot, mart, look.asked, limit=limit + 1, offset=offset)
    more = offset + limit if len(found) > limit else None
    return table(look, mart, found[:limit], form, more=more)
