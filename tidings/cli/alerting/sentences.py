"""Baseline against observed, in one sentence."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tidings.notify.routing import as_utc
from transforms.incidents import Finding


def sentence(finding: Finding, opened: datetime, timezone: str) -> str:
    """Say what was observed since when, what was to be expected, and how unlikely that is.

    "41 of 96 (43 %) negative since 14:05, expected 17 (18 %); p = 2e-09"
    """
    since = _since(opened, finding.at, timezone)
    told = _TOLD.get(finding.measure, _other)(finding, since)
    return told + (f"; p = {finding.probability:.0e}" if finding.probability is not None else "")


def _since(opened: datetime, at: datetime, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    begun, now = (as_utc(time).astimezone(zone) for time in (opened, at))
    return f"{begun:%H:%M}" if begun.date() == now.date() else f"{begun:%-d %B %H:%M}"


def _share(finding: Finding, since: str) -> str:
    observed = round(finding.observed * finding.n)
    expected = round(finding.baseline * finding.n)
    return (
        f"{observed} of {finding.n} ({finding.observed:.0%}) negative since {since}, "
        f"expected {expected} ({finding.baseline:.0%})"
    ).replace("%)", " %)")


def _mentions(finding: Finding, since: str) -> str:
    return f"{finding.observed:.0f} mentions since {since}, expected {finding.baseline:.0f}"


def _negative(finding: Finding, since: str) -> str:
    return (
        f"{finding.observed:.0f} negative mentions since {since}, expected {finding.baseline:.0f}"
    )


def _rating(finding: Finding, _since: str) -> str:
    return (
        f"{finding.n} reviews of the last 7 days rate {finding.observed:.2f} of 1 on average, "
        f"those of the 28 days before {finding.baseline:.2f}"
    )


def _reach(finding: Finding, since: str) -> str:
    return f"A negative mention at {since} by an author whom {finding.observed:,.0f} follow"


def _unanswered(finding: Finding, since: str) -> str:
    return f"{finding.observed:.0f} reviews unanswered past the target, the first since {since}"


def _silent(finding: Finding, since: str) -> str:
    return (
        f"Nothing was heard since {since}, for {finding.observed:.0f} hours; "
        f"the longest pause of the 14 days before was {finding.baseline:.1f}"
    )


def _checks(finding: Finding, _since: str) -> str:
    return f"{finding.observed:.0f} checks of the warehouse fail: {finding.detail}"


def _other(finding: Finding, since: str) -> str:
    return f"{finding.observed:g} since {since}, expected {finding.baseline:g}"


_TOLD = {
    "mentions": _mentions,
    "negative": _negative,
    "negative_share": _share,
    "rating_mean": _rating,
    "reach": _reach,
    "unanswered": _unanswered,
    "hours_silent": _silent,
    "checks": _checks,
}
