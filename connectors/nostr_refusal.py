"""What a relay of Nostr means by the words with which it refuses a request."""

from __future__ import annotations

from datetime import timedelta

from tidings.errors import (
    AuthError,
    ConfigurationError,
    RateLimited,
    TidingsError,
    TransientError,
)
from tidings.times import utcnow

TRY_LATER = "It is worth another try later; if it lasts, look whether the relay is still there."


def refusal(relay: str, said: str = "", wait: str = "") -> TidingsError:
    """Return the error that ``relay`` means by what it said: a prefix, a colon, and a sentence.

    ``wait`` is how long to keep away, in milliseconds, which a few relays tell.
    """
    message = f"{relay} refused: {said[:200]!r}."
    match said.partition(":")[0].strip().lower():
        case "rate-limited":
            told = wait.isascii() and wait.isdigit() and len(wait) < 9
            at = utcnow() + timedelta(milliseconds=int(wait)) if told else None
            return RateLimited(message, remedy=TRY_LATER, url=relay, retry_at=at)
        case "auth-required" | "restricted" | "blocked":
            remedy = "The relay is not open to everybody; name another one in 'relays'."
            return AuthError(message, remedy=remedy, url=relay)
        case "unsupported" | "invalid":
            remedy = "Not every relay can search; use 'hashtags', or another relay."
            return ConfigurationError(message, remedy=remedy)
    return TransientError(message, remedy=TRY_LATER, url=relay)
