"""Mastodon: a made-up instance at the network's edge, and recorded timelines of real ones."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from edge import (
    SIGN_IN_PAGE,
    Edge,
    as_json,
    at,
    exchanges,
    ids,
    params,
    read,
    stopped_everywhere,
)

from connectors.mastodon import Mastodon
from tidings.connector import configure
from tidings.errors import AuthError, ConfigurationError, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import walk

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TAG = Mastodon(instance="social.example", hashtags=("acme",), overlap_hours=0)


def number_of(time: datetime, last_bits: int = 7) -> str:
    """Return the id that a server gives at ``time``: milliseconds, and 16 bits more."""
    return str((int(time.timestamp() * 1000) << 16) + last_bits)


def status(minute: float, text: str = "<p>Acme works.</p>", **changes: Any) -> dict[str, Any]:
    """Return a made-up status, written so many minutes after START."""
    time = START + timedelta(minutes=minute)
    return {
        "id": number_of(time),
        "created_at": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "in_reply_to_id": None,
        "spoiler_text": "",
        "language": "en",
        "uri": f"https://far.example/users/kari/statuses/{minute}",
        "url": f"https://far.example/@kari/{minute}",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "edited_at": None,
        "content": text,
        "reblog": None,
        "account": {"acct": "kari@far.example", "followers_count": 12},
        **changes,
    }


class Instance:
    """An instance: ids decide, links leave since_id out, search is paged by number."""

    def __init__(self, statuses: list[Any], per_page: int = 3, links: bool = True) -> None:
        self.statuses = statuses
        self.per_page = per_page
        self.links = links
        self.host = "https://social.example"

    def __call__(self, request: Request) -> Answer:
        parts, asked = urlsplit(request.url), params(request)
        newest_first = sorted(self.statuses, key=self._rank, reverse=True)
        if parts.path == "/api/v2/search":
            assert asked["type"] == "statuses"
            start = int(asked.get("offset", 0))
            return as_json(
                {"accounts": [], "statuses": newest_first[start : start + self.per_page]}
            )
        below, above = int(asked.get("max_id", 10**19)), int(asked.get("since_id", -1))
        page = [s for s in newest_first if above < self._rank(s) < below][: self.per_page]
        answer = as_json(page)
        if page and self.links:
            url = f"{self.host}{parts.path}?limit=40&max_id={self._rank(page[-1])}"
            answer.headers["link"] = f'<{url}>; rel="next", <{self.host}/x>; rel="prev"'
        return answer

    @staticmethod
    def _rank(status: Any) -> int:
        return int(status["id"] or number_of(START + timedelta(minutes=2.5)))


def edge(statuses: list[Any], **how: Any) -> Edge:
    return Edge(Instance(statuses, **how))


def replay(name: str) -> tuple[list[str], Callable[[Request], Answer]]:
    """Return the ids of a recording's timeline pages, and what answers with them by max_id."""
    held: dict[tuple[str, str | None, bool], Any] = {}
    wanted: list[str] = []
    for exchange in exchanges(f"mastodon/{name}"):
        url = urlsplit(exchange["request"]["url"])
        if "/timelines/" not in url.path or exchange["response"]["status"] != 200:
            continue
        asked = parse_qs(url.query)
        max_id = asked.get("max_id", [None])[0]
        local = asked.get("local", ["FALSE"])[0] in {"1", "true"}
        held[url.path, max_id, local] = exchange["response"]

    def respond(request: Request) -> Answer:
        asked = params(request)
        local = asked.get("local") in {"1", "true"}
        found = held.get((urlsplit(request.url).path, asked.get("max_id"), local))
        if found is None:
            return as_json([])
        wanted.extend(s["id"] for s in json.loads(found["body"]))
        return Answer(status=200, url="", headers=found["headers"], body=found["body"].encode())

    return wanted, respond


@pytest.mark.parametrize(
    ("name", "settings", "count"),
    [
        (
            "rtoot__handle_params_max_id.json",
            {"instance": "https://mastodon.social", "hashtags": ["ichbinhanna"]},
            160,
        ),
        (
            "rtoot__get_timeline_hashtag_default.json",
            {"instance": "fosstodon.org", "hashtags": ["#rstats"]},
            5,
        ),
        (
            "rtoot__get_timeline_public_default.json",
            {"instance": "fosstodon.org", "public": True},
            20,
        ),
        (
            "Mastodon.py__test_public_tl.json",
            {"instance": "http://localhost:3000", "public": True},
            8,
        ),
        (
            "Mastodon.py__test_public_tl.json",
            {"instance": "http://localhost:3000", "public": True, "local": True},
            8,
        ),
    ],
)
def test_recorded_timelines_are_read_whole(name: str, settings: dict[str, Any], count: int) -> None:
    wanted, respond = replay(name)
    pages = read(configure(Mastodon, settings), Edge(respond))
    assert ids(pages) == wanted
    assert len(wanted) == count
    assert [r for page in pages for r in page.rejected] == []
    assert [page.mentions for page in pages if not page.mentions] == [[]], "one empty page ends it"
    assert all(len(page.raw) == 1 for page in pages)


