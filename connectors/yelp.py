"""Reviews of businesses on Yelp, by its Fusion API, which shows the beginnings of a few."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from connectors.dates import read_time, zone_of
from connectors.newest_first import NewestFirst, identity, loop, peek
from connectors.yelp_review import SOURCE, read_review, refusal
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http, Params

MOST_AT_ONCE = 50


class _Page(msgspec.Struct, frozen=True):
    reviews: list[msgspec.Raw]
    total: int | None = None


class Yelp(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Excerpts of the newest reviews of businesses on Yelp; each business is a place.

    businesses: ids or aliases of businesses (``acme-anvils-oslo``), each walked by itself.
    credential: name of the secret with the API key.
    shown: how many reviews of a business the plan lets one see; no more are asked for.
    locale: language and country whose reviews are asked for (``en_US`` where left out).
    timezone: zone of the times, which Yelp states without one.
    overlap_hours: how much of what an earlier walk saw is read again.
    base_url: the API's address, or a local server that stands for it.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Excerpts of the newest reviews of given businesses on Yelp: stars, the beginning "
        "of the text, author.",
        needs="an API key (yelp.com/developers, Create App); credential is the name of the secret",
        limits="Three reviews of a business, more with a larger plan (shown), and of each about "
        "the first 160 characters: texts are cut. Reviews of one language at a time (locale). "
        "Requests a day by plan, 300 to 5,000. No owners' answers, no edits; times are Pacific.",
        terms="Yelp's API terms forbid keeping its content for more than 24 hours (ids excepted), "
        "analysing it beside that of others, and showing it without Yelp's name and link.",
        state="documentation only",
        example={"businesses": ["acme-anvils-oslo"], "credential": "yelp_api_key"},
        order="newest",
        only_newest=True,
    )

    businesses: Annotated[tuple[Annotated[str, Meta(min_length=1)], ...], Meta(min_length=1)]
    credential: str
    shown: Annotated[int, Meta(ge=1, le=1000)] = 3
    locale: Annotated[str, Meta(pattern=r"^[a-z]{2,3}_[A-Z]{2}$")] | None = None
    timezone: str = "America/Los_Angeles"
    overlap_hours: Annotated[float, Meta(ge=0)] = 72.0
    base_url: str = "https://api.yelp.com"

    def __post_init__(self) -> None:
        """Refuse a time zone that there is not (ValueError)."""
        zone_of(self.timezone)

    def split(self) -> list[Self]:
        """Return one connector for each business."""
        once = dict.fromkeys(self.businesses)
        return [msgspec.structs.replace(self, businesses=(business,)) for business in once]

    def label(self) -> str:
        """Name the walk by its business."""
        return f"yelp {', '.join(self.businesses)}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        found = [re.search(r"/v3/businesses/([^/?]+)/reviews", url) for url in urls]
        names = dict.fromkeys(unquote(match[1]) for match in found if match)
        locales = [v for url in urls for v in parse_qs(urlsplit(url).query).get("locale", [])]
        told: dict[str, Any] = {"businesses": list(names), "credential": "yelp_api_key"}
        return {**told, "locale": locales[0]} if locales else told

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk what is shown of one business, the newest first, back to an earlier walk's.

        Pages overlap by one review, so that none is missed where one before it is deleted. New
        reviews may push those of a page to the next one; but what follows then joins them.
        SourceChanged where a page comes again otherwise.
        """
        business, zone = self._one_business(), ZoneInfo(self.timezone)
        walk = NewestFirst(cursor, overlap_hours=self.overlap_hours)
        offset, overlap = 0, _Overlap()
        while True:
            answer = self._ask(http, business, offset)
            found: _Page = answer.json(_Page)
            names = [_id(record) for record in found.reviews]
            overlap.check(answer, names)
            fresh = walk.fresh(found.reviews, _id)
            mentions, rejected = read_records(fresh, lambda r: read_review(r, business, zone))
            ended = (
                walk.passed(_times(found.reviews, zone))
                or not names
                or offset + len(names) >= self.shown
            )
            yield Page(
                mentions=mentions,
                rejected=rejected,
                cursor=walk.finished() if ended else cursor,
                raw=[answer],
                declared_total=found.total,
            )
            if ended:
                return
            offset += max(1, len(names) - 1)

    def _one_business(self) -> str:
        if len(self.businesses) != 1:
            raise ConfigurationError(
                "One walk of 'yelp' takes one business.", remedy="Walk each of split()."
            )
        return self.businesses[0]

    def _ask(self, http: Http, business: str, offset: int) -> Answer:
        params: Params = {
            "limit": min(MOST_AT_ONCE, self.shown - offset),
            "offset": offset or None,
            "sort_by": "newest",
            "locale": self.locale,
        }
        url = f"{self.base_url.rstrip('/')}/v3/businesses/{quote(business, safe='')}/reviews"
        headers = {"Authorization": f"Bearer {http.secret(self.credential)}"}
        return http.get(url, params, headers=headers, judge=refusal)


class _Overlap:
    """Whether each page joins the one before it, where pages overlap by one review."""

    def __init__(self) -> None:
        self._before: list[str] = []
        self._known: set[str] = set()
        self._doubtful = False

    def check(self, answer: Answer, names: list[str]) -> None:
        """Take a page; raises SourceChanged where it, or the one before it, can't be right."""
        again = len(names) > 1 and names == self._before
        if self._doubtful and (again or self._known.isdisjoint(names)):
            raise loop(answer, "a page came again, and what follows does not join it")
        self._doubtful, self._before = again, names
        self._known.update(names)


def _id(record: msgspec.Raw) -> str:
    return identity(record, "id")


def _times(records: Sequence[msgspec.Raw], zone: ZoneInfo) -> list[datetime]:
    told = (peek(record, "time_created", str) for record in records)
    found = []
    for time in told:
        try:
            found.append(read_time(time, zone=zone))
        except ValueError:
            continue  # told of when the record is read
    return found
