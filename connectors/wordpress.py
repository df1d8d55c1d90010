"""Comments and posts of WordPress sites, by the REST API that each of them has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst, loop, peek
from connectors.onward import Onward
from connectors.wordpress_record import (
    FIELDS,
    SOURCE,
    name_of,
    place_of,
    read_comment,
    read_post,
    written,
)
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError, NotFound, SourceError
from tidings.http import Answer, Http

PER_PAGE = 100
"""Records asked for at a time: as many as WordPress gives."""

SECOND = timedelta(seconds=1)

What = Literal["comments", "posts"]
Time = Annotated[datetime, Meta(tz=True)]
Url = Annotated[str, Meta(pattern=r"^https?://\S+$", max_length=500)]


class Wordpress(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Comments (and posts) of WordPress sites; each site is a place.

    sites: address of each site. Its API is looked for below ``/wp-json``; give the address up to
    ``rest_route=`` of a site without fine links, or that of an API up to ``/wp/v2/sites/NAME``.
    what: ``comments``, ``posts`` or both; each is walked by itself.
    queries: only what the site's own search finds for one of these; left out, everything.
    overlap_hours: how much of what an earlier walk saw is read again: comments show once somebody
    has approved them, with the time at which they were written.
    since, until: only what was written from ``since`` on and before ``until`` (aware UTC).

    ``external_id`` is ``comment-`` or ``post-`` and the number, ``parent_id`` that of the comment
    or post replied to. ``author_handle`` is the name that the writer of a comment gave.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Comments of WordPress sites: text, author's name, what they reply to; and posts: "
        "title, text.",
        needs="nothing",
        limits="100 records an answer; how often one may ask is up to the site. Some sites or "
        "security plugins close the API (401, 403, 404). A comment is listed once it is approved: "
        "one that waits for longer than overlap_hours is not seen.",
        terms="Those of the site. Comments are their writers' words.",
        state="documentation only",
        example={"sites": ["https://blog.example"]},
        order="oldest",
        goes_back=True,
    )

    sites: Annotated[tuple[Url, ...], Meta(min_length=1)]
    what: Annotated[tuple[What, ...], Meta(min_length=1)] = ("comments",)
    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    overlap_hours: Annotated[float, Meta(ge=0)] = 72.0
    since: Time | None = None
    until: Time | None = None

    def split(self) -> list[Self]:
        """Return one connector for each site, each of what it has, and each query."""
        queries: list[tuple[str, ...]] = [(query,) for query in dict.fromkeys(self.queries)]
        return [
            msgspec.structs.replace(self, sites=(site,), what=(what,), queries=query)
            for site in dict.fromkeys(self.sites)
            for what in dict.fromkeys(self.what)
            for query in queries or [()]
        ]

    def label(self) -> str:
        """Name the walk by its site, what is read there and the query."""
        words = [*map(place_of, self.sites), *self.what, *self.queries]
        return f"wordpress {' '.join(words)}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        sites = [url.partition("/wp-json/")[0] for url in urls if "/wp-json/" in url]
        names = dict.fromkeys(urlsplit(url).path.rpartition("/")[2] for url in urls)
        return {
            "sites": list(dict.fromkeys(sites)),
            "what": [name for name in names if name in FIELDS],
        }

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk from the oldest record to the newest.

        The next page is what was written in the last second of this one or later, so what is
        removed meanwhile moves nothing out of sight; where one second fills a page, those after it
        are counted. The walk ends with the last page by the site's count. SourceChanged where pages
        come again, NotFound where the site has no such API.
        """
        place = place_of(self._one())
        read = partial(read_comment if self.what == ("comments",) else read_post, place=place)
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        onward = Onward()
        after, number = walk.floor, 1
        while True:
            try:
                answer = http.get(self._url(), self._params(after, number), judge=_judge)
            except _PastTheEnd as error:
                yield Page(mentions=[], cursor=walk.finished(), raw=_kept(error))
                return
            records: list[msgspec.Raw] = answer.json(list[msgspec.Raw])
            fresh = walk.fresh(records, name_of)
            mentions, rejected = read_records(fresh, read)
            times = written(records)
            walk.passed(times)
            first = after is None and number == 1
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=walk.finished(),
                raw=[answer],
                declared_total=_count(answer, "x-wp-total") if first else None,
            )
            latest = max(times, default=None)
            newer = latest is not None and (after is None or latest > after)
            counted = after is not None and number > 1
            if _is_last(answer, number, records) and not (counted and newer):
                return
            stale = after is not None and bool(times) and min(times) < after
            if records and not fresh and (number > 1 or stale):
                raise loop(answer, "this page brings only what came before")
            if newer:
                # not on from a page that was counted to: the size of pages may have changed
                after, number = (after + SECOND if after and counted else latest), 1
            else:
                number += 1
            onward.follow(f"{after} {number}", answer, records=len(records))

    def _one(self) -> str:
        if len(self.sites) != 1 or len(self.what) != 1 or len(self.queries) > 1:
            raise ConfigurationError(
                "One walk of 'wordpress' takes one site, one of its listings and one query.",
                remedy="Walk each of split().",
            )
        return self.sites[0]

    def _url(self) -> str:
        site = self._one().rstrip("/")
        if "/wp/v2" in site:
            return f"{site}/{self.what[0]}"
        root = site if site.endswith("rest_route=") else f"{site}/wp-json"
        return f"{root}/wp/v2/{self.what[0]}"

    def _params(self, after: datetime | None, number: int) -> dict[str, Any]:
        """Return the parameters of a page; both bounds exclude the second that they name."""
        return {
            "per_page": PER_PAGE,
            "page": number,
            "order": "asc",
            "orderby": "date_gmt" if self.what == ("comments",) else "date",
            "after": _iso(after - SECOND) if after else None,
            "before": _iso(self.until + SECOND) if self.until else None,
            "search": self.queries[0] if self.queries else None,
            "_fields": FIELDS[self.what[0]],
        }


class _PastTheEnd(SourceError):
    """A page number beyond the last one: WordPress says so with an error where others say []."""


def _judge(answer: Answer) -> SourceError | None:
    code = peek(msgspec.Raw(answer.body), "code", str) if answer.status >= 400 else None
    if answer.status == 400 and code is not None and code.endswith("invalid_page_number"):
        return _PastTheEnd(f"{answer.url} has no such page.")
    if code in ("rest_no_route", "rest_disabled"):
        return NotFound(
            f"{answer.url}: this site's REST API has no such listing ({code}).",
            remedy="The site has closed it; is there a feed of its comments for 'rss'?",
        )
    return None


def _is_last(answer: Answer, number: int, records: list[msgspec.Raw]) -> bool:
    """Tell whether no page follows, by the site's count; without one, an empty page is the end.

    Pages before it may be short or empty: comments that one may not see are counted all the same.
    """
    pages = _count(answer, "x-wp-totalpages")
    return number >= pages if pages is not None else not records


def _count(answer: Answer, header: str) -> int | None:
    stated = answer.headers.get(header, "").strip()
    return int(stated) if stated.isascii() and stated.isdecimal() else None


def _kept(error: SourceError) -> list[Answer]:
    return [error.answer] if error.answer is not None else []


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