def test_recorded_refusal_is_an_auth_error() -> None:
    [refused] = [
        e["response"]
        for e in exchanges("mastodon/Mastodon.py__test_unauthed_home_tl_throws.json")
        if e["response"]["status"] == 401
    ]
    answer = Answer(status=401, url="", headers=refused["headers"], body=refused["body"].encode())
    with pytest.raises(AuthError):
        read(TAG, Edge(lambda _: answer))


def test_a_status_becomes_a_mention() -> None:
    shown = status(
        5,
        '<p>Hello &amp; <a href="https://acme.example/x"><span class="invisible">https://</span>'
        '<span class="ellipsis">acme.exa</span><span class="invisible">mple/x</span></a></p>'
        "<p>b</p>",
        language="zh-TW",
        spoiler_text="long",
        in_reply_to_id="9",
        edited_at="2026-03-01T12:09:00.5Z",
        account={"acct": "ola", "followers_count": 4},
    )
    [mention] = read(TAG, edge([shown]))[0].mentions
    assert mention.text == "Hello & https://acme.example/x\nb"
    assert (mention.kind, mention.parent_id, mention.title) == ("comment", "9", "long")
    assert mention.language == "zh-tw"
    assert mention.author_handle == "ola@social.example", "a local name is told with its host"
    assert (mention.author_followers, mention.likes, mention.replies, mention.shares) == (
        4,
        3,
        1,
        2,
    )
    assert mention.published == at("2026-03-01T12:05:00Z")
    assert mention.edited == at("2026-03-01T12:09:00.5Z")
    assert (mention.place, mention.url) == ("social.example", "https://far.example/@kari/5")


def test_a_boost_is_a_mention_with_the_boosted_words() -> None:
    boosted = status(1, "<p>Acme rocks</p>", edited_at="2026-03-01T12:01:30Z", language="de")
    boost = status(9, "", reblog=boosted, account={"acct": "ola@b.example"}, language=None)
    silent = status(8, "", reblog=status(0, ""))
    pages = read(TAG, edge([boost, silent]))
    [mention] = [m for page in pages for m in page.mentions]
    assert (mention.text, mention.language) == ("Acme rocks", "de")
    assert mention.parent_id == boosted["id"]
    assert mention.author_handle == "ola@b.example"
    assert mention.edited is None, "the boost itself was not edited, and not before it was made"
    assert [r for page in pages for r in page.rejected] == []


@pytest.mark.parametrize("links", [True, False])
def test_all_pages_are_read_with_links_and_without(links: bool) -> None:
    statuses = [status(n) for n in range(10)]
    asked = edge(statuses, links=links)
    found = ids(read(TAG, asked))
    assert found == [s["id"] for s in reversed(statuses)]
    assert len(asked.requests) == 5, "four with statuses, and the empty one that ends it"


def test_a_link_to_another_host_gets_no_token() -> None:
    instance = Instance([status(n) for n in range(7)])
    instance.host = "https://elsewhere.example"
    asked = Edge(instance)
    signed = msgspec.structs.replace(TAG, credential="token")
    assert len(ids(read(signed, asked))) == 7
    assert {urlsplit(r.url).netloc for r in asked.requests} == {"social.example"}
    headers = {r.headers["Authorization"] for r in asked.requests}
    assert headers == {"Bearer made-up-token"}


def test_the_next_walk_asks_behind_the_newest_and_misses_no_tie() -> None:
    statuses = [status(n) for n in range(20)]
    first = read(TAG, edge(statuses))
    assert [p.cursor for p in first[:-1]] == [None] * (len(first) - 1), "old until the walk ended"
    cursor = json.loads(json.dumps(first[-1].cursor))
    # in the very second of the newest, with a lower id than it
    tie = status(19, id=number_of(START + timedelta(minutes=19), last_bits=2))
    news = [status(19 + n / 10) for n in range(1, 9)]
    later = edge([*statuses, tie, *news])
    found = set(ids(read(TAG, later, cursor)))
    assert found == {s["id"] for s in [statuses[-1], tie, *news]}
    floor = int(number_of(START + timedelta(minutes=19), 0))
    assert set(later.asked("since_id")) == {str(floor - 1)}, "in followed links, too"


def test_ids_that_are_no_times_are_not_made_up() -> None:
    plain = [status(n, id=str(500 + n)) for n in range(20)]
    cursor = read(TAG, edge(plain))[-1].cursor
    later = edge([*plain, status(20, id="520")])
    pages = read(TAG, later, cursor)
    assert {"520", "519"} <= set(ids(pages))
    assert set(later.asked("since_id")) == {None}
    assert len(pages) < 5, "it still ends at the first page that is older throughout"


