"""Trustpilot: looking a company up, pages by number and by token, depth, the window, fields."""

from typing import Any

import msgspec
import pytest
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_reviews2 import COMPANY, SUBJECTS

from connectors.trustpilot import PER_PAGE, Trustpilot
from tidings.connector import configure
from tidings.errors import ConfigurationError, NotFound, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract

UNIT = "46d6a890000064000500e0c3"
ACME = Trustpilot(**COMPANY)


class TestTrustpilotConforms(ConnectorContract):
    connector, origin = SUBJECTS["trustpilot"]


class TestTrustpilotSinceConforms(ConnectorContract):
    connector, origin = SUBJECTS["trustpilot since"]


def review(hour: int, **changes: Any) -> dict[str, Any]:
    """Return a review written at an hour of 2024, counted from its first."""
    time = f"2024-{1 + hour // 672:02}-{1 + hour // 24 % 28:02}T{hour % 24:02}:00:00Z"
    told = {"id": f"r{hour}", "createdAt": time, "updatedAt": None}
    return {**fixture("trustpilot_review.json"), **told, **changes}


class Company(Edge):
    """A company's reviews by number, newest first, and all of them by token, oldest first."""

    def __init__(self, *reviews: dict[str, Any]) -> None:
        super().__init__(self._respond)
        self.reviews = list(reviews)

    def _respond(self, request: Request) -> Answer:
        asked, path = params(request), request.url.partition("?")[0]
        if path.endswith(("/find", UNIT)):
            total = {"total": len(self.reviews)}
            return as_json({"id": UNIT, "displayName": "Acme", "numberOfReviews": total})
        size = int(asked["perPage"])
        if path.endswith("/all-reviews"):
            first = int(asked.get("pageToken", "0"))
            more = first + size < len(self.reviews)
            onward = {"nextPageToken": str(first + size)} if more else {}
            return as_json({"reviews": self.reviews[first : first + size], **onward})
        assert path.endswith(f"/v1/business-units/{UNIT}/reviews")
        assert asked["orderBy"] == "createdat.desc"
        newest = sorted(self.reviews, key=lambda r: r["createdAt"], reverse=True)
        first = size * (int(asked["page"]) - 1)
        return as_json({"reviews": newest[first : first + size], "links": []})


def test_fields_and_what_is_asked() -> None:
    asked = Company(fixture("trustpilot_review.json"))
    pages = read(ACME, asked)
    [mention] = [m for page in pages for m in page.mentions]
    assert (mention.place, mention.product) == ("acme.example", "Acme")
    assert mention.published == at("2024-05-01T10:00:00+00:00")
    assert mention.edited == at("2024-05-03T10:00:00+00:00")
    assert (mention.title, mention.text) == (
        "Good anvils",
        "The anvils are good.\nThe queue is not.",
    )
    assert (mention.rating, mention.rating_min, mention.rating_max) == (4, 1, 5)
    assert (mention.answer, mention.answered) == (
        "Thank you, Kari!",
        at("2024-05-02T08:00:00+00:00"),
    )
    assert (mention.language, mention.likes) == ("en", 3)
    assert mention.author_handle == "507f191e810c19729de860ea"
    assert mention.url == "https://www.trustpilot.com/reviews/589900000000000000000001"
    assert pages[0].declared_total == 1
    assert asked.asked("name") == ["acme.example", None]
    assert all(r.headers["apikey"] == "made-up-trustpilot_api_key" for r in asked.requests)
    assert not any("made-up" in r.url for r in asked.requests)


def test_the_first_walk_goes_by_token_and_later_ones_by_number() -> None:
    held = [review(n) for n in range(350)]
    asked = Company(*held)
    first = read(msgspec.structs.replace(ACME, overlap_hours=24), asked)
    assert len(ids(first)) == 350
    assert asked.asked("pageToken") == [None, None, "100", "200", "300"]
    assert all(page.cursor is None for page in first[:-1])
    later = Company(*held, review(350))
    pages = read(msgspec.structs.replace(ACME, overlap_hours=24), later, first[-1].cursor)
    assert later.asked("page") == [None, "1", "2"]
    assert {"r350", "r349", "r326"} <= set(ids(pages))
    assert pages[0].declared_total is None
    assert pages[1].cursor == first[-1].cursor != pages[-1].cursor


