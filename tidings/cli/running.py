"""Commands that run the pipeline: ``run``, ``backfill``, ``up``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli import steps, whole_run
from tidings.cli.console import AsJson, err, out, table, walking
from tidings.errors import ConfigurationError, TidingsError

if TYPE_CHECKING:
    from tidings.collect import Outcome

Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="Only this WATCH or WATCH/SOURCE; may be repeated."),
]


def run(only: Only = None, json: AsJson = False) -> None:
    """Collect, check, score, load and publish once, without Airflow.

    Running it again collects only what is new. A source that fails is told at the end (exit code
    3); the others are loaded and published all the same.
    """
    pairs = chosen(only or [])
    _collect_and_load("run", "Collecting", [{"watch": w, "source": s} for w, s in pairs], json=json)


def backfill(
    since: Annotated[str, typer.Option("--from", help="First day (UTC).")],
    until: Annotated[str, typer.Option("--to", help="Day to stop before (UTC).")],
    source: Annotated[
        str | None, typer.Argument(help="WATCH/SOURCE; left out: every source that can go back.")
    ] = None,
    brand: Annotated[
        str | None, typer.Option(help="Only sources that tell of this brand or competitor.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Collect a window of the past again, e.g. to close a gap; repeats are recognised.

    tidings backfill acme/hackernews --from 2026-09-01 --to 2026-10-01
    """
    from tidings.cli.backfill import ANY_BRAND, ANY_SOURCE, plan

    form = {
        "source": source or ANY_SOURCE,
        "brand": brand or ANY_BRAND,
        "from": since,
        "to": until,
    }
    title = f"Collecting from {since} to {until}"
    _collect_and_load("backfill", title, plan(form), json=json)


def _collect_and_load(
    purpose: str, title: str, plan: Iterable[Mapping[str, str]], *, json: bool
) -> None:
    """Collect what ``plan`` names (``watch``, ``source``, perhaps ``since`` and ``until``)."""
    run_id = steps.new_run(purpose)
    outcomes: list[tuple[str, Outcome]] = []
    failures: list[tuple[str, TidingsError]] = []
    with walking(title) as progress:
        for item in plan:
            name = f"{item['watch']}/{item['source']}"
            try:
                found = steps.collect_outcomes(
                    item["watch"],
                    item["source"],
                    run=run_id,
                    since=_time(item, "since"),
                    until=_time(item, "until"),
                    on_page=progress.page,
                )
            except TidingsError as error:
                failures.append((name, error))
                continue
            outcomes += [(name, outcome) for outcome in found]
            failures += [(name, o.error) for o in found if o.error is not None]
    finish(run_id, outcomes, failures, json=json)


def _time(item: Mapping[str, str], key: str) -> datetime | None:
    return steps.as_utc(item[key], option=f"'{key}'") if key in item else None


def up(
    port: Annotated[int, typer.Option(help="Port of Airflow's page on this machine.")] = 8080,
) -> None:
    """Start Airflow with these DAGs, set up on the first run; Ctrl-C stops it.

    Set-up makes the secrets, the database and a password, and tells where to sign in.
    """
    from tidings.cli.airflow import serve_forever
    from tidings.home import Home

    serve_forever(Home.find(), port=port)


def chosen(only: list[str]) -> list[tuple[str, str]]:
    """Return the (watch, source) pairs that ``only`` names, all of them if it is empty.

    Raises ConfigurationError for a name that there is not.
    """
    pairs = [(w.id, s.id) for w in steps.watches() for s in w.sources]
    names = {name for w, s in pairs for name in (w, f"{w}/{s}")}
    for wanted in only:
        if wanted not in names:
            raise ConfigurationError(
                f"There is no {wanted!r} in the watch files.",
                remedy=f"There is: {', '.join(f'{w}/{s}' for w, s in pairs) or 'no source'}.",
            )
    return [(w, s) for w, s in pairs if not only or w in only or f"{w}/{s}" in only]


def finish(
    run_id: str,
    outcomes: list[tuple[str, Outcome]],
    failures: list[tuple[str, TidingsError]],
    *,
    json: bool,
) -> None:
    """Check and load what was collected, then tell what became of it; exits 3 if a part failed."""
    with err.status("Checking, scoring, loading and publishing ..."):
        totals = _load(run_id, failures)
    if json:
        out.print_json(steps.as_json(_summary(run_id, outcomes, failures, totals)))
    else:
        _print(outcomes, failures, totals)
    if failures:
        raise typer.Exit(3)


def _load(run_id: str, failures: list[tuple[str, TidingsError]]) -> dict[str, int]:
    from tidings.errors import DeliveryError, QualityError

    try:
        return whole_run.check_and_load(holder=run_id)
    except QualityError as error:
        failures.append(("quality", error))
    except DeliveryError as error:
        failures.append(("alerts", error))
    return {}


def _summary(
    run_id: str,
    outcomes: list[tuple[str, Outcome]],
    failures: list[tuple[str, TidingsError]],
    totals: dict[str, int],
) -> dict[str, object]:
    return {
        "run": run_id,
        "walks": [{"source": n, "walk": o.label, "coverage": o.coverage} for n, o in outcomes],
        "loaded": totals,
        "failures": [
            {"source": n, "error": type(e).__name__, "message": e.message, "remedy": e.remedy}
            for n, e in failures
        ],
    }


def _print(
    outcomes: list[tuple[str, Outcome]],
    failures: list[tuple[str, TidingsError]],
    totals: dict[str, int],
) -> None:
    table(
        ("source", "walk", "items", "pages", "ended by", "gap"),
        [
            (
                name,
                o.label,
                o.coverage.items,
                o.coverage.pages,
                o.coverage.stopped_by or "its end",
                _gap(o.coverage.gap_from, o.coverage.gap_to),
            )
            for name, o in outcomes
        ],
        title="Collected",
    )
    if totals:
        table(tuple(totals), [tuple(totals.values())], title="Loaded (rows)")
    for name, error in failures:
        err.print(f"{name} failed:", style="bold red", markup=False, highlight=False)
        err.print(f"  {steps.error_text(error)}", markup=False, highlight=False)


def _gap(start: datetime | None, end: datetime | None) -> str:
    if end is None:
        return "none"
    return (
        f"{start:%Y-%m-%d %H:%M} .. {end:%Y-%m-%d %H:%M}" if start else f".. {end:%Y-%m-%d %H:%M}"
    )
