"""Zendesk: ratings and tickets of a made-up account at the network's edge."""

from base64 import b64encode
from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_networks import SUBJECTS, ZENDESK, ZendeskRatingsLike, ZendeskTicketsLike

from connectors.zendesk import Zendesk
from tidings.connector import configure
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract

RATINGS = Zendesk(**ZENDESK, collect=("ratings",))
COMMENTS = Zendesk(**ZENDESK, collect=("comments",))


class TestRatingsConform(ConnectorContract):
    connector, origin = SUBJECTS["zendesk ratings"]


class TestCommentsConform(ConnectorContract):
    connector, origin = SUBJECTS["zendesk comments"]


def ratings(*records: Any) -> Edge:
    listed = {"satisfaction_ratings": records, "meta": {"has_more": False}}
    return Edge(lambda _: as_json(listed))


def comment(number: int, author: int, **changes: Any) -> dict[str, Any]:
    time = f"2024-05-01T1{number}:00:00Z"
    record = {**fixture("zendesk_comment.json"), "id": number, "author_id": author}
    return {**record, "created_at": time, "plain_body": f"Text {number}", **changes}


class Desk:
    """One ticket (or more), its comments in pages of ``size``."""

    users = ({"id": 88, "role": "end-user"}, {"id": 77, "role": "agent"})

    def __init__(self, comments: list[Any], tickets: Any = ({"id": 1},), size: int = 100) -> None:
        self.comments, self.tickets, self.size = comments, tickets, size

    def __call__(self, request: Request) -> Answer:
        asked = params(request)
        if "/incremental/" in request.url:
            done = {"after_cursor": "c1", "end_of_stream": True}
            return as_json({"tickets": self.tickets if "cursor" not in asked else [], **done})
        first = int(asked.get("page[after]", 0))
        page = self.comments[first : first + self.size]
        more = first + self.size < len(self.comments)
        meta = {"has_more": more, "after_cursor": str(first + self.size)}
        return as_json({"comments": page, "users": self.users, "meta": meta})


def test_a_rating_becomes_a_survey_answer() -> None:
    good = {**fixture("zendesk_rating.json"), "id": 2, "score": "good", "comment": None}
    good |= {"reason": "No reason provided", "updated_at": "2024-05-02T09:00:00Z"}
    offered = {**good, "id": 3, "score": "offered"}
    [page] = read(RATINGS, ratings(fixture("zendesk_rating.json"), good, offered))
    bad, fine = page.mentions
    assert (bad.rating, bad.rating_min, bad.rating_max, bad.kind) == (0.0, 0.0, 1.0, "survey")
    assert bad.text == "The anvil came late, and nobody told me."
    assert bad.title == "It took too long"
    assert (bad.place, bad.author_handle) == ("acme.zendesk.com", "88")
    assert bad.url == "https://acme.zendesk.com/agent/tickets/31"
    assert (fine.rating, fine.title, fine.edited) == (1.0, None, at("2024-05-02T09:00:00Z"))


def test_a_score_that_nobody_knows_is_rejected_with_its_field() -> None:
    [page] = read(RATINGS, ratings({**fixture("zendesk_rating.json"), "score": "meh"}))
    assert page.mentions == []
    assert "score" in page.rejected[0].reason


def test_the_token_goes_in_a_basic_header_and_never_in_the_address() -> None:
    asked = ratings()
    read(RATINGS, asked)
    sign = b64encode(b"kari@acme.example/token:made-up-zendesk").decode()
    assert asked.requests[0].headers["Authorization"] == f"Basic {sign}"
    assert "made-up" not in asked.requests[0].url
    read(msgspec.structs.replace(RATINGS, email=None), asked)
    assert asked.requests[1].headers["Authorization"] == "Bearer made-up-zendesk"


