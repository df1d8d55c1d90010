"""Product Hunt: a made-up GraphQL API at the network's edge."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, ids, read
from likes import fixture
from likes_networks import PRODUCTHUNT, SUBJECTS, ProductHuntLike

from connectors.producthunt import ProductHunt
from tidings.connector import configure
from tidings.errors import AuthError, ConfigurationError, NotFound, RateLimited, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract
from tidings.times import utcnow

TOPIC = ProductHunt(**PRODUCTHUNT, topics=("anvils",))
POST = ProductHunt(**PRODUCTHUNT, posts=("fjallsmide-2",))


class TestTopicConforms(ConnectorContract):
    connector, origin = SUBJECTS["producthunt topic"]


class TestCommentsConform(ConnectorContract):
    connector, origin = SUBJECTS["producthunt comments"]


def connection(nodes: list[Any], more: str | None = None) -> dict[str, Any]:
    return {"nodes": nodes, "pageInfo": {"hasNextPage": more is not None, "endCursor": more}}


def comment(number: int, *replies: Any, more: str | None = None, **changes: Any) -> dict[str, Any]:
    stated = {"id": str(number), "createdAt": f"2024-05-01T{number:02}:00:00Z"}
    nested = {"replies": connection(list(replies), more)}
    return {**fixture("producthunt_comment.json"), **stated, **nested, **changes}


def post(*comments: Any, count: int, size: int = 20, replies: Any = None) -> Edge:
    """One post with comments, in pages; ``replies`` to whatever comment is asked about."""

    def respond(request: Request) -> Answer:
        asked = json.loads(request.body)["variables"]
        if "id" in asked:
            return as_json({"data": {"comment": {"replies": connection(replies)}}})
        first = int(asked["after"] or 0)
        end = first + size
        part = connection(list(comments[first:end]), str(end) if end < len(comments) else None)
        return as_json({"data": {"post": {"id": "4", "commentsCount": count, "comments": part}}})

    return Edge(respond)


def test_a_post_becomes_a_mention_without_a_redacted_author() -> None:
    listed = {"posts": connection([fixture("producthunt_post.json")])}
    [page] = read(TOPIC, Edge(lambda _: as_json({"data": listed})))
    [mention] = page.mentions
    assert (mention.external_id, mention.place) == ("post/700001", "producthunt.com")
    assert mention.title == "Fjallsmide 2"
    assert mention.text == "Anvils that ring\nForged by hand."
    assert (mention.likes, mention.replies, mention.author_handle) == (12, 3, None)
    assert mention.url == "https://www.producthunt.com/posts/fjallsmide-2"


def test_comments_and_their_replies() -> None:
    reply = comment(2, parentId="1", user={"username": "acme"})
    pages = read(POST, post(comment(1, reply), comment(3, body="<p> </p>"), count=3))
    found = {m.external_id: m for page in pages for m in page.mentions}
    assert set(found) == {"comment/1", "comment/2"}
    assert found["comment/1"].text == "Does it ring true?"
    assert (found["comment/1"].parent_id, found["comment/1"].likes) == ("post/4", 2)
    assert (found["comment/2"].parent_id, found["comment/2"].author_handle) == ("comment/1", "acme")


def test_replies_that_did_not_all_come_with_their_comment_are_asked_for() -> None:
    first = comment(2, parentId="1")
    edge = post(comment(1, first, more="x"), count=3, replies=[first, comment(3, parentId="1")])
    assert ids(read(POST, edge)) == ["comment/1", "comment/2", "comment/3"]


def test_a_late_reply_to_an_old_comment_is_found_by_the_number_of_comments() -> None:
    connector = msgspec.structs.replace(POST, overlap_hours=0)
    old = [comment(n) for n in range(20, 0, -1)]
    cursor = read(connector, post(*old, count=20, size=5))[-1].cursor
    quiet = post(*old, count=20, size=5)
    read(connector, quiet, cursor)
    assert len(quiet.requests) == 2, "a page with the newest one, a page behind it"
    late = [*old[:-1], comment(1, comment(21, parentId="1"))]
    assert "comment/21" in ids(read(connector, post(*late, count=21, size=5), cursor))


def test_a_post_that_is_not_there_is_no_post_without_comments() -> None:
    with pytest.raises(NotFound, match="fjallsmide-2"):
        read(POST, Edge(lambda _: as_json({"data": {"post": None}})))


@pytest.mark.parametrize("status", [200, 429])
def test_a_budget_that_is_used_up_says_when_it_starts_anew(status: int) -> None:
    details = {"limit": 6250, "remaining": 0, "reset_in": 300}
    body = {"data": None, "errors": [{"error": "rate_limit_reached", "details": details}]}
    with pytest.raises(RateLimited) as caught:
        read(TOPIC, Edge(lambda _: as_json(body, status=status)))
    assert caught.value.retry_at is not None
    assert timedelta(seconds=200) < caught.value.retry_at - utcnow() <= timedelta(seconds=300)


def test_errors_in_an_answer_that_is_well_otherwise() -> None:
    refused = {"data": None, "errors": [{"error": "invalid_oauth_token"}]}
    with pytest.raises(AuthError):
        read(TOPIC, Edge(lambda _: as_json(refused, status=401)))
    partly = {"data": {"posts": connection([])}, "errors": [{"message": "Field is gone"}]}
    with pytest.raises(SourceChanged, match="Field is gone"):
        read(TOPIC, Edge(lambda _: as_json(partly)))


def test_words_about_errors_in_a_post_are_no_error() -> None:
    said = {**fixture("producthunt_post.json"), "tagline": 'It logs "errors"'}
    [page] = read(TOPIC, Edge(lambda _: as_json({"data": {"posts": connection([said])}})))
    assert len(page.mentions) == 1


@pytest.mark.parametrize("connector", [TOPIC, POST])
def test_since_and_until_bound_a_walk_ties_included(connector: ProductHunt) -> None:
    source = ProductHuntLike(records=40)
    since, until = source.notes[9].at, source.notes[30].at
    window = msgspec.structs.replace(connector, since=since, until=until)
    wanted = {str(n.id) for n in source.notes if since <= n.at < until}
    assert {i.partition("/")[2] for i in ids(read(window, Edge(source.answer)))} == wanted


def test_more_without_a_way_on_is_a_loop() -> None:
    listed = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}
    edge = Edge(lambda _: as_json({"data": {"posts": listed}}))
    with pytest.raises(SourceChanged, match="loop"):
        read(TOPIC, edge)
    assert len(edge.requests) < 5


def test_settings() -> None:
    every = configure(ProductHunt, {**PRODUCTHUNT, "topics": ["anvils"], "posts": ["a-1", "a-1"]})
    assert [c.label() for c in every.split()] == ["producthunt anvils", "producthunt a-1"]
    with pytest.raises(ConfigurationError, match="topics"):
        configure(ProductHunt, PRODUCTHUNT)
