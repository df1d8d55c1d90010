"""Real receivers on loopback: HTTP, mail, and TLS in the names of services with fixed addresses."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from tidings.watch import Channel

WHEN = datetime(2026, 5, 1, 22, 5, tzinfo=UTC)


class Got(NamedTuple):
    """One request as it came."""

    host: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class _Exchange(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        server = self.server
        assert isinstance(server, Receiver)
        headers = {name.lower(): value for name, value in self.headers.items()}
        server.got.append(Got(headers.get("host", ""), self.path, headers, body))
        if server.stall is not None:
            server.stall.wait(30)
        status, more = server.turns.pop(0) if server.turns else (server.status, {})
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(server.reply)))
        self.end_headers()
        self.wfile.write(server.reply)

    def do_CONNECT(self) -> None:
        """Be the proxy, and whoever lies behind it."""
        self.send_response(200)
        self.end_headers()
        server = self.server
        assert isinstance(server, Receiver)
        assert server.context is not None
        with server.context.wrap_socket(self.connection, server_side=True) as inside:
            self.rfile = inside.makefile("rb")
            self.wfile = inside.makefile("wb", buffering=0)  # type: ignore[assignment]
            self.close_connection = False
            while not self.close_connection:
                self.handle_one_request()

    def log_message(self, *args: object) -> None:
        """Say nothing: the test tells what went wrong."""


class Receiver(ThreadingHTTPServer):
    """``got`` is what came; ``turns`` (status, headers) are answered first, then ``status``."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.context = context
        self.got: list[Got] = []
        self.turns: list[tuple[int, dict[str, str]]] = []
        self.status = 200
        self.reply = b'{"ok": true}'
        self.stall: threading.Event | None = None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Mailbox:
    """What an aiosmtpd controller hands mails to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path, *hosts: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for ``hosts``; return the file to trust it by and a server's context."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Loopback")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(hours=1)).not_valid_after(
        now + timedelta(hours=1)
    )
    built = built.add_extension(names, critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = built.sign(key, hashes.SHA256())
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


def at(address: str, **more: Any) -> tuple[Channel, Callable[[str], str]]:
    """Return a channel whose secret holds ``address``, and where its secrets are looked up."""
    channel = Channel(name="desk", secret="desk_address", **more)
    secrets = {"desk_address": address, "desk_key": "a key that only both of us know"}
    return channel, secrets.__getitem__
