"""Rows that broke a rule: why they are held, and which wait to go back."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dashboard.asked import Asked
from dashboard.reader import Row, Snapshot
from tidings.errors import ConfigurationError
from tidings.journal import Change, Release

UNREADABLE = "unreadable"
"""The rule of a record that could not be read as a mention: it has no fields to mend."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed down to; '' is everything. ``released``: also what went back."""

    source: str = ""
    rules: str = ""
    released: bool = False

    def values(self) -> dict[str, object]:
        """Return what an address says of it."""
        return {k: v for k, v in msgspec.structs.asdict(self).items() if v}


def rows(
    snapshot: Snapshot,
    asked: Asked,
    held: Held,
    unseen: Iterable[Change],
    *,
    limit: int,
    offset: int = 0,
) -> list[Row]:
    """Return rows in quarantine, the newest first.

    ``waits``: somebody has released it, and no load has taken that over. ``can_go``: it can be
    released at all.
    """
    waiting = {c.what.quarantine_id for c in unseen if isinstance(c.what, Release)}
    values = asked.values() | msgspec.structs.asdict(held) | {"limit": limit, "offset": offset}
    return [
        row
        | {
            "waits": row["quarantine_id"] in waiting,
            "can_go": row["released"] is None and row["rules"] != UNREADABLE,
        }
        for row in snapshot.rows("quarantine_list", values)
    ]


def counts(snapshot: Snapshot, asked: Asked) -> list[Row]:
    """Return how many rows are held, by source and the rules that they broke, most first."""
    return snapshot.rows("quarantine_counts", asked.values())


def may_go(snapshot: Snapshot, quarantine_id: str) -> None:
    """Raise ConfigurationError where there is no such row, or it can't be released."""
    row = snapshot.one("quarantine_row", {"quarantine_id": quarantine_id})
    if row is None:
        raise ConfigurationError("There is no such row in quarantine.")
    if row["released"] is not None:
        raise ConfigurationError("This row went back already.")
    if row["rules"] == UNREADABLE:
        raise ConfigurationError(
            "A record that could not be read as a mention can't be released.",
            remedy="Mend the source or its connector, then collect again.",
        )


def mended(text: str) -> dict[str, str | float | int | bool | None]:
    """Read what is to be mended: ``field = value``, one a line; an empty value means none.

    Raises ConfigurationError where a line is none.
    """
    found: dict[str, str | float | int | bool | None] = {}
    for line in filter(str.strip, text.splitlines()):
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise ConfigurationError(
                f"{line[:80]!r} mends no field.", remedy="Write it as rating = 5, one a line."
            )
        found[name.strip()] = value.strip() or None
    return found
