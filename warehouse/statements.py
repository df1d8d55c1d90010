"""The SQL of this package: ``.sql`` files of one statement each, run with bound values only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_PARAMETER = re.compile(r"\$([a-z_]+)")


@cache
def statement(name: str) -> str:
    """Return the text of ``name`` within this package, e.g. ``sql/ledger/fence``.

    Raises FileNotFoundError if there is no such file.
    """
    return files("warehouse").joinpath(f"{name}.sql").read_text("utf-8")


@cache
def steps(folder: str) -> tuple[str, ...]:
    """Return the names of a folder's statements in the order of their numbers."""
    found = [f.name for f in files("warehouse").joinpath(folder).iterdir()]
    return tuple(f"{folder}/{n.removesuffix('.sql')}" for n in sorted(found) if n.endswith(".sql"))


def run(
    con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """Run statement ``name`` with those of ``values`` that it asks for; return the connection.

    Aware times are bound as naive UTC. Raises KeyError if the statement asks for a value that is
    not there, and what DuckDB raises.
    """
    text = statement(name)
    wanted = sorted(set(_PARAMETER.findall(text)))
    return con.execute(text, {key: bound((values or {})[key]) for key in wanted})


def arrow(
    con: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None
) -> pa.Table:
    """Return what statement ``name`` finds as one Arrow table; raises as :func:`run` does."""
    text = statement(name)
    wanted = sorted(set(_PARAMETER.findall(text)))
    params = {key: bound((values or {})[key]) for key in wanted}
    return con.sql(text, params=params).to_arrow_table()


def bound(value: Any) -> Any:
    """Return ``value`` as it is bound: an aware time as naive UTC, everything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def aware(value: datetime | None) -> datetime | None:
    """Return a time read from the warehouse as aware UTC; None stays None."""
    return None if value is None else value.replace(tzinfo=UTC)
