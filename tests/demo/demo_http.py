"""Asking the made-up world over HTTP with the standard library: no client of ours in between."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode


class Got:
    """An answer: status, headers (names in lower case) and body."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    url: str,
    params: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
    post: object = None,
) -> Got:
    """GET ``url`` (or POST a JSON body); errors are answers too."""
    whole = f"{url}?{urlencode(params)}" if params else url
    body = None if post is None else json.dumps(post).encode()
    request = urllib.request.Request(whole, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return _got(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return _got(error.code, error.headers, error.read())


def _got(status: int, headers: Any, body: bytes) -> Got:
    return Got(status, {name.lower(): value for name, value in headers.items()}, body)
