"""The servers fail as told: one 429, one 500, an archive that is gone, a feed that forgets."""

from __future__ import annotations

import pytest
from demo_http import ask

from tidings.demo.brands import FEEDS, GENERAL_TAG, WIRE
from tidings.demo.flaws import FLAWS
from tidings.demo.item import SOURCES
from tidings.demo.server import ROUTES, serve
from tidings.demo.truth import truth
from tidings.demo.world import World

ASKED = {
    "hackernews": "/api/v1/search_by_date?query=nordkvern",
    "mastodon": "/api/v1/timelines/tag/nordkvern",
    "bluesky": "/xrpc/app.bsky.feed.searchPosts?q=nordkvern",
    "steam": "/appreviews/4810010?json=1",
    "reviews": "/shop/nordkvern-halo/reviews",
    "rss": "/feeds/kaffenytt.xml",
}


@pytest.fixture(scope="module")
def world() -> World:
    return World(7)


@pytest.mark.parametrize("source", ASKED)
def test_each_source_throttles_once_and_then_goes_on(world: World, source: str) -> None:
    with serve(world) as server:
        answers = [ask(server.url + ASKED[source]) for _ in range(8)]
    throttled = [a for a in answers if a.status == 429]
    assert [a.headers["retry-after"] for a in throttled] == ["1"]
    failed = [a.status for a in answers if a.status == 500]
    assert failed == ([500] if source == "reviews" else [])
    good = [a for a in answers if a.status == 200]
    assert len(good) == len(answers) - 1 - len(failed)
    assert len({a.body for a in good}) == 1


def test_every_source_with_a_server_is_among_them() -> None:
    assert set(ASKED) == {source for _, source, _ in ROUTES} == set(SOURCES) - {"files"}


def test_a_world_without_faults_never_fails() -> None:
    whole = World(7, days=30, faults=False)
    with serve(whole) as server:
        assert {ask(server.url + path).status for path in ASKED.values() for _ in range(6)} == {200}
    told = truth(whole)
    assert told.gaps == ()
    assert set(told.unreachable.values()) == {0}


def test_the_old_pages_of_one_hashtag_are_gone_for_good(world: World) -> None:
    seen, oldest = set(), ""
    with serve(world) as server:
        url = f"{server.url}/api/v1/timelines/tag/{GENERAL_TAG}"
        ask(url)
        ask(url)  # the throttled one
        while True:
            got = ask(url, {"limit": 40, **({"max_id": oldest} if oldest else {})})
            if got.status != 200:
                break
            seen |= {s["id"] for s in got.json if "id" in s}
            oldest = min(seen, key=int)
        again = ask(url, {"limit": 40, "max_id": oldest})
    assert (got.status, again.status) == (503, 503)
    assert int(got.headers["retry-after"]) > 60  # no client waits for that
    gap = next(g for g in truth(world).gaps if g.source == "mastodon")
    lost = [
        i
        for i in world.of("mastodon")
        if i.tags == (GENERAL_TAG,) and i.published < gap.end and i.is_shown(world.until)
    ]
    assert len([i for i in lost if i.flaw is None]) == gap.items > 20
    assert not seen & {i.id for i in lost}
    assert int(oldest) >> 16 >= gap.end.timestamp() * 1000
    # other hashtags still show what is older
    with serve(world) as server:
        older = ask(f"{server.url}/api/v1/timelines/tag/nordkvern", {"max_id": oldest})
    assert len(older.json) == 20


def test_the_wire_shows_its_newest_entries_only(world: World) -> None:
    with serve(world) as server:
        body = ask(f"{server.url}/feeds/{WIRE}.xml").text
    whole = [i for i in world.of("rss") if i.place == WIRE]
    newest = next(f.newest for f in FEEDS if f.name == WIRE)
    assert body.count("<item>") == newest == 40
    gap = next(g for g in truth(world).gaps if g.source == "rss")
    assert gap.items == len(whole) - 40
    hidden = [i for i in whole if gap.start <= i.published < gap.end]
    assert len(hidden) == gap.items
    assert not any(f">{i.id}<" in body for i in hidden)


@pytest.mark.parametrize("source", SOURCES)
def test_every_kind_of_bad_record_can_be_met(world: World, source: str) -> None:
    told = truth(world)
    assert set(told.bad[source]) == set(FLAWS[source])
    assert sum(told.bad[source].values()) < 0.05 * told.items[source]


def test_bad_records_hold_nothing_up_that_others_need(world: World) -> None:
    bad = {id(i) for i in world.items if i.flaw}
    assert not any(id(i.parent) in bad or id(i.copy_of) in bad for i in world.items)
