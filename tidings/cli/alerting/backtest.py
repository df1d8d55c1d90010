"""What the rules would have found in the past, on the numbers as they were first known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tidings.cli.alerting.looking import look
from tidings.cli.alerting.sentences import sentence
from tidings.watch import Watch
from transforms.incidents import SLIGHT, Standing, follow

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


class Past(NamedTuple):
    """One incident that would have been: when it was told, graver, over; times naive UTC."""

    incident: Standing
    sentence: str
    messages: int


class Backtest(NamedTuple):
    """What was looked at and what would have been; ``counts`` are mentions a day and brand."""

    since: datetime
    until: datetime
    brands: list[str]
    incidents: list[Past]
    counts: dict[str, dict[datetime, int]]


def backtest(
    con: duckdb.DuckDBPyConnection,
    watches: Sequence[Watch],
    now: datetime,
    *,
    days: int,
    rules: Sequence[str] = (),
) -> Backtest:
    """Look back over so many days until ``now`` (naive UTC) under the rules of the watch files.

    The rule ``quality`` is not looked back on: its checks are of the warehouse as it is.
    """
    from warehouse import alerts

    since = now - timedelta(days=days)
    found = look(con, watches, since, now, then=True, rules=rules)
    findings = [f for f in found.findings if f.rule != "quality"]
    followed = follow([], findings, found.evidence, now)
    zones = {b.brand: b.timezone for b in alerts.brands(con)}
    told = [
        change.incident.incident_id
        for change in followed.changes
        if change.incident.height.detail != SLIGHT
    ]
    past = [
        Past(
            incident=one,
            sentence=sentence(one.height, one.first.onset, zones.get(one.first.brand, "UTC")),
            messages=told.count(one.incident_id),
        )
        for one in sorted(followed.standing, key=lambda i: (i.first.at, i.incident_id))
    ]
    counts = {brand: alerts.daily(con, brand, since, now) for brand in found.brands}
    return Backtest(since, now, found.brands, past, counts)


def draw(found: Backtest, file: Path) -> None:
    """Write a PNG: mentions a day of each brand that had an incident, and its incidents."""
    from matplotlib.figure import Figure

    shown = sorted({p.incident.first.brand for p in found.incidents if p.incident.first.brand})
    shown = shown[:8] or found.brands[:1]
    figure = Figure(figsize=(10, 2.2 * max(len(shown), 1) + 0.6), layout="constrained")
    panels = figure.subplots(max(len(shown), 1), 1, squeeze=False, sharex=True)[:, 0]
    for axes, brand in zip(panels, shown, strict=False):
        days = sorted(found.counts[brand])
        axes.step(days, [found.counts[brand][d] for d in days], where="post", color="#33658a")
        axes.set_title(brand.replace("$", r"\$"), loc="left", fontsize=9)
        axes.set_xlim(found.since, found.until)
        axes.set_ylabel("mentions a day", fontsize=8)
        for past in found.incidents:
            if past.incident.first.brand == brand:
                _mark(axes, past.incident, found.until)
    figure.savefig(file, dpi=110)


_COLOURS = {"info": "#86bbd8", "warning": "#f6ae2d", "critical": "#d1495b"}


def _mark(axes, incident: Standing, until: datetime) -> None:  # type: ignore[no-untyped-def]
    """Colour an incident's time, and draw a line at the time of its message."""
    colour = _COLOURS[incident.severity]
    axes.axvspan(incident.first.onset, incident.closed or until, color=colour, alpha=0.25, lw=0)
    axes.axvline(incident.first.at, color=colour, lw=1)
