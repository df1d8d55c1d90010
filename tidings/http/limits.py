"""How long and how much one request may take."""

from __future__ import annotations

import msgspec

from tidings.errors import ConfigurationError


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of one request. ConfigurationError where one is out of range.

    ``attempts`` counts the first try too. ``max_wait_seconds`` is the longest single wait between
    two tries: where the source asks for a longer one, the error is raised at once and says when.
    ``connect_seconds`` and ``read_seconds`` are for one step on the socket, ``deadline_seconds``
    for one whole exchange, from connecting to the last byte read; a redirect or a further try is an
    exchange of its own. ``max_bytes`` holds for a body as sent and for the same body decompressed.
    ``redirects`` may be 0: then none is followed.
    """

    attempts: int = 4
    max_wait_seconds: float = 60.0
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    deadline_seconds: float = 60.0
    max_bytes: int = 20 * 1024 * 1024
    redirects: int = 5

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could be asked."""
        may_be_zero = {"redirects", "max_wait_seconds"}
        for name, value in msgspec.structs.asdict(self).items():
            if not (value > 0 or (value == 0 and name in may_be_zero)):
                raise ConfigurationError(
                    f"Limit {name!r} is {value!r}.", remedy="Give a number above zero."
                )


DEFAULT = Limits()
"""The limits of a client that is not told otherwise."""
