"""What is refused before anything is looked at: foreign names, foreign pages, foreign proxies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec
from starlette.datastructures import Headers as Sent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.headers import Headers
from dashboard.proxied import PEER

READING = frozenset({"GET", "HEAD", "OPTIONS"})

MOST_BYTES = 65_536
"""Of what is sent: the longest form has some 50,000. It is read before it is known who sends it."""

TOO_MUCH = "More was sent than any form here has."

BODY_SECONDS = 30.0
"""Within which all of it must have come."""

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """How much is refused.

    ``hosts``: names that the page may be asked for by, lower case; None: by any. A page of another
    site can have its own name lead to this machine (DNS rebinding); its requests bear that name.
    ``loopback``: names of the loopback are among them. ``direct``: what came through a proxy is
    refused, for then whoever reaches the proxy would be taken for who sits at this machine.
    ``proxies``: addresses and networks whose word is taken for whom they speak, and for https.
    """

    hosts: frozenset[str] | None = None
    loopback: bool = False
    direct: bool = False
    proxies: tuple[str, ...] = ()


class Guarded:
    """ASGI middleware that refuses by a :class:`Guard`, and adds the headers of all answers."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        self._guard = guard
        self._within = app
        self._app: ASGIApp = Headers(self._refusing)
        if guard.proxies:
            believing = ProxyHeadersMiddleware(self._app, list(guard.proxies))  # type: ignore[arg-type]
            self._app = believing  # type: ignore[assignment]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or refuse."""
        if scope["type"] == "http":
            scope[PEER] = scope["client"][0] if scope.get("client") else None
        await self._app(scope, receive, send)

    async def _refusing(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._within(scope, receive, send)
            return
        refused = self.refused(scope)
        if refused is None:
            await self._within(scope, _bounded(receive), send)
        else:
            status, told = refused
            await PlainTextResponse(f"{told}\n", status)(scope, receive, send)

    def refused(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the reason why a request is refused; None where it isn't."""
        sent = Sent(scope=scope)
        host = sent.get("host", "")
        if not self._known(host):
            return 400, (
                f"This page isn't known as {host[:200]!r}. Whoever runs it may allow the name: "
                "'tidings dashboard --allow-host NAME', or hosts in dashboard.toml."
            )
        if self._guard.direct and any(name in sent for name in FORWARDED):
            return 403, (
                "This came through a proxy, but nobody has to sign in here. Whoever runs this page "
                "may make tokens ('tidings dashboard token add NAME') or name the proxy."
            )
        length = sent.get("content-length", "0")
        if len(length) > 10 or not length.isdecimal() or int(length) > MOST_BYTES:
            return 413, TOO_MUCH
        return _foreign(Request(scope))

    def _known(self, host: str) -> bool:
        if self._guard.hosts is None:
            return True
        name = _name(host)
        return name in self._guard.hosts or (self._guard.loopback and is_loopback(name))


def _bounded(receive: Receive) -> Receive:
    """Return what receives a request's body, and refuses one that is too long or too slow."""
    began, taken, whole = asyncio.get_running_loop().time(), 0, False

    async def bounded() -> Message:
        nonlocal taken, whole
        try:
            async with asyncio.timeout_at(None if whole else began + BODY_SECONDS):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, "What was sent did not come to its end.") from error
        taken += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if taken > MOST_BYTES:
            raise HTTPException(413, TOO_MUCH)
        return message

    return bounded


def _foreign(request: Request) -> tuple[int, str] | None:
    """Refuse what a page of another site sends; browsers say so, by one header or the other."""
    sent, reads = request.headers, request.method in READING
    site = sent.get("sec-fetch-site")
    if reads:
        followed = sent.get("sec-fetch-mode") == "navigate"
        if site in ("cross-site", "same-site") and not followed:
            return 403, "Other sites may link to this page, but not use what is on it."
        return None
    if site is not None:
        own = site == "same-origin"
    elif "origin" in sent:  # a browser over plain http
        own = urlsplit(sent["origin"]).netloc.lower() == sent.get("host", "").lower() != ""
    else:
        own = sent.get("authorization", "").lower().startswith("bearer ")
    if own:
        return None
    return 403, (
        "A change has to be sent by this page itself; a program sends its token "
        "(Authorization: Bearer)."
    )


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, without asking any name server."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def names(hosts: Iterable[str]) -> frozenset[str]:
    """Return hosts as they are compared: lower case, no port; what is no host is left out."""
    plain = (f"[{host}]" if host.count(":") > 1 and "[" not in host else host for host in hosts)
    found = (_name(host) for host in plain)
    return frozenset(name for name in found if name)


def _name(host: str) -> str:
    """Return the name in a Host header; nothing where it isn't one."""
    try:
        parts = urlsplit(f"//{host.strip()}")
        port = parts.port
    except ValueError:
        return ""
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        return ""
    del port  # asking for it checks it
    return (parts.hostname or "").lower().rstrip(".")
