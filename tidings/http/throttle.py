"""The layer that keeps to a rate of requests for each host, whatever number of threads ask."""

from __future__ import annotations

import math
from threading import Lock

from pyrate_limiter import Limiter, Rate, SingleBucketFactory, StateBucket

from tidings.errors import ConfigurationError
from tidings.http.address import host
from tidings.http.message import Answer, Layer, Request, Send


def throttle(requests_per_second: float) -> Layer:
    """Let at most ``requests_per_second`` (0.1: one in ten seconds) through to each host.

    The first request goes at once, the others at even distances; a thread whose turn has not come
    waits. All threads that use the layer share one count for each host. ConfigurationError where
    the rate is not above zero.
    """
    per_host = rate(requests_per_second)
    limiters: dict[str, Limiter] = {}
    lock = Lock()

    def limiter(name: str) -> Limiter:
        with lock:
            if name not in limiters:
                # A bucket of this kind holds one number: nothing leaks, no thread is needed for it.
                bucket = SingleBucketFactory(StateBucket([per_host]), schedule_leak=False)
                limiters[name] = Limiter(bucket, buffer_ms=0)
            return limiters[name]

    def layer(send: Send) -> Send:
        def ask(request: Request) -> Answer:
            name = host(request.url)
            limiter(name).try_acquire(name)  # waits
            return send(request)

        return ask

    return layer


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
