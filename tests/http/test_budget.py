"""The rate of a host that processes share, and the pauses that a source asks for."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest
from http_loopback import get

from tidings.errors import RateLimited, TransientError
from tidings.http import Answer, Request
from tidings.http.budget import LONGEST_HOLD, file_of
from tidings.http.retry_at import is_used_up, rest_asked_for
from tidings.http.throttle import Throttle

URL = "https://api.example/v1"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)

ASK_TEN_TIMES = """
import sys
from pathlib import Path
from time import time
from tidings.http import Answer, Request
from tidings.http.throttle import Throttle

send = Throttle(50, folder=Path(sys.argv[1]))(lambda r: Answer(status=200, url=r.url))
for _ in range(10):
    send(Request(method="GET", url="https://api.example/v1"))
    print(time(), flush=True)
"""


def good(request: Request) -> Answer:
    return Answer(status=200, url=request.url)


def test_processes_together_are_no_faster_than_the_rate(tmp_path: Path) -> None:
    """Only a lower bound is checked: 30 requests at 50 a second take at least 29 distances."""
    command = [sys.executable, "-c", ASK_TEN_TIMES, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    times = sorted(float(line) for p in running for line in p.communicate(timeout=120)[0].split())
    assert len(times) == 30
    # a time is written a little after its turn, so one that is late may come close to the next
    assert times[-1] - times[0] >= 29 / 50 - 0.1


def test_a_file_that_was_cut_short_starts_the_count_anew(tmp_path: Path) -> None:
    file = file_of(tmp_path, "api.example")
    file.write_text('{"turns": [17')
    Throttle(1000, folder=tmp_path)(good)(get(URL))
    assert file.read_text().startswith('{"turns": [')


def test_hosts_have_files_of_their_own_whatever_their_names() -> None:
    names = ["a.example", "A/../x", "a_.._x", "xn--bcher-kva.example", "x" * 300, "[::1]"]
    files = {file_of(Path("/tmp"), name) for name in names}
    assert len(files) == len(names)
    assert all(file.parent == Path("/tmp") and len(file.name) < 130 for file in files)


def test_a_pause_that_nobody_should_wait_for_is_told_and_kept_nowhere(tmp_path: Path) -> None:
    throttle = Throttle(5000, folder=tmp_path)
    for seconds in (LONGEST_HOLD + 1, 1e12):
        with pytest.raises(RateLimited) as caught:
            throttle.hold(URL, seconds)
        assert caught.value.retry_at is not None
    assert throttle(good)(get(URL)).status == 200


def test_a_file_with_an_absurd_pause_is_not_obeyed(tmp_path: Path) -> None:
    file_of(tmp_path, "api.example").write_text('{"turns": [], "hold": 1e300}')
    assert Throttle(5000, folder=tmp_path)(good)(get(URL)).status == 200


@pytest.mark.parametrize("shared", [True, False])
def test_a_hold_keeps_everybody_away_from_that_host_only(tmp_path: Path, shared: bool) -> None:
    throttle = Throttle(5000, folder=tmp_path if shared else None)
    other = Throttle(5000, folder=tmp_path) if shared else throttle
    start = monotonic()
    throttle.hold(URL, 0.3)
    other(good)(get("https://other.example/"))
    other(good)(get(URL))
    assert monotonic() - start >= 0.29


def test_a_longer_hold_stays(tmp_path: Path) -> None:
    throttle = Throttle(5000, folder=tmp_path)
    start = monotonic()
    throttle.hold(URL, 0.3)
    throttle.hold(URL, 0.01)
    throttle(good)(get(URL))
    assert monotonic() - start >= 0.28


def test_a_used_up_window_is_waited_for_before_the_next_request_not_after_a_refusal() -> None:
    def send(request: Request) -> Answer:
        headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.3"}
        return Answer(status=200, url=request.url, headers=headers)

    ask = Throttle(5000)(send)
    start = monotonic()
    ask(get(URL))
    ask(get(URL))
    assert monotonic() - start >= 0.29


def test_a_pause_that_is_too_long_is_left_to_the_scheduler() -> None:
    def send(request: Request) -> Answer:
        return Answer(status=429, url=request.url, headers={"retry-after": "3600"})

    ask = Throttle(5000, longest_rest=1)(send)
    done = threading.Event()

    def twice() -> None:
        ask(get(URL))
        ask(get(URL))
        done.set()

    threading.Thread(target=twice, daemon=True).start()
    assert done.wait(30)


def test_cancelling_ends_a_wait_and_lets_no_further_request_out() -> None:
    cancelled = threading.Event()
    throttle = Throttle(5000, cancelled=cancelled)
    throttle.hold(URL, 500)
    sent: list[Request] = []

    def send(request: Request) -> Answer:
        sent.append(request)
        return good(request)

    threading.Timer(0.1, cancelled.set).start()
    with pytest.raises(TransientError, match="Cancelled"):
        throttle(send)(get(URL))
    with pytest.raises(TransientError, match="Cancelled"):
        throttle(send)(get("https://other.example/"))
    assert sent == []


def answer(status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, url=URL, headers=named)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (answer(x_ratelimit_remaining="0", x_ratelimit_reset="30"), 30),
        (answer(x_ratelimit_remaining="0.0", x_ratelimit_reset="30"), 30),
        (answer(x_rate_limit_remaining="0", x_rate_limit_reset="1777636830"), 30),
        (answer(ratelimit_remaining="0", ratelimit_reset="30"), 30),
        (answer(x_ratelimit_remaining="0", x_ratelimit_reset="2026-05-01T12:00:30.000Z"), 30),
        (answer(ratelimit='"default";r=0;t=30'), 30),
        (answer(ratelimit="limit=100, remaining=0, reset=30"), 30),
        (answer(429, retry_after="30", x_ratelimit_reset="900"), 30),
        (answer(429, x_ratelimit_reset="30"), 30),
        (answer(503, retry_after="Fri, 01 May 2026 12:00:30 GMT"), 30),
        (answer(x_ratelimit_remaining="1", x_ratelimit_reset="30"), None),
        (answer(x_ratelimit_remaining="", x_ratelimit_reset="30"), None),
        (answer(x_ratelimit_remaining="0"), None),
        (answer(ratelimit='"default";r=10;t=30'), None),
        (answer(503, x_ratelimit_reset="30"), None),
        (answer(200, retry_after="30"), None),
        (answer(429), None),
        (answer(ratelimit=f'"default";r=0;t={"9" * 5000}'), None),
    ],
)
def test_the_rest_that_vendors_ask_for(given: Answer, seconds: int | None) -> None:
    rest = rest_asked_for(given, NOW)
    assert (rest and (rest - NOW).total_seconds()) == seconds


def test_used_up_means_less_than_one_request() -> None:
    assert is_used_up(answer(x_ratelimit_remaining="0.4"))
    assert not is_used_up(answer(x_ratelimit_remaining="10"))
    assert not is_used_up(answer())
