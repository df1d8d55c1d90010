"""Times as files and pages state them."""

import locale
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.dates import read_time, zone_of

BERLIN = zone_of("Europe/Berlin")
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "stated",
    [
        "2024-05-01T12:00:00Z",
        "2024-05-01T14:00:00+02:00",
        "2024-05-01 12:00:00 +0000",
        "2024-05-01 12:00 UTC",
        "20240501T120000Z",
        " 2024-05-01T12:00:00.000000000Z ",
        "Wed, 01 May 2024 12:00:00 GMT",
        "1 May 2024 14:00 +0200",
        1714564800,
        1714564800.0,
        1714564800_000,
        1714564800_000_000,
        1714564800_000_000_000,
        "1714564800",
        "1714564800.0",
        "1714564800000",
        datetime(2024, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_times_with_a_zone_are_read(stated: Any) -> None:
    assert read_time(stated) == NOON
    assert read_time(stated, zone=BERLIN) == NOON


@pytest.mark.parametrize(
    "stated", ["2024-05-01T12:00:00", "2024-05-01 12:00", datetime(2024, 5, 1, 12)]
)
def test_a_time_without_zone_needs_one(stated: Any) -> None:
    with pytest.raises(ValueError, match="timezone"):
        read_time(stated)
    assert read_time(stated, zone=BERLIN) == NOON - timedelta(hours=2)


@pytest.mark.parametrize(
    "stated",
    [
        *("2024-05-01", "20240501", "2024-5-1", "2024/05/01", date(2024, 5, 1)),
        *("May 1, 2024", "1 May 2024", "Wed, 1st MAY 2024", "Wednesday, May 1st 2024"),
    ],
)
def test_a_date_is_midnight(stated: Any) -> None:
    assert read_time(stated) == datetime(2024, 5, 1, tzinfo=UTC)
    assert read_time(stated, zone=BERLIN) == datetime(2024, 4, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "stated",
    [
     "05/04/2024", "Foo 4, 2024", "May 32, 2024", "Mayor 4, 2024", "May 2024",
     "2024", "", "tomorrow", "2024-13-01", "2024-02-30", 45413, 2024,
     45413.5, True, None, float("nan"), float("inf"), -1, "99999999", "12:00", [],
     "2024-05-01T25:00", "Wed, 01 May 2024 12:00:00",
     datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))),
    ],
)  # fmt: skip
def test_what_is_no_time_or_could_be_two_is_refused(stated: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_time(stated)


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("01.05.2024 14:00", "%d.%m.%Y %H:%M", NOON),
        ("05/01/24 02:00 PM", "%m/%d/%y %I:%M %p", NOON),
        ("1 May 2024", "%d %B %Y", datetime(2024, 4, 30, 22, tzinfo=UTC)),
        ("01.05.2024 12:00 +0000", "%d.%m.%Y %H:%M %z", NOON),
    ],
)
def test_a_form_that_is_set_is_the_only_one(text: str, form: str, expected: datetime) -> None:
    assert read_time(text, zone=BERLIN, date_format=form) == expected
    with pytest.raises(ValueError, match=r"."):
        read_time("2024-05-01T12:00:00Z", zone=BERLIN, date_format=form)


@settings(deadline=None)
@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)), st.integers(-14, 14))
def test_iso_times_come_back(naive: datetime, hours: int) -> None:
    stated = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert read_time(stated.isoformat()) == stated
    assert read_time(stated.isoformat()).tzinfo is UTC


def test_the_locale_of_the_process_changes_nothing() -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert read_time("Wed, 01 May 2024 12:00:00 GMT") == NOON
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_an_unknown_zone_is_refused() -> None:
    for name in ("Mars/Base", "../../etc/passwd", "\0"):
        with pytest.raises(ValueError, match="time zone"):
            zone_of(name)
    assert zone_of(None) is zone_of("") is None
