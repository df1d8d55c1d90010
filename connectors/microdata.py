"""Microdata of an HTML page as nodes of the form that JSON-LD has, one way of reading for both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from tidings.markup import plain_text, tidy

Node: TypeAlias = dict[str, Any]
"""``@type`` and ``@id`` as in JSON-LD; every other value is a list of texts and nodes."""

ADDRESSES = {
    "a": "href",
    "area": "href",
    "link": "href",
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "source": "src",
    "track": "src",
    "video": "src",
    "object": "data",
}
STATED = ("content", "datetime")
"""Attributes that state the value on any element; the standard has them on a few, pages on all."""

WORDED = frozenset({"author", "creator", "name", "headline", "reviewBody", "description", "text"})
"""Properties whose value is what a link says, not where it leads."""


def microdata(soup: BeautifulSoup, base: str) -> list[Node]:
    """Return the page's items that are no property of another, in the order of the page.

    An item that is marked as a property but lies within no item counts too. ``base`` is the address
    that relative ones are resolved against. Items may hold one another in a circle (``itemref``).
    """
    scopes = soup.find_all(itemscope=True)
    nodes = {id(scope): _bare(scope) for scope in scopes}
    # looking through a page costs as much as parsing it: only where something refers to an id
    referring = any(scope.has_attr("itemref") for scope in scopes)
    named = {str(t["id"]): t for t in reversed(soup.find_all(id=True))} if referring else {}
    owned: set[int] = set()
    for scope in scopes:
        node = nodes[id(scope)]
        for tag in _properties(scope, named):
            inner = nodes.get(id(tag))
            if inner is not None:
                owned.add(id(tag))
            for name in _words(tag, "itemprop"):
                value = inner if inner is not None else _value(tag, name, base)
                node.setdefault(name, []).append(value)
    return [nodes[id(scope)] for scope in scopes if id(scope) not in owned]


def resolved(base: str, address: str) -> str:
    """Return an address made whole, "" where it is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:  # "http://[" and its like
        return ""


def _bare(scope: Tag) -> Node:
    node: Node = {"@type": _words(scope, "itemtype")}
    if scope.get("itemid"):
        node["@id"] = str(scope["itemid"]).strip()
    return node


def _properties(scope: Tag, named: dict[str, Tag]) -> Iterator[Tag]:
    """Yield the elements that state a property of ``scope``, nested scopes left unopened."""
    referred = [named[name] for name in _words(scope, "itemref") if name in named]
    waiting: list[Tag] = [*reversed(referred), *reversed(_children(scope))]
    seen: set[int] = {id(scope)}
    while waiting:
        tag = waiting.pop()
        if id(tag) in seen:
            continue
        seen.add(id(tag))
        if tag.has_attr("itemprop"):
            yield tag
        if not tag.has_attr("itemscope"):
            waiting.extend(reversed(_children(tag)))


def _children(tag: Tag) -> list[Tag]:
    return [child for child in tag.children if isinstance(child, Tag)]


def _words(tag: Tag, attribute: str) -> list[str]:
    stated = tag.get(attribute)
    return " ".join(stated).split() if isinstance(stated, list) else str(stated or "").split()


def _value(tag: Tag, name: str, base: str) -> str:
    for attribute in STATED:
        if tag.has_attr(attribute):
            return str(tag[attribute]).strip()
    address = ADDRESSES.get(tag.name)
    worded = name in WORDED and bool(tag.get_text(strip=True))
    if address and tag.has_attr(address) and not worded:
        stated = str(tag[address]).strip()
        return resolved(base, stated) or stated
    if tag.name in ("data", "meter") and tag.has_attr("value"):
        return str(tag["value"]).strip()
    # a body with markup inside keeps its lines; everything else is read without another parse
    found = plain_text(str(tag)) if tag.find(True) else tidy(tag.get_text())
    return found or ""
