"""Simulated sources in the shapes of review sites and app stores, in SUBJECTS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from likes import fixture, iso

from connectors.appstore_connect import AppStoreConnect
from connectors.google_business import GoogleBusiness
from connectors.google_places import GooglePlaces
from connectors.google_play import GooglePlay
from connectors.trustpilot import Trustpilot
from connectors.yelp import Yelp
from tidings.connector import Connector
from tidings.http import Answer, Request
from tidings.testing import Note, Simulated
from tidings.testing.origin import Origin


def as_json(value: Any, request: Request, status: int = 200, **headers: str) -> Answer:
    """Make an answer of JSON to ``request``."""
    named = {"content-type": "application/json; charset=utf-8", **headers}
    return Answer(status=status, url=request.url, headers=named, body=msgspec.json.encode(value))


def asked_of(request: Request) -> tuple[str, dict[str, str]]:
    """Return the path and the parameters of a request, those of a JSON body too."""
    parts = urlsplit(request.url)
    told = dict(parse_qsl(parts.query))
    if request.headers.get("content-type") == "application/json":
        told |= {k: v for k, v in msgspec.json.decode(request.body).items() if isinstance(v, str)}
    return parts.path, told


def newest_first(notes: list[Note]) -> list[Note]:
    """Return notes in the order of a source that shows the newest first."""
    return sorted(notes, key=lambda n: (n.at, n.id), reverse=True)


class Store(Simulated):
    """A listing of reviews that is signed in to by POST, and leads on by a token."""

    sign_in: ClassVar[str] = "/token"
    token_name: ClassVar[str] = "pageToken"
    size_name: ClassVar[str] = "pageSize"
    most_at_once: ClassVar[int] = 50

    def answer(self, request: Request) -> Answer:
        if request.method == "POST" and request.url.endswith(self.sign_in):
            return as_json({"access_token": "made-up-access", "expires_in": 3600}, request)
        if not request.headers.get("Authorization", "").startswith("Bearer made-up-"):
            return as_json({"error": {"code": 401, "message": "Sign in."}}, request, status=401)
        return self.one(request) or super().answer(request)

    answers_again: ClassVar[bool] = True
    single: ClassVar[str | None] = None
    """Path of a single review less its id, where it is not that of the listing."""

    def one(self, request: Request) -> Answer | None:
        """Return the answer to a request for a single review, None to any other."""
        path, _, name = asked_of(request)[0].rpartition("/")
        if request.method != "GET" or path != (self.single or self.path):
            return None
        notes = {self.named(note): note for note in self.notes}
        if unquote(name) not in notes:
            error = {"code": 404, "status": "NOT_FOUND", "message": "Not there."}
            return as_json({"error": error}, request, status=404)
        return as_json(self.whole(notes[unquote(name)]), request)

    def named(self, note: Note) -> str:
        """Return the id of a review."""
        raise NotImplementedError

    def whole(self, note: Note) -> Any:
        """Return the JSON of a single review."""
        return self.render(note)

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        asked = int(params[self.size_name])
        assert asked <= self.most_at_once, "the API would refuse it"
        at = params.get(self.token_name)
        notes, onward = super().chosen({} if at is None else {"cursor": at})
        return notes, {self.token_name: onward["cursor"]} if onward else {}


class PlacesLike(Simulated):
    """The old Places API: a place shows its five newest reviews; the sixth is seen no more.

    With ``per_place`` the reviews lie at as many places as it takes, which a search finds, twenty a
    page and sixty in all. The first token is not taken at once.
    """

    per_place: ClassVar[int | None] = None
    most = 60

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"records": 5, "page_size": 2, **how})
        self._ready = False

    def answer(self, request: Request) -> Answer:
        path, params = asked_of(request)
        if request.method == "GET" and path.endswith("/place/details/json"):
            return as_json(self._details(params.get("place_id", "")), request)
        if request.method == "GET" and path.endswith("/place/textsearch/json"):
            return as_json(self._found(params), request)
        self.unexpected.append(f"{request.method} {request.url}")
        return Answer(status=404, url=request.url, body=b"{}")

    def shown(self, place: str) -> list[Note]:
        """Return the reviews that ``place`` shows."""
        there = self.notes
        if self.per_place:
            first = int(place.removeprefix("ChIJ")) * self.per_place
            there = self.notes[first : first + self.per_place]
        shown = newest_first(there)[:5]
        with self._lock:
            self._given |= {n.id for n in shown}
        return shown

    def places(self) -> list[str]:
        """Return the ids of all places."""
        return [f"ChIJ{n}" for n in range(-(-len(self.notes) // (self.per_place or 1)))]

    def render(self, note: Note) -> dict[str, Any]:
        contributor = f"https://www.google.com/maps/contrib/{10**20 + note.id}/reviews"
        told = {"author_url": contributor, "time": int(note.at.timestamp()), "text": note.text}
        return {**fixture("google_places_review.json"), **told}

    def _details(self, place: str) -> Any:
        if not place.startswith("ChIJ"):
            return {"status": "INVALID_REQUEST", "html_attributions": []}
        reviews = [self.render(note) for note in self.shown(place)]
        found = {"place_id": place, "name": "Acme Anvils", "url": "https://maps.google.com/?cid=7"}
        result = {**found, **({"reviews": reviews} if reviews else {})}
        return {"html_attributions": [], "result": result, "status": "OK"}

    def _found(self, params: dict[str, str]) -> Any:
        token = params.get("pagetoken", "")
        if token and not self._ready:
            self._ready = True
            return {"html_attributions": [], "results": [], "status": "INVALID_REQUEST"}
        first = int(token.removeprefix("token-") or 0)
        places = self.places()[: self.most]
        page = places[first : first + self.page_size]
        more = first + len(page) < len(places)
        onward = {"next_page_token": f"token-{first + len(page)}"} if more else {}
        results = [{"place_id": place, "name": "Acme Anvils", "rating": 4.5} for place in page]
        return {"results": results, "status": "OK" if results else "ZERO_RESULTS", **onward}


class PlacesSearchLike(PlacesLike):
    """A search that finds places of three reviews each."""

    per_place = 3

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"records": 14, **how})


class NewPlacesLike(PlacesSearchLike):
    """The new Places API: the key in a header, a search by POST."""

    def answer(self, request: Request) -> Answer:
        path, params = asked_of(request)
        if not request.headers.get("X-Goog-FieldMask") or "key" in params:
            return as_json({"error": {"code": 400, "message": "field mask"}}, request, status=400)
        if request.method == "GET" and "/v1/places/" in path:
            place = path.rpartition("/")[2]
            reviews = [self.render(note) for note in self.shown(place)]
            shown = {"reviews": reviews} if reviews else {}
            name = {"text": "Acme Anvils", "languageCode": "en"}
            return as_json({"id": place, "displayName": name, **shown}, request)
        if request.method == "POST" and path.endswith("/v1/places:searchText"):
            return as_json(self._found(params), request)
        self.unexpected.append(f"{request.method} {request.url}")
        return Answer(status=404, url=request.url, body=b"{}")

    def render(self, note: Note) -> dict[str, Any]:
        name = f"places/ChIJacme/reviews/Chd{note.id}"
        review = fixture("google_places_new_review.json")
        said = {"text": note.text, "languageCode": "en"}
        return {**review, "name": name, "publishTime": iso(note.at), "originalText": said}

    def _found(self, params: dict[str, str]) -> Any:
        first = int(params.get("pageToken", "token-0").removeprefix("token-"))
        places = self.places()[: self.most]
        page = places[first : first + self.page_size]
        more = first + len(page) < len(places)
        onward = {"nextPageToken": f"token-{first + len(page)}"} if more else {}
        return {**({"places": [{"id": place} for place in page]} if page else {}), **onward}


class GoogleBusinessLike(Store):
    """Reviews of one's own location, in the order of their last change."""

    path: ClassVar[str] = "/v4/accounts/1/locations/2/reviews"

    def render(self, note: Note) -> dict[str, Any]:
        times = {"createTime": iso(note.at), "updateTime": iso(note.edited or note.at)}
        said = {"reviewId": self.named(note), "comment": note.text}
        return {**fixture("google_business_review.json"), **times, **said}

    def named(self, note: Note) -> str:
        return f"AbFvOq{note.id}"

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        if not self.notes:
            return {}
        token = {"nextPageToken": onward["pageToken"]} if onward else {}
        return {"reviews": records, "totalReviewCount": len(self.notes), **token}

    def _rank(self, note: Note) -> tuple[float, int]:
        return (note.edited or note.at).timestamp(), note.id


