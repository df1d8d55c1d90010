"""Discourse: made-up forums at the network's edge, and recorded answers of real ones."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from edge import (
    SIGN_IN_PAGE,
    Edge,
    as_json,
    at,
    ids,
    params,
    read,
    recording,
    stopped_everywhere,
)
from likes import fixture
from likes_open1 import SUBJECTS

from connectors.discourse import Discourse
from tidings.connector import configure
from tidings.errors import AuthError, ConfigurationError, NotFound, SourceChanged, TransientError
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract

FORUM = Discourse(forum="forum.example", overlap_hours=0)
CATEGORY = msgspec.structs.replace(FORUM, categories=("support/7",))


class TestLatestConforms(ConnectorContract):
    connector, origin = SUBJECTS["discourse latest"]


class TestOlderForumConforms(ConnectorContract):
    connector, origin = SUBJECTS["discourse latest of an older forum"]


class TestCategoryConforms(ConnectorContract):
    connector, origin = SUBJECTS["discourse category"]


class TestSearchConforms(ConnectorContract):
    connector, origin = SUBJECTS["discourse search"]


class TestAccountConforms(ConnectorContract):
    connector, origin = SUBJECTS["discourse account"]


def post(number: int, day: float = 1, **changes: Any) -> dict[str, Any]:
    """Return a made-up post of a day (and a fraction) of May 2024."""
    hour = int(day * 24 % 24)
    time = f"2024-05-{int(day):02}T{hour:02}:00:00.000Z"
    return {**fixture("discourse_post.json"), "id": number, "created_at": time, **changes}


def latest(posts: list[Any], inclusive: bool = False, per_page: int = 3) -> Edge:
    """Make a forum of today, or an older one that looks at 50 numbers (``inclusive``)."""

    def respond(request: Request) -> Answer:
        before = int(params(request).get("before", 0))
        held = sorted(posts, key=lambda p: -p["id"])
        if inclusive:
            before = before or held[0]["id"]
            return as_json({"latest_posts": [p for p in held if before - 50 < p["id"] <= before]})
        return as_json(
            {"latest_posts": [p for p in held if not before or p["id"] < before][:per_page]}
        )

    return Edge(respond)


class Topics:
    """A category whose listing shows two topics a page, and the topics."""

    def __init__(self, topics: dict[int, list[Any]], order: list[int]) -> None:
        self.topics, self.order = topics, order
        self.listings = 0

    def __call__(self, request: Request) -> Answer:
        path, asked = urlsplit(request.url).path, params(request)
        topic = re.fullmatch(r"/t/(\d+)\.json", path)
        if topic:
            return self.topic(int(topic[1]), int(asked.get("page", 1)))
        self.listings += 1
        first = 2 * int(asked.get("page", 0))
        listed = [self.listed(n) for n in self.order[first : first + 2]]
        more = {"more_topics_url": "/c/x"} if first + 2 < len(self.order) else {}
        return as_json({"topic_list": {"topics": listed, **more}})

    def listed(self, number: int) -> dict[str, Any]:
        times = [p["created_at"] for p in self.topics.get(number, [post(0)])]
        return {"id": number, "bumped_at": max(times), "pinned": False}

    def topic(self, number: int, page: int) -> Answer:
        posts = self.topics.get(number, [])
        shown = posts[2 * page - 2 : 2 * page]
        if not shown:
            return as_json({"errors": ["gone"]}, status=404)
        stream = {"posts": shown, "stream": [p["id"] for p in posts]}
        return as_json({"id": number, "title": "Anvils &amp; more", "post_stream": stream})


def test_a_post_and_a_reply_become_mentions() -> None:
    first = post(7, version=3, updated_at="2024-05-02T10:00:00.000Z", locale="pt_BR")
    reply = post(8, post_number=2, cooked="<p>So it <i>is</i>.</p><p>Yes.</p>", updated_at=None)
    reply["actions_summary"] = [{"id": 3, "count": 9}]
    said = {m.external_id: m for p in read(FORUM, latest([first, reply])) for m in p.mentions}
    one, other = said["7"], said["8"]
    assert (one.kind, one.title, one.place) == ("post", "About anvils", "forum.example")
    assert one.text == "The anvil arrived on Monday and works."
    assert one.edited == at("2024-05-02T10:00:00+00:00")
    assert (one.likes, one.replies, one.views, one.language) == (3, 1, 12, "pt-br")
    assert one.url == "https://forum.example/t/about-anvils/1/1"
    assert (other.kind, other.title, other.likes) == ("comment", None, 0)
    assert (other.text, other.edited, other.author_handle) == ("So it is.\nYes.", None, "kari")


def test_a_post_touched_but_never_edited_has_no_time_of_edit() -> None:
    touched = post(7, updated_at="2024-05-09T10:00:00.000Z", version=1)
    [page, _] = read(FORUM, latest([touched]))
    assert page.mentions[0].edited is None


def test_what_nobody_said_is_no_mention_and_no_mistake() -> None:
    silent = [
        post(1, post_type=3, cooked=""),
        post(2, post_type=4),
        post(3, hidden=True),
        post(4, user_deleted=True),
        post(5, deleted_at="2024-05-03T00:00:00Z"),
    ]
    pages = read(FORUM, latest([*silent, post(6, post_type=2)]))
    assert ids(pages) == ["6"]
    assert [r for p in pages for r in p.rejected] == []


def test_an_older_forum_is_read_through_numbers_that_nobody_may_see() -> None:
    posts = [post(n) for n in (3, 50, 51, 400, 401, 450)]
    asked = latest(posts, inclusive=True)
    assert sorted(ids(read(FORUM, asked)), key=int) == ["3", "50", "51", "400", "401", "450"]
    assert asked.asked("before")[:4] == [None, "401", "400", "350"]


def test_moved_posts_do_not_end_the_walk_before_the_new_ones() -> None:
    old = [post(n, 2) for n in range(1, 7)]
    cursor = json.loads(json.dumps(read(FORUM, latest(old))[-1].cursor))
    moved = [post(n, 1) for n in range(11, 18)]
    news = [post(10, 3), post(9, 3), *moved]
    assert {"9", "10", "11", "17"} <= set(ids(read(FORUM, latest([*old, *news]), cursor)))


def test_the_next_walk_ends_at_what_is_known() -> None:
    posts = [post(n, 1 + n / 24) for n in range(1, 13)]
    cursor = read(FORUM, latest(posts))[-1].cursor
    asked = latest([*posts, post(13, 1 + 13 / 24)])
    assert "13" in ids(read(FORUM, asked, cursor))
    assert len(asked.requests) == 2


def test_a_window_without_a_cursor_ends_soon_after_its_start() -> None:
    posts = [post(n, 1 + n / 24) for n in range(1, 301)]
    window = msgspec.structs.replace(FORUM, since=at("2024-05-13T10:00:00Z"))
    asked = latest(posts)
    assert sorted(map(int, ids(read(window, asked)))) == list(range(298, 301))
    assert len(asked.requests) < 30, "not down to the first post"


@pytest.mark.parametrize("inclusive", [False, True])
def test_moved_posts_do_not_end_a_window_before_the_new_ones(inclusive: bool) -> None:
    moved = [post(n, 1) for n in range(400, 450)]
    wanted = [post(n, 5) for n in range(300, 310)]
    window = msgspec.structs.replace(FORUM, since=at("2024-05-05T00:00:00Z"))
    old = [post(n, 2) for n in range(200, 210)]
    found = ids(read(window, latest([*old, *wanted, *moved], inclusive)))
    assert sorted(map(int, found)) == list(range(300, 310))


def test_days_of_a_search_leave_room_whatever_the_zone_of_the_bounds() -> None:
    window = {"since": at("2024-05-04T12:00:00+14:00"), "until": at("2024-05-06T20:00:00-12:00")}
    searching = msgspec.structs.replace(FORUM, queries=("acme",), **window)
    asked = Edge(lambda _: as_json({"posts": [], "grouped_search_result": {}}))
    read(searching, asked)
    assert "before:2024-05-09" in str(asked.asked("q")[0])
    assert "after:2024-05-02" in str(asked.asked("q")[0])


def test_since_and_until_are_a_closed_start_and_an_open_end() -> None:
    posts = [post(n, n) for n in range(1, 10)]
    window = msgspec.structs.replace(
        FORUM, since=at("2024-05-03T00:00:00Z"), until=at("2024-05-06T00:00:00Z")
    )
    assert ids(read(window, latest(posts))) == ["5", "4", "3"]


def test_stopped_after_any_page_and_started_again_nothing_is_missing() -> None:
    topics = {n: [post(10 * n + m, n + m / 24) for m in range(5)] for n in range(1, 6)}
    wanted = {str(p["id"]) for posts in topics.values() for p in posts}
    for found in stopped_everywhere(CATEGORY, lambda: Edge(Topics(topics, [5, 4, 3, 2, 1]))):
        assert found == wanted


def test_of_a_long_topic_only_the_end_is_read_again() -> None:
    posts = [post(n, 1 + n / 24) for n in range(1, 21)]
    cursor = read(CATEGORY, Edge(Topics({1: posts}, [1])))[-1].cursor
    asked = Edge(Topics({1: [*posts, post(21, 3, post_number=21)]}, [1]))
    assert {"21", "20"} <= set(ids(read(CATEGORY, asked, cursor)))
    assert asked.asked("page") == [None, None, "11", "10", "9"]


def test_a_topic_of_very_many_posts_is_read_by_its_highest_number() -> None:
    class Mega(Topics):
        def topic(self, number: int, page: int) -> Answer:
            answer = super().topic(number, page)
            told = json.loads(answer.body)
            if answer.status == 200:
                del told["post_stream"]["stream"]
                told["highest_post_number"] = 12  # four were deleted
            return as_json(told, status=answer.status)

    posts = [post(n, 1 + n / 24) for n in range(1, 9)]
    assert len(set(ids(read(CATEGORY, Edge(Mega({1: posts}, [1])))))) == 8


def test_a_topic_deleted_between_two_pages_hides_no_other() -> None:
    class Shrinking(Topics):
        def __call__(self, request: Request) -> Answer:
            answer = super().__call__(request)
            if self.listings == 1 and 5 in self.order:
                self.order.remove(5)
            return answer

    topics = {n: [post(n, n)] for n in range(1, 6)}
    found = ids(read(CATEGORY, Edge(Shrinking(topics, [5, 4, 3, 2, 1]))))
    assert {"1", "2", "3", "4"} <= set(found)


def test_a_topic_that_is_gone_when_it_is_read_is_told_of() -> None:
    pages = read(CATEGORY, Edge(Topics({1: [post(1)]}, [2, 1])))
    assert ids(pages) == ["1"]
    [rejected] = [r for p in pages for r in p.rejected]
    assert "topic 2 is listed" in rejected.reason
    alone = msgspec.structs.replace(FORUM, topics=(2,))
    with pytest.raises(NotFound):
        read(alone, Edge(Topics({}, [])))


def test_a_single_topic() -> None:
    alone = msgspec.structs.replace(FORUM, topics=(1,))
    posts = [post(n, n) for n in range(1, 8)]
    pages = read(alone, Edge(Topics({1: posts}, [])))
    assert sorted(ids(pages)) == [str(n) for n in range(1, 8)]
    assert pages[0].mentions[0].title == "About anvils"
    later = Edge(Topics({1: [*posts, post(8, 8)]}, []))
    assert "8" in ids(read(alone, later, pages[-1].cursor))
    assert later.asked("page") == [None, "4", "3"]


def test_more_topics_than_a_search_shows_are_reached_by_day() -> None:
    def respond(request: Request) -> Answer:
        topic = re.fullmatch(r"/t/(\d+)\.json", urlsplit(request.url).path)
        if topic:
            return as_json({"post_stream": {"posts": [post(int(topic[1]), int(topic[1]))]}})
        asked = params(request)
        assert int(asked["page"]) <= 10
        high = re.search(r"before:(\S+)", asked["q"])
        days = [d for d in range(25, 0, -1) if not high or f"2024-05-{d:02}" < high[1]]
        page = days[int(asked["page"]) - 1 : int(asked["page"])]
        posts = [{"topic_id": d, "created_at": post(d, d)["created_at"]} for d in page]
        grouped = {"more_full_page_results": len(days) > int(asked["page"]) or None}
        return as_json({"posts": posts, "grouped_search_result": grouped})

    asked = Edge(respond)
    searching = msgspec.structs.replace(FORUM, queries=("acme",))
    assert len(set(ids(read(searching, asked)))) == 25
    assert asked.requests[0].url.endswith("/search.json?q=acme%20order%3Alatest&page=1")


def test_more_topics_of_a_day_than_can_be_reached_are_told_of() -> None:
    said = {"topic_id": 1, "created_at": post(1)["created_at"]}
    numbers = iter(range(1, 99))

    def respond(request: Request) -> Answer:
        if "/t/" in request.url:
            return as_json({"post_stream": {"posts": []}})
        posts = [{**said, "topic_id": next(numbers)}]
        return as_json({"posts": posts, "grouped_search_result": {"more_full_page_results": True}})

    with pytest.raises(SourceChanged, match="of one day"):
        read(msgspec.structs.replace(FORUM, queries=("acme",)), Edge(respond))


def test_a_forum_too_busy_to_search_has_not_found_nothing() -> None:
    busy = as_json({"posts": [], "grouped_search_result": {"error": "We are too busy."}})
    asked = Edge(lambda _: busy)
    with pytest.raises(TransientError, match="too busy"):
        read(msgspec.structs.replace(FORUM, queries=("acme",)), asked)
    assert len(asked.requests) > 1, "it is tried again"


def test_a_closed_forum() -> None:
    closed = as_json({"errors": ["log in"], "error_type": "not_logged_in"}, status=403)
    with pytest.raises(AuthError):
        read(FORUM, Edge(lambda _: closed))
    asked = latest([post(1)])
    read(msgspec.structs.replace(FORUM, credential="forum", username="reader"), asked)
    headers = {k.lower(): v for k, v in asked.requests[0].headers.items()}
    assert (headers["api-key"], headers["api-username"]) == ("made-up-forum", "reader")


@pytest.mark.parametrize(
    "connector", [FORUM, CATEGORY, msgspec.structs.replace(FORUM, topics=(1,))]
)
@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"{}", b'{"latest_posts": 3}', b"null"])
def test_another_form_is_no_empty_page(connector: Discourse, body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    with pytest.raises(SourceChanged) as caught:
        read(connector, Edge(lambda _: found))
    assert caught.value.answer is not None


def test_a_forum_that_does_not_mind_where_to_go_on_is_told_of() -> None:
    same = as_json({"latest_posts": [post(5), post(4)]})
    asked = Edge(lambda _: same)
    with pytest.raises(SourceChanged, match="loop"):
        read(FORUM, asked)
    assert len(asked.requests) == 2
    topics = Topics({1: [post(1)], 2: [post(2)]}, [1, 2] * 99)
    with pytest.raises(SourceChanged, match="loop"):
        read(CATEGORY, Edge(topics))
    assert topics.listings < 12


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"id": "x"}, "id"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "2024-05-01T10:00:00"}, "created_at"),
        ({"cooked": {"p": "x"}}, "cooked"),
        ({"topic_id": None}, "topic_id"),
    ],
)
def test_a_bad_post_is_rejected_alone_with_its_field(bad: dict[str, Any], field: str) -> None:
    posts = [post(n) for n in (1, 2, 3)]
    answers = iter([as_json({"latest_posts": [*posts, {**post(4), **bad}]})])
    pages = read(FORUM, Edge(lambda _: next(answers, as_json({"latest_posts": []}))))
    assert sorted(ids(pages)) == ["1", "2", "3"]
    [rejected] = [r for p in pages for r in p.rejected]
    assert field in rejected.reason


@pytest.mark.parametrize(
    ("name", "wanted", "pictures"), [("posts_latest", 4, 0), ("topic", 4, 1), ("topic_posts", 1, 0)]
)
def test_recorded_posts_are_read_to_the_last_one(name: str, wanted: int, pictures: int) -> None:
    body = recording(f"discourse/discourse_api__{name}.json")
    connector = FORUM if name == "posts_latest" else msgspec.structs.replace(FORUM, topics=(57,))
    answers = iter([Answer(status=200, url="", headers={}, body=body)])
    pages = read(connector, Edge(lambda _: next(answers, as_json({"latest_posts": []}))))
    assert len(set(ids(pages))) == wanted
    assert [r for p in pages for r in p.rejected] == []
    assert [m.text for p in pages for m in p.mentions].count(None) == pictures


@pytest.mark.parametrize(
    ("name", "settings", "wanted"),
    [
        ("latest", {"categories": ["support/7"]}, ["1", "1", "1"]),
        ("search", {"queries": ["test"]}, ["1", "2", "3"]),
        ("replies", {"accounts": ["testuser"]}, ["39"]),
    ],
)
def test_recorded_listings_are_read_to_the_last_topic(
    name: str, settings: dict[str, Any], wanted: list[str]
) -> None:
    body = recording(f"discourse/discourse_api__{name}.json")
    listings = iter([Answer(status=200, url="", headers={}, body=body)])
    empty = as_json({"topic_list": {"topics": []}, "user_actions": []})

    def respond(request: Request) -> Answer:
        topic = re.search(r"/t/(\d+)\.json", request.url)
        if not topic:
            return next(listings, empty if name == "latest" else as_json({"user_actions": []}))
        return as_json({"post_stream": {"posts": [post(int(topic[1]))]}})

    pages = read(configure(Discourse, {"forum": "a.example", **settings}), Edge(respond))
    assert sorted(ids(pages)) == sorted(set(wanted))
    assert [r for p in pages for r in p.rejected] == []


def test_settings() -> None:
    several = configure(
        Discourse,
        {
            "forum": "https://A.example/forum/",
            "tags": ["rust", "rust"],
            "topics": [3],
            "queries": ["a b"],
        },
    )
    assert [c.label() for c in several.split()] == [
        "discourse a.example/forum tags rust",
        "discourse a.example/forum queries a b",
        "discourse a.example/forum topics 3",
    ]
    with pytest.raises(ConfigurationError, match="split"):
        list(several.pages(None, None))  # type: ignore[arg-type]
    for wrong in ({}, {"forum": "a b"}, {"forum": "a.example", "topics": [0]}):
        with pytest.raises(ConfigurationError):
            configure(Discourse, wrong)
    urls = ["https://a.example/c/support/7/l/latest.json?page=1", "https://a.example/t/x/12.json"]
    told = {"forum": "https://a.example", "categories": ["support/7"]}
    assert Discourse.settings_from(urls) == told
    assert Discourse.settings_from(urls[1:]) == {"forum": "https://a.example", "topics": [12]}
