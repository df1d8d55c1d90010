"""A whole copy of a warehouse into a new, compact file, and what is in such a file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.errors import WarehouseError
from warehouse.migrate import applied
from warehouse.transaction import private_files
from warehouse.wholeness import counts

if TYPE_CHECKING:
    import duckdb


def copy_whole(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copy all of the open warehouse to a new file (mode 0600); every block is read on the way.

    Raises WarehouseError where a block is damaged, or the copy can't be written.
    """
    import duckdb

    database = con.execute("SELECT current_database()").fetchone()
    assert database is not None
    quoted = database[0].replace('"', '""')
    try:
        with private_files():
            con.execute("ATTACH ? AS copying", [str(target)])
            try:
                con.execute(f'COPY FROM DATABASE "{quoted}" TO copying')
                con.execute("CHECKPOINT copying")
            finally:
                con.execute("DETACH copying")
    except duckdb.Error as error:
        raise WarehouseError(
            f"The warehouse was not copied to {target}: {error}",
            remedy="Free space there; is it damaged, 'tidings doctor' says so.",
        ) from error


def described(path: Path) -> tuple[list[tuple[int, str, str]], dict[str, int]]:
    """Return the migrations that made a warehouse's file, and how many rows its tables have."""
    with closing(open_to_look(path)) as con:
        return applied(con), counts(con)


def open_to_look(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a file to read it, in UTC; nothing is written, a log is replayed in memory."""
    import duckdb

    con = duckdb.connect(
        str(path),
        read_only=True,
        config={
            "memory_limit": "1GB",
            "threads": "2",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    con.execute("SET TimeZone = 'UTC'")
    return con
