"""A burst between two walks, over every connector: walks that are killed lose nothing.

The whole way, with processes and the warehouse, is in ``tests/end_to_end/test_burst.py``.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest

from tidings.connector import Connector, Cursor
from tidings.http import Answer, Request
from tidings.testing import Origin, Simulated, client, scorecard, walk
from tidings.testing.driving import Key

BASE, BURST, TIED, LATE, KILLS, PER_PAGE = 30, 400, 20, 5, 6, 20
SUBJECTS, _ = scorecard.subjects(Path(__file__).parent.glob("likes*.py"))


class Killed(BaseException):
    """The process is no more: nobody can catch it."""


class Collected:
    """What is stored: mentions by key, and where each walk goes on."""

    def __init__(self, connector: Connector, origin: Simulated) -> None:
        self.connector, self.origin = connector, origin
        self.keys: set[Key] = set()
        self.cursors: dict[str, str] = {}

    def walk(self, requests: int | None = None) -> int:
        """Walk all places; after so many requests, be killed. Return how many were made."""
        made = 0

        def ask(request: Request) -> Answer:
            nonlocal made
            made += 1
            if made == requests:
                raise Killed
            return self.origin.answer(request)

        with client(ask) as http:
            try:
                for place in self.connector.split():
                    known = self.cursors.get(place.walk_id())
                    cursor: Cursor | None = None if known is None else json.loads(known)
                    for page in place.pages(http, cursor):
                        self.keys |= {(m.source, m.place, m.external_id) for m in page.mentions}
                        self.cursors[place.walk_id()] = json.dumps(page.cursor)
            except Killed:
                pass
        return made


def everything(connector: Connector, origin: Origin) -> set[Key]:
    done = walk(connector, origin.answer, bound=20_000)
    assert done.error is None
    return set(done.by_key())


def large(origin: Simulated) -> Simulated:
    """Make a source hold pages and listings as long as real ones."""
    origin.page_size = PER_PAGE
    if hasattr(origin, "deepest"):
        origin.deepest = max(origin.deepest, 10 * PER_PAGE)
    start = min(origin.notes).at
    origin.restock(start + timedelta(hours=n) for n in range(BASE))
    return origin


def burst(origin: Simulated) -> None:
    """Let 400 records arrive, 20 of one second; they reach far behind what walks read twice."""
    start = max(origin.notes).at
    times = [start + timedelta(hours=n) for n in range(1, BURST - TIED)]
    for at in sorted([*times, *[times[150]] * TIED]):
        origin._arrive(at)


@pytest.mark.slow
@pytest.mark.parametrize("name", SUBJECTS)
def test_a_burst_over_walks_that_are_killed_is_all_there(name: str) -> None:
    connector, shown = SUBJECTS[name]
    fresh = shown.fresh()
    if not isinstance(fresh, Simulated):
        pytest.skip("a recording has no news")
    every = len(everything(connector, fresh)) == fresh.total and not connector.about.only_newest
    origin = large(fresh)
    kept = Collected(connector, origin)
    kept.walk()
    dice = random.Random(name)
    burst(origin)
    for attempt in range(KILLS):
        if attempt == KILLS // 2:
            for _ in range(LATE):
                origin.late()
        kept.walk(requests=dice.randint(1, 2 + BURST // PER_PAGE))
    kept.walk()
    kept.walk()
    wanted = everything(connector, origin)
    lost = wanted - kept.keys
    assert not lost, f"{len(lost)} of {len(wanted)} are lost, e.g. {sorted(lost)[:3]}"
    if every:
        assert len(kept.keys) == origin.total, "some can't even be seen by a walk from nothing"
