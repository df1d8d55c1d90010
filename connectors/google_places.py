"""Reviews of places on Google Maps, by the Places API in its old and in its new form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec import Meta

from connectors.google_places_api import Api, Near, New, Old
from connectors.google_places_review import SOURCE
from connectors.newest_first import NewestFirst, loop
from connectors.onward import Onward
from tidings.connector import About, Connector, Cursor, Page, Rejected, read_records
from tidings.errors import ConfigurationError, NotFound
from tidings.http import Http

Text = Annotated[str, Meta(min_length=1)]


class GooglePlaces(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The few reviews that the Places API shows of a place; each place is a place.

    places: ids of places (``ChIJ...``), each walked by itself. An id goes in the parameter
    ``place_id`` unless another one is named before it, as in ``reference:Cn...``.
    queries: text searches (``anvil shop in Oslo``), each walked by itself; the reviews of all
    places that one finds are read.
    api: ``legacy`` shows the newest five reviews of a place, ``new`` the five most relevant ones.
    credential: name of the secret with the API key.
    language: language to prefer for names of places, and for reviews in the new form (``en``).
    location, radius: search near ``latitude,longitude``, within so many metres.
    base_url: the API's address, or a local server that stands for it.

    Of a review of the old form the author's number is the ``external_id``.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Reviews of given places on Google Maps, or of the places that a text search "
        "finds: stars, text, language, author.",
        needs="an API key of a Google Cloud project with billing and the Places API (Cloud "
        "console, Credentials); credential is the name of the secret",
        limits="Five reviews a place: the newest (api = 'legacy', for projects that had it before "
        "March 2025), or the most relevant (api = 'new'), so a new one may never show. A search "
        "finds 60 places in pages of 20. Every request is paid for. Owners' answers are not shown.",
        terms="The Google Maps Platform terms limit what may be kept and for how long (ids of "
        "places excepted), and ask for the author's name beside a review that is shown.",
        state="recorded",
        example={"places": ["ChIJmadeUpPlaceOfAcme"], "credential": "google_places_key"},
        order="newest",
        only_newest=True,
    )

    credential: str
    places: tuple[Text, ...] = ()
    queries: tuple[Text, ...] = ()
    api: Literal["legacy", "new"] = "legacy"
    language: str | None = None
    location: Annotated[str, Meta(pattern=r"^-?\d+(\.\d+)?,-?\d+(\.\d+)?$")] | None = None
    radius: Annotated[float, Meta(gt=0, le=50_000)] | None = None
    base_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse settings that name no place and no search (ValueError)."""
        if not self.places and not self.queries:
            raise ValueError("set 'places' or 'queries'")
        if (self.location is None) != (self.radius is None):
            raise ValueError("'location' and 'radius' go together")

    def split(self) -> list[Self]:
        """Return one connector for each place and for each search."""
        return [
            *(msgspec.structs.replace(self, places=(p,), queries=()) for p in _once(self.places)),
            *(msgspec.structs.replace(self, queries=(q,), places=()) for q in _once(self.queries)),
        ]

    def label(self) -> str:
        """Name the walk by its place or search."""
        return f"{SOURCE} {', '.join([*self.places, *self.queries])}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        told: dict[str, Any] = {"credential": "google_places_key"}
        places, queries = [], []
        for parts in map(urlsplit, urls):
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if "/v1/places/" in parts.path:
                told["api"] = "new"
                places.append(unquote(parts.path.rpartition("/")[2]))
            places += [f"{name}:{asked[name]}" for name in Old.NAMES if name in asked]
            queries += [asked["query"]] if "query" in asked else []
            told |= {name: asked[name] for name in ("language", "location") if name in asked}
            told |= {"radius": float(asked["radius"])} if "radius" in asked else {}
        if "location" not in told or "radius" not in told:
            told = {k: v for k, v in told.items() if k not in ("location", "radius")}
        return {**told, "places": _once(places), "queries": _once(queries)}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Read the reviews of one place, or search for places and read those of each.

        A place that a search found and that is gone is a rejected record; one of the settings that
        is not there is a NotFound error.
        """
        if len(self.places) + len(self.queries) != 1:
            raise ConfigurationError(
                f"One walk of '{SOURCE}' takes one place or query.", remedy="Walk each of split()."
            )
        api, walk = self._api(http), NewestFirst(cursor, overlap_hours=0)
        if self.places:
            page = self._reviews(api, walk, self.places[0], set())
            yield msgspec.structs.replace(page, cursor=walk.finished())
            return
        found: dict[str, None] = {}
        for page in self._search(api, found, cursor):
            yield page
        shown: set[str] = set()
        for place in found:
            try:
                page = self._reviews(api, walk, place, shown)
            except NotFound as error:
                page = Page(mentions=[], cursor=cursor)
                page.rejected.append(Rejected(reason=f"place {place}: {error}", raw=place))
            yield msgspec.structs.replace(page, cursor=cursor)
        yield Page(mentions=[], cursor=walk.finished())

    def _api(self, http: Http) -> Api:
        kind = Old if self.api == "legacy" else New
        near = Near(self.location, self.radius) if self.location and self.radius else None
        return kind(http, self.credential, self.base_url or kind.ADDRESS, self.language, near)

    def _reviews(self, api: Api, walk: NewestFirst, place: str, shown: set[str]) -> Page:
        """Read the reviews of one place; SourceChanged where the answer is one of ``shown``."""
        answer = api.details(place)
        spot, records, own_id = api.spot(answer, place)
        if own_id != place and own_id in shown:
            raise loop(answer, f"instead of place {place}, place {own_id} came again")
        shown.add(own_id)
        mentions, rejected = read_records(records, lambda record: api.read(record, spot))
        walk.passed([mention.published for mention in mentions])
        return Page(mentions=mentions, rejected=rejected, cursor=None, raw=[answer])

    def _search(self, api: Api, found: dict[str, None], cursor: Cursor | None) -> Iterator[Page]:
        """Yield the pages of a search, which have no mentions, and add what they name to ``found``.

        SourceChanged where a token comes back.
        """
        onward, token = Onward(), None
        while True:
            answer = api.search(self.queries[0], token)
            places, token = api.found(answer)
            found.update(dict.fromkeys(places))
            yield Page(mentions=[], cursor=cursor, raw=[answer])
            if not token:
                return
            token = onward.follow(token, answer, records=len(places))


def _once(given: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(given))
