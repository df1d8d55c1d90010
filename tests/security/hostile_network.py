"""Hostile inputs that would be sent somewhere: private addresses, names, header lines."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import Any
from unittest import mock

from hostile_addresses import addresses

from tidings.errors import TidingsError
from tidings.http import Answer, Request

Outcome = tuple[str, str | None]
"""One input, and what it did; None: nothing."""


class Trap:
    """A port of the loopback that notes every byte that comes."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(0.3)
                try:
                    self.got.append(connection.recv(1000))
                except OSError:
                    self.got.append(b"")
                if self.got[-1]:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    def sprung(self) -> bytes | None:
        """Return what was sent here since it was last asked, None if nothing was."""
        sent, self.got = [got for got in self.got if got], []
        return sent[0] if sent else None

    def close(self) -> None:
        """Stop listening."""
        self._server.close()


@contextmanager
def trap() -> Iterator[Trap]:
    """Lay a trap until the block ends."""
    laid = Trap()
    try:
        yield laid
    finally:
        laid.close()


def private_addresses() -> Iterator[Outcome]:
    """Ask for private addresses that a source names, directly, by redirect and through a proxy."""
    from tidings.http.limits import Limits
    from tidings.http.redirect import redirect
    from tidings.http.wire import wire

    limits = Limits(connect_seconds=0.5, deadline_seconds=1.0)
    with trap() as laid:
        proxy = {
            "HTTP_PROXY": f"http://127.0.0.1:{laid.port}",
            "HTTPS_PROXY": f"http://127.0.0.1:{laid.port}",
        }
        for way, environment in (("directly", {}), ("through a proxy", proxy)):
            with (
                mock.patch.dict("os.environ", environment),
                closing(wire(user_agent="x", limits=limits)) as net,
            ):
                for url in addresses(laid.port):
                    yield f"{way}: {url}", _tried(laid, partial(net, _found(url)))
                    redirecting = redirect(3)(_from_outside(url, net))
                    asked = Request(method="GET", url="https://public.example/")
                    yield f"{way}, redirected: {url}", _tried(laid, partial(redirecting, asked))


def _found(url: str) -> Request:
    return Request(method="GET", url=url, found=True)


def _from_outside(url: str, net: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    def send(request: Request) -> Answer:
        if request.url == "https://public.example/":
            return Answer(status=302, url=request.url, headers={"location": url})
        return net(request)

    return send


def _tried(laid: Trap, ask: Callable[[], Any]) -> str | None:
    try:
        ask()
        told = "was answered"
    except TidingsError:
        told = "was sent"
    sent = laid.sprung() or b""
    # a proxy may be asked for what is public
    return f"{told} {sent[:60]!r}" if sent and b"//public.example/" not in sent else None


def rebinding() -> Iterator[Outcome]:
    """Ask for names that resolve to a public address when checked and to a private one later."""
    from tidings.http.wire import wire

    real = socket.getaddrinfo
    with trap() as laid, closing(wire(user_agent="x")) as net:
        for number in range(20):
            # a check of the name would see the first, the connection gets the second
            turn = iter(["93.184.215.14", *["127.0.0.1"] * 9][number % 2 :])

            def resolved(host: Any, port: Any, *rest: Any, turn: Any = turn, **more: Any) -> Any:
                return real(next(turn) if "rebind" in str(host) else host, port, *rest, **more)

            url = f"http://rebind{number}.example:{laid.port}/"
            with mock.patch("socket.getaddrinfo", resolved):
                if number % 2 == 0:
                    socket.getaddrinfo(f"rebind{number}.example", 80)
                yield url, _tried(laid, partial(net, _found(url)))


def headers() -> Iterator[Outcome]:
    """Put line ends into header values, addresses and user agents."""
    from tidings.http.wire import wire

    with trap() as laid, closing(wire(user_agent="x")) as net:
        for text in (
            "a\r\nX-Evil: 1",
            "a\nX-Evil: 1",
            "a\rX: 1",
            "a\0b",
            "\x85X: 1",
            "a\u2028X: 1",
            "é",
            " \r\n\r\nGET / HTTP/1.1",
        ):
            here = f"http://127.0.0.1:{laid.port}/"
            for url, header in ((here, text), (here + text, "x"), (f"{here}?q={text}", "x")):
                request = Request(method="GET", url=url, headers={"X-Mine": header})
                with suppress(TidingsError):
                    net(request)
                sent = laid.sprung() or b""
                evil = b"\nX-Evil" in sent or b"\nX: 1" in sent or sent.count(b"GET ") > 1
                yield repr((url[-40:], header)), f"sent {sent!r}" if evil else None
