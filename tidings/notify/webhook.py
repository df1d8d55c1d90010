"""Our own webhook: a notice as signed JSON, by POST. docs/alert-channels.md has its form."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

import msgspec

from tidings.errors import ConfigurationError
from tidings.http.address import checked
from tidings.http.message import Request
from tidings.incident import Event, Notice
from tidings.notify.exchange import ask
from tidings.times import utcnow
from tidings.watch import Channel

VERSION = 1
"""Of the body. A field may be added under the same version; none is taken away or changed."""

_WHSEC = "whsec_"


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted. ``type`` is ``incident.opened`` and so on; ``timestamp`` when decided."""

    version: int
    type: str
    timestamp: datetime
    data: Notice


def post(notice: Notice, channel: Channel, address: str, *, secret: Callable[[str], str]) -> None:
    """POST a notice to ``address``; no redirect is followed and nothing is tried twice.

    Raises what :func:`~tidings.notify.exchange.ask` does, and ConfigurationError where the address
    or the key can't be used.
    """
    if not _is_url(address):
        raise ConfigurationError(  # out here, so that it does not carry one that shows the address
            f"Channel {channel.name!r}: the secret holds no address that can be posted to.",
            remedy="Write https://, the host and the path; no user name or password can be in it.",
        )
    body = encoded(notice)
    request = Request(
        method="POST",
        url=address,
        headers=_headers(notice.key, body, channel, secret),
        body=body,
        found=not channel.private,
    )
    ask(request, channel.name)


def encoded(notice: Notice) -> bytes:
    """Return the body, the same bytes for the same notice."""
    kind = f"incident.{notice.event}" if notice.event in _OF_INCIDENTS else notice.event
    whole = Body(version=VERSION, type=kind, timestamp=notice.decided, data=notice)
    return msgspec.json.encode(whole)


_OF_INCIDENTS: tuple[Event, ...] = ("opened", "escalated", "resolved")


def signed(key: str, secret: str, body: bytes, at: int) -> dict[str, str]:
    """Return the headers that sign ``body`` at Unix second ``at``, with ``key`` as its id.

    Two forms, by HMAC-SHA256: that of the Standard Webhooks specification (the three ``webhook-``
    headers; the text signed is ``id.time.body``) and the one that ``tidings receive`` checks
    (``X-Tidings-Signature``, over ``time.body``). A secret that begins with ``whsec_`` is base64
    after that, for the first form; the second one takes any secret as it is written.
    """
    mac = hmac.new(_key(secret), f"{key}.{at}.".encode() + body, hashlib.sha256).digest()
    own = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
        "x-tidings-signature": f"t={at},v1={own}",
    }


def _headers(
    key: str, body: bytes, channel: Channel, secret: Callable[[str], str]
) -> dict[str, str]:
    headers = {"content-type": "application/json", "idempotency-key": key}
    if channel.signing_secret is None:
        return {**headers, "webhook-id": key}
    return {
        **headers,
        **signed(key, secret(channel.signing_secret), body, int(utcnow().timestamp())),
    }


def _key(secret: str) -> bytes:
    if not secret.startswith(_WHSEC):
        return secret.encode()
    key = _decoded(secret.removeprefix(_WHSEC))
    if not key:
        raise ConfigurationError(
            "The signing secret begins with 'whsec_', but is no base64 after that.",
            remedy="Copy it whole, or write one of your own without 'whsec_'.",
        )
    return key


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def _is_url(address: str) -> bool:
    try:
        checked(address)
    except ConfigurationError:
        return False
    return True
