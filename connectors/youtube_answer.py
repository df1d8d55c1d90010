"""What YouTube's Data API answers: listings, and what it means by a refusal."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import msgspec

from tidings.errors import (
    AuthError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
    TransientError,
)
from tidings.http import Answer, Http, Params
from tidings.times import utcnow

DAILY = frozenset({"quotaExceeded", "dailyLimitExceeded"})
BRIEFLY = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
PASSING = frozenset({"processingFailure", "backendError", "internalError"})
NO_COMMENTS = "commentsDisabled"


class Listing(msgspec.Struct, frozen=True, rename="camel"):
    """One page of whatever was listed; ``page_info`` counts this page, not all of them."""

    items: list[msgspec.Raw]
    next_page_token: str | None = None


class _Reason(msgspec.Struct, frozen=True):
    reason: str | None = None
    message: str | None = None


class _Error(msgspec.Struct, frozen=True):
    code: int | None = None
    message: str | None = None
    errors: list[_Reason] = []
    details: list[Any] = []


class _Refused(msgspec.Struct, frozen=True):
    error: _Error | None = None


class Api:
    """The API at ``base_url``, asked with the key that the secret ``credential`` holds."""

    def __init__(self, http: Http, base_url: str, credential: str) -> None:
        """Look the key up; it is sent in a header, never in an address."""
        self._http = http
        self._base = base_url.rstrip("/")
        self._headers = {"X-goog-api-key": http.secret(credential)}

    def get(self, method: str, params: Params) -> tuple[Listing, Answer]:
        """List what ``method`` (``commentThreads``) gives for ``params``; raises typed errors."""
        answer = self._http.get(
            f"{self._base}/{method}", params, headers=self._headers, judge=meant
        )
        return answer.json(Listing), answer


def reason_of(answer: Answer | None) -> str | None:
    """Return the word that an answer gives for its error; None where it tells of none."""
    error = _error(answer) if answer else None
    return next((r.reason for r in error.errors if r.reason), None) if error else None


def meant(answer: Answer) -> SourceError | None:
    """Return the error that an answer means by its body; a ``judge`` of the client.

    A quota that is used up is a 403 like many others: it is given anew at midnight in California.
    """
    error = _error(answer)
    if error is None:
        return None
    reason = reason_of(answer) or ""
    said = f"YouTube refuses: {reason or error.code}: {error.message or 'no message'}."
    if reason in DAILY or b"PerDay" in answer.body:
        return RateLimited(
            said,
            remedy="Lower 'max_videos' or raise 'search_hours', or ask Google for a larger quota.",
            retry_at=next_midnight(utcnow()),
        )
    if reason in BRIEFLY:
        return RateLimited(said, remedy="Lower 'requests_per_second' of this source.")
    if reason in PASSING:
        return TransientError(said, remedy="Try again later.")
    if reason == NO_COMMENTS:
        return NotFound(said, remedy="Leave this video out: its owner wants no comments.")
    if b"API_KEY_INVALID" in answer.body or reason == "keyInvalid":
        return AuthError(said, remedy="Check the secret that 'credential' names.")
    return _by_code(error.code, said) if answer.status == 200 else None


def _by_code(code: int | None, said: str) -> SourceError:
    """Return the error of a status that only the body tells."""
    match code:
        case 401 | 403:
            return AuthError(said, remedy="Check the key, and which APIs it may use.")
        case 404:
            return NotFound(said, remedy="Check the setting that names it; it may be gone.")
        case 429:
            return RateLimited(said, remedy="Lower 'requests_per_second' of this source.")
        case int() if code >= 500:
            return TransientError(said, remedy="Try again later.")
    return SourceChanged(said, remedy="Look at the kept page.")


def next_midnight(now: datetime) -> datetime:
    """Return the next midnight in California, where YouTube's days begin, in aware UTC."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("America/Los_Angeles")
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)


def _error(answer: Answer) -> _Error | None:
    if answer.status == 200 and b'"error"' not in answer.body[:200]:
        return None
    try:
        return msgspec.json.decode(answer.body, type=_Refused).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
