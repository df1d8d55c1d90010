"""The answer after the last one: what a source that has no more says, in the form of its others."""

from __future__ import annotations

import re
from typing import Any

import msgspec

NO_PAGE = b"<!DOCTYPE html>\n<html><head><title>No more</title></head><body></body></html>\n"
NO_FEED = b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel/></rss>\n'

ONWARD = re.compile(
    r"^(cursor|end_?cursor|continuation|links?|more_\w*url"
    r"|(next|prev|previous)_?(page)?_?(token|cursor|url|key|link))$",
    re.IGNORECASE,
)
"""Fields that lead to another page; a source leaves them out of its last answer."""

ONWARD_NULL = frozenset(["after", "before", "next", "previous", "prev"])
"""Fields that lead to another page and are null in the last answer."""

MORE = re.compile(r"^(has_?(more|next)(_?page)?|more)$", re.IGNORECASE)
COUNTS = re.compile(r"^(nb|num_|total|result_?count|hits_?total|count$)", re.IGNORECASE)


def emptied(body: bytes, content_type: str) -> bytes:
    """Return ``body`` without its records and without a way on; never a record that was not there.

    JSON keeps its form (a list becomes ``[]``), a feed its channel, HTML becomes an empty page.
    JSON is known by itself, whatever ``content_type`` says: sources mislabel it.
    """
    try:
        return msgspec.json.encode(_value(msgspec.json.decode(body), top=True))
    except (msgspec.DecodeError, RecursionError):
        if "json" in content_type:
            return b"{}"
    if "html" in content_type:
        return NO_PAGE
    if "xml" in content_type:
        return _feed(body)
    return b""


def is_record_map(value: dict[str, Any]) -> bool:
    """True for a map of records by their id (``{"38626523": {...}, ...}``), not one of fields."""
    return bool(value) and all(
        isinstance(v, dict) and re.search(r"\d", k) for k, v in value.items()
    )


def _value(value: Any, *, top: bool = False) -> Any:
    if isinstance(value, list):
        return [] if top or any(isinstance(v, dict) for v in value) else value
    if not isinstance(value, dict):
        return value
    if is_record_map(value):
        return {}
    return {k: _field(k, v) for k, v in value.items() if not ONWARD.match(k)}


def _field(name: str, value: Any) -> Any:
    if name in ONWARD_NULL and not isinstance(value, list | dict):
        return None
    if MORE.match(name) and isinstance(value, bool):
        return False
    if COUNTS.match(name) and isinstance(value, int) and not isinstance(value, bool):
        return 0
    return _value(value)


def _feed(body: bytes) -> bytes:
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(body, parser)
    if root is None:
        return NO_FEED
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element).localname
        onward = name == "link" and element.get("rel") in ("next", "previous", "prev")
        if (name in ("item", "entry") or onward) and element.getparent() is not None:
            element.getparent().remove(element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))
