"""Google Play: fields, edits, answers, ways to sign in, and what a last week can show."""

import json
from datetime import timedelta
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from edge import Edge, as_json, at, ids, params, read
from likes import fixture
from likes_reviews2 import SUBJECTS

from connectors.google_play import GooglePlay
from tidings.connector import Key, configure
from tidings.errors import AuthError, ConfigurationError, RateLimited
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, walk
from tidings.times import utcnow

START = 1_714_557_600
OWN = GooglePlay(packages=("example.acme",), access_token="play_token")


class TestGooglePlayConforms(ConnectorContract):
    connector, origin = SUBJECTS["google_play"]


def comment(day: int, **changes: Any) -> dict[str, Any]:
    """Return what the user wrote on a day."""
    said = fixture("google_play_review.json")["comments"][0]["userComment"]
    time = {"seconds": str(START + day * 86_400)}
    return {"userComment": {**said, "lastModified": time, **changes}}


def review(day: int, *comments: dict[str, Any]) -> dict[str, Any]:
    """Return a review; by default with one comment of that day."""
    told = {"reviewId": f"gp:{day}", "comments": list(comments) or [comment(day)]}
    return {**fixture("google_play_review.json"), **told}


def edge(*reviews: Any, size: int = 2) -> Edge:
    """Return an app whose reviews come in the order given, with tokens that are offsets."""

    def respond(request: Request) -> Answer:
        first = int(params(request).get("token", "0"))
        more = first + size < len(reviews)
        onward = {"tokenPagination": {"nextPageToken": str(first + size)}} if more else {}
        return as_json({"reviews": list(reviews[first : first + size]), **onward})

    return Edge(respond)


def test_fields_and_what_is_asked() -> None:
    asked = edge(fixture("google_play_review.json"))
    [mention] = read(OWN, asked)[0].mentions
    assert (mention.place, mention.product) == ("example.acme", "example.acme")
    assert mention.external_id == "gp:AOqpTOE1"
    assert mention.published == at("2024-05-01T10:00:00.141+00:00")
    assert mention.edited is None
    assert (mention.title, mention.text) == (
        "Good anvils",
        "The anvils are good.\nThe queue is not.",
    )
    assert (mention.rating, mention.rating_min, mention.rating_max) == (4, 1, 5)
    assert (mention.language, mention.version, mention.likes) == ("en-gb", "8.1.2", 3)
    assert (mention.answer, mention.answered) == (
        "Thank you, Kari!",
        at("2024-05-02T08:00:00+00:00"),
    )
    assert mention.url == (
        "https://play.google.com/store/apps/details?id=example.acme&reviewId=gp%3AAOqpTOE1"
    )
    [request] = asked.requests
    assert request.headers["Authorization"] == "Bearer made-up-play_token"
    assert params(request) == {"maxResults": "100"}


def test_a_text_without_a_tab_has_no_title() -> None:
    plain, untitled = comment(2, text="Good.\nVery."), comment(1, text="\tGood.")
    said = read(OWN, edge(review(2, plain), review(1, untitled)))[0].mentions
    assert [(m.title, m.text) for m in said] == [(None, "Good.\nVery."), (None, "Good.")]


def test_an_edited_review_has_the_time_of_its_first_form_where_that_is_told() -> None:
    both = review(1, comment(4, text="\tNo.", starRating=1), comment(1))
    [mention] = read(OWN, edge(both))[0].mentions
    assert (mention.text, mention.rating) == ("No.", 1)
    assert mention.published == at("2024-05-02T10:00:00+00:00")
    assert mention.edited == at("2024-05-05T10:00:00+00:00")


def test_an_edited_review_comes_again_with_the_next_walk() -> None:
    own = msgspec.structs.replace(OWN, overlap_hours=24)
    held = [review(n) for n in range(20, 0, -1)]
    first = read(own, edge(*held))
    assert len(ids(first)) == 20
    held.insert(0, review(3, comment(21, text="\tNo.")))
    asked = edge(*held)
    pages = read(own, asked, first[-1].cursor)
    assert ids(pages)[0] == "gp:3"
    assert pages[0].mentions[0].text == "No."
    assert len(asked.requests) < 5  # not all eleven pages


