"""Lemmy: made-up instances at the network's edge, with and without cursors."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from edge import (
    SIGN_IN_PAGE,
    Edge,
    as_json,
    ids,
    params,
    read,
    stopped_everywhere,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from likes import fixture
from likes_open1 import SUBJECTS

from connectors.lemmy import Lemmy
from tidings.connector import configure
from tidings.errors import (
    AuthError,
    ConfigurationError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
)
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, walk

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
POSTS = Lemmy(instance="lemmy.example", kinds=("posts",), overlap_hours=0, per_page=20)
COMMENTS = msgspec.structs.replace(POSTS, kinds=("comments",))


class TestPostsConform(ConnectorContract):
    connector, origin = SUBJECTS["lemmy posts"]


class TestCommentsConform(ConnectorContract):
    connector, origin = SUBJECTS["lemmy comments"]


class TestSearchConforms(ConnectorContract):
    connector, origin = SUBJECTS["lemmy search"]


def time_of(minute: float) -> str:
    return (START + timedelta(minutes=minute)).isoformat(timespec="microseconds")[:26] + "Z"


def post(number: int, minute: float | None = None, **changes: Any) -> dict[str, Any]:
    """Return a made-up post of a minute (after START)."""
    view = fixture("lemmy_post.json")
    told = {"id": number, "published": time_of(number if minute is None else minute), **changes}
    return {**view, "post": {**view["post"], **told}}


def comment(number: int, minute: float | None = None, **changes: Any) -> dict[str, Any]:
    view = fixture("lemmy_comment.json")
    told = {"id": number, "published": time_of(number if minute is None else minute), **changes}
    return {**view, "comment": {**view["comment"], **told}}


class Instance:
    """An instance: newest first, by page numbers; with ``cursors`` also by those."""

    def __init__(self, views: list[Any], cursors: bool = False) -> None:
        self.views, self.cursors = views, cursors
        self.count = 0

    def __call__(self, request: Request) -> Answer:
        self.count += 1
        asked = params(request)
        what = "comments" if "comment" in self.views[0] else "posts"
        held = sorted(self.views, key=lambda v: v[what[:-1]]["published"], reverse=True)
        limit = int(asked["limit"])
        first = limit * (int(asked.get("page", 1)) - 1)
        if "page_cursor" in asked:
            first = int(asked["page_cursor"])
        shown = held[first : first + limit]
        onward = {"next_page": str(first + limit) if shown else None} if self.cursors else {}
        return as_json({what: shown, **onward})


def test_a_post_and_a_comment_become_mentions() -> None:
    edited = post(1, 0, updated=time_of(5))
    [said] = [m for p in read(POSTS, Edge(Instance([edited]))) for m in p.mentions]
    assert (said.kind, said.place, said.external_id) == ("post", "lemmy.example", "1")
    assert (said.title, said.text) == ("Which anvil?", "It arrived on **Monday** and works.")
    assert (said.published, said.edited) == (START, START + timedelta(minutes=5))
    assert (said.likes, said.replies, said.parent_id) == (3, 4, None)
    assert (said.url, said.author_handle) == ("https://far.example/post/9", "kari@far.example")
    views = [comment(3), comment(2, path="0.2"), comment(4, path=None)]
    told = {m.external_id: m for p in read(COMMENTS, Edge(Instance(views))) for m in p.mentions}
    reply = told["comment-3"]
    assert (reply.kind, reply.parent_id, reply.text) == ("comment", "comment-102", "The heavy one.")
    assert (reply.likes, reply.replies, reply.title) == (-1, 2, None)
    assert (told["comment-2"].parent_id, told["comment-4"].parent_id) == ("101", "101")


def test_a_time_without_a_zone_is_utc_as_old_instances_mean_it() -> None:
    old = post(1, published="2026-03-01T12:00:00.123456")
    [page, *_] = read(POSTS, Edge(Instance([old])))
    assert page.mentions[0].published == START + timedelta(microseconds=123456)


def test_what_was_removed_or_deleted_is_no_mention_and_no_mistake() -> None:
    pages = read(POSTS, Edge(Instance([post(1, removed=True), post(2, deleted=True), post(3)])))
    assert ids(pages) == ["3"]
    assert [r for p in pages for r in p.rejected] == []


@pytest.mark.parametrize("cursors", [True, False])
@pytest.mark.parametrize("total", [1, 19, 20, 21, 60, 190])
def test_all_is_read_with_and_without_cursors(cursors: bool, total: int) -> None:
    views = [post(n) for n in range(total)]
    found = ids(read(POSTS, Edge(Instance(views, cursors=cursors))))
    assert sorted(found, key=int) == [str(n) for n in range(total)]


@example(total=51, per_page=20, changes=[(1, -2), (2, 36), (5, -4)])
@given(
    total=st.integers(1, 150),
    per_page=st.integers(20, 50),
    changes=st.lists(st.tuples(st.integers(1, 9), st.integers(-40, 90)), max_size=6),
)
@settings(deadline=None, max_examples=80)
def test_what_comes_and_goes_while_one_reads_hides_nothing(
    total: int, per_page: int, changes: list[tuple[int, int]]
) -> None:
    instance = Instance([comment(n) for n in range(total)])
    deleted: set[int] = set()

    def respond(request: Request) -> Answer:
        answer = instance(request)
        for when, much in changes:
            if when == instance.count and much > 0:  # so many come
                fresh = 1000 * when
                instance.views += [comment(fresh + n, 500 + n) for n in range(much)]
            elif when == instance.count and len(instance.views) > 50:  # so many of the newest go
                held = sorted(instance.views, key=lambda v: v["comment"]["published"])
                deleted.update(v["comment"]["id"] for v in held[much:] if much)
                instance.views = held[:much] if much else held
        return answer

    connector = msgspec.structs.replace(COMMENTS, per_page=per_page)
    found = set(ids(read(connector, Edge(respond))))
    assert {f"comment-{n}" for n in range(total) if n not in deleted} <= found


def test_the_next_walk_ends_at_what_is_known() -> None:
    views = [post(n) for n in range(60)]
    first = read(POSTS, Edge(Instance(views, cursors=True)))
    cursor = json.loads(json.dumps(first[-1].cursor))
    asked = Edge(Instance([*views, post(60)], cursors=True))
    assert {"60", "59"} <= set(ids(read(POSTS, asked, cursor)))
    assert len(asked.requests) == 2, "of 20 each"


def test_since_and_until_are_a_closed_start_and_an_open_end() -> None:
    window = msgspec.structs.replace(
        POSTS, since=START + timedelta(minutes=3), until=START + timedelta(minutes=7)
    )
    views = [post(n) for n in range(30)]
    assert ids(read(window, Edge(Instance(views)))) == ["6", "5", "4", "3"]


def test_stopped_after_any_page_and_started_again_nothing_is_missing() -> None:
    views = [comment(n) for n in range(70)]
    for found in stopped_everywhere(COMMENTS, lambda: Edge(Instance(views))):
        assert found == {f"comment-{n}" for n in range(70)}


def test_a_search_within_a_community() -> None:
    connector = Lemmy(
        instance="http://127.0.0.1:8536/",
        queries=("acme",),
        communities=("!anvils@far.example",),
        local=True,
        credential="lemmy",
    )
    asked = Edge(lambda _: as_json({"posts": [], "comments": []}))
    for place in connector.split():
        read(place, asked)
    assert {urlsplit(r.url).path for r in asked.requests} == {"/api/v3/search"}
    assert asked.asked("type_") == ["Posts", "Comments"]
    assert asked.asked("community_name") == ["anvils@far.example"] * 2
    assert asked.asked("listing_type") == ["Local"] * 2
    assert asked.asked("sort") == ["New"] * 2
    headers = {k.lower(): v for k, v in asked.requests[0].headers.items()}
    assert headers["authorization"] == "Bearer made-up-lemmy"


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("rate_limit_error", RateLimited),
        ("couldnt_find_community", NotFound),
        ("instance_is_private", AuthError),
        ("couldnt_get_posts", SourceChanged),
    ],
)
def test_errors_in_the_body_are_told(status: int, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(POSTS, Edge(lambda _: as_json({"error": name}, status=status)))


def test_one_page_for_ever_is_told_of() -> None:
    for told in ({}, {"next_page": "x"}):
        same = as_json({"posts": [post(1), post(2)], **told})
        asked = Edge(lambda _, same=same: same)
        with pytest.raises(SourceChanged, match="loop"):
            read(POSTS, asked)
        assert len(asked.requests) < 15


def test_an_instance_that_gives_fewer_than_it_is_asked_for_is_read_to_its_end() -> None:
    views = sorted((post(n) for n in range(40)), key=lambda v: -v["post"]["id"])

    def respond(request: Request) -> Answer:
        asked = params(request)
        limit = min(int(asked["limit"]), 10)
        first = limit * (int(asked.get("page", 1)) - 1)
        return as_json({"posts": views[first : first + limit]})

    assert len(set(ids(read(POSTS, Edge(respond))))) == 40


class Shallow(Instance):
    """An instance that refuses page numbers above ``deepest``."""

    deepest = 3
    refusal: Any = {"error": "couldnt_get_comments"}  # noqa: RUF012

    def __call__(self, request: Request) -> Answer:
        if int(params(request).get("page", 1)) > self.deepest:
            return as_json(self.refusal, status=400)
        return super().__call__(request)


def test_a_page_number_that_is_refused_ends_the_walk_and_the_gap_is_told_of_once() -> None:
    shallow = Shallow([comment(n) for n in range(100)])
    done = walk(COMMENTS, Edge(shallow))
    assert type(done.error) is SourceError
    assert "missing" in done.error.message
    found = {m.external_id for m in done.mentions}
    assert {f"comment-{n}" for n in range(50, 100)} <= found
    assert [a.status for a in done.pages[-1].raw] == [400], "the refusal is kept"
    shallow.views.append(comment(100))
    again = walk(COMMENTS, Edge(shallow), cursors=done.cursors)
    assert again.error is None, "the cursor had moved on"
    assert "comment-100" in {m.external_id for m in again.mentions}


@pytest.mark.parametrize(
    ("deepest", "refusal", "error"),
    [
        (0, {"error": "couldnt_get_comments"}, SourceChanged),
        (3, {"error": "rate_limit_error"}, RateLimited),
    ],
)
def test_another_refusal_moves_no_cursor(
    deepest: int, refusal: Any, error: type[Exception]
) -> None:
    shallow = Shallow([comment(n) for n in range(100)])
    shallow.deepest, shallow.refusal = deepest, refusal
    done = walk(COMMENTS, Edge(shallow))
    assert type(done.error) is error
    assert all(page.cursor is None for page in done.pages)


def test_a_list_by_cursors_is_not_taken_to_be_too_deep() -> None:
    first = as_json({"posts": [post(3)], "next_page": "a"})
    answers = iter([first, as_json({"error": "couldnt_get_posts"}, status=400)])
    done = walk(POSTS, Edge(lambda _: next(answers)))
    assert type(done.error) is SourceChanged
    assert done.pages[-1].cursor is None


def test_an_empty_page_with_a_cursor_is_not_the_end() -> None:
    answers = iter(
        [
            as_json({"posts": [post(3)], "next_page": "a"}),
            as_json({"posts": [], "next_page": "b"}),
            as_json({"posts": [post(2)], "next_page": "c"}),
            as_json({"posts": [], "next_page": None}),
        ]
    )
    assert ids(read(POSTS, Edge(lambda _: next(answers)))) == ["3", "2"]


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"{}", b'{"posts": 3}', b"null", b"[]"])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    with pytest.raises(SourceChanged) as caught:
        read(POSTS, Edge(lambda _: found))
    assert caught.value.answer is not None


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"id": None}, "id"),
        ({"published": "yesterday"}, "yesterday"),
        ({"name": None}, "name"),
        ({"body": ["x"]}, "body"),
    ],
)
def test_a_bad_post_is_rejected_alone_with_its_field(bad: dict[str, Any], field: str) -> None:
    answers = iter(
        [as_json({"posts": [post(1), {**post(9), "post": post(9, **bad)["post"]}, post(2)]})]
    )
    pages = read(POSTS, Edge(lambda _: next(answers, as_json({"posts": [post(2)]}))))
    assert ids(pages) == ["1", "2"]
    [rejected] = [r for p in pages for r in p.rejected]
    assert field in rejected.reason


def test_settings() -> None:
    several = configure(Lemmy, {"instance": "A.example", "queries": ["x", "x"], "kinds": ["posts"]})
    assert [c.label() for c in several.split()] == ["lemmy a.example x (posts)"]
    everything = Lemmy(instance="a.example")
    assert [c.label() for c in everything.split()] == [
        "lemmy a.example everything (posts)",
        "lemmy a.example everything (comments)",
    ]
    with pytest.raises(ConfigurationError, match="split"):
        list(everything.pages(None, None))  # type: ignore[arg-type]
    for wrong in ({}, {"kinds": []}, {"per_page": 51}, {"communities": ["a b"]}):
        with pytest.raises(ConfigurationError):
            configure(Lemmy, {"instance": "a.example", **wrong} if wrong else wrong)
    urls = [
        "https://a.example/api/v3/post/list?community_name=anvils&sort=New",
        "https://a.example/api/v3/search?q=acme&type_=Comments",
    ]
    told = {"queries": ["acme"], "communities": ["anvils"], "kinds": ["posts", "comments"]}
    assert Lemmy.settings_from(urls) == {"instance": "https://a.example", **told}
