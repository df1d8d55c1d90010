"""One transaction: all of it, or none; and no file of it that others can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tidings.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or roll it back where the block or the commit raises.

    WarehouseError where it can't be committed, as on a full disk: nothing of it is there then.
    """
    import duckdb

    with private_files():
        con.execute("BEGIN TRANSACTION")
        committed = False
        try:
            yield
            _commit(con)
            committed = True
        finally:
            if not committed:
                # A commit that failed (disk full) has rolled back already; after a fatal error
                # the instance is dead until it is opened again. Neither may hide the first error.
                with suppress(duckdb.TransactionException, duckdb.FatalException):
                    con.execute("ROLLBACK")


def _commit(con: duckdb.DuckDBPyConnection) -> None:
    import duckdb

    try:
        con.execute("COMMIT")
    except duckdb.Error as error:
        raise WarehouseError(
            f"The database could not be written: {error}",
            remedy="Nothing was changed. Free space where the disk is full, then do it again.",
        ) from error


@contextmanager
def private_files() -> Iterator[None]:
    """Let files made meanwhile (database, write-ahead log) be readable by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
