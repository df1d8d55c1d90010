"""Connectors over a simulated source: sound ones, and ones that are each broken in one way."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import AuthError, SourceChanged, TransientError
from tidings.http import Answer, Http
from tidings.mention import Mention
from tidings.times import from_iso

BASE = "https://notes.example"
OVERLAP = 300
"""Seconds before the newest time seen from which the next walk starts."""


class Record(msgspec.Struct):
    """One record of the simulated source."""

    id: int
    at: str
    epoch: int
    by: str
    says: str


class Listing(msgspec.Struct):
    """One page of it."""

    notes: list[msgspec.Raw]
    next: str | None


class Sound(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Newest first, by cursor: the cursor moves when the walk has ended."""

    source: ClassVar[str] = "notes"
    about: ClassVar[About] = About(collects="made-up notes", order="newest", example={})
    base: str = BASE

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        since = newest = (cursor or {}).get("newest")
        at, visited = None, set()
        while True:
            answer = self.ask(http, self.params(at, since))
            records, onward = self.listing(answer)
            mentions, rejected = self.read_all(records)
            newest = max([int(m.published.timestamp()) for m in mentions] + [newest or 0])
            if onward in visited:
                raise SourceChanged(f"{answer.url} leads round in a loop.", answer=answer)
            visited.add(onward)
            yield Page(
                mentions=mentions,
                rejected=rejected,
                raw=self.kept(answer),
                cursor=self.cursor(cursor, newest, onward),
            )
            if self.ended(onward, records):
                return
            at = onward

    def ask(self, http: Http, params: dict[str, Any]) -> Answer:
        return http.get(f"{self.base}/notes", params)

    def params(self, at: str | None, since: int | None) -> dict[str, Any]:
        return {"cursor": at, "since": since and since - OVERLAP}

    def listing(self, answer: Answer) -> tuple[list[Any], str | None]:
        listing = answer.json(Listing)
        return listing.notes, listing.next

    def read_all(self, records: list[Any]) -> tuple[list[Mention], list[Any]]:
        return read_records(records, self.read)

    def read(self, raw: Any) -> Mention:
        record = msgspec.json.decode(raw, type=Record)
        return Mention(
            source=self.source,
            place=self.base,
            external_id=self.identify(record),
            kind="post",
            published=self.time(record),
            author_handle=record.by,
            text=record.says,
        )

    def identify(self, record: Record) -> str:
        return str(record.id)

    def time(self, record: Record) -> datetime:
        return from_iso(record.at)

    def cursor(self, old: Cursor | None, newest: int, onward: str | None) -> Cursor | None:
        return old if onward else {"newest": newest}

    def kept(self, answer: Answer) -> list[Answer]:
        return [answer]

    def ended(self, onward: str | None, records: list[Any]) -> bool:
        return onward is None


class SoundOldestFirst(Sound):
    """Oldest first, by cursor: each page's cursor goes on from there."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        at, newest = None, (cursor or {}).get("newest")
        visited: set[str | None] = set()
        since = newest
        while True:
            answer = self.ask(http, self.params(at, since))
            records, onward = self.listing(answer)
            if onward in visited:
                raise SourceChanged(f"{answer.url} leads round in a loop.", answer=answer)
            visited.add(onward)
            mentions, rejected = self.read_all(records)
            newest = max([int(m.published.timestamp()) for m in mentions] + [newest or 0])
            yield Page(
                mentions=mentions, rejected=rejected, raw=[answer], cursor={"newest": newest}
            )
            if onward is None:
                return
            at = onward


class SoundByLink(Sound):
    """Newest first, by ``max_id`` in the Link header, and ``since_id`` for what is new."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        newest = since = (cursor or {}).get("id", 0)
        url: str | None = f"{self.base}/notes?since_id={since}"
        visited = set()
        while url is not None:
            visited.add(url)
            answer = http.get(url)
            mentions, rejected = self.read_all(answer.json(list[msgspec.Raw]))
            newest = max([int(m.external_id) for m in mentions] + [newest])
            url = answer.link("next")
            if url in visited:
                raise SourceChanged(f"{answer.url} leads round in a loop.", answer=answer)
            now = {"id": newest} if url is None else cursor
            yield Page(mentions=mentions, rejected=rejected, raw=[answer], cursor=now)


