"""An origin that answers with recordings, and knows which of them were never asked for."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec

from tidings.http.message import Answer, Request
from tidings.testing.emptied import emptied
from tidings.testing.exchanges import Exchange, read_exchanges
from tidings.testing.matching import BACKWARD, Asked, Pairs, best, take_apart

HOUSEKEEPING = re.compile(r"(^|/)(robots\.txt$|favicon\.ico$|\.well-known/)")
"""Paths that a client may look at by itself; they are no part of a walk."""

SIGN_IN = re.compile(r"(createsession|refreshsession|token|/login|/auth)", re.IGNORECASE)
MADE_UP_SESSION = {
    "accessJwt": "made-up",
    "refreshJwt": "made-up",
    "access_token": "made-up",
    "token_type": "bearer",
    "expires_in": 3600,
    "did": "did:plc:madeup",
    "handle": "made-up.example",
}
"""Answer to a sign-in that the recording leaves out."""

Place = tuple[str, str]


class Recorded:
    """An origin made of recordings.

    Exchanges answer by method, path and query (see :mod:`tidings.testing.matching`); bare bodies
    answer whatever else is asked, in the order given. The same request gets the same answer again,
    so a second walk sees what the first one saw. What is asked after the end of a recording gets an
    answer that holds nothing. Safe to ask from several threads.
    """

    def __init__(self, *files: str | Path, exchanges: Iterable[Exchange] = ()) -> None:
        """Read ``files`` in order; ``exchanges`` are added as they are.

        Raises ConfigurationError for a file that can't be read.
        """
        read = [e for file in files for e in read_exchanges(Path(file))]
        self.exchanges: tuple[Exchange, ...] = (*read, *exchanges)
        self.requests: list[Request] = []
        self.unexpected: list[str] = []
        self.past_end: list[str] = []
        self._bodies: list[int] = []
        self._places: dict[Place, list[int]] = defaultdict(list)
        for index, exchange in enumerate(self.exchanges):
            if exchange.asked is None:
                self._bodies.append(index)
            else:
                self._places[exchange.asked.method, exchange.asked.path].append(index)
        self._served: set[int] = set()
        self._known: dict[str, int | None] = {}
        self._groups: dict[tuple[str, Pairs], set[tuple[str, Pairs]]] = defaultdict(set)
        self._times: dict[str, int] = defaultdict(int)
        self._token_names: set[str] = set()
        self._next_body = 0
        self._lock = threading.Lock()

    def fresh(self) -> Self:
        """Return the same recordings, none of them asked for."""
        return type(self)(exchanges=self.exchanges)

    @property
    def urls(self) -> list[str]:
        """Addresses of the recorded GETs in order, each once: the good ones if there are any."""
        asked = [e for e in self.exchanges if e.asked is not None and e.asked.method == "GET"]
        good = [e.url for e in asked if e.is_page]
        return list(dict.fromkeys(good or [e.url for e in asked]))

    @property
    def pages_served(self) -> int:
        """How many different recorded answers have been given."""
        return len(self._served)

    def answer(self, request: Request) -> Answer:
        """Answer one request. Raises nothing: what is unknown gets 404, and is remembered."""
        asked = take_apart(request.method, request.url, request.body)
        with self._lock:
            self.requests.append(request)
            return self._answer(request, asked)

    def waiting(self) -> list[Exchange]:
        """Return the bare bodies and good answers to GETs that have not been given, in order."""
        with self._lock:
            kept = enumerate(self.exchanges)
            return [e for i, e in kept if i not in self._served and e.is_page]

    def unasked(self) -> list[str]:
        """Name the recorded pages that the walk should have asked for and did not.

        Those are every bare body, and every GET answered with 200 of what the walk listed at all
        (of everything, if it asked for nothing). Answers to other requests, a request recorded
        again and pages towards newer records are not due.
        """
        with self._lock:
            listed = self._listed()
            due = [i for i in range(len(self.exchanges)) if self._is_due(i, listed)]
        names = [(self.exchanges[i].url or "bare body", self.exchanges[i].name) for i in due]
        return [f"{what} ({name})" for what, name in names]

    def _answer(self, request: Request, asked: Asked) -> Answer:
        if HOUSEKEEPING.search(asked.path):
            return _not_found(request)
        self._token_names |= asked.token_names()
        place = asked.method, asked.path
        if place in self._places:
            return self._give(request, self._match(asked, self._places[place]), self._places[place])
        sign_in = asked.method == "POST" and SIGN_IN.search(asked.path) is not None
        if self._bodies and asked.method in ("GET", "POST") and not sign_in:
            return self._give(request, self._in_order(asked, _host(request.url)), self._bodies)
        if sign_in:
            body = msgspec.json.encode(MADE_UP_SESSION)
            return Answer(status=200, url=request.url, headers=_JSON, body=body)
        self.unexpected.append(f"{request.method} {request.url}")
        return _not_found(request)

    def _match(self, asked: Asked, place: list[int]) -> int | None:
        """Return which exchange answers. A request that was recorded again is answered in turn."""
        recorded = {i: a for i in place if (a := self.exchanges[i].asked) is not None}
        if asked.exact not in self._known:
            same = [i for i, a in recorded.items() if a.exact == asked.exact]
            found = same[0] if same else None
            if found is None:
                found = best(asked, recorded, self._served, self._groups[asked.group])
            self._known[asked.exact] = found
        index = self._known[asked.exact]
        if index is None:
            return None
        again = [i for i, a in recorded.items() if a.exact == recorded[index].exact]
        index = again[min(self._times[asked.exact], len(again) - 1)]
        self._times[asked.exact] += 1
        self._groups[asked.group].add(recorded[index].group)
        return index

    def _in_order(self, asked: Asked, host: str) -> int | None:
        """Return the body for this request: that of last time, or the one after the last given.

        So a second walk gets what the first one got, even if its later requests differ from it.
        """
        key = f"{host} {asked.exact}"  # many a feed lies at /feed
        if key not in self._known:
            left = self._next_body < len(self._bodies)
            self._known[key] = self._bodies[self._next_body] if left else None
        index = self._known[key]
        if index is not None:
            self._next_body = self._bodies.index(index) + 1
        return index

    def _give(self, request: Request, index: int | None, place: list[int]) -> Answer:
        if index is None:
            self.past_end.append(f"{request.method} {request.url}")
            return _no_more(request, [self.exchanges[i] for i in place])
        found = self.exchanges[index]
        self._served.add(index)
        etag = found.headers.get("etag")
        if etag is not None and etag == _header(request, "if-none-match"):
            return Answer(status=304, url=request.url, headers=found.headers)
        return Answer(status=found.status, url=request.url, headers=found.headers, body=found.body)

    def _listed(self) -> list[Asked]:
        served = (self.exchanges[i] for i in sorted(self._served))
        return [e.asked for e in served if e.asked is not None]

    def _is_due(self, index: int, listed: list[Asked]) -> bool:
        exchange = self.exchanges[index]
        if index in self._served or not exchange.is_page:
            return False
        asked = exchange.asked
        if asked is None:
            return True
        again = any(a.exact == asked.exact for a in listed)
        backward = asked.tokens and asked.token_names() <= BACKWARD - self._token_names
        if again or backward:
            return False
        return not listed or any(a.group == asked.group for a in listed)


_JSON = {"content-type": "application/json"}


def _header(request: Request, name: str) -> str | None:
    return next((v for k, v in request.headers.items() if k.lower() == name), None)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _not_found(request: Request) -> Answer:
    body = b'{"error": "not recorded"}'
    return Answer(status=404, url=request.url, headers=_JSON, body=body)


def _no_more(request: Request, recorded: list[Exchange]) -> Answer:
    """Return the last good answer of this place without its records and without a way on."""
    good = [e for e in recorded if e.status == 200]
    if not good:
        return _not_found(request)
    kind = good[-1].content_type
    headers = {"content-type": kind} if kind else {}
    body = emptied(good[-1].body, kind)
    return Answer(status=200, url=request.url, headers=headers, body=body)
