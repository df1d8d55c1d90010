"""The layer that keeps to a rate of requests for each host, whatever number of threads ask."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock

from pyrate_limiter import Rate

from tidings.errors import ConfigurationError, RateLimited, TransientError
from tidings.http.address import host, shown
from tidings.http.budget import LONGEST_HOLD, Budget, file_of
from tidings.http.message import Answer, Request, Send
from tidings.http.retry_at import rest_asked_for
from tidings.times import utcnow


class Throttle:
    """Let at most ``requests_per_second`` (0.1: one in ten seconds) through to each host.

    The first request goes at once, the others at even distances; a thread whose turn has not come
    waits. All threads that use the layer share one count for each host; with ``folder`` all
    processes that name the same one do. Where an answer says that the host's window is used up, or
    asks for a pause, nobody asks that host before it is over, unless that is further away than
    ``longest_rest`` seconds: then the next request is sent, and its refusal says when to come back.

    ``cancelled``, once set, ends all waits with a TransientError. ConfigurationError where the rate
    is not above zero.
    """

    def __init__(
        self,
        requests_per_second: float,
        *,
        folder: Path | None = None,
        longest_rest: float = 60.0,
        cancelled: Event | None = None,
        rests: bool = True,
    ) -> None:
        self._rate = rate(requests_per_second)
        self._folder = folder
        self._longest_rest = longest_rest
        self._rests = rests
        self._cancelled = cancelled or Event()
        self._budgets: dict[str, Budget] = {}
        self._lock = Lock()

    def __call__(self, send: Send) -> Send:
        """Wrap ``send``: each request waits for its turn."""

        def ask(request: Request) -> Answer:
            self._stop_if_cancelled()
            budget = self._budget(host(request.url))
            budget.take()
            answer = send(request)
            now = utcnow()
            rest = rest_asked_for(answer, now)
            if rest is not None and (seconds := (rest - now).total_seconds()) <= self._longest_rest:
                self.hold(request.url, seconds)
            return answer

        return ask

    def hold(self, url: str, seconds: float) -> None:
        """Send nothing to the host of ``url`` for ``seconds`` from now.

        RateLimited where that is longer than ``LONGEST_HOLD``: then a scheduler comes back.
        """
        if seconds > LONGEST_HOLD:
            raise RateLimited(
                f"{host(url)} asks for a pause of {seconds:.0f} s.",
                remedy="It is asked again after that; nothing is lost meanwhile.",
                url=shown(url),
                retry_at=utcnow() + timedelta(seconds=min(seconds, 30 * 86_400)),
            )
        if self._rests:
            self._budget(host(url)).hold(seconds)

    def _budget(self, name: str) -> Budget:
        with self._lock:
            if name not in self._budgets:
                file = file_of(self._folder, name) if self._folder else None
                self._budgets[name] = Budget(self._rate, file, self._wait)
            return self._budgets[name]

    def _wait(self, seconds: float) -> None:
        self._cancelled.wait(seconds)
        self._stop_if_cancelled()

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise TransientError("Cancelled before the next request.", remedy="Run it again.")


def rate(requests_per_second: float) -> Rate:
    """Return the limiter's form of a rate, which knows whole numbers only.

    Requests are spaced evenly; at 200 a second and more they may come in bursts that fill a
    hundredth of a second, since the limiter counts in milliseconds.
    """
    if not 0 < requests_per_second < math.inf:
        raise ConfigurationError(
            f"'requests_per_second' is {requests_per_second!r}.",
            remedy="Give a number above zero; 0.1 is one request in ten seconds.",
        )
    burst = max(1, int(requests_per_second / 100))
    return Rate(1000, math.ceil(1_000_000 / requests_per_second), burst=burst)
