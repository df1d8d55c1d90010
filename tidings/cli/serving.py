"""How commands that serve HTTP listen, and how long they wait for who connects."""

from __future__ import annotations

import asyncio
import socket

from tidings.errors import ConfigurationError

HEADER_SECONDS = 10.0
"""Within which a connection must have sent the header of a request; idle ones end with it."""


def impatient() -> type[asyncio.Protocol]:
    """Return uvicorn's protocol with one thing more: it hangs up on who sends no whole header.

    uvicorn itself waits for ever, and each such connection counts against ``limit_concurrency``.
    The time begins anew with each answer, so that a connection in use is never cut.
    """
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Impatient(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._patience = self.loop.call_later(HEADER_SECONDS, self._hang_up)

        def connection_lost(self, exc: Exception | None) -> None:
            self._patience.cancel()
            super().connection_lost(exc)

        def on_response_complete(self) -> None:
            self._wait_anew()
            super().on_response_complete()

        def _wait_anew(self) -> None:
            self._patience.cancel()
            if not self.transport.is_closing():
                self._patience = self.loop.call_later(HEADER_SECONDS, self._hang_up)

        def _hang_up(self) -> None:
            busy = self.cycle is not None and not self.cycle.response_complete
            if busy:  # the body has a time of its own
                self._wait_anew()
            else:
                self.transport.close()

    return Impatient


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; ``port`` 0 takes any free one. Raises ConfigurationError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError(
            f"{host}:{port} can't be listened at: {error.strerror or error}.",
            remedy="Give another --host or --port, or stop what is there.",
        ) from error
