"""What Facebook and Instagram share: asking Meta's Graph API, its errors, and its listings."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec
from msgspec import Meta

from connectors.onward import Onward
from tidings.errors import AuthError, NotFound, RateLimited, SourceError, TransientError
from tidings.http import Answer, Http, Params
from tidings.times import utcnow

BASE_URL = "https://graph.facebook.com"
VERSION = "v26.0"

MASK = "REDACTED"

RATE_LIMITS = frozenset([4, 17, 32, 341, 368, 613, *range(80_000, 80_015)])
"""Too many calls of an app, a user, a page or a business use case; 341 and 368 are pauses, too."""

REFUSALS = frozenset([3, 10, 102, 190, *range(200, 300)])
"""A token that is not taken any more, or not allowed to read this."""

PASSING = frozenset([1, 2])
"""The API is down or does not know itself what went wrong."""

MISSING = frozenset([803])
NO_SUCH_OBJECT = (100, 33)
"""Code and subcode of an object that is not there, or that this token must not see."""

WAYS_ON = frozenset(["after", "until", "since", "offset", "__paging_token"])
"""Parameters of a next link that say where it goes on; the others hold the token or repeat ours."""

USAGE = "x-business-use-case-usage"

_DATA = b'"error"'


class _Error(msgspec.Struct, frozen=True):
    message: str = ""
    code: int | None = None
    error_subcode: int | None = None
    is_transient: bool = False


class _Failed(msgspec.Struct, frozen=True):
    error: _Error


class _Usage(msgspec.Struct, frozen=True):
    estimated_time_to_regain_access: float = 0


class _Cursors(msgspec.Struct, frozen=True):
    after: str | None = None


class _Paging(msgspec.Struct, frozen=True):
    cursors: _Cursors | None = None
    next: str | None = None


class Listing(msgspec.Struct, frozen=True):
    """One page of an edge."""

    data: list[msgspec.Raw]
    paging: _Paging | None = None

    def onward(self) -> dict[str, str]:
        """Return the parameters of the next page; none at the end.

        The next link itself holds the access token, and is not followed: only where it leads is
        taken from it.
        """
        if self.paging is None or not self.paging.next:
            return {}
        if self.paging.cursors is not None and self.paging.cursors.after:
            return {"after": self.paging.cursors.after}
        query = parse_qsl(urlsplit(self.paging.next).query)
        return {name: value for name, value in query if name in WAYS_ON}


class Person(msgspec.Struct, frozen=True):
    """Who wrote, where the API tells."""

    id: Annotated[str, Meta(min_length=1)]
    username: str | None = None


class Graph:
    """The Graph API, asked over a client with a token; the token goes in a header."""

    def __init__(self, http: Http, base_url: str, version: str, credential: str) -> None:
        """Ask ``base_url`` in ``version`` with the token that is the secret ``credential``."""
        self._http = http
        self._base = f"{base_url.rstrip('/')}/{version}"
        self._token = http.secret(credential)

    def get(self, path: str, params: Params) -> Answer:
        """GET a node or an edge; the token is masked where the answer repeats it.

        Raises the typed error that the body's error code means.
        """
        answer = self._http.get(
            f"{self._base}/{path}",
            params,
            headers={"Authorization": f"Bearer {self._token}"},
            judge=partial(judge, token=self._token),
        )
        body = answer.body
        for form in {self._token, quote(self._token, safe="")}:
            body = body.replace(form.encode(), MASK.encode())
        return answer if body == answer.body else msgspec.structs.replace(answer, body=body)


class Edge:
    """The pages of one edge, one after the other; each is asked for when it is wanted."""

    def __init__(self, graph: Graph, path: str, params: dict[str, Any]) -> None:
        """Start before the first page of ``path``."""
        self._graph, self._path, self._asked = graph, path, params
        self._at: dict[str, str] = {}
        self._onward = Onward()
        self.ended = False

    def next(self) -> tuple[Answer, list[msgspec.Raw]]:
        """Return the next answer and its records; ``ended`` tells whether it was the last.

        SourceChanged where the edge leads round in a loop.
        """
        answer = self._graph.get(self._path, {**self._asked, **self._at})
        listing: Listing = answer.json(Listing)
        self._at = listing.onward()
        self.ended = not self._at
        if self._at:
            token = msgspec.json.encode(self._at, order="sorted").decode()
            self._onward.follow(token, answer, records=len(listing.data))
        return answer, listing.data


def judge(answer: Answer, *, token: str = "") -> SourceError | None:
    """Return the error that an answer's body states; None where it states none that we know.

    ``token`` is masked in the message: the API repeats one that it can't read.
    """
    if answer.status == 200 and _DATA not in answer.body[:200]:
        return None
    try:
        error = msgspec.json.decode(answer.body, type=_Failed).error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    said = error.message.replace(token, MASK) if token else error.message
    message = f"The Graph API answered error {error.code}: {said[:300]}"
    if error.code in RATE_LIMITS:
        return RateLimited(
            message,
            remedy="Ask less often, or for fewer days of posts.",
            retry_at=regained(answer),
        )
    if error.code in REFUSALS:
        return AuthError(message, remedy="Renew the token, and check its permissions.")
    if error.code in MISSING or (error.code, error.error_subcode) == NO_SUCH_OBJECT:
        return NotFound(message, remedy="Check the id, and that the token may read it.")
    if error.code in PASSING or error.is_transient:
        return TransientError(message, remedy="Try again later.")
    return None


def regained(answer: Answer) -> datetime | None:
    """Return when access is regained by the usage header, which says so in minutes; or None."""
    try:
        used = msgspec.json.decode(answer.headers.get(USAGE, "{}"), type=dict[str, list[_Usage]])
    except (msgspec.DecodeError, RecursionError):
        return None
    minutes = [u.estimated_time_to_regain_access for usages in used.values() for u in usages]
    longest = max(minutes, default=0)
    return utcnow() + timedelta(minutes=longest) if 0 < longest < 100_000 else None
