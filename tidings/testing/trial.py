"""Trying a connector out on a hostile source: collected as always, gone on with, and judged."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping, Set
from itertools import count
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

from tidings.batch import Batch, WalkState
from tidings.collect import Run, collect
from tidings.connector import Connector
from tidings.errors import TidingsError
from tidings.http.client import connect
from tidings.landing import Landing
from tidings.mention import Mention
from tidings.testing.chain import Chain, chain_of
from tidings.testing.driving import EndlessWalk, Key, made_up_secret, walk
from tidings.testing.hostile import Behaviour
from tidings.testing.hostile_server import AGENT, LIMITS, Edge, HostileServer
from tidings.testing.origin import Origin
from tidings.testing.tricks import Trick
from tidings.watch import Brand, Source, Watch

Subject: TypeAlias = tuple[Connector, Origin]
"""A connector and the source that it is tried on."""

PATIENCE = 2.5
"""Seconds that the client waits at most where a source asks it to."""

SECONDS = 90.0
"""A trial that takes longer hangs."""

_NUMBERS = count(1)
COMPLETE, QUARANTINE, NEXT_WALK, UNFIT = "complete", "quarantine", "next walk", "-"


class Verdict(msgspec.Struct, frozen=True):
    """What became of a trial. ``outcome`` is for the scorecard, ``fault`` says what is wrong.

    ``outcome``: ``complete``, ``quarantine`` (with bad records set apart), ``next walk`` (complete
    once the next walk has been), the name of a typed error, or ``-`` where it can't be shown;
    ``fault`` then says why.
    """

    outcome: str
    fault: str | None = None

    @property
    def failed(self) -> bool:
        """True where something was lost, or the wrong error told of it."""
        return self.outcome == "FAILED"


class Ready(msgspec.Struct, frozen=True):
    """A subject that was walked once, so that it is known what a good walk asks."""

    connector: Connector
    origin: Origin
    chain: Chain | None
    requests: int
    error: str | None = None
    """What ended that walk early, if anything did."""


def prepare(subject: Subject) -> Ready:
    """Walk a subject on a good source, to learn what it asks."""
    connector, origin = subject
    done = walk(connector, origin.fresh().answer)
    error = repr(done.error or "endless") if done.error or done.endless else None
    chain = None if error else chain_of(done, connector)
    return Ready(connector, origin, chain, len(done.requests), error)


def attempt(ready: Ready, behaviour: Behaviour, server: HostileServer) -> Verdict:
    """Try a subject on one behaviour; never takes much longer than :data:`SECONDS`."""
    if ready.error is not None:
        return _failed(f"a walk over the good source fails: {ready.error}")
    if ready.chain is None:
        return Verdict(UNFIT, "asks nothing over HTTP")
    trick = behaviour.trick(ready.chain, ready.origin.fresh(), f"{server.canary}/{next(_NUMBERS)}")
    why_not = trick.unfit()
    if why_not is not None:
        return Verdict(UNFIT, why_not)
    found: list[Verdict] = []

    def judge() -> None:
        with tempfile.TemporaryDirectory() as folder:
            found.append(_Trial(ready, behaviour, trick, server, folder).verdict())

    thread = threading.Thread(target=judge, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if thread.is_alive():
        return _failed(f"it hangs: no end after {SECONDS:.0f} s")
    return found[0] if found else _failed("the trial itself failed, see the log")


def _failed(fault: str) -> Verdict:
    return Verdict("FAILED", fault)


class _Trial:
    """One walk over a hostile source, and those after it."""

    def __init__(
        self,
        ready: Ready,
        behaviour: Behaviour,
        trick: Trick,
        server: HostileServer,
        folder: str,
    ) -> None:
        self.ready, self.behaviour, self.trick, self.server = ready, behaviour, trick, server
        assert ready.chain is not None
        self.connector = ready.chain.connector
        self.hosts = ready.chain.hosts
        self.landing = Landing(folder)
        self.state = WalkState()
        self.runs = 0

    def verdict(self) -> Verdict:
        """Walk, mend, go on, and judge."""
        self.trick.before_walk()
        with self.server.trial(self.trick.respond) as base:
            try:
                return self._judged(base)
            except EndlessWalk:
                return _failed("it never ends")

    def _judged(self, base: str) -> Verdict:
        error = self._collect(base)
        if self.trick.broken is not None:
            return _failed(f"the source itself fails: {self.trick.broken!r}")
        if not self.trick.shown and not self.behaviour.news:
            return _failed(repr(error)) if error else Verdict(UNFIT, "never came to it")
        if urlsplit(self.trick.canary).path in self.server.hits:
            return _failed("it asked a private address")
        wrong = self._wrong(error)
        if wrong is not None:
            return _failed(wrong)
        rejected = self._rejected()
        first = self._landed()
        truth = self._truth()
        known = truth.keys()
        self.trick.mend()
        self.trick.after_walk()
        wanted = self._truth().keys()
        flaw = self.trick.flaw(self._texts()) if error is None else None
        flaw = flaw or self._other_words(truth)
        if flaw is not None:
            return _failed(flaw)
        if error is None and not known - first and wanted == known:
            return Verdict(QUARANTINE if rejected else COMPLETE)
        if error is None and not self.behaviour.news:
            if rejected and len(known - first) <= self._page():
                return Verdict(QUARANTINE)
            return _failed(f"no error, but {len(known - first)} of {len(known)} are lost")
        return self._gone_on(base, error, complete=not known - first, wanted=wanted)

    def _gone_on(
        self, base: str, error: TidingsError | None, *, complete: bool, wanted: Set[Key]
    ) -> Verdict:
        again = self._collect(base)
        if again is not None:
            return _failed(f"once mended, it still fails: {again!r}")
        lost = wanted - self._landed()
        if lost:
            how = f"after {type(error).__name__}" if error else "without an error"
            return _failed(f"{how}, the next walk leaves {len(lost)} of {len(wanted)} lost")
        if error is not None:
            return Verdict(type(error).__name__)
        return Verdict(COMPLETE if complete else NEXT_WALK)

    def _wrong(self, error: TidingsError | None) -> str | None:
        """Return what is wrong with the error that the walk ended with."""
        if error is None or isinstance(error, self.behaviour.errors):
            return None
        wanted = " or ".join(e.__name__ for e in self.behaviour.errors) or "none"
        return f"it ended with {type(error).__name__} ({error}), expected: {wanted}"

    def _collect(self, base: str) -> TidingsError | None:
        """Collect once with the real client; return the error of the walk."""
        patience = PATIENCE if self.behaviour.waits else 0.05
        limits = msgspec.structs.replace(LIMITS, max_wait_seconds=patience)
        self.runs += 1
        bound = 4 * self.ready.requests + 60
        with connect(
            requests_per_second=1e6,
            user_agent=AGENT,
            secrets=made_up_secret,
            limits=limits,
            send=Edge(self.server.wire, base, self.hosts, bound),
        ) as http:
            run = Run(
                watch=Watch(brand=Brand(name="Acme"), id="acme"),
                source=Source(connector=self.connector.source, max_pages=bound),
                run=f"run{self.runs}",
                attempt=1,
                landing=self.landing,
                http=http,
                states={self.connector.walk_id(): self.state},
                pseudonym_key=b"k" * 32,
            )
            [outcome] = collect(run, [self.connector])
        if outcome.coverage.stopped_by and outcome.error is None:
            raise EndlessWalk  # it came to the cap on pages
        self.state = _next_state(self.state, outcome.batches)
        return outcome.error

    def _landed(self) -> set[Key]:
        rows = self._rows(["source", "place", "external_id"])
        return {(row["source"], row["place"], row["external_id"]) for row in rows}

    def _other_words(self, truth: Mapping[Key, Mention]) -> str | None:
        """Return how many landed mentions say what the source never said, if any do."""
        if self.trick.changes_words:
            return None
        rows = self._rows(["source", "place", "external_id", "title", "text"])
        told = {(r["source"], r["place"], r["external_id"]): (r["title"], r["text"]) for r in rows}
        wrong = [k for k, m in truth.items() if told.get(k, (m.title, m.text)) != (m.title, m.text)]
        return f"{len(wrong)} mentions have words that the source never gave" if wrong else None

    def _texts(self) -> set[str]:
        return {str(v) for row in self._rows(["text", "title"]) for v in row.values()}

    def _rows(self, columns: list[str]) -> list[dict[str, str]]:
        tables = [self.landing.mentions(batch) for batch in self.landing.batches()]
        return [row for table in tables for row in table.select(columns).to_pylist()]

    def _rejected(self) -> int:
        return sum(batch.rejected for batch in self.landing.batches())

    def _truth(self) -> dict[Key, Mention]:
        """Return all that the source holds by now, as a walk from nothing reads it."""
        done = walk(self.connector, self.trick.origin.answer, bound=10_000)
        if done.error is not None:
            raise AssertionError(f"A walk over the good source fails: {done.error!r}")
        return done.by_key()

    def _page(self) -> int:
        assert self.ready.chain is not None
        return -(-2 * len(self.ready.chain.ids) // len(self.ready.chain.requests))


def _next_state(before: WalkState, batches: list[Batch]) -> WalkState:
    """Return where a walk stands once its batches are loaded, as the warehouse keeps it."""
    last = batches[-1]
    coverage = last.coverage
    assert coverage is not None
    cursor = last.cursor if coverage.pages and last.cursor is not None else before.cursor
    covered_to = coverage.covered_to if coverage.end_reached else before.covered_to
    return WalkState(cursor=cursor, covered_to=covered_to or before.covered_to)
