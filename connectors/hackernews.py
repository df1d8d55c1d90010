"""Stories and comments of Hacker News, by the search that Algolia runs for it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta

from connectors.hackernews_again import items_again
from connectors.newest_first import NewestFirst, identities, loop, peek_all
from tidings.connector import About, Connector, Cursor, Key, Page, Rejected, read_records
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer, Http
from tidings.markup import plain_text, tidy
from tidings.mention import Mention
from tidings.times import from_epoch

SITE = "news.ycombinator.com"

LAST_SECOND = 253_402_300_799
"""The last second of the year 9999, in Unix time."""

Second = Annotated[int, Meta(ge=0, le=LAST_SECOND)]


class _Hit(
    msgspec.Struct, frozen=True, rename={"object_id": "objectID", "labels": "_tags"}
):  # the rest of a hit repeats the query
    object_id: Annotated[str, Meta(min_length=1)]
    created_at_i: Second
    author: str | None = None
    title: str | None = None
    story_text: str | None = None
    comment_text: str | None = None
    points: int | None = None
    num_comments: int | None = None
    parent_id: int | None = None
    labels: list[str] | None = None


_hit = msgspec.json.Decoder(_Hit)


class _Counts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    nb_hits: int | None = None
    nb_pages: int | None = None
    exhaustive_nb_hits: bool = False


class _Found(_Counts, frozen=True, kw_only=True, rename="camel"):
    """A page, every hit of which is as it should be: read in one go."""

    hits: list[_Hit]


class _Unread(_Counts, frozen=True, kw_only=True, rename="camel"):
    """A page with its hits as they came, each to be read by itself."""

    hits: list[msgspec.Raw]


class HackerNews(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stories and comments of Hacker News that match a query, newest first.

    queries: what to search for, each walked by itself; left out, the brand's and its competitors'
    names and aliases. A phrase is written in double quotes.
    tags: ``story``, ``comment`` or both.
    hits_per_page: hits asked for at a time, at most 1000.
    overlap_hours: how much of what an earlier walk saw is read again, for late hits and new counts.
    since, until: only what was written from ``since`` on and before ``until`` (aware UTC).
    base_url: the search's address, or a local server that stands for it.

    A story that only links elsewhere has a title and no text; ``url`` is its page at Hacker News.
    """

    source: ClassVar[str] = "hackernews"
    searches: ClassVar[bool] = True
    about: ClassVar[About] = About(
        collects="Stories and comments of Hacker News that match a query: text, author, points "
        "and number of comments.",
        needs="nothing",
        limits="About 10,000 requests an hour. Only some 1,000 hits of a query can be paged to, so "
        "the walk goes back by time and has no such limit. The search forgives spelling mistakes: "
        "what it finds is matched again later.",
        terms="The search is open and asks for no key; see hn.algolia.com/api and the guidelines "
        "of Hacker News.",
        state="documentation only",
        example={"queries": ["Acme Rockets"]},
        order="newest",
        goes_back=True,
    )

    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    tags: Annotated[tuple[Literal["story", "comment"], ...], Meta(min_length=1)] = (
        "story",
        "comment",
    )
    hits_per_page: Annotated[int, Meta(ge=1, le=1000)] = 200
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    base_url: str = "https://hn.algolia.com"

    def split(self) -> list[Self]:
        """Return one connector for each query."""
        return [msgspec.structs.replace(self, queries=(q,)) for q in self._queries()] or [self]

    def label(self) -> str:
        """Name the walk by its query."""
        return f"hackernews {', '.join(self.queries)}".strip()

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        asked = [q for url in urls for q in parse_qs(urlsplit(url).query).get("query", [])]
        return {"queries": list(dict.fromkeys(asked))}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the hits of one query by time, from the newest back to where an earlier walk began.

        Each request asks for what is as old as the oldest hit seen or older. The hits of one second
        may fill several pages; those are then paged by number. SourceChanged where the search leads
        round in a loop.
        """
        query = self._one_query()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        at: _At | None = _At(None if self.until is None else math.ceil(self.until.timestamp()) - 1)
        first = True
        while at is not None:
            answer = self._ask(http, query, walk.floor, at)
            found = _found(answer)
            names, seconds = _names(found), _seconds(found)
            fresh = walk.fresh(range(len(names)), names)
            mentions, rejected = _read(answer, found, fresh)
            ends = {min(seconds), max(seconds)} if seconds else set()
            behind = walk.passed([from_epoch(second) for second in ends])
            at = None if behind else _next(at, found, seconds, answer, fresh=bool(fresh))
            yield Page(
                mentions=walk.wanted(mentions),
                rejected=rejected,
                cursor=cursor if at else walk.finished(),
                raw=[answer],
                declared_total=found.nb_hits if first and found.exhaustive_nb_hits else None,
            )
            first = False

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for stories and comments by their ids."""
        yield from items_again(http, self.base_url.rstrip("/"), _mention, keys)

    def _queries(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.queries))

    def _one_query(self) -> str:
        queries = self._queries()
        if len(queries) != 1:
            raise ConfigurationError(
                f"One walk of 'hackernews' takes one query, not {len(queries)}.",
                remedy="Give 'queries' in the watch file, and walk each of split().",
            )
        return queries[0]

    def _ask(self, http: Http, query: str, floor: datetime | None, at: _At) -> Answer:
        bounds = [] if floor is None else [f"created_at_i>={math.ceil(floor.timestamp())}"]
        bounds += [] if at.newest is None else [f"created_at_i<={at.newest}"]
        tags = tuple(dict.fromkeys(self.tags))
        params = {
            "query": query,
            "tags": f"({','.join(tags)})" if len(tags) > 1 else tags[0],
            "numericFilters": ",".join(bounds) or None,
            "hitsPerPage": self.hits_per_page,
            "page": at.page or None,
        }
        return http.get(f"{self.base_url.rstrip('/')}/api/v1/search_by_date", params)


