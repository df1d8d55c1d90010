"""Page one of the dashboard to one channel: a mail with its pictures, or the text to a chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tidings import credentials
from tidings.errors import ConfigurationError
from tidings.notify.escaping import as_markdown, as_text, cut
from tidings.notify.message import Message
from tidings.watch import Channel

MAIL = ("mailto", "mailtos")
ON_CALL = ("pagerduty", "opsgenie")
"""Services at which a message is an alert: page one is none."""


def send(
    title: str,
    text: str,
    html: str,
    pictures: Mapping[str, bytes],
    channel: Channel,
    *,
    key: str,
    secret: Callable[[str], str] = credentials.secret,
) -> None:
    """Send page one to ``channel`` once: ``html`` to a mailbox, ``text`` to whatever else.

    ``html`` names its ``pictures`` (PNG) as ``cid:NAME``. ``key`` is the same for the same page, by
    which a mailbox may know it again. TransientError: send it again. ConfigurationError: the
    channel is none that takes it, is set up wrongly, or refuses. No error shows a secret.
    """
    from apprise import NotifyType

    from tidings.notify.through_apprise import hand_over, kind_of, service_of

    address = secret(channel.secret)
    scheme = address.partition("://")[0].lower()
    if scheme in ("http", "https", *ON_CALL):
        raise ConfigurationError(
            f"Channel {channel.name!r} takes no page: it is for programs, or wakes people.",
            remedy="Use a mailbox or a chat program; programs ask the dashboard's API.",
        )
    mail = scheme in MAIL
    service = service_of(address, channel, lambda parts: _mail(parts, key) if mail else {})
    kind = kind_of(service)
    written: dict[str, Callable[[], str]] = {
        "html": lambda: html if mail else f"<pre>{_escaped(as_text(text))}</pre>",
        "markdown": lambda: as_markdown(text),
        "text": lambda: as_text(text),
    }
    body = written[kind]()
    room = int(service.body_maxlen)
    if len(body) > room and kind == "html":
        kind, body = "text", as_text(text)
    told = Message(title=as_markdown(title), body=cut(body, room))
    shown = pictures if kind == "html" and mail else {}
    hand_over(service, told, kind, shown, NotifyType.INFO, channel=channel, address=address)


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


def _mail(parts: dict[str, Any], key: str) -> dict[str, Any]:
    headers = {"X-Tidings-Key": key, "Auto-Submitted": "auto-generated"}
    return {"inline": True, "headers": {**(parts.get("headers") or {}), **headers}}
