"""News articles: found by Google News for a query, or in the feeds of news sites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.feed import Feed, field_of, read_feed, time_of, title_of
from connectors.languages import language_tag
from connectors.newest_first import NewestFirst
from connectors.rss import ACCEPT, Rss, Url
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http
from tidings.mention import Mention
from tidings.times import utcnow

SOURCE = "news"
PLACE = "news.google.com"

FULL = 95
"""Entries. Google News gives about 100 at most: a feed of so many has left some out."""

DAY = timedelta(days=1)

Time = Annotated[datetime, Meta(tz=True)]


class _Given(msgspec.Struct, frozen=True):
    """What Google News gave for some days."""

    answer: Answer
    feed: Feed

    def is_full(self) -> bool:
        """Tell whether something may have been left out of it."""
        return len(self.feed.entries) >= FULL


class News(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Articles that Google News finds for a query, and entries of the feeds of news sites.

    queries: what to search for, each walked by itself, in Google's syntax (``"a phrase"``,
    ``site:``, ``-word``); left out, the brand's and its competitors' names and aliases.
    language, country: of the edition that is searched, ``en-US`` and ``US``.
    edition: Google's name for it where that is not country and language: ``BR:pt-419``.
    urls: addresses of feeds of news sites, each walked by itself, as with ``rss``.
    first_days: how far back the first search goes where ``since`` is not given.
    overlap_hours: how much of what an earlier walk saw is read again, for articles found late.
    since, until: only what was published from ``since`` on and before ``until`` (aware UTC).
    base_url: address of Google News, or a local server that stands for it.

    A found article is its headline, its publisher (``author_handle``) and its time: Google gives no
    text, and its link leads to the publisher's page by way of Google. ``external_id`` is Google's.
    """

    source: ClassVar[str] = SOURCE
    searches: ClassVar[bool] = True
    about: ClassVar[About] = About(
        collects="Articles that Google News finds for a query: headline, publisher, time, link; "
        "and entries of news sites' feeds.",
        needs="nothing",
        limits="About 100 articles an answer, whatever a query finds: a period with more is asked "
        "for in halves, down to a day. A day with more than that is told of as an error: give "
        "narrower queries. How often one may ask is not documented; it refuses who asks too often "
        "(503). A site's feed shows its newest entries only.",
        terms="Google's terms; the feeds are offered for personal use in feed readers. Headlines "
        "are their publishers'.",
        state="documentation only",
        example={"queries": ['"Acme Rockets"'], "language": "en-GB", "country": "GB"},
        order="any",
        goes_back=True,
    )

    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    language: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en-US"
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] = "US"
    edition: str = ""
    urls: tuple[Url, ...] = ()
    first_days: Annotated[int, Meta(ge=1, le=10_000)] = 30
    overlap_hours: Annotated[float, Meta(ge=0)] = 48.0
    since: Time | None = None
    until: Time | None = None
    base_url: str = "https://news.google.com"

    def split(self) -> list[Self]:
        """Return one connector for each query and each feed."""
        replace = msgspec.structs.replace
        return [
            *(replace(self, queries=(q,), urls=()) for q in dict.fromkeys(self.queries)),
            *(replace(self, queries=(), urls=(url,)) for url in dict.fromkeys(self.urls)),
        ] or [self]

    def label(self) -> str:
        """Name the walk by its query and edition, or by its feed."""
        if self.urls and not self.queries:
            return f"news {' '.join(_place(url) for url in self.urls)}"
        return f"news {', '.join(self.queries)} ({self.country})"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        asked = [q for url in urls for q in parse_qs(urlsplit(url).query).get("q", [])]
        bare = [q.partition(" after:")[0].partition(" when:")[0] for q in asked]
        feeds = [url for url in urls if "/rss/search" not in url]
        return {"queries": list(dict.fromkeys(bare)), "urls": list(dict.fromkeys(feeds))}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the days of one query from the oldest on, or one feed.

        SourceChanged where the answer is no feed. ConfigurationError, after all that can be had was
        handed over, where the query finds more on one day than Google gives.
        """
        if len(self.split()) != 1 or not (self.queries or self.urls):
            raise ConfigurationError(
                "One walk of 'news' takes one query or one feed.",
                remedy="Give 'queries' or 'urls' in the watch file; walk each of split().",
            )
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        if self.urls:
            yield from self._feed(http, cursor, walk)
        else:
            yield from self._days(http, cursor, walk)

    def _feed(self, http: Http, cursor: Cursor | None, walk: NewestFirst) -> Iterator[Page]:
        feed = Rss(urls=self.urls, kind="article", overlap_hours=self.overlap_hours)
        for page in feed.pages(http, cursor):
            named = (msgspec.structs.replace(m, source=SOURCE) for m in page.mentions)
            kept = [mention for mention in named if walk.wants(mention)]
            yield msgspec.structs.replace(page, mentions=kept)

    def _days(self, http: Http, cursor: Cursor | None, walk: NewestFirst) -> Iterator[Page]:
        waiting, crowded = [self._period(walk.floor)], list[date]()
        done = cursor
        while waiting:
            first, last = waiting.pop()
            given = [self._given(http, first - DAY, last + DAY)]
            if given[0].is_full() and first == last:
                given += [
                    self._given(http, first - DAY, first),
                    self._given(http, first, first + DAY),
                ]
                crowded += [first] if _is_crowded(*given) else []
            entries = [(entry, one.feed) for one in given for entry in one.feed.entries]
            fresh = walk.fresh(entries, lambda found: _name(found[0]))
            mentions, rejected = read_records(fresh, lambda found: _read(*found))
            if given[0].is_full() and first < last:
                middle = first + (last - first) // 2
                waiting += [(middle + DAY, last), (first, middle)]
            else:
                walk.passed([time for one in given for time in _times(one.feed)])
                done = walk.finished()
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=done,
                raw=[one.answer for one in given],
            )
        if crowded:
            raise self._too_broad(crowded)

    def _period(self, floor: datetime | None) -> tuple[date, date]:
        end = min(self.until or utcnow(), utcnow())
        start = floor or end - self.first_days * DAY
        return min(start, end).astimezone(UTC).date(), end.astimezone(UTC).date()

    def _given(self, http: Http, after: date, before: date) -> _Given:
        """Ask for what was published between two days.

        Nobody says whether these days count too, nor where a day begins: to ask for a day more on
        either side is right in any case.
        """
        language = self.language.partition("-")[0]
        params = {
            "q": f"{self.queries[0]} after:{after} before:{before}",
            "hl": self.language,
            "gl": self.country,
            "ceid": self.edition or f"{self.country}:{language}",
        }
        url = f"{self.base_url.rstrip('/')}/rss/search"
        answer = http.get(url, params, headers={"Accept": ACCEPT})
        return _Given(answer, read_feed(answer))

    def _too_broad(self, days: list[date]) -> ConfigurationError:
        return ConfigurationError(
            f"Google News finds more for {self.queries[0]!r} on {len(days)} days ({days[0]} "
            f"to {days[-1]}) than it gives; what it gave is kept.",
            remedy='Give narrower queries in the watch file: a "phrase", site:, a country.',
        )


def _is_crowded(whole: _Given, before: _Given, after: _Given) -> bool:
    """Tell whether a day asked for with one more on either side, and full, may miss something.

    It does not where both halves of the same time have room left, and show all that it did.
    """
    shown = {_name(entry) for one in (before, after) for entry in one.feed.entries}
    everything = all(_name(entry) in shown for entry in whole.feed.entries)
    return before.is_full() or after.is_full() or not everything


def _read(entry: Any, feed: Feed) -> Mention:
    """Read an entry of a search; ValueError naming the field where that can't be done."""
    published, name = time_of(entry, "published"), field_of(entry, "id")
    if published is None or name is None:
        raise ValueError("pubDate, guid: the entry has no date or no id")
    title = title_of(entry)
    if title is None:
        raise ValueError("title: the entry has none and says nothing")
    said: dict[str, Any] = dict.get(entry, "source") or {}
    publisher = field_of(said, "title")
    return Mention(
        source=SOURCE,
        place=PLACE,
        external_id=name,
        kind="article",
        published=published,
        url=web_address(feed.whole(entry, "link")),
        author_handle=publisher,
        title=title.removesuffix(f" - {publisher}"),
        language=language_tag(feed.language),
    )


def _name(entry: Any) -> str:
    return field_of(entry, "id") or repr(entry)


def _times(feed: Feed) -> list[datetime]:
    found = []
    for entry in feed.entries:
        try:
            found.append(time_of(entry, "published"))
        except ValueError:  # it is told of when the entry is read
            continue
    return [time for time in found if time is not None]


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2].lower()}{parts.path.rstrip('/')}"