class SoundByNumber(Sound):
    """Newest first, by page number; every walk starts anew, so a cursor is not needed."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        number, before, onward = 1, None, "2"
        while onward:
            answer = self.ask(http, {"page": number})
            if answer.body == before:
                raise SourceChanged(f"{answer.url} came again.", answer=answer)
            before = answer.body
            records, onward = self.listing(answer)
            mentions, rejected = self.read_all(records)
            yield Page(mentions=mentions, rejected=rejected, raw=[answer], cursor=None)
            number += 1


class SkipsAPage(Sound):
    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        for number, page in enumerate(super().pages(http, cursor)):
            if number == 1:
                page.mentions.clear()
            yield page


class LeavesOutThePageAfterNext(Sound):
    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        number, onward = 1, "2"
        while onward:
            answer = self.ask(http, {"page": number})
            records, onward = self.listing(answer)
            mentions, rejected = self.read_all(records)
            yield Page(mentions=mentions, rejected=rejected, raw=[answer], cursor=None)
            number += 2 if number == 2 else 1


class StopsAtAShortPage(Sound):
    def ended(self, onward: str | None, records: list[Any]) -> bool:
        return onward is None or len(records) < 3


class DiesWhenNothingIsNew(Sound):
    def params(self, at: str | None, since: int | None) -> dict[str, Any]:
        return {"cursor": at, "since": since and since + 1}

    def read_all(self, records: list[Any]) -> tuple[list[Mention], list[Any]]:
        mentions, rejected = super().read_all(records)
        max(m.published for m in mentions)
        return mentions, rejected


class LooksAheadWhenItGoesOn(Sound):
    """Goes on where it stopped, and takes the newest there is by then for what it has seen."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        cursor = cursor or {}
        at, since = cursor.get("at"), cursor.get("newest")
        first = self.ask(http, self.params(None, None))
        newest = self.read_all(self.listing(first)[0])[0][0].published.timestamp()
        visited = {at}
        while True:
            answer = self.ask(http, self.params(at, since))
            records, at = self.listing(answer)
            mentions, rejected = self.read_all(records)
            if at in visited and at:
                raise SourceChanged("A loop.", answer=answer)
            visited.add(at)
            now = {"at": at, "newest": since} if at else {"newest": int(newest)}
            yield Page(mentions=mentions, rejected=rejected, raw=[answer], cursor=now)
            if at is None:
                return


class AdvancesBeforeTheEnd(Sound):
    def cursor(self, old: Cursor | None, newest: int, onward: str | None) -> Cursor | None:
        return {"newest": newest}


