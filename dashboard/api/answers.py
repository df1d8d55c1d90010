"""What waits for an answer as JSON or a file, and how a brand has answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from dashboard.api.answering import Form, table
from dashboard.changed import unseen
from dashboard.figures.answers import Wanted, counts, marks, period, queue, wanted
from dashboard.look import Looking

router = APIRouter(tags=["answers"])


def filters(
    source: Annotated[str, Query(description="Name of a connector.")] = "",
    label: Annotated[str, Query(description="positive, neutral, negative or unscored.")] = "",
    driver: Annotated[str, Query(description="price, quality, service ...")] = "",
    kind: Annotated[str, Query(description="review or question.")] = "",
    rating: Annotated[str, Query(description="1 to 5 stars, whatever the source's scale.")] = "",
    overdue: Annotated[str, Query(description="yes or no.")] = "",
) -> Wanted:
    """Return which answers are asked for. Raises ConfigurationError for a value of no use."""
    return wanted(locals())


Wanting = Annotated[Wanted, Depends(filters)]


@router.get("/answers")
def answers(
    look: Looking,
    asked_for: Wanting,
    form: Form = "json",
    limit: Annotated[int, Query(ge=1, le=5000, description="Rows a page.")] = 500,
    offset: Annotated[int, Query(ge=0, le=10**9, description="Rows left out before.")] = 0,
) -> Response:
    """Return what waits for an answer of the brand, whenever it was published, most urgent first.

    What people marked since the snapshot was made is left out already. The JSON form tells
    ``counts`` of all that waits, and how reviews of the ``period`` were answered, too.
    """
    look.unless_known()
    brand = look.asked.brand
    marked = marks(unseen(look), brand)
    found = queue(look.snapshot, brand, asked_for, marked, limit=limit + 1, offset=offset)
    more = offset + limit if len(found) > limit else None
    rows = [
        {name: value for name, value in row.items() if not name.startswith("of_all")}
        for row in found[:limit]
    ]
    return table(
        look,
        "answers",
        rows,
        form,
        more=more,
        counts=counts(look.snapshot, brand, marked),
        period=period(look.snapshot, look.asked),
    )
