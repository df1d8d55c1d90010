"""Customer reviews of apps in Apple's App Store, by the store's own feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

import msgspec
from msgspec import Meta

from connectors.appstore_review import SOURCE, read_page
from connectors.newest_first import NewestFirst, loop
from tidings.connector import About, Connector, Cursor, Page
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Http
from tidings.mention import Mention

PAGES = 10
"""Pages that the feed has at most; a request for a later one is refused."""

EMPTY = 3
"""Empty answers, one after another, that are the end: one page asked twice and the one behind."""

App = Annotated[str, Meta(pattern=r"^[0-9]{1,12}$")]
Country = Annotated[str, Meta(pattern=r"^[A-Za-z]{2}$")]


class AppStore(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Customer reviews of apps, the most recent first; an app in a country is a place.

    apps: numbers of the apps, as in their store address (``id6743850634`` without ``id``).
    countries: codes of two letters of the storefronts (``us``, ``gb``); each is walked by itself.
    form: the form of the feed that is asked for; either is read.
    overlap_hours: how much of what an earlier walk saw is read again, for reviews shown late.
    base_url: the store's address, or a local server that stands for it.

    ``published`` is the time that the feed gives, which is that of the last edit. ``author_handle``
    is the number of the reviewer, else the name. The feed tells neither the language nor the
    developer's answer.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Customer reviews of apps in the App Store: stars, title, text, version of the "
        "app, helpful votes; per country.",
        needs="nothing",
        limits="The feed shows the newest 500 reviews of an app and country, 50 a page, 10 pages: "
        "walk it often enough. It answers with an empty page now and then, so such a page is asked "
        "for again. Reviews appear up to some days late. Ratings without a text are not shown.",
        terms="Apple publishes the feed for anyone; see the Apple Media Services terms.",
        state="recorded",
        example={"apps": ["1592550875"], "countries": ["in", "gb"]},
        order="newest",
        goes_back=False,
        only_newest=True,
    )

    apps: Annotated[tuple[App, ...], Meta(min_length=1)]
    countries: Annotated[tuple[Country, ...], Meta(min_length=1)] = ("us",)
    form: Literal["json", "xml"] = "json"
    overlap_hours: Annotated[float, Meta(ge=0)] = 72.0
    base_url: str = "https://itunes.apple.com"

    def split(self) -> list[Self]:
        """Return one connector for each app and country."""
        return [
            msgspec.structs.replace(self, apps=(app,), countries=(country,))
            for app in dict.fromkeys(self.apps)
            for country in dict.fromkeys(country.lower() for country in self.countries)
        ]

    def label(self) -> str:
        """Name the walk by its app and country."""
        return f"appstore {', '.join(self.apps)} {', '.join(self.countries).lower()}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        told = [re.search(r"(?:/(\w\w))?/rss/customerreviews/.*?\bid=(\d+)", url) for url in urls]
        found = [match for match in told if match]
        return {
            "apps": list(dict.fromkeys(match[2] for match in found)),
            "countries": list(dict.fromkeys(match[1] or "us" for match in found)) or ["us"],
            "form": "xml" if any(url.partition("?")[0].endswith("xml") for url in urls) else "json",
        }

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the feed of one app and country from its first page to where an earlier walk began.

        Pages are asked for by number: the link to the next one leads to another form. SourceChanged
        where a page is no feed, or the same as the one before it; then the others are still read,
        and the next walk reads all of them again.
        """
        app, country = self._one()
        walk = NewestFirst(cursor, overlap_hours=self.overlap_hours)
        number, empty, same = 1, 0, 0
        before: tuple[str, ...] = ()
        repeated: SourceChanged | None = None
        while True:
            path = f"page={number}/id={app}/sortby=mostrecent/{self.form}"
            answer = http.get(f"{self.base_url.rstrip('/')}/{country}/rss/customerreviews/{path}")
            shown = read_page(answer, app, country)
            same = same + 1 if shown.names and shown.names == before else 0
            if same:  # told at the end: as many reviews may have come as a page holds
                repeated = loop(answer, f"page {number} repeats the one before it")
            if repeated and same > 1:
                raise repeated
            empty = 0 if shown.names else empty + 1
            onward = number if empty == 1 else number + 1
            behind = walk.passed([mention.published for mention in shown.mentions])
            ended = behind or empty == EMPTY or onward > PAGES
            yield Page(
                mentions=walk.fresh(shown.mentions, _name),
                rejected=shown.rejected,
                cursor=walk.finished() if ended and not repeated else cursor,
                raw=[answer],
            )
            if ended and repeated:
                raise repeated
            if ended:
                return
            number, before = onward, shown.names

    def _one(self) -> tuple[str, str]:
        if len(self.apps) != 1 or len(self.countries) != 1:
            raise ConfigurationError(
                "One walk of 'appstore' takes one app and one country.",
                remedy="Walk each of split().",
            )
        return self.apps[0], self.countries[0].lower()


def _name(mention: Mention) -> str:
    return mention.external_id
