"""Reads the published snapshot for many at once, and goes over to a new one when it is there."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.statements import asked_for, statement
from tidings.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

SECONDS = 60.0
"""A statement that takes longer is ended: nobody looks at the page any more."""


MEMORY = "2GB"
"""Of all statements together, unless TIDINGS_DASHBOARD_MEMORY says otherwise."""

AT_ONCE = 3
"""Statements that run at a time, whoever asks: they share two cores' threads and one memory limit.
The rest wait for their turn; all at once, each would fail for want of memory."""

_turns = threading.BoundedSemaphore(AT_ONCE)


class Snapshot:
    """One reader's view of one snapshot; only good within :meth:`Reader.snapshot`."""

    def __init__(self, con: duckdb.DuckDBPyConnection, stamp: str) -> None:
        self._con = con
        self.stamp = stamp
        """Says which snapshot it is: another one has another stamp."""

    def rows(self, name: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Return what statement ``name`` of ``dashboard/sql`` finds, a dictionary a row.

        ``values`` may have more than it asks for. Raises WarehouseError where it takes too long.
        """
        text = statement(name)
        return self._run(text, {key: (values or {})[key] for key in asked_for(text)})

    def one(self, name: str, values: Mapping[str, Any] | None = None) -> Row | None:
        """Return the first row that statement ``name`` finds, or None."""
        found = self.rows(name, values)
        return found[0] if found else None

    def _run(self, text: str, values: Mapping[str, Any]) -> list[Row]:
        with _turns:
            return self._answer(text, values)

    def _answer(self, text: str, values: Mapping[str, Any]) -> list[Row]:
        import duckdb

        timer = threading.Timer(SECONDS, self._con.interrupt)
        timer.daemon = True
        timer.start()
        try:
            result = self._con.execute(text, dict(values))
            names = [column for column, *_ in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        except duckdb.InterruptException as error:
            raise WarehouseError(
                f"The answer took longer than {SECONDS:.0f} seconds.",
                remedy="Ask for a shorter period or fewer things at once.",
            ) from error
        except duckdb.OutOfMemoryException as error:
            raise WarehouseError(
                "The answer needs more memory than the page may use.",
                remedy="Ask for a shorter period, or give it more: TIDINGS_DASHBOARD_MEMORY=4GB.",
            ) from error
        finally:
            timer.cancel()


class _Opened:
    """A snapshot that is open, with how many read it; closed when it is old and nobody does."""

    def __init__(self, con: duckdb.DuckDBPyConnection, stamp: str) -> None:
        self.con, self.stamp = con, stamp
        self.readers = 0
        self.old = False

    def close_if_done(self) -> None:
        if self.old and not self.readers:
            self.con.close()


class Reader:
    """Opens a snapshot's file for all threads of this process; see :meth:`snapshot`."""

    def __init__(self, path: Path, *, memory_limit: str = MEMORY) -> None:
        self._path, self._memory = path, memory_limit
        self._lock = threading.Lock()
        self._now: _Opened | None = None

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the snapshot that is published now; it stays the same until the end.

        Raises WarehouseError where there is none, or one of an older Tidings.
        """
        with self._lock:
            opened = self._current()
            opened.readers += 1
            con = opened.con.cursor()
        try:
            con.execute("USE tidings")
            yield Snapshot(con, opened.stamp)
        finally:
            con.close()
            with self._lock:
                opened.readers -= 1
                opened.close_if_done()

    def close(self) -> None:
        """Close the file once nobody reads it any more."""
        with self._lock:
            if self._now is not None:
                self._now.old = True
                self._now.close_if_done()
                self._now = None

    def _current(self) -> _Opened:
        from warehouse.snapshot import open_current

        stamp = self._stamp()
        if self._now is None or self._now.stamp != stamp:
            opened = _Opened(open_current(self._path, memory_limit=self._memory), stamp)
            if self._now is not None:
                self._now.old = True
                self._now.close_if_done()
            self._now = opened
        return self._now

    def _stamp(self) -> str:
        """Say which file lies there now: a published one is always another file."""
        try:
            about = os.stat(self._path)
        except FileNotFoundError as error:
            raise WarehouseError(
                f"There is no snapshot {self._path} yet.",
                remedy="Run 'tidings run' or 'tidings demo'; this page shows it as soon as it is.",
            ) from error
        told = f"{about.st_ino}.{about.st_mtime_ns}.{about.st_size}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def published(snapshot: Snapshot) -> datetime | None:
    """Return when the snapshot was made (naive UTC); None for a warehouse that is read itself."""
    row = snapshot.one("published")
    return None if row is None else row["published"]
