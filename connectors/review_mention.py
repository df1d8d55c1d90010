"""One schema.org review to a mention."""

from __future__ import annotations

import hashlib
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urldefrag, urlsplit

import msgspec

from connectors.dates import read_time
from connectors.languages import language_tag
from connectors.microdata import Node, resolved
from connectors.review_fields import (
    author_of,
    count_of,
    name_of,
    owners_answer,
    rating_of,
    text_of,
    time_of,
    words,
)
from connectors.schemaorg import Markup, values_of
from tidings.http.address import without_secrets
from tidings.mention import Mention

MAX_ID = 500
"""Characters; a longer identifier is hashed."""


def place_of(url: str) -> str:
    """Return host, path and query of an address, without secrets: the place in the keys."""
    parts = urlsplit(url)
    told = without_secrets(parts.query)
    query = f"?{told}" if told else ""
    return f"{(parts.hostname or '').lower()}{parts.path or '/'}{query}"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the reviews of a place are read: its address and name, and what pages leave unsaid."""

    start: str
    place: str
    zone: tzinfo | None
    date_format: str | None
    undated: datetime | None
    low: float
    high: float
    stated_ids: bool

    def when(self, stated: Any) -> datetime:
        """Read a time; ValueError where it is none."""
        return read_time(stated, zone=self.zone, date_format=self.date_format)


def read_review(node: Node, *, markup: Markup, reading: Reading) -> Mention:
    """Read one review; ``external_id`` is what the page states, "" if nothing.

    ValueError naming the field that can't be read.
    """
    when = reading.when
    published = time_of(node, when, "datePublished", "dateCreated", "dateModified")
    published = published or reading.undated
    if published is None:
        raise ValueError("datePublished: missing, and 'undated' is not set")
    edited = time_of(node, when, "dateModified")
    thing = markup.things.get(id(node), {})
    rating = rating_of(node, reading.low, reading.high)
    answer = owners_answer(node, _owners(node, thing), when)
    return Mention(
        source="reviews",
        place=reading.place,
        external_id=_stated_id(node, markup, reading.start) if reading.stated_ids else "",
        kind="review",
        published=published,
        edited=edited if edited and edited > published else None,
        url=_address(node, markup.base, reading.start),
        author_handle=author_of(node),
        title=text_of(node, "name", "headline"),
        text=text_of(node, "reviewBody", "description", "text"),
        language=_language(node) or language_tag(markup.language),
        rating=rating.value,
        rating_min=rating.low,
        rating_max=rating.high,
        replies=count_of(node, "commentCount"),
        answer=answer.text if answer else None,
        answered=answer.time if answer else None,
        product=name_of(thing) if thing else None,
    )


def _owners(node: Node, thing: Node) -> set[str]:
    owners = [thing, *values_of(thing, "brand"), *values_of(thing, "manufacturer")]
    names = [name_of(owner) for owner in [*owners, *values_of(node, "publisher")]]
    return {name.casefold() for name in names if name}


def _language(node: Node) -> str | None:
    for stated in values_of(node, "inLanguage"):
        names = [stated]
        if isinstance(stated, dict):
            names = [*values_of(stated, "alternateName"), *values_of(stated, "name")]
        tags = (language_tag(name) for name in names if isinstance(name, str))
        found = next((tag for tag in tags if tag), None)
        if found:
            return found
    return None


def _stated_id(node: Node, markup: Markup, start: str) -> str:
    """Return the identifier that the page states for a review, "" where it states none."""
    found = text_of(node, "@id", "id") or ""
    if not found or found.startswith("_:"):
        found = next((i for v in values_of(node, "identifier") if (i := _identifier(v))), "")
    if not found:
        url = resolved(markup.base, text_of(node, "url") or "")
        found = url if urldefrag(url)[1] else ""
    url, fragment = urldefrag(resolved(markup.base, found))
    if url in (markup.url, start) and not fragment:
        return ""  # the page itself: no review's own
    if fragment and urlsplit(url)[1:3] in (urlsplit(markup.url)[1:3], urlsplit(start)[1:3]):
        found = fragment
    if len(found) > MAX_ID:
        return hashlib.blake2b(found.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return found


def _identifier(stated: Any) -> str | None:
    return text_of(stated, "value", "@id") if isinstance(stated, dict) else words(stated)


def _address(node: Node, base: str, start: str) -> str:
    """Return the review's own address, else that of the place: a page's moves with its reviews."""
    for name in ("url", "@id"):
        stated = text_of(node, name) or ""
        url = "" if stated.startswith("_:") else resolved(base, stated)
        if stated and urlsplit(url).scheme in ("http", "https"):
            page, fragment = urldefrag(url)
            own = page != urldefrag(base)[0]
            return (url if own else f"{start}#{fragment}" if fragment else start).replace(
                " ", "%20"
            )
    return start
