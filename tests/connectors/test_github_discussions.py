"""Discussions of GitHub: a made-up repository at the network's edge."""

from __future__ import annotations

import json
from typing import Any

import pytest
from edge import Edge, as_json, at, ids, read, stopped_everywhere
from likes import fixture
from likes_open2 import SUBJECTS, GithubDiscussionsLike

from connectors.github import Github
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
from tidings.testing import ConnectorContract, walk

TALK = Github(
    repositories=("acme/anvil",), what=("discussions",), credential="github", overlap_hours=0
)


class TestGithubDiscussions(ConnectorContract):
    connector, origin = SUBJECTS["github discussions"]


def listed(*nodes: Any, after: str | None = None, total: int = 0) -> dict[str, Any]:
    end = {"hasNextPage": after is not None, "endCursor": after}
    return {"totalCount": total, "pageInfo": end, "nodes": list(nodes)}


def comment(number: int, replies: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    said = fixture("github_discussion.json")
    kept = {k: said[k] for k in ("url", "bodyText", "createdAt", "upvoteCount", "author")}
    return {**kept, "id": f"C_{number}", "databaseId": number, "replies": replies, **changes}


def discussion(**changes: Any) -> dict[str, Any]:
    return {**fixture("github_discussion.json"), **changes}


class Repository:
    """One page of discussions; the rest of inner lists by node id and cursor."""

    name: Any = "acme/anvil"

    def __init__(self, *discussions: Any, rest: dict[tuple[str, str], Any] | None = None) -> None:
        self.discussions, self.rest = discussions, rest or {}

    def __call__(self, request: Request) -> Answer:
        asked = json.loads(request.body)["variables"]
        assert request.headers["Authorization"] == "Bearer made-up-github"
        if "id" in asked:
            return as_json({"data": {"node": self.rest[asked["id"], asked["after"]]}})
        assert (asked["owner"], asked["name"]) == ("acme", "anvil")
        found = {"nameWithOwner": self.name, "discussions": listed(*self.discussions)}
        return as_json({"data": {"repository": found}})


def test_a_discussion_with_an_answer_and_a_reply_becomes_mentions() -> None:
    reply = comment(3, createdAt="2026-03-01T12:00:00Z", author=None)
    answer = comment(2, listed(reply), isAnswer=True, lastEditedAt="2026-03-02T10:00:00Z")
    pages = read(TALK, Edge(Repository(discussion(comments=listed(answer, total=1)))))
    asked, said, back = (m for page in pages for m in page.mentions)
    assert (asked.kind, asked.external_id, asked.place) == ("question", "9", "acme/anvil")
    assert (asked.title, asked.text) == ("Ringing", "How long does it ring?")
    assert (asked.likes, asked.replies, asked.author_handle) == (2, 1, "kari-made-up")
    assert asked.published == at("2026-03-01T10:00:00Z")
    assert asked.edited is None, "updatedAt moves with every comment"
    assert (said.kind, said.external_id, said.parent_id) == ("answer", "discussioncomment-2", "9")
    assert said.edited == at("2026-03-02T10:00:00Z")
    assert (back.kind, back.parent_id) == ("comment", "discussioncomment-2")
    assert back.author_handle is None


def test_the_place_is_spelled_as_github_does_whatever_was_asked_for() -> None:
    rest = {("D_9", "c1"): {"comments": listed(comment(2))}}
    source = Repository(discussion(comments=listed(comment(1), after="c1")), rest=rest)
    source.name = "Acme/Anvil"
    pages = read(TALK, Edge(source))
    assert [m.place for page in pages for m in page.mentions] == ["Acme/Anvil"] * 3
    for source.name in (None, "", 7):
        with pytest.raises(SourceChanged, match="nameWithOwner"):
            read(TALK, Edge(source))


def test_comments_and_replies_beyond_the_first_page_are_read() -> None:
    first = comment(1, listed(comment(2), after="r1"))
    rest = {
        ("D_9", "c1"): {"comments": listed(comment(4, listed(comment(5), after="r2")), after="c2")},
        ("D_9", "c2"): {"comments": listed(comment(6))},
        ("C_1", "r1"): {"replies": listed(comment(3))},
        ("C_4", "r2"): {"replies": listed(comment(7))},
    }
    talk = discussion(comments=listed(first, after="c1"))
    pages = read(TALK, Edge(Repository(talk, rest=rest)))
    found = {m.external_id: m.parent_id for page in pages for m in page.mentions}
    assert set(found) == {"9", *(f"discussioncomment-{n}" for n in range(1, 8))}
    assert found["discussioncomment-7"] == "discussioncomment-4"
    assert found["discussioncomment-6"] == "9"
    assert [p.cursor for p in pages[:-1]] == [None] * (len(pages) - 1), "old until all was read"
    assert pages[-1].cursor is not None


def test_an_inner_list_in_a_circle_is_told_of() -> None:
    rest = {("D_9", "c1"): {"comments": listed(comment(1), after="c1")}}
    done = walk(TALK, Edge(Repository(discussion(comments=listed(after="c1")), rest=rest)))
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message


def test_stopped_anywhere_nothing_is_missing() -> None:
    wanted = {str(n.id) for n in GithubDiscussionsLike().notes}
    for found in stopped_everywhere(TALK, lambda: Edge(GithubDiscussionsLike().answer)):
        assert found == wanted


def test_the_next_walk_ends_where_nothing_changed() -> None:
    source = GithubDiscussionsLike(records=30)
    first = read(TALK, Edge(source.answer))
    source.grow()
    again = Edge(source.answer)
    assert len(ids(read(TALK, again, first[-1].cursor))) < 10
    assert len(again.requests) < 4


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, RateLimited),
        ({"type": "NOT_FOUND", "message": "Could not resolve to a Repository"}, NotFound),
        ({"type": "INSUFFICIENT_SCOPES", "message": "Your token has not"}, AuthError),
        ({"message": "Something went wrong while executing your query"}, TransientError),
        ({"message": "Field 'x' doesn't exist on type 'Discussion'"}, SourceChanged),
        ("odd", SourceChanged),
    ],
)
def test_errors_with_status_200_are_typed(error: Any, kind: type[Exception]) -> None:
    told = {"data": {"repository": None}, "errors": [error]}
    with pytest.raises(kind):
        read(TALK, Edge(lambda _: as_json(told)))


@pytest.mark.parametrize("told", [{}, {"data": None}, {"data": {"repository": None}}, []])
def test_another_form_is_no_empty_page(told: Any) -> None:
    with pytest.raises(SourceChanged):
        read(TALK, Edge(lambda _: as_json(told)))


def test_a_bad_comment_is_rejected_alone() -> None:
    talk = discussion(comments=listed(comment(1), None, comment(2, databaseId="x"), comment(3)))
    [page] = read(TALK, Edge(Repository(talk)))
    assert ids([page]) == ["9", "discussioncomment-1", "discussioncomment-3"]
    assert len(page.rejected) == 2


def test_settings() -> None:
    with pytest.raises(ConfigurationError, match="credential"):
        configure(Github, {"repositories": ["acme/anvil"], "what": ["discussions"]})
    asked = Edge(Repository())
    read(Github(**{**settings(TALK), "base_url": "https://git.example/api/v3"}), asked)
    assert asked.requests[0].url == "https://git.example/api/graphql"
    assert TALK.label() == "github acme/anvil discussions"


def settings(connector: Github) -> dict[str, Any]:
    return {name: getattr(connector, name) for name in connector.__struct_fields__}
