"""What the tests of connectors share: answers made at the network's edge, and walks over them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tidings.connector import Connector, Cursor, Page
from tidings.http import Answer, Request
from tidings.testing import client, walk

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"

SIGN_IN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Hello</body></html>"


def recording(name: str) -> bytes:
    """Return a recording's bytes; the test is skipped where the folder is not there."""
    path = RECORDINGS / name
    if not path.is_file():
        pytest.skip(f"no recordings: {path} is not there")
    return path.read_bytes()


def exchanges(name: str) -> list[dict[str, Any]]:
    """Return a recording's exchanges."""
    found: list[dict[str, Any]] = json.loads(recording(name))
    return found


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    """Make an answer of JSON; ``url`` is filled in by :class:`Edge`."""
    named = {"content-type": "application/json; charset=utf-8", **headers}
    return Answer(status=status, url="", headers=named, body=json.dumps(value).encode())


def params(request: Request) -> dict[str, str]:
    """Return the parameters of a request's URL."""
    return dict(parse_qsl(urlsplit(request.url).query))


class Edge:
    """The network's edge: answers with ``respond`` and remembers what was asked."""

    def __init__(self, respond: Callable[[Request], Answer]) -> None:
        self.respond = respond
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        self.requests.append(request)
        answer = self.respond(request)
        return Answer(
            status=answer.status,
            url=answer.url or request.url,
            headers=answer.headers,
            body=answer.body,
        )

    def asked(self, name: str) -> list[str | None]:
        """Return what each request gave for one parameter."""
        return [params(request).get(name) for request in self.requests]


def read(connector: Connector, edge: Edge, cursor: Cursor | None = None) -> list[Page]:
    """Walk one place to its end; errors are raised."""
    [place] = connector.split()
    with client(edge) as http:
        return list(place.pages(http, cursor))


def ids(pages: list[Page]) -> list[str]:
    """Return the ids of all mentions in the order they came."""
    return [m.external_id for page in pages for m in page.mentions]


def stopped_everywhere(connector: Connector, make: Callable[[], Edge]) -> Iterator[set[str]]:
    """Stop after each page, go on from its cursor as JSON gives it back; yield the ids of both."""
    whole = walk(connector, make())
    for stop in range(1, len(whole.pages) + 1):
        first = walk(connector, make(), stop_after=stop)
        assert len(first.pages) == stop
        kept = json.loads(json.dumps(first.cursors))
        rest = walk(connector, make(), cursors=kept)
        assert rest.error is None
        yield {m.external_id for m in [*first.mentions, *rest.mentions]}


def at(text: str) -> datetime:
    """Read an ISO time with a zone."""
    return datetime.fromisoformat(text)
