"""Stack Exchange: a made-up site at the network's edge that bounds, pages and errs as the API."""

from __future__ import annotations

import json
import re
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
from likes import fixture
from likes_open1 import SUBJECTS

from connectors.stackexchange import StackExchange
from connectors.stackexchange_descent import judge
from tidings.connector import configure
from tidings.errors import (
    AuthError,
    ConfigurationError,
    NotFound,
    RateLimited,
    SourceChanged,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, client
from tidings.times import utcnow

START = 1_714_557_600
SITE = StackExchange(site="tools", queries=("anvil",), overlap_hours=0)
ALONE = msgspec.structs.replace(SITE, answers=False, comments=False)


class TestSearchConforms(ConnectorContract):
    connector, origin = SUBJECTS["stackexchange search"]


class TestTagConforms(ConnectorContract):
    connector, origin = SUBJECTS["stackexchange tag"]


def question(number: int, second: int, active: int | None = None, **changes: Any) -> dict[str, Any]:
    """Return a made-up question of a second (after START), last active at another."""
    last = START + (second if active is None else active)
    times = {"creation_date": START + second, "last_activity_date": last}
    return {**fixture("stackexchange_question.json"), "question_id": number, **times, **changes}


def answer_to(question_id: int, number: int, second: int, **changes: Any) -> dict[str, Any]:
    times = {"creation_date": START + second, "last_activity_date": START + second}
    named = {"answer_id": number, "question_id": question_id}
    return {**fixture("stackexchange_answer.json"), **named, **times, **changes}


def comment_on(post_id: int, number: int, second: int) -> dict[str, Any]:
    named = {"comment_id": number, "post_id": post_id, "creation_date": START + second}
    return {**fixture("stackexchange_comment.json"), **named}


class Site:
    """The API: lists sorted by time within bounds, so many items a page, 25 pages at most."""

    def __init__(self, items: list[Any], per_page: int = 3, **told: Any) -> None:
        self.items, self.per_page, self.told = items, per_page, told

    def __call__(self, request: Request) -> Answer:
        asked = params(request)
        assert int(asked["page"]) <= 25, "page above 25 requires access token or app key"
        time = "creation_date" if asked["sort"] == "creation" else "last_activity_date"
        low, high = int(asked.get("min", 0)), int(asked.get("max", 10**11))
        found = [i for i in self._of(urlsplit(request.url).path) if low <= i[time] <= high]
        found.sort(key=lambda item: -item[time])
        first = (int(asked["page"]) - 1) * self.per_page
        shown = found[first : first + self.per_page]
        more = first + self.per_page < len(found)
        return as_json({"items": shown, "has_more": more, "quota_remaining": 9, **self.told})

    def _of(self, path: str) -> list[Any]:
        below = re.fullmatch(r"/2\.3/(questions|posts)/([\d;]+)/(answers|comments)", path)
        if not below:
            assert path in ("/2.3/search/advanced", "/2.3/questions")
            return [i for i in self.items if "title" in i]
        asked = [int(number) for number in below[2].split(";")]
        assert len(asked) <= 100
        if below[3] == "answers":
            return [i for i in self.items if "answer_id" in i and i["question_id"] in asked]
        return [i for i in self.items if "comment_id" in i and i["post_id"] in asked]


def test_a_question_an_answer_and_a_comment_become_mentions() -> None:
    items = [
        question(1, 0, 60, last_edit_date=START + 60),
        answer_to(1, 2, 30),
        comment_on(2, 2, 40),
    ]
    pages = read(SITE, Edge(Site(items)))
    said = {m.external_id: m for page in pages for m in page.mentions}
    asked, answered, commented = said["1"], said["2"], said["comment-2"]
    assert [m.kind for m in (asked, answered, commented)] == ["question", "answer", "comment"]
    assert asked.title == "Which anvil for <hot> work & cold?"
    assert asked.text == "It arrived on Monday and works."
    assert (asked.likes, asked.replies, asked.views, asked.author_handle) == (3, 1, 41, "17")
    assert asked.edited == datetime.fromtimestamp(START + 60, UTC)
    assert (answered.parent_id, commented.parent_id) == ("1", "2")
    assert (answered.likes, answered.author_handle) == (-2, "user18"), "a deleted account's name"
    assert answered.url == "https://tools.example/a/2"
    assert commented.url == "https://tools.example/posts/comments/2"
    assert commented.text == 'Thanks, that "helped".'
    assert {m.place for m in said.values()} == {"tools"}


def test_more_questions_than_25_pages_are_reached_by_time() -> None:
    items = [question(n, n // 2) for n in range(200)]
    assert len(set(ids(read(ALONE, Edge(Site(items)))))) == 200


def test_more_ties_than_a_page_holds_are_read() -> None:
    items = [question(n, 5) for n in range(8)] + [question(n, 4) for n in range(8, 10)]
    assert sorted(ids(read(ALONE, Edge(Site(items)))), key=int) == [str(n) for n in range(10)]


def test_a_new_answer_to_an_old_question_is_found() -> None:
    items = [question(1, 0), question(2, 1000)]
    cursor = json.loads(json.dumps(read(SITE, Edge(Site(items)))[-1].cursor))
    news = [question(1, 0, 2000), question(2, 1000), answer_to(1, 3, 2000), comment_on(3, 4, 2000)]
    asked = Edge(Site(news))
    assert {"3", "comment-4"} <= set(ids(read(SITE, asked, cursor)))
    assert asked.asked("min")[0] == str(START + 1000)


def test_answers_of_more_than_a_hundred_questions_are_asked_for_in_parts() -> None:
    items = [question(n, n) for n in range(1, 251)]
    items += [answer_to(n, 1000 + n, n) for n in range(1, 251)]
    items += [comment_on(1000 + n, 2000 + n, n) for n in range(1, 251)]
    assert len(set(ids(read(SITE, Edge(Site(items, per_page=250)))))) == 750


def test_since_and_until_are_a_closed_start_and_an_open_end() -> None:
    items = [question(n, n, 50) for n in range(10)]
    items += [answer_to(3, 103, 6), answer_to(3, 104, 7), answer_to(1, 105, 4)]
    window = msgspec.structs.replace(
        SITE,
        since=datetime.fromtimestamp(START + 3, UTC),
        until=datetime.fromtimestamp(START + 7, UTC),
    )
    assert set(ids(read(window, Edge(Site(items))))) == {"3", "4", "5", "6", "103", "105"}


def test_stopped_after_any_page_and_started_again_nothing_is_missing() -> None:
    items = [*(question(n, n) for n in range(8)), answer_to(1, 20, 1), comment_on(20, 21, 2)]
    wanted = {*map(str, range(8)), "20", "comment-21"}
    for found in stopped_everywhere(SITE, lambda: Edge(Site(items))):
        assert found == wanted


@pytest.mark.parametrize("status", [200, 400, 502])
@pytest.mark.parametrize(
    ("number", "name", "message", "error"),
    [
        (502, "throttle_violation", "too many requests from this IP", RateLimited),
        (503, "temporarily_unavailable", "later", TransientError),
        (500, "internal_error", "oh", TransientError),
        (403, "access_denied", "page above 25 requires access token or app key", AuthError),
        (405, "key_required", "key", AuthError),
        (400, "bad_parameter", "No site found for name `tols`", NotFound),
        (400, "bad_parameter", "min", SourceChanged),
        (404, "no_method", "this method does not exist", SourceChanged),
    ],
)
def test_errors_in_the_body_are_told_whatever_the_status_is(
    status: int, number: int, name: str, message: str, error: type[Exception]
) -> None:
    body = {"error_id": number, "error_name": name, "error_message": message}
    found = judge(as_json(body, status=status))
    assert type(found) is error
    assert message in found.message


def test_a_throttle_says_when_to_come_back() -> None:
    message = "too many requests from this IP, more requests available in 74268 seconds"
    body = {"error_id": 502, "error_name": "throttle_violation", "error_message": message}
    found = judge(as_json(body, status=400))
    assert isinstance(found, RateLimited)
    assert found.retry_at is not None
    assert abs(found.retry_at - utcnow() - timedelta(seconds=74268)) < timedelta(minutes=5)


def test_an_error_in_a_good_answer_ends_the_walk() -> None:
    body = {"error_id": 405, "error_name": "key_required", "error_message": "key"}
    with pytest.raises(AuthError):
        read(ALONE, Edge(lambda _: as_json(body)))


def test_a_text_that_speaks_of_errors_is_none() -> None:
    said = question(1, 0, body='What is "error_id"?')
    assert ids(read(ALONE, Edge(Site([said])))) == ["1"]


class Holding:
    """The client, and a note of the pauses that were asked for."""

    def __init__(self, http: Any) -> None:
        self.http, self.held = http, []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.http, name)

    def hold(self, url: str, seconds: float) -> None:
        self.held.append((url, seconds))


def test_a_pause_that_is_asked_for_is_kept() -> None:
    with client(Edge(Site([question(1, 0)], backoff=7))) as http:
        holding = Holding(http)
        list(ALONE.pages(holding, None))
    assert holding.held == [("https://api.stackexchange.com/2.3", 7)]


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"{}", b'{"items": 3}', b"null", b"[]"])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    with pytest.raises(SourceChanged) as caught:
        read(SITE, Edge(lambda _: found))
    assert caught.value.answer is not None


