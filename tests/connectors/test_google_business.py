"""Google Business Profile: fields, translations, edits, the window, and tokens that run out."""

from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_reviews2 import BUSINESS, SUBJECTS

from connectors.google_business import GoogleBusiness
from tidings.connector import configure
from tidings.errors import AuthError, ConfigurationError, RateLimited, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract

OWN = GoogleBusiness(**BUSINESS)


class TestGoogleBusinessConforms(ConnectorContract):
    connector, origin = SUBJECTS["google_business"]


def review(day: int, edited: int | None = None, **changes: Any) -> dict[str, Any]:
    """Return a review written on a day of May, and edited on another."""
    times = {
        "createTime": f"2024-05-{day:02}T10:00:00Z",
        "updateTime": f"2024-05-{edited or day:02}T10:00:00Z",
    }
    return {**fixture("google_business_review.json"), "reviewId": f"r{day}", **times, **changes}


def edge(*reviews: dict[str, Any], size: int = 2) -> Edge:
    """Return a location whose tokens are offsets, by last change."""
    held = sorted(reviews, key=lambda r: r["updateTime"], reverse=True)

    def respond(request: Request) -> Answer:
        if request.method == "POST":
            return as_json({"access_token": "t", "expires_in": 3600})
        first = int(params(request).get("pageToken", "0"))
        more = first + size < len(held)
        onward = {"nextPageToken": str(first + size)} if more else {}
        page = {"reviews": held[first : first + size], "totalReviewCount": len(held), **onward}
        return as_json(page)

    return Edge(respond)


def test_fields_and_what_is_asked() -> None:
    asked = edge(fixture("google_business_review.json"))
    [page] = read(OWN, asked)
    [mention] = page.mentions
    assert (mention.place, mention.external_id) == ("accounts/1/locations/2", "AbFvOq1")
    assert mention.published == at("2024-05-01T10:00:00.123456+00:00")
    assert mention.edited is None
    assert (mention.rating, mention.rating_min, mention.rating_max) == (4, 1, 5)
    assert mention.text == "The anvils are good.\nThe queue is not."
    assert (mention.answer, mention.answered) == (
        "Thank you, Kari!",
        at("2024-05-02T08:00:00+00:00"),
    )
    assert mention.author_handle == "Kari Nordmann"
    assert page.declared_total == 1
    sign_in, request = asked.requests
    assert b"grant_type=refresh_token" in sign_in.body
    assert request.headers["Authorization"] == "Bearer t"
    assert params(request) == {"pageSize": "50", "orderBy": "updateTime desc"}
    assert request.url.startswith(
        "https://mybusiness.googleapis.com/v4/accounts/1/locations/2/reviews?"
    )


def test_a_rating_alone_and_a_review_without_a_rating() -> None:
    bare = review(1, starRating="STAR_RATING_UNSPECIFIED", reviewer={"isAnonymous": True})
    stars = review(2, starRating="ONE")
    del stars["comment"], stars["reviewReply"]
    stars_only, words_only = read(OWN, edge(bare, stars))[0].mentions
    assert (stars_only.rating, stars_only.text, stars_only.answer) == (1, None, None)
    assert stars_only.answered is None
    assert (words_only.rating, words_only.rating_max) == (None, None)
    assert words_only.author_handle is None


@pytest.mark.parametrize(
    "comment",
    [
        "(Translated by Google) Good anvils.\n\n(Original)\nGode ambolter.",
        "Gode ambolter.\n\n(Translated by Google)\nGood anvils.",
    ],
)
def test_what_google_translated_is_left_out(comment: str) -> None:
    [mention] = read(OWN, edge(review(1, comment=comment)))[0].mentions
    assert mention.text == "Gode ambolter."


