"""Diagrams of the warehouse's tables and of what joins them, in Mermaid, made from the schema."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from warehouse.migrate import migrate
from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb

HOMES = {
    "mention_id": "core.mention",
    "batch_id": "core.load",
    "walk_id": "core.walk",
    "brand": "core.brand",
}
"""Columns that join tables, each with the table that has one row of it."""

OWN = {
    "core.mention": ("mention_id",),
    "core.load": ("batch_id",),
    "core.walk": ("walk_id",),
    "core.brand": ("watch", "brand"),
}
"""What has one row in each of them."""

KEYS = (
    *HOMES, "day", "week", "month", "keyword", "driver", "source", "watch", "author", "segment",
    "survey", "question", "part", "voice", "known_from", "known_to",
)  # fmt: skip
"""Columns that a diagram shows: those that rows are told apart by. The dictionary has all."""

WHAT_IS_SAID = (
    "core.mention", "core.mention_version", "core.engagement", "core.seen", "core.gone",
    "core.score", "core.brand_match", "core.keyword_hit", "core.driver_hit", "core.gold_label",
    "core.label_correction", "core.answer_mark",
    "core.said", "core.keyword_said", "core.driver_said",
)  # fmt: skip
HOW_IT_CAME = (
    "core.walk", "core.cursor", "core.coverage", "core.gap", "core.open_gap", "core.load",
    "core.quarantine", "core.gone",
)  # fmt: skip


def diagrams() -> dict[str, str]:
    """Return the diagrams by title, of the schema at which the migrations arrive."""
    import duckdb

    with duckdb.connect(":memory:") as con:
        migrate(con)
        tables = _columns(con)
    marts = [name for name in tables if name.startswith("marts.")]
    return {
        "The marts": _diagram(tables, ["core.brand", *marts]),
        "What is said, and what we make of it": _diagram(tables, [*WHAT_IS_SAID, "core.brand"]),
        "How it came": _diagram(tables, HOW_IT_CAME),
    }


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """Return the columns of each table and view with their types, in the dictionary's order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for schema, name, _form, _comment in run(con, "sql/dictionary/relations").fetchall():
        values = {"schema": schema, "relation": name}
        columns = run(con, "sql/dictionary/columns", values).fetchall()
        found[f"{schema}.{name}"] = [(column, kind) for column, kind, *_ in columns]
    return found


def _diagram(tables: dict[str, list[tuple[str, str]]], names: list[str] | tuple[str, ...]) -> str:
    shown = [name for name in names if name in tables]
    lines = ["erDiagram"]
    joins: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in shown:
        keys = [(column, kind) for column, kind in tables[name] if column in KEYS]
        lines.append(f'    {_entity(name)}["{name}"] {{')
        for column, kind in keys:
            home = HOMES.get(column)
            mark = " PK" if column in OWN.get(name, ()) else " FK" if home in shown else ""
            lines.append(f"        {_word(kind)} {column}{mark}")
            if home in shown and home != name:
                joins[home, name].append(column)
        lines.append("    }")
    lines += [
        f"    {_entity(home)} {_line(home)} {_entity(name)} : {columns[0]}"
        for (home, name), columns in sorted(joins.items())
    ]
    return "\n".join(lines) + "\n"


def _line(home: str) -> str:
    """One row there, or none (the gone have only versions); a brand may be of several watches."""
    return "}|--o{" if home == "core.brand" else "|o--o{"


def _entity(name: str) -> str:
    return name.replace(".", "_")


def _word(kind: str) -> str:
    return re.sub(r"\W+", "_", kind).strip("_")
