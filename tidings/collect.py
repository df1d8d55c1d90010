"""Collect one source of a watch file: walk its places, keep raw pages, land batches.

Walks of one source run side by side, pages of one walk in order. A batch is landed every few
thousand mentions, so that a killed run loses only work, and each batch carries the cursor to go on
from once it is loaded. A walk that stops early says so in its last batch, with the gap it leaves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING

import msgspec

from tidings.batch import Batch, Coverage, WalkState
from tidings.connector import Connector, Cursor, Page, Rejected, configure, connector_class
from tidings.errors import ConfigurationError, SourceChanged, SourceError, TidingsError
from tidings.landing import BatchAbout, Landing, WalkFolder
from tidings.mention import Mention
from tidings.privacy import without_handle
from tidings.times import utcnow
from tidings.watch import Source, Watch

if TYPE_CHECKING:
    from tidings.http import Http

log = logging.getLogger("tidings")

BATCH_MENTIONS = 5_000
"""Mentions after which a batch is landed: enough for the checks to pay, little to lose."""

BATCH_PAGES = 200


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run over one source: who asked for it and what it shares among its walks."""

    watch: Watch
    source: Source
    run: str
    attempt: int
    landing: Landing
    http: Http
    states: Mapping[str, WalkState]
    pseudonym_key: bytes
    on_page: Callable[[str, int], None] = lambda _label, _items: None
    """Called with the walk's label and the items of each page, for progress displays."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one walk landed, and the error that stopped it, if any."""

    label: str
    batches: list[Batch]
    coverage: Coverage
    error: TidingsError | None = None


def connectors_of(
    watch: Watch,
    source: Source,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Connector]:
    """Configure a source's connector and split it into its walks.

    ``since`` and ``until`` (aware UTC) narrow it to a window, for backfills. Raises
    ConfigurationError naming file and key, or where the source can't go back.
    """
    cls = connector_class(source.connector)
    settings = dict(source.settings)
    if cls.searches and not settings.get("queries"):
        settings["queries"] = list(watch.search_terms())
    where = f"watch/{watch.id}.toml: key 'sources.{source.id}.settings'"
    if since is not None or until is not None:
        if not {"since", "until"} <= set(cls.__struct_fields__):
            raise ConfigurationError(
                f"{where}: {cls.source!r} can't go back to a window of time.",
                remedy="Its gaps stay; only sources that know since and until can be backfilled.",
            )
        settings |= {k: v for k, v in (("since", since), ("until", until)) if v is not None}
    return list(configure(cls, settings, where).split())


def collect(run: Run, connectors: list[Connector]) -> list[Outcome]:
    """Walk all ``connectors``; an error ends its own walk only and is told in its outcome.

    Interrupted (Ctrl-C), every walk lands what it has after the page that it is at.
    """
    interrupted = Event()
    with ThreadPoolExecutor(max_workers=run.source.concurrency) as pool:
        try:
            return list(pool.map(lambda c: _Walk(run, c, interrupted).finish(), connectors))
        except KeyboardInterrupt:
            interrupted.set()
            raise


