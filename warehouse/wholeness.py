"""Whether every block of a database file can be read: DuckDB checks checksums when it reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb


LOGS = (".wal", ".wal.checkpoint", ".wal.recovery")
"""What DuckDB leaves beside a database that was not closed: they are part of it."""


def logs(database: Path) -> dict[str, Path]:
    """Return the write-ahead logs that are there, by the ending of their names."""
    named = {end: database.with_name(f"{database.name}{end}") for end in LOGS}
    return {end: path for end, path in named.items() if path.exists()}


def beside(database: Path, end: str) -> Path:
    """Return the name of a database's write-ahead log with this ending."""
    return database.with_name(f"{database.name}{end}")


def tables(con: duckdb.DuckDBPyConnection, database: str | None = None) -> list[tuple[str, str]]:
    """Return (schema, name) of all tables of the opened (or an attached) database, in order."""
    return run(con, "sql/wholeness/tables", {"database": database}).fetchall()


def damaged(con: duckdb.DuckDBPyConnection, database: str | None = None) -> dict[str, str]:
    """Read all columns of all tables; return by table (``core.load``) why it can't be read.

    Counts would be answered from statistics, so that a hash is taken of every value. Raises what
    DuckDB raises where that is no fault of the file, as want of memory.
    """
    import duckdb

    from warehouse.store import is_damage

    found: dict[str, str] = {}
    begins = f'"{database}".' if database else ""
    for schema, name in tables(con, database):
        try:
            con.execute(f'SELECT bit_xor(hash(COLUMNS(*))) FROM {begins}"{schema}"."{name}"')  # noqa: S608
            con.fetchall()
        except duckdb.Error as error:
            if not is_damage(error):
                raise
            found[f"{schema}.{name}"] = str(error).partition("\n")[0]
    return found


def counts(con: duckdb.DuckDBPyConnection, database: str | None = None) -> dict[str, int]:
    """Return how many rows each table has, by ``schema.name``."""
    begins = f'"{database}".' if database else ""
    found: dict[str, int] = {}
    for schema, name in tables(con, database):
        counted = f'SELECT count(*) FROM {begins}"{schema}"."{name}"'  # noqa: S608
        row = con.execute(counted).fetchone()
        assert row is not None
        found[f"{schema}.{name}"] = row[0]
    return found
