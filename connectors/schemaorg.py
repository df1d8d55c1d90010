"""Find the schema.org reviews of a page, in JSON-LD and in microdata."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector

from connectors.jsonld import read_jsonld
from connectors.microdata import Node, microdata, resolved
from tidings.charsets import text_codec
from tidings.connector import Rejected
from tidings.errors import SourceChanged
from tidings.http import Answer

REVIEWS = frozenset({"Review", "UserReview", "CriticReview", "EmployerReview", "Recommendation"})
"""Types that are an opinion on something. A ClaimReview, say, is one on what somebody said."""

PEOPLE = frozenset({"author", "creator"})
"""Properties whose values often stand elsewhere on the page, referred to by their ``@id``."""

HOLDING = ("review", "reviews")
"""Properties of the thing reviewed that hold its reviews; the plural is the older spelling."""

_XML = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HTML = re.compile(r"<(!doctype\s+html|html|body|main|div|table|p)\b", re.I)


class Markup(msgspec.Struct):
    """What a page says in schema.org's words.

    ``jsonld`` and ``microdata`` are its reviews in the order of the page; ``things`` what they are
    about, by ``id()`` of the review's node; ``total`` the first number of reviews that the page
    states. ``soup`` is None for a page that is JSON-LD through and through.
    """

    soup: BeautifulSoup | None
    url: str
    base: str
    jsonld: list[Node]
    microdata: list[Node]
    things: dict[int, Node]
    unreadable: list[Rejected]
    total: int | None
    language: str | None
    marked: bool = True
    """Whether the page has any markup at all; a sign-in page has none."""


def read_page(answer: Answer) -> Markup:
    """Read the schema.org markup of an answer.

    SourceChanged for what is neither HTML nor JSON-LD: an image, a feed, an empty body.
    """
    text = _decoded(answer).replace("\0", "")
    is_html = _is_html(answer, text)
    text = _XML.sub("", text)
    if text.lstrip()[:1] in ("{", "["):
        return _read_bare(answer, text)
    soup = BeautifulSoup(text, "lxml")
    base = _base(soup, answer)
    items = microdata(soup, base) if "itemscope" in text.casefold() else []
    documents, unreadable = _scripts(soup)
    if not text.strip() or not (is_html or items or documents):
        raise _no_markup(answer)
    markup = _empty(answer, soup, base)
    markup.unreadable = unreadable
    markup.marked = bool(items or documents or unreadable)
    _collect(markup, documents, markup.jsonld)
    _collect(markup, items, markup.microdata)
    return markup


def types_of(node: Node) -> set[str]:
    """Return the names of a node's types, without the vocabulary's address."""
    stated = node.get("@type", node.get("type"))
    return {re.split(r"[/#:]", t.strip())[-1] for t in _flat(stated) if isinstance(t, str)}


def values_of(node: Node, *names: str) -> list[Any]:
    """Return what a node says under the first of ``names`` that it says anything under."""
    for name in names:
        for prefix in ("", "schema:", "http://schema.org/", "https://schema.org/"):
            found = [v for v in _flat(node.get(prefix + name)) if v not in (None, "", {})]
            if found:
                return found
    return []


def _flat(value: Any) -> list[Any]:
    """Return the values that a list, or a wrapper of JSON-LD's, holds however deeply."""
    found, waiting = [], [value]
    while waiting:
        value = waiting.pop()
        wrapper = isinstance(value, dict) and {"@value", "@list", "@set"} & set(value)
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif wrapper:
            waiting.append(value[wrapper.pop()])
        else:
            found.append(value)
    return found


def _decoded(answer: Answer) -> str:
    """Return the body as text by the header, the byte order mark, the page, UTF-8, Windows-1252."""
    if answer.charset:
        return answer.text
    marks = {
        codecs.BOM_UTF8: "utf-8-sig",
        codecs.BOM_UTF16_LE: "utf-16",
        codecs.BOM_UTF16_BE: "utf-16",
    }
    names = [name for mark, name in marks.items() if answer.body.startswith(mark)]
    declared = EncodingDetector.find_declared_encoding(answer.body, is_html=True)
    names.append(text_codec(declared) or "utf-8")
    for name in (*names, "utf-8"):
        try:
            return answer.body.decode(name)
        except ValueError:
            continue
    return answer.body.decode("cp1252", "replace")


def _is_html(answer: Answer, text: str) -> bool:
    kind = answer.headers.get("content-type", "")
    if "html" in kind:
        return True
    if "xml" in kind or _XML.match(text):
        return "<html" in text[:10_000].casefold()
    return _HTML.search(text[:100_000]) is not None