class YelpLike(Simulated):
    """Excerpts by offset, times in Pacific time without a zone, as many at once as the plan has."""

    path: ClassVar[str] = "/v3/businesses/acme-anvils-oslo/reviews"

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        assert params["sort_by"] == "newest"
        assert int(params["limit"]) <= 50, "the API would refuse it"
        first, size = int(params.get("offset", 0)), min(self.page_size, int(params["limit"]))
        return newest_first(self.notes)[first : first + size], {}

    def render(self, note: Note) -> dict[str, Any]:
        at = note.at.astimezone(ZoneInfo("America/Los_Angeles"))
        said = {"id": f"xAG4-{note.id}", "text": note.text}
        return {**fixture("yelp_review.json"), **said, "time_created": f"{at:%Y-%m-%d %H:%M:%S}"}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        return {"reviews": records, "total": len(self.notes), "possible_languages": ["en"]}


class TrustpilotLike(Store):
    """Reviews of a company: by page number, newest first, or all of them by token."""

    path: ClassVar[str] = "reviews"  # and all-reviews
    single: ClassVar[str] = "/v1/reviews"
    unit = "46d6a890000064000500e0c3"

    def answer(self, request: Request) -> Answer:
        path, params = asked_of(request)
        if request.headers.get("apikey") is None:
            return as_json({"message": "Invalid ApiKey"}, request, status=401)
        if path in ("/v1/business-units/find", f"/v1/business-units/{self.unit}"):
            count = {"total": len(self.notes)}
            name = {"displayName": "Acme Anvils", "name": {"identifying": params.get("name")}}
            return as_json({"id": self.unit, **name, "numberOfReviews": count}, request)
        return self.one(request) or Simulated.answer(self, request)

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        assert int(params["perPage"]) <= 100, "the API would refuse it"
        if "page" not in params:
            at = params.get("pageToken")
            return Simulated.chosen(self, {} if at is None else {"cursor": at})
        notes, number = self.visible({}), int(params["page"])
        starts = self._starts(len(notes))
        if number > len(starts):
            return [], {}
        first = starts[number - 1]
        return notes[first : self._end(first)], {}

    def render(self, note: Note) -> dict[str, Any]:
        edited = iso(note.edited) if note.edited else None
        said = {"id": self.named(note), "createdAt": iso(note.at), "updatedAt": edited}
        return {**fixture("trustpilot_review.json"), **said, "text": note.text}

    def named(self, note: Note) -> str:
        return f"5899{note.id:020x}"

    def whole(self, note: Note) -> Any:
        return {**self.render(note), "businessUnit": {"displayName": "Acme Anvils"}}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        token = {"nextPageToken": onward["cursor"]} if onward else {}
        return {"reviews": records, "links": [], **token}


