"""The steps of the pipeline, put together from the parts: what the CLI and the DAGs call.

Each function finds the installation from the environment (:class:`tidings.home.Home`), takes and
returns small values that name things, never rows, and may be called again after any failure.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import msgspec

from tidings import __version__
from tidings.batch import Batch, WalkState
from tidings.cli import staging
from tidings.cli.declared import answering_sources, declared_walks
from tidings.errors import ConfigurationError, QualityError, TidingsError
from tidings.home import Home
from tidings.times import from_iso, utcnow
from tidings.watch import Quality, Source, Watch, load_watch, load_watches

if TYPE_CHECKING:
    import pyarrow as pa

    from tidings.collect import Outcome, Run
    from tidings.landing import Landing
    from transforms.check import Broken

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
    for outcome in outcomes:
        log.info(
            "%s: %d items on %d pages, %s",
            outcome.label,
            outcome.coverage.items,
            outcome.coverage.pages,
            outcome.coverage.stopped_by or "end reached",
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
    states = walk_states(home)
    if since is not None or until is not None:
        states = for_windows(states)
    watched = load_watch(home.watch_dir / f"{watch}.toml")
    entry = watched.source(source)
    connectors = connectors_of(watched, entry, since=since, until=until)
    with one_run(
        home, watched, entry, run=run, attempt=attempt, states=states, on_page=on_page
    ) as plan:
        return walk_all(plan, connectors)


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
    from tidings.landing import Landing
    from tidings.privacy import pseudonym_key

    interrupted = Event()
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
            pseudonym_key=pseudonym_key(home.secrets),
            on_page=on_page,
        )


def walk_states(home: Home) -> dict[str, WalkState]:
    """Return where each walk stands, from the published snapshot; empty before the first."""
    from warehouse.cursors import walk_states as read

    return read(home.snapshot) if home.snapshot.exists() else {}


def waiting() -> list[list[str]]:
    """Return the ids of landed batches that are not loaded yet, in groups for one task each."""
    home = Home.find()
    groups: list[list[str]] = []
    rows = 0
    for batch in _waiting(home):
        if not groups or rows + batch.rows > GROUP_ROWS:
            groups.append([])
            rows = 0
        groups[-1].append(batch.batch_id)
        rows += batch.rows
    return groups


def _waiting(home: Home) -> list[Batch]:
    from tidings.landing import Landing
    from warehouse.cursors import loaded_batches

    landing = Landing(home.landing)
    loaded = loaded_batches(home.snapshot) if home.snapshot.exists() else set()
    found = [landing.batch(i) for i in landing.batch_ids() if i not in loaded]
    return sorted(found, key=lambda b: (b.collected, b.batch_id))


def enrich(batch_ids: list[str]) -> list[str]:
    """Check and enrich batches and stage them for the load; return the ids of those staged.

    A batch that breaks a rule whose policy is ``fail``, or whose watch file is gone, is left
    waiting; QualityError names all such batches, after the others were staged.
    """
    from tidings.landing import Landing
    from transforms.check import broken_in_each

    home = Home.find()
    landing = Landing(home.landing)
    known = {watch.id: watch for watch in watches(home)}
    batches = [landing.batch(batch_id) for batch_id in batch_ids]
    mentions = [landing.mentions(batch) for batch in batches]
    broken = broken_in_each([(b.batch_id, m) for b, m in zip(batches, mentions, strict=True)])
    staged: list[str] = []
    refused: list[QualityError] = []
    for batch, rows, rules in zip(batches, mentions, broken, strict=True):
        try:
            _enrich_one(home, landing, known, batch, rows, rules)
        except QualityError as error:
            refused.append(error)
        else:
            staged.append(batch.batch_id)
    if refused:
        raise _together(refused)
    return staged


def _together(refused: list[QualityError]) -> QualityError:
    return QualityError(
        "\n".join(error.message for error in refused),
        remedy=" ".join(dict.fromkeys(error.remedy for error in refused)),
    )


def _enrich_one(
    home: Home,
    landing: Landing,
    known: dict[str, Watch],
    batch: Batch,
    mentions: pa.Table,
    broken: Broken,
) -> None:
    from transforms.check import check
    from transforms.enrich import enrich as enrich_table

    watch = known.get(batch.watch)
    if watch is None:
        raise QualityError(
            f"Batch {batch.batch_id} was collected for watch/{batch.watch}.toml, which is gone.",
            remedy="Put the file back, or move the batch out of the landing area.",
        )
    checked = check(
        mentions,
        landing.rejected(batch),
        batch_id=batch.batch_id,
        quality=_quality(watch, batch),
        now=batch.collected,
        waived=batch.waived,
        broken=broken,
    )
    for finding in checked.findings:
        log.warning("%s", finding.message)
    table = enrich_table(
        checked.good, watches=list(known.values()), about=batch.about, watch=batch.watch
    )
    staging.stage(home.staging, batch, table, checked.quarantine)


def _quality(watch: Watch, batch: Batch) -> Quality:
    """Return the rules for this batch: a walk that goes on may bring nothing new."""
    if batch.continued:
        return msgspec.structs.replace(watch.quality, empty="off")
    return watch.quality


def load(staged: list[list[str]] | None = None, *, holder: str = "run") -> dict[str, int]:
    """Merge staged batches into the warehouse, oldest first; return the counts of rows.

    ``staged`` limits it to these batch ids (groups of them); None takes all that is staged.
    ``holder`` names this attempt; a newer holder fences an older one off.
    """
    from warehouse.brands import sync
    from warehouse.merge import merge, take_fence
    from warehouse.store import open_warehouse

    home = Home.find()
    wanted = None if staged is None else {i for group in staged for i in group}
    ready = [
        s for s in staging.staged(home.staging) if wanted is None or s.batch.batch_id in wanted
    ]
    totals: dict[str, int] = {"batches": 0}
    with open_warehouse(home.warehouse) as con:
        known = watches(home)
        sync(con, known, allows_answers=answering_sources(known), walks=declared_walks(known))
        fence = take_fence(con, holder)
        for item in ready:
            counts = msgspec.structs.asdict(merge(con, item, fence=fence))
            totals["batches"] += 1
            for name, count in counts.items():
                totals[name] = totals.get(name, 0) + count
    for item in ready:
        staging.unstage(home.staging, item)
    log.info("loaded %s", totals)
    return totals


def refresh() -> dict[str, int]:
    """Rebuild the marts; return the rows of each."""
    from warehouse.marts import refresh as rebuild
    from warehouse.store import open_warehouse

    with open_warehouse(Home.find().warehouse) as con:
        return rebuild(con)


def publish() -> dict[str, str]:
    """Publish the read-only snapshot by rename; readers that have the old one open keep it."""
    from warehouse.snapshot import publish as write
    from warehouse.store import open_warehouse

    home = Home.find()
    with open_warehouse(home.warehouse) as con:
        write(con, home.snapshot)
    return {"snapshot": str(home.snapshot)}


def maintain() -> dict[str, int]:
    """Prune landed files that are loaded and old enough, and stray staged files; return counts.

    TIDINGS_KEEP_LANDING_DAYS says how long loaded batches and raw pages are kept (default 90).
    """
    from tidings.landing import Landing
    from warehouse.cursors import loaded_batches

    home = Home.find()
    keep = _days("TIDINGS_KEEP_LANDING_DAYS", 90)
    loaded = loaded_batches(home.snapshot) if home.snapshot.exists() else set()
    pruned = Landing(home.landing).prune(utcnow() - timedelta(days=keep), loaded)
    stray = [s for s in staging.staged(home.staging) if s.batch.batch_id in loaded]
    for item in stray:
        staging.unstage(home.staging, item)
    return {"landing_files_removed": pruned, "staged_batches_removed": len(stray)}


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


def check_and_load(batch_ids: Iterable[str] | None = None, *, holder: str) -> dict[str, int]:
    """Enrich what is waiting (or ``batch_ids``), load, refresh and publish, without Airflow.

    Batches that break a rule are reported by QualityError after all others were published.
    """
    groups = waiting() if batch_ids is None else [list(batch_ids)]
    refused: list[QualityError] = []
    for group in groups:
        try:
            enrich(group)
        except QualityError as error:
            refused.append(error)
    totals = load(holder=holder)
    refresh()
    publish()
    if refused:
        raise _together(refused)
    return totals


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
