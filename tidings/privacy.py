"""Pseudonyms: an author is a keyed hash, so that one person is one author without a name kept."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.errors import ConfigurationError
from tidings.mention import Mention

if TYPE_CHECKING:
    from tidings.home import Home

KEY_VARIABLE = "TIDINGS_SECRET_PSEUDONYM_KEY"


def pseudonym(key: bytes, source: str, handle: str) -> str:
    """Return 24 hex digits of HMAC-SHA256 over source and handle; without the key no way back."""
    message = f"{source}\0{handle}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:24]


def pseudonym_key(folder: Path) -> bytes:
    """Return the installation's key: from the environment, else from ``folder``, made if missing.

    Machines that collect for one warehouse must share the key, or one author becomes several.
    """
    if given := os.environ.get(KEY_VARIABLE):
        return _long_enough(given.encode(), KEY_VARIABLE)
    path = folder / "pseudonym_key"
    try:
        return _read(path)
    except FileNotFoundError:
        return _make(path)


def key_of(home: Home) -> bytes:
    """Return the installation's key; it is made only where it can't be another than one in use.

    Raises ConfigurationError where there is none and machines share the landing area, unless this
    one has the warehouse; and where something was merged or erased here: its key was lost.
    """
    path = home.secrets / "pseudonym_key"
    if os.environ.get(KEY_VARIABLE) or path.exists():
        return pseudonym_key(home.secrets)
    if any(told.exists() for told in (home.acknowledged, home.tombstones)):
        raise ConfigurationError(
            f"The pseudonym key {path} is gone, and {home.warehouse} was made with it.",
            remedy=f"Put it back, or set {KEY_VARIABLE}. Is it lost for good, make a new one by "
            "'openssl rand -hex 32': authors become others, who was erased may be collected again.",
        )
    if "://" in home.landing and not home.warehouse.exists():
        raise ConfigurationError(
            "This machine has no pseudonym key, and machines that share the landing area "
            f"{home.landing} must have the same: else one author becomes several.",
            remedy=f"Set {KEY_VARIABLE}, or copy {path} from the machine that loads. Is there none "
            "yet, 'openssl rand -hex 32' makes one.",
        )
    return pseudonym_key(home.secrets)


def _read(path: Path) -> bytes:
    return _long_enough(path.read_bytes().strip(), str(path))


def _long_enough(key: bytes, where: str) -> bytes:
    if len(key) < 32:
        raise ConfigurationError(
            f"{where} holds no usable key ({len(key)} bytes, at least 32 are needed).",
            remedy="Restore it from a backup; a new key makes new pseudonyms for all authors.",
        )
    return key


def _make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike rename, fails where another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(path)


def without_handle(mention: Mention, key: bytes, *, keep: bool) -> Mention:
    """Return the mention with ``author`` set from its handle, and the handle only if ``keep``."""
    import msgspec

    handle = mention.author_handle
    if handle is None:
        return mention
    return msgspec.structs.replace(
        mention,
        author=pseudonym(key, mention.source, handle),
        author_handle=handle if keep else None,
    )
