"""A real HTTP server on loopback, whose answers each test writes, byte for byte if need be."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tidings.http import Answer, Request

Reply = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request, to be answered by the reply that the test gave for its path."""

    protocol_version = "HTTP/1.1"
    body = b""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client went away, which some tests are about

    def answer(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """Send a whole, well-formed answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def raw(self, *parts: bytes) -> None:
        """Send bytes as they are, then hang up."""
        for part in parts:
            self.wfile.write(part)
        self.close_connection = True

    def _reply(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("content-length", 0)))
        server = self.server
        assert isinstance(server, Loopback)
        server.asked.append(copy.copy(self))  # this object serves the next request too
        # A proxy is asked for whole URLs.
        path = self.path if self.path.startswith("http") else urlsplit(self.path).path
        server.replies[path](self)

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def do_HEAD(self) -> None:
        self._reply()

    def log_message(self, *args: object) -> None:
        """Say nothing: the test tells what went wrong."""


class Loopback(ThreadingHTTPServer):
    """The server: ``replies`` by path, ``asked`` is what came in, ``over`` is set at the end."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.replies: dict[str, Reply] = {}
        self.asked: list[Exchange] = []
        self.over = threading.Event()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def on(self, path: str, reply: Reply) -> str:
        self.replies[path] = reply
        return self.url(path)


def get(url: str, **headers: str) -> Request:
    return Request(
        method="GET", url=url, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


class Script:
    """A ``send`` in the network's place that gives what it was told, in turn."""

    def __init__(self, *turns: Answer | Exception) -> None:
        self.turns = list(turns)
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.asked.append(request)
        turn = self.turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn
