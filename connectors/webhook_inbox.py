"""The inbox of pushes: a folder of bodies, each durable before its sender is told so.

A body's file is called ``<number>.<mark>.json`` or ``.ndjson``. The number grows with each body and
is the time of its arrival in microseconds, so it is the order of the bodies, and also what a cursor
holds. The newest body is never removed: the next number goes on from it, whatever the clock says.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from threading import Lock
from typing import Literal, TypeAlias

import msgspec

from tidings.home import Home

Form: TypeAlias = Literal["json", "ndjson"]

_NAME = re.compile(r"(?P<number>[0-9]{16,19})\.(?P<mark>[0-9a-f]{16})\.(?P<form>json|ndjson)")
_MICROSECONDS = 1_000_000


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """One body that lies in an inbox."""

    number: int
    mark: str
    form: Form
    path: Path


class Replayed(Exception):
    """The push is here already."""


def inbox_folder(name: str, home: Home | None = None) -> Path:
    """Return the folder of the inbox ``watch/source`` of an installation; it may not be there."""
    return (home or Home.find()).warehouse.parent / "inbox" / name


def bodies(folder: Path) -> list[Body]:
    """Return the bodies of an inbox in the order of their arrival; none where it is not there.

    The folder is listed twice: a list that is made while bodies arrive may have a newer one and
    lack an older one. Whatever was there before the first list ended is in the second.
    """
    newest = max((body.number for body in _listed(folder)), default=0)
    return sorted(
        (body for body in _listed(folder) if body.number <= newest), key=lambda body: body.number
    )


def prune(folder: Path, *, read_to: int, before: float) -> int:
    """Remove bodies up to the number ``read_to`` that came before ``before`` (Unix seconds).

    The newest body stays. Returns how many were removed.
    """
    old = [
        body
        for body in bodies(folder)[:-1]
        if body.number <= read_to and body.number < before * _MICROSECONDS
    ]
    for body in old:
        body.path.unlink(missing_ok=True)
    return len(old)


class Inbox:
    """An inbox, for the one process that writes it. May be used by several threads.

    ``memory_seconds``: for how long the mark of a push is remembered, None for as long as it lies
    here.
    """

    def __init__(self, folder: Path, *, memory_seconds: float | None) -> None:
        """Make the folder, readable by its owner only, and remember what is in it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for parent in (folder, folder.parent, folder.parent.parent):
            _sync(parent)
        for unfinished in folder.glob("*.part"):  # of a process that was killed: never confirmed
            unfinished.unlink()
        self._folder = folder
        self._memory = memory_seconds
        self._lock = Lock()
        lying = bodies(folder)
        self._last = lying[-1].number if lying else 0
        self._seen = {body.mark: body.number for body in lying}

    def put(self, body: bytes, *, mark: str, form: Form) -> int:
        """Write a body durably and return its number; Replayed if it is here, OSError if it can't.

        When this returns, the body outlives a crash of the machine, as far as its disk keeps to
        what it confirms.
        """
        with self._lock:
            self._forget()
            if mark in self._seen:
                raise Replayed
            number = max(self._last + 1, time.time_ns() // 1_000)
            final = self._folder / f"{number:016d}.{mark}.{form}"
            _write(final.with_suffix(".part"), body)
            os.replace(final.with_suffix(".part"), final)
            # from here on a reader may have it, so no other body may get its number
            self._last, self._seen[mark] = number, number
            _sync(self._folder)
        return number

    def _forget(self) -> None:
        if self._memory is None:
            return
        before = (time.time() - self._memory) * _MICROSECONDS
        while self._seen:
            oldest = next(iter(self._seen))
            if self._seen[oldest] >= before:
                return
            del self._seen[oldest]


def _listed(folder: Path) -> list[Body]:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    found = [match for name in names if (match := _NAME.fullmatch(name))]
    return [
        Body(
            number=int(match["number"]),
            mark=match["mark"],
            form="json" if match["form"] == "json" else "ndjson",
            path=folder / match[0],
        )
        for match in found
    ]


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
