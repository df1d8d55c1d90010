"""Entries of RSS and Atom feeds."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.feed import Feed, field_of, language_of, read_feed, text_of, time_of, title_of
from connectors.languages import language_tag
from connectors.newest_first import NewestFirst, loop
from connectors.onward import Onward
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Http
from tidings.http.address import same_origin, without_secrets
from tidings.mention import Kind, Mention
from tidings.times import from_iso, utcnow

ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"

Url = Annotated[str, Meta(pattern=r"^https?://\S+$", max_length=500)]


class Rss(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries of one or more RSS or Atom feeds; each feed is a place.

    urls: addresses of the feeds; each is walked by itself.
    kind: what sort of statement an entry is.
    parts: also read the older parts that a feed links to (``rel=next``).
    overlap_hours: of a feed in several parts, how far behind the newest entry seen earlier it is
    still read on.

    The place is the feed's address without ``https://``. ``external_id`` is the entry's id, else
    its link, else (or where different entries share it) a digest of its title, text and date.
    ``published`` is the entry's own date, else that of its last change. An entry without any date
    gets the feed's date, else the time at which the server sent it, when it is first seen, and
    keeps it for as long as the feed shows it. A date without a zone is taken as UTC, although RSS
    and Atom demand a zone.
    """

    source: ClassVar[str] = "rss"
    about: ClassVar[About] = About(
        collects="Entries of RSS and Atom feeds: title, text or summary, author, language, date.",
        needs="nothing",
        limits="A feed shows its newest entries only: read it often enough. Older parts are read "
        "where the feed links to them (rel=next). At most 5 MB a feed. A feed that has not changed "
        "since the last walk is not sent again.",
        terms="Those of the site. Many feeds hold whole articles, which are protected works.",
        state="recorded",
        example={"urls": ["https://news.example/feed.xml"]},
        order="any",
        goes_back=False,
        only_newest=True,
    )

    urls: Annotated[tuple[Url, ...], Meta(min_length=1)]
    kind: Kind = "article"
    parts: bool = True
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0

    def split(self) -> list[Self]:
        """Return one connector for each feed."""
        return [msgspec.structs.replace(self, urls=(url,)) for url in dict.fromkeys(self.urls)]

    def label(self) -> str:
        """Name the walk by its feed."""
        return f"rss {', '.join(_place(url) for url in self.urls)}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk one feed: what it shows, and its older parts that no earlier walk has read.

        A feed that says that it has not changed is one empty page. A part without entries that
        leads on is not the end, nor is one whose entries came before: new ones push them down.
        SourceChanged where the answer is no feed, or its parts lead round in a loop.
        """
        url = self._one_url()
        given = cursor or {}
        answer = http.get(url, headers={"Accept": ACCEPT}, validators=given.get("validators"))
        if answer.unchanged:
            yield Page(mentions=[], cursor=cursor, raw=[answer])
            return
        validators = answer.validators
        walk = NewestFirst(cursor, overlap_hours=self.overlap_hours)
        undated = _Undated(given.get("undated", {}))
        onward = Onward()
        before: list[str] = []
        while True:
            feed = read_feed(answer)
            names = _names(feed.entries)
            shown = [_named(names, entry) for entry in feed.entries]
            if shown and shown == before:
                raise loop(answer, f"{answer.url} repeats the part before it")
            fresh = walk.fresh(feed.entries, partial(_named, names))
            reader = _Reader(feed, names, undated, self.kind, _place(url))
            mentions, rejected = read_records(fresh, reader.mention)
            seen = walk.passed([m.edited or m.published for m in mentions])
            older = feed.next if self.parts and not seen else None
            older = None if older == url and not before else older  # a whole feed that names itself
            ended = {**(walk.finished() or {}), "validators": validators, "undated": undated.now}
            yield Page(
                mentions=mentions,
                rejected=rejected,
                cursor=cursor if older else ended,
                raw=[answer],
            )
            if older is None:
                return
            onward.follow(older, answer, records=len(shown))
            before = shown or before
            elsewhere = not same_origin(url, older)
            answer = http.get(older, headers={"Accept": ACCEPT}, found=elsewhere)

    def _one_url(self) -> str:
        if len(self.urls) != 1:
            raise ConfigurationError(
                f"One walk of 'rss' takes one feed, not {len(self.urls)}.",
                remedy="Walk each of split().",
            )
        return self.urls[0]


class _Undated:
    """When entries that state no date were first seen, by their id; those shown now are kept."""

    def __init__(self, before: dict[str, str]) -> None:
        self._before = before
        self.now: dict[str, str] = {}

    def first_seen(self, external_id: str, otherwise: datetime) -> datetime:
        """Return when the entry was first seen; ``otherwise`` (aware UTC) if it is new."""
        known = self._before.get(external_id) or otherwise.isoformat()
        self.now[external_id] = known
        return from_iso(known)


class _Reader:
    """Reads the entries of one document of a feed as mentions."""

    def __init__(
        self, feed: Feed, names: dict[int, str], undated: _Undated, kind: Kind, place: str
    ) -> None:
        self._feed = feed
        self._names = names
        self._undated = undated
        self._kind = kind
        self._place = place

    def mention(self, entry: Any) -> Mention:
        """Read one entry; ValueError naming the field where that can't be done."""
        title, text = title_of(entry), text_of(entry)
        if not (title or text):
            raise ValueError("title, content: the entry has neither and says nothing")
        external_id = self._names[id(entry)]
        published = time_of(entry, "published", "updated")
        if published is None:
            published = self._undated.first_seen(external_id, self._feed.dated or utcnow())
        changed = time_of(entry, "updated")
        return Mention(
            source=Rss.source,
            place=self._place,
            external_id=external_id,
            kind=self._kind,
            published=published,
            edited=changed if changed and changed > published else None,
            url=web_address(self._feed.whole(entry, "link"), self._feed.whole(entry, "id")),
            author_handle=field_of(entry, "author") or self._feed.author,
            title=title,
            text=text,
            language=language_tag(language_of(entry) or self._feed.language),
        )


def _names(entries: list[Any]) -> dict[int, str]:
    """Return the external id of each entry of one document, by ``id()`` of the entry.

    That is its id, else its link, else a digest of what it says. Where entries that say different
    things share one, as those of a feed that gives its home page for a link do, it is no one's.
    """
    said: dict[str | None, set[tuple[str | None, ...]]] = defaultdict(set)
    for entry in entries:
        said[_stated(entry)].add(_said(entry))
    return {id(entry): _name(entry, shared=len(said[_stated(entry)]) > 1) for entry in entries}


def _named(names: dict[int, str], entry: Any) -> str:
    return names[id(entry)]


def _stated(entry: Any) -> str | None:
    return field_of(entry, "id") or field_of(entry, "link")


def _said(entry: Any) -> tuple[str | None, ...]:
    return tuple(field_of(entry, name) for name in ("title", "summary", "published"))


def _name(entry: Any, *, shared: bool) -> str:
    stated = _stated(entry)
    if stated and not shared and len(stated) <= LONGEST_ID:
        return stated
    words = [stated] if stated and not shared else [*([stated] if stated else []), *_said(entry)]
    return hashlib.blake2b(msgspec.json.encode(words), digest_size=16).hexdigest()


LONGEST_ID = 500
"""Characters of a mention's id; of a longer one the digest is kept."""


def _place(url: str) -> str:
    """Return a feed's address without its scheme, which may change, user name and secrets."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    told = without_secrets(parts.query)
    query = f"?{told}" if told else ""
    return f"{host}{parts.path.rstrip('/')}{query}"
