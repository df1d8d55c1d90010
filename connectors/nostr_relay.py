"""One relay of Nostr, asked over a WebSocket: a request goes out, stored events come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import count
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from connectors.nostr_refusal import TRY_LATER, refusal
from tidings.errors import (
    BodyTooLarge,
    ConfigurationError,
    SourceChanged,
    TidingsError,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.http.limits import DEFAULT
from tidings.http.retry import retry
from tidings.http.status import status

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

CLOSING_SECONDS = 2.0
"""How long a relay may take to say goodbye."""


def library(name: str) -> Any:
    """Import ``name``, a module that the extra ``nostr`` brings; ConfigurationError without it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigurationError(
            f"The connector 'nostr' needs a library that is not installed ({error}).",
            remedy="Install it with: pip install 'tidings[nostr]'",
        ) from error


class Relay:
    """A connection to a relay, opened when first asked and anew after an error; a context manager.

    ``deadline_seconds`` is for one request, from asking to the end of the stored events.
    """

    def __init__(self, url: str, deadline_seconds: float) -> None:
        """Connect to nothing yet; ConfigurationError where the library is not installed."""
        self._client = library("websockets.sync.client")
        self._url = url
        self._deadline_seconds = deadline_seconds
        self._numbers = count(1)
        self._socket: ClientConnection | None = None
        self._open = ExitStack()
        self._send = retry(DEFAULT)(status(self._exchange))

    def __enter__(self) -> Self:
        """Return the relay; it is left at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._leave()

    def ask(self, wanted: dict[str, Any]) -> Answer:
        """Return the stored events that match the filter ``wanted``: a JSON list, as they came.

        A TransientError (no connection, one that broke, no end of the events before the deadline)
        is raised after some tries; AuthError, ConfigurationError (a filter that the relay does not
        know, as of a search) and SourceChanged (what is no message of a relay) at once.
        """
        body = msgspec.json.encode(wanted)
        return self._send(Request(method="POST", url=self._url, body=body, repeatable=True))

    def _exchange(self, request: Request) -> Answer:
        deadline = monotonic() + self._deadline_seconds
        name = f"tidings-{next(self._numbers)}"
        events: list[bytes] = []
        try:
            with self._typed_errors(events):
                socket = self._connected()
                socket.send(f'["REQ","{name}",{request.body.decode()}]')
                self._read(socket, name, deadline, events)
                socket.send(f'["CLOSE","{name}"]')
        except TidingsError:
            self._leave()  # or the rest of this answer would come before the next one
            raise
        except _Refused as refused:
            self._leave()
            return refused.answer
        return self._answer(events)

    def _connected(self) -> ClientConnection:
        if self._socket is None:
            opening = self._client.connect(
                self._url,
                open_timeout=min(DEFAULT.connect_seconds, self._deadline_seconds),
                close_timeout=CLOSING_SECONDS,
                max_size=DEFAULT.max_bytes,
                user_agent_header="tidings",
            )
            self._socket = self._open.enter_context(opening)
        return self._socket

    def _leave(self) -> None:
        self._socket = None
        self._open.close()

    def _read(
        self, socket: ClientConnection, name: str, deadline: float, events: list[bytes]
    ) -> None:
        """Read events until the relay says that these were all; what ends them early is raised."""
        notice, size = "", 0
        while (left := deadline - monotonic()) > 0:
            try:
                message = socket.recv(timeout=left, decode=False)
            except TimeoutError:
                break
            size += len(message)
            if size > DEFAULT.max_bytes:
                raise BodyTooLarge(
                    f"{self._url} sent more than {DEFAULT.max_bytes} bytes at once.",
                    remedy="Lower 'per_page' of this source.",
                    url=self._url,
                )
            match self._parts(message):
                case ["EVENT", sub, event] if sub == name:
                    events.append(event)
                case ["EOSE", sub, *_] if sub == name:
                    return
                case ["CLOSED", sub, *said] if sub == name:
                    raise refusal(self._url, *map(str, said[:2]))
                case ["NOTICE", str(words), *_]:
                    notice = words
                case _:  # AUTH, answers to what was asked before, what was invented since
                    pass
        late = self._transient("did not come to the end of its events in time")
        raise refusal(self._url, notice) if notice else late

    def _parts(self, message: bytes) -> list[Any]:
        """Take a message apart; the event in it stays as it was written."""
        try:
            kind, *rest = msgspec.json.decode(message, type=list[msgspec.Raw])
            if bytes(kind) == b'"EVENT"' and len(rest) == 2:
                return ["EVENT", msgspec.json.decode(rest[0]), bytes(rest[1])]
            return [msgspec.json.decode(part) for part in (kind, *rest)]
        except (ValueError, RecursionError) as error:
            answer = Answer(status=200, url=self._url, body=message)
            raise SourceChanged(
                f"{self._url} sent what is no message of a relay: {error}.",
                remedy="Look at the kept page: is this the address of a relay?",
                url=self._url,
                answer=answer,
            ) from error

    def _answer(self, events: list[bytes]) -> Answer:
        return Answer(
            status=200,
            url=self._url,
            headers={"content-type": "application/json"},
            body=b"[" + b",\n".join(events) + b"]",
        )

    def _transient(self, what: str) -> TransientError:
        return TransientError(f"{self._url} {what}.", remedy=TRY_LATER, url=self._url)

    @contextmanager
    def _typed_errors(self, events: list[bytes]) -> Iterator[None]:
        """Turn the library's errors into ours; what came before one is kept as its page."""
        failures = library("websockets.exceptions")
        try:
            yield
        except failures.InvalidStatus as error:
            raise _Refused(self._handshake(error.response)) from error
        except failures.InvalidURI as error:
            raise ConfigurationError(
                f"{self._url} can't be connected to: {error}.", remedy="Mend it in 'relays'."
            ) from error
        except failures.InvalidHandshake as error:
            raise SourceChanged(
                f"{self._url} does not answer as a relay: {error}.",
                remedy="Is this the address of a relay?",
                url=self._url,
            ) from error
        except (failures.WebSocketException, OSError) as error:
            told = f"broke off after {len(events)} events" if self._socket else "can't be reached"
            raise self._transient(f"{told}: {error or type(error).__name__}") from error
        except TransientError as error:
            error.answer = error.answer or self._answer(events)
            raise

    def _handshake(self, response: Any) -> Answer:
        """Return the answer of a server that would not open a WebSocket; never one of success."""
        return Answer(
            # a page with a friendly 200 is no relay either: 426 Upgrade Required says so
            status=426 if response.status_code < 400 else response.status_code,
            url=self._url,
            headers={name.lower(): value for name, value in response.headers.raw_items()},
            body=bytes(response.body or b""),
        )


class _Refused(Exception):
    """The server answered the handshake with a status of its own."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer
