"""The steps of the pipeline, put together from the parts: what the CLI and the DAGs call.

Each function finds the installation from the environment (:class:`tidings.home.Home`), takes and
returns small values that name things, never rows, and may be called again after any failure.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import msgspec

from tidings import __version__
from tidings.batch import Batch, Staged, WalkState
from tidings.cli import ledger, metrics, staging, taking_over
from tidings.cli.declared import answering_sources, declared_walks
from tidings.cli.enriching import in_groups
from tidings.cli.opening import opened, opened_to_merge
from tidings.errors import (
    ConfigurationError,
    TidingsError,
    WarehouseError,
)
from tidings.home import Home
from tidings.logs import about
from tidings.times import from_iso, utcnow
from tidings.watch import Source, Watch, load_watch, load_watches

if TYPE_CHECKING:
    import duckdb

    from tidings.collect import Outcome, Run

log = logging.getLogger("tidings")

GROUP_ROWS = 50_000
"""Rows enriched by one task: starting a task and importing the checks costs ten CPU-seconds."""

OnPage = Callable[[str, int], None]


def watches(home: Home | None = None) -> list[Watch]:
    """Read the installation's watch files; ConfigurationError if there is none."""
    folder = (home or Home.find()).watch_dir
    found = load_watches(folder)
    if not found:
        raise ConfigurationError(
            f"There is no watch file in {folder}.", remedy="Make one with 'tidings init'."
        )
    return found


def user_agent(watch: Watch) -> str:
    """Name the program and its operator, so that a source knows whom to ask."""
    operator = watch.contact or f"operator of {watch.brand.name!r}'s watch"
    safe = operator.encode("ascii", "replace").decode()
    return f"tidings/{__version__} ({safe})"


def collect(
    watch: str,
    source: str,
    *,
    run: str,
    attempt: int = 1,
    since: str | None = None,
    until: str | None = None,
) -> list[str]:
    """Collect one source of one watch file; return the ids of the batches landed.

    ``since`` and ``until`` are ISO times with zone. Whatever was read is landed before the first
    walk's error is raised, so that a source that fails halfway loses nothing.
    """
    outcomes = collect_outcomes(
        watch,
        source,
        run=run,
        attempt=attempt,
        since=from_iso(since, naive_is_utc=True) if since else None,
        until=from_iso(until, naive_is_utc=True) if until else None,
    )
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    if errors:
        raise errors[0]
    return [batch.batch_id for outcome in outcomes for batch in outcome.batches]


def collect_outcomes(
    watch: str,
    source: str,
    *,
    run: str,
    attempt: int = 1,
    since: datetime | None = None,
    until: datetime | None = None,
    on_page: OnPage = lambda _label, _items: None,
) -> list[Outcome]:
    """Collect one source and return what became of each walk; raises ConfigurationError only."""
    from tidings.collect import collect as walk_all
    from tidings.collect import connectors_of
    from tidings.windows import for_windows

    home = Home.find()
    states = ledger.walk_states(home)
    if since is not None or until is not None:
        states = for_windows(states)
    watched = load_watch(home.watch_dir / f"{watch}.toml")
    entry = watched.source(source)
    connectors = connectors_of(watched, entry, since=since, until=until)
    with (
        about(run=run, watch=watch, brand=watched.brand.name, source=source),
        one_run(
            home, watched, entry, run=run, attempt=attempt, states=states, on_page=on_page
        ) as plan,
    ):
        outcomes = walk_all(plan, connectors)
        for outcome in outcomes:
            log.info(
                "%s: %d items on %d pages, %s",
                outcome.label,
                outcome.coverage.items,
                outcome.coverage.pages,
                outcome.coverage.stopped_by or "end reached",
            )
        metrics.collected(watch, source, outcomes)
        return outcomes


@contextmanager
def one_run(
    home: Home,
    watch: Watch,
    source: Source,
    *,
    run: str,
    attempt: int = 1,
    states: Mapping[str, WalkState] | None = None,
    on_page: OnPage = lambda _label, _items: None,
) -> Iterator[Run]:
    """Give what one run over one source shares: its client, its landing area, its name."""
    from tidings.collect import Run
    from tidings.credentials import secret
    from tidings.http.client import connect
    from tidings.kept_out import KeptOut
    from tidings.landing import Landing
    from tidings.privacy import key_of

    interrupted = Event()
    key = key_of(home)
    with connect(
        requests_per_second=source.requests_per_second,
        user_agent=user_agent(watch),
        secrets=secret,
        budgets=home.budgets,
        cancelled=interrupted,
    ) as http:
        yield Run(
            watch=watch,
            source=source,
            run=f"{run}.{watch.id}.{source.id}",  # two sources may have the same settings, so walks
            attempt=attempt,
            landing=Landing(home.landing),
            http=http,
            interrupted=interrupted,
            states=states or {},
            pseudonym_key=key,
            kept_out=KeptOut(key, home.tombstones, ledger.tombstones(home)),
            on_page=on_page,
        )


