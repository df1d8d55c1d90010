"""A small made-up source, paged in the ways real ones are, which can be told to have news."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from tidings.http.message import Answer, Request

Paging = Literal["cursor", "page", "max_id"]


class Note(msgspec.Struct, frozen=True, order=True):
    """One made-up record. Ids grow as records become visible; times are aware UTC."""

    at: datetime
    id: int
    text: str = "It arrived on Monday and works."
    author: str = "kari"
    edited: datetime | None = None


class Simulated:
    """A source that answers ``GET <any host>/notes`` with JSON, ``page_size`` records at a time.

    Parameters it knows: the one that it is paged by (``cursor`` and ``max_id`` stay where they are
    when news comes, ``page`` is counted anew), ``since`` (Unix seconds, inclusive) and ``since_id``
    (exclusive). Two of its records fall into the same second on either side of a page's end, and
    the page that starts at each offset of ``short_at`` holds one record only, though more follow.

    Subclass it for a source of another shape: ``path`` is where its requests end, :meth:`number`
    gives ids, :meth:`visible` knows bounds, :meth:`chosen` pages, :meth:`render` and
    :meth:`envelope` write JSON, and :meth:`body` anything else.

    Real sources do not stand still: :meth:`grow`, :meth:`insert`, :meth:`edit`, :meth:`delete`,
    :meth:`late`, :meth:`tie` and :meth:`resize` let something happen, at any time.
    """

    path: ClassVar[str] = "/notes"
    content_type: ClassVar[str] = "application/json; charset=utf-8"

    def __init__(
        self,
        *,
        records: int = 10,
        page_size: int = 3,
        order: Literal["newest", "oldest"] = "newest",
        paging: Paging = "cursor",
        short_at: Collection[int] = (3,),
        late_seconds: int = 30,
        start: datetime = datetime(2024, 5, 1, 10, tzinfo=UTC),
    ) -> None:
        """Make ``records`` records, an hour apart; ``late_seconds`` is how late the latest is."""
        self._made_with: dict[str, Any] = {
            "records": records,
            "page_size": page_size,
            "order": order,
            "paging": paging,
            "short_at": tuple(short_at),
            "late_seconds": late_seconds,
            "start": start,
        }
        self.page_size, self.order, self.paging = page_size, order, paging
        self.short_at, self.late_seconds = frozenset(short_at), late_seconds
        times = [start + timedelta(hours=n) for n in range(records)]
        for n in range(page_size, records, page_size):
            times[n] = times[n - 1]
        self.notes: list[Note] = []
        self._arrived = 0
        self.restock(times)
        self.unexpected: list[str] = []
        self._given: set[int] = set()
        self._lock = threading.Lock()

    def fresh(self) -> Self:
        """Return the same source as it was at first."""
        return type(self)(**self._made_with)

    @property
    def total(self) -> int:
        """How many records there are by now."""
        return len(self.notes)

    def grow(self) -> None:
        """Let three records arrive: a newer one, one in the newest second, and a late one."""
        newest = max(self.notes).at
        for seconds in (0, -self.late_seconds, 3600):
            self._arrive(newest + timedelta(seconds=seconds))

    def insert(self, count: int = 1) -> None:
        """Let ``count`` records arrive that are newer than all others, a minute apart."""
        for _ in range(count):
            self._arrive(max(self.notes).at + timedelta(minutes=1))

    def late(self) -> None:
        """Let one record arrive that was written ``late_seconds`` before the newest one."""
        self._arrive(max(self.notes).at - timedelta(seconds=self.late_seconds))

    def edit(self) -> None:
        """Let the writers of the newest and of the oldest record change what they said."""
        when = max(self.notes).at + timedelta(minutes=1)
        for note in {min(self.notes), max(self.notes)}:
            text = f"{note.text} Or so I thought."
            edited = msgspec.structs.replace(note, text=text, edited=when)
            self.notes[self.notes.index(note)] = edited

    def delete(self) -> None:
        """Let the newest record disappear."""
        self.notes.remove(max(self.notes))

    def tie(self, count: int) -> None:
        """Let ``count`` records in the middle have been written in one second."""
        notes = sorted(self.notes)
        first = max(0, (len(notes) - count) // 2)
        tied = range(first, first + count)
        self.restock(notes[first].at if n in tied else note.at for n, note in enumerate(notes))

    def resize(self, by: int) -> None:
        """Show ``by`` records more on each page from now on (fewer, if below 0), one at least."""
        self.page_size = max(1, self.page_size + by)

    def restock(self, times: Iterable[datetime]) -> None:
        """Hold records of these times (aware UTC), which arrive in that order, and no others.

        What a subclass makes of a record's number and time (:meth:`number`) is made anew.
        """
        self.notes, self._arrived = [], 0
        for at in times:
            self._arrive(at)

    def unasked(self) -> list[str]:
        """Name the records that were never given."""
        return [
            f"record {n.id} of {n.at.isoformat()}" for n in self.notes if n.id not in self._given
        ]

    def answer(self, request: Request) -> Answer:
        """Answer one request; 404 to whatever is not ``GET`` of ``path``."""
        parts = urlsplit(request.url)
        if parts.path == "/robots.txt":  # it has none, and asking for it is no part of a walk
            return Answer(status=404, url=request.url)
        if request.method != "GET" or not parts.path.endswith(self.path):
            self.unexpected.append(f"{request.method} {request.url}")
            return Answer(status=404, url=request.url, body=b"{}")
        params = dict(parse_qsl(parts.query))
        with self._lock:
            notes, onward = self.chosen(params)
            self._given |= {n.id for n in notes}
        headers = {"content-type": self.content_type}
        if onward:
            query = urlencode({**params, **onward})
            headers["link"] = f'<{request.url.split("?")[0]}?{query}>; rel="next"'
        body = self.body(notes, params, onward)
        return Answer(status=200, url=request.url, headers=headers, body=body)

    def number(self, at: datetime, count: int) -> int:  # noqa: ARG002 - for others to use
        """Return the id of the record number ``count``, from 1, that was written ``at``."""
        return 100 + count

    def visible(self, params: dict[str, str]) -> list[Note]:
        """Return all records in the source's order, bounded by ``since`` and ``since_id``."""
        since, since_id = float(params.get("since", 0)), int(params.get("since_id", 0))
        notes = [n for n in self.notes if n.at.timestamp() >= since and n.id > since_id]
        return sorted(notes, key=self._rank, reverse=self.order == "newest")

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        """Return the records of the page asked for, and the parameters of the next one, if any."""
        notes = self.visible(params)
        if self.paging == "page":
            number = int(params.get("page", 1))
            starts = self._starts(len(notes))
            if number > len(starts):
                return [], {}
            first, end = starts[number - 1], self._end(starts[number - 1])
            return notes[first:end], {"page": str(number + 1)} if end < len(notes) else {}
        first = self._first(notes, params.get(self.paging))
        end = self._end(first)
        page = notes[first:end]
        name: str = self.paging
        return page, {name: self._token(page[-1])} if end < len(notes) else {}

    def render(self, note: Note) -> dict[str, Any]:
        """Return the JSON of one record."""
        at = note.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        epoch = int(note.at.timestamp())
        return {"id": note.id, "at": at, "epoch": epoch, "by": note.author, "says": note.text}

    def body(self, notes: list[Note], params: dict[str, str], onward: dict[str, str]) -> bytes:
        """Return the body of the answer to ``params`` that holds ``notes``."""
        return msgspec.json.encode(self.envelope([self.render(n) for n in notes], params, onward))

    def envelope(
        self,
        records: list[dict[str, Any]],
        params: dict[str, str],  # noqa: ARG002 - for others to use
        onward: dict[str, str],
    ) -> Any:
        """Return the JSON of a page: a bare list if it is paged by ``max_id``, else an object."""
        if self.paging == "max_id":
            return records
        return {"notes": records, "next": onward.get(self.paging)}

    def _arrive(self, at: datetime) -> None:
        self._arrived += 1
        self.notes.append(Note(at=at, id=self.number(at, self._arrived)))

    def _rank(self, note: Note) -> tuple[float, int]:
        return (0.0 if self.paging == "max_id" else note.at.timestamp()), note.id

    def _token(self, last: Note) -> str:
        return str(last.id) if self.paging == "max_id" else f"{last.at.timestamp():.0f}-{last.id}"

    def _first(self, notes: list[Note], token: str | None) -> int:
        """Return the position after the record that ``token`` names, be it there still or not."""
        if token is None:
            return 0
        at, _, number = token.rpartition("-")
        rank = (float(at or 0), int(number))
        newest = self.order == "newest"
        beyond = [(self._rank(n) < rank) if newest else (self._rank(n) > rank) for n in notes]
        return beyond.index(True) if True in beyond else len(notes)

    def _end(self, first: int) -> int:
        return first + (1 if first in self.short_at else self.page_size)

    def _starts(self, total: int) -> list[int]:
        starts = [0]
        while self._end(starts[-1]) < total:
            starts.append(self._end(starts[-1]))
        return starts
