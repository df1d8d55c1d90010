"""Reviews of one's own locations on Google, by the Business Profile API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import quote

import msgspec
from msgspec import Meta

from connectors.google_business_review import SOURCE, read_review
from connectors.google_places_errors import refusal
from connectors.newest_first import NewestFirst, identity, times
from connectors.one_by_one import one_by_one
from connectors.token_pages import Listed, Listing, token_pages
from tidings.connector import About, Connector, Cursor, Key, Page
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http, Params

API = "https://mybusiness.googleapis.com"
TOKENS = "https://oauth2.googleapis.com/token"

PER_PAGE = 50
"""Reviews asked for at a time: as many as the API gives."""

Location = Annotated[str, Meta(pattern=r"^accounts/[^/\s]+/locations/[^/\s]+$")]
Time = Annotated[datetime, Meta(tz=True)]


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    reviews: list[msgspec.Raw] | None = None
    total_review_count: int | None = None
    next_page_token: str | None = None


class GoogleBusiness(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reviews of one's own verified locations on Google, with the owner's answers.

    locations: names of locations (``accounts/1/locations/2``), each a place walked by itself.
    client_id: id of the OAuth client.
    credential: name of the secret with the OAuth client's secret.
    refresh_credential: name of the secret with the refresh token of an owner or manager.
    overlap_hours: how much of what an earlier walk saw is read again, for answers of the owner,
    which do not move a review up.
    since, until: only reviews first written from ``since`` on and before ``until`` (aware UTC).
    base_url, token_url: the API and its sign-in, or a local server that stands for them.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="All reviews of one's own locations on Google: stars, text, edits, the owner's "
        "answer.",
        needs="a Google Cloud project that Google approved for the Business Profile APIs, an OAuth "
        "client, and a refresh token of the scope business.manage from an owner or manager of the "
        "locations; credential and refresh_credential are the names of the secrets",
        limits="50 reviews an answer, 300 requests a minute. Reviewers have a name but no id. An "
        "owner's answer that comes later than overlap_hours after the review's last change is seen "
        "when the review is next visited.",
        terms="The Business Profile APIs policies: for owners of the locations and for those who "
        "manage them, and only as long as they do.",
        state="documentation only",
        example={
            "locations": ["accounts/1001/locations/2002"],
            "client_id": "acme.apps.example",
            "credential": "google_client_secret",
            "refresh_credential": "google_refresh_token",
        },
        order="any",  # by last edit: old reviews come among new ones
        goes_back=True,
        allows_answers=True,
    )

    locations: Annotated[tuple[Location, ...], Meta(min_length=1)]
    client_id: str
    credential: str
    refresh_credential: str
    overlap_hours: Annotated[float, Meta(ge=0)] = 168.0
    since: Time | None = None
    until: Time | None = None
    base_url: str = API
    token_url: str = TOKENS

    def split(self) -> list[Self]:
        """Return one connector for each location."""
        once = dict.fromkeys(self.locations)
        return [msgspec.structs.replace(self, locations=(location,)) for location in once]

    def label(self) -> str:
        """Name the walk by its location."""
        return f"{SOURCE} {', '.join(self.locations)}"

    def lists_all(self) -> bool:
        """Tell that every review of a location is listed."""
        return True

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        found = (re.search(r"(accounts/[^/?]+/locations/[^/?]+)/reviews", url) for url in urls)
        locations = list(dict.fromkeys(match[1] for match in found if match))
        return {**cls.about.example, "locations": locations} if locations else {}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the reviews of one location, the last changed first, back to an earlier walk's."""
        location, api, url = self._one_location(), self._signed_in(http), self._url()

        def ask(token: str | None) -> Answer:
            params: Params = {
                "pageSize": PER_PAGE,
                "orderBy": "updateTime desc",
                "pageToken": token,
            }
            return api.get(url, params, judge=refusal)

        listing = Listing(
            ask=ask,
            listed=_listed,
            identity=lambda record: identity(record, "reviewId"),
            times=_changed,
            read=lambda record: read_review(record, location),
        )
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        yield from token_pages(listing, walk)

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for reviews by their ids, one by one."""
        location, api, url = self._one_location(), self._signed_in(http), self._url()
        yield from one_by_one(
            keys,
            lambda key: api.get(f"{url}/{quote(key.external_id, safe='')}", judge=refusal),
            lambda record: read_review(record, location),
        )

    def reaches(self, key: Key) -> bool:
        """Tell whether the review is of this location."""
        return (key.place,) == self.locations

    def _url(self) -> str:
        return f"{self.base_url.rstrip('/')}/v4/{self._one_location()}/reviews"

    def _signed_in(self, http: Http) -> Http:
        from tidings.http.access import refresh_grant, signed_in

        obtain = refresh_grant(
            self.token_url,
            client_id=self.client_id,
            credential=self.credential,
            refresh_credential=self.refresh_credential,
        )
        return signed_in(http, (self.token_url, self.client_id, self.refresh_credential), obtain)

    def _one_location(self) -> str:
        if len(self.locations) != 1:
            raise ConfigurationError(
                f"One walk of '{SOURCE}' takes one location.", remedy="Walk each of split()."
            )
        return self.locations[0]


def _listed(answer: Answer) -> Listed:
    """Read a page. A location without reviews has neither a list of them nor a count."""
    page: _Page = answer.json(_Page)
    return Listed(
        records=page.reviews or [], onward=page.next_page_token, total=page.total_review_count
    )


def _changed(records: Sequence[msgspec.Raw]) -> list[datetime]:
    """Return when reviews were last changed; when they were written, where that is not told."""
    changed = [(record, times([record], "updateTime")) for record in records]
    return [time for record, told in changed for time in told or times([record], "createTime")]
