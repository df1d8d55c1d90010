"""The alert rules there are, and what each does where a watch file says nothing else.

A watch file changes a rule with ``[alerts.RULE]``; docs/alerts.md says more of each.
"""

from __future__ import annotations

import difflib
from typing import NamedTuple

from tidings.incident import Severity
from tidings.watch import Alert, Watch


class Rule(NamedTuple):
    """One rule: what it is worth, its threshold and what that counts, and what it looks for."""

    severity: Severity
    threshold: float
    unit: str
    finds: str
    backtested: bool = True


RULES = {
    "volume": Rule("warning", 3.55, "standard deviations", "more mentions than usual at that time"),
    "negative_count": Rule("warning", 3.55, "standard deviations", "more negative mentions"),
    "negative_share": Rule("critical", 1.0, "false alarms a week", "a higher negative share"),
    "rating_drop": Rule("warning", 0.1, "of the scale 0..1", "a week's reviews rate lower"),
    "influential_author": Rule("warning", 50_000, "followers", "a negative mention that many read"),
    "unanswered": Rule("info", 1, "reviews", "reviews unanswered past the brand's target"),
    "competitor": Rule("info", 0, "(that of the rule it comes from)", "a competitor's incident"),
    "silence": Rule("warning", 24, "hours at least", "nothing where there always was something"),
    "quality": Rule("warning", 1, "failed checks", "checks of the warehouse fail", False),
}


def setting(watch: Watch, rule: str) -> Alert:
    """Return the rule as it holds for a watch file: what it says, else the rule's own."""
    own = RULES[rule]
    said = watch.alerts.get(rule, Alert())
    return Alert(
        enabled=said.enabled,
        threshold=own.threshold if said.threshold is None else said.threshold,
        cooldown_hours=said.cooldown_hours,
        severity=said.severity or own.severity,
        owner=said.owner,
    )


def unknown_rule(name: str) -> str | None:
    """Return what to do about a rule that there is not; None where there is one of that name."""
    if name in RULES:
        return None
    near = difflib.get_close_matches(name.replace("-", "_"), RULES, n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else f"The rules are: {', '.join(RULES)}."