def test_an_old_review_that_was_edited_comes_again() -> None:
    held = [review(n) for n in range(1, 20)]
    first = read(msgspec.structs.replace(OWN, overlap_hours=24), edge(*held))
    held[2] = review(3, edited=21, comment="No.")
    asked = edge(*held, review(20))
    pages = read(msgspec.structs.replace(OWN, overlap_hours=24), asked, first[-1].cursor)
    assert ids(pages)[:2] == ["r3", "r20"]
    assert pages[0].mentions[0].edited == at("2024-05-21T10:00:00+00:00")
    assert pages[0].mentions[0].published == at("2024-05-03T10:00:00+00:00")
    assert len(asked.requests) < 6  # not all ten pages
    assert pages[0].cursor == first[-1].cursor


def test_the_window_is_about_when_a_review_was_written() -> None:
    held = [review(n, edited=25 if n == 4 else None) for n in range(1, 20)]
    window = msgspec.structs.replace(
        OWN, since=at("2024-05-03T10:00:00+00:00"), until=at("2024-05-06T10:00:00+00:00")
    )
    assert sorted(ids(read(window, edge(*held)))) == ["r3", "r4", "r5"]


def test_a_token_that_runs_out_in_the_middle_is_renewed_once() -> None:
    whole = edge(*[review(n) for n in range(1, 8)])
    signed: list[str] = []

    def respond(request: Request) -> Answer:
        if request.method == "POST":
            signed.append(f"t{len(signed)}")
            return as_json({"access_token": signed[-1], "expires_in": 3600})
        late = "pageToken" in params(request)
        if late and request.headers["Authorization"] != "Bearer t1":
            return as_json({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, 401)
        return whole.respond(request)

    assert len(ids(read(OWN, Edge(respond)))) == 7
    assert signed == ["t0", "t1"]


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (403, {"status": "PERMISSION_DENIED", "errors": []}, AuthError),
        (403, {"errors": [{"reason": "userRateLimitExceeded"}]}, RateLimited),
        (429, {"status": "RESOURCE_EXHAUSTED"}, RateLimited),
        (400, {"status": "INVALID_ARGUMENT"}, SourceChanged),
    ],
)
def test_errors_are_typed(status: int, error: Any, kind: type[Exception]) -> None:
    def respond(request: Request) -> Answer:
        if request.method == "POST":
            return as_json({"access_token": "t"})
        return as_json({"error": {"code": status, "message": "No.", **error}}, status)

    with pytest.raises(kind):
        read(OWN, Edge(respond))


def test_a_location_without_reviews_is_an_empty_object() -> None:
    [page] = read(OWN, Edge(lambda r: as_json({"access_token": "t"} if r.body else {})))
    assert (page.mentions, page.cursor, page.declared_total) == ([], None, None)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"createTime": "yesterday"}, "createTime"),
        ({"createTime": "2024-05-01T10:00:00"}, "createTime"),
        ({"starRating": "SIX"}, "starRating"),
        ({"comment": 7}, "comment"),
        ({"reviewReply": []}, "reviewReply"),
    ],
)
def test_a_bad_review_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    pages = read(OWN, edge(review(3), review(2, **bad), review(1)))
    assert sorted(ids(pages)) == ["r1", "r3"]
    [rejected] = [r for page in pages for r in page.rejected]
    assert field in rejected.reason


def test_settings() -> None:
    two = configure(
        GoogleBusiness,
        {**BUSINESS, "locations": ["accounts/1/locations/2", "accounts/1/locations/3"]},
    )
    assert [c.label().split("/")[-1] for c in two.split()] == ["2", "3"]
    with pytest.raises(ConfigurationError, match="locations"):
        configure(GoogleBusiness, {**BUSINESS, "locations": ["locations/2"]})
    with pytest.raises(ConfigurationError, match="split"):
        next(two.pages(None, None))  # type: ignore[arg-type]
    told = GoogleBusiness.settings_from(
        [f"https://x.example/v4/{BUSINESS['locations'][0]}/reviews"]
    )
    assert told["locations"] == ["accounts/1/locations/2"]
