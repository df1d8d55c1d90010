"""The network's edge: one request, one answer. The only module that imports httpx.

Stricter than the library: one deadline for the whole exchange, whatever trickles; a limit on bytes,
as sent and as decompressed; no half bodies. No cookies are kept and no redirects followed (a layer
above does that).
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import monotonic
from typing import Any

import httpcore
import httpx

from tidings.errors import BodyTooLarge, ConfigurationError, SourceChanged, TransientError
from tidings.http.address import checked, host, shown
from tidings.http.body import (
    ACCEPTED,
    DamagedBodyError,
    OversizedBodyError,
    UnknownEncodingError,
    read_body,
)
from tidings.http.limits import DEFAULT, Limits
from tidings.http.message import Answer, Request
from tidings.http.public import is_public, private_name

# They describe the body as it was sent, or belong to a browser's session.
_LEFT_OUT = {"content-encoding", "content-length", "set-cookie", "transfer-encoding"}

_TRY_LATER = "It is worth another try later; if it lasts, is the address right and the network up?"


def wire(*, user_agent: str, limits: Limits = DEFAULT) -> Wire:
    """Return a :data:`~tidings.http.Send` over the network, to be closed after use; thread-safe.

    Proxies and certificates are taken from the environment as httpx documents it.
    ConfigurationError where ``user_agent`` can't be sent.
    """
    return Wire(user_agent, limits)


class Wire:
    """One pool of connections. Call it with a request to get the answer of one exchange.

    Raises TransientError (no connection, time is up, body cut short), BodyTooLarge, SourceChanged
    (an encoding that was not asked for) and ConfigurationError (a URL or header that can't be
    sent).
    """

    def __init__(self, user_agent: str, limits: Limits) -> None:
        self._limits = limits
        self._deadline = _Deadline()
        self._client = httpx.Client(
            verify=_certificates(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")),
            headers=_sendable({"user-agent": user_agent}),
            timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
        _put_under(self._deadline, self._client)
        # Past the client's own sending: what that adds (sign-in, cookies, redirects) is not wanted.
        self._route = self._client._transport_for_url

    def __call__(self, request: Request) -> Answer:
        """Send ``request``, read the answer whole, decompress it; RuntimeError once closed."""
        if self._client.is_closed:
            raise RuntimeError("The connections were closed; no request can be sent.")
        url = checked(request.url)
        headers = _sendable({**_lowered(request.headers), "accept-encoding": ACCEPTED})
        content = request.body or None
        with _typed_errors(request):
            if request.found and (private := private_name(host(url))):
                raise _PrivateAddressError(private)  # a proxy would be asked to go there
            self._deadline.start(self._limits.deadline_seconds, public_only=request.found)
            asked = self._client.build_request(
                request.method, url, headers=headers, content=content
            )
            with closing(self._route(asked.url).handle_request(asked)) as got:
                bodiless = _has_no_body(request, got)
                body = b"" if bodiless else self._body(got)
                _nothing_follows(got, forgiven=bodiless)
        kept = {k: v for k, v in got.headers.items() if k not in _LEFT_OUT}
        return Answer(status=got.status_code, url=url, headers=kept, body=body)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _body(self, got: httpx.Response) -> bytes:
        if int(got.headers.get("content-length", 0)) > self._limits.max_bytes:
            raise OversizedBodyError  # not worth reading
        encoding = got.headers.get("content-encoding", "")
        chunks = got.iter_raw()
        if "content-length" in got.headers or "transfer-encoding" in got.headers:
            # Its length is known, so an empty body is not one cut short: nothing was compressed.
            first = next(chunks, b"")
            encoding, chunks = (encoding, _again(first, chunks)) if first else ("", iter(()))
        return read_body(chunks, encoding, max_bytes=self._limits.max_bytes)


@cache
def _certificates(file: str | None, folder: str | None) -> ssl.SSLContext:  # noqa: ARG001
    """Return what httpx verifies servers with, from where the environment says.

    Loading all certificates takes longer than a request, so a process does it once.
    """
    return httpx.create_ssl_context()


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _has_no_body(request: Request, got: httpx.Response) -> bool:
    return request.method == "HEAD" or got.status_code in {204, 304}


def _nothing_follows(got: httpx.Response, *, forgiven: bool) -> None:
    """Refuse an answer that more bytes came with than belong to it.

    They would be taken for the answer to the next request of this connection, which is given up.
    DamagedBodyError unless they are line ends or ``forgiven``: most often the announced length is
    too short. A body where there may be none is forgiven.
    """
    # h11 alone knows what it has read ahead, and httpx hands it on by no other way
    stream: Any = got.stream
    ahead, _ = stream._httpcore_stream._stream._connection._h11_state.trailing_data
    if not ahead:
        return
    got.extensions["network_stream"].close()  # found closed, the pool throws it away
    if ahead.strip(b"\r\n") and not forgiven:
        raise DamagedBodyError("bytes follow its end")


def _lowered(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    """Refuse a header before the library does, whose message would show the value."""
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise ConfigurationError(
                f"The value for header {name!r} holds a character that can't be sent.",
                remedy="Use printable ASCII; often a secret was copied with its line break.",
            )
    return headers


@contextmanager
def _typed_errors(request: Request) -> Iterator[None]:
    """Turn the library's errors into ours, naming host and URL."""
    at = partial(shown, request.url)
    try:
        yield
    except httpx.TimeoutException as error:
        message = f"{host(request.url)} did not answer in time ({_told(error)}): {at()}."
        raise TransientError(message, remedy=_TRY_LATER, url=at()) from error
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError):
        # Not chained: such an error shows what could not be sent, maybe a secret.
        message = f"No request for {at()!r} can be sent: its method, host or a header is malformed."
        if request.found:  # no setting of anybody: a source has led here
            raise SourceChanged(
                message, remedy="Look at where it redirects to.", url=at()
            ) from None
        raise ConfigurationError(message, remedy="Correct the URL or setting it is from.") from None
    except _PrivateAddressError as error:
        message = f"{at()} was named by a source and leads to {error}, which is no public address."
        remedy = "Nothing was sent. If it is right, put this address itself into the settings."
        raise SourceChanged(message, remedy=remedy, url=at()) from error
    except (httpx.TransportError, DamagedBodyError) as error:
        message = f"{host(request.url)} gave no whole answer ({_told(error)}): {at()}."
        raise TransientError(message, remedy=_TRY_LATER, url=at()) from error
    except OversizedBodyError as error:
        message = f"{at()} answered with more bytes than the limit allows; they were not read."
        remedy = "Ask for smaller pages, or raise the limit 'max_bytes'."
        raise BodyTooLarge(message, remedy=remedy, url=at()) from error
    except UnknownEncodingError as error:
        message = f"{at()} answered in the encoding {str(error)!r}, which was not asked for."
        remedy = "The source ignores Accept-Encoding; it can't be read."
        raise SourceChanged(message, remedy=remedy, url=at()) from error


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


