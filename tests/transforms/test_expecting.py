"""What is expected of an hour is the usual of that hour of the day, before something began."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from transforms.expecting import Hour, expected

OPENED = datetime(2026, 3, 20, 9, 30)


def counts(days: int = 14) -> dict[datetime, Hour]:
    """Four mentions at 9 o'clock of each of the days before, one of them negative; then ten."""
    nine = OPENED.replace(minute=0)
    before = {nine - timedelta(days=n): Hour(4, 1, 2) for n in range(1, days + 1)}
    return before | {nine: Hour(10, 9, 10)}


@pytest.mark.parametrize("days", [14, 3])
def test_an_hour_is_held_against_the_same_hour_of_the_days_before(days: int) -> None:
    hours = {h.starts: h for h in expected("mentions", counts(days), OPENED, OPENED)}
    at = hours[OPENED.replace(minute=0)]
    assert (at.observed, at.expected) == (10, 4)  # what it began with is not taken for usual
    assert hours[OPENED.replace(hour=14, minute=0)].expected == 0


def test_a_share_is_held_against_all_hours_before() -> None:
    hours = list(expected("negative_share", counts(), OPENED, OPENED))
    assert {h.expected for h in hours} == {0.5}
    assert [h.observed for h in hours if h.observed] == [0.5, 0.5, 0.5, 0.9]


def test_the_picture_begins_before_and_ends_after() -> None:
    ended = OPENED + timedelta(hours=5)
    hours = list(expected("negative", counts(), OPENED, ended))
    assert hours[0].starts == datetime(2026, 3, 17, 9)
    assert hours[-1].starts == datetime(2026, 3, 20, 19)
