"""Notes of Nostr that relays hold: of hashtags, or found by a relay's search."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst, peek
from connectors.nostr_note import NOTE, SOURCE, Note, mention_of, read_note
from connectors.nostr_relay import Relay, library
from connectors.nostr_spans import Span, Spans, second_of
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Http
from tidings.mention import Mention

Time = Annotated[datetime, Meta(tz=True)]
Address = Annotated[str, Meta(pattern=r"^wss?://[^/\s@]+(/\S*)?$")]
Hashtag = Annotated[str, Meta(pattern=r"^#?\w+$")]


class Nostr(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Notes (kind 1) of Nostr, newest first; the whole network is one place.

    relays: addresses of the relays that are asked (``wss://relay.example``). A note that several of
    them hold is one mention, since its id is the same everywhere.
    hashtags: each walked by itself at each relay, with or without ``#``.
    queries: what to search for, each walked by itself at each relay; few relays can search.
    per_page: events asked for at a time; a relay may give fewer.
    deadline_seconds: how long one request may take, to the last event.
    overlap_hours: how much of what an earlier walk saw is read again, for notes that reached the
    relay late.
    since, until: only notes published from ``since`` on and before ``until`` (aware UTC).
    viewer: where people read a note: its id is put behind this address.

    ``author_handle`` is the public key, ``title`` the subject or a content warning. The time of a
    note is what its writer states. A note whose signature does not hold is rejected.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        beyond_http="asks the relay over a WebSocket",
        collects="Notes of Nostr, of hashtags or of a search, as relays hold them: text, author, "
        "what it replies to, language where stated. No likes, reposts or long articles.",
        needs="nothing, save the libraries that pip install 'tidings[nostr]' brings; relays that "
        "want a signature from their readers are not supported",
        limits="A relay shows only what was sent to it, and gives some 100 to 5,000 events at a "
        "time: the walk goes back by time. More notes of one second than a relay gives at a time "
        "are an error. A search is asked for ever shorter spans of time until each has fewer than "
        "50 hits. A deleted note comes no more, but is not reported as gone. One request at a time "
        "for each walk; 'requests_per_second' does not hold here.",
        terms="Notes are published to everybody by their writers; the terms of a relay are in its "
        "information document (NIP-11).",
        state="local server",
        example={"relays": ["wss://relay.damus.io"], "hashtags": ["acmerockets"]},
        order="newest",
        goes_back=True,
    )

    relays: Annotated[tuple[Address, ...], Meta(min_length=1)]
    hashtags: tuple[Hashtag, ...] = ()
    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    per_page: Annotated[int, Meta(ge=1, le=5000)] = 500
    deadline_seconds: Annotated[float, Meta(gt=0)] = 30.0
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Time | None = None
    until: Time | None = None
    viewer: Annotated[str, Meta(pattern=r"^https?://\S+$", max_length=2000)] = "https://njump.me"

    def __post_init__(self) -> None:
        """Refuse settings that name nothing to read (ValueError)."""
        if not self.hashtags and not self.queries:
            raise ValueError("set 'hashtags', 'queries' or both")

    def split(self) -> list[Self]:
        """Return one connector for each hashtag and query at each relay."""
        tags = dict.fromkeys(tag.removeprefix("#").lower() for tag in self.hashtags)
        terms = [
            *({"hashtags": (tag,), "queries": ()} for tag in tags),
            *({"hashtags": (), "queries": (query,)} for query in dict.fromkeys(self.queries)),
        ]
        relays = dict.fromkeys(self.relays)
        return [
            msgspec.structs.replace(self, relays=(relay,), **term)
            for relay in relays
            for term in terms
        ]

    def label(self) -> str:
        """Name the walk by its relay and what it asks there."""
        hosts = ", ".join(urlsplit(relay).netloc for relay in self.relays)
        asked = [*(f"#{tag.removeprefix('#')}" for tag in self.hashtags), *self.queries]
        return f"nostr {hosts} {', '.join(asked)}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:  # noqa: ARG002
        """Walk one hashtag or query at one relay, back to where an earlier walk began.

        ``http`` is not used: a relay speaks over a WebSocket. SourceChanged where a relay gives
        what was not asked for, or more events of one second than it gives at a time.
        """
        if len(self.relays) + len(self.hashtags) + len(self.queries) != 2:
            raise ConfigurationError(
                "One walk of 'nostr' takes one relay and one hashtag or query.",
                remedy="Walk each of split().",
            )
        sdk = library("nostr_sdk")
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        spans = Spans(self._whole(walk.floor), per_page=self.per_page, ranked=bool(self.queries))
        with Relay(self.relays[0], self.deadline_seconds) as relay:
            while spans:
                span = spans.take()
                answer = relay.ask(self._filter(span))
                records = answer.json(list[msgspec.Raw])
                spans.saw(span, answer, len(records), _seconds(records))
                mentions, rejected = read_records(records, lambda r: self._read(r, sdk))
                walk.passed([mention.published for mention in mentions])
                yield Page(
                    mentions=[m for m in walk.fresh(mentions, _id) if walk.wants(m)],
                    rejected=walk.fresh(rejected, lambda r: r.raw),
                    cursor=cursor if spans else walk.finished(),
                    raw=[answer],
                )

    def _whole(self, floor: datetime | None) -> Span:
        since = None if floor is None else math.ceil(floor.timestamp())
        return Span(since, None if self.until is None else math.ceil(self.until.timestamp()) - 1)

    def _filter(self, span: Span) -> dict[str, Any]:
        bounds = {"since": span.since, "until": span.until}
        asked: dict[str, Any] = (
            {"#t": self._spellings()} if self.hashtags else {"search": self.queries[0]}
        )
        known = {name: second for name, second in bounds.items() if second is not None}
        return {"kinds": [NOTE], **asked, **known, "limit": self.per_page}

    def _spellings(self) -> list[str]:
        """Return how a hashtag may be written: relays compare letter by letter."""
        tag = self.hashtags[0].removeprefix("#")
        return list(dict.fromkeys([tag.lower(), tag, tag.capitalize(), tag.upper()]))

    def _read(self, record: msgspec.Raw, sdk: Any) -> Mention:
        note = read_note(record, sdk)
        self._refuse_unasked(note)
        return mention_of(note, self.viewer)

    def _refuse_unasked(self, note: Note) -> None:
        """Raise SourceChanged for a note that a relay gives though it was not asked for it."""
        tags = {tag[1].lower() for tag in note.tags if len(tag) > 1 and tag[0] == "t"}
        wanted = {tag.removeprefix("#").lower() for tag in self.hashtags}
        if note.kind != NOTE or not wanted <= tags:
            raise SourceChanged(
                f"{self.relays[0]} gave event {note.id}, which was not asked for.",
                remedy="It does not heed what is asked; name another relay.",
                url=self.relays[0],
            )


def _id(mention: Mention) -> str:
    return mention.external_id


def _seconds(records: list[msgspec.Raw]) -> list[int]:
    stated = (second_of(peek(record, "created_at", int)) for record in records)
    return [second for second in stated if second is not None]