def test_letters_for_ids_work_too() -> None:
    flakes = [status(n, id=f"A{chr(97 + n)}zz") for n in range(6)]
    by_name = {s["id"]: s for s in flakes}

    def respond(request: Request) -> Answer:
        below = params(request).get("max_id", "B")
        return as_json([by_name[i] for i in sorted(by_name, reverse=True) if i < below][:4])

    first = read(TAG, Edge(respond))
    assert set(ids(first)) == set(by_name)
    again = Edge(respond)
    read(TAG, again, first[-1].cursor)
    assert set(again.asked("since_id")) == {None}


def test_stopped_after_any_page_and_started_again_nothing_is_missing() -> None:
    statuses = [status(n) for n in range(10)]
    for found in stopped_everywhere(TAG, lambda: edge(statuses)):
        assert found == {s["id"] for s in statuses}


def test_until_leaps_over_what_is_newer_and_since_ends_the_walk() -> None:
    statuses = [status(n * 60) for n in range(200)]
    window = msgspec.structs.replace(
        TAG, since=START + timedelta(hours=50), until=START + timedelta(hours=60)
    )
    asked = edge(statuses)
    assert set(ids(read(window, asked))) == {s["id"] for s in statuses[50:60]}
    assert len(asked.requests) < 10


def test_search_is_paged_by_number_with_a_token() -> None:
    search = Mastodon(instance="social.example", queries=("acme",), credential="t", overlap_hours=0)
    statuses = [status(n) for n in range(8)]
    asked = edge(statuses)
    first = read(search, asked)
    assert set(ids(first)) == {s["id"] for s in statuses}
    assert asked.asked("offset") == [None, "3", "6", "8"]
    assert asked.asked("since_id") == [None] * 4
    later = read(search, edge([*statuses, status(8)]), first[-1].cursor)
    assert set(ids(later)) >= {status(8)["id"], status(7)["id"]}
    assert len(later) == 2


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"id": None}, "id"),
        ({"created_at": "0000-00-00T00:00:00Z"}, "created_at"),
        ({"created_at": "2026-03-01T12:00:00"}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "created_at"),
        ({"content": ["<p>", 404]}, "content"),
        ({"account": None}, "account"),
    ],
)
@pytest.mark.parametrize("links", [True, False])
def test_a_bad_status_is_rejected_alone(bad: dict[str, Any], field: str, links: bool) -> None:
    good = [status(n) for n in range(1, 8)]
    pages = read(TAG, edge([*good, {**status(2.5), **bad}], links=links))
    assert set(ids(pages)) == {s["id"] for s in good}
    [rejected] = [r for page in pages for r in page.rejected]
    assert field in rejected.reason


def test_a_server_that_shows_one_page_for_ever_is_told_of() -> None:
    same = as_json([status(1), status(2)])
    seen: list[str] = []
    asked = Edge(lambda _: same)
    done = walk(TAG, asked)
    seen += [m.external_id for m in done.mentions]
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message
    assert len(seen) == 2
    assert len(asked.requests) == 2


def test_statuses_without_ids_and_links_have_no_next_page() -> None:
    asked = Edge(lambda _: as_json([{"content": "x"}]))
    with pytest.raises(SourceChanged, match="without ids"):
        read(TAG, asked)


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b'{"error": "x"}', b"null"])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    search = Mastodon(instance="social.example", queries=("acme",), credential="t")
    for connector in (TAG, search):
        with pytest.raises(SourceChanged) as caught:
            read(connector, Edge(lambda _: found))
        assert caught.value.answer is not None


def test_settings() -> None:
    several = configure(Mastodon, {"instance": "a.example", "hashtags": ["Acme", "#Acme", "æøå"]})
    labels = [c.label() for c in several.split()]
    assert labels == ["mastodon a.example #Acme", "mastodon a.example #æøå"]
    wrong: list[dict[str, Any]] = [
        {},
        {"public": True, "hashtags": ["a"]},
        {"queries": ["a"]},
        {"hashtags": ["two words"]},
        {"public": True, "instance": "https://a.example/path"},
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            configure(Mastodon, {"instance": "a.example", **settings})
    plain = Mastodon(instance="http://localhost:3000/", public=True, local=True)
    asked = edge([])
    read(plain, asked)
    assert asked.requests[0].url.startswith("http://localhost:3000/api/v1/timelines/public?")
    assert asked.asked("local") == ["true"]


def test_numbers_for_ids_work_too() -> None:
    statuses = [status(n) for n in range(90)]
    for number, one in enumerate(statuses):
        one["id"], one["in_reply_to_id"] = 1_000 + number, None
    statuses[0]["in_reply_to_id"] = 7
    pages = [json.dumps(statuses[a : a + 40]).encode() for a in (0, 40, 80)] + [b"[]"]
    asked = Edge(lambda _: Answer(status=200, url="https://social.example/", body=pages.pop(0)))
    found = [m for page in read(TAG, asked) for m in page.mentions]
    assert [m.external_id for m in found] == [str(1_000 + n) for n in range(90)]
    assert found[0].parent_id == "7"
    assert asked.asked("max_id") == [None, "1039", "1079", "1089"]
