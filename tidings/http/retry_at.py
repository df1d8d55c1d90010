"""When a source wants to be asked again, in the many forms in which sources say it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tidings.http.message import Answer
from tidings.times import from_epoch, from_iso, from_rfc2822

WINDOW_RESETS = ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")
WINDOWS_LEFT = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")

# RateLimit: "default";r=0;t=30 or limit=100, remaining=0, reset=30, as drafts of the header say
_LEFT = re.compile(r"(?:\br|remaining)\s*=\s*(\d{1,15})\b", re.ASCII)
_RESET = re.compile(r"(?:\bt|reset)\s*=\s*(\d{1,15})\b", re.ASCII)

# A number below is seconds from now, above a Unix time; far above, one in milliseconds.
_UNIX_FROM = 1e9
_UNIX_MILLISECONDS_FROM = 1e11


def retry_after(answer: Answer, now: datetime) -> datetime | None:
    """Return the time that Retry-After names, never before ``now``; None where there is none.

    ``now`` is the aware UTC time at which the answer came. The header holds seconds or an HTTP
    date; a value in another form is taken for none.
    """
    return _read(answer.headers.get("retry-after", ""), answer, now)


def window_reset(answer: Answer, now: datetime) -> datetime | None:
    """Return when the source's rate window starts anew, never before ``now``; None if not told.

    Sources write it as seconds from now, as Unix time or as an ISO time.
    """
    for name in WINDOW_RESETS:
        if found := _read(answer.headers.get(name, ""), answer, now):
            return found
    told = _RESET.search(answer.headers.get("ratelimit", ""))
    return now + timedelta(seconds=min(int(told[1]), _UNIX_FROM)) if told else None


def is_used_up(answer: Answer) -> bool:
    """Tell whether the source says that its rate window holds no further request."""
    for name in WINDOWS_LEFT:
        if name in answer.headers:
            # some count in fractions: less than one request is none
            return bool(re.fullmatch(r"\s*0*(\.\d*)?\s*", answer.headers[name] or "-"))
    told = _LEFT.search(answer.headers.get("ratelimit", ""))
    return told is not None and int(told[1]) == 0


def rest_asked_for(answer: Answer, now: datetime) -> datetime | None:
    """Return until when the source wants no further request, from anybody here; None: no such wish.

    That is what a 429 or 503 says in Retry-After or by its window, and the end of a window that any
    answer says is used up.
    """
    if answer.status in {429, 503} and (told := retry_after(answer, now)):
        return told
    return window_reset(answer, now) if answer.status == 429 or is_used_up(answer) else None


def _read(value: str, answer: Answer, now: datetime) -> datetime | None:
    value = value.strip()
    try:
        if re.fullmatch(r"\d{1,15}(\.\d*)?", value, re.ASCII):
            number = float(value)
            if number < _UNIX_FROM:
                return now + timedelta(seconds=number)
            point = from_epoch(number / 1000 if number >= _UNIX_MILLISECONDS_FROM else number)
        else:
            point = from_iso(value) if value[:1].isdigit() else from_rfc2822(value)
        return max(now, now + (point - _source_time(answer, now)))
    except (ValueError, OverflowError):
        return None


def _source_time(answer: Answer, now: datetime) -> datetime:
    """Return the time on the source's clock, which its own points in time are meant by."""
    try:
        return from_rfc2822(answer.headers["date"])
    except (KeyError, ValueError):
        return now
