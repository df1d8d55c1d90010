"""The marts as they were told at an earlier time, under the names that they have now."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tidings.errors import WarehouseError
from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb


def look_back(con: duckdb.DuckDBPyConnection, as_of: datetime, asked: str) -> None:
    """Put a database ``tidings`` before the open snapshot (``today``) with the marts of ``as_of``.

    It has what is asked for by name: marts as tables (a view would look for what its function
    reads in its own database), all else as views of what is now. It has the snapshot's usual name,
    so that a statement that says ``tidings.marts.x`` is told what was told then, too.
    """
    moment = as_of.astimezone(UTC).replace(tzinfo=None)
    [(first,)] = run(con, "sql/snapshot/first_told").fetchall()
    if first is None or moment < first:
        raise WarehouseError(
            f"Nothing was told before {first} UTC that is still known."
            if first
            else "No mart has been told yet.",
            remedy="Ask for a later time; versions are kept since then.",
        )
    told = dict(run(con, "sql/snapshot/as_of").fetchall())
    names = dict.fromkeys(name for name, _ in run(con, "sql/dictionary/names").fetchall())
    con.execute("ATTACH ':memory:' AS tidings")
    con.execute("CREATE SCHEMA tidings.marts")
    con.execute("CREATE SCHEMA tidings.core")
    for schema, name in (whole.split(".") for whole in names):
        if not re.search(rf"\b{name}\b", asked, re.IGNORECASE):
            continue
        here = f"tidings.{schema}.{name}"
        if schema == "marts" and name in told:
            con.execute(f"CREATE TABLE {here} AS FROM marts.{told[name]}(?)", [moment])
        else:
            con.execute(f"CREATE VIEW {here} AS FROM today.{schema}.{name}")
    con.execute("USE tidings")
