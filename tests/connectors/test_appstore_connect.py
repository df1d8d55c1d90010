"""App Store Connect: fields, responses, tokens signed with a key, the way on, the window."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_reviews2 import SUBJECTS

from connectors.appstore_connect import AppStoreConnect
from connectors.appstore_connect_review import country_of
from tidings.connector import configure
from tidings.errors import AuthError, ConfigurationError, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, walk

OWN = AppStoreConnect(apps=(7,), access_token="app_store_token")
KEYED: dict[str, Any] = {"apps": (7,), "key_id": "K1", "issuer_id": "I1", "credential": "p8"}


class TestAppStoreConnectConforms(ConnectorContract):
    connector, origin = SUBJECTS["appstore_connect"]


def review(day: int, relationships: Any = None, **changes: Any) -> dict[str, Any]:
    """Return a review written on a day of May, without a response."""
    made = fixture("appstore_connect_page.json")["data"][0]
    told = {**made["attributes"], "createdDate": f"2024-05-{day:02}T10:00:00Z", **changes}
    return {**made, "id": f"r{day}", "attributes": told, "relationships": relationships or {}}


def edge(*reviews: Any, size: int = 2, host: str = "https://api.example") -> Edge:
    """Return an app whose reviews come in the order given; links name another host."""

    def respond(request: Request) -> Answer:
        first = int(params(request).get("cursor", "0"))
        more = first + size < len(reviews)
        query = f"cursor={first + size}&sort=-createdDate&include=response&limit=200"
        next_page = {"next": f"{host}/v1/apps/7/customerReviews?{query}"} if more else {}
        meta = {"paging": {"total": len(reviews), "limit": 200}}
        page = list(reviews[first : first + size])
        return as_json({"data": page, "links": {"self": host, **next_page}, "meta": meta})

    return Edge(respond)


def test_fields_and_what_is_asked() -> None:
    asked = Edge(lambda _: as_json(fixture("appstore_connect_page.json")))
    [page] = read(OWN, asked)
    [mention] = page.mentions
    assert (mention.place, mention.external_id) == ("7", "00000028-b08c-0001")
    assert mention.published == at("2024-05-01T10:00:00+00:00")
    assert (mention.title, mention.text) == (
        "Good anvils",
        "The anvils are good.\nThe queue is not.",
    )
    assert (mention.rating, mention.rating_min, mention.rating_max) == (4, 1, 5)
    assert (mention.author_handle, mention.country) == ("kari", "NO")
    assert (mention.answer, mention.answered) == (
        "Thank you, Kari!",
        at("2024-05-02T08:00:00+00:00"),
    )
    assert mention.url == "https://apps.apple.com/no/app/id7"
    assert page.declared_total == 1
    [request] = asked.requests
    assert params(request) == {"sort": "-createdDate", "include": "response", "limit": "200"}
    assert request.headers["Authorization"] == "Bearer made-up-app_store_token"


def test_a_response_that_is_not_published_yet_is_no_answer() -> None:
    page = fixture("appstore_connect_page.json")
    page["included"][0]["attributes"]["state"] = "PENDING_PUBLISH"
    [mention] = read(OWN, Edge(lambda _: as_json(page)))[0].mentions
    assert (mention.answer, mention.answered) == (None, None)


@pytest.mark.parametrize(
    ("three", "two"),
    [
        ("NOR", "NO"),
        ("USA", "US"),
        ("GBR", "GB"),
        ("XKS", "XK"),
        ("ABX", None),
        ("001", None),
        (None, None),
    ],
)
def test_countries(three: str | None, two: str | None) -> None:
    assert country_of(three) == two


def test_the_way_on_is_followed_at_the_source_only() -> None:
    held = [review(n) for n in range(20, 0, -1)]
    asked = edge(*held, host="https://elsewhere.example")
    assert ids(read(OWN, asked)) == [f"r{n}" for n in range(20, 0, -1)]
    assert all(
        r.url.startswith("https://api.appstoreconnect.apple.com/v1/apps/7/customerReviews?")
        for r in asked.requests
    )
    assert asked.asked("cursor")[:3] == [None, "2", "4"]
    assert asked.asked("include") == ["response"] * 10


def test_the_window_and_the_next_walk() -> None:
    held = [review(n) for n in range(20, 0, -1)]
    window = msgspec.structs.replace(
        OWN, since=at("2024-05-03T10:00:00+00:00"), until=at("2024-05-06T10:00:00+00:00")
    )
    assert ids(read(window, edge(*held))) == ["r5", "r4", "r3"]
    daily = msgspec.structs.replace(OWN, overlap_hours=24)
    first = read(daily, edge(*held))
    asked = edge(review(21), *held)
    pages = read(daily, asked, first[-1].cursor)
    assert ids(pages)[:3] == ["r21", "r20", "r19"]
    assert len(asked.requests) == 3
    assert pages[0].cursor == first[-1].cursor != pages[-1].cursor


def test_a_token_is_signed_with_the_key_and_anew_when_it_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    whole = edge(*[review(n) for n in range(6, 0, -1)])
    tokens: list[str] = []

    def respond(request: Request) -> Answer:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        tokens.append(token)
        late = "cursor" in params(request)
        if late and tokens.count(tokens[0]) == 2 and token == tokens[0]:
            return as_json({"errors": [{"status": "401", "code": "NOT_AUTHORIZED"}]}, 401)
        return whole.respond(request)

    done = walk(AppStoreConnect(**KEYED), Edge(respond), secrets=lambda _: pem.replace("\n", "\\n"))
    assert done.error is None
    assert len(done.mentions) == 6
    assert len(set(tokens)) == 2
    audience = "appstoreconnect-v1"
    claims = jwt.decode(tokens[0], key.public_key(), algorithms=["ES256"], audience=audience)
    assert claims["iss"] == "I1"
    assert jwt.get_unverified_header(tokens[0])["kid"] == "K1"
    assert claims["exp"] - claims["iat"] <= timedelta(minutes=20).total_seconds()
    assert datetime.fromtimestamp(claims["exp"], UTC) > datetime.now(UTC)


def test_a_secret_that_is_no_key_is_told_of_by_name_and_not_shown() -> None:
    with pytest.raises(ConfigurationError, match="'p8'") as caught:
        read(AppStoreConnect(**KEYED), edge())
    assert "made-up-p8" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_token_that_stays_refused_is_an_auth_error() -> None:
    asked = Edge(lambda _: as_json({"errors": [{"code": "NOT_AUTHORIZED"}]}, 401))
    with pytest.raises(AuthError):
        read(OWN, asked)
    assert len(asked.requests) == 2


def test_another_form_is_no_empty_page() -> None:
    for body in ({}, {"data": []}, {"links": {}}, [], None):
        with pytest.raises(SourceChanged):
            read(OWN, Edge(lambda _, body=body: as_json(body)))


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"createdDate": "soon"}, "createdDate"),
        ({"createdDate": "2024-05-01T10:00:00"}, "createdDate"),
        ({"rating": 6}, "rating"),
        ({"body": 7}, "body"),
    ],
)
def test_a_bad_review_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    pages = read(OWN, edge(review(3), review(2, **bad), review(1)))
    assert sorted(ids(pages)) == ["r1", "r3"]
    [rejected] = [r for page in pages for r in page.rejected]
    assert field in rejected.reason


def test_a_response_of_another_form_costs_its_review_alone() -> None:
    page = fixture("appstore_connect_page.json")
    page["included"][0]["attributes"] = {"state": 7}
    page["data"].append(review(1))
    [found] = read(OWN, Edge(lambda _: as_json(page)))
    assert ids([found]) == ["r1"]
    assert "state" in found.rejected[0].reason


def test_settings() -> None:
    two = configure(AppStoreConnect, {**KEYED, "apps": [7, 8, 7]})
    assert [c.label() for c in two.split()] == ["appstore_connect 7", "appstore_connect 8"]
    wrong: list[dict[str, Any]] = [
        {"apps": []},
        {"access_token": "t"},
        {"key_id": None},
        {"key_id": None, "issuer_id": None, "credential": None},
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            configure(AppStoreConnect, {**KEYED, **settings})
    with pytest.raises(ConfigurationError, match="split"):
        next(two.pages(None, None))  # type: ignore[arg-type]
    url = "https://api.appstoreconnect.apple.com/v1/apps/7/customerReviews?limit=200"
    assert AppStoreConnect.settings_from([url])["apps"] == [7]
