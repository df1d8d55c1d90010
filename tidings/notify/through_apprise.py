"""Channels that Apprise knows: chat programs, mail, on-call services and a hundred more.

It says only whether a message went, so the reason is read from its log, in which tokens of the
address may stand: what it logs is shown nowhere but here, without any part of the address.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote
from zoneinfo import ZoneInfo

import msgspec

from tidings.errors import ConfigurationError, TransientError
from tidings.http.address import MASK
from tidings.http.message import Request
from tidings.incident import Notice, Severity
from tidings.notify.escaping import link
from tidings.notify.exchange import ask
from tidings.notify.message import Kind, Message, message
from tidings.watch import Channel

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase, NotifyType
    from apprise.attachment.file import AttachFile
    from apprise.result import AppriseResult

SECONDS = 45.0
"""A channel that has not taken the message by then is tried again later."""

SHORTEST_SECRET = 4
"""Characters of a part of an address from which on it is masked."""

_REFUSALS = {400, 401, 403, 404, 405, 410, 413, 422}
"""Statuses that stay the same when the same message is sent again."""

_STATUS = re.compile(r"error=(\d{3})\b")
_SCHEME = re.compile(r"([a-z][a-z0-9]{1,20})://")


def send(
    notice: Notice, channel: Channel, address: str, *, zone: ZoneInfo, picture: bytes | None
) -> None:
    """Send a notice to an Apprise URL; ``picture`` (PNG) goes along where the channel takes files.

    ConfigurationError where Apprise can't use the address or the channel refuses; TransientError
    for everything else, since Apprise tells no more. None of them shows a part of the address.
    """
    service = service_of(address, channel, lambda parts: _identity(parts, notice))
    if service.secure_protocol == "opsgenie" and notice.event == "resolved":
        _close(service, notice, channel)
        return
    kind = kind_of(service)
    room, titled = int(service.body_maxlen), service.title_maxlen > 0
    told = message(notice, kind, zone=zone, most=room, titled=titled)
    pictures = {} if picture is None else {"incident.png": picture}
    hand_over(service, told, kind, pictures, _type(notice), channel=channel, address=address)


def hand_over(
    service: NotifyBase,
    told: Message,
    kind: Kind,
    pictures: Mapping[str, bytes],
    worth: NotifyType,
    *,
    channel: Channel,
    address: str,
) -> None:
    """Give a message to a service, with pictures (PNG, by file name) where it takes any.

    Raises what :func:`send` does.
    """
    with TemporaryDirectory(prefix="tidings-") as folder:
        # Files: half of the services can't send one that is only in memory.
        files = _files(Path(folder), pictures) if service.attachment_support else None
        result = _sender(service).notify(
            title=told.title,
            body=told.body,
            notify_type=worth,
            body_format=kind,
            attach=files,
            interpret_escapes=False,
            timeout=SECONDS,
            log_level=logging.WARNING,
        )
    if not result:
        raise _failure(result, channel, address)


def _sender(service: NotifyBase) -> Apprise:
    from apprise import Apprise

    sender = Apprise(asset=service.asset)
    sender.add(service)
    return sender


def _files(folder: Path, pictures: Mapping[str, bytes]) -> list[AttachFile] | None:
    from apprise.attachment.file import AttachFile

    for name, picture in pictures.items():
        (folder / name).write_bytes(picture)
    found = [AttachFile(str(folder / name)) for name in pictures]  # type: ignore[no-untyped-call]
    return found or None


def service_of(
    address: str, channel: Channel, more: Callable[[dict[str, Any]], dict[str, Any]]
) -> NotifyBase:
    """Make the service of an address; ``more`` gives settings that go beyond its parsed ones.

    ConfigurationError, without any part of the address, where Apprise can't use it.
    """
    from apprise import Apprise, AppriseAsset

    _quieten()
    asset = AppriseAsset(
        app_id="Tidings",
        app_desc="Tidings",
        app_url="",
        image_url_mask="",  # else messages would load pictures from a stranger's server
        image_url_logo="",
        async_mode=False,
        http_redirects=False,
        interpret_escapes=False,
        interpret_emojis=False,
        allow_templates=False,
    )
    parts = _parsed(address)
    service = Apprise.instantiate({**parts, **more(parts)}, asset) if parts else None
    if service is None:
        scheme = _SCHEME.match(address)
        known = f" ({scheme[1]}://)" if scheme and parts else ""
        raise ConfigurationError(
            f"Channel {channel.name!r}: Apprise can't use the address in the secret{known}.",
            remedy="docs/alert-channels.md shows the form for each service; the whole URL is the "
            "secret, special characters in it percent-encoded.",
        )
    return service


def _parsed(address: str) -> dict[str, Any] | None:
    from apprise.plugins import url_to_dict

    try:
        parts: dict[str, Any] | None = url_to_dict(address)  # type: ignore[no-untyped-call]
    except TypeError:  # some services' own parsers trip over what is no URL
        return None
    return parts


def _identity(parts: dict[str, Any], notice: Notice) -> dict[str, Any]:
    """Return what makes repeated messages one, by service: settings of the same form as parsed."""
    first = notice.incidents[0] if notice.event != "digest" else None
    thread = first.incident_id if first else notice.key
    resolved = notice.event == "resolved"
    match parts.get("schema"):
        case "pagerduty":
            return {
                "dedup": thread,
                "action": "resolve" if resolved else "trigger",
                "click": link(first.link) if first else None,
                "source": parts.get("source") or "Tidings",
            }
        case "opsgenie":
            return {"alias": thread, "action": "new"}
        case "mailto" | "mailtos":
            headers = {
                "X-Tidings-Key": notice.key,
                "References": f"<{quote(thread)}@tidings.invalid>",  # one thread an incident
                "Auto-Submitted": "auto-generated",
            }
            return {"headers": {**(parts.get("headers") or {}), **headers}}
        case "json" | "jsons":
            headers = {"Idempotency-Key": notice.key}
            return {"headers": {**(parts.get("headers") or {}), **headers}}
    return {}


def _close(service: Any, notice: Notice, channel: Channel) -> None:
    """Close an incident's alert at Opsgenie by its alias.

    Apprise closes only what the same process has opened, by an id that it keeps in memory. This is
    "Close Alert" of Opsgenie's Alert API.
    """
    from apprise.plugins.opsgenie import OPSGENIE_API_LOOKUP

    incident = notice.incidents[0]
    alias = quote(incident.incident_id, safe="")
    request = Request(
        method="POST",
        url=f"{OPSGENIE_API_LOOKUP[service.region_name]}/{alias}/close?identifierType=alias",
        headers={"authorization": f"GenieKey {service.apikey}", "content-type": "application/json"},
        body=msgspec.json.encode({"source": "Tidings", "note": incident.sentence}),
    )
    ask(request, channel.name)


def kind_of(service: NotifyBase) -> Kind:
    """Return the form of text that the service shows itself, so that nothing is converted."""
    kinds: tuple[Kind, ...] = ("markdown", "html", "text")
    return next((kind for kind in kinds if service.resolve_format(kind).value == kind), "text")


def _type(notice: Notice) -> NotifyType:
    from apprise import NotifyType

    if notice.event == "resolved":
        return NotifyType.SUCCESS
    types: dict[Severity, NotifyType] = {
        "info": NotifyType.INFO,
        "warning": NotifyType.WARNING,
        "critical": NotifyType.FAILURE,
    }
    return types[notice.severity]


def _failure(
    result: AppriseResult, channel: Channel, address: str
) -> ConfigurationError | TransientError:
    lines = [_masked(entry.message, address) for entry in result.logs()]
    reason = " ".join(dict.fromkeys(lines))[:300] or "Apprise gives no reason"
    statuses = {int(code) for line in lines for code in _STATUS.findall(line)}
    whole = f"Channel {channel.name!r} did not take the message: {reason.rstrip('.')}."
    if statuses & _REFUSALS:
        return ConfigurationError(
            whole, remedy="Check the address in the secret, and what the service allows."
        )
    return TransientError(whole, remedy="It is sent again later; if it lasts, check the address.")


def _masked(line: str, address: str) -> str:
    """Return a line of a log, on one line, without any part of the address in any writing."""
    line = " ".join(line.split())
    for form in sorted(set(_forms(address)), key=len, reverse=True):
        line = re.sub(re.escape(form), MASK, line, flags=re.IGNORECASE)
    return line


def _forms(address: str) -> Iterator[str]:
    """Yield the parts of an address, save its scheme, as written, unquoted, quoted and base64."""
    rest = address.partition("://")[2] or address
    parts = {rest, *re.split(r"[/?#&=:@,+]", rest)}
    for part in list(parts):
        parts.add(unquote(part))
        parts |= set(re.split(r"[/?#&=:@,+\s]", unquote(part)))
    for part in parts:
        if len(part) >= SHORTEST_SECRET:
            encoded = base64.b64encode(part.encode()).decode()
            yield from (part, quote(part), quote(part, safe=""), quote_plus(part))
            yield from (encoded, encoded.rstrip("="), part.encode().hex())


def _quieten() -> None:
    """Keep what Apprise and its HTTP library log to themselves: tokens of addresses stand in it."""
    logger = logging.getLogger("apprise")
    if logger.propagate:
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
