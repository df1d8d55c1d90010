"""Closing the gaps of one walk: its windows are asked for again, halved where they are stopped.

What was collected on the way counts whatever happens then: the coverage ledger says what is left.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec

from tidings.collect import Outcome, Run, collect
from tidings.connector import Connector
from tidings.errors import (
    AuthError,
    ConfigurationError,
    NotFound,
    RateLimited,
    TidingsError,
)
from tidings.windows import narrowed

log = logging.getLogger("tidings")

SMALLEST = timedelta(seconds=1)
"""A window is not halved below this."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Where a gap from the source's beginning is taken to begin when it is halved."""

MOST_WALKS = 200
"""Windows of one walk that are asked for in one run, at most."""

FAILURES = 5
"""Windows in a row that failed on their first page: the source is not to be had now. Around one
bad record, of two halves one comes through."""

HOPELESS = (AuthError, NotFound, RateLimited)
"""Errors that a smaller window would meet as well."""


class Stretch(msgspec.Struct, frozen=True, order=True):
    """A window of time in aware UTC: from ``since`` on and before ``until``.

    ``beginning``: it reaches back to the source's beginning, and ``since`` is only where it is
    taken to begin.
    """

    since: datetime
    until: datetime
    beginning: bool = False

    @classmethod
    def of(cls, since: datetime | None, until: datetime) -> Stretch:
        """Make one; ``since`` None means from the source's beginning."""
        return cls(min(EARLIEST, until) if since is None else since, until, since is None)

    def within(self, other: Stretch) -> bool:
        """Tell whether it is a part of ``other``, or all of it."""
        return other.since <= self.since and self.until <= other.until

    def cut(self, other: Stretch) -> Stretch | None:
        """Return the part of it that lies in ``other``, None where there is none."""
        since, until = max(self.since, other.since), min(self.until, other.until)
        return Stretch(since, until, self.beginning and other.beginning) if since < until else None

    def halves(self) -> tuple[Stretch, Stretch] | None:
        """Return the older and the newer half, at a whole second; None where it is too small."""
        middle = (self.since + (self.until - self.since) / 2).replace(microsecond=0)
        if not self.since < middle < self.until or self.until - self.since <= SMALLEST:
            return None
        return Stretch(self.since, middle, self.beginning), Stretch(middle, self.until)

    def looking_back(self, overlap: timedelta) -> Stretch:
        """Return it with ``overlap`` before it, for items that the source showed late."""
        if self.beginning:
            return self
        return Stretch(self.since.replace(microsecond=0) - overlap, self.until)


class Pages:
    """How many pages may still be asked for; shared by the walks of one source."""

    def __init__(self, most: int) -> None:
        """Begin with ``most``."""
        self.left = most


class Repaired(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one walk's gaps: the windows walked, and the error that ended it, if any."""

    label: str
    outcomes: list[Outcome]
    error: TidingsError | None = None


def windows(
    gaps: Iterable[Stretch], stopped: Collection[Stretch], overlap: timedelta
) -> list[Stretch]:
    """Return what to ask for to close ``gaps``, newest first.

    ``stopped`` are windows that were asked for before and brought nothing: such a one is halved at
    once. A gap that was never asked for is asked for with ``overlap`` before it.
    """
    found: list[Stretch] = []
    for gap in gaps:
        inside = _smallest([part for window in stopped if (part := window.cut(gap)) is not None])
        if not inside:
            found.append(gap.looking_back(overlap))
            continue
        cuts = sorted({gap.since, gap.until, *(c for w in inside for c in (w.since, w.until))})
        for since, until in pairwise(cuts):
            piece = Stretch(since, until, gap.beginning and since == gap.since)
            halves = piece.halves() if any(piece.within(window) for window in inside) else None
            found += halves or (piece,)
    return sorted(found, key=lambda window: window.until, reverse=True)


def repair(run: Run, connector: Connector, asked: Sequence[Stretch], pages: Pages) -> Repaired:
    """Walk the windows ``asked`` of ``connector``, newest first, within ``pages``.

    Of a window that is stopped again and has covered a part, the rest is asked for next; one that
    has covered nothing is halved, and its halves come last. Ends early where a smaller window can't
    help.
    """
    todo = deque(asked)
    outcomes: list[Outcome] = []
    failures = 0
    while todo and pages.left > 0 and len(outcomes) < MOST_WALKS:
        window = todo.popleft()
        outcome = _walk(run, connector, window, pages)
        outcomes.append(outcome)
        covered = outcome.coverage
        failures = failures + 1 if outcome.error is not None and covered.pages == 0 else 0
        if isinstance(outcome.error, ConfigurationError):  # it can't go back so far: the gap stays
            log.warning("%s: %s", outcome.label, outcome.error)
            break
        if _is_over(outcome, failures):
            return Repaired(label=connector.label(), outcomes=outcomes, error=outcome.error)
        rest = _rest(outcome)
        if rest is not None:
            todo.appendleft(rest)
        elif outcome.coverage.gap_to is not None:
            todo += _halved(window, outcome)
    return Repaired(label=connector.label(), outcomes=outcomes)


def _walk(run: Run, connector: Connector, window: Stretch, pages: Pages) -> Outcome:
    # a stopped walk of a sorted source has covered a part, of any other it has covered nothing
    allowed = pages.left if connector.about.order != "any" else max(1, pages.left // 2)
    source = msgspec.structs.replace(run.source, max_pages=allowed)
    since = None if window.beginning else window.since
    [outcome] = collect(
        msgspec.structs.replace(run, source=source), [narrowed(connector, since, window.until)]
    )
    pages.left -= max(1, outcome.coverage.pages)
    return outcome


def _is_over(outcome: Outcome, failures: int) -> bool:
    suspect = (outcome.coverage.stopped_by or "").startswith("suspect:")
    return suspect or failures >= FAILURES or isinstance(outcome.error, HOPELESS)


def _rest(outcome: Outcome) -> Stretch | None:
    """Return what is left of a window of which a part was covered; None where none was, or all."""
    covered = outcome.coverage
    if covered.gap_to is None or covered.covered_to is None:
        return None
    return Stretch.of(covered.gap_from, covered.gap_to)


def _halved(window: Stretch, outcome: Outcome) -> tuple[Stretch, ...]:
    """Return the halves of a window that was stopped, the newer first; none if it is too small."""
    halves = window.halves()
    if halves is None:
        log.warning(
            "%s: the window from %s is the smallest and was stopped again by %s",
            outcome.label,
            window.since,
            outcome.coverage.stopped_by,
        )
        return ()
    return halves[::-1]


def _smallest(windows: Sequence[Stretch]) -> list[Stretch]:
    """Return the windows that hold no other one."""
    distinct = sorted(set(windows))
    return [w for w in distinct if not any(o != w and o.within(w) for o in distinct)]