@pytest.mark.parametrize("items", [[question(1, 5), question(2, 4)], [question(1, 5)], []])
def test_a_list_that_does_not_mind_what_is_asked_for_is_told_of(items: list[Any]) -> None:
    asked = Edge(lambda _: as_json({"items": items, "has_more": True}))
    with pytest.raises(SourceChanged, match="loop"):
        read(ALONE, asked)
    assert len(asked.requests) < 8


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"question_id": None}, "question_id"),
        ({"creation_date": "yesterday"}, "creation_date"),
        ({"creation_date": 10**15}, "creation_date"),
        ({"body": {"p": "x"}}, "body"),
    ],
)
def test_a_bad_question_is_rejected_alone_with_its_field(bad: dict[str, Any], field: str) -> None:
    items = [question(n, n) for n in range(5)]
    body = {"items": [*items, {**question(9, 2), **bad}], "has_more": False}
    pages = read(ALONE, Edge(lambda _: as_json(body)))
    assert sorted(ids(pages)) == [str(n) for n in range(5)]
    [rejected] = [r for p in pages for r in p.rejected]
    assert field in rejected.reason


def test_the_key_is_asked_with() -> None:
    asked = Edge(Site([question(1, 0)]))
    read(msgspec.structs.replace(ALONE, credential="se"), asked)
    assert asked.asked("key") == ["made-up-se"]
    assert asked.asked("site") == ["tools"]


def test_settings() -> None:
    several = configure(
        StackExchange, {"site": "tools", "queries": ["Acme", "Acme"], "tags": ["acme;anvil"]}
    )
    labels = [c.label() for c in several.split()]
    assert labels == ["stackexchange tools Acme", "stackexchange tools [acme;anvil]"]
    assert StackExchange.searches
    for connector in (several, StackExchange(site="tools")):
        with pytest.raises(ConfigurationError, match="split"):
            list(connector.pages(None, None))  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="site"):
        configure(StackExchange, {"queries": ["a"]})
    urls = ["https://api.stackexchange.com/2.3/search/advanced?q=acme&site=tools"]
    told = StackExchange.settings_from([*urls, "https://x/2.3/questions/1;2/answers?site=tools"])
    assert told == {"site": "tools", "queries": ["acme"], "answers": True, "comments": False}
