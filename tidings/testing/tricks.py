"""What stands between an origin and whoever asks it: a trick sees each request and its page.

A trick sees each request for a page of the listing with its number: 0 for the first, and so on for
each different one. What it does not change is answered well.
"""

from __future__ import annotations

import threading
import time
from typing import ClassVar

import msgspec

from tidings.http import Answer, Request
from tidings.testing.chain import Chain, place_of
from tidings.testing.hostile_server import Reply
from tidings.testing.origin import Origin

PAUSE = 1
"""Seconds that a source asks to wait."""


class Asked(msgspec.Struct, frozen=True):
    """A request for page ``number`` of the listing, None for others; ``times`` asked before."""

    request: Request
    number: int | None
    times: int


class Trick:
    """A source that behaves well. Subclasses change ``reply``, or what happens around a walk."""

    least_pages: ClassVar[int] = 1
    """Pages that the listing must have for this to be shown."""
    changes_words: ClassVar[bool] = False
    """Whether mentions say something else than at first, and rightly so."""

    def __init__(self, chain: Chain, origin: Origin, canary: str) -> None:
        """``canary`` is an address that nobody may ask."""
        self.chain, self.origin, self.canary = chain, origin, canary
        self.mended = False
        self.early = False
        self.shown = False
        self.broken: Exception | None = None
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._numbers: dict[tuple[str, str, bytes], int] = {}
        self._times: dict[int, int] = {}
        self._good: dict[int, Answer] = {}

    def unfit(self) -> str | None:
        """Return why this can't be shown with this source; None if it can."""
        if len(self.chain.requests) < self.least_pages:
            return f"has fewer than {self.least_pages} pages"
        return None

    @property
    def target(self) -> int:
        """The page that goes wrong: the second one, if there is one."""
        return min(1, len(self.chain.requests) - 1)

    def respond(self, request: Request) -> Reply:
        """Answer one request over HTTP."""
        with self._lock:
            self.early = self.early or time.monotonic() < self._not_before
            asked = self._asked(request)
            try:
                return self.good(asked) if self.mended else self.reply(asked)
            except Exception as bug:  # of the simulated source, say
                self.broken = bug
                raise

    def mend(self) -> None:
        """Behave well from now on."""
        self.mended = True

    def before_walk(self) -> None:
        """Happen before the first walk."""

    def after_walk(self) -> None:
        """Happen after the first walk."""

    def flaw(self, texts: set[str]) -> str | None:  # noqa: ARG002 - for others to use
        """Return what is wrong with the landed texts, or with how the source was asked."""
        return "it asked again too early" if self.early else None

    def reply(self, asked: Asked) -> Reply:
        """Return the reply to one request."""
        return self.good(asked)

    def good(self, asked: Asked) -> Reply:
        """Return the good answer, which is remembered by the number of its page."""
        answer = self.origin.answer(asked.request)
        if asked.number is not None:
            self._good[asked.number] = answer
        return Reply(answer)

    def _asked(self, request: Request) -> Asked:
        if place_of(request) != self.chain.place:
            return Asked(request, None, 0)
        exact = (request.method, request.url, request.body)
        number = self._numbers.setdefault(exact, len(self._numbers))
        times = self._times.get(number, 0)
        self._times[number] = times + 1
        return Asked(request, number, times)

    def _pause(self) -> None:
        self._not_before = time.monotonic() + 0.9 * PAUSE