class GooglePlayLike(Store):
    """Reviews of one's own app, in the order of their last change, which is all that is told."""

    path: ClassVar[str] = "/androidpublisher/v3/applications/example.acme/reviews"
    token_name: ClassVar[str] = "token"
    size_name: ClassVar[str] = "maxResults"
    most_at_once: ClassVar[int] = 100

    def render(self, note: Note) -> dict[str, Any]:
        review = fixture("google_play_review.json")
        seconds = str(int((note.edited or note.at).timestamp()))
        said = {"text": f"\t{note.text}", "lastModified": {"seconds": seconds, "nanos": 1000}}
        comment = {"userComment": {**review["comments"][0]["userComment"], **said}}
        return {**review, "reviewId": self.named(note), "comments": [comment]}

    def named(self, note: Note) -> str:
        return f"gp:AOq{note.id}"

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        token = {"tokenPagination": {"nextPageToken": onward["token"]}} if onward else {}
        return {**({"reviews": records} if records else {}), **token}

    def _rank(self, note: Note) -> tuple[float, int]:
        return (note.edited or note.at).timestamp(), note.id


class AppStoreConnectLike(Store):
    """Customer reviews of one's own app, with the published responses in the same answer."""

    path: ClassVar[str] = "/v1/apps/7/customerReviews"
    single: ClassVar[str] = "/v1/customerReviews"
    token_name: ClassVar[str] = "cursor"
    size_name: ClassVar[str] = "limit"
    most_at_once: ClassVar[int] = 200

    def render(self, note: Note) -> dict[str, Any]:
        review = fixture("appstore_connect_page.json")["data"][0]
        told = {**review["attributes"], "createdDate": note.at.isoformat(), "body": note.text}
        return {**review, "id": self.named(note), "attributes": told}

    def named(self, note: Note) -> str:
        return f"00000028-b08c-{note.id}"

    def whole(self, note: Note) -> Any:
        return {**fixture("appstore_connect_page.json"), "data": self.render(note), "meta": None}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        page = fixture("appstore_connect_page.json")
        here = f"https://api.example{self.path}?"
        links = {"self": here + urlencode(params)}
        if onward:
            links["next"] = here + urlencode({**params, **onward})
        paging = {"total": len(self.notes), "limit": int(params["limit"])}
        return {**page, "data": records, "links": links, "meta": {"paging": paging}}


KEY = "google_places_key"

BUSINESS: dict[str, Any] = {
    "locations": ("accounts/1/locations/2",),
    "client_id": "acme.apps.example",
    "credential": "client_secret",
    "refresh_credential": "refresh_token",
}

COMPANY: dict[str, Any] = {"companies": ("acme.example",), "credential": "trustpilot_api_key"}

SUBJECTS: dict[str, tuple[Connector, Origin]] = {
    "google_places": (GooglePlaces(places=("ChIJacme",), credential=KEY), PlacesLike()),
    "google_places search": (
        GooglePlaces(queries=("anvils in Oslo",), credential=KEY),
        PlacesSearchLike(),
    ),
    "google_places new": (
        GooglePlaces(queries=("anvils in Oslo",), credential=KEY, api="new"),
        NewPlacesLike(),
    ),
    "google_business": (GoogleBusiness(**BUSINESS), GoogleBusinessLike()),
    "yelp": (
        Yelp(businesses=("acme-anvils-oslo",), credential="yelp_api_key", shown=1000),
        YelpLike(),
    ),
    "trustpilot": (Trustpilot(**COMPANY), TrustpilotLike()),
    "trustpilot since": (
        Trustpilot(**COMPANY, since=datetime(2024, 1, 1, tzinfo=UTC)),
        TrustpilotLike(),
    ),
    "google_play": (
        GooglePlay(packages=("example.acme",), access_token="play_token"),
        GooglePlayLike(start=datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)),
    ),
    "appstore_connect": (
        AppStoreConnect(apps=(7,), access_token="app_store_token"),
        AppStoreConnectLike(),
    ),
}
