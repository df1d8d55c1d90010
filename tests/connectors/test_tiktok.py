"""TikTok: a made-up Research API at the network's edge."""

import json
from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, at, ids, read
from likes import fixture
from likes_networks import SUBJECTS, TIKTOK, TikTokLike

from connectors.tiktok import TikTok
from connectors.tiktok_records import next_midnight
from tidings.connector import configure
from tidings.errors import (
    AuthError,
    ConfigurationError,
    RateLimited,
    SourceChanged,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract
from tidings.times import utcnow

MAY = {**TIKTOK, "since": at("2024-05-01T00:00:00Z"), "until": at("2024-05-20T00:00:00Z")}
ACME = TikTok(**MAY)


class TestVideosConform(ConnectorContract):
    connector, origin = SUBJECTS["tiktok videos"]


class TestCommentsConform(ConnectorContract):
    connector, origin = SUBJECTS["tiktok comments"]


def ok(data: Any) -> Answer:
    return as_json({"data": data, "error": {"code": "ok"}})


def token(number: int = 0) -> Answer:
    return as_json({"access_token": f"clt.{number}", "expires_in": 7200})


def comment(number: int, **changes: Any) -> dict[str, Any]:
    stated = {"id": number, "text": f"Text {number}", "create_time": 1714557600 + number}
    return {"like_count": 2, "reply_count": 0, "parent_comment_id": 1, **stated, **changes}


def videos(*found: Any, comments: Any = None) -> Edge:
    """Answer the token, one page of videos, and comments by what is asked for."""

    def respond(request: Request) -> Answer:
        if "/oauth/" in request.url:
            return token()
        if "/comment/" not in request.url:
            return ok({"videos": found, "has_more": False, "cursor": 100, "search_id": "7"})
        asked = json.loads(request.body)
        listed = comments(asked) if comments else []
        return ok({"comments": listed, "has_more": False, "cursor": 0})

    return Edge(respond)


def bodies(edge: Edge) -> list[dict[str, Any]]:
    return [json.loads(r.body) for r in edge.requests if "/oauth/" not in r.url]


def test_a_video_its_comments_and_their_replies() -> None:
    def comments(asked: Any) -> Any:
        first = [comment(11, reply_count=1), comment(12, text=" ")]
        return first if "video_id" in asked else [comment(13, parent_comment_id=11)]

    video = {**fixture("tiktok_video.json"), "id": 1, "comment_count": 2}
    edge = videos(video, comments=comments)
    found = {m.external_id: m for page in read(ACME, edge) for m in page.mentions}
    assert set(found) == {"1", "11", "13"}
    post = found["1"]
    assert (post.kind, post.place, post.country) == ("post", "tiktok.com", "NO")
    assert (post.likes, post.replies, post.shares, post.views) == (5, 2, 2, 900)
    assert post.url == "https://www.tiktok.com/@/video/1", "it names no author"
    assert (post.author_handle, post.text) == ("karifjell", "Hear this anvil ring #fjallsmide")
    assert (found["11"].parent_id, found["13"].parent_id) == ("1", "11")
    assert (found["11"].author_handle, found["11"].likes) == (None, 2)
    assert {"comment_id": 11, "max_count": 100, "cursor": 0} in bodies(edge)
    quiet = videos(video, comments=comments)
    read(msgspec.structs.replace(ACME, replies=False), quiet)
    assert not any("comment_id" in body for body in bodies(quiet))


def test_the_days_asked_for_are_thirty_at_most_and_without_a_hole() -> None:
    edge = videos()
    whole = msgspec.structs.replace(ACME, until=at("2024-08-15T12:00:00Z"), comments=False)
    read(whole, edge)
    days = [(body["start_date"], body["end_date"]) for body in bodies(edge)]
    assert days == [
        ("20240501", "20240530"),
        ("20240531", "20240629"),
        ("20240630", "20240729"),
        ("20240730", "20240815"),
    ]


def test_days_are_those_of_utc_whatever_the_zone_of_the_bounds() -> None:
    since, until = at("2024-05-02T01:00:00+02:00"), at("2024-05-10T22:00:00-05:00")
    edge = videos()
    read(msgspec.structs.replace(ACME, since=since, until=until, comments=False), edge)
    [asked] = bodies(edge)
    assert (asked["start_date"], asked["end_date"]) == ("20240501", "20240511")


def test_a_new_comment_on_an_old_video_moves_no_cursor_past_later_windows() -> None:
    late = comment(11, create_time=int(at("2024-07-30T00:00:00Z").timestamp()))
    video = {**fixture("tiktok_video.json"), "id": 1, "comment_count": 1}
    connector = msgspec.structs.replace(ACME, until=at("2024-08-15T00:00:00Z"))
    pages = read(connector, videos(video, comments=lambda _: [late]))
    moved = next(page.cursor for page in pages if page.cursor)
    assert at(moved["newest"]) <= at("2024-05-24T00:00:00Z"), "the end of the first window"


def test_what_is_past_a_thousand_comments_is_not_asked_for() -> None:
    def respond(request: Request) -> Answer:
        if "/oauth/" in request.url:
            return token()
        if "/comment/" not in request.url:
            video = {**fixture("tiktok_video.json"), "comment_count": 5000}
            return ok({"videos": [video], "has_more": False})
        first = json.loads(request.body)["cursor"]
        assert first < 1000
        listed = [comment(first + n) for n in range(100)]
        return ok({"comments": listed, "has_more": True, "cursor": first + 100})

    assert len(set(ids(read(ACME, Edge(respond))))) == 1001


def test_the_client_key_goes_in_the_form_and_the_token_in_a_header() -> None:
    edge = videos()
    read(ACME, edge)
    sign_in, query = edge.requests
    assert b"client_key=aw" in sign_in.body
    assert b"client_secret=made-up-tiktok" in sign_in.body
    assert query.headers["Authorization"] == "Bearer clt.0"


def test_a_token_that_ran_out_is_renewed_even_if_the_status_is_200() -> None:
    source = TikTokLike()
    signed: list[int] = []

    def respond(request: Request) -> Answer:
        if "/oauth/" in request.url:
            signed.append(1)
            return token(len(signed))
        gone = len(edge.requests) > 3 and request.headers["Authorization"] == "Bearer clt.1"
        error = {"data": {}, "error": {"code": "access_token_invalid", "message": "x"}}
        return as_json(error) if gone else source.answer(request)

    edge = Edge(respond)
    connector = msgspec.structs.replace(ACME, comments=False)
    assert len(set(ids(read(connector, edge)))) == source.total
    assert len(signed) == 2


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("rate_limit_exceeded", "", RateLimited),
        ("daily_quota_limit_exceeded", "", RateLimited),
        ("scope_not_authorized", "", AuthError),
        ("internal_error", "", TransientError),
        ("invalid_params", "Search Id 7 is invalid or expired", TransientError),
        ("invalid_params", "start_date", SourceChanged),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_the_code_in_the_body_says_what_happens_next(
    code: str, message: str, error: type[Exception], status: int
) -> None:
    def respond(request: Request) -> Answer:
        if "/oauth/" in request.url:
            return token()
        return as_json({"data": {}, "error": {"code": code, "message": message}}, status=status)

    with pytest.raises(error) as caught:
        read(ACME, Edge(respond))
    if code.startswith("daily"):
        assert caught.value.retry_at == next_midnight(utcnow())  # type: ignore[attr-defined]


def test_since_and_until_bound_videos_ties_included() -> None:
    source = TikTokLike(records=40)
    since, until = source.notes[9].at, source.notes[30].at
    window = msgspec.structs.replace(ACME, since=since, until=until, comments=False)
    wanted = {str(n.id) for n in source.notes if since <= n.at < until}
    assert set(ids(read(window, Edge(source.answer)))) == wanted


def test_a_cursor_that_comes_back_is_a_loop() -> None:
    def respond(request: Request) -> Answer:
        more = {"videos": [], "has_more": True, "cursor": 5, "search_id": "7"}
        return token() if "/oauth/" in request.url else ok(more)

    with pytest.raises(SourceChanged, match="loop"):
        read(ACME, Edge(respond))


def test_settings() -> None:
    several = configure(TikTok, {**TIKTOK, "queries": ["a", "b", "a"]})
    assert [c.label() for c in several.split()] == ["tiktok a", "tiktok b"]
    assert TikTok.searches
    with pytest.raises(ConfigurationError, match="queries"):
        read(configure(TikTok, {**TIKTOK, "queries": []}), videos())
