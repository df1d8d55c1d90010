"""GitHub: a made-up repository at the network's edge, and recorded answers of real ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import stamina
from edge import Edge, as_json, at, ids, params, read, recording, stopped_everywhere
from likes import fixture
from likes_open2 import SUBJECTS, GithubCommentsLike, GithubLike, GithubSearchLike

from connectors.github import Github
from tidings.connector import configure
from tidings.errors import (
    AuthError,
    ConfigurationError,
    RateLimited,
    SourceChanged,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, walk
from tidings.times import utcnow

ISSUES = Github(repositories=("acme/anvil",), what=("issues",), overlap_hours=0)
COMMENTS = Github(repositories=("acme/anvil",), what=("comments",), overlap_hours=0)
SEARCH = Github(queries=("anvil",), overlap_hours=0)


class TestGithubIssues(ConnectorContract):
    connector, origin = SUBJECTS["github issues"]


class TestGithubComments(ConnectorContract):
    connector, origin = SUBJECTS["github comments"]


class TestGithubSearch(ConnectorContract):
    connector, origin = SUBJECTS["github search"]


def issue(**changes: Any) -> dict[str, Any]:
    return {**fixture("github_issue.json"), **changes}


def comment(**changes: Any) -> dict[str, Any]:
    return {**fixture("github_comment.json"), **changes}


@pytest.mark.parametrize(
    ("name", "settings", "count"),
    [
        ("dlt__github.issues.load_page_5_duck.json", {"what": ("issues",)}, 75),
        (
            "dlt__github.issues.load_page_5_duck.json",
            {"what": ("issues",), "pull_requests": True},
            100,
        ),
        ("github-to-sqlite__issue-comments.json", {"what": ("comments",)}, 3),
    ],
)
def test_recorded_listings_are_read_whole(name: str, settings: Any, count: int) -> None:
    answers = [recording(f"github/{name}"), b"[]"]
    asked = Edge(lambda _: Answer(status=200, url="", body=answers.pop(0)))
    pages = read(Github(repositories=("acme/anvil",), **settings), asked)
    assert len(ids(pages)) == len(set(ids(pages))) == count
    assert [p.rejected for p in pages if p.rejected] == []
    mentions = [m for page in pages for m in page.mentions]
    places = {m.place for m in mentions}
    assert places == ({"dogsheep/github-to-sqlite"} if count == 3 else {"duckdb/duckdb"})
    assert all(m.url and m.author_handle and (m.text or m.title) for m in mentions)


def test_an_issue_becomes_a_mention() -> None:
    [mention] = read(ISSUES, Edge(lambda _: as_json([issue()])))[0].mentions
    assert (mention.kind, mention.place, mention.external_id) == ("post", "acme/anvil", "7")
    assert (mention.title, mention.text) == ("The anvil rings false", "It rings false.")
    assert mention.published == at("2026-03-01T10:00:00Z")
    assert mention.edited is None, "updated_at moves with every label"
    assert (mention.likes, mention.replies) == (3, 2)
    assert mention.author_handle == "kari-made-up"
    assert mention.url == "https://github.com/acme/anvil/issues/7"
    raw = issue(body_text=None, user=None)
    [mention] = read(ISSUES, Edge(lambda _: as_json([raw])))[0].mentions
    assert mention.text == "It **rings** false.", "without the template's remark"
    assert mention.author_handle is None, "an account that is gone"


def test_a_comment_becomes_a_mention() -> None:
    edited = comment(updated_at="2026-03-03T11:00:00Z")
    on_pull = comment(id=9, html_url="https://github.com/acme/anvil/pull/8#issuecomment-9")
    listed = Edge(lambda _: as_json([edited, on_pull]))
    [mention] = read(COMMENTS, listed)[0].mentions
    assert (mention.kind, mention.external_id) == ("comment", "issuecomment-531")
    assert mention.parent_id == "7"
    assert mention.text == "Mine *does not*."
    assert mention.edited == at("2026-03-03T11:00:00Z")
    every = Github(repositories=("acme/anvil",), what=("comments",), pull_requests=True)
    assert len(ids(read(every, listed))) == 2


def test_pull_requests_are_left_out_by_default() -> None:
    listed = Edge(lambda _: as_json([issue(), issue(id=2, number=8, pull_request={"url": "x"})]))
    [page] = read(ISSUES, listed)
    assert (ids([page]), page.rejected) == (["7"], [])
    assert "is:issue" in str(_query(SEARCH))


def test_issues_and_pull_requests_are_searched_for_apart() -> None:
    both = Github(queries=("anvil", "forge is:pr", "anvil"), pull_requests=True)
    walks = both.split()
    asked = [_query(one) for one in walks]
    assert asked == ["anvil is:issue", "anvil is:pull-request", "forge is:pr"], "each names one"
    assert [one.label() for one in walks] == [f"github {query}" for query in asked]
    assert len({one.walk_id() for one in walks}) == 3
    found = [issue(id=2, number=8, pull_request={"url": "x"})]
    assert ids(read(walks[1], Edge(lambda _: as_json({"items": found})))) == ["8"]
    urls = [f"https://api.github.com/search/issues?q={query}+updated:%3E=2024" for query in asked]
    told = {"queries": ["anvil"], "pull_requests": True}
    assert Github.settings_from(urls[:2]) == told


def _query(connector: Github) -> str | None:
    asked = Edge(lambda _: as_json({"items": []}))
    read(connector, asked)
    return asked.asked("q")[0]


@pytest.mark.parametrize(
    ("connector", "make"),
    [(ISSUES, GithubLike), (COMMENTS, GithubCommentsLike), (SEARCH, GithubSearchLike)],
)
def test_stopped_anywhere_nothing_is_missing(
    connector: Github, make: Callable[[], GithubLike]
) -> None:
    wanted = {n.id for n in make().notes}
    for found in stopped_everywhere(connector, lambda: Edge(make().answer)):
        assert {int(i.rpartition("-")[2]) for i in found} == wanted


def test_an_issue_that_changes_while_the_walk_goes_on_costs_no_other() -> None:
    source = GithubLike(records=9, short_at=())

    def respond(request: Request) -> Answer:
        answer = source.answer(request)
        source.edit()  # the oldest one moves to the end, and all others up by one
        return answer

    done = walk(ISSUES, Edge(respond), bound=50)
    assert {m.external_id for m in done.mentions} == {str(n.id) for n in source.notes}


def test_a_page_size_that_changes_costs_nothing() -> None:
    source = GithubLike(records=12, short_at=())
    sizes = iter([3, 2, 5, 1, 4])

    def respond(request: Request) -> Answer:
        source.page_size = next(sizes, 3)
        return source.answer(request)

    assert len(set(ids(read(ISSUES, Edge(respond))))) == 12


def test_what_changed_since_is_asked_for_and_cursors_move_on() -> None:
    source = GithubLike()
    first = read(ISSUES, Edge(source.answer))
    cursors = [p.cursor["newest"] for p in first if p.cursor]
    assert cursors == sorted(cursors), "each page is done with"
    source.grow()
    asked = Edge(source.answer)
    again = read(ISSUES, asked, first[-1].cursor)
    assert asked.asked("since")[0] == "2024-05-01T18:00:00Z"
    assert {m.published for p in again for m in p.mentions} >= {at("2024-05-01T19:00:00Z")}


def test_one_second_that_fills_many_pages_is_read_whole() -> None:
    source = GithubLike(records=40, page_size=5)
    source.tie(23)
    assert len(set(ids(read(ISSUES, Edge(source.answer))))) == 40


class Shallow(GithubSearchLike):
    """A search that can be paged to six hits."""

    deepest = 6


def test_search_goes_past_its_depth_by_time() -> None:
    source = Shallow(records=60)
    asked = Edge(source.answer)
    pages = read(SEARCH, asked)
    assert len(set(ids(pages))) == 60
    assert set(asked.asked("page")) <= {None, "2"}
    assert pages[0].declared_total == 60


def test_a_second_deeper_than_search_goes_is_told_of() -> None:
    source = Shallow(records=30)
    source.tie(20)
    done = walk(SEARCH, Edge(source.answer))
    assert isinstance(done.error, SourceChanged)
    assert "1000 search results" in done.error.message


def test_a_window_is_kept_to() -> None:
    window = {"since": at("2024-05-01T12:00:00Z"), "until": at("2024-05-01T15:00:00Z")}
    wanted = {n.id for n in GithubLike().notes if window["since"] <= n.at < window["until"]}
    connector = Github(repositories=("acme/anvil",), what=("issues",), **window)
    asked = Edge(GithubLike().answer)
    assert {int(i) for i in ids(read(connector, asked))} == wanted
    assert asked.asked("since")[0] == "2024-05-01T12:00:00Z"
    query = _query(Github(queries=("anvil",), **window)) or ""
    assert "created:>=2024-05-01T12:00:00Z created:<=2024-05-01T15:00:00Z" in query


def test_a_window_may_be_given_with_an_offset() -> None:
    window = {"since": at("2024-05-01T07:00:00-05:00"), "until": at("2024-05-01T17:00:00+02:00")}
    connector = Github(repositories=("acme/anvil",), what=("issues",), **window)
    asked = Edge(GithubLike().answer)
    wanted = {n.id for n in GithubLike().notes if window["since"] <= n.at < window["until"]}
    assert {int(i) for i in ids(read(connector, asked))} == wanted
    assert asked.asked("since")[0] == "2024-05-01T12:00:00Z"
    query = _query(Github(queries=("anvil",), **window)) or ""
    assert "created:>=2024-05-01T12:00:00Z created:<=2024-05-01T15:00:00Z" in query
    ahead = {**window, "since": at("2024-05-01T14:00:00+02:00")}
    query = _query(Github(queries=("anvil",), **ahead)) or ""
    assert "updated:>=2024-05-01T12:00:00Z" in query, "nothing of the first two hours is lost"


def test_a_link_to_elsewhere_is_followed_here_with_the_token() -> None:
    pages = [[issue(number=n, id=n) for n in (1, 2)], [issue(number=3, id=3)]]

    def respond(request: Request) -> Answer:
        assert request.url.startswith("https://api.github.com/repos")
        assert request.headers["Authorization"] == "Bearer made-up-github"
        link = {"link": '<https://evil.example/repositories/1/issues?after=Y3>; rel="next"'}
        if "after" in params(request):
            return as_json(pages[1])
        return as_json(pages[0], **link)

    keyed = Github(repositories=("acme/anvil",), what=("issues",), credential="github")
    assert sorted(ids(read(keyed, Edge(respond)))) == ["1", "2", "3"]


def refused(status: int, message: str, **headers: str) -> Edge:
    return Edge(lambda _: as_json({"message": message}, status, **headers))


def test_limits_are_told_from_missing_rights() -> None:
    secondary = "You have exceeded a secondary rate limit. Please wait a few minutes."
    before = utcnow()
    with pytest.raises(RateLimited) as caught:
        read(ISSUES, refused(403, secondary))
    assert caught.value.retry_at is not None
    assert timedelta(seconds=59) < caught.value.retry_at - before < timedelta(seconds=99)
    with pytest.raises(RateLimited) as caught:
        read(ISSUES, refused(403, secondary, **{"retry-after": "7"}))
    assert caught.value.retry_at is not None
    assert caught.value.retry_at - utcnow() < timedelta(seconds=8)
    with pytest.raises(RateLimited):
        read(ISSUES, refused(429, "API rate limit exceeded for 192.0.2.1."))
    with pytest.raises(AuthError):
        read(ISSUES, refused(403, "Resource not accessible by personal access token"))


def test_a_search_that_broke_off_is_asked_again() -> None:
    answers = [{"incomplete_results": True, "items": []}, {"items": [issue()]}]
    with stamina.set_testing(True, attempts=4):
        assert ids(read(SEARCH, Edge(lambda _: as_json(answers.pop(0))))) == ["7"]
    always = Edge(lambda _: as_json({"incomplete_results": True, "items": [issue()]}))
    with pytest.raises(TransientError, match="ran out of time"):
        read(SEARCH, always)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"created_at": "2026-03-01T10:00:00"}, "created_at"),
        ({"number": None}, "number"),
        ({"repository_url": "https://api.github.com/x"}, "repository_url"),
        ({"user": 7}, "user"),
    ],
)
def test_a_bad_issue_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    listed = [issue(id=1, number=1), issue(id=2, **bad), issue(id=3, number=3)]
    [page] = read(ISSUES, Edge(lambda _: as_json(listed)))
    assert ids([page]) == ["1", "3"]
    assert field in page.rejected[0].reason


@pytest.mark.parametrize("body", [{"items": None}, {"message": "x"}, None, "x"])
def test_another_form_is_no_empty_page(body: Any) -> None:
    for connector in (ISSUES, SEARCH):
        with pytest.raises(SourceChanged) as caught:
            read(connector, Edge(lambda _: as_json(body)))
        assert caught.value.answer is not None


def test_settings() -> None:
    both = {"repositories": ["acme/anvil", "acme/forge"], "queries": ["anvil"]}
    labels = [c.label() for c in configure(Github, both).split()]
    assert labels == [
        "github acme/anvil issues",
        "github acme/anvil comments",
        "github acme/forge issues",
        "github acme/forge comments",
    ]
    assert [c.label() for c in Github(queries=("a", "b", "a")).split()] == ["github a", "github b"]
    for wrong in ({"repositories": ["anvil"]}, {"what": ["stars"]}, {"what": []}):
        with pytest.raises(ConfigurationError):
            configure(Github, wrong)
    for connector in (Github(), Github(repositories=("a/b",))):
        with pytest.raises(ConfigurationError, match="split"):
            list(connector.pages(None, None))  # type: ignore[arg-type]
    urls = ["https://api.github.com/repos/acme/anvil/issues?page=2"]
    assert Github.settings_from(urls) == {"repositories": ["acme/anvil"], "what": ["issues"]}
    urls = ["https://api.github.com/search/issues?q=anvil+is:issue+updated:%3E=2024"]
    assert Github.settings_from(urls) == {"queries": ["anvil"]}
    asked = Edge(lambda _: as_json([]))
    local = Github(repositories=("a/b",), what=("issues",), base_url="https://git.example/api/v3/")
    read(local, asked)
    assert asked.requests[0].url.startswith("https://git.example/api/v3/repos/a/b/issues?state=all")
    assert json.loads(json.dumps(read(local, asked)[-1].cursor)) is None
