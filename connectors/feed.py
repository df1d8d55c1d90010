"""Feeds, parsed: RSS and Atom by feedparser, which is handed nothing that would cost it minutes."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

import msgspec

from connectors.addresses import web_address
from tidings.charsets import text_codec
from tidings.errors import BodyTooLarge, SourceChanged
from tidings.http import Answer
from tidings.markup import plain_text, tidy
from tidings.times import from_epoch, from_rfc2822

MOST_BYTES = 5_000_000
MOST_BYTES_BROKEN = 1_000_000
"""Of XML that is not well-formed, which goes through a slower parser and can't be looked over."""

DEEPEST = 200
"""Elements within elements. feedparser's time grows with the square of the depth."""

MOST_ATTRIBUTES = 200
"""Of one element. feedparser's time grows with their square, too: 25,000 take seven seconds."""

_END = re.compile(rb"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{,200}?\sencoding\s*=\s*["']([!-%(-~]{1,80})["']""")

_ZONE = re.compile(r":\d{2}\s+([A-Za-z]{3,4})\s*\Z")
ZONES = {"WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3} | {
    "JST": 9,
    "KST": 9,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
}
"""Hours ahead of UTC of zones that mails do not know, but feeds write; feedparser skips them."""

Entry = Mapping[str, Any]


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a feed: entries as feedparser gives them, and what it says of itself."""

    entries: list[Any]
    language: str | None
    author: str | None
    dated: datetime | None
    """The feed's own time of change, else the time at which it was sent (the Date header)."""
    next: str | None
    """Where the next older part of the feed is (RFC 5005, ``rel="next"``)."""
    base: str
    """What relative addresses are relative to."""

    def whole(self, entry: Entry, name: str) -> str | None:
        """Return an address that an entry states, made whole; None where it is empty."""
        stated = field_of(entry, name)
        try:
            return urljoin(self.base, stated) if stated else None
        except ValueError:  # "http://[" and its like
            return None


def read_feed(answer: Answer) -> Feed:
    """Parse an answer's body; SourceChanged where it is no feed, cut off or costly to parse."""
    import feedparser

    well_formed = _look_over(answer)
    # no content-location: feedparser would take an id such as 17 for a relative address, too
    headers = {"content-type": _content_type(answer)}
    # Only bytes in a file object: handed as they are, feedparser would try them as a file's name.
    try:
        parsed = feedparser.parse(
            io.BytesIO(answer.body),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, RecursionError) as error:
        raise _no_feed(answer, f"can't be read ({type(error).__name__})") from error
    if not parsed.get("version") and not parsed.entries:
        raise _no_feed(answer, "is neither RSS nor Atom")
    if not well_formed and not _END.search(answer.body.replace(b"\0", b"")[-4_000:]):
        raise _no_feed(answer, "was cut off: the feed does not end")
    about = parsed.feed
    return Feed(
        entries=list(parsed.entries),
        language=_field(about, "language"),
        author=_field(about, "author"),
        dated=_time(about, "updated") or _time(about, "published") or _sent(answer),
        next=_next(about, answer.url),
        base=answer.url,
    )


def time_of(entry: Entry, *names: str) -> datetime | None:
    """Return the first of the entry's times ``names`` that can be read; None where none is stated.

    A time without a zone is taken as UTC. ValueError naming the field where one is stated and none
    can be read.
    """
    found = [time for name in names if (time := _time(entry, name)) is not None]
    unread = [name for name in names if _field(entry, name)]
    if not found and unread:
        raise ValueError(f"{unread[0]}: {_field(entry, unread[0])!r} is no date")
    return found[0] if found else None


def text_of(entry: Entry) -> str | None:
    """Return the entry's content, or its summary where it has none, as plain text."""
    contents = [c for c in dict.get(_dict(entry), "content", []) if c.get("value")]
    whole = [_plain(content) for content in contents]
    return next((text for text in whole if text), None) or _plain(_field(entry, "summary_detail"))


def title_of(entry: Entry) -> str | None:
    """Return the entry's title as one line of plain text."""
    title = _plain(_field(entry, "title_detail"))
    return " ".join(title.split()) if title else None


def language_of(entry: Entry) -> str | None:
    """Return the language stated for the entry's own words, as stated."""
    details = [*dict.get(_dict(entry), "content", []), _field(entry, "title_detail")]
    return next((d["language"] for d in details if d and d.get("language")), None)


def field_of(entry: Entry, name: str) -> str | None:
    """Return a field of text without blanks around it; None where it is empty."""
    stated = _field(entry, name)
    return stated.strip() or None if isinstance(stated, str) else None


def _dict(entry: Any) -> dict[str, Any]:
    return entry  # type: ignore[no-any-return]


def _field(entry: Any, name: str) -> Any:
    # dict.get, since feedparser's own get takes 'published' for a missing 'updated'
    return dict.get(entry, name)


def _plain(detail: Any) -> str | None:
    if not detail or not detail.get("value"):
        return None
    read = tidy if detail.get("type") == "text/plain" else plain_text
    return read(detail["value"])


def _time(entry: Any, name: str) -> datetime | None:
    parsed = _field(entry, f"{name}_parsed")
    zone = _ZONE.search(str(_field(entry, name)))
    hours = ZONES.get(zone[1].upper(), 0) if zone else 0
    try:
        return None if parsed is None else from_epoch(calendar.timegm(parsed) - 3600 * hours)
    except (ValueError, OverflowError):  # as good as unreadable
        return None


def _sent(answer: Answer) -> datetime | None:
    try:
        return from_rfc2822(answer.headers.get("date", ""))
    except ValueError:
        return None


def _next(about: Any, base: str) -> str | None:
    links = _field(about, "links") or []
    named = (link.get("href") for link in links if link.get("rel") == "next")
    return web_address(*(urljoin(base, href) for href in named if href))


def _content_type(answer: Answer) -> str:
    """Return the Content-Type, its charset left out where it is none."""
    stated = answer.headers.get("content-type", "application/xml")
    usable = answer.charset is None or text_codec(answer.charset)
    return stated if usable else stated.partition(";")[0]


def _look_over(answer: Answer) -> bool:
    """Tell whether the body is well-formed XML; SourceChanged where parsing it would cost too much.

    It is read with expat, which takes milliseconds, up to the first mistake.
    """
    depth = 0

    def start(_name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST or len(attributes) > 2 * MOST_ATTRIBUTES:
            raise _no_feed(answer, "is nested or furnished as no feed is")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    _check_size(answer, MOST_BYTES)
    declared = _DECLARED.match(answer.body)
    if declared and text_codec(declared[1].decode("ascii")) is None:
        raise _no_feed(answer, "states a charset that there is not")
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(answer.body, True)
    except (expat.ExpatError, ValueError, LookupError):  # the latter two: a charset it can't read
        _check_size(answer, MOST_BYTES_BROKEN)
        return False
    return True


def _check_size(answer: Answer, most: int) -> None:
    if len(answer.body) > most:
        raise BodyTooLarge(
            f"{answer.url} answered with {len(answer.body):,} bytes; a feed may have {most:,}.",
            remedy="Look at the kept page. Does the site offer a shorter feed?",
            url=answer.url,
            answer=answer,
        )


def _no_feed(answer: Answer, what: str) -> SourceChanged:
    kind = answer.headers.get("content-type", "no content type")
    return SourceChanged(
        f"{answer.url} {what} ({kind}, {len(answer.body):,} bytes).",
        remedy="Look at the kept page: has the feed moved, or is this a sign-in page?",
        url=answer.url,
        answer=answer,
    )
