"""The rows of a snapshot: all of them copied, or those that have changed since the last one.

Of a table that has a file in ``sql/snapshot/KIND/`` a snapshot of that kind gets what it selects.

``con`` is the writer's connection, which has the snapshot that is made attached as ``publishing``.
Every function must be called inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from warehouse.statements import run, statement

if TYPE_CHECKING:
    import duckdb

Kind: TypeAlias = Literal["wide", "private", "ledger"]
"""What a snapshot holds: all that names nobody; all; or where to go on and how to ask again."""


class Copied(NamedTuple):
    """One table of a snapshot: its name, what its rows are read from, the key of its versions."""

    name: str
    rows: str
    key: tuple[str, ...] | None


def tables(con: duckdb.DuckDBPyConnection, kind: Kind) -> Iterator[Copied]:
    """Give each table that a snapshot of this kind has, with what its readers get of it."""
    for schema, table, key in run(con, "sql/snapshot/tables").fetchall():
        name = f"{schema}.{table}"
        masked = name in masks(kind)
        if masked or kind != "ledger":
            rows = f"({statement(f'sql/snapshot/{kind}/{table}')})" if masked else name
            yield Copied(name, rows, tuple(key) if key else None)


@cache
def masks(kind: Kind) -> frozenset[str]:
    """Return the tables of which a snapshot of this kind has less than is kept."""
    if kind == "private":
        return frozenset()
    found = files("warehouse").joinpath(f"sql/snapshot/{kind}").iterdir()
    return frozenset(f"core.{f.name.removesuffix('.sql')}" for f in found)


def copy_all(con: duckdb.DuckDBPyConnection, kind: Kind) -> None:
    """Copy all rows into ``publishing``, whose tables are empty."""
    for table in tables(con, kind):
        con.execute(f"INSERT INTO publishing.{table.name} FROM {table.rows}")


def copy_changed(con: duckdb.DuckDBPyConnection, kind: Kind) -> bool:
    """Bring ``publishing``, an earlier snapshot of the same schema, to what is there now.

    Returns False where that did not come out right (rows went that no version tells of, as after
    an erasure): the snapshot must be copied whole then.
    """
    for table in tables(con, kind):
        if table.key is None:
            _bring_rows(con, table)
        elif not _bring_versions(con, table, table.key):
            return False
        if not _same(con, table):
            return False
    return True


def _bring_versions(con: duckdb.DuckDBPyConnection, table: Copied, key: tuple[str, ...]) -> bool:
    """Copy again all rows of the keys that have a row told or closed since the snapshot.

    Rows of versions are added and closed, never overwritten, so nothing else can have changed.
    Returns False, and changes nothing, where a row of theirs is there no more.
    """
    there, keys = f"publishing.{table.name}", ", ".join(key)
    newest = "coalesce(greatest(max(known_from), max(known_to)), '-infinity')"
    [last] = con.execute(f"FROM {there} SELECT {newest}").fetchone() or (None,)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE changed AS SELECT DISTINCT {keys} FROM {table.name} "  # noqa: S608
        "WHERE known_from >= $last OR known_to >= $last",
        {"last": last},
    )
    among = f"WHERE ({keys}) IN (FROM changed)"
    rows = f"SELECT {keys}, known_from FROM %s {among}"  # noqa: S608
    if con.execute(f"{rows % there} EXCEPT ALL {rows % table.name} LIMIT 1").fetchall():
        return False
    con.execute(f"DELETE FROM {there} {among}")  # noqa: S608
    con.execute(f"INSERT INTO {there} FROM {table.rows} {among}")
    return True


def _bring_rows(con: duckdb.DuckDBPyConnection, table: Copied) -> None:
    """Take out the rows that are there no more and add those that are new, told by their hash."""
    there, here = f"publishing.{table.name}", table.rows
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE arriving AS SELECT t.* FROM {here} AS t "  # noqa: S608
        f"WHERE hash(t) NOT IN (SELECT hash(p) FROM {there} AS p)"
    )
    con.execute(
        f"DELETE FROM {there} WHERE rowid IN (SELECT p.rowid FROM {there} AS p "  # noqa: S608
        f"WHERE hash(p) NOT IN (SELECT hash(t) FROM {here} AS t))"
    )
    con.execute(f"INSERT INTO {there} FROM arriving")


def _same(con: duckdb.DuckDBPyConnection, table: Copied) -> bool:
    """Compare how many rows there are, of versions also which: by key and when we knew them."""
    told = "count(*)"
    if table.key is not None:
        told += f", sum(hash({', '.join(table.key)}, known_from, known_to)::HUGEINT)"
    ask = f"SELECT {told} FROM"
    here = con.execute(f"{ask} {table.name}").fetchone()
    return here == con.execute(f"{ask} publishing.{table.name}").fetchone()


def stamp(con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Write when the snapshot was made, and of what."""
    run(con, "sql/snapshot/forget_published")
    run(con, "sql/snapshot/add_published", {"now": now})
    con.execute("DROP TABLE IF EXISTS temp.changed")
    con.execute("DROP TABLE IF EXISTS temp.arriving")
