"""The world has a clock: nothing is shown before its time, and what changes, changes in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from demo_http import ask

from tidings.demo.item import SOURCES
from tidings.demo.server import DemoServer, serve
from tidings.demo.surveys import survey_files
from tidings.demo.truth import reachable, truth
from tidings.demo.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World(4, days=60, faults=False)


@pytest.fixture
def server(world: World) -> Iterator[DemoServer]:
    with serve(world) as running:
        yield running


def test_nothing_of_later_is_shown(server: DemoServer, world: World) -> None:
    now = world.start + timedelta(days=31, hours=5)
    server.at(now)
    seconds = int(now.timestamp())
    hits = ask(f"{server.url}/api/v1/search_by_date?query=nordkvern&hitsPerPage=1000").json["hits"]
    good = [h["created_at_i"] for h in hits if isinstance(h["created_at_i"], int)]
    assert good
    assert max(good) <= seconds
    statuses = ask(f"{server.url}/api/v1/timelines/public?limit=40").json
    assert all(int(s["id"]) >> 16 <= seconds * 1000 for s in statuses if "id" in s)
    reviews = ask(f"{server.url}/appreviews/4810010?json=1&filter=updated&num_per_page=100").json
    stamps = [
        r[name]
        for r in reviews["reviews"]
        for name in ("timestamp_created", "timestamp_updated", "timestamp_dev_responded")
        if isinstance(r.get(name), int)
    ]
    assert max(stamps) <= seconds


def review_at(server: DemoServer, now: Any, name: str) -> dict[str, Any]:
    server.at(now)
    url: str | None = "*"
    while url:
        page = ask(
            f"{server.url}/appreviews/4810010",
            {"json": 1, "filter": "recent", "num_per_page": 100, "cursor": url},
        ).json
        for review in page["reviews"]:
            if review.get("recommendationid") == name:
                return dict(review)
        url = page["cursor"] if page["reviews"] else None
    raise AssertionError(f"{name} is not shown at {now}")


def test_an_answer_and_an_edit_come_when_they_were_made(server: DemoServer, world: World) -> None:
    item = next(
        i
        for i in world.of("steam")
        if i.place == "4810010" and i.edit and i.answer and i.answer.at < i.edit.at < world.until
    )
    assert item.answer is not None
    assert item.edit is not None
    moment = timedelta(seconds=1)
    before = review_at(server, item.answer.at - moment, item.id)
    answered = review_at(server, item.answer.at, item.id)
    edited = review_at(server, item.edit.at, item.id)
    assert "developer_response" not in before
    assert answered["developer_response"] == item.answer.text
    assert answered["review"] == before["review"]
    assert edited["review"] != before["review"]
    assert edited["timestamp_updated"] > edited["timestamp_created"]


def test_some_are_indexed_late_under_an_identifier_of_their_time(
    server: DemoServer, world: World
) -> None:
    item = next(i for i in world.of("mastodon") if i.shown > i.published and i.flaw is None)
    url = f"{server.url}/api/v1/timelines/public"
    asked = {"limit": 1, "max_id": int(item.id) + 1}
    server.at(item.shown - timedelta(seconds=1))
    assert [s["id"] for s in ask(url, asked).json] != [item.id]
    server.at(item.shown)
    assert [s["id"] for s in ask(url, asked).json] == [item.id]


def test_some_disappear(world: World) -> None:
    gone = [i for i in world.items if i.removed is not None and i.removed < world.until]
    assert {i.source for i in gone} >= {"steam", "reviews"}
    for item in gone:
        assert item.removed is not None
        shown = {id(i) for i in reachable(world, item.source, item.removed - timedelta(seconds=1))}
        after = {id(i) for i in reachable(world, item.source, item.removed)}
        assert id(item) not in after
        if item.source in {"steam", "reviews"}:
            assert id(item) in shown


def test_counts_grow(server: DemoServer, world: World) -> None:
    item = max(world.of("bluesky"), key=lambda i: i.likes)
    counts = []
    for hours in (1, 12, 200):
        server.at(item.published + timedelta(hours=hours))
        asked = {"q": item.text.split()[0], "author": item.author.id, "limit": 100}
        posts = ask(f"{server.url}/xrpc/app.bsky.feed.searchPosts", asked).json["posts"]
        counts += [p["likeCount"] for p in posts if p["uri"] == item.id]
    assert len(counts) == 3
    assert 0 < counts[0] < counts[1] < counts[2] <= item.likes


def test_the_clock_is_set_over_http(server: DemoServer, world: World) -> None:
    url = f"{server.url}/demo/clock"
    moved = ask(url, post={"now": "2026-09-20T12:00:00+02:00"})
    assert (moved.status, moved.json) == (200, {"now": "2026-09-20T10:00:00Z"})
    assert ask(url).json == {"now": "2026-09-20T10:00:00Z"}
    assert ask(url, post={"now": "2026-09-20T12:00:00"}).status == 400
    assert ask(url, post={"now": "noon"}).status == 400
    assert ask(f"{server.url}/demo/else", post={}).status == 404


def test_a_changed_feed_has_other_validators(server: DemoServer, world: World) -> None:
    url = f"{server.url}/feeds/brewing-weekly.xml"
    entry = [i for i in world.of("rss") if i.place == "brewing-weekly"][-1]
    server.at(entry.published - timedelta(seconds=1))
    before = ask(url)
    server.at(entry.published)
    after = ask(url, headers={"If-None-Match": before.headers["etag"]})
    assert after.status == 200
    assert entry.id not in before.text
    assert entry.id in after.text


def test_survey_files_grow_and_keep_their_beginning(world: World) -> None:
    early = survey_files(world, world.start + timedelta(days=20))
    late = survey_files(world, world.until)
    assert set(early) < set(late)
    for name, content in early.items():
        assert late[name].startswith(content)


def test_asking_more_often_gets_what_was_removed_in_between(world: World) -> None:
    steps = [world.start + timedelta(days=d) for d in range(5, 61, 5)]
    once, often = truth(world), truth(world, *steps)
    for source in SOURCES:
        assert once.keys[source] <= often.keys[source]
    assert sum(often.items.values()) > sum(once.items.values())
