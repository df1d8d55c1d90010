"""Sitemaps: which pages a site lists, and when each changed. XML (gzipped, too), text and feeds."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag, urljoin

import msgspec

from connectors.addresses import web_address
from connectors.dates import read_time
from connectors.feed import read_feed, time_of
from tidings.errors import BodyTooLarge, SourceChanged
from tidings.http import Answer
from tidings.http.body import DamagedBodyError, OversizedBodyError, read_body

MOST_BYTES = 50 * 1024 * 1024
"""Of a sitemap once it is unpacked: the protocol's own limit."""

NEWS = "sitemap-news"
"""Part of the namespace of what a sitemap of news says of its articles."""

GZIP = b"\x1f\x8b"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A page, or a further sitemap, as a sitemap lists it. Times are aware UTC."""

    url: str
    changed: datetime | None = None
    published: datetime | None = None
    title: str | None = None
    language: str | None = None

    def along_with(self, other: Listed | None) -> Listed:
        """Return what two listings of one page tell of it: the later change, what either says."""
        if other is None:
            return self
        changes = [time for time in (self.changed, other.changed) if time is not None]
        return Listed(
            url=self.url,
            changed=max(changes, default=None),
            published=self.published or other.published,
            title=self.title or other.title,
            language=self.language or other.language,
        )


class Sitemap(msgspec.Struct, frozen=True):
    """What one sitemap lists: pages, and further sitemaps if it is an index."""

    pages: list[Listed]
    sitemaps: list[Listed]


def read_sitemap(answer: Answer) -> Sitemap:
    """Read a sitemap; SourceChanged where it is none or ends early, BodyTooLarge."""
    body = _unpacked(answer)
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return _read_xml(answer, body)
    lines = body.decode("utf-8", "replace").removeprefix("\ufeff").split()
    if not lines or any(web_address(line) is None for line in lines):
        raise _none(answer, "is neither XML nor a list of addresses")
    return Sitemap([Listed(url=line) for line in lines], [])


def _unpacked(answer: Answer) -> bytes:
    try:
        packing = "gzip" if answer.body.startswith(GZIP) else ""
        return read_body([answer.body], packing, max_bytes=MOST_BYTES)
    except OversizedBodyError as error:
        raise BodyTooLarge(
            f"{answer.url}: a sitemap of more than {MOST_BYTES:,} bytes.",
            remedy="Does the site have an index of smaller ones?",
            url=answer.url,
            answer=answer,
        ) from error
    except DamagedBodyError as error:
        raise _none(answer, f"can't be unpacked: {error}") from error


def _read_xml(answer: Answer, body: bytes) -> Sitemap:
    from lxml import etree

    try:
        found = list(_elements(body))
    except etree.XMLSyntaxError as error:
        raise _none(answer, f"is no well-formed XML: {error}") from error
    root = found[-1][0]
    if root in ("rss", "feed", "RDF"):
        return _read_feed(answer)
    if root not in ("urlset", "sitemapindex"):
        raise _none(answer, f"has a root element {root!r}")
    listed = [page for name, page in found[:-1] if page is not None and name == "url"]
    further = [page for name, page in found[:-1] if page is not None and name == "sitemap"]
    base = answer.url
    return Sitemap([_whole(page, base) for page in listed], [_whole(s, base) for s in further])


def _elements(body: bytes) -> Iterator[tuple[str, Listed | None]]:
    """Yield each url and sitemap element, read; at last the root's name. Nothing is looked up."""
    from lxml import etree

    name = ""
    reading = etree.iterparse(io.BytesIO(body), resolve_entities=False, no_network=True)
    for _, element in reading:
        name = _bare(element.tag)
        if name in ("url", "sitemap"):
            yield name, _listed(element)
            element.clear()
    yield name, None  # the root ends last


def _listed(element: Any) -> Listed | None:
    said: dict[str, str] = {}
    for child in element.iter():
        space, _, name = str(child.tag).rpartition("}")
        if NEWS in space:
            said.setdefault(f"news:{name}", (child.text or "").strip())
        elif space == str(element.tag).rpartition("}")[0]:  # images and videos have a loc, too
            said.setdefault(name, (child.text or "").strip())
    if not said.get("loc"):
        return None
    return Listed(
        url=said["loc"],
        changed=_time(said.get("lastmod")),
        published=_time(said.get("news:publication_date")),
        title=said.get("news:title"),
        language=said.get("news:language"),
    )


def _bare(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _time(stated: str | None) -> datetime | None:
    """Return a time that can be read; None for any other: then it is unknown, the page is read."""
    try:
        return read_time(stated) if stated else None
    except ValueError:
        return None


def _whole(listed: Listed, base: str) -> Listed:
    try:
        url = urldefrag(urljoin(base, listed.url))[0]
    except ValueError:  # "http://[" and its like: told of when it is asked for
        return listed
    return msgspec.structs.replace(listed, url=url)


def _read_feed(answer: Answer) -> Sitemap:
    """Read a feed, which may stand for a sitemap."""
    feed = read_feed(answer)
    pages = []
    for entry in feed.entries:
        url = feed.whole(entry, "link")
        try:
            changed = time_of(entry, "updated", "published")
        except ValueError:
            changed = None
        pages += [Listed(url=url, changed=changed)] if url else []
    return Sitemap(pages, [])


def _none(answer: Answer, what: str) -> SourceChanged:
    kind = answer.headers.get("content-type", "no content type")
    return SourceChanged(
        f"{answer.url} {what} ({kind}, {len(answer.body):,} bytes).",
        remedy="Look at the kept page; give the address of the site's sitemap in 'urls'.",
        url=answer.url,
        answer=answer,
    )
