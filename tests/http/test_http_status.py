"""Which error an answer is, when to ask again, and what a message may show."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.errors import (
    AuthError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.http.retry_at import retry_after, window_reset
from tidings.http.status import status
from tidings.times import utcnow

NOW = datetime(2025, 7, 17, 13, 40, tzinfo=UTC)
RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"


def answered(
    code: int,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    request: Request | None = None,
) -> SourceError | Answer:
    asked = request or Request(method="GET", url="https://api.example/v1/search?q=lamp")
    answer = Answer(status=code, url=asked.url, headers=headers or {}, body=body)
    try:
        return status(lambda _: answer)(asked)
    except SourceError as error:
        found = error
    assert found.answer is answer  # the page is kept
    return found


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ((429,), RateLimited),
        ((500, 501, 502, 503, 504, 507, 520, 522, 599, 408, 425), TransientError),
        ((401, 403), AuthError),
        ((404, 410), NotFound),
        ((400, 402, 405, 406, 409, 413, 414, 415, 422, 431, 451, 300, 302, 101), SourceChanged),
    ],
)
def test_the_error_of_a_status(codes: tuple[int, ...], kind: type[SourceError]) -> None:
    assert {type(answered(code)) for code in codes} == {kind}


@pytest.mark.parametrize("code", [200, 201, 202, 204, 206, 304])
def test_an_answer_that_is_no_error_passes(code: int) -> None:
    assert isinstance(answered(code, {"x-ratelimit-remaining": "0"}), Answer)


def test_a_source_that_asks_for_a_pause_limits_the_rate() -> None:
    assert type(answered(503, {"retry-after": "5"})) is RateLimited
    assert type(answered(403, {"x-ratelimit-remaining": "0"})) is RateLimited
    assert type(answered(403, {"x-ratelimit-remaining": "17"})) is AuthError


def headers(**values: str) -> Answer:
    return Answer(status=429, url="", headers={k.replace("_", "-"): v for k, v in values.items()})


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 1.5 ", 1.5),
        ("0", 0),
        ("Thu, 17 Jul 2025 13:42:00 GMT", 120),
        ("Thursday, 17-Jul-25 13:42:00 GMT", 120),
        ("Thu Jul 17 13:42:00 2025", 120),
        ("Thu, 17 Jul 2025 15:42:00 +0200", 120),
        ("Thu, 17 Jul 2025 13:00:00 GMT", 0),
        ("1752759720", 120),
        ("1752759720000", 120),
        ("1752759000", 0),
        ("2025-07-17T13:42:00.5Z", 120.5),
        ("2025-07-17T15:42:00+02:00", 120),
    ],
)
def test_a_time_to_ask_again_in_each_form(value: str, seconds: float) -> None:
    expected = NOW + timedelta(seconds=seconds)
    assert retry_after(headers(retry_after=value), NOW) == expected
    assert window_reset(headers(x_ratelimit_reset=value), NOW) == expected
    assert window_reset(headers(ratelimit_reset=value), NOW) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "-5",
        "1e9",
        "inf",
        "nan",
        "9" * 15,
        "9" * 400,
        "2025-07-17T13:42:00",
        "12:30",
        "\u0663",
    ],
)
def test_a_time_that_can_not_be_read_is_none(value: str) -> None:
    assert retry_after(headers(retry_after=value), NOW) is None
    assert window_reset(headers(x_ratelimit_reset=value), NOW) is None


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_header_breaks_the_reading_or_names_a_time_that_is_past(value: str) -> None:
    found = retry_after(headers(retry_after=value, date=value), NOW)
    assert found is None or found >= NOW


@pytest.mark.parametrize("skew", [timedelta(hours=-3), timedelta(hours=3)])
def test_points_in_time_are_meant_by_the_sources_own_clock(skew: timedelta) -> None:
    there = NOW + skew
    at = there + timedelta(seconds=90)
    for value in (format_datetime(at, usegmt=True), str(int(at.timestamp())), at.isoformat()):
        answer = headers(retry_after=value, date=format_datetime(there, usegmt=True))
        assert retry_after(answer, NOW) == NOW + timedelta(seconds=90)


def waits(found: SourceError | Answer) -> float | None:
    assert isinstance(found, TransientError)
    return None if found.retry_at is None else (found.retry_at - utcnow()).total_seconds()


def test_the_error_says_when_to_ask_again() -> None:
    assert 3590 < (waits(answered(429, {"retry-after": "3600"})) or 0) <= 3600
    both = {"retry-after": "60", "x-ratelimit-reset": "3600"}
    assert 50 < (waits(answered(429, both)) or 0) <= 60
    assert 3590 < (waits(answered(429, {"ratelimit-reset": "3600"})) or 0) <= 3600
    assert 50 < (waits(answered(500, {"retry-after": "60"})) or 0) <= 60
    assert waits(answered(429)) is None


def test_a_window_that_has_requests_left_delays_no_other_error() -> None:
    """Sources send the end of their window with every answer, a passing 502 too."""
    assert waits(answered(502, {"x-ratelimit-reset": "582", "x-ratelimit-remaining": "9"})) is None


def test_the_message_names_place_status_and_what_was_said() -> None:
    body = b"<html><head><title>x</title><style>p{}</style></head><p>No such\n <b>tag</b> here</p>"
    error = answered(404, {"content-type": "text/html"}, body)
    assert str(error).startswith(
        "https://api.example/v1/search?q=lamp answered 404 Not Found: 'No such tag here'."
    )
    assert "520: 'x'." in str(answered(520, {"content-type": "text/plain"}, b"x"))


def test_the_message_shows_at_most_a_part_of_a_text_body() -> None:
    long = answered(400, {"content-type": "application/json"}, b'{"error":"' + b"e" * 5000 + b'"}')
    assert len(str(long)) < 500
    assert "PNG" not in str(answered(400, {"content-type": "image/png"}, b"\x89PNG"))
    assert "\x1b" not in str(answered(400, {"content-type": "text/plain"}, b"\x1b[31mred\x1b[0m"))


def test_no_secret_of_the_request_is_shown_even_if_the_source_echoes_it() -> None:
    request = Request(
        method="POST",
        url="https://api.example/v1?q=lamp&key=k3y%2Bvalue",
        headers={
            "authorization": "Bearer t0ken.value",
            "x-api-key": "custom-k3y",
            "accept": "text/html",
        },
        body=b'{"identifier":"ann","password":"pa55 word"}',
    )
    echo = b"k3y+value k3y%2Bvalue t0ken.value custom-k3y pa55 word ann text/html"
    error = answered(400, {"content-type": "text/plain", "x-debug": "h3ader"}, echo, request)
    assert isinstance(error, SourceChanged)
    for secret in ("k3y", "t0ken", "pa55", "h3ader"):
        assert secret not in f"{error}{error.url}{error!r}"
    assert "ann text/html" in str(error)


def exchanges() -> list[tuple[str, Request, Answer]]:
    found = []
    for path in sorted((RECORDINGS / "errors_reddit").glob("*.json")):
        for number, one in enumerate(json.loads(path.read_text("utf-8"))):
            asked, got = one["request"], one["response"]
            request = Request(method=asked["method"], url=asked["url"])
            fields = {k.lower(): v for k, v in got["headers"].items()}
            body = got["body"].encode()
            answer = Answer(status=got["status"], url=asked["url"], headers=fields, body=body)
            found.append((f"{path.stem}-{number}", request, answer))
    return found


@pytest.mark.skipif(not (RECORDINGS / "errors_reddit").is_dir(), reason="no ../shared/recordings")
def test_every_recorded_error_of_a_real_source_is_typed() -> None:
    kinds: dict[int, type] = {}
    passed = set()
    for name, request, answer in exchanges():
        found = answered(answer.status, answer.headers, answer.body, request)
        if isinstance(found, SourceError):
            kinds[answer.status] = type(found)
            assert f"answered {answer.status}" in str(found), name
        else:
            passed.add(answer.status)
    assert kinds == {
        301: SourceChanged,  # their targets were not recorded; the layer below follows them
        302: SourceChanged,
        400: SourceChanged,
        401: AuthError,
        403: AuthError,
        404: NotFound,
        409: SourceChanged,
        414: SourceChanged,
        415: SourceChanged,
        429: RateLimited,
        451: SourceChanged,
        500: TransientError,
        502: TransientError,
        503: TransientError,
        504: TransientError,
        520: TransientError,
        522: TransientError,
    }
    assert passed == {200, 201, 202, 204, 205}


@pytest.mark.skipif(not (RECORDINGS / "errors_reddit").is_dir(), reason="no ../shared/recordings")
def test_the_recorded_429_says_when_to_ask_again_where_it_tells() -> None:
    found = {}
    for name, request, answer in exchanges():
        if answer.status == 429:
            error = answered(429, answer.headers, answer.body, request)
            found["with_retry" in name] = waits(error)
    assert found[False] is None
    assert 3 < (found[True] or 0) <= 4
