"""How gaps are shown: what is planned, what a repair has closed, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tidings.cli import ledger, steps
from tidings.cli.console import err, out, table
from tidings.errors import TidingsError
from tidings.home import Home

if TYPE_CHECKING:
    from tidings.repair import Repaired
    from warehouse.gaps import Closed, OpenGap


class Planned(NamedTuple):
    """A window that a repair would ask for: ``since`` None means from the source's beginning."""

    source: str
    walk: str
    since: datetime | None
    until: datetime


def show_plan(windows: Sequence[Planned], *, json: bool) -> None:
    """Show what a repair would ask for."""
    if json:
        out.print_json(steps.as_json([window._asdict() for window in windows]))
        return
    rows = [(w.source, w.walk, stretch(w.since, w.until)) for w in windows]
    table(("source", "walk", "would be asked for"), rows, title="Windows")
    show_open(open_now())


def show_repaired(
    run_id: str,
    repaired: Sequence[tuple[str, Repaired]],
    failures: Sequence[tuple[str, TidingsError]],
    *,
    json: bool,
) -> None:
    """Show what a repair has asked for, what it closed, what is left, and what failed."""
    closed, left = ledger.closed_by(Home.find(), run_id), open_now()
    if json:
        out.print_json(steps.as_json(_summary(run_id, repaired, failures, closed, left)))
        return
    _show_asked(repaired)
    rows = [(c.watch, c.label, stretch(c.gap_from, c.gap_to), c.why) for c in closed]
    table(("watch", "walk", "gap", "it was left by"), rows, title="Closed")
    show_open(left)
    for name, error in failures:
        err.print(f"{name} failed:", style="bold red", markup=False, highlight=False)
        err.print(f"  {steps.error_text(error)}", markup=False, highlight=False)


def show_open(left: Sequence[OpenGap]) -> None:
    """Show the open gaps, and what will become of each."""
    if not left:
        out.print("No gap is open.")
        return
    table(
        ("watch", "walk", "gap", "left by", "walks", "what then"),
        [
            (
                gap.watch,
                gap.label,
                stretch(gap.gap_from, gap.gap_to),
                gap.why,
                gap.walks,
                "'tidings repair' goes on" if gap.can_go_back else "stays: it can't go back",
            )
            for gap in left
        ],
        title="Open gaps",
    )


def open_now() -> list[OpenGap]:
    """Return the open gaps of what has been loaded."""
    return ledger.open_gaps(Home.find())


def stretch(since: datetime | None, until: datetime) -> str:
    """Write a stretch of time for people, in UTC."""
    start = f"{since:%Y-%m-%d %H:%M:%S} " if since else ""
    return f"{start}.. {until:%Y-%m-%d %H:%M:%S}"


def _show_asked(repaired: Sequence[tuple[str, Repaired]]) -> None:
    rows = [
        (
            name,
            one.label,
            len(one.outcomes),
            sum(o.coverage.pages for o in one.outcomes),
            sum(o.coverage.items for o in one.outcomes),
        )
        for name, one in repaired
    ]
    table(("source", "walk", "windows", "pages", "items"), rows, title="Asked for")


def _summary(
    run_id: str,
    repaired: Sequence[tuple[str, Repaired]],
    failures: Sequence[tuple[str, TidingsError]],
    closed: Sequence[Closed],
    left: Sequence[OpenGap],
) -> dict[str, object]:
    return {
        "run": run_id,
        "walks": [
            {"source": name, "walk": one.label, "coverage": outcome.coverage}
            for name, one in repaired
            for outcome in one.outcomes
        ],
        "closed": [msgspec.structs.asdict(c) for c in closed],
        "open": [msgspec.structs.asdict(gap) for gap in left],
        "failures": [
            {"source": n, "error": type(e).__name__, "message": e.message, "remedy": e.remedy}
            for n, e in failures
        ],
    }
