"""What a rule would have told, at another threshold, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dashboard.api.answering import Form, table
from dashboard.figures import backtest as figures
from dashboard.look import Looking

router = APIRouter(tags=["incidents"])


@router.get("/backtest")
def backtest(
    look: Looking,
    rule: Annotated[str, Query(description="volume, negative_count or negative_share.")],
    threshold: Annotated[float, Query(description="As [alerts.RULE] of a watch file has it.")],
    form: Form = "json",
) -> Response:
    """Return the alarms that one rule would have had of the brand within the period.

    By what is known now; 'tidings alerts backtest' looks at what was known then.
    """
    look.unless_known()
    found = figures.look_back(look.snapshot, look.asked, rule, threshold)
    about = {"rule": rule, "threshold": threshold, "mentions": found.mentions, "kept": found.kept}
    return table(look, "backtest", found.alarms, form, more=None, **about)
