"""What is tried again, how often, and after which wait."""

from __future__ import annotations

import contextlib
import logging
import time
from datetime import timedelta

import pytest
import stamina
from http_loopback import Script, get

from tidings.errors import (
    AuthError,
    BodyTooLarge,
    ConfigurationError,
    NotFound,
    RateLimited,
    SourceChanged,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.http.limits import Limits
from tidings.http.retry import retry
from tidings.times import utcnow

URL = "https://api.example/v1"
OK = Answer(status=200, url=URL)


def asks_to_wait(seconds: float) -> RateLimited:
    error = RateLimited("slow down")
    error.retry_at = utcnow() + timedelta(seconds=seconds)
    return error


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the clock stand still: keep what would be slept, with real back-off."""
    naps: list[float] = []
    monkeypatch.setattr(time, "sleep", naps.append)
    return naps


@pytest.mark.usefixtures("no_waits")
def test_a_passing_trouble_is_tried_again() -> None:
    send = Script(TransientError("down"), RateLimited("slow"), OK)
    assert retry(Limits())(send)(get(URL)) is OK
    assert len(send.asked) == 3


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("attempts", [1, 2, 4])
def test_the_last_error_is_raised_after_the_last_try(attempts: int) -> None:
    errors = [TransientError(str(n)) for n in range(attempts)]
    send = Script(*errors, OK)
    with pytest.raises(TransientError) as caught:
        retry(Limits(attempts=attempts))(send)(get(URL))
    assert caught.value is errors[-1]


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize(
    "error",
    [
        AuthError("x"),
        NotFound("x"),
        SourceChanged("x"),
        BodyTooLarge("x"),
        ConfigurationError("x"),
        ValueError("a bug"),
    ],
)
def test_what_will_not_pass_is_not_tried_again(error: Exception) -> None:
    send = Script(error, OK)
    with pytest.raises(type(error)):
        retry(Limits())(send)(get(URL))
    assert len(send.asked) == 1


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize(
    ("method", "repeatable", "tries"),
    [
        ("GET", False, 2),
        ("HEAD", False, 2),
        ("POST", False, 1),
        ("POST", True, 2),
        ("PUT", False, 1),
    ],
)
def test_what_may_do_harm_twice_is_sent_once(method: str, repeatable: bool, tries: int) -> None:
    send = Script(TransientError("down"), OK)
    with contextlib.suppress(TransientError):
        retry(Limits())(send)(Request(method=method, url=URL, repeatable=repeatable))
    assert len(send.asked) == tries


def test_it_waits_as_long_as_the_source_asks(slept: list[float]) -> None:
    retry(Limits())(Script(asks_to_wait(7), OK))(get(URL))
    assert [round(seconds) for seconds in slept] == [7]


def test_a_wait_longer_than_the_limit_is_left_to_the_scheduler(slept: list[float]) -> None:
    error = asks_to_wait(62)
    send = Script(error, OK)
    with pytest.raises(RateLimited) as caught:
        retry(Limits(max_wait_seconds=60))(send)(get(URL))
    assert caught.value.retry_at == error.retry_at
    assert (slept, len(send.asked)) == ([], 1)


def test_left_alone_it_waits_longer_each_time_up_to_the_limit(slept: list[float]) -> None:
    errors = [TransientError("down") for _ in range(7)]
    retry(Limits(attempts=8, max_wait_seconds=10))(Script(*errors, OK))(get(URL))
    assert all(low <= s <= low + 1 for s, low in zip(slept, [1, 2, 4, 8], strict=False))
    assert slept[4:] == [10, 10, 10]


def test_again_at_once_does_not_use_up_all_tries_in_an_instant(slept: list[float]) -> None:
    send = Script(asks_to_wait(0), asks_to_wait(-100), OK)
    retry(Limits())(send)(get(URL))
    assert slept[0] >= 1
    assert slept[1] >= 2


def test_each_request_has_its_own_count(slept: list[float]) -> None:
    ask = retry(Limits(attempts=2))(Script(TransientError("a"), OK, TransientError("b"), OK))
    assert [ask(get(URL)), ask(get(URL))] == [OK, OK]
    assert all(1 <= seconds <= 2 for seconds in slept)


def test_a_retry_is_told_on_the_log_and_not_on_standard_output(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], slept: list[float]
) -> None:
    """Standard output belongs to the command's result, which a machine may read."""
    with caplog.at_level(logging.WARNING):
        retry(Limits())(Script(TransientError("api.example is down"), OK))(get(URL))
    assert "api.example is down" in caplog.text
    assert capsys.readouterr().out == ""


def test_stamina_is_active() -> None:
    """Switched off for good by some other test, it would let all of the above pass by chance."""
    assert stamina.is_active()
    assert not stamina.is_testing()