def _base(soup: BeautifulSoup, answer: Answer) -> str:
    tag = soup.find("base", href=True)
    return (resolved(answer.url, str(tag["href"])) if tag else "") or answer.url


def _read_bare(answer: Answer, text: str) -> Markup:
    try:
        document = read_jsonld(text)
    except ValueError as error:
        raise _no_markup(answer) from error
    if not any(types_of(node) for node, _, _ in _nodes([document])):
        raise _no_markup(answer)
    markup = _empty(answer, None, answer.url)
    _collect(markup, [document], markup.jsonld)
    return markup


def _no_markup(answer: Answer) -> SourceChanged:
    return SourceChanged(
        f"{answer.url} answered with no HTML page and no schema.org markup "
        f"({answer.headers.get('content-type', 'no content type')}, {len(answer.body)} bytes).",
        remedy="Look at the kept page; is the address that of a page with reviews?",
        url=answer.url,
        answer=answer,
    )


def _scripts(soup: BeautifulSoup) -> tuple[list[Any], list[Rejected]]:
    documents, unreadable = [], []
    for script in soup.find_all("script", type=re.compile(r"^\s*application/ld\+json\b", re.I)):
        text = script.get_text()
        try:
            documents.append(read_jsonld(text))
        except ValueError as error:
            # another vocabulary's broken script is not ours to report
            if "review" in text.casefold():
                unreadable.append(Rejected(reason=f"unreadable JSON-LD: {error}", raw=text))
    return documents, unreadable


def _empty(answer: Answer, soup: BeautifulSoup | None, base: str) -> Markup:
    html = soup.find("html") if soup else None
    language = (html.get("lang") or html.get("xml:lang")) if html else None
    return Markup(
        soup=soup,
        url=answer.url,
        base=base,
        jsonld=[],
        microdata=[],
        things={},
        unreadable=[],
        total=None,
        language=str(language) if language else None,
    )


def _collect(markup: Markup, documents: list[Any], into: list[Node]) -> None:
    nodes = list(_nodes(documents))
    known = {str(n["@id"]): n for n, _, _ in nodes if "@id" in n and len(n) > 1}
    holders = {str(n["@id"]): holder for n, _, holder in nodes if _is_reference(n) and holder}
    for node, key, holder in nodes:
        if markup.total is None and (
            key == "aggregateRating" or "AggregateRating" in types_of(node)
        ):
            markup.total = _count(node)
        if _is_reference(node) or not _is_review(node, key):
            continue
        into.append(node)
        for name in PEOPLE & node.keys():
            node[name] = [known.get(_reference(v), v) for v in values_of(node, name)]
        about = [*values_of(node, "itemReviewed"), holder, holders.get(str(node.get("@id")))]
        things = [t if isinstance(t, dict) else {"name": t} for t in about if t]
        things = [known.get(str(t.get("@id")), t) if _is_reference(t) else t for t in things]
        for thing in things:
            if values_of(thing, "name"):
                markup.things[id(node)] = thing
                break


def _nodes(documents: list[Any]) -> Iterator[tuple[Node, str, Node | None]]:
    """Yield every node once, in order, with the key it is under and, of a review, its holder."""
    waiting: list[tuple[Any, str, Node | None]] = [(d, "", None) for d in reversed(documents)]
    seen: set[int] = set()
    while waiting:
        value, key, holder = waiting.pop()
        if isinstance(value, dict) and {"@list", "@set"} & set(value):
            value = _flat(value)
        if isinstance(value, list):
            waiting.extend((inner, key, holder) for inner in reversed(value))
        elif isinstance(value, dict) and id(value) not in seen:
            seen.add(id(value))
            yield value, key, holder
            for name, inner in reversed(value.items()):
                local = re.split(r"[/#:]", name)[-1]
                waiting.append((inner, local, value if local in HOLDING else None))


def _is_reference(node: Node) -> bool:
    return set(node) == {"@id"}


def _reference(value: Any) -> str:
    return str(value["@id"]) if isinstance(value, dict) and _is_reference(value) else ""


def _is_review(node: Node, key: str) -> bool:
    types = types_of(node)
    return bool(types & REVIEWS) or (key in HOLDING and not types)


def _count(node: Node) -> int | None:
    for stated in values_of(node, "reviewCount"):
        digits = re.fullmatch(r"(\d{1,3}(?:[.,'\s]\d{3})+|\d{1,12})", str(stated).strip())
        if digits and not isinstance(stated, bool):
            return int(re.sub(r"\D", "", digits[1]))
    return None
