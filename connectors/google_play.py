"""Reviews of one's own apps on Google Play, by the Google Play Developer API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import quote

import msgspec
from msgspec import Meta

from connectors.google_places_errors import refusal
from connectors.google_play_review import SOURCE, changed, read_review
from connectors.newest_first import NewestFirst, identity
from connectors.one_by_one import one_by_one
from connectors.token_pages import Listed, Listing, token_pages
from tidings.connector import About, Connector, Cursor, Key, Page
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http, Params
from tidings.times import utcnow

API = "https://androidpublisher.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"

PER_PAGE = 100
"""Reviews asked for at a time: as many as the API gives."""

Package = Annotated[str, Meta(pattern=r"^[A-Za-z]\w*(\.\w+)+$")]

SHOWN = timedelta(days=7)
"""The API shows what was written or changed in so long."""


class _Onward(msgspec.Struct, frozen=True, rename="camel"):
    next_page_token: str | None = None


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    reviews: list[msgspec.Raw] | None = None
    token_pagination: _Onward | None = None


class GooglePlay(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reviews of the last week of one's own apps on Google Play, with the developer's answers.

    packages: package names of the apps (``example.acme``), each a place walked by itself.
    credential: name of the secret with the JSON key of a service account.
    access_token: instead of it, name of the secret with an access token that something else renews.
    overlap_hours: how much of what an earlier walk saw is read again; by default all that is shown,
    for answers, which do not move a review up.
    base_url: the API's address, or a local server that stands for it.
    token_url: where the service account signs in, if not where its key says.

    The API tells when a review was changed last, not when it was written: that is its time.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Reviews of one's own apps on Google Play, of all countries: stars, title, text, "
        "language, version, helpful votes, the developer's answer.",
        needs="a service account (Google Cloud) with the Google Play Developer API enabled, "
        "invited in the Play Console with the permission to reply to reviews; credential is the "
        "name of the secret with its JSON key",
        limits="Only reviews written or changed in the last seven days, and only those with words. "
        "100 an answer, 200 requests an hour. An edited review shows its last form alone. "
        "Older reviews are in the Play Console's monthly CSV files: see 'files'.",
        terms="The Google Play Developer API terms: for one's own apps.",
        state="documentation only",
        example={"packages": ["example.acme"], "credential": "google_play_key"},
        order="newest",
        only_newest=True,
        allows_answers=True,
    )

    packages: Annotated[tuple[Package, ...], Meta(min_length=1)]
    credential: str | None = None
    access_token: str | None = None
    overlap_hours: Annotated[float, Meta(ge=0)] = 168.0
    base_url: str = API
    token_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse settings without or with two ways to sign in (ValueError)."""
        if (self.credential is None) == (self.access_token is None):
            raise ValueError("set one of 'credential' and 'access_token'")

    def split(self) -> list[Self]:
        """Return one connector for each app."""
        once = dict.fromkeys(self.packages)
        return [msgspec.structs.replace(self, packages=(package,)) for package in once]

    def label(self) -> str:
        """Name the walk by its app."""
        return f"{SOURCE} {', '.join(self.packages)}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        found = (re.search(r"/applications/([^/?]+)/reviews", url) for url in urls)
        packages = list(dict.fromkeys(match[1] for match in found if match))
        return {"packages": packages, "access_token": "google_play_token"}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the reviews shown of one app, the last changed first, back to an earlier walk's."""
        package, api = self._one_package(), self._signed_in(http)
        url = self._url(package)

        def ask(token: str | None) -> Answer:
            params: Params = {"maxResults": PER_PAGE, "token": token}
            return api.get(url, params, judge=refusal)

        listing = Listing(
            ask=ask,
            listed=_listed,
            identity=lambda record: identity(record, "reviewId"),
            times=changed,
            read=lambda record: read_review(record, package),
        )
        yield from token_pages(listing, NewestFirst(cursor, overlap_hours=self.overlap_hours))

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for reviews by their ids, one by one; older ones than a week are shown so, too."""
        package, api = self._one_package(), self._signed_in(http)
        url = self._url(package)
        yield from one_by_one(
            keys,
            lambda key: api.get(f"{url}/{quote(key.external_id, safe='')}", judge=refusal),
            lambda record: read_review(record, package),
        )

    def reaches(self, key: Key) -> bool:
        """Tell whether the review is of this app, and so new that the API surely shows it.

        Nothing says whether one that was last changed earlier can still be asked for by its id; if
        it could not, it would seem to be gone.
        """
        return (key.place,) == self.packages and key.published > utcnow() - SHOWN

    def _one_package(self) -> str:
        if len(self.packages) != 1:
            raise ConfigurationError(
                f"One walk of '{SOURCE}' takes one app.", remedy="Walk each of split()."
            )
        return self.packages[0]

    def _url(self, package: str) -> str:
        return f"{self.base_url.rstrip('/')}/androidpublisher/v3/applications/{package}/reviews"

    def _signed_in(self, http: Http) -> Http:
        from tidings.http.access import Access, service_account, signed_in

        if self.credential is not None:
            obtain = service_account(self.credential, [SCOPE], url=self.token_url)
            return signed_in(http, (SOURCE, self.credential, self.token_url), obtain)
        token = self.access_token or ""
        return signed_in(
            http, (SOURCE, "token", token), lambda given: Access(token=given.secret(token))
        )


def _listed(answer: Answer) -> Listed:
    """Read a page. One without reviews has no list of them."""
    page: _Page = answer.json(_Page)
    onward = page.token_pagination.next_page_token if page.token_pagination else None
    return Listed(records=page.reviews or [], onward=onward)
