"""Reviews of any page that marks them up in schema.org's words, in JSON-LD or microdata."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar, Self
from urllib.parse import urldefrag, urlsplit

import msgspec
from bs4 import Tag
from msgspec import Meta

from connectors.dates import zone_of
from connectors.microdata import resolved
from connectors.review_ids import Identifier, likeness
from connectors.review_mention import Reading, place_of, read_review
from connectors.schemaorg import Markup, read_page
from connectors.watermark import Watermark
from tidings.connector import About, Connector, Cursor, Page, Rejected, read_records
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer, Http
from tidings.http.address import same_origin
from tidings.http.robots import obeying
from tidings.mention import Mention


class Reviews(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reviews of pages with schema.org markup; each address is a place with its following pages.

    urls: addresses of the first pages; each is walked by itself.
    url: the same for a single address.
    place: name of the place, for a single address; else its host and path (with its query, if any).
    follow: also read the pages that ``rel=next`` links lead to (link, a, the Link header).
    next_selector: CSS selector of the link to the next page, where it has no ``rel=next``.
    newest_first: the pages list the newest reviews first, so stop at what an earlier walk has seen;
        else every page is read on every walk.
    overlap_hours: how much of what an earlier walk saw is read again with ``newest_first``.
    timezone: zone of times that state none. A date alone is midnight there.
    date_format: form of the dates (strptime) where it is not ISO 8601, e.g. ``%d.%m.%Y``.
    undated: time given to reviews that state none (aware UTC). Without it they are rejected, since
        the time of collecting would be another one at every walk.
    rating_min, rating_max: the scale of ratings that state none; schema.org's is 1 to 5.
    robots: keep to the site's robots.txt (rules for ``tidings`` or ``*``, Crawl-delay); turn off
        only where the site itself allowed it.
    stated_ids: trust the identifiers that the page states; turn off where they only count the
        reviews of a page (``#review-1``).

    Identifiers: ``@id``, ``identifier`` or the fragment of the review's address; else a hash of
    author, time and product; else, or where two reviews share that, a hash of all it says, so that
    an edit of such a review looks like a new one.
    """

    source: ClassVar[str] = "reviews"
    about: ClassVar[About] = About(
        collects="Reviews of any page with schema.org markup (JSON-LD, microdata) and of the pages "
        "that follow it: rating on its scale, text, author's name, the owner's answer.",
        needs="nothing",
        limits="Only what is in the HTML: reviews loaded by a script are not seen, nor is a "
        "sign-in page told from a page without reviews. A review is known again by the "
        "identifier the page gives, or by author, time and product.",
        terms="Ask the site: its terms decide whether its reviews may be collected. Its robots.txt "
        "is kept to, unless you set robots = false.",
        state="recorded",
        example={"urls": ["https://shop.example/anvil/reviews"], "next_selector": "a.next"},
        order="any",
        goes_back=False,
        allows_answers=True,
    )

    urls: tuple[str, ...] = ()
    url: str = ""
    place: str = ""
    follow: bool = True
    next_selector: str | None = None
    newest_first: bool = False
    overlap_hours: Annotated[float, Meta(ge=0)] = 48.0
    timezone: str = "UTC"
    date_format: str | None = None
    undated: Annotated[datetime, Meta(tz=True)] | None = None
    rating_min: float = 1.0
    rating_max: float = 5.0
    stated_ids: bool = True
    robots: bool = True

    def __post_init__(self) -> None:
        """Refuse settings without an address, or that can't be used (ValueError)."""
        if not self._urls():
            raise ValueError("'urls' names no page; give the address of the first page of reviews")
        for url in self._urls():
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ValueError(f"url {url!r} is no address that begins with http:// or https://")
        if self.place and len(self._urls()) > 1:
            raise ValueError("'place' names one place, but there are several urls")
        if self.rating_min >= self.rating_max:
            raise ValueError("'rating_min' must be less than 'rating_max'")
        zone_of(self.timezone)
        _check_selector(self.next_selector)

    def split(self) -> list[Self]:
        """Return one connector for each address."""
        return [msgspec.structs.replace(self, urls=(url,), url="") for url in self._urls()]

    def label(self) -> str:
        """Name the walk by the place."""
        return f"reviews {' '.join(self.place or place_of(url) for url in self._urls())}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the pages of one place; ends at a page without reviews or without a way on.

        SourceChanged where a page is neither HTML nor JSON-LD, where a following one has no markup
        at all (it is a sign-in page or a captcha), or where the pages go in a circle; Disallowed
        where robots.txt forbids a page.
        """
        http = obeying(http) if self.robots else http
        start = self._one_url()
        watermark = Watermark(cursor, self.overlap_hours)
        identifier = Identifier()
        reading = self._reading(start)
        at, visited = start, {urldefrag(start)[0]}
        before: list[Mention] = []
        while True:
            answer = http.get(at, found=not same_origin(start, at))
            markup = read_page(answer)
            if at != start and not markup.marked:
                raise _unmarked(answer)
            stated, rejected = _read(markup, reading)
            if stated and stated == before:
                raise _loop(answer, "it holds the same reviews as the page before it")
            mentions = identifier.identify(stated)
            stray: SourceChanged | None = None
            try:
                onward = self._next(markup, answer) if mentions or rejected else None
            except SourceChanged as error:  # told once what this page holds is kept
                onward, stray = None, error
            seen = watermark.passed(m.published for m in mentions) and self.newest_first
            yield Page(
                mentions=mentions,
                rejected=rejected,
                cursor=watermark.cursor() if seen or not (onward or stray) else cursor,
                raw=[answer],
                declared_total=markup.total,
            )
            if stray is not None and not seen:
                raise stray
            if onward is None or seen:
                return
            visited.add(urldefrag(answer.url)[0])
            if onward in visited:
                raise _loop(answer, f"its next page {onward} was read before")
            at, before = onward, stated
            visited.add(at)

    def _urls(self) -> tuple[str, ...]:
        given = [*self.urls, *([self.url] if self.url else [])]
        return tuple(dict.fromkeys(url.strip() for url in given))

    def _one_url(self) -> str:
        urls = self._urls()
        if len(urls) > 1:
            raise ConfigurationError(
                f"One walk can't go over {len(urls)} pages.", remedy="Walk each of split()."
            )
        return urls[0]

    def _reading(self, start: str) -> Reading:
        return Reading(
            start=start,
            place=self.place or place_of(start),
            zone=zone_of(self.timezone),
            date_format=self.date_format,
            undated=self.undated,
            low=self.rating_min,
            high=self.rating_max,
            stated_ids=self.stated_ids,
        )

    def _next(self, markup: Markup, answer: Answer) -> str | None:
        """Return the address of the next page, None where the page leads nowhere on."""
        if not self.follow:
            return None
        stated = _stated_next(markup, answer, self.next_selector)
        if stated is None or stated.strip().startswith("#") or not stated.strip():
            return None
        url = urldefrag(resolved(markup.base, stated))[0]
        if urlsplit(url).scheme not in ("http", "https"):
            return None
        if _host(url) != _host(answer.url):
            raise SourceChanged(
                f"{answer.url}: its next page {url} is on another host.",
                remedy="Set follow = false, or next_selector to the link that is meant.",
                url=answer.url,
                answer=answer,
            )
        return url


def _read(markup: Markup, reading: Reading) -> tuple[list[Mention], list[Rejected]]:
    """Return the reviews of a page, each once, with the identifiers that the page states."""
    read = partial(read_review, markup=markup, reading=reading)
    mentions, rejected = read_records(markup.jsonld, read)
    said = {likeness(mention) for mention in mentions}
    others, bad = read_records(markup.microdata, read)
    mentions += [mention for mention in others if likeness(mention) not in said]
    return mentions, [*markup.unreadable, *rejected, *bad]


def _host(url: str) -> str:
    return (urlsplit(url).netloc.rpartition("@")[2]).lower().removeprefix("www.")


def _check_selector(selector: str | None) -> None:
    import soupsieve

    if selector is not None:
        try:
            soupsieve.compile(selector)
        except soupsieve.SelectorSyntaxError as error:
            raise ValueError(f"next_selector {selector!r} is no CSS selector: {error}") from error


def _stated_next(markup: Markup, answer: Answer, selector: str | None) -> str | None:
    tag: Tag | None = None
    if markup.soup is not None and selector is not None:
        tag = markup.soup.select_one(selector)
        tag = tag if tag is None or tag.has_attr("href") else tag.find("a", href=True)
    elif markup.soup is not None:
        tag = markup.soup.select_one('link[rel~="next" i][href], a[rel~="next" i][href]')
    if tag is not None:
        return str(tag.get("href", ""))
    return answer.link("next") if selector is None else None


def _unmarked(answer: Answer) -> SourceChanged:
    return SourceChanged(
        f"{answer.url} follows a page with reviews, but has no schema.org markup at all.",
        remedy="Look at the kept page: a sign-in page, a captcha, or another kind of page?",
        url=answer.url,
        answer=answer,
    )


def _loop(answer: Answer, what: str) -> SourceChanged:
    return SourceChanged(
        f"{answer.url} leads round in a circle: {what}.",
        remedy="Set next_selector to the link that leads on, or follow = false.",
        url=answer.url,
        answer=answer,
    )
