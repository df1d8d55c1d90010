"""One request of ours to a channel, whose outcome is the error class that says what comes next."""

from __future__ import annotations

from tidings import __version__
from tidings.errors import ConfigurationError, SourceError, TidingsError, TransientError
from tidings.http.address import host
from tidings.http.limits import Limits
from tidings.http.message import Request
from tidings.http.status import status

LIMITS = Limits(
    attempts=1,
    connect_seconds=5.0,
    read_seconds=10.0,
    deadline_seconds=20.0,
    max_bytes=1_000_000,
    redirects=0,
)
"""One try: what is to be sent again is sent again by whoever keeps the notice."""

_ALREADY = 409
"""What a receiver may answer that has this message already."""


def ask(request: Request, channel: str) -> None:
    """Send ``request`` once, following no redirect; return where it was taken (2xx, 409).

    TransientError, with the time to come back where the receiver tells it, for what another try
    may mend: no connection, no answer in time, 408, 425, 429, 5xx. ConfigurationError for
    everything else. No error shows more of the address than its host, nor any of the answer.
    """
    from tidings.http.wire import wire  # imports httpx

    network = wire(user_agent=f"tidings/{__version__}", limits=LIMITS)
    failure: TidingsError | None = None
    try:
        status(network)(request)
    except (SourceError, ConfigurationError) as error:
        failure = error
    finally:
        network.close()
    if failure is not None and _answered(failure) != _ALREADY:
        # Made out here: raised above it would carry the first one, which shows the address.
        raise _told(failure, channel, host(request.url))


def _answered(error: TidingsError) -> int | None:
    return error.answer.status if isinstance(error, SourceError) and error.answer else None


def _told(error: TidingsError, channel: str, at: str) -> TransientError | ConfigurationError:
    answered = _answered(error)
    if isinstance(error, TransientError):
        said = f"answered {answered}" if answered else "gave no answer"
        return TransientError(
            f"Channel {channel!r}: {at} {said}.",
            remedy="It is sent again later.",
            retry_at=error.retry_at,
        )
    if answered:
        return ConfigurationError(
            f"Channel {channel!r}: {at} answered {answered} and did not take the message.",
            remedy="Is the secret this receiver's address? That of a chat program is written as "
            "docs/alert-channels.md says (slack://...). Redirects are not followed.",
        )
    return ConfigurationError(
        f"Channel {channel!r}: {at} is at no public address, or can't be asked or understood.",
        remedy="Where it belongs to your own network, set 'private = true' in its [[notify]].",
    )
