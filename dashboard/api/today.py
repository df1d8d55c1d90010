"""Page one as JSON: how each own brand stands."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Response

from dashboard.api.answering import answer
from dashboard.changed import unseen
from dashboard.figures.today import standings
from dashboard.look import Looking

router = APIRouter(tags=["today"])


@router.get("/today")
def today(look: Looking) -> Response:
    """Return how each own brand stands over the period, or the one brand that is asked for.

    ``figures`` are those of page one, ``why`` has a row a part of the score, which sum to its
    change, ``trend`` a row a day; ``calm``: nothing needs anybody.
    """
    look.unless_known()
    found = standings(look.snapshot, look.asked, look.brands, unseen(look))
    told = [msgspec.structs.asdict(one) | {"calm": one.calm} for one in found]
    return answer(look, {"standings": told})
