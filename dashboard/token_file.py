"""The tokens that open the page: a file of their hashes, never of the tokens themselves."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from filelock import FileLock

from dashboard.access import Role
from tidings.errors import ConfigurationError
from tidings.home import Home

PREFIX = "tidings_"
"""How a token begins: what looks for leaked secrets can tell it by this."""

LONGEST_NAME = 64


class Token(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One token: whose it is, what it allows, its SHA-256 (hex), when it was made (aware UTC)."""

    name: str
    role: Role
    sha256: str
    made: datetime

    @property
    def id(self) -> str:
        """Names this token in a session; a new token of the same person has another."""
        return self.sha256[:24]


class TokenFile:
    """The file ``.secrets/dashboard-tokens.json`` of an installation, mode 0600.

    Who runs the page sees a change of it at the next request.
    """

    def __init__(self, home: Home) -> None:
        self.path = home.secrets / "dashboard-tokens.json"
        self._seen: tuple[tuple[int, int, int], tuple[Token, ...]] | None = None

    def tokens(self) -> tuple[Token, ...]:
        """Return all tokens, none where there is no file.

        ConfigurationError where it can't be read as such, or others than its owner may read it.
        """
        try:
            about = self.path.stat()
        except FileNotFoundError:
            return ()
        stamp = (about.st_ino, about.st_mtime_ns, about.st_size)
        if self._seen is None or self._seen[0] != stamp:
            if stat.S_IMODE(about.st_mode) & 0o077:
                raise ConfigurationError(
                    f"{self.path} may be read or written by others than its owner.",
                    remedy=f"chmod 600 {self.path}",
                )
            self._seen = stamp, self._read()
        return self._seen[1]

    def add(self, name: str, role: Role) -> str:
        """Make a token for ``name`` and return it: it can't be shown again.

        ConfigurationError where the name has one already, or is none.
        """
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise ConfigurationError(
                f"{name!r} is no name for a token.",
                remedy=f"Use 1 to {LONGEST_NAME} printable characters, e.g. whose it is.",
            )
        token = PREFIX + secrets.token_urlsafe(32)
        made = datetime.now(UTC).replace(microsecond=0)
        new = Token(name=name, role=role, sha256=digest(token), made=made)
        with self._alone():
            there = self.tokens()
            if any(t.name == name for t in there):
                raise ConfigurationError(
                    f"{name!r} has a token already.",
                    remedy=f"Remove it first: tidings dashboard token remove {name!r}",
                )
            self._write((*there, new))
        return token

    def remove(self, name: str) -> None:
        """Remove the token of ``name``; sessions begun with it end. ConfigurationError if none."""
        with self._alone():
            there = self.tokens()
            left = tuple(t for t in there if t.name != name)
            if len(left) == len(there):
                raise ConfigurationError(
                    f"{name!r} has no token.",
                    remedy=f"There is: {', '.join(t.name for t in there) or 'none'}.",
                )
            self._write(left)

    def of(self, token: str) -> Token | None:
        """Return what is known of a token that was sent; takes as long for any wrong one."""
        sent, found = digest(token), None
        for known in self.tokens():
            if hmac.compare_digest(known.sha256, sent):
                found = known
        return found

    def by_id(self, known_as: str) -> Token | None:
        """Return the token with this :attr:`Token.id`, if it is still there."""
        return next((t for t in self.tokens() if t.id == known_as), None)

    def _alone(self) -> FileLock:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileLock(self.path.with_suffix(".lock"), timeout=30)

    def _read(self) -> tuple[Token, ...]:
        try:
            return tuple(msgspec.json.decode(self.path.read_bytes(), type=list[Token]))
        except msgspec.DecodeError as error:
            raise ConfigurationError(
                f"{self.path} can't be read: {error}.",
                remedy="Remove it and add the tokens anew.",
            ) from error

    def _write(self, tokens: tuple[Token, ...]) -> None:
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".tokens.")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(tokens)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            Path(name).unlink()
            raise


def digest(token: str) -> str:
    """Return a token's SHA-256 in hex; its 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
