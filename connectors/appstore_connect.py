"""Customer reviews of one's own apps, by the App Store Connect API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec
from msgspec import Meta

from connectors.appstore_connect_review import SOURCE, read_review, written
from connectors.newest_first import NewestFirst, identity
from connectors.one_by_one import one_by_one
from connectors.token_pages import Listed, Listing, token_pages
from tidings.connector import About, Connector, Cursor, Key, Page
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http, Params
from tidings.mention import Mention
from tidings.times import utcnow

if TYPE_CHECKING:
    from tidings.http.access import Access

API = "https://api.appstoreconnect.apple.com"

PER_PAGE = 200
"""Reviews asked for at a time: as many as the API gives."""

VALID = timedelta(minutes=15)
"""How long a token is good. Apple takes none that is good for more than 20 minutes."""

Time = Annotated[datetime, Meta(tz=True)]


class _Included(msgspec.Struct, frozen=True):
    type: str
    id: str
    attributes: msgspec.Raw = msgspec.Raw(b"{}")


class _Links(msgspec.Struct, frozen=True):
    next: str | None = None


class _Paging(msgspec.Struct, frozen=True):
    total: int | None = None


class _Meta(msgspec.Struct, frozen=True):
    paging: _Paging | None = None


class _Page(msgspec.Struct, frozen=True):
    data: list[msgspec.Raw]
    links: _Links
    included: list[_Included] = []
    meta: _Meta | None = None


class _Single(msgspec.Struct, frozen=True):
    data: msgspec.Raw
    included: list[_Included] = []


class AppStoreConnect(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Customer reviews of one's own apps on the App Store, with the developer's responses.

    apps: numbers of the apps, as in their store address, each a place walked by itself.
    key_id, issuer_id: ids of the API key and of its issuer.
    credential: name of the secret with the key itself, the content of its .p8 file.
    access_token: instead of the key, name of the secret with a token that something else renews.
    overlap_hours: how much of what an earlier walk saw is read again, for responses, which do not
    move a review up.
    since, until: only reviews written from ``since`` on and before ``until`` (aware UTC).
    base_url: the API's address, or a local server that stands for it.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="All customer reviews of one's own apps, of all countries: stars, title, text, "
        "country, the developer's response.",
        needs="an API key of the role Customer Support or higher (App Store Connect, Users and "
        "Access, Integrations): key_id and issuer_id are settings, credential is the name of the "
        "secret with the .p8 file's content",
        limits="200 reviews an answer, 3,600 requests an hour. Reviewers have a nickname but no "
        "id; language and version of the app are not told. A response that comes later than "
        "overlap_hours after the review is seen when the review is next visited.",
        terms="The Apple Developer Program License Agreement: for one's own apps.",
        state="documentation only",
        example={
            "apps": [1000000007],
            "key_id": "2X9R4HXF34",
            "issuer_id": "57246542-96fe-1a63-e053-0824d011072a",
            "credential": "app_store_connect_key",
        },
        order="newest",
        goes_back=True,
        allows_answers=True,
    )

    apps: Annotated[tuple[Annotated[int, Meta(gt=0)], ...], Meta(min_length=1)]
    key_id: str | None = None
    issuer_id: str | None = None
    credential: str | None = None
    access_token: str | None = None
    overlap_hours: Annotated[float, Meta(ge=0)] = 168.0
    since: Time | None = None
    until: Time | None = None
    base_url: str = API

    def __post_init__(self) -> None:
        """Refuse settings without or with two ways to sign in (ValueError)."""
        key = [self.key_id, self.issuer_id, self.credential]
        if any(key) == (self.access_token is not None) or (any(key) and not all(key)):
            raise ValueError("set 'key_id', 'issuer_id' and 'credential', or 'access_token' alone")

    def split(self) -> list[Self]:
        """Return one connector for each app."""
        return [msgspec.structs.replace(self, apps=(app,)) for app in dict.fromkeys(self.apps)]

    def label(self) -> str:
        """Name the walk by its app."""
        return f"{SOURCE} {', '.join(map(str, self.apps))}"

    def lists_all(self) -> bool:
        """Tell that every review of an app is listed."""
        return True

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        found = (re.search(r"/apps/(\d+)/customerReviews", url) for url in urls)
        apps = list(dict.fromkeys(int(match[1]) for match in found if match))
        return {"apps": apps, "access_token": "app_store_connect_token"}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the reviews of one app, the newest first, back to an earlier walk's."""
        app, api = self._one_app(), self._signed_in(http)
        replies: dict[str, msgspec.Raw] = {}

        def ask(onward: str | None) -> Answer:
            first: Params = {"sort": "-createdDate", "include": "response", "limit": PER_PAGE}
            url = f"{self.base_url.rstrip('/')}/v1/apps/{app}/customerReviews"
            # only the query of the way on is used: it may not lead elsewhere with our token
            return api.get(url, first if onward is None else dict(parse_qsl(onward)))

        def listed(answer: Answer) -> Listed:
            page: _Page = answer.json(_Page)
            replies.clear()
            replies.update(_replies(page.included))
            paging = page.meta.paging if page.meta else None
            return Listed(
                records=page.data,
                onward=urlsplit(page.links.next).query if page.links.next else None,
                total=paging.total if paging else None,
            )

        listing = Listing(
            ask=ask,
            listed=listed,
            identity=lambda record: identity(record, "id"),
            times=written,
            read=lambda record: read_review(record, app, replies),
        )
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        yield from token_pages(listing, walk)

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for reviews by their ids, one by one."""
        app, api = self._one_app(), self._signed_in(http)
        url = f"{self.base_url.rstrip('/')}/v1/customerReviews"

        def read(record: msgspec.Raw) -> Mention:
            single = msgspec.json.decode(record, type=_Single)
            return read_review(single.data, app, _replies(single.included))

        yield from one_by_one(
            keys,
            lambda key: api.get(
                f"{url}/{quote(key.external_id, safe='')}", {"include": "response"}
            ),
            read,
        )

    def reaches(self, key: Key) -> bool:
        """Tell whether the review is of this app."""
        return [key.place] == [str(app) for app in self.apps]

    def _one_app(self) -> str:
        if len(self.apps) != 1:
            raise ConfigurationError(
                f"One walk of '{SOURCE}' takes one app.", remedy="Walk each of split()."
            )
        return str(self.apps[0])

    def _signed_in(self, http: Http) -> Http:
        from tidings.http.access import Access, signed_in

        if self.access_token is None:
            return signed_in(http, (SOURCE, self.issuer_id, self.key_id), self._obtain)
        name = self.access_token
        return signed_in(
            http, (SOURCE, "token", name), lambda given: Access(token=given.secret(name))
        )

    def _obtain(self, http: Http) -> Access:
        """Sign a token with the key; ConfigurationError where the secret holds none."""
        import jwt

        from tidings.http.access import Access

        name, now = self.credential or "", utcnow()
        claims = {
            "iss": self.issuer_id,
            "iat": now,
            "exp": now + VALID,
            "aud": "appstoreconnect-v1",
        }
        key = http.secret(name).replace("\\n", "\n")  # as environment files write it
        try:
            token = jwt.encode(claims, key, algorithm="ES256", headers={"kid": self.key_id})
        except (ValueError, TypeError, jwt.PyJWTError):
            raise ConfigurationError(  # without the cause, which may show the key
                f"The secret {name!r} holds no key of App Store Connect.",
                remedy="Store the whole content of the .p8 file there.",
            ) from None
        return Access(token=token, expires=now + VALID)


def _replies(found: Sequence[_Included]) -> dict[str, msgspec.Raw]:
    """Return the attributes of the responses that an answer includes, by their ids."""
    return {
        included.id: included.attributes
        for included in found
        if included.type == "customerReviewResponses"
    }
