"""The article of a web page: its text by trafilatura, its times from what the page states."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bs4.dammit import EncodingDetector

from connectors.addresses import web_address
from connectors.articles_sitemap import Listed
from connectors.dates import read_time
from connectors.jsonld import read_jsonld
from connectors.languages import language_tag
from tidings.charsets import text_codec
from tidings.errors import SourceChanged
from tidings.http import Answer
from tidings.markup import tidy
from tidings.mention import Mention

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SOURCE = "articles"

MOST_BYTES = 3_000_000
"""Of a page. Finding an article's text takes seconds in much larger ones."""

_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
"""Beginnings of gzip, zstd and zip: read as text they would be a mention of rubbish."""

_MARKUP = re.compile(r"<[a-zA-Z!/]")
"""Of a page without any, whatever it is (an error's text, JSON), all would be taken for words."""

SHORTEST = 200
"""Characters of a text that is taken for an article though nothing on its page says it is one."""

_OPENED, _CLOSED = re.compile(rb"<html\b", re.I), re.compile(rb"</(html|body)\b", re.I)

LONGEST_ID = 500
DEEPEST = 20
"""Levels of a page's JSON-LD that are looked through for its dates."""

WRITTEN = {
    "published": ("article:published_time", "datePublished", "dc.date.issued", "pubdate", "date"),
    "modified": ("article:modified_time", "og:updated_time", "dateModified", "last-modified"),
}
"""Names under which pages state these times, in meta elements; the better ones first."""


def read_article(answer: Answer, listed: Listed, place: str) -> Mention:
    """Read the article of a page; ValueError where it holds none, SourceChanged for no body."""
    from lxml import etree
    from lxml.html import document_fromstring
    from trafilatura import bare_extraction

    text = _decoded(answer).replace("\0", "")
    if not _MARKUP.search(text):
        raise ValueError("the page has no markup: it is no web page, whatever it says that it is")
    try:
        # A tree, not a text: one that looks like an address would be asked for by the library.
        tree = document_fromstring(text.encode(), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ValueError(f"the page can't be parsed: {error}") from error
    times = _Times(tree)
    marked = times.any() or tree.find(".//article") is not None
    language = language_tag(tree.get("lang") or listed.language)
    found: Any = bare_extraction(tree, url=listed.url, with_metadata=True, include_comments=False)
    if found is None or not tidy(found.text):
        raise ValueError("the page holds no article: no text was found")
    if not marked and len(tidy(found.text) or "") < SHORTEST:
        raise ValueError("the page says by nothing that it is an article: a sign-in, a captcha?")
    stated = times.stated("published") or listed.published
    published = stated or _time(found.date) or listed.changed
    if published is None:
        raise ValueError("published: neither the page nor its sitemap states a time")
    modified = times.stated("modified")
    return Mention(
        source=SOURCE,
        place=place,
        external_id=name_of(listed.url),
        kind="article",
        published=published,
        edited=modified if modified and modified > published else None,
        url=web_address(listed.url),
        author_handle=tidy(found.author or times.metas.get("author")),
        title=tidy(found.title) or tidy(listed.title),
        text=tidy(found.text),
        language=language,
    )


def check_body(answer: Answer) -> None:
    """Raise SourceChanged for an answer without a body, ValueError for one that is no web page."""
    if not answer.body.strip():
        raise SourceChanged(
            f"{answer.url} answered {answer.status} with nothing.",
            remedy="If it stays so, leave the page out with 'leave_out'.",
            url=answer.url,
            answer=answer,
        )
    kind = answer.headers.get("content-type", "text/html").lower()
    if "html" not in kind:
        raise ValueError(f"content type: {kind!r} is no web page")
    if answer.body.startswith(_PACKED):
        raise ValueError("the page is packed, and does not say so")
    if _OPENED.search(answer.body) and not _CLOSED.search(answer.body):
        raise ValueError("the page was cut off: it does not end")
    if len(answer.body) > MOST_BYTES:
        raise ValueError(
            f"the page has {len(answer.body):,} bytes; at most {MOST_BYTES:,} are read"
        )


def name_of(url: str) -> str:
    """Return a page's id: its address without its scheme, which may change; a digest if long."""
    parts = urlsplit(url)
    name = f"{parts.netloc.rpartition('@')[2].lower()}{parts.path}"
    name += f"?{parts.query}" if parts.query else ""
    if len(name) <= LONGEST_ID:
        return name
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class _Times:
    """The times that a page states of itself, before the tree is taken apart for its text."""

    def __init__(self, tree: HtmlElement) -> None:
        self.metas = {
            str(meta.get("property") or meta.get("name") or meta.get("itemprop")).lower(): str(
                meta.get("content", "")
            )
            for meta in reversed(tree.findall(".//meta"))
        }
        self._documents = list(_documents(tree))

    def any(self) -> bool:
        """Tell whether the page says anything of itself, as articles do and sign-in pages don't."""
        stated = {name for names in WRITTEN.values() for name in names}
        about = any(name in stated or name.startswith(("og:", "article:")) for name in self.metas)
        return about or bool(self._documents)

    def stated(self, which: str) -> datetime | None:
        """Return the first such time that can be read and has a zone."""
        names = WRITTEN[which]
        linked = [v for d in self._documents for v in _values(d, names, DEEPEST)]
        metas = [self.metas.get(name.lower()) for name in names]
        times = (_time(value) for value in (metas[0], *linked, *metas[1:]))
        return next((time for time in times if time is not None), None)


def _documents(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.findall(".//script[@type='application/ld+json']"):
        try:
            yield read_jsonld(script.text or "")
        except ValueError:  # a page whose markup is broken still has its words
            continue


def _values(node: Any, names: tuple[str, ...], depth: int) -> Iterator[str]:
    """Yield what JSON-LD says under ``names``, outermost first."""
    if isinstance(node, dict):
        yield from (node[name] for name in names if isinstance(node.get(name), str))
    if depth and isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _values(inner, names, depth - 1)


def _time(stated: str | None) -> datetime | None:
    try:
        return read_time(stated) if stated else None
    except ValueError:
        return None


def _decoded(answer: Answer) -> str:
    """Return the body as text: as UTF-8 if it is that, whatever is declared, else as declared."""
    if not answer.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return answer.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            if answer.charset:
                return answer.text
    declared = EncodingDetector.find_declared_encoding(answer.body, is_html=True)
    utf16 = answer.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return answer.body.decode("utf-16" if utf16 else text_codec(declared) or "cp1252", "replace")


def _parser() -> Any:
    from lxml.html import HTMLParser

    return HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
