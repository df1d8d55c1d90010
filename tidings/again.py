"""Visit known mentions again: for their edits and the owner's answers, and to see what has gone.

By id, where the connector has ``again``; else by a walk over the window in which they were
published, which tells what has gone where its source ``lists_all``. What comes back is landed like
anything else, without a cursor and without coverage: a visit moves no walk on.

A disappearance is believed only where the source works: a visit of which nothing at all comes back
is an error, not the end of everything that is known.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from tidings.batch import Batch
from tidings.collect import BATCH_MENTIONS, BATCH_PAGES, Run
from tidings.connector import Connector, Gone, Key, Page, Rejected
from tidings.errors import (
    AuthError,
    ConfigurationError,
    RateLimited,
    SourceChanged,
    SourceError,
    TidingsError,
)
from tidings.kept_out import KeptOut
from tidings.landing import BatchAbout
from tidings.masking import where_from
from tidings.mention import Mention
from tidings.times import utcnow
from tidings.windows import series_id

log = logging.getLogger("tidings")

HANDFUL = 5
"""Mentions that may be gone at once though nothing else comes back; more than these are suspect."""

CHUNK = 100
"""Keys that ``again`` is handed at a time."""

FAILURES = 3
"""Chunks that may fail before a visit is given up: one bad record must not stop it for good."""

_Id = tuple[str, str]


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one visit: how many were asked for, came back, or are told to be gone.

    ``error`` is the first one, if any; what came back before and after it is landed.
    """

    label: str
    asked: int
    shown: int
    gone: int
    pages: int
    batches: list[Batch]
    stopped_by: str | None = None
    error: TidingsError | None = None


def visit(run: Run, connectors: Sequence[Connector], keys: Sequence[Key]) -> Visit:
    """Ask for ``keys`` by id, in their order, each of the first connector that reaches it.

    Stops after ``max_pages`` pages of the source; what was not asked for is next time's. An error
    ends the asking for up to :data:`CHUNK` mentions only, unless it concerns them all.
    """
    first = connectors[0]
    done = _Visit(run, first, f"revisit of {first.source}", f"{first.source}:revisit")
    failures = 0
    for connector, chunk in _chunks(connectors, keys):
        if done.capped():
            break
        if not done.ask(connector, chunk):
            failures += 1
            if done.is_hopeless() or failures == FAILURES:
                break
    return done.finish()


def visit_window(run: Run, connector: Connector, known: Sequence[Key]) -> Visit:
    """Walk ``connector``'s window; of ``known``, its own of that window, note what is left out.

    What is left out is told as not ``sure``: it is gone when another visit misses it, too. Nothing
    is missed by a walk that was stopped, nor where the source does not list all.
    """
    done = _Visit(run, connector, connector.label(), revisit_id(connector))
    done.walk(connector, known)
    return done.finish()


def revisit_id(connector: Connector) -> str:
    """Identify the visits over windows of a walk of these settings."""
    return f"{series_id(connector)}:revisit"


