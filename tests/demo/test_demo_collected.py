"""The real connectors, over real HTTP, get exactly what the truth says: no more and no less."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from tidings.collect import connectors_of
from tidings.connector import Connector, Cursor
from tidings.demo import DemoServer, Truth, World, serve, truth, write
from tidings.errors import SourceError
from tidings.http import Http
from tidings.http.client import connect
from tidings.mention import Mention
from tidings.watch import load_watch

GIVES_IDS = ("hackernews", "mastodon", "bluesky", "steam", "rss", "files")
"""Of the sources, those whose identifiers are the world's; some review pages have none."""


class Collected:
    """What walks got: mentions by source and identifier, and rows and rejected records counted."""

    def __init__(self) -> None:
        self.mentions: dict[str, dict[str, Mention]] = {}
        self.rows: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.errors: list[SourceError] = []
        self.cursors: dict[str, Cursor | None] = {}

    def walk(self, connector: Connector, http: Http, most: int) -> None:
        """Walk on from where the last walk ended, for ``most`` pages; if stopped, start anew."""
        known = self.mentions.setdefault(connector.source, {})
        cursor = self.cursors.get(connector.walk_id())
        try:
            for page in islice(connector.pages(http, cursor), most):
                self.rows[connector.source] += len(page.mentions) + len(page.rejected)
                self.rejected[connector.source] += len(page.rejected)
                known |= {f"{m.place} {m.external_id}": m for m in page.mentions}
                cursor = page.cursor
        except SourceError as error:
            self.errors.append(error)
        self.cursors[connector.walk_id()] = cursor

    def ids(self, source: str) -> set[str]:
        return {m.external_id for m in self.mentions[source].values()}


def collect(server: DemoServer, folder: Path, into: Collected) -> Collected:
    path = write(folder, server.url, world=server.world, now=server.now)
    watch = load_watch(path)
    with connect(requests_per_second=1000, user_agent="tests") as http:
        for source in watch.sources:
            for connector in connectors_of(watch, source):
                into.walk(connector, http, source.max_pages)
    return into


def agrees(got: Collected, told: Truth) -> None:
    """Check identifiers: all good items, and beyond them only bad records that can be read."""
    for source in GIVES_IDS:
        assert told.keys[source] <= got.ids(source), source
        beyond = len(got.ids(source)) - told.items[source]
        assert 0 <= beyond <= sum(told.bad[source].values()), source


def test_one_pass_gets_every_row_there_is(tmp_path: Path) -> None:
    world = World(6, days=60, scale=0.5, faults=False)
    with serve(world) as server:
        got = collect(server, tmp_path, Collected())
    told = truth(world)
    assert got.errors == []
    assert dict(got.rows) == told.rows
    agrees(got, told)
    for source, rejected in got.rejected.items():
        assert 0 < rejected <= told.bad_rows[source]
    reviews = len(got.mentions["reviews"])
    unreadable = got.rejected["reviews"]
    assert reviews == told.items["reviews"] + told.bad_rows["reviews"] - unreadable


def test_several_passes_get_it_all_too_late_ones_and_answers_included(tmp_path: Path) -> None:
    world = World(8, days=60, scale=0.5, faults=False)
    steps = [world.start + timedelta(days=d, hours=7) for d in (20, 33, 46)] + [world.until]
    got = Collected()
    with serve(world) as server:
        for now in steps:
            server.at(now)
            collect(server, tmp_path, got)
    assert got.errors == []
    told = truth(world, *steps)
    agrees(got, told)
    mentions = got.mentions["steam"].values()
    assert sum(m.answer is not None for m in mentions) > 0.8 * told.answered["steam"] > 0


@pytest.mark.slow
def test_the_whole_world_with_all_its_faults(tmp_path: Path) -> None:
    world = World(7)
    with serve(world) as server:
        got = collect(server, tmp_path, Collected())
    told = truth(world)
    assert got.errors == []
    assert {g.source for g in told.gaps} == {"mastodon", "bluesky", "rss"}
    assert dict(got.rows) == told.rows
    agrees(got, told)