def waiting() -> list[list[str]]:
    """Return the ids of landed batches that are not loaded yet, in groups for one task each."""
    home = Home.find()
    groups = in_groups(waiting_batches(home), GROUP_ROWS)
    return [[batch.batch_id for batch in group] for group in groups]


def waiting_batches(home: Home) -> list[Batch]:
    """Return the landed batches that are not loaded yet, oldest first."""
    from tidings.landing import Landing

    landing = Landing(home.landing)
    loaded = ledger.loaded_batches(home)
    found = [landing.batch(i) for i in landing.batch_ids() if i not in loaded]
    return sorted(found, key=lambda b: (b.collected, b.batch_id))


def enrich(batch_ids: list[str]) -> list[str]:
    """Check and enrich batches and stage them for the load; return the ids of those staged.

    A batch that breaks a rule whose policy is ``fail``, or whose watch file is gone, is left
    waiting; QualityError names all such batches, after the others were staged.
    """
    from tidings.cli.enriching import enrich_here
    from tidings.landing import Landing

    home = Home.find()
    landing = Landing(home.landing)
    return enrich_here(home, watches(home), [landing.batch(i) for i in batch_ids])


def load(staged: list[list[str]] | None = None, *, holder: str = "run") -> dict[str, int]:
    """Merge staged batches into the warehouse, oldest first; return the counts of rows.

    ``staged`` limits it to these batch ids (groups of them); None takes all that is staged.
    ``holder`` names this attempt; a newer holder fences an older one off.
    """
    home = Home.find()
    wanted = None if staged is None else {i for group in staged for i in group}
    with loading(home, holder) as (take, totals):
        for item in staging.staged(home.staging):
            if wanted is None or item.batch.batch_id in wanted:
                take(item)
    return totals


@contextmanager
def loading(home: Home, holder: str) -> Iterator[tuple[Callable[[Staged], None], dict[str, int]]]:
    """Give what merges a staged batch into the opened warehouse, and the counts so far.

    Each is acknowledged outside the warehouse once it is committed. In the end the ledger is
    published, whatever checks will say: the next walks go on from there.
    """
    from tidings.privacy import key_of
    from warehouse.acknowledging import merged_lines
    from warehouse.brands import sync
    from warehouse.merge import merge, take_fence
    from warehouse.tombstones import union

    totals: dict[str, int] = {"batches": 0}
    merged: list[Staged] = []
    with about(run=holder), opened_to_merge(home) as (con, told):
        union(con, home.tombstones)
        known = watches(home)
        sync(con, known, allows_answers=answering_sources(known), walks=declared_walks(known))
        fence = take_fence(con, holder)
        key = key_of(home)
        loaded: set[str] = set()

        def take(item: Staged) -> None:
            if item.batch.batch_id in loaded:
                return
            loaded.add(item.batch.batch_id)
            batch = item.batch
            with about(watch=batch.watch, source=batch.source, batch=batch.batch_id):
                counts = msgspec.structs.asdict(merge(con, item, fence=fence, key=key))
                log.info("merged %s", counts)
            told.add(merged_lines(con, [batch.batch_id]))
            totals["batches"] += 1
            for name, count in counts.items():
                totals[name] = totals.get(name, 0) + count
            metrics.merged(batch, counts)
            merged.append(item)

        for item in taking_over.released(con, home, known):
            take(item)
        yield take, totals
        ledger.publish(con, home)
    for item in merged:
        staging.unstage(home.staging, item)
    log.info("loaded %s", totals)


def refresh() -> dict[str, int]:
    """Rebuild the marts; return the rows of each."""
    from warehouse.marts import refresh as rebuild

    with opened(Home.find()) as con:
        return rebuild(con)


