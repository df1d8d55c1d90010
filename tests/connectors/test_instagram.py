"""Instagram: a made-up account at the network's edge."""

from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_networks import INSTAGRAM, SUBJECTS, InstagramLike

from connectors.instagram import Instagram
from tidings.connector import configure
from tidings.errors import ConfigurationError, NotFound
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract

COMMENTS = Instagram(**INSTAGRAM, collect=("comments",))
HASHTAG = Instagram(**INSTAGRAM, collect=(), hashtags=("#Fjallsmide",))
OWN = {"username": "fjallsmide", "from": {"id": "9001"}}


class TestCommentsConform(ConnectorContract):
    connector, origin = SUBJECTS["instagram comments"]


class TestTagsConform(ConnectorContract):
    connector, origin = SUBJECTS["instagram tags"]


class TestHashtagConforms(ConnectorContract):
    connector, origin = SUBJECTS["instagram hashtag"]


def comment(number: int, *replies: Any, **changes: Any) -> dict[str, Any]:
    time = f"2024-05-01T{number:02}:00:00+0000"
    record = {**fixture("instagram_comment.json"), "id": str(number), "timestamp": time}
    return {**record, **({"replies": {"data": replies}} if replies else {}), **changes}


def account(*comments: Any, count: int = 5, size: int = 50) -> Edge:
    """One picture with comments, in pages."""
    media = {"id": "77", "timestamp": "2024-05-01T00:00:00+0000", "username": "fjallsmide"}
    media |= {"comments_count": count, "permalink": "https://www.instagram.com/p/x/"}

    def respond(request: Request) -> Answer:
        if "/media" in request.url:
            return as_json({"data": [media]})
        first = int(params(request).get("after", 0))
        paging = {"cursors": {"after": str(first + size)}, "next": "https://graph.example/"}
        more = first + size < len(comments)
        return as_json(
            {"data": comments[first : first + size]} | ({"paging": paging} if more else {})
        )

    return Edge(respond)


def test_a_comment_its_replies_and_the_owners_answer() -> None:
    answer, thanks = comment(3, text="Thank you!", **OWN), comment(4, text="Again!", **OWN)
    said = comment(1, thanks, answer, comment(5))
    pages = read(COMMENTS, account(said, comment(2, **OWN)))
    found = {m.external_id: m for page in pages for m in page.mentions}
    assert set(found) == {"1", "5"}, "the account's own words are no mentions"
    first = found["1"]
    assert (first.answer, first.answered) == ("Thank you!", at("2024-05-01T03:00:00Z"))
    assert (first.parent_id, first.likes, first.author_handle) == ("77", 3, "88")
    assert (first.url, first.place) == ("https://www.instagram.com/p/x/", "9001")
    assert found["5"].parent_id == "1"


def test_a_late_reply_to_an_old_comment_is_found_by_the_number_of_comments() -> None:
    old = [comment(n) for n in range(20, 0, -1)]
    connector = msgspec.structs.replace(COMMENTS, overlap_hours=0)
    cursor = read(connector, account(*old, count=20, size=5))[-1].cursor
    assert cursor is not None
    quiet = account(*old, count=20, size=5)
    read(connector, quiet, cursor)
    assert len(quiet.requests) == 3, "media, a page with the newest one, a page behind it"
    late = [*old[:-1], comment(1, comment(21))]
    assert "21" in ids(read(connector, account(*late, count=21, size=5), cursor))


def test_replies_that_did_not_all_come_with_their_comment_are_asked_for() -> None:
    onward = {"data": [comment(3)], "paging": {"cursors": {"after": "x"}, "next": "https://g/"}}
    base = account(comment(1, replies=onward))

    def respond(request: Request) -> Answer:
        every = as_json({"data": [comment(3), comment(4)]})
        return every if "/1/replies" in request.url else base.respond(request)

    assert ids(read(COMMENTS, Edge(respond))) == ["1", "3", "4"]


def test_a_bad_reply_costs_no_other() -> None:
    pages = read(COMMENTS, account(comment(1, {"id": None}, comment(2))))
    assert ids(pages) == ["1", "2"]
    assert sum(len(page.rejected) for page in pages) == 1


def test_a_hashtag_is_looked_up_and_has_no_authors() -> None:
    media = fixture("instagram_media.json")
    del media["username"]

    def respond(request: Request) -> Answer:
        search = "ig_hashtag_search" in request.url
        return as_json({"data": [{"id": "1784"}] if search else [media]})

    edge = Edge(respond)
    [mention] = [m for page in read(HASHTAG, edge) for m in page.mentions]
    assert (mention.place, mention.author_handle, mention.kind) == ("#fjallsmide", None, "post")
    assert edge.asked("q") == ["fjallsmide", None]
    assert edge.asked("user_id") == ["9001", "9001"]
    assert "/1784/recent_media" in edge.requests[1].url


def test_a_hashtag_that_is_not_there_is_no_empty_one() -> None:
    with pytest.raises(NotFound, match="fjallsmide"):
        read(HASHTAG, Edge(lambda _: as_json({"data": []})))


def test_a_hashtags_past_is_not_said_to_be_empty() -> None:
    window = {"since": at("2024-05-01T00:00:00Z"), "until": at("2024-05-02T00:00:00Z")}
    with pytest.raises(ConfigurationError, match="24 hours"):
        read(msgspec.structs.replace(HASHTAG, **window), Edge(lambda _: as_json({"data": []})))


def test_since_and_until_bound_comments_ties_included() -> None:
    source = InstagramLike(records=40)
    since, until = source.notes[9].at, source.notes[30].at
    window = msgspec.structs.replace(COMMENTS, since=since, until=until)
    wanted = {str(n.id) for n in source.notes if since <= n.at < until}
    assert set(ids(read(window, Edge(source.answer)))) == wanted


def test_settings() -> None:
    both = configure(Instagram, {**INSTAGRAM, "hashtags": ["#Anvil", "anvil"]})
    labels = [c.label() for c in both.split()]
    assert labels == [f"instagram 9001 {what}" for what in ("comments", "tags", "#anvil")]
    with pytest.raises(ConfigurationError, match="hashtags"):
        configure(Instagram, {**INSTAGRAM, "collect": []})
