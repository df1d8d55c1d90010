"""Serving recordings over real HTTP on the loopback, so that a whole run can be pointed at them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tidings.errors import TransientError
from tidings.http import Answer, Request
from tidings.testing.origin import Origin

HOST = "127.0.0.1"
LEADING = ("link", "location", "content-location")
"""Headers that lead somewhere: to the recorded host, unless they are changed."""


class Server(msgspec.Struct, frozen=True):
    """A running server; ``url`` is its root, without a slash at its end."""

    url: str

    def at(self, prefix: str) -> str:
        """Return the address of what is mounted under ``prefix``."""
        return self.url + _clean(prefix)


@contextmanager
def serve(origins: Mapping[str, Origin] | Origin, *, port: int = 0) -> Iterator[Server]:
    """Serve ``origins`` on the loopback until the block ends, each under its path prefix.

    One origin alone lies at the root. The longest prefix that fits answers: ``""`` takes what is
    left. Links to where an answer was recorded lead to the server instead. ``port`` 0 takes any
    free one; OSError if it can't be had.
    """
    mounts = dict(origins) if isinstance(origins, Mapping) else {"": origins}
    handler = partial(_Handler, {_clean(prefix): origin for prefix, origin in mounts.items()})
    server = ThreadingHTTPServer((HOST, port), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Server(f"http://{HOST}:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _clean(prefix: str) -> str:
    path = prefix.strip("/")
    return f"/{path}" if path else ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, mounts: dict[str, Origin], *of_base: Any) -> None:
        self._mounts = mounts
        super().__init__(*of_base)  # which answers all requests of the connection

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        """Say nothing: standard error belongs to the program that is tested."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        found = self._mount()
        if found is None:
            self._send(Answer(status=404, url=self.path, body=b"nothing is mounted here"))
            return
        prefix, origin = found
        headers = {k.lower(): v for k, v in self.headers.items()}
        base = f"http://{HOST}:{self.connection.getsockname()[1]}"
        url = base + (self.path.removeprefix(prefix) or "/")
        request = Request(method=self.command, url=url, headers=headers, body=body)
        try:
            answer = origin.answer(request)
        except TransientError:
            self.close_connection = True  # what a broken connection looks like from outside
            return
        self._send(localised(answer, base + prefix, getattr(origin, "urls", [])))

    def _mount(self) -> tuple[str, Origin] | None:
        fitting = [p for p in self._mounts if re.match(rf"{re.escape(p)}(?:[/?]|$)", self.path)]
        prefix = max(fitting, key=len, default=None)
        return None if prefix is None else (prefix, self._mounts[prefix])

    def _send(self, answer: Answer) -> None:
        bodiless = answer.status in (204, 304)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "date", "server"):
                self.send_header(name, value.encode("latin-1", "replace").decode("latin-1"))
        self.send_header("content-length", "0" if bodiless else str(len(answer.body)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(answer.body)


def localised(answer: Answer, base: str, urls: list[str]) -> Answer:
    """Return ``answer`` with what leads to where it was recorded leading to ``base`` instead.

    That is every address in a Link or Location header, and in the body those of ``urls`` that have
    a query: ways on to further pages.
    """
    headers = {
        k: re.sub(r"(?<![\w.])https?://[^/<>\s;,]+", base, v) if k in LEADING else v
        for k, v in answer.headers.items()
    }
    body = answer.body
    for place in dict.fromkeys(url.partition("?")[0] for url in urls):
        local = base + urlsplit(place).path
        for escape in ("/", "\\/"):
            there, here = place.replace("/", escape), local.replace("/", escape)
            body = body.replace(f"{there}?".encode(), f"{here}?".encode())
    return msgspec.structs.replace(answer, headers=headers, body=body)