def publish(*, accept_older: bool = False, whole: bool = False) -> dict[str, str]:
    """Publish the read-only snapshot by rename; readers that have the old one open keep it.

    So is the private one, where the installation has one. Raises QualityError, and publishes
    nothing, where a check of the warehouse forbids it. ``accept_older``: also where the warehouse
    has less than was published, as after a backup was restored; readers go back to it, and walks go
    on from where it stands. ``whole`` writes all files anew.
    """
    from tidings.cli.judging import accept_older as accepted
    from tidings.cli.judging import look
    from warehouse.quality import refuse

    home = Home.find()
    with opened(home, accept_older=accept_older) as con:
        found = look(con, home)
        metrics.published(con)
        refuse(accepted(con, found) if accept_older else found)
        return write_snapshots(con, home, whole=whole)


def write_snapshots(
    con: duckdb.DuckDBPyConnection, home: Home, *, whole: bool = False
) -> dict[str, str]:
    """Publish the snapshots that the installation has, unjudged; return where they are."""
    from warehouse.snapshot import publish as write

    ledger.publish(con, home, whole=whole)
    write(con, home.snapshot, whole=whole)
    _index_words(home, whole=whole)
    if home.private_snapshot is None:
        return {"snapshot": str(home.snapshot)}
    write(con, home.private_snapshot, private=True, whole=whole)
    return {"snapshot": str(home.snapshot), "private_snapshot": str(home.private_snapshot)}


def _index_words(home: Home, *, whole: bool) -> None:
    """Bring the index of words to the snapshot; without it pages search more slowly, and say so."""
    from transforms.search_words import RULES, indexed
    from warehouse.search_index import bring

    try:
        bring(home.search, home.snapshot, indexed, rules=RULES, whole=whole)
    except WarehouseError as error:  # the snapshot is out; alerts must go on
        log.error("%s", error_text(error))


def maintain() -> dict[str, int]:
    """Prune landed files that are loaded and old enough, and stray staged files; return counts.

    An erasure that has not ended is ended, and what was kept as long as watch files say goes.
    What was acknowledged of batches that landing has no more is folded into a line a day.
    TIDINGS_KEEP_LANDING_DAYS says how long loaded batches and raw pages are kept (default 90).
    What is loaded is asked of the warehouse itself: where an older one was restored, landed files
    that it lacks are the only copy.
    """
    from tidings.cli import erasing, retention
    from tidings.cli.doctoring.files import stale_drafts
    from tidings.landing import Landing
    from warehouse.cursors import merged_batches

    home = Home.find()
    keep = _days("TIDINGS_KEEP_LANDING_DAYS", 90)
    before = utcnow() - timedelta(days=keep)
    watched = watches(home)
    if erasing.outstanding(home):
        erasing.apply_again(home)
    with opened_to_merge(home) as (con, told):
        loaded = merged_batches(con)
        pruned = Landing(home.landing).prune(before, loaded)
        pruned += retention.prune(home, retention.policies(watched), loaded, utcnow())
        told.fold(told.ids("merged").difference(Landing(home.landing).batch_ids()), before)
    stray = [s for s in staging.staged(home.staging) if s.batch.batch_id in loaded]
    for item in stray:
        staging.unstage(home.staging, item)
    for path in stale_drafts(home):  # of writers that were killed: they hold what was said
        path.unlink(missing_ok=True)
    counts = {"landing_files_removed": pruned, "staged_batches_removed": len(stray)}
    return counts | erasing.landed_since(home) | retention.sweep(home, watched)


def _days(variable: str, default: int) -> int:
    given = os.environ.get(variable, str(default))
    if not given.isdecimal() or not 0 < int(given) <= 36_500:
        raise ConfigurationError(
            f"{variable} is {given!r}, which is no number of days from 1 to 36500.",
            remedy=f"Try {default}.",
        )
    return int(given)


def new_run(prefix: str) -> str:
    """Name a run by its purpose and the time (UTC), fit for a folder's name."""
    return f"{prefix}-{utcnow():%Y%m%dT%H%M%S%f}Z"


def as_utc(text: str, *, option: str) -> datetime:
    """Read a date or time that a person typed; a date is its midnight, no zone means UTC."""
    try:
        return (
            datetime.fromisoformat(text).replace(tzinfo=UTC)
            if len(text) <= 10
            else from_iso(text, naive_is_utc=True)
        )
    except ValueError as error:
        raise ConfigurationError(
            f"{option} {text!r} is no date.", remedy="Write it as 2026-10-31 or 2026-10-31T08:00Z."
        ) from error


def error_text(error: TidingsError) -> str:
    """Say what went wrong and the way out, for people."""
    return f"{type(error).__name__}: {error}"


def as_json(value: Any) -> str:
    """Write any result as indented JSON for machines."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