class _PrivateAddressError(Exception):
    """An address that a source named leads into a private network."""


class _Deadline(threading.local):
    """When the exchange that this thread is in must be over, on the monotonic clock.

    ``public_only``: it may open connections to public addresses only.
    """

    until: float | None = None
    public_only = False

    def start(self, seconds: float, *, public_only: bool = False) -> None:
        """Begin an exchange that may take so long."""
        self.until = monotonic() + seconds
        self.public_only = public_only

    def left(self, timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
        """Return the shorter of ``timeout`` and what is left, in seconds; raise if nothing is."""
        if self.until is None:
            return timeout
        left = self.until - monotonic()
        if left <= 0:
            raise error("the deadline for the whole exchange is over")
        return left if timeout is None else min(timeout, left)


def _put_under(deadline: _Deadline, client: httpx.Client) -> None:
    """Put every socket of ``client``, direct or through a proxy, under ``deadline``.

    httpx's own read timeout starts anew with each byte, for headers too, and can't be changed while
    it reads. httpcore takes a network backend for this, but httpx does not pass one on, and a
    transport of our own would cost us its proxies: so it is set where httpx keeps it. An httpx that
    keeps it elsewhere fails here, when the client is made, not later by waiting.
    """
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            pool = transport._pool
            direct = type(pool) is httpcore.ConnectionPool  # else it connects to a proxy
            pool._network_backend = _Backend(pool._network_backend, deadline, direct=direct)


class _Backend(httpcore.NetworkBackend):
    """Opens sockets that keep to the deadline, and to public addresses where they have to.

    The address that the socket is connected to is looked at, so that no spelling and no name that
    resolves anew gets by. Through a proxy it is the proxy who connects, and has to keep to that.
    """

    def __init__(
        self, inner: httpcore.NetworkBackend, deadline: _Deadline, *, direct: bool
    ) -> None:
        self._inner = inner
        self._deadline = deadline
        self._direct = direct

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        if self._direct and self._deadline.public_only:
            address = str(stream.get_extra_info("server_addr")[0])
            if not is_public(address):
                stream.close()
                raise _PrivateAddressError(address)
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    """A socket, with TLS or without, every step of which keeps to the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
