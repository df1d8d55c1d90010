"""A real mail server, Dovecot, run for the tests on the loopback, with a certificate of its own."""

from __future__ import annotations

import getpass
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TypeAlias

import pytest

from connectors.imap_box import _folder

PASSWORD = "made-up-password"

CONFIGURATION = """
base_dir = {d}/run
state_dir = {d}/state
log_path = {d}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{d}/cert.pem
ssl_key = <{d}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_username_chars =
mail_location = maildir:{d}/mail/%u
first_valid_uid = 1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {internal_group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail_group} home={d}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


class Server:
    """A running server: any user can sign in with the one password and has a mailbox then."""

    def __init__(self, folder: Path, port: int, tls_port: int) -> None:
        self.folder, self.port, self.tls_port = folder, port, tls_port
        self.ca = str(folder / "cert.pem")

    @contextmanager
    def signed_in(self, user: str) -> Iterator[imaplib.IMAP4_SSL]:
        """Sign in as another mail program does."""
        context = ssl.create_default_context(cafile=self.ca)
        with imaplib.IMAP4_SSL("127.0.0.1", self.tls_port, ssl_context=context) as box:
            box.login(user, PASSWORD)
            yield box

    def put(self, user: str, *mails: bytes, folder: str = "INBOX", arrived: str = "") -> None:
        """Deliver mails into a folder, which is made where it is not there."""
        with self.signed_in(user) as box:
            folder = _folder(folder)  # imaplib leaves names to whoever uses it
            box.create(folder)  # which the server refuses where it is there
            for mail in mails:
                status, told = box.append(
                    folder, "", f'"{arrived or "01-May-2026 10:00:00 +0000"}"', mail
                )
                assert status == "OK", told


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def dovecot() -> Iterator[Server]:
    """Run a server; the test is skipped where Dovecot is not installed."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if program is None or shutil.which("openssl") is None:
        pytest.skip("no Dovecot or openssl here; Debian's dovecot-imapd has the first")
    folder = Path(tempfile.mkdtemp(prefix="imap"))
    process = None
    try:
        server = Server(folder, free_port(), free_port())
        _write(server)
        process = subprocess.Popen([program, "-F", "-c", str(folder / "conf")])
        _await(server, process)
        yield server
    finally:
        if process is not None:
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder)


def _write(server: Server) -> None:
    folder = server.folder
    me = getpass.getuser()
    root = os.geteuid() == 0
    mail = pwd.getpwnam("mail" if root else me)
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    if root:
        os.chown(folder / "mail", mail.pw_uid, mail.pw_gid)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    told = CONFIGURATION.format(
        d=folder, port=server.port, tls_port=server.tls_port, mail=mail.pw_uid,
        mail_group=mail.pw_gid, internal="dovecot" if root else me,
        internal_group="dovecot" if root else mail.pw_gid,
        login="dovenull" if root else me, password=PASSWORD,
    )  # fmt: skip
    (folder / "conf").write_text(told)


def _await(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", server.tls_port), 1).close()
        except OSError:
            assert process.poll() is None, (server.folder / "log").read_text()
            time.sleep(0.05)
        else:
            return
    raise AssertionError((server.folder / "log").read_text())


Special: TypeAlias = Callable[[bytes, bytes], bytes | Iterable[bytes] | bool | None]
"""(Tag, what was said) to what is answered: None hangs up, True leaves it to the usual script."""


def scripted(certificate: Path, special: Special) -> int:
    """Run a server that answers one connection by a script; return its port.

    By the usual script a folder has one mail, with the UID 5 and the validity 7.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    listener = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
    port: int = listener.getsockname()[1]
    Thread(target=_serve, args=(listener, special), daemon=True).start()
    return port


def _serve(listener: ssl.SSLSocket, special: Special) -> None:
    with suppress(OSError), listener:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready\r\n")
            for line in connection.makefile("rb"):
                tag, _, said = line.strip().partition(b" ")
                answer = special(tag, said)
                if answer is None:
                    return
                if isinstance(answer, bool):
                    answer = _usual(said) + tag + b" OK done\r\n"
                for part in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(part)


def _usual(said: bytes) -> bytes:
    if said.startswith(b"CAPABILITY"):
        return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n"
    if said.startswith(b"EXAMINE"):
        return b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"
    if said.startswith(b"UID SEARCH"):
        return b"* SEARCH 5\r\n"
    if b"RFC822.SIZE" in said:
        arrived = b'INTERNALDATE " 1-May-2026 10:00:00 +0000"'
        return b"* 1 FETCH (FLAGS ())\r\n* 1 FETCH (UID 5 RFC822.SIZE 20 " + arrived + b")\r\n"
    if b"BODY.PEEK" in said:
        return b"* 1 FETCH (BODY[]<0> {12}\r\nSubject: x\r\n UID 5)\r\n"
    return b""
