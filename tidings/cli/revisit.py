"""``tidings revisit``: known mentions are asked for anew, for edits, answers and disappearances."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli import ledger, steps, whole_run
from tidings.cli.console import AsJson, err, out, table, walking
from tidings.connector import Connector, asks_again, connector_class
from tidings.errors import ConfigurationError, QualityError, TidingsError
from tidings.home import Home
from tidings.times import utcnow
from tidings.watch import Source, load_watch, load_watches

if TYPE_CHECKING:
    from tidings.again import Visit
    from tidings.collect import Run

log = logging.getLogger("tidings")

ANSWERABLE_DAYS = 30.0
"""Reviews, and what has an answer, are asked for so long at least: an owner may take weeks."""

PAGE_KEYS = 100
"""No source takes more ids at a time, so a visit never needs more keys than this for a page."""


def revisit(
    watch: Annotated[str | None, typer.Option(help="Only this watch file.")] = None,
    source: Annotated[str | None, typer.Option(help="Only this source of it.")] = None,
    days: Annotated[
        float | None,
        typer.Option(min=0.01, max=3650, help="Published at most so long ago; else as declared."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Ask anew for mentions that are known: edits, owner's answers, and what has been deleted.

    Those seen longest ago come first. What is gone stays in the history and no longer counts. A
    source that fails is told at the end (exit code 3).
    """
    steps.watches()  # tells what to do where there is no watch file
    run_id = steps.new_run("revisit")
    visits: list[tuple[str, Visit]] = []
    failures: list[tuple[str, TidingsError]] = []
    with walking("Asking anew") as progress:
        for item in plan(watch=watch, source=source, days=days):
            name = f"{item['watch']}/{item['source']}"
            try:
                found = visits_of(
                    item["watch"], item["source"], run=run_id, days=days, on_page=progress.page
                )
            except TidingsError as error:
                failures.append((name, error))
                continue
            visits += [(name, visit) for visit in found]
            failures += [(name, v.error) for v in found if v.error is not None]
    with err.status("Checking, scoring, loading and publishing ..."):
        totals = _load(run_id, failures)
    _tell(run_id, visits, failures, totals, json=json)
    if failures:
        raise typer.Exit(3)


def plan(
    *, watch: str | None = None, source: str | None = None, days: float | None = None
) -> list[dict[str, str]]:
    """Return the sources to visit, each ``watch`` and ``source``; those named, or all that can be.

    Left out are sources that can't be asked again, and with ``days`` None those whose
    ``revisit_days`` is 0. Raises ConfigurationError where a name is none, or none can be visited
    of those that were named.
    """
    known = list(load_watches(Home.find().watch_dir))
    wanted = [
        (w, s) for w in known for s in w.sources if watch in (None, w.id) and source in (None, s.id)
    ]
    if not wanted and (watch or source):
        there = ", ".join(f"{w.id}/{s.id}" for w in known for s in w.sources)
        raise ConfigurationError(
            f"There is no source {source or 'at all'!r} in {watch or 'any watch file'!r}.",
            remedy=f"There is: {there or 'none'}.",
        )
    able = [(w, s) for w, s in wanted if _can_be_visited(s) and (days or s.revisit_days)]
    if source is not None and not able:
        raise ConfigurationError(
            f"{', '.join(f'{w.id}/{s.id}' for w, s in wanted)} can't be asked again, or its "
            "revisit_days is 0.",
            remedy="'tidings sources' says which can; --days overrules revisit_days.",
        )
    return [{"watch": w.id, "source": s.id} for w, s in able]


def collect(
    watch: str, source: str, *, run: str, attempt: int = 1, days: float | None = None
) -> list[str]:
    """Visit one source; return the ids of the batches landed, or raise the first error after."""
    visits = visits_of(watch, source, run=run, attempt=attempt, days=days)
    for done in visits:
        log.info(
            "%s: %d asked for, %d came back, %d gone, %s",
            done.label,
            done.asked,
            done.shown,
            done.gone,
            done.stopped_by or "end reached",
        )
    for done in visits:
        if done.error is not None:
            raise done.error
    return [batch.batch_id for done in visits for batch in done.batches]