class _Walk:
    """One walk in progress: what has been read and not yet landed, and what has been covered."""

    def __init__(self, run: Run, connector: Connector, interrupted: Event) -> None:
        self.run = run
        self.interrupted = interrupted
        self.connector = connector
        self.started = utcnow()
        self.state = run.states.get(connector.walk_id(), WalkState())
        self.folder: WalkFolder = run.landing.walk(
            source=connector.source,
            walk_id=connector.walk_id(),
            run=run.run,
            attempt=run.attempt,
            started=self.started,
        )
        self.batches: list[Batch] = []
        self.mentions: list[Mention] = []
        self.rejected: list[tuple[Rejected, str | None]] = []
        self.cursor: Cursor | None = self.state.cursor
        self.pages = self.pages_in_batch = self.items = 0
        self.declared_total: int | None = None
        self.oldest: datetime | None = None
        self.newest: datetime | None = None

    def finish(self) -> Outcome:
        """Walk to the end or to what stops it, landing on the way; never raises TidingsError."""
        stopped_by: str | None = None
        error: TidingsError | None = None
        try:
            stopped_by = self._walk()
        except TidingsError as caught:
            error, stopped_by = caught, f"{type(caught).__name__}: {caught.message}"
            self._keep_bad_page(caught)
        except Exception as bug:  # a stranger's connector may have any; it must fail alone
            log.exception("%s has a bug", self.connector.label())
            stopped_by = f"{type(bug).__name__}: {bug}"
            error = SourceChanged(
                f"The connector of {self.connector.label()!r} failed: {stopped_by}.",
                remedy="It is a bug in the connector, perhaps since the source changed; the log "
                "has where. What was read before it is kept.",
            )
        coverage = self._coverage(stopped_by)
        self._land(coverage)
        return Outcome(
            label=self.connector.label(), batches=self.batches, coverage=coverage, error=error
        )

    def _walk(self) -> str | None:
        pages: Iterator[Page] = self.connector.pages(self.run.http, self.state.cursor)
        for page in pages:
            self._take(page)
            if len(self.mentions) >= BATCH_MENTIONS or self.pages_in_batch >= BATCH_PAGES:
                self._land(None)
            if self.interrupted.is_set():
                return "interrupted"
            if self.pages >= self.run.source.max_pages:
                return f"cap: max_pages = {self.run.source.max_pages}"
        return None

    def _take(self, page: Page) -> None:
        kept = [self.folder.keep(answer) for answer in page.raw]
        raw_page = kept[-1] if kept else None
        collected = utcnow()
        for mention in page.mentions:
            self._see(mention.published)
            filled = msgspec.structs.replace(mention, collected=collected, raw_page=raw_page)
            self.mentions.append(
                without_handle(filled, self.run.pseudonym_key, keep=self.run.source.keep_handles)
            )
        self.rejected += [(rejected, raw_page) for rejected in page.rejected]
        self.cursor = page.cursor
        self.pages += 1
        self.pages_in_batch += 1
        self.items += len(page.mentions) + len(page.rejected)
        if page.declared_total is not None:
            self.declared_total = page.declared_total
        self.run.on_page(self.connector.label(), len(page.mentions) + len(page.rejected))

    def _see(self, published: datetime) -> None:
        # a value that is no aware time is the checks' business, not the ledger's
        if isinstance(published, datetime) and published.tzinfo is not None:
            self.oldest = min(self.oldest or published, published)
            self.newest = max(self.newest or published, published)

    def _keep_bad_page(self, error: TidingsError) -> None:
        if isinstance(error, SourceError) and error.answer is not None:
            self.folder.keep(error.answer, bad=True)

    def _land(self, coverage: Coverage | None) -> None:
        about = BatchAbout(
            source=self.connector.source,
            walk_id=self.connector.walk_id(),
            label=self.connector.label(),
            watch=self.run.watch.id,
            about=self.run.source.about,
            run=self.run.run,
            attempt=self.run.attempt,
            continued=self.state.cursor is not None or bool(self.batches),
        )
        self.batches.append(
            self.folder.write_batch(
                self.mentions,
                self.rejected,
                about=about,
                cursor=self.cursor,
                coverage=coverage,
                collected=utcnow(),
            )
        )
        self.mentions, self.rejected, self.pages_in_batch = [], [], 0

    def _coverage(self, stopped_by: str | None) -> Coverage:
        covered, gap = self._windows(ended=stopped_by is None)
        return Coverage(
            started=self.started,
            ended=utcnow(),
            pages=self.pages,
            items=self.items,
            end_reached=stopped_by is None,
            stopped_by=stopped_by,
            declared_total=self.declared_total,
            covered_from=covered[0],
            covered_to=covered[1],
            gap_from=gap[0],
            gap_to=gap[1],
        )

    def _windows(self, *, ended: bool) -> tuple[_Window, _Window]:
        """Return what was covered and the gap left, each (from, to); None to None is nothing."""
        about = self.connector.about
        since = getattr(self.connector, "since", None) or self.state.covered_to
        until = getattr(self.connector, "until", None) or self.started
        if ended and about.only_newest and since and self.oldest and self.oldest > since:
            return (self.oldest, until), (since, self.oldest)
        if ended:
            beginning = since if about.goes_back or since else (self.oldest or self.started)
            return (beginning, until), (None, None)
        if about.order == "newest" and self.oldest is not None:
            behind = since is not None and self.oldest <= since  # it reads a little twice
            return (self.oldest, until), (None, None) if behind else (since, self.oldest)
        if about.order == "oldest" and self.newest is not None:
            return (since, self.newest), (self.newest, until)
        return (None, None), (since, until)


_Window = tuple[datetime | None, datetime | None]
