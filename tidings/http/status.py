"""The layer that turns a 4xx or 5xx answer into a typed error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import parse_qsl

import msgspec

from tidings.errors import (
    AuthError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
    TransientError,
)
from tidings.http.address import MASK, is_secret_name, secret_values, shown
from tidings.http.message import Answer, Request, Send
from tidings.http.redirect import FOR_ANYONE
from tidings.http.retry_at import is_used_up, retry_after, window_reset
from tidings.times import utcnow

EXCERPT = 200
"""Characters of an answer's body that a message shows at most."""

_TEXT = re.compile(r"text/|.*[/+](json|xml)\b|$")

_REMEDIES: dict[type[SourceError], str] = {
    RateLimited: "Lower 'requests_per_second' of this source in the watch file.",
    TransientError: "Try again later; if it lasts, look at the source's status page.",
    AuthError: "Check the credential, and what it is allowed to read.",
    NotFound: "Check the setting that names this place; it may be gone.",
    SourceChanged: "Look at the kept page: the source asks for something else than it used to.",
}


def status(send: Send) -> Send:
    """Raise the typed error of an answer that is none of 2xx and 304, with the answer kept on it.

    ======================================================== ===============
    status                                                   error
    ======================================================== ===============
    429; 503 with Retry-After; 403 with no request remaining RateLimited
    5xx, 408, 425                                            TransientError
    401, 403                                                 AuthError
    404, 410                                                 NotFound
    other 4xx; 1xx and 3xx that lead nowhere                 SourceChanged
    ======================================================== ===============

    A TransientError says in ``retry_at`` when the source wants to be asked again, if it tells.
    The request's ``judge`` comes first: the error it returns is raised, whatever the status.
    """

    def ask(request: Request) -> Answer:
        answer = send(request)
        meant = request.judge(answer) if request.judge else None
        if meant is not None:
            raise _completed(meant, answer)
        if 200 <= answer.status < 300 or answer.unchanged:
            return answer
        raise _error(request, answer)

    return ask


def _completed(meant: SourceError, answer: Answer) -> SourceError:
    """Return a judge's error with the page, and the time to come back if the headers tell it."""
    meant.url = meant.url or shown(answer.url)
    meant.answer = meant.answer or answer
    if isinstance(meant, RateLimited) and meant.retry_at is None:
        now = utcnow()
        meant.retry_at = retry_after(answer, now) or window_reset(answer, now)
    return meant


def _error(request: Request, answer: Answer) -> SourceError:
    kind = _kind(answer)
    error = kind(
        _message(request, answer),
        remedy=_REMEDIES[kind],
        url=shown(answer.url),
        answer=answer,
    )
    if isinstance(error, TransientError):
        now = utcnow()
        error.retry_at = retry_after(answer, now)
        # Many sources send the end of their window with every answer: it only matters to the
        # request that the window stopped, not to one that failed for another reason.
        if error.retry_at is None and isinstance(error, RateLimited):
            error.retry_at = window_reset(answer, now)
    return error


def _kind(answer: Answer) -> type[SourceError]:
    match answer.status:
        case 429:
            return RateLimited
        case 503 if "retry-after" in answer.headers:
            return RateLimited
        case 403 if is_used_up(answer):
            return RateLimited
        case 401 | 403:
            return AuthError
        case 404 | 410:
            return NotFound
        case 408 | 425:
            return TransientError
        case code if code >= 500:
            return TransientError
    return SourceChanged


def _message(request: Request, answer: Answer) -> str:
    try:
        phrase = f" {HTTPStatus(answer.status).phrase}"
    except ValueError:  # e.g. 520, which is nobody's standard
        phrase = ""
    excerpt = _excerpt(request, answer)
    said = f": {excerpt!r}" if excerpt else ""
    return f"{shown(answer.url)} answered {answer.status}{phrase}{said}."


def _excerpt(request: Request, answer: Answer) -> str:
    """Return the beginning of a text body without tags and without what the request kept secret."""
    if not _TEXT.match(answer.headers.get("content-type", "").lower()):
        return ""
    start = msgspec.structs.replace(answer, body=answer.body[:20_000]).text
    plain = re.sub(r"(?is)<(script|style|title)\b.*?</\1\s*>|<[^<>]*>", " ", start)
    for secret in sorted(_secrets(request), key=len, reverse=True):
        plain = plain.replace(secret, MASK)
    words = " ".join("".join(c if c.isprintable() else " " for c in plain).split())
    return words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1]}…"


def _secrets(request: Request) -> set[str]:
    """Return what the request holds that a source might echo and a message must not show."""
    found = secret_values(request.url)
    for name, value in request.headers.items():
        if name.lower() not in FOR_ANYONE:
            found.update({value, *value.split()})
    found.update(v for name, v in _fields(request.body) if v and is_secret_name(name))
    return {value for value in found if len(value) > 3}


def _fields(body: bytes) -> Iterable[tuple[str, str]]:
    """Return the text fields of a request's body, JSON or form."""
    try:
        fields = msgspec.json.decode(body) if body else {}
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return parse_qsl(body.decode("latin-1"))
    pairs = fields.items() if isinstance(fields, dict) else ()
    return [(name, value) for name, value in pairs if isinstance(value, str)]
