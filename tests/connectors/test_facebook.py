"""Facebook: a made-up page at the network's edge, and what the Graph API's errors mean."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_networks import FACEBOOK, SUBJECTS, FacebookLike

from connectors.facebook import Facebook
from connectors.meta_graph import judge
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
from tidings.testing import ConnectorContract
from tidings.times import utcnow

COMMENTS = Facebook(**FACEBOOK, collect=("comments",))
RATINGS = Facebook(**FACEBOOK, collect=("ratings",))
PAGE = {"id": "9001"}


class TestCommentsConform(ConnectorContract):
    connector, origin = SUBJECTS["facebook comments"]


class TestTaggedConforms(ConnectorContract):
    connector, origin = SUBJECTS["facebook tagged"]


class TestRatingsConform(ConnectorContract):
    connector, origin = SUBJECTS["facebook ratings"]


def comment(number: int, **changes: Any) -> dict[str, Any]:
    time = f"2024-05-01T1{number}:00:00+0000"
    return {**fixture("facebook_comment.json"), "id": f"1_{number}", "created_time": time} | changes


def page(posts: list[Any], comments: list[Any]) -> Edge:
    return Edge(lambda request: as_json({"data": posts if "/feed" in request.url else comments}))


def failed(code: int, status: int = 400, **more: Any) -> Answer:
    return as_json({"error": {"message": "(#4) Too much", "code": code, **more}}, status=status)


def test_a_comment_and_a_visitors_post_become_mentions() -> None:
    visit = comment(3, id="9001_5", message="Open on Sunday?", shares={"count": 2})
    visit |= {"comments": {"data": [{**comment(4), "from": PAGE, "message": "Yes."}]}}
    own = comment(2, id="9001_6", **{"from": PAGE})
    reply = comment(2, parent=comment(1))
    posts = page([visit, own], [reply])
    found = {m.external_id: m for p in read(COMMENTS, posts) for m in p.mentions}
    assert set(found) == {"9001_5", "1_2"}
    said = found["1_2"]
    assert (said.kind, said.text) == ("comment", "My anvil rings true. Thank you!")
    assert (said.author_handle, said.likes, said.replies) == ("88", 3, 0)
    assert (said.parent_id, said.place) == ("1_1", "9001")
    assert said.published == at("2024-05-01T12:00:00Z")
    post = found["9001_5"]
    assert (post.kind, post.shares, post.answer) == ("post", 2, "Yes.")
    assert post.answered == at("2024-05-01T14:00:00Z")


def test_the_pages_reply_brings_what_it_answers_anew_and_once() -> None:
    replies = {"data": [{**comment(3), "from": PAGE, "message": "Thank you!"}]}
    asked = comment(1, comments=replies)
    answer = comment(3, parent=asked, **{"from": PAGE})
    for listed in ([answer], [answer, asked]):
        pages = read(COMMENTS, page([comment(0, id="9001_6", **{"from": PAGE})], listed))
        [mention] = [m for p in pages for m in p.mentions]
        assert (mention.external_id, mention.answer) == ("1_1", "Thank you!")
        assert mention.answered == at("2024-05-01T13:00:00Z")


def test_recommendations_and_stars() -> None:
    stars = {**fixture("facebook_rating.json"), "has_rating": True, "rating": 2}
    stars |= {"open_graph_story": None, "reviewer": {"id": "88"}}
    unclear = {**fixture("facebook_rating.json"), "recommendation_type": "maybe"}
    [first, *_] = read(RATINGS, Edge(lambda _: as_json({"data": [stars, unclear]})))
    [mention] = first.mentions
    assert (mention.rating, mention.rating_min, mention.rating_max) == (2, 1, 5)
    assert mention.external_id == "reviewer/88"
    assert "recommendation_type" in first.rejected[0].reason


def test_the_token_stays_in_the_header_and_out_of_what_is_kept() -> None:
    token = "made-up-facebook"

    def respond(request: Request) -> Answer:
        assert token not in request.url
        assert request.headers["Authorization"] == f"Bearer {token}"
        following = f"{request.url}&access_token={token}&until=5&__paging_token=p&limit=9"
        more = "__paging_token" not in params(request)
        return as_json({"data": [], "paging": {"next": following} if more else {}})

    edge = Edge(respond)
    pages = read(RATINGS, edge)
    assert edge.asked("__paging_token") == [None, "p"]
    assert edge.asked("limit") == ["100", "100"]
    assert token.encode() not in b"".join(a.body for p in pages for a in p.raw)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (failed(4, 403), RateLimited),
        (failed(32), RateLimited),
        (failed(613), RateLimited),
        (failed(80001), RateLimited),
        (failed(190, 401), AuthError),
        (failed(10, 403), AuthError),
        (failed(2, 500), TransientError),
        (failed(100, error_subcode=33), NotFound),
        (failed(100), SourceChanged),
        (failed(17, 200), RateLimited),
    ],
)
def test_an_error_code_says_what_happens_next(answer: Answer, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(RATINGS, Edge(lambda _: answer))


def test_access_is_regained_when_the_header_says_so_in_minutes() -> None:
    usage = {"9001": [{"estimated_time_to_regain_access": 7}, {"call_count": 100}]}
    answer = as_json(
        {"error": {"code": 80001}}, 400, **{"x-business-use-case-usage": json.dumps(usage)}
    )
    error = judge(answer)
    assert isinstance(error, RateLimited)
    assert error.retry_at is not None
    assert timedelta(minutes=6) < error.retry_at - utcnow() <= timedelta(minutes=7)


def test_a_token_that_the_api_repeats_is_masked() -> None:
    said = {"message": "Malformed access token secret-token", "code": 190}
    error = judge(as_json({"error": said}, 401), token="secret-token")
    assert "secret-token" not in str(error)


def test_since_and_until_bound_comments_ties_included() -> None:
    source = FacebookLike(records=40)
    since, until = source.notes[9].at, source.notes[30].at
    window = msgspec.structs.replace(COMMENTS, since=since, until=until)
    wanted = {f"9001_{n.id}" for n in source.notes if since <= n.at < until}
    assert set(ids(read(window, Edge(source.answer)))) == wanted


def test_a_post_that_goes_meanwhile_costs_no_other() -> None:
    source = FacebookLike()

    def respond(request: Request) -> Answer:
        gone = "9001_1/comments" in request.url
        return failed(100, error_subcode=33) if gone else source.answer(request)

    pages = read(COMMENTS, Edge(respond))
    wanted = {f"9001_{n.id}" for i, n in enumerate(source.notes) if i % 4 != 1}
    assert set(ids(pages)) == wanted
    assert ["9001_1" in r.reason for p in pages for r in p.rejected] == [True]


def test_a_comment_written_during_the_walk_at_a_post_already_read_is_not_lost() -> None:
    ahead = (utcnow() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    started = utcnow()
    posts = page([comment(1, id="9001_1", **{"from": PAGE})], [comment(1, created_time=ahead)])
    cursor = read(COMMENTS, posts)[-1].cursor
    assert cursor is not None
    assert at(cursor["newest"]) - started < timedelta(minutes=5)


def test_settings() -> None:
    every = configure(Facebook, FACEBOOK)
    assert next(c.label() for c in every.split()) == "facebook 9001 comments"
    with pytest.raises(ConfigurationError, match="page_id"):
        configure(Facebook, {**FACEBOOK, "page_id": "acme"})
