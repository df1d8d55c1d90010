"""Recorded exchanges: what they are, and reading them from files.

Two forms are read: a JSON list of ``{"request": {"method", "url"}, "response": {"status",
"headers", "body"}}`` in the order recorded, and the bare body of one answer (JSON, XML, HTML).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from tidings.errors import ConfigurationError
from tidings.testing.matching import Asked, take_apart

TRANSPORT = frozenset(["content-encoding", "transfer-encoding", "content-length", "connection"])
"""Headers of the recorded connection, which no longer fit the recorded text."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded answer. ``asked`` is None for a bare body, ``url`` then empty."""

    name: str
    url: str = ""
    asked: Asked | None = None
    status: int = 200
    headers: dict[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        """True for what a walk reads: a bare body, or a GET that was answered with 200."""
        return self.asked is None or (self.asked.method == "GET" and self.status == 200)

    @property
    def content_type(self) -> str:
        """The Content-Type, or nothing."""
        return self.headers.get("content-type", "")


def read_exchanges(path: Path) -> list[Exchange]:
    """Read one file: its exchanges, or one bare body.

    Raises ConfigurationError if it can't be read, or is a list of exchanges with one out of form.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{path} can't be read: {error.strerror}.", remedy="Give files with recorded answers."
        ) from error
    found = _as_exchanges(content)
    if found is None:
        headers = {"content-type": content_type(content)}
        return [Exchange(name=path.name, headers=headers, body=content)]
    return [_exchange(item, f"{path.name}[{n}]") for n, item in enumerate(found)]


def content_type(body: bytes) -> str:
    """Guess the Content-Type of a bare body; no charset where the document itself states one."""
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        pass
    else:
        return "application/json; charset=utf-8"
    body = body.removeprefix(b"\xef\xbb\xbf")
    start = re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", body[:20_000], flags=re.DOTALL)
    root = re.match(rb"\s*(?:<!DOCTYPE[^>]*>\s*)?<([\w:.-]+)", start, re.IGNORECASE)
    kinds = {b"rss": "application/rss+xml", b"feed": "application/atom+xml", b"html": "text/html"}
    if root is None:
        is_json = re.match(rb"\s*[\[{]", start)
        return "application/json" if is_json else "text/plain; charset=utf-8"
    declared = re.match(rb"\s*<\?xml", body) is not None
    return kinds.get(root[1].lower(), "application/xml" if declared else "text/html")


def _as_exchanges(content: bytes) -> list[Any] | None:
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError):
        return None
    items = [found] if isinstance(found, dict) else found
    if not isinstance(items, list) or not items:
        return None
    if all(isinstance(i, dict) and {"request", "response"} <= i.keys() for i in items):
        return items
    return None


def _exchange(item: dict[str, Any], name: str) -> Exchange:
    try:
        method, url = item["request"]["method"], item["request"]["url"]
        status, body = item["response"]["status"], item["response"].get("body") or ""
        headers = item["response"].get("headers") or {}
        data = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
        return Exchange(
            name=name,
            url=url,
            asked=take_apart(method, url),
            status=int(status),
            headers={"content-type": content_type(data), **_headers(headers)},
            body=data,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"{name} is no recorded exchange: {type(error).__name__} {error}.",
            remedy='The form is {"request": {"method", "url"}, '
            '"response": {"status", "headers", "body"}}.',
        ) from error


def _headers(headers: dict[str, Any]) -> dict[str, str]:
    joined = {
        k.lower(): ", ".join(v) if isinstance(v, list) else str(v) for k, v in headers.items()
    }
    return {k: v for k, v in joined.items() if k not in TRANSPORT}