class LosesTheNewestOnRestart(Sound):
    """Goes on from where it stopped, towards the old, and never comes back for the new."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        at = (cursor or {}).get("at")
        while True:
            answer = self.ask(http, {"cursor": at})
            records, onward = self.listing(answer)
            mentions, rejected = self.read_all(records)
            if onward == at:
                raise SourceChanged("A loop.", answer=answer)
            at = onward or at
            yield Page(mentions=mentions, rejected=rejected, raw=[answer], cursor={"at": at})
            if onward is None:
                return


class LosesTiesAndLateOnes(Sound):
    def params(self, at: str | None, since: int | None) -> dict[str, Any]:
        return {"cursor": at, "since": since and since + 1}


class LosesLateOnes(Sound):
    def params(self, at: str | None, since: int | None) -> dict[str, Any]:
        return {"cursor": at, "since": since}


class LocalTime(Sound):
    def time(self, record: Record) -> datetime:
        return datetime.fromtimestamp(record.epoch).replace(tzinfo=UTC)  # noqa: DTZ006


class NaiveTime(Sound):
    def time(self, record: Record) -> datetime:
        return from_iso(record.at).replace(tzinfo=None)


class UnstableIds(Sound):
    def identify(self, record: Record) -> str:
        return f"{random.random()}"


class ReusesIds(Sound):
    def identify(self, record: Record) -> str:
        return record.by


class WrongSource(Sound):
    def read(self, raw: Any) -> Mention:
        return msgspec.structs.replace(super().read(raw), source="elsewhere")


class IllegalValues(Sound):
    def read(self, raw: Any) -> Mention:
        return msgspec.structs.replace(super().read(raw), language="English", replies=-1)


class SwallowsServerErrors(Sound):
    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        with suppress(TransientError):
            yield from super().pages(http, cursor)


class SwallowsRefusals(Sound):
    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        with suppress(AuthError):
            yield from super().pages(http, cursor)


class TakesHtmlForTheEnd(Sound):
    def listing(self, answer: Answer) -> tuple[list[Any], str | None]:
        is_json = "json" in answer.headers.get("content-type", "")
        return super().listing(answer) if is_json else ([], None)


class TakesAnEmptyBodyForTheEnd(Sound):
    def listing(self, answer: Answer) -> tuple[list[Any], str | None]:
        return super().listing(answer) if answer.body else ([], None)


class TakesBrokenJsonForTheEnd(Sound):
    def listing(self, answer: Answer) -> tuple[list[Any], str | None]:
        try:
            return super().listing(answer)
        except SourceChanged:
            return [], None


class LoopsForEver(Sound):
    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        at, newest = None, 0
        while True:
            answer = self.ask(http, self.params(at, (cursor or {}).get("newest")))
            records, at = self.listing(answer)
            mentions, rejected = self.read_all(records)
            newest = max([int(m.published.timestamp()) for m in mentions] + [newest])
            now = cursor if at else {"newest": newest}
            yield Page(mentions=mentions, rejected=rejected, raw=[answer], cursor=now)
            if at is None:
                return


class EatsABadRecord(Sound):
    def read_all(self, records: list[Any]) -> tuple[list[Mention], list[Any]]:
        return super().read_all(records)[0], []


class DiesOfABadRecord(Sound):
    def read_all(self, records: list[Any]) -> tuple[list[Mention], list[Any]]:
        return [self.read(record) for record in records], []


class MakesAMentionOfABadRecord(Sound):
    def read(self, raw: Any) -> Mention:
        record = msgspec.json.decode(raw)
        return Mention(
            source=self.source,
            place=self.base,
            external_id=str(record.get("id")),
            kind="post",
            published=from_iso(record["at"]),
            text=record["says"],
        )


class AsksEagerly(Sound):
    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        return iter(list(super().pages(http, cursor)))


class CursorIsNoJson(Sound):
    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        before = {"newest": int(cursor["newest"].timestamp())} if cursor else None
        for page in super().pages(http, before):
            if page.cursor:
                page.cursor = {"newest": datetime.fromtimestamp(page.cursor["newest"], UTC)}
            yield page


SEEN: set[str] = set()


class KeepsStateBetweenWalks(Sound):
    def read_all(self, records: list[Any]) -> tuple[list[Mention], list[Any]]:
        mentions, rejected = super().read_all(records)
        new = [m for m in mentions if m.external_id not in SEEN]
        SEEN.update(m.external_id for m in new)
        return new, rejected


WHERE: dict[str, Any] = {}


class SharesItsPlaceInTheWalk(Sound):
    """Keeps where it is in a global, which is fine as long as one walk goes on at a time."""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        WHERE.clear()
        for page in super().pages(http, cursor):
            yield page
            if WHERE.get("last") == "end":
                return

    def listing(self, answer: Answer) -> tuple[list[Any], str | None]:
        records, onward = super().listing(answer)
        WHERE["last"] = onward or "end"
        return records, onward


class KeepsNoRaw(Sound):
    def kept(self, answer: Answer) -> list[Answer]:
        return []


class KeepsSomethingElseAsRaw(Sound):
    def kept(self, answer: Answer) -> list[Answer]:
        return [Answer(status=200, url=answer.url, body=b"tidied")]


class HiddenNetwork(Sound):
    def ask(self, http: Http, params: dict[str, Any]) -> Answer:
        with suppress(OSError), socket.socket() as door:
            door.connect(("127.0.0.1", 9))
        return super().ask(http, params)


class TellsItsSecret(Sound):
    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        for page in super().pages(http, cursor):
            page.cursor = {**(page.cursor or {}), "token": http.secret("notes")}
            yield page


class TakesAnySetting(Sound, forbid_unknown_fields=False):
    pass


class HasNoExample(Sound):
    about: ClassVar[About] = About(collects="made-up notes", example={"site": "x"})


class GivesTwoPlacesOneCursor(Sound):
    def split(self) -> list[Any]:
        return [self, msgspec.structs.replace(self)]
