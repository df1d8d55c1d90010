"""Yelp: excerpts, Pacific times, how many are asked for, and its codes for errors."""

from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_reviews2 import SUBJECTS

from connectors.yelp import Yelp
from tidings.connector import configure
from tidings.errors import AuthError, ConfigurationError, NotFound, RateLimited, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract

SHOP = Yelp(businesses=("acme-anvils-oslo",), credential="yelp_api_key")
ALL = msgspec.structs.replace(SHOP, shown=1000, overlap_hours=0)


class TestYelpConforms(ConnectorContract):
    connector, origin = SUBJECTS["yelp"]


def review(day: int, **changes: Any) -> dict[str, Any]:
    """Return a review written at three in the morning of a day of May."""
    told = {"id": f"r{day}", "time_created": f"2024-05-{day:02} 03:00:00"}
    return {**fixture("yelp_review.json"), **told, **changes}


def edge(*reviews: Any, size: int = 3) -> Edge:
    """Return a business that shows its reviews in the order given, ``size`` at a time."""

    def respond(request: Request) -> Answer:
        asked = params(request)
        first = int(asked.get("offset", 0))
        page = list(reviews[first : first + min(size, int(asked["limit"]))])
        return as_json({"reviews": page, "total": 240, "possible_languages": ["en"]})

    return Edge(respond)


def test_fields_and_what_is_asked() -> None:
    asked = edge(fixture("yelp_review.json"))
    pages = read(msgspec.structs.replace(SHOP, locale="nb_NO"), asked)
    [mention] = pages[0].mentions
    assert (mention.external_id, mention.place) == ("xAG4O7l-t1ubbwVAlPnDKg", "acme-anvils-oslo")
    assert mention.published == at("2024-05-01T03:00:00-07:00")
    assert mention.url == ("https://www.yelp.com/biz/acme-anvils-oslo?hrid=xAG4O7l-t1ubbwVAlPnDKg")
    assert mention.author_handle == "W8UK02IDdRS2GL_66fuq6w"
    assert (mention.rating, mention.rating_min, mention.rating_max) == (4, 1, 5)
    assert mention.text is not None
    assert mention.text.endswith("and...")
    assert pages[0].declared_total == 240
    assert params(asked.requests[0]) == {"limit": "3", "sort_by": "newest", "locale": "nb_NO"}
    assert asked.requests[0].headers["Authorization"] == "Bearer made-up-yelp_api_key"


def test_winter_time_is_pacific_too() -> None:
    [mention] = read(SHOP, edge(review(1, time_created="2024-01-15 23:30:00")))[0].mentions
    assert mention.published == at("2024-01-16T07:30:00+00:00")


def test_no_more_is_asked_for_than_is_shown() -> None:
    asked = edge(*[review(n) for n in range(20, 1, -1)])
    assert ids(read(SHOP, asked)) == ["r20", "r19", "r18"]
    assert len(asked.requests) == 1
    asked = edge(*[review(n) for n in range(20, 1, -1)])
    assert ids(read(msgspec.structs.replace(SHOP, shown=7), asked)) == [
        f"r{n}" for n in range(20, 13, -1)
    ]
    assert asked.asked("limit") == ["7", "5", "3"]


def test_a_review_deleted_while_one_reads_hides_no_other() -> None:
    held = [review(n) for n in range(20, 10, -1)]
    asked = edge()

    def respond(request: Request) -> Answer:
        if len(asked.requests) == 2:
            del held[0]
        return edge(*held).respond(request)

    asked.respond = respond
    assert ids(read(ALL, asked)) == [f"r{n}" for n in range(20, 10, -1)]


def test_reviews_pushed_on_by_new_ones_are_no_loop() -> None:
    held = [review(n) for n in range(20, 10, -1)]
    asked = edge()

    def respond(request: Request) -> Answer:
        if len(asked.requests) == 2:
            held[:0] = [review(22), review(21)]
        return edge(*held).respond(request)

    asked.respond = respond
    assert ids(read(ALL, asked)) == [f"r{n}" for n in range(20, 10, -1)]


