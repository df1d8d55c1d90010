"""A connection to an IMAP server: TLS that is checked, signing in, typed errors, bounds."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from tidings.errors import AuthError, ConfigurationError, TransientError

T = TypeVar("T")

Security: TypeAlias = Literal["tls", "starttls"]

SLACK_BYTES = 1_000_000
"""What a literal may be larger than what was asked for; a larger one is not read."""

_FAULTS = (imaplib.IMAP4.error, OSError, EOFError)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a mailbox is, and how long one command may take (seconds)."""

    host: str
    port: int
    security: Security
    ca_file: str | None
    seconds: float


class Bounded(imaplib.IMAP4):
    """A connection that reads no literal larger than ``most`` bytes."""

    most = SLACK_BYTES
    seconds = 60.0
    """For one command."""

    def read(self, size: int) -> bytes:
        """Read a literal; its size is what the server says."""
        if size > self.most:
            raise self.abort(f"a literal of {size} bytes, but {self.most} at most were asked for")
        return super().read(size)


class BoundedTls(Bounded, imaplib.IMAP4_SSL):
    """The same, under TLS from the first byte."""


Login: TypeAlias = Callable[[imaplib.IMAP4], object]


def by_password(user: str, password: str) -> Login:
    """Sign in with a password."""
    if user.isascii() and password.isascii():
        return lambda connection: connection.login(quoted(user), password)
    told = f"\0{user}\0{password}".encode()
    return lambda connection: connection.authenticate("PLAIN", lambda _: told)


def by_token(user: str, token: str) -> Login:
    """Sign in with an OAuth access token (XOAUTH2)."""
    told = f"user={user}\1auth=Bearer {token}\1\1".encode()
    answers = iter([told])  # asked again, the server tells of an error: an empty answer ends it
    return lambda connection: connection.authenticate("XOAUTH2", lambda _: next(answers, b""))


@contextmanager
def connected(address: Address, login: Login) -> Iterator[Bounded]:
    """Connect and sign in; hang up in the end.

    TransientError where the server can't be reached, AuthError where it refuses to let us in,
    ConfigurationError where its certificate is not one that is trusted.
    """
    connection = _reached(address)
    connection.seconds = address.seconds
    try:
        _sign_in(connection, address, login)
        yield connection
    finally:
        with suppress(*_FAULTS):
            connection.sock.settimeout(5)  # a good-bye is a courtesy
            connection.logout()
        with suppress(*_FAULTS):
            connection.shutdown()


def _reached(address: Address) -> Bounded:
    try:
        context = ssl.create_default_context(cafile=address.ca_file)
    except OSError as error:
        raise ConfigurationError(
            f"The certificates in {address.ca_file!r} can't be read: {error}.",
            remedy="'ca_file' is a file of certificates in PEM form.",
        ) from error
    where = f"{address.host}:{address.port}"
    try:
        if address.security == "tls":
            return BoundedTls(
                address.host, address.port, ssl_context=context, timeout=address.seconds
            )
        connection = Bounded(address.host, address.port, timeout=address.seconds)
        try:
            connection.starttls(context)
        except _FAULTS:
            with suppress(*_FAULTS):
                connection.shutdown()
            raise
    except ssl.SSLCertVerificationError as error:
        raise ConfigurationError(
            f"The certificate of {where} is not trusted: {error.verify_message}.",
            remedy="Mend 'host', or name the file of the authority that signed it in 'ca_file'.",
        ) from error
    except _FAULTS as error:
        raise TransientError(
            f"{where} can't be reached: {error or type(error).__name__}.",
            remedy="It is tried again; if it stays so, look at 'host', 'port' and 'security'.",
        ) from error
    return connection


def _sign_in(connection: Bounded, address: Address, login: Login) -> None:
    try:
        run(connection, lambda: login(connection))
    except Refused as error:
        told = str(error)
        if "[UNAVAILABLE]" in told or "[INUSE]" in told or "[LIMIT]" in told:
            raise TransientError(f"{address.host} lets nobody in now: {told}.") from error
        raise AuthError(
            f"{address.host} refuses to let us in: {told}.",
            remedy="Look at 'user' and the secret that 'credential' names; many providers want a "
            "password for this program alone, or a token ('oauth').",
        ) from error


class Refused(TransientError):
    """The server said NO or BAD."""


def run(connection: Bounded, command: Callable[[], T]) -> T:
    """Run a command; however slowly its answer trickles, the connection is cut after its seconds.

    TransientError (Refused for what the server itself refuses).
    """
    late = Timer(connection.seconds, _cut, [connection])
    late.daemon = True
    late.start()
    try:
        return command()
    except imaplib.IMAP4.abort as error:
        raise TransientError(f"The mail server hung up: {error}.") from error
    except imaplib.IMAP4.error as error:
        raise Refused(said(error.args)) from error
    except (OSError, EOFError) as error:
        raise TransientError(f"The mail server does not answer: {error}.") from error
    finally:
        late.cancel()


def _cut(connection: Bounded) -> None:
    with suppress(OSError):
        # below TLS, which belongs to the thread that waits
        socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def said(told: Sequence[Any]) -> str:
    """Return what a server said as one short line."""
    texts = (t.decode("utf-8", "replace") if isinstance(t, bytes) else str(t) for t in told if t)
    return " ".join(" ".join(texts).split())[:300] or "no reason given"


def quoted(text: str) -> str:
    """Return a text as a quoted string of IMAP."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
