"""The world is lifelike, is the same for the same seed, and names nobody real."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from demo_http import ask

from tidings.demo.brands import BRANDS, OWN
from tidings.demo.events import INCIDENT
from tidings.demo.item import LANGUAGES, SOURCES, Item
from tidings.demo.server import DemoServer, serve
from tidings.demo.surveys import survey_files
from tidings.demo.world import World

PATHS = (
    "/api/v1/search_by_date?query=&hitsPerPage=1000",
    "/api/v1/timelines/public?limit=40",
    "/api/v1/timelines/tag/nordkvern?limit=40",
    "/xrpc/app.bsky.feed.searchPosts?q=nordkvern&limit=100",
    "/appreviews/4810010?json=1&num_per_page=100&filter=recent",
    "/shop/nordkvern-halo/reviews",
    "/shop/nordkvern-drip/reviews?page=2",
    "/shop/nordkvern-mini/reviews",
    "/shop/vantrosso-uno/reviews",
    "/feeds/brewing-weekly.xml",
    "/feeds/kafei-ribao.xml",
    "/no/such/path",
)


@pytest.fixture(scope="module")
def world() -> World:
    return World(7)


def digest(seed: int) -> str:
    """Digest all that a world says over HTTP (headers too) and in its files."""
    whole = hashlib.sha256()
    with serve(World(seed, days=40, scale=0.5, faults=False)) as server:
        for path in PATHS:
            got = ask(server.url + path)
            headers = sorted(got.headers.items())
            whole.update(f"{path} {got.status} {headers}".replace(server.url, "").encode())
            whole.update(got.body)
        for name, content in survey_files(server.world, server.world.until).items():
            whole.update(name.encode() + content)
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    code = "import test_demo_world; print(test_demo_world.digest(11))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hashseed, "TZ": zone},
            cwd=os.path.dirname(__file__),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hashseed, zone in (("1", "UTC"), ("2", "Asia/Tehran"))
    }
    assert told == {digest(11)}
    assert digest(12) not in told


def test_it_has_the_promised_size_sources_languages_and_brands(world: World) -> None:
    assert 4_000 <= len(world.items) <= 6_000
    assert {i.source for i in world.items} == set(SOURCES)
    spoken = Counter(i.language for i in world.items)
    assert set(spoken) == set(LANGUAGES)
    assert min(spoken.values()) > 100
    assert {i.brand for i in world.items if i.brand} == {b.name for b in BRANDS}


@pytest.mark.parametrize("source", SOURCES)
def test_identifiers_are_unique_and_times_lie_within_the_world(world: World, source: str) -> None:
    items = world.of(source)
    assert len({i.id for i in items}) == len(items)
    assert all(world.start <= i.published < world.until for i in items)
    assert all(i.published <= i.shown <= i.published + timedelta(hours=5) for i in items)
    assert [i.published for i in items] == sorted(i.published for i in items)


def test_what_follows_follows(world: World) -> None:
    """Replies come after what they reply to, at the same source; edits and answers after words."""
    for item in world.items:
        if item.parent is not None:
            assert item.parent.source == item.source
            assert item.published > item.parent.published
            assert item.root.parent is None
        assert item.edit is None or item.edit.at > item.published
        assert item.answer is None or item.answer.at > item.published
        assert item.copy_of is None or item.published >= item.copy_of.published


def test_only_copies_made_on_purpose_repeat_words(world: World) -> None:
    said = Counter((i.title, i.text) for i in world.items if i.copy_of is None and i.text)
    assert [words for words, times in said.items() if times > 1] == []
    copies = [i for i in world.items if i.copy_of is not None]
    assert all(i.copy_of is not None and i.copy_of.text in i.text for i in copies)
    across = {(i.copy_of.source, i.source) for i in copies if i.copy_of is not None}
    assert ("mastodon", "bluesky") in across
    assert len({i.source for i in copies}) >= 4


def test_more_is_said_every_week_and_less_on_the_forum_at_weekends(world: World) -> None:
    plain = [i for i in world.items if i.event is None]
    half = world.start + timedelta(days=world.days / 2)
    early = sum(i.published < half for i in plain)
    assert len(plain) - early > 1.15 * early
    days = Counter(i.published.weekday() for i in world.of("hackernews") if i.kind == "post")
    days.update(i.published.weekday() for i in world.of("rss"))
    assert (days[5] + days[6]) / 2 < 0.7 * (days[0] + days[1] + days[2]) / 3


def test_ratings_agree_with_the_words(world: World) -> None:
    def mean(source: str, mood: str) -> float:
        rated = [i.rating for i in world.of(source) if i.mood == mood and i.rating is not None]
        return sum(rated) / len(rated)

    for source in ("steam", "reviews", "files"):
        moods = [mean(source, mood) for mood in ("negative", "neutral", "positive")]
        assert moods == sorted(moods)
    assert mean("reviews", "positive") > 4
    assert mean("reviews", "negative") < 2


def test_answers_come_soon_late_and_never(world: World) -> None:
    own = [i for i in world.of("reviews") if i.brand == OWN.name and i.mood == "negative"]
    hours = [(i.answer.at - i.published).total_seconds() / 3600 for i in own if i.answer]
    assert 0.5 < len(hours) / len(own) < 0.95
    assert sum(h < 24 for h in hours) > 20
    assert sum(h > 72 for h in hours) > 5
    edited = [(i, i.edit) for i in own if i.edit]
    assert all((e.rating or 0) >= (i.rating or 0) for i, e in edited)
    won = [(i, e) for i, e in edited if (e.rating or 0) > (i.rating or 0)]
    assert len(won) > 5
    assert all(i.answer and e.at > i.answer.at for i, e in won)


def test_the_incident_is_a_burst_of_anger_in_four_sources(world: World) -> None:
    assert world.incident_days == (96, 102)
    first = world.start + timedelta(days=96)
    end = world.start + timedelta(days=102)
    own = [i for i in world.items if i.brand == OWN.name and i.kind != "article"]

    def during(items: list[Item]) -> list[Item]:
        return [i for i in items if first <= i.published < end]

    before = [i for i in own if first - timedelta(days=6) <= i.published < first]
    assert len(during(own)) > 2.5 * len(before)
    angry = [i for i in during(own) if i.mood == "negative"]
    assert len(angry) > 0.6 * len(during(own)) > 0.3 * len(before)
    assert len([i for i in before if i.mood == "negative"]) < 0.35 * len(before)
    assert {i.source for i in world.items if i.event == "incident"} == set(INCIDENT)
    texts = [f"{i.title} {i.text}" for i in world.items if i.event == "incident"]
    words = re.compile("leak|recall|water|lekk|tilbake|tank|læk|نشت|فراخوان|漏水|召回|水", re.I)
    assert all(words.search(text) for text in texts if not text.startswith("None RT"))


def test_the_viral_day_is_loud_and_harmless(world: World) -> None:
    assert world.viral_day == 60
    start = world.start + timedelta(days=60)
    day = [i for i in world.items if start <= i.published < start + timedelta(days=1)]
    usual = len(world.items) / world.days
    assert len(day) > 2 * usual
    assert sum(i.mood == "negative" for i in day) < 0.2 * len(day)


def test_a_few_have_very_many_followers(world: World) -> None:
    followers = sorted({i.author.id: i.author.followers for i in world.of("mastodon")}.values())
    assert followers[-1] > 20 * followers[len(followers) // 2]


def test_a_small_world_is_small_and_clean_where_that_is_asked_for() -> None:
    small = World(3, days=20, scale=0.2, bad_records=False, faults=False)
    assert len(small.items) < 250
    assert not any(i.flaw or i.repeated for i in small.items)
    assert small.incident_days is None
    assert {i.source for i in small.items} == set(SOURCES)


def test_every_address_and_host_is_made_up() -> None:
    known = {"schema.org", "www.w3.org", "purl.org", "127.0.0.1"}
    world = World(7, faults=False)
    with serve(world) as server:
        bodies = [ask(server.url + path).text for path in PATHS]
    bodies += [content.decode() for content in survey_files(world, world.until).values()]
    hosts = {h for body in bodies for h in re.findall(r"https?:\\?/\\?/([\w.-]+)", body)}
    assert {h for h in hosts if not h.endswith(".example")} <= known
    mails = {m for body in bodies for m in re.findall(r"[\w.]+@([\w.-]+\w)", body)}
    assert all(m.endswith(".example") for m in mails)
    assert hosts
    assert mails


def test_a_server_closes_whether_or_not_it_was_started() -> None:
    world = World(1, days=2, scale=0.1)
    DemoServer(world).close()
    server = DemoServer(world)
    port = server.server_port
    server.start()
    server.close()
    DemoServer(world, port).close()  # the port is free again
