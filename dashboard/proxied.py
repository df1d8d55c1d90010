"""Signing in at a reverse proxy: a header says who it is, believed from known peers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

from starlette.requests import Request

from dashboard.access import Person, Role
from dashboard.tokens import Tokens, bearer

Network = IPv4Network | IPv6Network

PEER = "tidings.peer"
"""Where in a request's scope its peer's address is kept, whatever the peer says of others."""

LONGEST_NAME = 200


class Proxied:
    """Who sends a request, by a header that the proxy sets.

    Who isn't in ``roles`` has the role ``others``, or is nobody. Programs may send a token, where
    ``tokens`` are given.
    """

    def __init__(
        self,
        header: str,
        trusted: Sequence[Network],
        *,
        roles: Mapping[str, Role],
        others: Role | Literal["nobody"] = "viewer",
        tokens: Tokens | None = None,
    ) -> None:
        self._header, self._trusted = header, tuple(trusted)
        self._roles, self._others, self._tokens = dict(roles), others, tokens

    def person(self, request: Request) -> Person | None:
        """Return who it is, None for nobody who is known. Raises TooManyTries."""
        if self._tokens is not None and bearer(request) is not None:
            return self._tokens.person(request)
        if not believed(request.scope.get(PEER), self._trusted):
            return None
        name = self._name(request)
        role = self._roles.get(name, self._others) if name else "nobody"
        return None if role == "nobody" else Person(name=name, role=role)

    def _name(self, request: Request) -> str:
        """Return the header's value; nothing where it was sent twice: one may be the sender's."""
        sent = request.headers.getlist(self._header)
        if len(sent) != 1:
            return ""
        raw = sent[0].encode("latin-1")  # as it came over the wire
        try:
            name = raw.decode("utf-8").strip()
        except UnicodeDecodeError:
            name = raw.decode("latin-1").strip()
        return name if len(name) <= LONGEST_NAME and name.isprintable() else ""


def believed(peer: object, trusted: Sequence[Network]) -> bool:
    """Whether a peer's address is in one of the networks."""
    try:
        address = ip_address(str(peer))
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in trusted)
