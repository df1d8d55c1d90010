"""Who speaks, as a record says it, and which of its words are but names of its fields.

For records that could not be read: all that is known of them is their text, JSON, XML or a part.
"""

from __future__ import annotations

import re
from html import unescape

_WHO = (
    r"(?:[\w:.-]{0,40}?(?:author|user|handle|login|nick|creator|speaker)[\w:.-]{0,40}"
    r"|(?:screen|display|full|account|profile|real)?_?name|by|from)"
)
_CODE = re.compile(r"\\{1,4}u([0-9a-fA-F]{4})")
_JSON = re.compile(
    rf'\\{{0,3}}"({_WHO})\\{{0,3}}"\s{{0,9}}:\s{{0,9}}\\{{0,3}}"((?:[^"\\]|\\{{1,4}}u[0-9a-f]{{4}}){{1,200}})',
    re.I,
)
_XML = re.compile(rf"<({_WHO})(?:\s[^<>]{{0,200}})?>([^<>]{{1,200}})</", re.I)
_AFTER = re.compile(r'\\{0,3}"\s{0,9}:\s{0,9}(.?)')
_TAG = re.compile(r"[\s/>]")
FIELDS = frozenset(
    [
        "answer",
        "author",
        "authors",
        "body",
        "comment",
        "comments",
        "content",
        "country",
        "created",
        "creator",
        "data",
        "date",
        "edited",
        "entry",
        "error",
        "fault",
        "fields",
        "handle",
        "image",
        "items",
        "label",
        "language",
        "likes",
        "lines",
        "links",
        "message",
        "number",
        "published",
        "rating",
        "reason",
        "replies",
        "reply",
        "result",
        "results",
        "review",
        "reviews",
        "score",
        "shares",
        "source",
        "status",
        "summary",
        "title",
        "update",
        "updated",
        "users",
        "value",
        "version",
        "views",
    ]
)
"""What fields are called everywhere."""


def speakers(text: str) -> set[str]:
    """Return the values of fields that tell who speaks, and these without ``@`` and ``u/``."""
    found = {_decoded(value) for _field, value in _JSON.findall(text)}
    found |= {unescape(value) for _field, value in _XML.findall(text)}
    told = {value.strip() for value in found}
    return told | {value.removeprefix("/").removeprefix("u/").lstrip("@") for value in told}


def _decoded(value: str) -> str:
    if "\\" not in value:
        return value
    plain = _CODE.sub(lambda code: chr(int(code[1], 16)), value)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_field(text: str, start: int, end: int) -> bool:
    """Whether the word at ``text[start:end]`` is the name of a JSON field, or of a tag.

    What a field that holds others is called may be a name (``{"users": {"somebody": {...``), save
    where everybody calls it so.
    """
    before, word = text[max(0, start - 1) : start], text[start:end].lower()
    if before == '"' and (after := _AFTER.match(text, end)):
        return after[1] not in ("{", "[") or word in FIELDS
    if before == "<" or text[max(0, start - 2) : start] == "</":
        return word in FIELDS and bool(_TAG.match(text, end))
    return False
