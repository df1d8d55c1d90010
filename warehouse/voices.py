"""Texts that are near copies of one another become one voice, whatever order they come in.

Texts are joined that share a band and whose sketches are near (``core.near_copy``), and whatever is
joined with the same text is joined: a voice is a connected part of that graph. So it rests on which
texts are known, not on when they came. A voice is named for its text that was published first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.statements import run, steps

if TYPE_CHECKING:
    import duckdb

_WORKING_TABLES = (
    "said_text", "known_text", "new_text", "said_band", "known_band", "new_band", "shared", "met",
    "member",
)  # fmt: skip


def join(con: duckdb.DuckDBPyConnection, values: dict[str, Any]) -> None:
    """Join the staged batch's texts with what is known, within the transaction that merges it.

    Reads ``staged``; of ``values``, ``known`` is since when we know. Where a voice is told
    otherwise than before, its rows are closed and new ones opened. Raises what DuckDB raises.
    """
    first, *rest = steps("sql/voices/find")
    [(said,)] = run(con, first).fetchall()
    if said:
        _find(con, rest, values)
    for table in _WORKING_TABLES:
        con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _find(con: duckdb.DuckDBPyConnection, rest: list[str], values: dict[str, Any]) -> None:
    for step in rest:
        run(con, step, values)
    groups: dict[int, int] = {}
    # First each new text is held against one of each voice: of a text that was copied a thousand
    # times, hardly any pairs are left to look at then.
    for pairs in ("sql/voices/first_pairs", "sql/voices/all_pairs"):
        _unite(groups, run(con, pairs).fetchall())
        _group(con, groups)
    for step in steps("sql/voices/tell"):
        run(con, step, values)


def _unite(groups: dict[int, int], pairs: list[tuple[int, int]]) -> None:
    """Put the groups of each pair together: a disjoint-set forest, paths halved (Tarjan 1984)."""
    for one, other in pairs:
        a, b = _root(groups, one), _root(groups, other)
        if a != b:
            groups[max(a, b)] = min(a, b)


def _root(groups: dict[int, int], number: int) -> int:
    while groups.setdefault(number, number) != number:
        groups[number] = groups[groups[number]]
        number = groups[number]
    return number


def _group(con: duckdb.DuckDBPyConnection, groups: dict[int, int]) -> None:
    """Note in ``met`` which groups have become one."""
    import pyarrow as pa

    if not groups:
        return
    numbers = list(groups)
    roots = [_root(groups, number) for number in numbers]
    found = pa.table({"grouped": numbers, "root": roots})
    con.register("voice_groups", found)
    try:
        run(con, "sql/voices/group").fetchall()
    finally:
        con.unregister("voice_groups")
