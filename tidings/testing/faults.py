"""Ways in which a source fails, laid over any origin."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tidings.errors import (
    AuthError,
    RateLimited,
    SourceChanged,
    SourceError,
    TransientError,
)
from tidings.http import Answer, Request, Send
from tidings.testing.matching import take_apart
from tidings.testing.recorded import HOUSEKEEPING

PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in.</body></html>"


class Fault(msgspec.Struct, frozen=True):
    """One way to fail: what comes instead of a good answer, and the error that must come of it.

    ``answer`` gives None where the fault can't be told from a good answer of that kind.
    """

    name: str
    error: type[SourceError]
    answer: Callable[[Answer], Answer | None]


def _status(status: int, **headers: str) -> Callable[[Answer], Answer]:
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return lambda good: Answer(status=status, url=good.url, headers=named, body=b"no")


def _unreachable(good: Answer) -> Answer:
    raise TransientError(f"No connection for {good.url}.", remedy="Try again.", url=good.url)


def _html(good: Answer) -> Answer | None:
    if "html" in good.headers.get("content-type", ""):
        return None
    headers = {"content-type": "text/html; charset=utf-8"}
    return Answer(status=200, url=good.url, headers=headers, body=PAGE)


def _empty(good: Answer) -> Answer | None:
    return msgspec.structs.replace(good, body=b"") if good.body else None


def _cut(good: Answer) -> Answer | None:
    if "json" not in good.headers.get("content-type", "") or len(good.body) < 4:
        return None
    return msgspec.structs.replace(good, body=good.body[: len(good.body) // 2])


SERVER_ERROR = Fault("a 500", TransientError, _status(500))
REFUSED = Fault("a 401", AuthError, _status(401))
THROTTLED = Fault("a 429", RateLimited, _status(429, retry_after="1"))
UNREACHABLE = Fault("a broken connection", TransientError, _unreachable)
HTML = Fault("an HTML page with 200", SourceChanged, _html)
EMPTY = Fault("an empty body with 200", SourceChanged, _empty)
CUT = Fault("JSON cut in half", SourceChanged, _cut)


class Faulty:
    """A wire over ``send`` on which the request number ``at`` fails, and does so every time.

    Requests are numbered from 0 in the order in which they are first made, those for robots.txt and
    its like left out. ``hit`` tells whether the fault has been given.
    """

    def __init__(self, send: Send, at: int, fault: Fault) -> None:
        self._send, self._at, self._fault = send, at, fault
        self._numbers: dict[str, int] = {}
        self.hit = False

    def __call__(self, request: Request) -> Answer:
        """Answer ``request``, or give the fault."""
        good = self._send(request)
        asked = take_apart(request.method, request.url, request.body)
        if HOUSEKEEPING.search(asked.path):  # a site without robots.txt is no fault
            return good
        number = self._numbers.setdefault(asked.exact, len(self._numbers))
        if number != self._at:
            return good
        self.hit = True  # before the fault is made: it may raise
        bad = self._fault.answer(good)
        if bad is None:
            self.hit = False
            return good
        return bad


class SamePage:
    """A wire over ``send`` that answers every GET from number ``at`` on with that one's answer.

    So a page that names a next one names itself. Requests before it are answered as they should.
    """

    def __init__(self, send: Send, at: int) -> None:
        self._send, self._at = send, at
        self._count = 0
        self._page: Answer | None = None

    def __call__(self, request: Request) -> Answer:
        """Answer ``request`` with the same page once more."""
        if request.method != "GET":
            return self._send(request)
        if self._page is not None:
            return msgspec.structs.replace(self._page, url=request.url)
        answer = self._send(request)
        if self._count == self._at:
            self._page = answer
        self._count += 1
        return answer
