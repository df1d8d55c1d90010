"""One fault in one walk of one connector: collected as always, judged, mended, gone on with."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from threading import Lock

import msgspec
from fault_kind import Kind, Scene
from fault_line import FaultServer, Line, whole

from tidings.batch import WalkState
from tidings.collect import Outcome, Run, collect
from tidings.connector import Connector
from tidings.errors import ConfigurationError
from tidings.http import Request
from tidings.http.client import connect
from tidings.http.limits import Limits
from tidings.http.wire import wire
from tidings.landing import Landing
from tidings.testing.driving import EndlessWalk, Key, made_up_secret, walk
from tidings.testing.hostile_server import Edge
from tidings.testing.origin import Origin
from tidings.testing.trial import Ready, _next_state
from tidings.watch import Brand, Source, Watch

PATIENT = Limits(attempts=2, max_wait_seconds=0.02, max_bytes=2 << 20, read_seconds=20)
HASTY = msgspec.structs.replace(PATIENT, read_seconds=0.3, deadline_seconds=0.6, attempts=1)


class Verdict(msgspec.Struct, frozen=True):
    """What became of a fault: ``right``, ``quarantine``, ``gap``, an error's name, or ``SILENT``.

    ``fault`` says what is wrong where something is.
    """

    outcome: str
    fault: str | None = None


class Injected:
    """A source that is good but for one request, the number ``at`` (from 0), and its repetitions.

    ``once``: the same request is answered well the second time.
    """

    def __init__(
        self, origin: Origin, kind: Kind, at: int, rng: random.Random, canary: str, *, once: bool
    ) -> None:
        self._origin, self._kind, self._at, self._once = origin, kind, at, once
        self._rng, self._canary = rng, canary
        self._lock = Lock()
        self._numbers: dict[tuple[str, str, bytes], int] = {}
        self.mended = False
        self.shown = 0

    def respond(self, request: Request, line: Line) -> None:
        """Answer, well or not."""
        good = self._origin.answer(request)
        with self._lock:
            asked = (request.method, request.url, request.body)
            number = self._numbers.setdefault(asked, len(self._numbers))
            fits = good.status == 200 and good.body and self._kind.fits(good)
            now = number == self._at and not (self._once and self.shown)
            bad = now and not self.mended and fits
            self.shown += bool(bad)
        if bad:
            self._kind.act(Scene(line, good, self._rng, self._canary))
        else:
            line.send(whole(good))


def judged(ready: Ready, kind: Kind, server: FaultServer, seed: int) -> Verdict | None:
    """Inject ``kind`` into a walk, where and how often by ``seed``; None where it never came up."""
    rng = random.Random(seed)
    assert ready.chain is not None
    connector = ready.chain.connector
    origin = ready.origin.fresh()
    known = walk(connector, origin.answer, bound=10_000).by_key()
    injected = Injected(
        origin.fresh(),
        kind,
        rng.randrange(ready.requests),
        rng,
        server.canary,
        once=rng.random() < 0.4,
    )
    with tempfile.TemporaryDirectory() as folder, server.trial(injected.respond) as base:
        walker = _Walker(ready, connector, base, Landing(folder))
        try:
            first = walker.collect(HASTY if kind.slow else PATIENT)
        except EndlessWalk:
            return Verdict("SILENT", "the walk never ends")
        if not injected.shown:
            return None
        verdict = _verdict(kind, walker, first, known)
        if verdict.fault is None and verdict.outcome != "right":
            injected.mended = True
            again = walker.collect(PATIENT)
            if again.error is not None:
                return Verdict("SILENT", f"once mended, it still fails: {again.error!r}")
            left = known.keys() - walker.landed().keys()
            # plain SourceError: it says itself that the rest can't be had, which a person must know
            if left and verdict.outcome not in ("quarantine", "SourceError"):
                return Verdict("SILENT", f"after {verdict.outcome}, {len(left)} never come")
        return verdict


def _verdict(kind: Kind, walker: _Walker, first: Outcome, known: dict[Key, object]) -> Verdict:
    error = first.error
    if error is not None:
        if "is a bug in the connector" in error.remedy:
            return Verdict("SILENT", f"not typed: {error.message}")
        if isinstance(error, ConfigurationError):
            return Verdict("SILENT", f"the settings are blamed: {error.message}")
        if kind.harmless:
            return Verdict("SILENT", f"this was right, yet: {error!r}")
        if first.coverage.end_reached or not first.coverage.stopped_by:
            return Verdict("SILENT", f"{error!r}, but the coverage says that all is there")
        return Verdict(type(error).__name__)
    if first.coverage.stopped_by is not None:
        return Verdict("gap")
    landed, rejected = walker.landed(), walker.rejected()
    if len(landed) < len(known) and not rejected:  # one record may hold several, as a thread does
        return Verdict("SILENT", f"{len(landed)} and {rejected} rejected of {len(known)}, no error")
    other = [k for k, m in known.items() if landed.get(k, said(m)) != said(m)]
    if other and not kind.words:
        return Verdict("SILENT", f"{len(other)} have other words: {landed[other[0]]!r}")
    return Verdict("quarantine" if rejected else "right")


def said(mention: object) -> tuple[str | None, str | None]:
    """Return what a mention says."""
    return mention.title, mention.text  # type: ignore[attr-defined]


class _Walker:
    """The real client, walks and landing area of one trial."""

    def __init__(self, ready: Ready, connector: Connector, base: str, landing: Landing) -> None:
        self._ready, self._connector, self._base, self._landing = ready, connector, base, landing
        self._runs = count(1)
        self._state = WalkState()

    def collect(self, limits: Limits) -> Outcome:
        """Walk once, from where the last walk has left."""
        assert self._ready.chain is not None
        bound = 4 * self._ready.requests + 60
        with closing(wire(user_agent="tidings-test/1", limits=limits)) as network:
            edge = Edge(network, self._base, self._ready.chain.hosts, bound)
            with connect(
                requests_per_second=1e6,
                user_agent="tidings-test/1",
                secrets=made_up_secret,
                limits=limits,
                send=edge,
            ) as http:
                run = Run(
                    watch=Watch(brand=Brand(name="Acme"), id="acme"),
                    source=Source(connector=self._connector.source, max_pages=bound),
                    run=f"run{next(self._runs)}",
                    attempt=1,
                    landing=self._landing,
                    http=http,
                    states={self._connector.walk_id(): self._state},
                    pseudonym_key=b"k" * 32,
                )
                [outcome] = collect(run, [self._connector])
        self._state = _next_state(self._state, outcome.batches)
        return outcome

    def landed(self) -> dict[Key, tuple[str | None, str | None]]:
        """Return what landed mentions say, by their keys."""
        return {
            (r["source"], r["place"], r["external_id"]): (r["title"], r["text"])
            for r in self._rows()
        }

    def rejected(self) -> int:
        """Return how many records were set apart."""
        return sum(batch.rejected for batch in self._landing.batches())

    def _rows(self) -> Iterator[dict[str, str]]:
        for batch in self._landing.batches():
            table = self._landing.mentions(batch)
            yield from table.select(["source", "place", "external_id", "title", "text"]).to_pylist()
