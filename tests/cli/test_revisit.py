"""Asking anew, as a user types it: over the made-up world, in which people edit, answer, delete."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import Result, in_ledger, tidings

from tidings.cli import revisit, steps, whole_run
from tidings.demo.item import Answer, Edit, Item
from tidings.demo.server import DemoServer, serve
from tidings.demo.watching import write
from tidings.demo.world import World
from tidings.errors import ConfigurationError
from tidings.home import Home

BY_ID = ("bluesky", "hackernews", "mastodon")


@pytest.fixture
def world() -> World:
    return World(11, days=30, scale=0.2, faults=False, bad_records=False)


@pytest.fixture
def server(world: World) -> Iterator[DemoServer]:
    with serve(world, now=world.until - timedelta(days=1)) as running:
        yield running


@pytest.fixture
def loaded(home: Path, world: World, server: DemoServer) -> Home:
    """An installation that has collected what can be asked again, once."""
    found = Home.at(home)
    os.environ.update(found.environment())
    path = write(home, server.url, world=world, now=server.now)
    kept = [t for t in path.read_text("utf-8").split("[[sources]]") if "rss" not in t]
    kept = [t for t in kept if 'connector = "files"' not in t and 'connector = "reviews"' not in t]
    path.write_text("[[sources]]".join(kept), "utf-8")
    for watch in steps.watches():
        for source in watch.sources:
            steps.collect(watch.id, source.id, run="first")
    whole_run.check_and_load(holder="first")
    return found


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


def asked(cli: Any, sql: str) -> list[tuple[Any, ...]]:
    result = cli("query", "--limit", "100000", "--json", sql)
    assert result.code == 0, result.err
    return [tuple(row.values()) for row in result.json()]


def known(cli: Any, world: World, source: str) -> list[Item]:
    """Return the world's items that the warehouse has, in the order of their ids."""
    found = in_ledger(f"SELECT external_id FROM core.mention WHERE source = '{source}' ORDER BY 1")
    by_id = {item.id: item for item in world.of(source)}
    return [by_id[key] for (key,) in found]


def assert_nothing_changes(cli: Any) -> None:
    """A mention reads the same by its id as in the listing that brought it."""
    told = cli("revisit", "--days", "3650", "--json")
    assert told.code == 0, told.err
    summary = told.json()
    assert [summary["loaded"][name] for name in ("changed", "new", "gone")] == [0, 0, 0]
    assert sum(visit["asked"] for visit in summary["visits"]) > 50
    assert all(
        visit["shown"] >= visit["asked"] > 0 for visit in summary["visits"] if visit["asked"]
    )
    assert asked(cli, "SELECT count(*) FROM core.coverage WHERE run LIKE 'revisit%'") == [(0,)]
    assert asked(cli, "SELECT count(*) FROM core.load WHERE run LIKE 'revisit%'") > [(0,)]


def test_what_was_edited_answered_and_deleted_is_seen(
    loaded: Home, world: World, server: DemoServer, cli: Any
) -> None:
    now = world.until
    assert_nothing_changes(cli)
    before = asked(cli, "SELECT count(*) FROM core.mention")[0][0]
    expected: set[str] = set()
    for source in BY_ID:
        items = [i for i in known(cli, world, source) if i.is_shown(now)]
        replied = {id(i.parent) for i in world.of(source)}
        first, second = [i for i in items if id(i) not in replied][:2]
        first.removed = second.removed = now - timedelta(hours=1)
    for source in BY_ID:  # the world itself has removed some more meanwhile
        expected |= {i.id for i in known(cli, world, source) if not i.is_shown(now)}
    assert len(expected) >= 6
    edited = next(i for i in known(cli, world, "mastodon") if i.is_shown(now))
    edited.edit = Edit(at=now - timedelta(hours=2), text="On second thought, no.", rating=None)
    answered = next(i for i in known(cli, world, "steam") if i.answer is None and i.is_shown(now))
    answered.answer = Answer(at=now - timedelta(hours=2), text="We are sorry to hear that.")
    server.at(now)
    told = cli("revisit", "--days", "3650", "--json")
    assert told.code == 0, told.err
    summary = told.json()
    assert summary["failures"] == []
    assert summary["loaded"]["gone"] == len(expected)
    gone = {mention for (mention,) in asked(cli, "SELECT mention_id FROM core.gone")}
    ids = in_ledger("SELECT mention_id, external_id FROM core.mention_version")
    assert {key for mention, key in ids if str(mention) in gone} == expected
    known_by = "external_id = core.id_of_nobody(source, place, '%s')"
    assert asked(cli, f"SELECT text FROM core.mention WHERE {known_by % edited.id}") == [
        ("On second thought, no.",)
    ]
    assert asked(cli, f"SELECT answer FROM core.mention WHERE {known_by % answered.id}") == [
        ("We are sorry to hear that.",)
    ]
    new = summary["loaded"]["new"]
    assert asked(cli, "SELECT count(*) FROM core.mention") == [(before + new - len(expected),)]
    again = cli("revisit", "--days", "3650", "--json").json()
    assert (again["loaded"]["gone"], again["loaded"]["changed"]) == (0, 0), "the same told twice"


def test_a_source_that_knows_nothing_any_more_deletes_nothing(
    loaded: Home, world: World, server: DemoServer, cli: Any
) -> None:
    before = asked(cli, "SELECT source, count(*) FROM core.mention GROUP BY 1 ORDER BY 1")
    for source in ("bluesky", "mastodon", "hackernews"):
        for item in world.of(source):
            item.shown = world.until + timedelta(days=9)
    told = cli("revisit", "--days", "3650", "--json")
    assert told.code == 3
    failures = told.json()["failures"]
    assert {f["source"].partition("/")[2].partition("-")[0] for f in failures} == set(BY_ID)
    assert {f["error"] for f in failures} == {"SourceChanged"}
    assert asked(cli, "SELECT source, count(*) FROM core.mention GROUP BY 1 ORDER BY 1") == before


WATCH = """\
[brand]
name = "Acme"
[[sources]]
connector = "hackernews"
[[sources]]
connector = "steam"
settings = { app = 7 }
[[sources]]
connector = "bluesky"
revisit_days = 0
[[sources]]
connector = "rss"
settings = { urls = ["https://blog.example/feed"] }
"""


def test_what_can_not_be_visited_is_left_out_or_named(home: Path) -> None:
    (home / "watch" / "acme.toml").write_text(WATCH, "utf-8")
    assert [item["source"] for item in revisit.plan()] == ["hackernews", "steam"]
    assert [i["source"] for i in revisit.plan(days=1)] == ["hackernews", "steam", "bluesky"]
    assert revisit.plan(source="steam") == [{"watch": "acme", "source": "steam"}]
    for source, says in (
        ("rss", "can't be asked again"),
        ("bluesky", "revisit_days is 0"),
        ("nowhere", "There is no source"),
    ):
        with pytest.raises(ConfigurationError, match=says):
            revisit.plan(source=source)
