"""The client that connectors are handed: the layers put together, with the verbs of ``Http``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import msgspec

from tidings.credentials import secret
from tidings.http.address import checked, with_params
from tidings.http.limits import DEFAULT, Limits
from tidings.http.message import Answer, Judge, Params, Request, Send
from tidings.http.redirect import redirect
from tidings.http.retry import retry
from tidings.http.status import status
from tidings.http.throttle import Throttle

__all__ = ["Client", "Limits", "Send", "connect"]

_CONDITIONS = {"etag": "if-none-match", "last-modified": "if-modified-since"}


def connect(
    *,
    requests_per_second: float = 2.0,
    user_agent: str,
    secrets: Callable[[str], str] | None = None,
    limits: Limits = DEFAULT,
    send: Send | None = None,
    budgets: Path | None = None,
    cancelled: Event | None = None,
    rests: bool = True,
) -> Client:
    """Make a client; a context manager, thread-safe, for as many threads as like.

    ``secrets`` looks a secret up by name, by default in the places of :mod:`tidings.credentials`.
    ``send`` takes the place of the network (recorded answers, say): all layers lie over it. It is
    not closed with the client. ``budgets`` is the folder in which processes share the rate of each
    host. ``cancelled``, once set, ends waits, and no request follows. ``rests`` False leaves out
    the pauses that sources ask for: for made-up sources only. ConfigurationError where the rate or
    the user agent can't be used.
    """
    cancelled = cancelled or Event()
    throttle = Throttle(
        requests_per_second,
        folder=budgets,
        longest_rest=limits.max_wait_seconds,
        cancelled=cancelled,
        rests=rests,
    )
    close = _nothing
    if send is None:
        from tidings.http.wire import wire  # imports httpx

        send = network = wire(user_agent=user_agent, limits=limits)
        close = network.close
    layers = (throttle, redirect(limits.redirects), status, retry(limits, cancelled))
    for layer in layers:  # from the network outwards: each redirect and each try waits its turn
        send = layer(send)
    return Client(send, secrets=secrets or secret, close=close, hold=throttle.hold)


class Client:
    """What :func:`connect` makes. Implements :class:`tidings.http.Http`; made with any ``send``."""

    def __init__(
        self,
        send: Send,
        *,
        secrets: Callable[[str], str],
        close: Callable[[], None],
        hold: Callable[[str, float], None] | None = None,
    ) -> None:
        self._send = send
        self._hold = hold or _no_hold
        self._secrets = secrets
        self._close = close

    def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        judge: Judge | None = None,
        found: bool = False,
    ) -> Answer:
        """GET ``url`` with ``params`` merged into its query; see :class:`tidings.http.Http`.

        ``validators`` are those of an earlier answer; the answer may then be 304 (``unchanged``).
        """
        asked = {**_conditions(validators or {}), **(headers or {})}
        whole = checked(with_params(url, params))
        request = Request(method="GET", url=whole, headers=asked, judge=judge, found=found)
        return self._send(request)

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        judge: Judge | None = None,
    ) -> Answer:
        """POST ``json`` or ``form`` to ``url``; see :class:`tidings.http.Http`.

        With neither no body is sent.
        """
        if form is not None:
            body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        else:
            body = b"" if json is None else msgspec.json.encode(json)
            kind = "application/json"
        typed = {"content-type": kind} if body else {}
        request = Request(
            method="POST",
            url=checked(url),
            headers={**typed, **(headers or {})},
            body=body,
            repeatable=repeatable,
            judge=judge,
        )
        return self._send(request)

    def hold(self, url: str, seconds: float) -> None:
        """Send nothing to the host of ``url`` for so long; see :class:`tidings.http.Http`."""
        self._hold(url, seconds)

    def secret(self, name: str) -> str:
        """Return the secret ``name``; ConfigurationError that tells where it was looked for."""
        return self._secrets(name)

    def close(self) -> None:
        """Close the connections; the client can't be used afterwards."""
        self._close()

    def __enter__(self) -> Self:
        """Return the client; it is closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.close()


def _conditions(validators: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that make a request conditional.

    What a source sent that can't be sent back is left out: then a whole answer comes, nothing is
    lost.
    """
    return {
        header: validators[name]
        for name, header in _CONDITIONS.items()
        if name in validators and validators[name].isascii() and validators[name].isprintable()
    }


def _no_hold(url: str, seconds: float) -> None:
    """Keep no pause: a client without a throttle has no turns to hold back."""


def _nothing() -> None:
    """Close nothing: what was given belongs to its giver."""