def visits_of(
    watch: str,
    source: str,
    *,
    run: str,
    attempt: int = 1,
    days: float | None = None,
    on_page: steps.OnPage = lambda _label, _items: None,
) -> list[Visit]:
    """Visit one source and return what became of it; raises ConfigurationError only.

    One visit by id where the connector can; else, where an owner may answer or all is listed, one
    over the window of each of its walks.
    """
    home = Home.find()
    watched = load_watch(home.watch_dir / f"{watch}.toml")
    entry = watched.source(source)
    by_id = asks_again(connector_class(entry.connector))
    how = _by_id if by_id else _by_window
    with steps.one_run(home, watched, entry, run=run, attempt=attempt, on_page=on_page) as one:
        return how(home, one, days or entry.revisit_days)


def _by_id(home: Home, one: Run, days: float) -> list[Visit]:
    from tidings.again import visit
    from tidings.collect import connectors_of
    from warehouse.revisit import known

    now = utcnow()
    keys = known(
        ledger.place(home),
        watch=one.watch.id,
        source=one.source.connector,
        about=one.source.about,
        recent=now - timedelta(days=days),
        answerable=now - timedelta(days=max(days, ANSWERABLE_DAYS)),
        limit=one.source.max_pages * PAGE_KEYS,
    )
    return [visit(one, connectors_of(one.watch, one.source), keys)]


def _by_window(home: Home, one: Run, days: float) -> list[Visit]:
    from tidings.again import revisit_id, visit_window
    from tidings.collect import connectors_of
    from tidings.windows import narrowed, series_id
    from warehouse.revisit import known

    visits: list[Visit] = []
    for connector in connectors_of(one.watch, one.source):
        answers = connector.about.allows_answers
        if not (answers or connector.lists_all()):
            continue
        since = utcnow() - timedelta(days=max(days, ANSWERABLE_DAYS if answers else 0.0))
        keys = known(
            ledger.place(home),
            watch=one.watch.id,
            source=connector.source,
            about=one.source.about,
            recent=since,
            answerable=since,
            walks=(series_id(connector), revisit_id(connector)),
        )
        visits.append(visit_window(one, narrowed(connector, since, None), keys))
    return visits


def _can_be_visited(source: Source) -> bool:
    from tidings.windows import takes_windows

    cls: type[Connector] = connector_class(source.connector)
    worth_it = cls.about.allows_answers or cls.lists_all is not Connector.lists_all
    return asks_again(cls) or (worth_it and takes_windows(cls))


def _load(run_id: str, failures: list[tuple[str, TidingsError]]) -> dict[str, int]:
    try:
        return whole_run.check_and_load(holder=run_id)
    except QualityError as error:
        failures.append(("quality", error))
        return {}


def _tell(
    run_id: str,
    visits: Iterable[tuple[str, Visit]],
    failures: Iterable[tuple[str, TidingsError]],
    totals: dict[str, int],
    *,
    json: bool,
) -> None:
    rows = [
        {
            "source": name,
            "visit": v.label,
            "asked": v.asked,
            "shown": v.shown,
            "gone": v.gone,
            "pages": v.pages,
            "stopped_by": v.stopped_by,
        }
        for name, v in visits
    ]
    if json:
        told = [
            {"source": n, "error": type(e).__name__, "message": e.message, "remedy": e.remedy}
            for n, e in failures
        ]
        summary = {"run": run_id, "visits": rows, "loaded": totals, "failures": told}
        out.print_json(steps.as_json(summary))
        return
    columns = ("source", "visit", "asked for", "came back", "gone", "pages", "ended by")
    table(
        columns, [[*list(r.values())[:-1], r["stopped_by"] or "its end"] for r in rows],
        title="Asked anew",
    )  # fmt: skip
    if totals:
        table(tuple(totals), [tuple(totals.values())], title="Loaded (rows)")
    for name, error in failures:
        err.print(f"{name} failed:", style="bold red", markup=False, highlight=False)
        err.print(f"  {steps.error_text(error)}", markup=False, highlight=False)
