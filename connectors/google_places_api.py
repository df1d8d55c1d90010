"""The Places API in its old and in its new form: how a place and a search are asked for."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Protocol, TypeAlias
from urllib.parse import quote

import msgspec
from msgspec import Meta

from connectors.google_places_errors import refusal, refused_page, refused_place, refused_search
from connectors.google_places_review import Spot, read_new, read_old
from tidings.http import Answer, Http, Params
from tidings.mention import Mention

Found: TypeAlias = tuple[list[str], str | None]
"""Ids of places, and the token of the next page."""


Shown: TypeAlias = tuple[Spot, list[msgspec.Raw], str]
"""A place by the id that it was asked for, its reviews, and the id that the answer states."""


class Near(msgspec.Struct, frozen=True):
    """Where to search: ``latitude,longitude`` and metres around it."""

    location: str
    radius: float


class Api(Protocol):
    """One form of the API."""

    def details(self, place: str) -> Answer:
        """Ask for a place with its reviews; NotFound where there is none."""
        ...

    def spot(self, answer: Answer, place: str) -> Shown:
        """Return the place of such an answer, its reviews, and the id that it states itself."""
        ...

    def read(self, record: msgspec.Raw, spot: Spot) -> Mention:
        """Read a review; ValueError where it can't be read."""
        ...

    def search(self, query: str, token: str | None) -> Answer:
        """Ask for a page of the places that a text search finds."""
        ...

    def found(self, answer: Answer) -> Found:
        """Return the places of such a page."""
        ...


class _Api:
    ADDRESS: ClassVar[str] = ""

    def __init__(
        self, http: Http, credential: str, base_url: str, language: str | None, near: Near | None
    ) -> None:
        self._http, self._key = http, http.secret(credential)
        self._base_url, self._language, self._near = base_url.rstrip("/"), language, near


class _OldPlace(msgspec.Struct, frozen=True):
    place_id: str | None = None
    name: str | None = None
    url: str | None = None
    reviews: list[msgspec.Raw] = []


class _OldDetails(msgspec.Struct, frozen=True):
    result: _OldPlace
    status: str


class _OldFound(msgspec.Struct, frozen=True):
    place_id: Annotated[str, Meta(min_length=1)]


class _OldPage(msgspec.Struct, frozen=True):
    results: list[_OldFound]
    status: str
    next_page_token: str | None = None


class Old(_Api):
    """The API of ``maps.googleapis.com``, with the key in the query and errors in a 200."""

    ADDRESS = "https://maps.googleapis.com"
    NAMES: ClassVar[tuple[str, ...]] = ("place_id", "placeid", "reference")
    """Parameters by which a place was named over the years; today it is the first."""

    def details(self, place: str) -> Answer:
        """Ask for a place with its newest reviews, untranslated."""
        name, _, named = place.partition(":")
        name, place = (name, named) if name in self.NAMES else (self.NAMES[0], place)
        asked: Params = {
            name: place,
            "fields": "place_id,name,url,review",
            "reviews_sort": "newest",
            "reviews_no_translations": True,
            "language": self._language,
            "key": self._key,
        }
        url = f"{self._base_url}/maps/api/place/details/json"
        return self._http.get(url, asked, judge=refused_place)

    def spot(self, answer: Answer, place: str) -> Shown:
        """Return the place of an answer, its reviews, and the id that it states itself."""
        found: _OldPlace = answer.json(_OldDetails).result
        name, _, named = place.partition(":")
        place = named if name in self.NAMES else place
        return Spot(place, found.name, found.url), found.reviews, found.place_id or place

    def read(self, record: msgspec.Raw, spot: Spot) -> Mention:
        """Read a review; ValueError where it can't be read."""
        return read_old(record, spot)

    def search(self, query: str, token: str | None) -> Answer:
        """Ask for a page of a text search; a token stands for all other parameters."""
        url = f"{self._base_url}/maps/api/place/textsearch/json"
        if token is not None:
            asked = {"pagetoken": token, "key": self._key}
            return self._http.get(url, asked, judge=refused_page)
        near = self._near
        first: Params = {
            "query": query,
            "location": near.location if near else None,
            "radius": near.radius if near else None,
            "language": self._language,
            "key": self._key,
        }
        return self._http.get(url, first, judge=refused_search)

    def found(self, answer: Answer) -> Found:
        """Return the places of a page of a search."""
        page: _OldPage = answer.json(_OldPage)
        return [place.place_id for place in page.results], page.next_page_token


class _Name(msgspec.Struct, frozen=True):
    text: str | None = None


class _NewPlace(msgspec.Struct, frozen=True, rename="camel"):
    id: Annotated[str, Meta(min_length=1)]
    display_name: _Name | None = None
    google_maps_uri: str | None = None
    reviews: list[msgspec.Raw] = []


class _NewPage(msgspec.Struct, frozen=True, rename="camel"):
    places: list[_NewPlace] = []
    next_page_token: str | None = None


class New(_Api):
    """The API of ``places.googleapis.com``, with the key in a header."""

    ADDRESS = "https://places.googleapis.com"

    def details(self, place: str) -> Answer:
        """Ask for a place with its most relevant reviews."""
        url = f"{self._base_url}/v1/places/{quote(place, safe='')}"
        headers = self._headers("id,displayName,googleMapsUri,reviews")
        return self._http.get(url, {"languageCode": self._language}, headers=headers, judge=refusal)

    def spot(self, answer: Answer, place: str) -> Shown:
        """Return the place of an answer, its reviews, and the id that it states itself."""
        found: _NewPlace = answer.json(_NewPlace)
        name = found.display_name.text if found.display_name else None
        return Spot(place, name, found.google_maps_uri), found.reviews, found.id

    def read(self, record: msgspec.Raw, spot: Spot) -> Mention:
        """Read a review; ValueError where it can't be read."""
        return read_new(record, spot)

    def search(self, query: str, token: str | None) -> Answer:
        """Ask for a page of a text search; the other parameters are given with each."""
        asked: dict[str, Any] = {"textQuery": query, "pageSize": 20}
        asked |= {"languageCode": self._language} if self._language else {}
        asked |= {"pageToken": token} if token else {}
        if self._near:
            latitude, longitude = map(float, self._near.location.split(","))
            center = {"latitude": latitude, "longitude": longitude}
            circle = {"center": center, "radius": self._near.radius}
            asked["locationBias"] = {"circle": circle}
        return self._http.post(
            f"{self._base_url}/v1/places:searchText",
            json=asked,
            headers=self._headers("places.id,nextPageToken"),
            repeatable=True,
            judge=refusal,
        )

    def found(self, answer: Answer) -> Found:
        """Return the places of a page of a search; a search that finds none has no list of them."""
        page: _NewPage = answer.json(_NewPage)
        return [place.id for place in page.places], page.next_page_token

    def _headers(self, fields: str) -> dict[str, str]:
        return {"X-Goog-Api-Key": self._key, "X-Goog-FieldMask": fields}
