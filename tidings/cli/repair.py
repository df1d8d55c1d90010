"""``tidings repair``: open gaps are asked for again, window by window, until they are closed."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from tidings.cli import gaps, ledger, steps, whole_run
from tidings.cli.console import AsJson, err, walking
from tidings.errors import ConfigurationError, QualityError, TidingsError
from tidings.home import Home
from tidings.watch import Source, Watch, load_watch, load_watches

if TYPE_CHECKING:
    from tidings.connector import Connector
    from tidings.repair import Repaired, Stretch
    from warehouse.gaps import OpenGap

log = logging.getLogger("tidings")


def repair(
    watch: Annotated[str | None, typer.Option(help="Only this watch file.")] = None,
    source: Annotated[str | None, typer.Option(help="Only this source of it.")] = None,
    max_pages: Annotated[
        int | None,
        typer.Option(min=1, help="Pages to ask of a source; else its own max_pages."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be asked for; ask nothing.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Close the gaps that stopped walks have left, by asking for their windows of time.

    A window that is stopped again is halved. What a run can't finish stays a gap, and the next one
    goes on with it. A source that can't go back keeps its gaps. A source that fails is told at the
    end (exit code 3).
    """
    steps.watches()  # tells what to do where there is no watch file
    todo = plan(watch=watch, source=source)
    if dry_run:
        gaps.show_plan(_windows(todo), json=json)
        return
    run_id = steps.new_run("repair")
    repaired: list[tuple[str, Repaired]] = []
    failures: list[tuple[str, TidingsError]] = []
    with walking("Asking for what is missing") as progress:
        for item in todo:
            name = f"{item['watch']}/{item['source']}"
            try:
                found = repaired_of(
                    item["watch"],
                    item["source"],
                    run=run_id,
                    max_pages=max_pages,
                    on_page=progress.page,
                )
            except TidingsError as error:
                failures.append((name, error))
                continue
            repaired += [(name, one) for one in found]
            failures += [(name, one.error) for one in found if one.error is not None]
    if repaired:
        _load(run_id, failures)
    gaps.show_repaired(run_id, repaired, failures, json=json)
    if failures:
        raise typer.Exit(3)


def plan(*, watch: str | None = None, source: str | None = None) -> list[dict[str, str]]:
    """Return the sources with gaps that can be closed, each ``watch`` and ``source``.

    ``watch`` and ``source`` limit it to those named. Raises ConfigurationError where there are none
    of these names.
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
    there_are = _open_gaps(Home.find())
    found: list[dict[str, str]] = []
    taken: set[str] = set()
    for w, s in wanted:
        mine = {series for series in _walks(w, s) if series in there_are} - taken
        taken |= mine  # two watch files may declare the same walk
        if mine:
            found.append({"watch": w.id, "source": s.id})
    return found


def collect(watch: str, source: str, *, run: str, attempt: int = 1) -> list[str]:
    """Ask one source for what is missing; return the ids of the batches landed.

    What was read is landed before the error that ended a walk early is raised. A window that was
    stopped again is logged; it stays a gap.
    """
    repaired = repaired_of(watch, source, run=run, attempt=attempt)
    for one in repaired:
        for outcome in one.outcomes:
            log.info(
                "%s: %d items on %d pages, %s",
                outcome.label,
                outcome.coverage.items,
                outcome.coverage.pages,
                outcome.coverage.stopped_by or "end reached",
            )
    for one in repaired:
        if one.error is not None:
            raise one.error
    return [batch.batch_id for one in repaired for o in one.outcomes for batch in o.batches]


def repaired_of(
    watch: str,
    source: str,
    *,
    run: str,
    attempt: int = 1,
    max_pages: int | None = None,
    on_page: steps.OnPage = lambda _label, _items: None,
) -> list[Repaired]:
    """Ask one source for its gaps, the newest first, and return what became of each walk's.

    All walks of the source share ``max_pages``. Raises ConfigurationError only.
    """
    from tidings.repair import Pages
    from tidings.repair import repair as close
    from tidings.windows import for_windows

    home = Home.find()
    watched = load_watch(home.watch_dir / f"{watch}.toml")
    entry = watched.source(source)
    todo = _asked(home, watched, entry)
    pages = Pages(max_pages or entry.max_pages)
    states = for_windows(ledger.walk_states(home))
    with steps.one_run(
        home, watched, entry, run=run, attempt=attempt, states=states, on_page=on_page
    ) as one:
        return [close(one, connector, windows, pages) for connector, windows in todo if pages.left]


def _asked(home: Home, watch: Watch, source: Source) -> list[tuple[Connector, list[Stretch]]]:
    """Return each walk of a source that has gaps, with the windows to ask for."""
    from tidings.repair import Stretch, windows
    from tidings.windows import overlap_of

    there_are = _open_gaps(home)
    stopped = defaultdict(list)
    for window in ledger.stopped_windows(home):
        stopped[window.series].append(Stretch.of(window.gap_from, window.gap_to))
    found = []
    for series, connector in _walks(watch, source).items():
        mine = [Stretch.of(gap.gap_from, gap.gap_to) for gap in there_are.get(series, [])]
        if mine:
            found.append((connector, windows(mine, stopped[series], overlap_of(connector))))
    return found


def _open_gaps(home: Home) -> dict[str, list[OpenGap]]:
    """Return the open gaps that can be closed, by series."""
    found: dict[str, list[OpenGap]] = defaultdict(list)
    for gap in ledger.open_gaps(home):
        if gap.can_go_back:
            found[gap.series].append(gap)
    return found


def _walks(watch: Watch, source: Source) -> dict[str, Connector]:
    """Return the walks of a source that take windows, by series; none where it is set wrongly."""
    from tidings.collect import connectors_of
    from tidings.windows import series_id, takes_windows

    try:
        connectors = connectors_of(watch, source)
    except ConfigurationError as error:  # its collecting tells; the others are repaired
        log.warning("%s", error)
        return {}
    return {series_id(c): c for c in connectors if takes_windows(c)}


def _load(run_id: str, failures: list[tuple[str, TidingsError]]) -> None:
    with err.status("Checking, scoring, loading and publishing ..."):
        try:
            whole_run.check_and_load(holder=run_id)
        except QualityError as error:
            failures.append(("quality", error))


def _windows(todo: Iterable[Mapping[str, str]]) -> list[gaps.Planned]:
    home = Home.find()
    found: list[gaps.Planned] = []
    for item in todo:
        watched = load_watch(home.watch_dir / f"{item['watch']}.toml")
        name = f"{item['watch']}/{item['source']}"
        for connector, asked in _asked(home, watched, watched.source(item["source"])):
            found += [
                gaps.Planned(name, connector.label(), None if w.beginning else w.since, w.until)
                for w in asked
            ]
    return found
