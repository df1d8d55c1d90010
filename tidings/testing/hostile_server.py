"""A real HTTP server on the loopback that can break HTTP, and the edge that leads a client to it.

One server stands for every host: ``https://api.example/x`` is asked for as
``http://127.0.0.1:PORT/TRIAL/https/api.example/x``, and what answers sees the address that was
meant. So a connector is run as it is, with its official addresses and the real client.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from socket import SO_LINGER, SOL_SOCKET
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from tidings.http import Answer, Request, Send
from tidings.http.limits import Limits
from tidings.testing.driving import EndlessWalk
from tidings.testing.serving import HOST

if TYPE_CHECKING:
    from tidings.http.wire import Wire

HANG_UP = struct.pack("ii", 1, 0)
"""Linger for no time: the connection is reset, as one is whose other end has died."""

AGENT = "tidings-testing"
LIMITS = Limits(
    attempts=2,
    connect_seconds=2.0,
    read_seconds=10.0,
    deadline_seconds=20.0,
    max_bytes=4 * 1024 * 1024,
)
"""Of the client in a trial: what hangs is left soon, what is too large is so soon, too."""

LEFT_OUT = ("content-length", "date", "server")


class Reply(msgspec.Struct, frozen=True):
    """An answer, sent as it stands: a body that is packed or broken is not mended.

    ``more`` bytes are announced that never come: the connection is reset instead. ``date`` is the
    Date header, the true time by default.
    """

    answer: Answer
    more: int = 0
    date: str | None = None


Respond = Callable[[Request], Reply]


class HostileServer:
    """The running server. Each trial has a name, and its own function that responds.

    ``canary`` is an address of the loopback that nobody may be led to; ``hits`` are those who were.
    ``wire`` is the real network that all trials ask it over.
    """

    def __init__(self, port: int, canary: int, wire: Send) -> None:
        """``port`` and ``canary`` are where it listens; :func:`hostile_server` makes it."""
        self.wire = wire
        self.url = f"http://{HOST}:{port}"
        self.canary = f"http://{HOST}:{canary}"
        self.hits: dict[str, int] = {}
        self.trials: dict[str, Respond] = {}
        self._names = map(str, count(1))

    @contextmanager
    def trial(self, respond: Respond) -> Iterator[str]:
        """Let ``respond`` answer for all hosts until the block ends; give where that is."""
        name = next(self._names)
        self.trials[name] = respond
        try:
            yield f"{self.url}/{name}"
        finally:
            del self.trials[name]


@contextmanager
def hostile_server() -> Iterator[HostileServer]:
    """Run a server on a free port of the loopback until the block ends."""
    with _listening() as server, _listening() as canary, closing(_wire()) as network:
        hostile = HostileServer(server.server_port, canary.server_port, network)
        server.RequestHandlerClass = partial(_Handler, hostile)
        canary.RequestHandlerClass = partial(_Canary, hostile)
        yield hostile


def _wire() -> Wire:
    from tidings.http.wire import wire  # imports httpx

    return wire(user_agent=AGENT, limits=LIMITS)


@contextmanager
def _listening() -> Iterator[ThreadingHTTPServer]:
    server = _Server((HOST, 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Edge:
    """A wire over ``send`` that asks the server at ``base`` in the place of ``hosts``.

    Any other host is asked as it is: if a client can be led there, it gets there. ``requests`` are
    all that were made; more than ``bound`` make the walk endless.
    """

    def __init__(self, send: Send, base: str, hosts: frozenset[str], bound: int) -> None:
        self._send, self._base, self._hosts, self._bound = send, base, hosts, bound
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        """Send ``request`` to where it belongs."""
        self.requests.append(request)
        if len(self.requests) > self._bound:
            raise EndlessWalk
        parts = urlsplit(request.url)
        if parts.netloc not in self._hosts:
            return self._send(request)
        rest = request.url.partition("://")[2].removeprefix(parts.netloc)
        url = f"{self._base}/{parts.scheme}/{parts.netloc}{rest}"
        # the loopback stands for a public host here, so it may be asked
        answer = self._send(msgspec.structs.replace(request, url=url, found=False))
        return msgspec.structs.replace(answer, url=request.url)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up."""


class _Headers(dict[str, str]):
    """Headers by name, whatever the case: a simulated source may look for the one it was given."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._respond()

    def do_HEAD(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        """Say nothing: standard error belongs to the program that is tested."""

    def _respond(self) -> None:
        raise NotImplementedError


class _Canary(_Quiet):
    def __init__(self, hostile: HostileServer, *of_base: Any) -> None:
        self._hostile = hostile
        super().__init__(*of_base)

    def _respond(self) -> None:
        self._hostile.hits[self.path] = self._hostile.hits.get(self.path, 0) + 1
        self.send_error(404)


class _Handler(_Quiet):
    def __init__(self, hostile: HostileServer, *of_base: Any) -> None:
        self._hostile = hostile
        super().__init__(*of_base)  # which answers all requests of the connection

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        _, name, scheme, rest = self.path.split("/", 3)
        respond = self._hostile.trials.get(name)
        if respond is None:  # a walk that goes on after its trial
            self._send(Reply(Answer(status=410, url=self.path)))
            return
        url = f"{scheme}://{rest}"
        headers = _Headers({k.lower(): v for k, v in self.headers.items()})
        self._send(respond(Request(method=self.command, url=url, headers=headers, body=body)))

    def _send(self, reply: Reply) -> None:
        answer = reply.answer
        self.send_response_only(answer.status)
        self.send_header("date", reply.date or self.date_time_string())
        for name, value in answer.headers.items():
            if name.lower() not in LEFT_OUT:
                self.send_header(name, value.encode("latin-1", "replace").decode("latin-1"))
        bodiless = answer.status in (204, 304) or self.command == "HEAD"
        length = 0 if bodiless else len(answer.body) + reply.more
        self.send_header("content-length", str(length))
        self.end_headers()
        if not bodiless:
            self.wfile.write(answer.body)
        if reply.more:
            self.wfile.flush()
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, HANG_UP)
            self.connection.close()
            self.close_connection = True
