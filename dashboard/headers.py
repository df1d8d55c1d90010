"""Headers that keep a browser from doing what the pages never ask for, on every answer."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""No script, style or request but of this origin, none inline; framed by this origin only, as
Airflow's own page does."""

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would also send forms with "Origin: null", and that is how they are told from
    # those of other sites where there is no https; other sites learn as little from this one
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

OVER_TLS = "max-age=31536000"
"""Strict-Transport-Security: a year of https only."""


class Headers:
    """ASGI middleware that adds them, to what an unforeseen error is answered with, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as the app does, with these headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def headed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _add(scope, message)
            await send(message)

        try:
            await self._app(scope, receive, headed)
        except Exception:
            if not begun:  # else the framework answers, further out and without these headers
                told = PlainTextResponse("Something went wrong; the log says what.\n", 500)
                await told(scope, receive, headed)
            raise


def _add(scope: Scope, message: Message) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in ALWAYS.items():
        headers[name] = value
    if scope.get("scheme") == "https":
        headers["Strict-Transport-Security"] = OVER_TLS
    to_keep = message["status"] < 400 and "set-cookie" not in headers
    if not to_keep or "attachment" in headers.get("content-disposition", ""):
        headers["Cache-Control"] = "no-store"
    else:
        headers.setdefault("Cache-Control", "private, no-cache")
