"""The rate of requests, for each host, over all threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from http_loopback import get
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.errors import ConfigurationError
from tidings.http import Answer, Request, Send
from tidings.http.throttle import Throttle, rate


def arrivals(requests_per_second: float) -> tuple[Send, list[float]]:
    """Return a throttled ``send`` and the times at which requests came through it."""
    times: list[float] = []

    def send(request: Request) -> Answer:
        times.append(monotonic())
        return Answer(status=200, url=request.url)

    return Throttle(requests_per_second)(send), times


@pytest.mark.parametrize(("per_second", "number"), [(50, 12), (0.8, 2), (1000, 200)])
def test_threads_together_are_no_faster_than_the_rate(per_second: float, number: int) -> None:
    """Only a lower bound is checked, which no busy machine can break: a wait is never cut short."""
    send, times = arrivals(per_second)
    start = monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, [get("https://api.example/v1")] * number))
    at_once = max(1, per_second / 100)
    assert len(times) == number
    assert max(times) - start >= (number - at_once) / per_second - 0.002


def test_hosts_do_not_wait_for_one_another() -> None:
    """One request in 1,000 seconds: only the second one to the same host has to wait."""
    send, times = arrivals(0.001)
    done = threading.Event()

    def ask() -> None:
        send(get("https://one.example/a"))
        send(get("https://two.example/a"))
        done.set()
        send(get("https://ONE.example:444/b"))

    threading.Thread(target=ask, daemon=True).start()
    assert done.wait(30)
    threading.Event().wait(0.1)
    assert len(times) == 2


@settings(deadline=None)
@given(st.floats(0.0001, 5000))
def test_a_rate_is_never_exceeded_in_the_limiters_whole_numbers(per_second: float) -> None:
    made = rate(per_second)
    assert made.limit / made.interval * 1000 <= per_second * 1.0000001
    assert made.limit / made.interval * 1000 >= per_second * 0.99
    assert made.burst <= max(1, per_second / 100)


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(wrong: float) -> None:
    with pytest.raises(ConfigurationError, match="requests_per_second"):
        Throttle(wrong)
