"""What was to be expected hour by hour: the usual of that hour, before something began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

DAYS = 14
"""Days before the beginning that are taken for usual."""

BEFORE = timedelta(days=3)
AFTER = timedelta(hours=6)
"""A picture shows so much before the beginning and after the end."""

SHARE = "negative_share"
MEASURES = ("mentions", "negative", SHARE)
"""Measures that are counted by the hour."""


class Hour(NamedTuple):
    """Counts of one hour, of voices: all, negative ones, scored ones."""

    mentions: int
    negative: int
    scored: int


NOTHING = Hour(0, 0, 0)


class Expected(NamedTuple):
    """One hour of a picture (naive UTC): what there was, and the usual of the days before."""

    starts: datetime
    observed: float
    expected: float


def past(opened: datetime) -> datetime:
    """Return from when on counts are needed for :func:`expected`."""
    return _hour(opened) - timedelta(days=DAYS)


def pictured(opened: datetime, ended: datetime) -> tuple[datetime, datetime]:
    """Return the first hour of a picture and the end of its last one."""
    return _hour(opened - BEFORE), _hour(ended + AFTER)


def expected(
    measure: str, found: Mapping[datetime, Hour], opened: datetime, ended: datetime
) -> Iterator[Expected]:
    """Yield the hours of a picture of ``measure`` (one of ``MEASURES``), from counts by hour.

    Hours without any mention may be left out of ``found``. Expected is the mean of the same hour
    of the day, of a share that of all hours, in the 14 days before the hour of ``opened``, or since
    the first mention in them.
    """
    first, last = pictured(opened, ended)
    begins = _hour(opened)
    before = {time: row for time, row in found.items() if past(opened) <= time < begins}
    days = ceil((begins - min(before, default=past(opened))) / timedelta(days=1))
    for index in range(int((last - first) / timedelta(hours=1))):
        time = first + timedelta(hours=index)
        usual = [r for t, r in before.items() if measure == SHARE or t.hour == time.hour]
        yield Expected(
            time,
            _value(measure, [found.get(time, NOTHING)], 1),
            _value(measure, usual, days),
        )


def _value(measure: str, rows: list[Hour], days: int) -> float:
    if measure == SHARE:
        scored = sum(row.scored for row in rows)
        return sum(row.negative for row in rows) / scored if scored else 0.0
    counts = [row.mentions if measure == "mentions" else row.negative for row in rows]
    return sum(counts) / days


def _hour(time: datetime) -> datetime:
    return time.replace(minute=0, second=0, microsecond=0)
