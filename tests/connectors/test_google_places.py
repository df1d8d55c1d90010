"""Google Places: what its two forms make of a review, its errors in a 200, and the recordings."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from edge import RECORDINGS, Edge, as_json, at, exchanges, params, read
from likes import fixture
from likes_reviews2 import SUBJECTS

from connectors.google_places import GooglePlaces
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
from tidings.testing import ConnectorContract, Recorded, walk

SPOT = "google_places/google_places__single_spot.json"
SEARCHES = "google_places/google_places__multiple_page_request.json"

PLACE = GooglePlaces(places=("ChIJacme",), credential="key")
NEW = GooglePlaces(places=("ChIJacme",), credential="key", api="new", language="en")
SEARCH = GooglePlaces(queries=("anvils",), credential="key")


class TestGooglePlacesConforms(ConnectorContract):
    connector, origin = SUBJECTS["google_places"]


class TestGooglePlacesSearchConforms(ConnectorContract):
    connector, origin = SUBJECTS["google_places search"]


class TestNewGooglePlacesConforms(ConnectorContract):
    connector, origin = SUBJECTS["google_places new"]


def details(*reviews: Any, **told: Any) -> Answer:
    result = {"name": "Acme", "url": "https://maps.google.com/?cid=7", "reviews": list(reviews)}
    return as_json({"status": "OK", "result": result, **told})


def old(**changes: Any) -> dict[str, Any]:
    return {**fixture("google_places_review.json"), **changes}


def test_a_review_of_the_old_form() -> None:
    edge = Edge(lambda _: details(old()))
    [page] = read(PLACE, edge)
    [mention] = page.mentions
    assert mention.external_id == mention.author_handle == "100000000000000000001"
    assert (mention.place, mention.product, mention.kind) == ("ChIJacme", "Acme", "review")
    assert mention.published == at("2024-05-01T10:00:00+00:00")
    assert mention.text == "The anvils are good.\nThe queue is not."
    assert (mention.rating, mention.rating_min, mention.rating_max) == (4, 1, 5)
    assert (mention.language, mention.url) == ("en", "https://maps.google.com/?cid=7")
    asked = params(edge.requests[0])
    assert asked["reviews_sort"] == "newest"
    assert asked["reviews_no_translations"] == "true"
    assert page.cursor == {"newest": "2024-05-01T10:00:00+00:00"}


def test_an_edited_review_keeps_its_id_and_one_without_an_author_has_its_own() -> None:
    def first(review: dict[str, Any]) -> str:
        return read(PLACE, Edge(lambda _: details(review)))[0].mentions[0].external_id

    assert first(old()) == first(old(time=1714560000, text="No."))
    nobody: dict[str, Any] = {"author_url": None, "author_name": "A Google User"}
    assert first(old(**nobody)) != first(old(**nobody, time=1714560000))
    assert first(old(**nobody)) != first(old(author_url=None, author_name="Ola Nordmann"))


def test_a_review_of_the_new_form_in_the_words_it_was_written_in() -> None:
    review = fixture("google_places_new_review.json")
    body = {"id": "ChIJmoved", "displayName": {"text": "Acme"}, "reviews": [review]}
    edge = Edge(lambda _: as_json(body))
    [mention] = read(NEW, edge)[0].mentions
    assert (mention.external_id, mention.author_handle) == ("ChdDSUhN1", "100000000000000000001")
    assert mention.place == "ChIJacme"  # as asked: an id that Google renews is the same place
    assert (mention.text, mention.language) == ("Amboltene er gode.", "no")
    assert mention.published == at("2024-05-01T10:00:00.123456+00:00")
    assert mention.url == review["googleMapsUri"]
    [request] = edge.requests
    assert "made-up-key" not in request.url
    assert request.headers["X-Goog-Api-Key"] == "made-up-key"
    assert "reviews" in request.headers["X-Goog-FieldMask"]
    assert params(request) == {"languageCode": "en"}


@pytest.mark.parametrize("form", ["old", "new"])
def test_a_place_without_reviews_is_empty_and_no_error(form: str) -> None:
    bare = as_json({"status": "OK", "result": {"name": "A"}} if form == "old" else {"id": "x"})
    [page] = read(PLACE if form == "old" else NEW, Edge(lambda _: bare))
    assert (page.mentions, page.rejected, page.cursor) == ([], [], None)


@pytest.mark.parametrize(
    ("bad", "field"),
    [({"time": None}, "time"), ({"time": 0}, "time"), ({"rating": 6}, "rating"), ({"text": 1}, "")],
)
def test_a_bad_review_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    [page] = read(PLACE, Edge(lambda _: details(old(**bad), old())))
    assert len(page.mentions) == 1
    [rejected] = page.rejected
    assert field in rejected.reason


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("OVER_QUERY_LIMIT", RateLimited),
        ("OVER_DAILY_LIMIT", AuthError),
        ("REQUEST_DENIED", AuthError),
        ("INVALID_REQUEST", NotFound),
        ("NOT_FOUND", NotFound),
        ("ZERO_RESULTS", NotFound),
        ("UNKNOWN_ERROR", TransientError),
        ("SOMETHING_NEW", SourceChanged),
    ],
)
def test_an_error_in_a_good_answer_is_typed(status: str, error: type[Exception]) -> None:
    body = {"status": status, "error_message": "Not today.", "html_attributions": []}
    edge = Edge(lambda _: as_json(body))
    with pytest.raises(error, match=f"{status}: Not today") as caught:
        read(PLACE, edge)
    assert type(caught.value) is error
    assert isinstance(caught.value, TransientError) == (len(edge.requests) > 1)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (403, {"errors": [{"reason": "rateLimitExceeded"}]}, RateLimited),
        (403, {"status": "RESOURCE_EXHAUSTED"}, RateLimited),
        (403, {"status": "PERMISSION_DENIED"}, AuthError),
        (400, {"details": [{"@type": "x", "reason": "API_KEY_INVALID"}]}, AuthError),
        (400, {"status": "INVALID_ARGUMENT"}, SourceChanged),
        (404, {"status": "NOT_FOUND"}, NotFound),
        (429, {"status": "RESOURCE_EXHAUSTED"}, RateLimited),
    ],
)
def test_an_error_of_the_new_form_is_typed(status: int, error: Any, kind: type[Exception]) -> None:
    body = {"error": {"code": status, "message": "Not today.", **error}}
    with pytest.raises(kind) as caught:
        read(NEW, Edge(lambda _: as_json(body, status)))
    assert type(caught.value) is kind


def test_a_token_that_is_not_ready_is_asked_for_again_and_one_that_never_is_ends_the_walk() -> None:
    def respond(request: Request) -> Answer:
        asked = params(request)
        if "pagetoken" in asked:
            return as_json({"status": "INVALID_REQUEST", "results": []})
        return as_json({"status": "OK", "results": [], "next_page_token": "soon"})

    edge = Edge(respond)
    with pytest.raises(TransientError, match="INVALID_REQUEST"):
        read(SEARCH, edge)
    assert edge.asked("pagetoken").count("soon") > 1
    assert set(params(edge.requests[-1])) == {"pagetoken", "key"}


def test_a_token_that_comes_back_is_a_loop() -> None:
    same = as_json({"status": "OK", "results": [{"place_id": "a"}], "next_page_token": "t"})
    with pytest.raises(SourceChanged, match="loop"):
        read(SEARCH, Edge(lambda _: same))


def test_a_place_that_a_search_found_and_that_is_gone_costs_no_other() -> None:
    def respond(request: Request) -> Answer:
        asked = params(request)
        if "query" in asked:
            assert asked["location"] == "59.9,10.7"
            assert asked["radius"] == "500"
            return as_json({"status": "OK", "results": [{"place_id": "a"}, {"place_id": "b"}]})
        return as_json({"status": "NOT_FOUND"}) if asked["place_id"] == "a" else details(old())

    near = msgspec.structs.replace(SEARCH, location="59.9,10.7", radius=500)
    pages = read(near, Edge(respond))
    assert [m.place for page in pages for m in page.mentions] == ["b"]
    [rejected] = [r for page in pages for r in page.rejected]
    assert rejected.raw == "a"
    assert "NOT_FOUND" in rejected.reason
    assert [page.cursor is None for page in pages] == [True, True, True, False]


def test_a_place_that_came_before_in_the_place_of_another_is_a_loop() -> None:
    def respond(request: Request) -> Answer:
        if "query" in params(request):
            places = [{"place_id": place} for place in ("a", "b")]
            return as_json({"status": "OK", "results": places})
        return as_json({"status": "OK", "result": {"place_id": "a", "reviews": [old()]}})

    done = walk(SEARCH, Edge(respond))
    assert isinstance(done.error, SourceChanged)
    assert [m.place for m in done.mentions] == ["a"]


def test_settings() -> None:
    both = configure(
        GooglePlaces, {"places": ["a", "b", "a"], "queries": ["anvils"], "credential": "k"}
    )
    labels = [c.label() for c in both.split()]
    assert labels == ["google_places a", "google_places b", "google_places anvils"]
    for wrong in ({}, {"places": ["a"], "location": "1,2"}, {"queries": ["a"], "api": "old"}):
        with pytest.raises(ConfigurationError):
            configure(GooglePlaces, {"credential": "k", **wrong})
    with pytest.raises(ConfigurationError, match="split"):
        next(both.pages(None, None))  # type: ignore[arg-type]


def test_the_recorded_details_are_read_to_the_last_review() -> None:
    recorded = exchanges(SPOT)
    origin = Recorded(RECORDINGS / SPOT)
    settings = GooglePlaces.settings_from(origin.urls)
    walks = [walk(c, origin.answer) for c in configure(GooglePlaces, settings).split()]
    assert [len(done.mentions) for done in walks] == [5, 0, 5]
    assert isinstance(walks[1].error, NotFound)
    assert not any(done.rejected for done in walks)
    assert not origin.unexpected
    results = [json.loads(e["response"]["body"]).get("result", {}) for e in recorded]
    told = [review for result in results for review in result.get("reviews", [])]
    assert len(told) == 20
    read_texts = {" ".join((m.text or "").split()) for done in walks for m in done.mentions}
    assert read_texts == {" ".join(r["text"].split()) for r in told}


def test_every_recorded_answer_of_one_place_is_read() -> None:
    recorded = exchanges(SPOT)
    bodies = [e["response"]["body"].encode() for e in recorded]
    counts, errors = [], []
    for body in bodies:
        found = Answer(status=200, url="", body=body)
        done = walk(PLACE, Edge(lambda _, found=found: found))
        counts.append(len(done.mentions))
        errors.append(type(done.error).__name__)
    assert counts == [5, 0, 0, 0, 0, 0, 5, 5, 5]
    assert errors == ["NoneType", *["NotFound"] * 5, *["NoneType"] * 3]


def test_the_recorded_search_is_read_over_three_tokens_to_the_last_of_80_places() -> None:
    recorded = exchanges(SEARCHES)
    asked: list[str] = []

    def with_details(search: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def respond(request: Request) -> Answer:
            if "/details/" not in request.url:
                return search(request)
            asked.append(params(request)["place_id"])
            return details(old())

        return respond

    origin = Recorded(RECORDINGS / SEARCHES)
    [search] = configure(GooglePlaces, GooglePlaces.settings_from(origin.urls)).split()
    done = walk(search, with_details(origin.answer))
    assert done.error is None
    assert len(asked) == len(done.mentions) == 60
    # the fourth answer is one of another listing, whose next page was not recorded
    bodies = [recorded[3]["response"]["body"].encode(), b'{"status": "OK", "results": []}']
    done = walk(SEARCH, with_details(lambda _: Answer(status=200, url="", body=bodies.pop(0))))
    assert done.error is None
    assert len(asked) == len(set(asked)) == 80
