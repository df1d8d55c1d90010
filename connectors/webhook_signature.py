"""Whether a push was signed by who knows the secret, and when: three forms that senders use."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

Scheme: TypeAlias = Literal["tidings", "stripe", "github"]

HEADERS: dict[Scheme, str] = {
    "tidings": "x-tidings-signature",
    "stripe": "stripe-signature",
    "github": "x-hub-signature-256",
}
"""Header of each form. The first two are ``t=UNIX_SECONDS,v1=HEX``, the third ``sha256=HEX``."""

MOST_SIGNATURES = 8
"""Signatures of one push that are looked at: a sender gives two while it changes its secret."""

_HEX = re.compile(r"[0-9a-fA-F]{64}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class Refused(Exception):
    """A push that is not taken for genuine; the text says why, and holds nothing of it."""


class Stated(msgspec.Struct, frozen=True):
    """What a push says of itself: the signatures and, in Unix seconds, when it was signed."""

    signatures: tuple[bytes, ...]
    time: int | None = None


def stated(scheme: Scheme, headers: Mapping[str, str]) -> Stated:
    """Read the signature's header; Refused where it is missing or of another form.

    ``headers`` are by names in lower case.
    """
    header = headers.get(HEADERS[scheme], "")
    if not header:
        raise Refused(f"there is no header {HEADERS[scheme]}")
    pairs = [part.strip().partition("=")[::2] for part in header.split(",")][: 2 * MOST_SIGNATURES]
    name = "sha256" if scheme == "github" else "v1"
    found = [bytes.fromhex(v) for k, v in pairs if k == name and _HEX.fullmatch(v)]
    if not found:
        raise Refused(f"the header {HEADERS[scheme]} holds no {name}=<64 hex digits>")
    signatures = tuple(found[:MOST_SIGNATURES])
    if scheme == "github":
        return Stated(signatures)
    times = [value for key, value in pairs if key == "t" and _SECONDS.fullmatch(value)]
    if len(times) != 1:
        raise Refused(f"the header {HEADERS[scheme]} holds no t=<Unix seconds>")
    return Stated(signatures, int(times[0]))


def check_time(push: Stated, *, now: float, window_seconds: float) -> None:
    """Refuse a push that was signed longer ago (or ahead) than the window; all seconds."""
    if push.time is not None and abs(now - push.time) > window_seconds:
        raise Refused(f"it was signed {now - push.time:.0f} s ago, or the clocks differ")


def check(push: Stated, secret: str, body: bytes) -> str:
    """Return the mark (16 hex digits) of a genuine push, the same however it is sent again.

    Refused where no signature is right. The time is compared as it was signed, so a later one can't
    be put in its place.
    """
    signed = body if push.time is None else f"{push.time}.".encode() + body
    right = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    # all are compared, and in constant time: how long it takes tells nothing
    matches = [hmac.compare_digest(right, given) for given in push.signatures]
    if not any(matches):
        raise Refused("its signature is not right: another secret, or not the body as it was sent")
    return hashlib.blake2b(right, digest_size=8).hexdigest()


def sign(scheme: Scheme, secret: str, body: bytes, *, time: int) -> dict[str, str]:
    """Return the header by which a sender signs ``body`` at ``time`` (Unix seconds)."""
    signed = body if scheme == "github" else f"{time}.".encode() + body
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    value = f"sha256={mac}" if scheme == "github" else f"t={time},v1={mac}"
    return {HEADERS[scheme]: value}