class _Visit:
    """One visit in progress."""

    def __init__(self, run: Run, connector: Connector, label: str, walk_id: str) -> None:
        self.run, self.label, self.walk_id, self.source = run, label, walk_id, connector.source
        self.folder = run.landing.walk(
            source=self.source, walk_id=walk_id, run=run.run, attempt=run.attempt, started=utcnow()
        )
        self.kept_out = run.kept_out or KeptOut(run.pseudonym_key)
        self.batches: list[Batch] = []
        self.mentions: list[Mention] = []
        self.rejected: list[tuple[Rejected, str | None]] = []
        self.gone: list[Gone] = []
        self.doubtful: list[Gone] = []  # of chunks of which nothing came back
        self.asked = self.shown = self.pages = self.pages_in_batch = 0
        self.stopped_by: str | None = None
        self.errors: list[TidingsError] = []

    def capped(self) -> bool:
        """Tell whether the source's budget is spent, and note it."""
        if self.pages < self.run.source.max_pages:
            return False
        self.stopped_by = f"cap: max_pages = {self.run.source.max_pages}"
        return True

    def is_hopeless(self) -> bool:
        """Tell whether the last error concerns every other mention, too."""
        return isinstance(self.errors[-1], AuthError | ConfigurationError | RateLimited)

    def ask(self, connector: Connector, chunk: Sequence[Key]) -> bool:
        """Ask for one chunk by id; False where that ended with an error."""
        self.asked += len(chunk)
        shown: set[_Id] = set()
        gone: list[Gone] = []
        rejected = 0
        errors = len(self.errors)
        with self._guarded(connector):
            for page in connector.again(self.run.http, chunk):
                self._take(page)
                shown |= {(m.place, m.external_id) for m in page.mentions}
                rejected += len(page.rejected)
                gone += [msgspec.structs.replace(g, noticed=utcnow()) for g in page.gone]
                if self.capped():
                    break
        if strange := _strange(chunk, shown, gone):
            self.errors.append(strange)
            return False
        (self.gone if shown or rejected else self.doubtful).extend(gone)
        return len(self.errors) == errors

    def walk(self, connector: Connector, known: Sequence[Key]) -> None:
        """Walk a window and note which of ``known`` it leaves out."""
        self.asked = len(known)
        shown: set[_Id] = set()
        unread: list[str] = []
        with self._guarded(connector):
            for page in connector.pages(self.run.http, None):
                self._take(page)
                shown |= {(m.place, m.external_id) for m in page.mentions}
                unread += [rejected.raw for rejected in page.rejected]
                if self.capped():
                    return
        if self.errors or not connector.lists_all():
            return
        missing = [
            Gone(
                place=key.place,
                external_id=key.external_id,
                reason="left out where it should be listed",
                sure=False,
                noticed=utcnow(),
            )
            for key in known
            if (key.place, key.external_id) not in shown
            and not any(key.external_id in raw for raw in unread)
        ]
        (self.gone if shown or unread else self.doubtful).extend(missing)

    def finish(self) -> Visit:
        """Judge what is told to be gone, land the rest, and say what became of it."""
        if len(self.doubtful) > HANDFUL:
            self.errors.append(_suspect(self.label, len(self.doubtful)))
        else:
            self.gone += self.doubtful
        if self.mentions or self.rejected or self.gone:
            self._land()
        if self.errors:
            first = self.errors[0]
            self.stopped_by = f"{type(first).__name__}: {first.message}"
        return Visit(
            label=self.label,
            asked=self.asked,
            shown=self.shown,
            gone=len(self.gone),
            pages=self.pages,
            batches=self.batches,
            stopped_by=self.stopped_by,
            error=self.errors[0] if self.errors else None,
        )

    def _take(self, page: Page) -> None:
        kept = self.kept_out.take(
            page,
            self.folder,
            self.source,
            collected=utcnow(),
            keep_handles=self.run.source.keep_handles,
        )
        self.mentions += kept.mentions
        self.rejected += kept.rejected
        self.shown += len(page.mentions)
        self.pages += 1
        self.pages_in_batch += 1
        self.run.on_page(self.label, len(page.mentions) + len(page.rejected) + len(page.gone))
        if len(self.mentions) >= BATCH_MENTIONS or self.pages_in_batch >= BATCH_PAGES:
            self._land()

    def _land(self) -> None:
        """Land what was read; what is gone is in the last batch, once the whole visit is judged."""
        about = BatchAbout(
            source=self.source,
            walk_id=self.walk_id,
            label=self.label,
            watch=self.run.watch.id,
            about=self.run.source.about,
            run=self.run.run,
            attempt=self.run.attempt,
            waived=("stale",),  # old mentions are what is asked for
            continued=True,
        )
        self.batches.append(
            self.folder.write_batch(
                self.mentions,
                self.rejected,
                about=about,
                cursor=None,
                coverage=None,
                collected=utcnow(),
                gone=self.gone,
            )
        )
        self.mentions, self.rejected, self.pages_in_batch = [], [], 0

    @contextmanager
    def _guarded(self, connector: Connector) -> Iterator[None]:
        """Note the error that ends the block, with the page that it is about; raise none."""
        try:
            yield
        except TidingsError as caught:
            if isinstance(caught, SourceError) and caught.answer is not None:
                self.kept_out.keep(caught.answer, self.folder, self.source, bad=True)
            self.errors.append(caught)
        except Exception as bug:  # noqa: BLE001 - a stranger's may have any
            log.error("%s has a bug\n%s", connector.label(), where_from(bug))
            self.errors.append(
                SourceChanged(
                    f"{connector.label()}: the connector failed: {type(bug).__name__}: {bug}.",
                    remedy="It is a bug in the connector, perhaps since the source changed; the "
                    "log has where. What was read before it is kept.",
                )
            )


def _chunks(
    connectors: Sequence[Connector], keys: Iterable[Key]
) -> Iterator[tuple[Connector, list[Key]]]:
    """Yield the keys in chunks of one connector each, earlier keys in earlier chunks."""
    filling: dict[int, list[Key]] = {}
    for key in keys:
        reaching = (n for n, connector in enumerate(connectors) if connector.reaches(key))
        number = next(reaching, None)
        if number is None:
            continue
        chunk = filling.setdefault(number, [])
        chunk.append(key)
        if len(chunk) == CHUNK:
            yield connectors[number], filling.pop(number)
    for number, chunk in filling.items():
        yield connectors[number], chunk


def _strange(chunk: Sequence[Key], shown: set[_Id], gone: Sequence[Gone]) -> SourceChanged | None:
    """Return the error for what can't be gone: what nobody asked for, or what is shown, too."""
    told = {(g.place, g.external_id) for g in gone}
    asked = {(key.place, key.external_id) for key in chunk}
    wrong = sorted(told - asked) or sorted(told & shown)
    if not wrong:
        return None
    what = "that were not asked for" if told - asked else "that it shows in the same visit"
    return SourceChanged(
        f"{len(wrong)} mentions {what} are named gone, {wrong[0][1]!r} among them.",
        remedy="None was taken to be gone; it is a bug in the connector, or the source changed.",
    )


def _suspect(label: str, count: int) -> SourceChanged:
    return SourceChanged(
        f"{label}: all {count} mentions are gone at once and nothing else comes back.",
        remedy="That is suspect, and none was taken to be gone. Look at the kept pages: does the "
        "source answer as it used to?",
    )