def test_an_app_without_reviews_is_an_empty_object() -> None:
    [page] = read(OWN, Edge(lambda _: as_json({})))
    assert (page.mentions, page.cursor) == ([], None)


def test_a_service_account_signs_in_with_its_key() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    file = {
        "type": "service_account",
        "client_email": "walker@acme.example",
        "private_key": pem,
        "private_key_id": "k1",
        "token_uri": "https://tokens.example/token",
    }
    whole = edge(review(1))
    signed: list[dict[str, Any]] = []

    def respond(request: Request) -> Answer:
        if request.method == "POST":
            assert request.url == "https://tokens.example/token"
            form = dict(pair.split("=", 1) for pair in request.body.decode().split("&"))
            public = key.public_key()
            aud = "https://tokens.example/token"
            claims = jwt.decode(form["assertion"], public, algorithms=["RS256"], audience=aud)
            signed.append(claims)
            return as_json({"access_token": "t", "expires_in": 3600})
        assert request.headers["Authorization"] == "Bearer t"
        return whole.respond(request)

    connector = GooglePlay(packages=("example.acme",), credential="key")
    done = walk(connector, Edge(respond), secrets=lambda _: json.dumps(file))
    assert done.error is None
    assert [m.external_id for m in done.mentions] == ["gp:1"]
    [claims] = signed
    assert claims["scope"] == "https://www.googleapis.com/auth/androidpublisher"
    assert claims["iss"] == "walker@acme.example"


def test_a_secret_that_is_no_key_is_told_of_by_name() -> None:
    connector = GooglePlay(packages=("example.acme",), credential="play_key")
    with pytest.raises(ConfigurationError, match="play_key"):
        read(connector, edge())


@pytest.mark.parametrize(
    ("reason", "kind"), [("rateLimitExceeded", RateLimited), ("permissionDenied", AuthError)]
)
def test_a_403_may_be_a_quota(reason: str, kind: type[Exception]) -> None:
    body = {"error": {"code": 403, "message": "No.", "errors": [{"reason": reason}]}}
    with pytest.raises(kind):
        read(OWN, Edge(lambda _: as_json(body, 403)))


@pytest.mark.parametrize(
    ("comments", "told"),
    [
        ([], "comments"),
        ([{"developerComment": {"text": "Hello"}}], "comments"),
        ([comment(2, lastModified={"seconds": "soon"})], "seconds"),
        ([comment(2, lastModified=None)], "lastModified"),
        ([comment(2, starRating=9)], "starRating"),
    ],
)
def test_a_bad_review_is_rejected_alone(comments: list[Any], told: str) -> None:
    bad = {**review(2), "comments": comments}
    pages = read(OWN, edge(review(3), bad, review(1)))
    assert sorted(ids(pages)) == ["gp:1", "gp:3"]
    [rejected] = [r for page in pages for r in page.rejected]
    assert told in rejected.reason


def test_settings() -> None:
    two = configure(GooglePlay, {"packages": ["example.a", "example.b"], "credential": "k"})
    assert [c.label() for c in two.split()] == ["google_play example.a", "google_play example.b"]
    wrong: list[dict[str, Any]] = [
        {"packages": []},
        {"packages": ["not a package"]},
        {"access_token": "t"},
        {"credential": None},
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            configure(GooglePlay, {"packages": ["example.a"], "credential": "k", **settings})
    with pytest.raises(ConfigurationError, match="split"):
        next(two.pages(None, None))  # type: ignore[arg-type]
    url = "https://x.example/androidpublisher/v3/applications/example.a/reviews?token=1"
    assert GooglePlay.settings_from([url])["packages"] == ["example.a"]


def test_an_old_review_is_not_asked_for_again() -> None:
    """Whether the API still shows it by its id is told nowhere: a 404 would seem to delete it."""
    key = Key(
        place="example.acme", external_id="gp:1", kind="review", published=utcnow() - timedelta(6)
    )
    assert OWN.reaches(key)
    assert not OWN.reaches(msgspec.structs.replace(key, published=utcnow() - timedelta(8)))
    assert not OWN.reaches(msgspec.structs.replace(key, place="example.other"))
