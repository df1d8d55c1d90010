"""The steps of alerts, for the CLI and the DAG. Each may be called again after any failure."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from tidings.cli import steps
from tidings.cli.opening import opened
from tidings.errors import DeliveryError
from tidings.home import Home
from tidings.times import utcnow

log = logging.getLogger("tidings")


def look() -> dict[str, int]:
    """Look for incidents in what is known now, and decide who is told; return counts of it.

    What people did on the pages is taken over first, so that an acknowledged incident is quiet.
    Where an incident opened or closed, the marts are brought up to that. Sends nothing: see
    :func:`tell`.
    """
    from tidings.cli.alerting.deciding import decide
    from tidings.cli.taking_over import take_over
    from warehouse.alerts import looked_to
    from warehouse.marts import refresh

    home = Home.find()
    with opened(home) as con:
        taken = take_over(con, home)
        if taken.applied:
            refresh(con)  # a corrected label counts in what is looked at
        first = looked_to(con) is None
        found = decide(con, steps.watches(home), utcnow())
        refresh(con)
    counts = {name: getattr(found, name) for name in ("opened", "escalated", "resolved", "notices")}
    counts["changes"] = taken.applied + taken.refused
    counts["first"] = int(first)
    log.info("alerts: %s", counts)
    return counts


def failing() -> frozenset[tuple[str, str]]:
    """Return the checks, each with its table, that failed when the warehouse was last judged."""
    from warehouse.alerts import failed_checks

    with opened(Home.find()) as con:
        return frozenset((check, table) for _, check, table, _, _ in failed_checks(con))


def publish(counts: Mapping[str, int]) -> dict[str, str]:
    """Publish again where :func:`look` found that an incident opened, widened or closed.

    So it does where people changed anything that was taken over, and where a brand was looked at
    for the first time: that there was no incident is a part of its score.
    """
    reasons = ("opened", "escalated", "resolved", "changes", "first")
    changed = any(counts[name] for name in reasons)
    return steps.publish() if changed else {}


def tell() -> dict[str, int]:
    """Send what alerts have decided to tell; return how many notices were sent and how many wait.

    Raises DeliveryError where a channel refused one, or is gone; all others were sent before.
    """
    from tidings.cli.alerting.telling import tell as send_all

    home = Home.find()
    told = send_all(home, steps.watches(home))
    for problem in told.problems:
        log.warning("alert not sent: %s", problem)
    if told.failed:
        raise DeliveryError(
            f"{told.failed} alerts could not be sent: {'; '.join(told.problems)}",
            remedy="Mend it ('tidings alerts test' tries it), then 'tidings alerts resend'.",
        )
    return {"sent": told.sent, "waiting": told.waiting}
