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
from tidings.canary import suspicion
from tidings.connector import Connector, Cursor, Gone, Page, Rejected, configure, connector_class
from tidings.covered import NOTHING, Extent, Seen, extent
from tidings.errors import ConfigurationError, SourceChanged, SourceError, TidingsError
from tidings.kept_out import KeptOut
from tidings.landing import BatchAbout, Landing, WalkFolder
from tidings.masking import masked, where_from
from tidings.mention import Mention
from tidings.times import utcnow
from tidings.watch import Source, Watch
from tidings.windows import read_down_to, resumed, series_id, takes_windows

if TYPE_CHECKING:
    from tidings.http import Answer, Http

log = logging.getLogger("tidings")

BATCH_MENTIONS = 5_000
"""Mentions after which a batch is landed: enough for the checks to pay, little to lose."""

BATCH_PAGES = 200

BATCH_SIGNS = 32_000_000
"""Characters after which a batch is landed, however few mentions have them: it is merged in memory.
"""


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
    kept_out: KeptOut | None = None
    """What was erased; None: nothing was."""
    interrupted: Event = msgspec.field(default_factory=Event)
    """Set when the run is to end: walks land what they have; a client may wait on it too."""
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
        if not takes_windows(cls):
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
    interrupted = run.interrupted
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
        self.asked = resumed(connector, self.state)
        self.kept_out = run.kept_out or KeptOut(run.pseudonym_key)
        self.series = series_id(connector)
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
        self.gone: list[Gone] = []
        self.cursor: Cursor | None = self.state.cursor
        self.pages = self.pages_in_batch = self.items = self.signs = 0
        self.declared_total: int | None = None
        self.seen = Seen()
        self.unchanged = False

    def finish(self) -> Outcome:
        """Walk to the end or to what stops it, landing on the way; never raises TidingsError."""
        stopped_by: str | None = None
        error: TidingsError | None = None
        try:
            stopped_by = self._walk()
        except TidingsError as caught:
            error, stopped_by = caught, f"{type(caught).__name__}: {caught.message}"
            self._keep_bad_page(caught)
        except Exception as bug:  # noqa: BLE001 - a stranger's may have any
            log.error("%s has a bug\n%s", self.connector.label(), where_from(bug))
            stopped_by = masked(f"{type(bug).__name__}: {bug}")
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
        pages: Iterator[Page] = self.asked.pages(self.run.http, self.state.cursor)
        for page in pages:
            self._take(page)
            full = len(self.mentions) >= BATCH_MENTIONS or self.signs >= BATCH_SIGNS
            if full or self.pages_in_batch >= BATCH_PAGES:
                self._land(None)
            if self.interrupted.is_set():
                return "interrupted"
            if self.pages >= self.run.source.max_pages and not self._told_its_end():
                return f"cap: max_pages = {self.run.source.max_pages}"
        return self._suspicion()

    def _told_its_end(self) -> bool:
        """Tell whether the page was the last: a newest-first walk has its new cursor only then."""
        return self.connector.about.order == "newest" and self.cursor != self.state.cursor

    def _suspicion(self) -> str | None:
        """Say why a walk that ended with nothing is not believed, and go on from where it began."""
        if self.items or self.unchanged:
            return None
        usual = self.run.states.get(self.series, self.state)
        # Held back before the second look, which may fail: then this answer is not believed either.
        ended, self.cursor = self.cursor, self.state.cursor
        why = suspicion(self.connector, self.run.http, with_items=usual.with_items, keep=self._keep)
        if why is None:
            self.cursor = ended
        else:
            log.warning("%s is %s", self.connector.label(), why)
        return why

    def _take(self, page: Page) -> None:
        collected = utcnow()
        kept = self.kept_out.take(
            page,
            self.folder,
            self.connector.source,
            collected=collected,
            keep_handles=self.run.source.keep_handles,
        )
        for mention in page.mentions:
            self.seen.add(mention.published)
        self.mentions += kept.mentions
        self.rejected += kept.rejected
        self.signs += sum(map(_signs, kept.mentions)) + sum(len(r.raw) for r, _ in kept.rejected)
        self.gone += [msgspec.structs.replace(g, noticed=collected) for g in kept.gone]
        self.cursor = page.cursor
        self.unchanged = self.unchanged or any(answer.unchanged for answer in page.raw)
        self.pages += 1
        self.pages_in_batch += 1
        self.items += len(page.mentions) + len(page.rejected)
        if page.declared_total is not None:
            self.declared_total = page.declared_total
        self.run.on_page(self.connector.label(), len(page.mentions) + len(page.rejected))

    def _keep_bad_page(self, error: TidingsError) -> None:
        if isinstance(error, SourceError) and error.answer is not None:
            self._keep(error.answer, bad=True)

    def _keep(self, answer: Answer, *, bad: bool = False) -> str:
        return self.kept_out.keep(answer, self.folder, self.connector.source, bad=bad)

    def _land(self, coverage: Coverage | None) -> None:
        about = BatchAbout(
            source=self.connector.source,
            walk_id=self.connector.walk_id(),
            label=self.connector.label(),
            watch=self.run.watch.id,
            about=self.run.source.about,
            run=self.run.run,
            attempt=self.run.attempt,
            continued=self._goes_on() or bool(self.batches),
        )
        self.batches.append(
            self.folder.write_batch(
                self.mentions,
                self.rejected,
                about=about,
                cursor=self.cursor,
                coverage=coverage,
                collected=utcnow(),
                gone=self.gone,
            )
        )
        self.mentions, self.rejected, self.gone = [], [], []
        self.pages_in_batch = self.signs = 0

    def _coverage(self, stopped_by: str | None) -> Coverage:
        ended = stopped_by is None
        reached = self._extent(ended=ended)
        return Coverage(
            started=self.started,
            ended=utcnow(),
            pages=self.pages,
            items=self.items,
            end_reached=ended,
            stopped_by=stopped_by,
            declared_total=self.declared_total,
            covered_from=reached.covered[0],
            covered_to=reached.covered[1],
            gap_from=reached.gap[0],
            gap_to=reached.gap[1],
            series=self.series,
            goes_back=takes_windows(self.connector),
            only_newest=self.connector.about.only_newest,
            newest=self.seen.newest,
            unchanged=self.unchanged,
            missing=self._missing() if ended and reached.gap == NOTHING else None,
        )

    def _extent(self, *, ended: bool) -> Extent:
        since = getattr(self.asked, "since", None) or read_down_to(self.connector, self.state)
        until = min(getattr(self.asked, "until", None) or self.started, self.started)
        return extent(self.connector.about, self.seen, since=since, until=until, ended=ended)

    def _missing(self) -> int | None:
        """Return how many fewer came than the source declares, if everything was asked for."""
        if self._goes_on() or self.declared_total is None:
            return None
        return max(0, self.declared_total - self.items) or None

    def _goes_on(self) -> bool:
        """Tell whether less than everything was asked for, so that nothing may come."""
        return self.state.cursor is not None or self.asked.walk_id() != self.series


def _signs(mention: Mention) -> int:
    """Return how many characters a mention has in all."""
    return sum(len(value) for value in msgspec.structs.astuple(mention) if type(value) is str)
