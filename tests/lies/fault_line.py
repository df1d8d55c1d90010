"""A raw server on the loopback that sends bytes as a fault wrote them, for any host.

``https://api.example/x`` is asked for as ``http://127.0.0.1:PORT/TRIAL/https/api.example/x``.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import TypeAlias

from tidings.http import Answer, Request

HANG_UP = struct.pack("ii", 1, 0)
HEAD_MOST = 1 << 16


class Line:
    """One connection, as a fault sees it: bytes, silence, or the end in several ways."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self._connection = connection
        self._over = over
        self.open = True

    def send(self, *parts: bytes) -> None:
        """Send bytes as they stand, at once."""
        self._connection.sendall(b"".join(parts))

    def wait(self, seconds: float) -> bool:
        """Say nothing for so long; True where the test is over."""
        return self._over.wait(seconds)

    def close(self) -> None:
        """Hang up as is usual."""
        self.open = False

    def reset(self) -> None:
        """Hang up as one whose machine has died."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP)
        self.open = False


Respond: TypeAlias = Callable[[Request, Line], None]


class FaultServer:
    """The running server: ``trials`` by name; ``canary`` may be asked by nobody."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._names = map(str, count(1))
        self.trials: dict[str, Respond] = {}
        self.trespasses: list[bytes] = []
        self._server = self._listen(self._serve)
        self._canary = self._listen(self._trespass)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.canary = f"127.0.0.1:{self._canary.getsockname()[1]}"

    @contextmanager
    def trial(self, respond: Respond) -> Iterator[str]:
        """Let ``respond`` answer for all hosts until the block ends; give where that is."""
        name = next(self._names)
        self.trials[name] = respond
        try:
            yield f"{self.url}/{name}"
        finally:
            del self.trials[name]

    def close(self) -> None:
        """Stop; connections that are open see their end."""
        self._over.set()
        for server in (self._server, self._canary):
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()

    def _listen(self, serve: Callable[[socket.socket], None]) -> socket.socket:
        server = socket.create_server(("127.0.0.1", 0), backlog=256)

        def accept() -> None:
            with suppress(OSError):
                while not self._over.is_set():
                    connection, _ = server.accept()
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return server

    def _trespass(self, connection: socket.socket) -> None:
        with connection:
            self.trespasses.append(connection.recv(HEAD_MOST))

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(connection, self._over)
        with connection, suppress(OSError):
            left = b""
            while line.open and not self._over.is_set():
                asked, left = _request(connection, left)
                if asked is None:
                    return
                name, request = asked
                respond = self.trials.get(name)
                if respond is None:
                    line.send(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")
                else:
                    respond(request, line)


class _Headers(dict[str, str]):
    """Headers by name, whatever the case: a simulated source may look for the one it was given."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        return super().get(name.lower(), default)


def _request(connection: socket.socket, left: bytes) -> tuple[tuple[str, Request] | None, bytes]:
    """Read one request: the trial's name and what was asked for; None at the end."""
    while b"\r\n\r\n" not in left:
        more = connection.recv(HEAD_MOST)
        if not more:
            return None, b""
        left += more
    head, _, left = left.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = _Headers({name.lower(): value.strip() for name, _, value in pairs})
    length = int(headers.get("content-length", "0") or 0)
    while len(left) < length:
        left += connection.recv(HEAD_MOST)
    _, name, scheme, rest = target.split("/", 3)
    url = f"{scheme}://{rest}"
    return (name, Request(method=method, url=url, headers=headers, body=left[:length])), left[
        length:
    ]


def whole(answer: Answer, *more: str) -> bytes:
    """Return ``answer`` as well-formed bytes, with further header lines."""
    bodiless = answer.status in (204, 304)
    length = [] if bodiless else [f"Content-Length: {len(answer.body)}"]
    return head(answer, *length, *more) + (b"" if bodiless else answer.body)


def head(answer: Answer, *more: str, status: str | None = None) -> bytes:
    """Return the head of ``answer``, without a length."""
    told = [f"{k}: {v}" for k, v in answer.headers.items() if k.lower() != "content-length"]
    first = status or f"HTTP/1.1 {answer.status} X"
    return "\r\n".join([first, *told, *more, "", ""]).encode("latin-1", "replace")
