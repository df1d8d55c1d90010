"""What Google's APIs mean by an error, where the status of an answer does not tell it."""

from __future__ import annotations

import msgspec

from tidings.errors import AuthError, NotFound, RateLimited, SourceChanged, SourceError
from tidings.errors import TransientError as NotYet
from tidings.http import Answer

FOUND = frozenset({"OK", "ZERO_RESULTS"})

QUOTA = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "RATE_LIMIT_EXCEEDED",
    }
)
"""Reasons by which a 403 means "later", not "never"."""

BAD_KEY = frozenset({"API_KEY_INVALID", "keyInvalid", "API_KEY_EXPIRED"})
"""Reasons by which a 400 is about the credential."""

TOO_MANY = "Lower 'requests_per_second' of this source, or raise the quota in the Cloud console."


class _Said(msgspec.Struct, frozen=True):
    status: str
    error_message: str = ""


class _Reason(msgspec.Struct, frozen=True):
    reason: str = ""


class _Error(msgspec.Struct, frozen=True):
    status: str = ""
    message: str = ""
    errors: list[_Reason] = []
    details: list[_Reason] = []


class _Refusal(msgspec.Struct, frozen=True):
    error: _Error


def refusal(answer: Answer) -> SourceError | None:
    """Return the error of a Google API that its status does not tell; None for all others.

    A 403 may be a used-up quota (RateLimited), a 400 an API key that is none (AuthError). An error
    that comes with 200 would otherwise be read as a page without records: all fields may be left
    out.
    """
    if answer.status not in (200, 400, 403):
        return None
    try:
        error = msgspec.json.decode(answer.body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    reasons = {said.reason for said in (*error.errors, *error.details)}
    told = f"Google answered {answer.status}: {_short(error.message)}"
    if answer.status == 200:
        return SourceChanged(told, remedy="Look at the kept page: an error came as an answer.")
    if answer.status == 403 and (reasons & QUOTA or error.status == "RESOURCE_EXHAUSTED"):
        return RateLimited(told, remedy=TOO_MANY)
    if answer.status == 400 and reasons & BAD_KEY:
        return AuthError(told, remedy="Check the API key that 'credential' names.")
    return None


def refused_place(answer: Answer) -> SourceError | None:
    """Return the error that the details of a place tell in ``status``; None where there is none."""
    said = _said(answer)
    if said is None or said.status == "OK":
        return None
    if said.status in ("NOT_FOUND", "ZERO_RESULTS", "INVALID_REQUEST"):
        return NotFound(_told(said), remedy="Check the id of the place: it may be gone, or none.")
    return _error(said)


def refused_search(answer: Answer) -> SourceError | None:
    """Return the error that the first page of a search tells in ``status``, if any."""
    said = _said(answer)
    return None if said is None or said.status in FOUND else _error(said)


def refused_page(answer: Answer) -> SourceError | None:
    """Return the error that a further page of a search tells in ``status``, if any.

    Its token works only some seconds after it was given: until then it is an INVALID_REQUEST.
    """
    said = _said(answer)
    if said is not None and said.status == "INVALID_REQUEST":
        return NotYet(_told(said), remedy="The token of the next page was not ready, or ran out.")
    return refused_search(answer)


def _error(said: _Said) -> SourceError:
    match said.status:
        case "OVER_QUERY_LIMIT":
            return RateLimited(_told(said), remedy=TOO_MANY)
        case "REQUEST_DENIED" | "OVER_DAILY_LIMIT":
            return AuthError(
                _told(said),
                remedy="Check the API key, its restrictions and the billing of its project; a "
                "project without the old Places API needs api = 'new'.",
            )
        case "UNKNOWN_ERROR":
            return NotYet(_told(said), remedy="Try again later.")
    return SourceChanged(_told(said), remedy="Look at the kept page, and at the settings.")


def _said(answer: Answer) -> _Said | None:
    try:
        return msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None  # no status to read: the status table and the reader judge it


def _told(said: _Said) -> str:
    return f"The Places API answered {said.status}: {_short(said.error_message)}"


def _short(message: str) -> str:
    return (" ".join(message.split()) or "no reason given")[:200]