def test_a_page_that_comes_in_the_place_of_another_is_a_loop() -> None:
    whole = edge(*[review(n) for n in range(20, 10, -1)])

    def respond(request: Request) -> Answer:
        wrong = params(request).get("offset") == "4"
        found = msgspec.structs.replace(request, url="https://x.example/?offset=2&limit=3")
        return whole.respond(found if wrong else request)

    with pytest.raises(SourceChanged, match="join"):
        read(ALL, Edge(respond))


def test_a_later_walk_ends_where_the_earlier_one_began() -> None:
    held = [review(n) for n in range(20, 1, -1)]
    first = read(ALL, edge(*held))
    asked = edge(review(21), *held)
    pages = read(ALL, asked, first[-1].cursor)
    assert ids(pages)[:2] == ["r21", "r20"]
    assert len(asked.requests) == 2
    assert pages[0].cursor == first[-1].cursor != pages[-1].cursor


def test_a_listing_that_ignores_the_offset_is_a_loop() -> None:
    same = as_json({"reviews": [review(2), review(1)], "total": 9})
    with pytest.raises(SourceChanged, match="loop"):
        read(ALL, Edge(lambda _: same))


@pytest.mark.parametrize(
    ("status", "error", "kind", "told"),
    [
        (301, {"code": "BUSINESS_MIGRATED", "new_business_id": "acme-2"}, NotFound, "acme-2"),
        (403, {"code": "BUSINESS_UNAVAILABLE"}, NotFound, "no reviews"),
        (404, {"code": "BUSINESS_NOT_FOUND"}, NotFound, "404"),
        (400, {"code": "VALIDATION_ERROR", "field": "Authorization"}, AuthError, "API key"),
        (400, {"code": "VALIDATION_ERROR", "field": "locale"}, SourceChanged, "400"),
        (401, {"code": "TOKEN_INVALID"}, AuthError, "401"),
        (429, {"code": "ACCESS_LIMIT_REACHED"}, RateLimited, "429"),
    ],
)
def test_errors_are_typed(status: int, error: Any, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=told) as caught:
        read(SHOP, Edge(lambda _: as_json({"error": {"description": "No.", **error}}, status)))
    assert type(caught.value) is kind


def test_a_used_up_day_is_over_when_yelp_says() -> None:
    body = {"error": {"code": "ACCESS_LIMIT_REACHED", "description": "No more today."}}
    headers = {"ratelimit-resettime": "2999-05-02T00:00:00+00:00"}
    asked = Edge(lambda _: as_json(body, 429, **headers))
    with pytest.raises(RateLimited) as caught:
        read(SHOP, asked)
    assert caught.value.retry_at == at("2999-05-02T00:00:00+00:00")
    assert len(asked.requests) == 1  # nobody waits that long: the next run has the time


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"time_created": "soon"}, "time_created"),
        ({"time_created": None}, "time_created"),
        ({"rating": 0}, "rating"),
        ({"id": ""}, "id"),
    ],
)
def test_a_bad_review_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    pages = read(SHOP, edge(review(3), review(2, **bad), review(1)))
    assert ids(pages) == ["r3", "r1"]
    [rejected] = pages[0].rejected
    assert field in rejected.reason


def test_settings() -> None:
    two = configure(Yelp, {"businesses": ["a", "b", "a"], "credential": "k"})
    assert [c.label() for c in two.split()] == ["yelp a", "yelp b"]
    wrong: list[dict[str, Any]] = [
        {"businesses": []},
        {"timezone": "Atlantis"},
        {"shown": 0},
        {"locale": "english"},
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            configure(Yelp, {"businesses": ["a"], "credential": "k", **settings})
    with pytest.raises(ConfigurationError, match="split"):
        next(two.pages(None, None))  # type: ignore[arg-type]
    urls = ["https://api.yelp.com/v3/businesses/caf%C3%A9/reviews?locale=nb_NO"]
    told = {"businesses": ["café"], "credential": "yelp_api_key", "locale": "nb_NO"}
    assert Yelp.settings_from(urls) == told
