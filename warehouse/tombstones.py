"""Tombstones in the warehouse: its copy of them, and the rows of a batch that they keep out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.errors import WarehouseError
from tidings.tombstones import Tombstone, Tombstones, append, read
from warehouse.statements import run
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb


def known(con: duckdb.DuckDBPyConnection) -> list[Tombstone]:
    """Return the warehouse's tombstones."""
    rows = run(con, "sql/erasure/all_tombstones").fetchall()
    return [
        Tombstone(kind=k, hash=h, made=made.replace(tzinfo=UTC), reason=reason, erasure=erasure)
        for k, h, made, reason, erasure in rows
    ]


def add(con: duckdb.DuckDBPyConnection, told: Iterable[Tombstone]) -> int:
    """Add those that are not there yet, in one transaction; return how many these were."""
    rows = [msgspec.to_builtins(t) | {"made": f"{t.made:%Y-%m-%d %H:%M:%S.%f}"} for t in told]
    if not rows:
        return 0
    with transaction(con):
        added = run(
            con, "sql/erasure/add_tombstones", {"tombstones": msgspec.json.encode(rows).decode()}
        ).fetchone()
    return int(added[0]) if added else 0


def union(con: duckdb.DuckDBPyConnection, file: Path) -> int:
    """Give file and warehouse the tombstones that the other has; return what the warehouse lacked.

    The file is written first. Raises TidingsError where it is damaged.
    """
    append(file, known(con))
    return add(con, read(file))


def leave_out(con: duckdb.DuckDBPyConnection, key: bytes | None) -> int:
    """Take the rows of what was erased out of ``staged`` and ``held``; return how many they were.

    What replies to it stays, without the name of what it replies to. Raises WarehouseError where
    something was erased and ``key`` is None: nobody can tell then what.
    """
    hashes = run(con, "sql/erasure/tombstones").fetchall()
    if not hashes:
        return 0
    if key is None:
        raise WarehouseError(
            "Something was erased, and the key that tells what is not here.",
            remedy="Restore .secrets/pseudonym_key, or set TIDINGS_SECRET_PSEUDONYM_KEY.",
        )
    stones = Tombstones(key, hashes)
    staged = run(con, "sql/erasure/staged_keys").fetchall()
    leaving = [row[0] for row in staged if stones.has(*row[1:5])]
    orphans = [row[0] for row in staged if row[5] and stones.has(row[1], row[2], row[5])]
    held = [row[0] for row in run(con, "sql/erasure/held_keys").fetchall() if _held(stones, *row)]
    for name, rows in (("orphan_staged", orphans), ("leave_staged", leaving), ("leave_held", held)):
        if rows:
            run(con, f"sql/erasure/{name}", {"rows": rows})
    return len(leaving) + len(held)


def _held(stones: Tombstones, _row: int, source: str | None, *rest: Any) -> bool:
    place, external_id, author, told = rest
    if source is None:
        return False
    return stones.has(source, place, external_id, author) or bool(
        told and stones.marked(source, told)
    )
