"""The list of the backups that were made (``Home.backups``), a JSON line each.

Erasing reaches those that are listed and can be reached.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from tidings.errors import WarehouseError
from tidings.home import Home


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One backup: its folder, when it was made (aware UTC), its bytes."""

    path: str
    made: datetime
    bytes: int


def entries(home: Home) -> list[Entry]:
    """Return the listed backups, oldest first; WarehouseError where the list can't be read."""
    if not home.backups.exists():
        return []
    found: dict[str, Entry] = {}
    for number, line in enumerate(home.backups.read_bytes().splitlines(), 1):
        try:
            one = msgspec.json.decode(line, type=Entry)
        except msgspec.MsgspecError as error:
            raise WarehouseError(
                f"Line {number} of {home.backups}, the list of backups, can't be read: {error}.",
                remedy="Delete that line. A backup that is not listed can be restored, but erasing "
                "does not reach it.",
            ) from error
        found[one.path] = one
    return sorted(found.values(), key=lambda one: one.made)


def register(home: Home, entry: Entry) -> None:
    """Add a backup to the list."""
    with _one_at_a_time(home):
        _write(home, [*entries(home), entry])


def forget(home: Home, paths: Collection[str]) -> None:
    """Take backups that were deleted off the list."""
    with _one_at_a_time(home):
        _write(home, [one for one in entries(home) if one.path not in paths])


@contextmanager
def _one_at_a_time(home: Home) -> Iterator[None]:
    """Let no other process write the list between reading and writing it: a line would be lost."""
    from filelock import FileLock

    home.backups.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(home.backups.with_suffix(".lock"), mode=0o600):
        yield


def _write(home: Home, listed: list[Entry]) -> None:
    draft = home.backups.with_name(f".{home.backups.name}.writing")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"".join(msgspec.json.encode(one) + b"\n" for one in listed))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(home.backups)
