"""Signing in with a token: a session of some hours for browsers, the token itself for programs."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from dashboard.access import Person
from dashboard.token_file import PREFIX, Token, TokenFile
from dashboard.tries import Tries
from tidings.errors import ConfigurationError
from tidings.home import Home

log = logging.getLogger("tidings")

COOKIE = "tidings-session"

SECONDS = 12 * 3600
"""How long a session lasts; the cookie's signature says when it began."""


class Tokens:
    """Who sends a request, by ``Authorization: Bearer`` or by the cookie of a session.

    A header decides alone: what comes with a wrong token is nobody's, whatever the cookie says.
    """

    def __init__(self, home: Home, *, tries: Tries | None = None) -> None:
        """Raises ConfigurationError where the key of the sessions can't be used."""
        self.file = TokenFile(home)
        self._tries = tries or Tries()
        key = session_key(home.secrets / "dashboard_session_key")
        self._sealing = URLSafeTimedSerializer(key, salt="tidings-session")

    def person(self, request: Request) -> Person | None:
        """Return who it is, None for nobody who is known. Raises TooManyTries."""
        sent = bearer(request)
        if sent is not None:
            found = self.known(sent, request)
        else:
            found = self._of_session(request.cookies.get(COOKIE, ""))
        return None if found is None else Person(name=found.name, role=found.role)

    def known(self, token: str, request: Request) -> Token | None:
        """Return what is known of a token that was sent, None for a wrong one, which is counted.

        Raises TooManyTries, without a look at the token, where too many wrong ones came before.
        """
        address = request.client.host if request.client else None
        self._tries.check(address)
        found = self.file.of(token)
        if found is None:
            self._tries.failed(address)
            log.warning("A wrong token came from %s.", address)
        return found

    def begin(self, answer: Response, token: Token, *, secure: bool) -> None:
        """Have the browser keep a session; ``secure``: it is sent over https only."""
        answer.set_cookie(
            COOKIE,
            str(self._sealing.dumps(token.id)),
            max_age=SECONDS,
            secure=secure,
            httponly=True,
            samesite="strict",
        )

    def end(self, answer: Response, *, secure: bool) -> None:
        """Have the browser forget its session."""
        answer.delete_cookie(COOKIE, secure=secure, httponly=True, samesite="strict")

    def _of_session(self, sealed: str) -> Token | None:
        if not sealed:
            return None
        try:
            known_as = self._sealing.loads(sealed, max_age=SECONDS)
        except BadSignature:  # an old one, too: SignatureExpired is one of these
            return None
        return self.file.by_id(known_as) if isinstance(known_as, str) else None


def bearer(request: Request) -> str | None:
    """Return the token of a request's ``Authorization: Bearer``; None where it has none of ours."""
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    sent = sent.strip()
    return sent if scheme.lower() == "bearer" and sent.startswith(PREFIX) else None


def session_key(path: Path) -> bytes:
    """Return the key that sessions are signed with, made at first use; its file has mode 0600.

    Raises ConfigurationError where the file holds no key.
    """
    if not path.exists():
        _make(path)
    key = path.read_bytes().strip()
    if len(key) < 32:
        raise ConfigurationError(
            f"{path} holds no usable key.", remedy="Remove it: a new one ends all sessions."
        )
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    try:
        os.link(draft, path)  # unlike rename, fails where another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