def test_since_and_until_bound_ratings_ties_included() -> None:
    source = ZendeskRatingsLike(records=30)
    since, until = source.notes[6].at, source.notes[20].at
    window = msgspec.structs.replace(RATINGS, since=since, until=until)
    found = set(ids(read(window, Edge(source.answer))))
    assert found == {f"rating/{n.id}" for n in source.notes if since <= n.at < until}


def test_since_and_until_bound_comments_of_tickets_that_went_on() -> None:
    source = ZendeskTicketsLike(records=30)
    since, until = source.notes[6].at, source.notes[22].at
    window = msgspec.structs.replace(COMMENTS, since=since, until=until)
    found = set(ids(read(window, Edge(source.answer))))
    assert found == {f"comment/{n.id}" for n in source.notes if since <= n.at < until}


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_customers_words_have_the_next_public_reply_as_answer(size: int) -> None:
    private = comment(2, 77, public=False)
    said = [comment(1, 88), private, comment(3, 88), comment(4, 77), comment(5, 77), comment(6, 88)]
    pages = read(COMMENTS, Edge(Desk(said, [{"id": 1, "subject": "Late"}], size)))
    found = {m.external_id: m for page in pages for m in page.mentions}
    assert set(found) == {"comment/1", "comment/3", "comment/6"}, "no agent's words"
    assert [found[f"comment/{n}"].answer for n in (1, 3, 6)] == ["Text 4", "Text 4", None]
    assert found["comment/1"].answered == at("2024-05-01T14:00:00Z")
    assert (found["comment/1"].title, found["comment/1"].parent_id) == ("Late", None)
    assert (found["comment/3"].title, found["comment/3"].parent_id) == (None, "comment/1")


def test_a_comment_of_somebody_unknown_is_not_taken_for_a_customers() -> None:
    pages = read(COMMENTS, Edge(Desk([comment(1, 99)])))
    assert ids(pages) == []
    assert ["author_id" in r.reason for page in pages for r in page.rejected] == [True]


def test_deleted_tickets_are_not_asked_for_and_one_that_goes_meanwhile_costs_no_other() -> None:
    desk = Desk([comment(1, 88)], [{"id": 1, "status": "deleted"}, {"id": 2}, {"id": 3}])

    def respond(request: Request) -> Answer:
        gone = "/tickets/2/" in request.url
        return as_json({"error": "RecordNotFound"}, status=404) if gone else desk(request)

    edge = Edge(respond)
    pages = read(COMMENTS, edge)
    assert ids(pages) == ["comment/1"]
    assert ["ticket 2" in r.reason for page in pages for r in page.rejected] == [True]
    assert not any("/tickets/1/" in request.url for request in edge.requests)


def test_the_next_walk_goes_on_where_the_export_was() -> None:
    edge = Edge(Desk([comment(1, 88)]))
    cursor = read(COMMENTS, edge)[-1].cursor
    assert cursor == {"after": "c1"}
    read(COMMENTS, edge, cursor)
    assert edge.asked("cursor")[-1] == "c1"
    assert edge.asked("start_time")[-1] is None


def test_more_without_a_way_on_is_no_end() -> None:
    listed = {"satisfaction_ratings": [], "meta": {"has_more": True, "after_cursor": None}}
    with pytest.raises(SourceChanged):
        read(RATINGS, Edge(lambda _: as_json(listed)))


def test_empty_pages_that_go_on_for_ever_are_left() -> None:
    count = iter(range(10_000))
    edge = Edge(
        lambda _: as_json(
            {
                "satisfaction_ratings": [],
                "meta": {"has_more": True, "after_cursor": str(next(count))},
            }
        )
    )
    with pytest.raises(SourceChanged, match="empty"):
        read(RATINGS, edge)


def test_settings() -> None:
    both = configure(Zendesk, ZENDESK)
    assert [c.label() for c in both.split()] == ["zendesk acme ratings", "zendesk acme comments"]
    with pytest.raises(ConfigurationError, match="subdomain"):
        configure(Zendesk, {**ZENDESK, "subdomain": "acme.zendesk.com"})