def test_what_lies_deeper_than_page_numbers_lead_is_read_by_token() -> None:
    held = [review(n) for n in range(450)]
    deep = msgspec.structs.replace(ACME, since=at("2024-01-01T00:00:00+00:00"), depth=200)
    asked = Company(*held)
    found = ids(read(deep, asked))
    assert len(found) == len(set(found)) == 450
    assert asked.asked("page")[:4] == [None, "1", "2", None]
    assert asked.asked("pageToken")[3:] == [None, "100", "200", "300", "400"]


def test_the_window() -> None:
    held = [review(n) for n in range(350)]
    window = msgspec.structs.replace(
        ACME, since=at("2024-01-11T00:00:00+00:00"), until=at("2024-01-11T03:00:00+00:00")
    )
    asked = Company(*held)
    assert ids(read(window, asked)) == ["r242", "r241", "r240"]
    assert asked.asked("page") == [None, "1", "2", "3"]
    without_start = msgspec.structs.replace(window, since=None)
    assert len(ids(read(without_start, Company(*held)))) == 243


def test_a_company_by_its_id_is_not_searched_for() -> None:
    asked = Company(review(1))
    by_id = msgspec.structs.replace(ACME, companies=(UNIT,))
    [mention] = [m for page in read(by_id, asked) for m in page.mentions]
    assert mention.place == UNIT
    assert asked.requests[0].url.endswith(f"/v1/business-units/{UNIT}")


def test_a_company_that_is_not_there() -> None:
    with pytest.raises(NotFound):
        read(ACME, Edge(lambda _: as_json({"message": "Not found"}, 404)))


@pytest.mark.parametrize("since", [None, "2020-01-01T00:00:00+00:00"])
def test_a_listing_that_always_gives_the_same_is_a_loop(since: str | None) -> None:
    whole = Company(*[review(n) for n in range(PER_PAGE)])

    def respond(request: Request) -> Answer:
        if "/find" in request.url:
            return whole.respond(request)
        return as_json({"reviews": whole.reviews, "nextPageToken": "on"})

    looping = msgspec.structs.replace(ACME, since=at(since) if since else None)
    with pytest.raises(SourceChanged, match="loop"):
        read(looping, Edge(respond))


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"createdAt": "soon"}, "createdAt"),
        ({"stars": 6}, "stars"),
        ({"id": "a/b"}, "id"),
        ({"companyReply": "x"}, "companyReply"),
    ],
)
def test_a_bad_review_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    pages = read(ACME, Company(review(3), review(2, **bad), review(1)))
    assert sorted(ids(pages)) == ["r1", "r3"]
    [rejected] = [r for page in pages for r in page.rejected]
    assert field in rejected.reason


def test_a_missing_list_is_no_empty_list() -> None:
    asked = Company()
    with pytest.raises(SourceChanged):
        read(ACME, Edge(lambda r: as_json({}) if "all-" in r.url else asked.respond(r)))


def test_settings() -> None:
    two = configure(Trustpilot, {**COMPANY, "companies": ["acme.example", "b.example"]})
    assert [c.label() for c in two.split()] == ["trustpilot acme.example", "trustpilot b.example"]
    for wrong in ({"companies": []}, {"companies": ["https://acme.example/"]}, {"depth": 1}):
        with pytest.raises(ConfigurationError):
            configure(Trustpilot, {**COMPANY, **wrong})
    with pytest.raises(ConfigurationError, match="split"):
        next(two.pages(None, None))  # type: ignore[arg-type]
    api = "https://api.trustpilot.com/v1/business-units"
    assert Trustpilot.settings_from([f"{api}/{UNIT}/reviews?page=1"])["companies"] == [UNIT]
    told = Trustpilot.settings_from([f"{api}/find?name=a.example", f"{api}/{UNIT}/reviews"])
    assert told["companies"] == ["a.example"]
