"""One transaction: all of it, or none; and no file of it that others can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or roll it back where the block or the commit raises."""
    import duckdb

    with private_files():
        con.execute("BEGIN TRANSACTION")
        committed = False
        try:
            yield
            con.execute("COMMIT")
            committed = True
        finally:
            if not committed:
                # A commit that failed (disk full) has rolled back already; after a fatal error
                # the instance is dead until it is opened again. Neither may hide the first error.
                with suppress(duckdb.TransactionException, duckdb.FatalException):
                    con.execute("ROLLBACK")


@contextmanager
def private_files() -> Iterator[None]:
    """Let files made meanwhile (database, write-ahead log) be readable by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
