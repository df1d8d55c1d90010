"""LinkedIn: a made-up organisation at the network's edge."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_networks import LINKEDIN, SUBJECTS, LinkedInLike

from connectors.linkedin import LinkedIn
from connectors.linkedin_listing import Offsets
from connectors.linkedin_records import next_midnight
from tidings.connector import configure
from tidings.errors import ConfigurationError, RateLimited, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract
from tidings.times import utcnow

ACME = LinkedIn(**LINKEDIN)


class TestLinkedInConforms(ConnectorContract):
    connector, origin = SUBJECTS["linkedin comments"]


def urn(number: int) -> str:
    return f"urn:li:comment:(urn:li:activity:7,{number})"


def comment(number: int, replies: int = 0, **changes: Any) -> dict[str, Any]:
    stamp = {"time": 1714557600000 + number * 60_000}
    stated = {"commentUrn": urn(number), "created": stamp, "lastModified": stamp}
    summary = {"commentsSummary": {"aggregatedTotalComments": replies}}
    return {**fixture("linkedin_comment.json"), **stated, **summary, **changes}


def organisation(comments: list[Any], replies: list[Any]) -> Edge:
    def respond(request: Request) -> Answer:
        if "/rest/posts" in request.url:
            return as_json({"elements": [{"id": "urn:li:share:1", "createdAt": 1714557600000}]})
        nested = "comment%3A%28" in request.url
        return as_json({"elements": replies if nested else comments, "paging": {"links": []}})

    return Edge(respond)


def test_a_comment_its_reply_and_the_owners_answer() -> None:
    own = "urn:li:organization:9"
    edited = comment(1, replies=3, lastModified={"time": 1714561200000})
    replies = [comment(4, actor=own, message={"text": "Second"}), comment(3, actor=own)]
    replies.append(comment(5, parentComment=urn(1)))
    edge = organisation([comment(2, actor=own), edited], replies)
    found = {m.external_id: m for page in read(ACME, edge) for m in page.mentions}
    assert set(found) == {urn(1), urn(5)}
    said = found[urn(1)]
    assert (said.answer, said.answered) == (
        "We use these anvils every day.",
        at("2024-05-01T10:03:00Z"),
    )
    assert (said.published, said.edited) == (at("2024-05-01T10:01:00Z"), at("2024-05-01T11:00:00Z"))
    assert (said.parent_id, said.replies, said.likes) == ("urn:li:share:1", 3, 3)
    assert (said.author_handle, said.place) == ("urn:li:person:madeupKari", "9")
    assert found[urn(5)].parent_id == urn(1)


def test_requests_are_of_a_version_and_hold_the_token_in_a_header() -> None:
    edge = organisation([comment(1)], [])
    read(ACME, edge)
    first, second = edge.requests
    assert params(first)["author"] == "urn:li:organization:9"
    assert "/rest/socialActions/urn%3Ali%3Ashare%3A1/comments" in second.url
    for request in edge.requests:
        assert request.headers["LinkedIn-Version"] == "202606"
        assert request.headers["Authorization"] == "Bearer made-up-linkedin"
        assert "made-up" not in request.url


def test_a_token_is_renewed_in_the_middle_of_a_walk() -> None:
    source = LinkedInLike()
    renewing = configure(
        LinkedIn,
        {**LINKEDIN, "client_id": "app", "refresh_credential": "refresh"},
    )
    given: list[str] = []

    def respond(request: Request) -> Answer:
        if request.method == "POST":
            assert b"refresh_token=made-up-refresh" in request.body
            given.append(f"token-{len(given)}")
            return as_json({"access_token": given[-1], "expires_in": 5_184_000})
        old = len(edge.requests) > 5 and request.headers["Authorization"] == "Bearer token-0"
        return as_json({"code": "EXPIRED"}, status=401) if old else source.answer(request)

    edge = Edge(respond)
    assert len(set(ids(read(renewing, edge)))) == source.total
    assert given == ["token-0", "token-1"]


def drained(ask: Callable[[int, int], Answer]) -> list[str]:
    """Return the ids of all that a listing of pages of five gives."""
    listing, found = Offsets(ask, "commentUrn", 5), []
    while not listing.ended:
        found += [msgspec.json.decode(record)["commentUrn"] for record in listing.next()[1]]
    return found


def page_of(listed: list[Any], start: int) -> Answer:
    body = {"elements": listed[start : start + 5], "paging": {"total": len(listed), "links": []}}
    return msgspec.structs.replace(as_json(body), url="https://api.example/")


def test_a_comment_that_is_deleted_between_pages_hides_no_other() -> None:
    listed = [comment(n) for n in range(30)]

    def ask(start: int, count: int) -> Answer:
        if start > 0 and len(listed) == 30:
            del listed[:4]
        return page_of(listed, start)

    assert sorted(drained(ask)) == sorted(urn(n) for n in range(30))


def test_comments_that_come_between_pages_end_no_walk() -> None:
    listed = [comment(n) for n in range(12)]
    asked: list[int] = []

    def ask(start: int, count: int) -> Answer:
        asked.append(start)
        if len(asked) == 2:
            listed[:0] = [comment(100 + n) for n in range(10)]
        return page_of(listed, start)

    found = drained(ask)
    assert {urn(n) for n in range(12)} <= set(found)
    assert len(found) == len(set(found))


def test_the_same_page_at_every_offset_is_a_loop() -> None:
    body = {"elements": [comment(1), comment(2)], "paging": {"links": [{"rel": "next"}]}}
    page = msgspec.structs.replace(as_json(body), url="https://api.example/")
    with pytest.raises(SourceChanged, match="loop"):
        drained(lambda start, count: page)


def test_a_days_limit_is_over_at_midnight_and_a_version_that_is_gone_is_said() -> None:
    message = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
    with pytest.raises(RateLimited) as caught:
        read(ACME, Edge(lambda _: as_json({"status": 429, "message": message}, status=429)))
    assert caught.value.retry_at == next_midnight(utcnow())
    with pytest.raises(SourceChanged, match="version"):
        read(ACME, Edge(lambda _: as_json({"code": "NONEXISTENT_VERSION"}, status=426)))


def test_since_and_until_bound_comments_ties_included() -> None:
    source = LinkedInLike(records=40)
    since, until = source.notes[9].at, source.notes[30].at
    window = msgspec.structs.replace(ACME, since=since, until=until)
    found = set(ids(read(window, Edge(source.answer))))
    assert found == {urn(n.id) for n in source.notes if since <= n.at < until}


def test_settings() -> None:
    several = configure(LinkedIn, {**LINKEDIN, "organizations": [9, 10, 9]})
    assert [c.label() for c in several.split()] == ["linkedin 9", "linkedin 10"]
    with pytest.raises(ConfigurationError, match="refresh_credential"):
        configure(LinkedIn, {**LINKEDIN, "client_id": "app"})
