"""The data dictionary of the warehouse, written from the comments that its tables carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.migrate import migrate
from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb


def markdown() -> str:
    """Return the dictionary of all tables and views as ``docs/data-dictionary.md`` holds it.

    It is of the schema at which the migrations arrive, marts first; the same on every call.
    """
    import duckdb

    with duckdb.connect(":memory:") as con:
        migrate(con)
        relations = run(con, "sql/dictionary/relations").fetchall()
        return "\n".join(_relation(con, *relation) for relation in relations)


def _relation(
    con: duckdb.DuckDBPyConnection, schema: str, name: str, form: str, comment: str
) -> str:
    lines = [
        f"### `{schema}.{name}`" + (" (view)" if form == "view" else ""),
        "",
        _cell(comment),
        "",
        "| column | type | null | meaning |",
        "|---|---|---|---|",
    ]
    values = {"schema": schema, "relation": name}
    for column, kind, nullable, meaning in run(con, "sql/dictionary/columns", values).fetchall():
        null = "yes" if nullable else "no"
        lines.append(f"| `{column}` | {kind} | {null} | {_cell(meaning)} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
