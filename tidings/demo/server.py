"""The made-up world over HTTP: a local server that speaks each source's public API.

It has a clock: what is published, edited, answered or indexed after ``now`` is not there yet. Where
the world has faults, each source answers one request with 429 and one source fails once with 500.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from urllib.parse import parse_qs, urlsplit

import msgspec

from tidings.demo.apis import bluesky, feeds, hackernews, mastodon, shop, steam
from tidings.demo.apis.ask import Ask, Reply, as_json
from tidings.demo.world import World

HOST = "127.0.0.1"
CLOCK = "/demo/clock"

ROUTES: tuple[tuple[str, str, Callable[[Ask], Reply]], ...] = (
    ("/api/v1/search", "hackernews", hackernews.answer),
    ("/api/v1/items/", "hackernews", hackernews.one),
    ("/api/v1/", "mastodon", mastodon.answer),
    ("/api/v2/", "mastodon", mastodon.answer),
    ("/xrpc/", "bluesky", bluesky.answer),
    ("/appreviews/", "steam", steam.answer),
    ("/shop/", "reviews", shop.answer),
    ("/feeds/", "rss", feeds.answer),
)
"""Beginning of the path, the source whose API it is, and what answers it. The first that fits."""

THROTTLED_REQUEST = 2
"""The request of each source, counted from 1, that is answered with 429."""

FAILED_REQUEST = {"reviews": 5}
"""The request, by source, that is answered with 500; the same one asked again succeeds."""


class Clock(msgspec.Struct, frozen=True):
    """What ``/demo/clock`` gives and takes: the time of the world, with its zone."""

    now: datetime


class DemoServer(ThreadingHTTPServer):
    """Serves ``world`` on the loopback interface as it is at ``now`` (aware UTC, default its end).

    ``asked`` counts the requests by source. Close it with :meth:`close`.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, world: World, port: int = 0, now: datetime | None = None) -> None:
        self.world = world
        self.now = now or world.until
        self.asked: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        super().__init__((HOST, port), _Conversation)

    def server_bind(self) -> None:
        """Bind without looking up the machine's name, which may take seconds offline."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def url(self) -> str:
        """The address that stands for every source, without a slash at its end."""
        return f"http://{HOST}:{self.server_port}"

    def at(self, now: datetime) -> None:
        """Set the clock (aware UTC)."""
        self.now = now.astimezone(UTC)

    def start(self) -> None:
        """Begin to serve, in a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()

    def reply(self, ask: Ask) -> Reply:
        """Answer one request, or fail as this world's servers do."""
        for beginning, source, api in ROUTES:
            if ask.path.startswith(beginning):
                return self._fault(source) or api(ask)
        if ask.path == "/robots.txt":
            return Reply(body=b"User-agent: *\nDisallow: /demo/\n", type="text/plain")
        if ask.path == CLOCK:
            return as_json(Clock(self.now))
        return Reply(body=b"Not found\n", type="text/plain; charset=utf-8", status=404)

    def _fault(self, source: str) -> Reply | None:
        with self._lock:
            self.asked[source] += 1
            number = self.asked[source]
        if not self.world.faults:
            return None
        if number == THROTTLED_REQUEST:
            headers = {"retry-after": "1"}
            return as_json({"error": "Too many requests"}, status=429, headers=headers)
        if number == FAILED_REQUEST.get(source):
            return Reply(body=b"Internal server error\n", type="text/plain", status=500)
        return None


class _Conversation(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: DemoServer
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # headers and body in one packet

    def do_GET(self) -> None:
        """Answer from the world."""
        parts = urlsplit(self.path)
        now = self.server.now
        ask = Ask(
            world=self.server.world,
            now=now,
            path=parts.path,
            base=f"http://{self.headers.get('host', HOST)}",
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
        )
        self._send(self.server.reply(ask), now)

    def do_POST(self) -> None:
        """Set the clock, or sign in at a source that wants it."""
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        now = self.server.now
        if self.path == CLOCK:
            self._send(self._set_clock(body), now)
        elif self.path == bluesky.SIGN_IN:
            ask = Ask(world=self.server.world, now=now, path=self.path)
            self._send(bluesky.answer(ask), now)
        else:
            self._send(Reply(body=b"Not found\n", type="text/plain", status=404), now)

    def _set_clock(self, body: bytes) -> Reply:
        try:
            now = msgspec.json.decode(body, type=Clock).now
        except msgspec.DecodeError as error:
            return as_json({"error": str(error)}, status=400)
        if now.tzinfo is None:
            return as_json({"error": "'now' has no time zone"}, status=400)
        self.server.at(now)
        return as_json(Clock(self.server.now))

    def _send(self, reply: Reply, now: datetime) -> None:
        self.send_response_only(reply.status)
        self.send_header("date", format_datetime(now, usegmt=True))
        if reply.status != 304:
            self.send_header("content-type", reply.type)
        self.send_header("content-length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's own word
        """Say nothing: standard error belongs to the command."""


@contextmanager
def serve(world: World, *, port: int = 0, now: datetime | None = None) -> Iterator[DemoServer]:
    """Serve ``world`` for the length of a ``with`` block; port 0 is any free one."""
    server = DemoServer(world, port, now)
    server.start()
    try:
        yield server
    finally:
        server.close()