class _At(msgspec.Struct, frozen=True):
    """Where a walk is: the newest second still asked for, None for now, and the page within it."""

    newest: int | None
    page: int = 0


def _next(
    at: _At, found: _Found | _Unread, seconds: Sequence[int], answer: Answer, *, fresh: bool
) -> _At | None:
    """Return where to ask next; None at the end: an empty answer, or nothing that is new.

    What was asked for last comes again in part, since a second may be cut by the end of a page.
    SourceChanged where only hits come that came before and are not of the second asked for.
    """
    if not found.hits:
        return None
    if not fresh and set(seconds) - {at.newest}:
        raise loop(answer, "the search gives hits again that are not as old as was asked for")
    more = found.nb_pages is not None and at.page + 1 < found.nb_pages
    if not fresh and found.nb_pages is not None and not more:
        return None
    whole_page_is_one_second = not seconds or min(seconds) == at.newest
    if whole_page_is_one_second:
        return _At(at.newest, at.page + 1) if fresh or more or at.page == 0 else None
    return _At(min(seconds)) if fresh else None


def _found(answer: Answer) -> _Found | _Unread:
    """Return a page, its hits read if all of them can be; SourceChanged where it is no page."""
    found: _Found | _Unread
    try:
        found = answer.json(_Found)
    except SourceChanged:  # most likely a single hit that is not as it should be
        found = answer.json(_Unread)
    return found


def _read(
    answer: Answer, found: _Found | _Unread, places: Sequence[int]
) -> tuple[list[Mention], list[Rejected]]:
    """Read the hits at ``places`` of a page; those that are rejected are kept as they came."""
    mentions, rejected = read_records([found.hits[place] for place in places], _mention)
    if rejected and isinstance(found, _Found):
        return _read(answer, answer.json(_Unread), places)
    return mentions, rejected


def _names(found: _Found | _Unread) -> list[str]:
    if isinstance(found, _Unread):
        return identities(found.hits, "objectID")
    return [hit.object_id for hit in found.hits]


def _seconds(found: _Found | _Unread) -> list[int]:
    if isinstance(found, _Found):
        return [hit.created_at_i for hit in found.hits]
    seconds = peek_all(found.hits, "created_at_i", int)
    return [second for second in seconds if second is not None and 0 <= second <= LAST_SECOND]


def _mention(record: _Hit | msgspec.Raw) -> Mention:
    hit = record if isinstance(record, _Hit) else _hit.decode(record)
    comment = hit.comment_text is not None or "comment" in (hit.labels or [])
    return Mention(
        source=HackerNews.source,
        place=SITE,
        external_id=hit.object_id,
        kind="comment" if comment else "post",
        published=datetime.fromtimestamp(hit.created_at_i, UTC),  # in range: it is a Second
        url=f"https://{SITE}/item?id={hit.object_id}",
        author_handle=hit.author,
        title=tidy(hit.title),
        text=plain_text(hit.comment_text if comment else hit.story_text),
        parent_id=str(hit.parent_id) if comment and hit.parent_id is not None else None,
        likes=hit.points,
        replies=hit.num_comments,
    )
