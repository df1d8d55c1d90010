"""Who looks, and what they may do."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec
from starlette.requests import Request

from tidings.errors import TidingsError

Role = Literal["viewer", "editor", "admin"]
"""viewer: reads. editor: also corrects, marks, acknowledges. admin: also releases quarantine."""

RANK: dict[Role, int] = {"viewer": 0, "editor": 1, "admin": 2}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks: a name as changes are noted under it, and a role."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether the person's role is at least ``role``."""
        return RANK[self.role] >= RANK[role]


class Access(Protocol):
    """Says who sends a request.

    There is :class:`Everybody`, :class:`~dashboard.tokens.Tokens`,
    :class:`~dashboard.proxied.Proxied` and, inside Airflow, its own sign-in.
    """

    def person(self, request: Request) -> Person | None:
        """Return who it is; None for nobody who is known. May raise TooManyTries."""


class Everybody:
    """Whoever reaches the page may do everything: only for a page on this machine's loopback."""

    def person(self, request: Request) -> Person | None:
        """Return the person at this machine."""
        del request
        return Person(name="local", role="admin")


class SignInNeeded(TidingsError):
    """Nobody is known to send this; the page for signing in comes first."""


class NotAllowed(TidingsError):
    """The person's role doesn't allow it."""


class TooManyTries(TidingsError):
    """Too many wrong tokens came from one address; ``seconds`` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "Too many wrong tokens came from this address.",
            remedy=f"The next one is looked at in {seconds} seconds.",
        )
        self.seconds = seconds
