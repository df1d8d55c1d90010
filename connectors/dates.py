"""Times as files and pages state them, to aware UTC, without guessing at what is unclear."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from tidings.times import from_epoch, from_iso, from_rfc2822

_DATE_ONLY = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}|\d{8}")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_YEAR = r",?\s+(?P<year>\d{4})"
_WORDED = [
    re.compile(rf"(?:[A-Za-z]{{3,9}},?\s+)?{first},?\s+{second}{_YEAR}", re.IGNORECASE)
    for first, second in ((_MONTH, _DAY), (_DAY, _MONTH))
]
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_NUMBER = re.compile(r"\d{9,19}(\.\d+)?")
_MAIL = re.compile(
    r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d{2}(?::\d{2})?"
    r"\s+(?:[+-]\d{4}|GMT|UTC?|Z)"
)
_SPACED_ZONE = re.compile(r"\s+(?:(UTC|GMT|Z)|([+-]\d{2}:?\d{2}))$")
LONGEST = 200
"""Characters of a time at most: no form of one is as long, and patterns take longer on more."""

_TIME_DIRECTIVES = re.compile(r"%[HIMSfcXpsT]")

FIRST_EPOCH = 10**8
"""Seconds (March 1973). A smaller number is a year, an Excel day or a mistake, not a Unix time."""


def zone_of(name: str | None) -> tzinfo | None:
    """Return the zone called ``name`` (``Europe/Berlin``); ValueError where there is none."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f"timezone {name!r} is no IANA time zone such as 'Europe/Berlin'"
        ) from error


def read_time(
    stated: object, *, zone: tzinfo | None = None, date_format: str | None = None
) -> datetime:
    """Read a time; ValueError where it is none or could be two.

    Understood are times and dates as such, ISO 8601, RFC 2822 with a zone, dates with an English
    month (``March 1, 2024``), Unix seconds (also
    milli-, micro- and nanoseconds, told apart by size), and text of ``date_format`` (strptime, with
    English month names), which leaves no other form for text once it is given. ``zone`` is meant
    where a time states none; without it such a time is refused. A date alone is midnight in
    ``zone``, or in UTC.
    """
    if isinstance(stated, datetime):
        return _in_utc(stated, zone)
    if isinstance(stated, date):
        return _midnight(stated, zone)
    if isinstance(stated, str):
        if len(stated) > LONGEST:
            raise ValueError(f"{stated[:LONGEST]!r}... is no time")
        text = stated.strip()
        return _formatted(text, zone, date_format) if date_format else _text(text, zone)
    if isinstance(stated, int | float) and not isinstance(stated, bool):
        return _epoch(stated)
    raise ValueError(f"{stated!r} is no time")


def _text(text: str, zone: tzinfo | None) -> datetime:
    if _DATE_ONLY.fullmatch(text):
        return _midnight(_date(text), zone)
    if (worded := _worded(text)) is not None:
        return _midnight(worded, zone)
    if _NUMBER.fullmatch(text):
        return _epoch(float(text) if "." in text else int(text))
    if _MAIL.fullmatch(text):
        return from_rfc2822(text)
    iso = _SPACED_ZONE.sub(lambda match: match[2] or "Z", text)
    try:
        has_zone = datetime.fromisoformat(iso).tzinfo is not None
    except ValueError:
        raise ValueError(
            f"{text!r} is no ISO 8601 or RFC 2822 time; 'date_format' can name its form"
        ) from None
    return from_iso(iso) if has_zone else _in_utc(datetime.fromisoformat(iso), zone)


def _date(text: str) -> date:
    try:
        if not text.isdecimal():
            return date(*map(int, re.split("[-/]", text)))
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date: {error}") from error


def _worded(text: str) -> date | None:
    """Return the date of ``March 1, 2024`` or ``1st Mar 2024``; None for any other form."""
    found = next((m for form in _WORDED if (m := form.fullmatch(text))), None)
    if found is None:
        return None
    stated = found["month"].lower()
    starting = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(stated[:3])]
    whole = starting and (stated in (_MONTHS[starting[0] - 1], "sept") or len(stated) == 3)
    try:
        return date(int(found["year"]), starting[0], int(found["day"])) if whole else None
    except ValueError as error:
        raise ValueError(f"{text!r} is no date: {error}") from error


def _formatted(text: str, zone: tzinfo | None, date_format: str) -> datetime:
    found = datetime.strptime(text, date_format)  # noqa: DTZ007 - the zone is looked at below
    if found.tzinfo is None and not _TIME_DIRECTIVES.search(date_format):
        return _midnight(found.date(), zone)
    return _in_utc(found, zone)


def _epoch(number: float) -> datetime:
    for factor in (1, 1_000, 1_000_000, 1_000_000_000):
        if FIRST_EPOCH <= number / factor < FIRST_EPOCH * 1_000:
            return from_epoch(number / factor)
    raise ValueError(f"{number!r} is no Unix time")


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return _in_utc(datetime.combine(day, time()), zone or UTC)


def _in_utc(found: datetime, zone: tzinfo | None) -> datetime:
    if found.tzinfo is None:
        if zone is None:
            raise ValueError(f"{found.isoformat(' ')!r} has no time zone; 'timezone' can name it")
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{found.isoformat()!r} is outside the years 1 to 9999") from error
