"""Articles of any site that has a sitemap: which pages are new, and the text of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Self
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec import Meta

from connectors.articles_page import SOURCE, check_body, name_of, read_article
from connectors.articles_sitemap import Listed, read_sitemap
from connectors.newest_first import NewestFirst
from connectors.patterns import check_pattern, matching
from tidings.connector import About, Connector, Cursor, Page, Rejected, read_records
from tidings.errors import (
    AuthError,
    BodyTooLarge,
    ConfigurationError,
    Disallowed,
    NotFound,
    SourceChanged,
    SourceError,
)
from tidings.http import Answer, Http
from tidings.http.address import checked, same_origin
from tidings.http.robots import obeying, robots
from tidings.mention import Mention

KNOWN = "known"
"""In a cursor: digests of the pages that were read and would be due again by their time."""

STEP = 20
"""Pages after which the cursor moves on: it is large, and going on may repeat a few."""

MOST_SITEMAPS = 2_000

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Time = Annotated[datetime, Meta(tz=True)]
Url = Annotated[str, Meta(pattern=r"^https?://[^\s/?#]+\S*$", max_length=500)]


class Articles(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The articles that sites list in their sitemaps; each address is walked by itself.

    urls: addresses of sitemaps or of indexes of sitemaps (XML, gzipped XML, plain text, or a feed);
    or of a site's home page, whose sitemaps are then taken from its robots.txt, else from
    ``/sitemap.xml``.
    only, leave_out: regular expressions (RE2) for addresses of pages that are read, and of those
    that are not (``/blog/``, ``/tag/``).
    robots: keep to the site's robots.txt (rules for ``tidings`` or ``*``, Crawl-delay); turn off
    only where the site itself allowed it.
    overlap_hours: how far behind the newest change seen earlier a page that is new in the sitemap
    is still read.
    since, until: only what was published from ``since`` on and before ``until`` (aware UTC).

    The place is the host of the address. ``external_id`` is the page's address without its scheme.
    ``published`` is what the page states, else the sitemap; a date alone is midnight UTC; a page
    that states nothing has its ``lastmod``.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Articles of any site with a sitemap: title, text without navigation and adverts, "
        "author, time, language.",
        needs="nothing",
        limits="One request a page; give max_pages for the first walk over a large site (more than "
        "it has sitemaps, which count, too), the next one goes on. A page is read again when its "
        "lastmod moves; one without lastmod is read once. Pages of more than 3 MB, and what "
        "scripts load, are not read. Sitemaps of up to 50 MB; one that sets every lastmod to today "
        "makes every page new.",
        terms="Ask the site: its terms decide whether its articles may be collected; they are "
        "protected works. Its robots.txt is kept to, unless you set robots = false.",
        state="documentation only",
        example={"urls": ["https://news.example/sitemap.xml"], "leave_out": "/tag/"},
        order="any",
        goes_back=True,
    )

    urls: Annotated[tuple[Url, ...], Meta(min_length=1)]
    only: str | None = None
    leave_out: str | None = None
    robots: bool = True
    overlap_hours: Annotated[float, Meta(ge=0)] = 48.0
    since: Time | None = None
    until: Time | None = None

    def __post_init__(self) -> None:
        """Refuse what is no regular expression (ValueError)."""
        for name, pattern in (("only", self.only), ("leave_out", self.leave_out)):
            if pattern:
                check_pattern(name, pattern)

    def split(self) -> list[Self]:
        """Return one connector for each address."""
        return [msgspec.structs.replace(self, urls=(url,)) for url in dict.fromkeys(self.urls)]

    def label(self) -> str:
        """Name the walk by its address."""
        return f"articles {' '.join(name_of(url).rstrip('/') for url in self.urls)}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the sitemaps, then the pages that are new or changed, the longest unchanged first.

        A page that is gone, that robots.txt forbids or that holds no article is rejected. One that
        is refused or empty is an error, raised once all others were read; the cursor stays before
        it. SourceChanged where a sitemap is none, Disallowed where robots.txt forbids it.
        """
        start = self._one()
        asking = obeying(http) if self.robots else http
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        known = dict.fromkeys((cursor or {}).get(KNOWN, ()))
        every: dict[str, Listed] = {}
        for answer, found in self._sitemaps(asking, self._starts(http, start), walk.floor):
            for page in found:
                every[page.url] = page.along_with(every.get(page.url))
            yield Page(mentions=[], cursor=cursor, raw=[answer])
        listed = {url: page for url, page in every.items() if _may_be_due(page, walk.floor)}
        kept = [digest for page in listed.values() if (digest := _digest(page)) in known]
        due = [page for page in listed.values() if _digest(page) not in known]
        yield from self._articles(asking, walk, sorted(due, key=_rank), kept, cursor)

    def _articles(
        self,
        http: Http,
        walk: NewestFirst,
        due: list[Listed],
        kept: list[str],
        cursor: Cursor | None,
    ) -> Iterator[Page]:
        stray: SourceError | None = None
        for number, listed in enumerate(due, start=1):
            page = Page(mentions=[], cursor=cursor)
            try:
                page = self._article(http, listed, cursor)
            except (AuthError, SourceChanged) as error:
                stray = stray or error
            else:
                kept.append(_digest(listed))
            if stray is None and listed.changed is not None:
                walk.passed([listed.changed])
            if number % STEP == 0:
                cursor = _moved(walk, kept)
            page.mentions = [m for m in page.mentions if walk.wants(m)]
            page.cursor = cursor
            yield page
        yield Page(mentions=[], cursor=_moved(walk, kept))
        if stray is not None:
            raise stray

    def _article(self, http: Http, listed: Listed, cursor: Cursor | None) -> Page:
        """Read one page; AuthError and SourceChanged pass, any other refusal is its rejection."""
        try:
            answer = http.get(listed.url, found=self._is_found(listed.url))
        except (NotFound, Disallowed, BodyTooLarge, ConfigurationError) as error:
            raw = [error.answer] if isinstance(error, SourceError) and error.answer else []
            rejected = Rejected(reason=f"{type(error).__name__}: {error}", raw=listed.url)
            return Page(mentions=[], rejected=[rejected], cursor=cursor, raw=raw)

        def read(page: Listed) -> Mention:
            check_body(answer)
            return read_article(answer, page, _host(self._one()))

        mentions, rejects = read_records([listed], read)
        return Page(mentions=mentions, rejected=rejects, cursor=cursor, raw=[answer])

    def _sitemaps(
        self, http: Http, starts: list[str], floor: datetime | None
    ) -> Iterator[tuple[Answer, list[Listed]]]:
        """Yield each sitemap's answer and its pages; no index's sitemap that can't be due."""
        waiting, seen = list(reversed(starts)), set(starts)
        while waiting:
            url = waiting.pop()
            answer = http.get(url, found=self._is_found(url))
            sitemap = read_sitemap(answer)
            further = [s.url for s in sitemap.sitemaps if _may_be_due(s, floor)]
            fresh = [at for at in dict.fromkeys(further) if at not in seen]
            seen.update(fresh)
            waiting.extend(reversed(fresh))
            if len(seen) > MOST_SITEMAPS:
                raise SourceChanged(
                    f"{url} leads to more than {MOST_SITEMAPS:,} sitemaps.",
                    remedy="Give the address of one of them in 'urls'.",
                    url=url,
                    answer=answer,
                )
            yield answer, self._meant(sitemap.pages)

    def _is_found(self, url: str) -> bool:
        """Tell whether an address leads elsewhere; ConfigurationError where it is none."""
        return not same_origin(self._one(), checked(url))

    def _starts(self, http: Http, start: str) -> list[str]:
        if urlsplit(start).path.strip("/"):
            return [start]
        named = [urljoin(start, url) for url in robots(http).sitemaps(http, start)]
        return named or [urljoin(start, "/sitemap.xml")]

    def _meant(self, pages: list[Listed]) -> list[Listed]:
        """Return the pages that are to be read, by their addresses."""
        addresses = [page.url for page in pages]
        wanted = matching(self.only, addresses) if self.only else [True] * len(pages)
        out = matching(self.leave_out, addresses) if self.leave_out else [False] * len(pages)
        told = zip(pages, wanted, out, strict=True)
        return [page for page, is_wanted, is_out in told if is_wanted and not is_out]

    def _one(self) -> str:
        if len(self.urls) != 1:
            raise ConfigurationError(
                f"One walk of 'articles' takes one address, not {len(self.urls)}.",
                remedy="Walk each of split().",
            )
        return self.urls[0]


def _may_be_due(listed: Listed, floor: datetime | None) -> bool:
    return floor is None or listed.changed is None or listed.changed >= floor


def _rank(listed: Listed) -> tuple[bool, datetime, str]:
    return listed.changed is not None, listed.changed or _LONG_AGO, listed.url


def _digest(listed: Listed) -> str:
    told = f"{listed.url} {listed.changed.isoformat() if listed.changed else ''}"
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _moved(walk: NewestFirst, kept: list[str]) -> Cursor:
    """Return the cursor: how far the walk got, and which of the pages listed need no reading.

    However many they are: one that is left out is read again at every walk.
    """
    return {**(walk.finished() or {}), KNOWN: kept.copy()}


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()
