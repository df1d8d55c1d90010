"""The open warehouse against what was acknowledged: what it lacks, and what it has beyond."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from tidings.acknowledged import Acknowledged
from tidings.acknowledged_line import Line, day_of_batch
from tidings.journal import KEPT
from tidings.times import utcnow
from warehouse.cursors import merged_batches
from warehouse.statements import run

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb


class Lacking(msgspec.Struct, frozen=True, kw_only=True):
    """What was acknowledged and is not in the warehouse: lines, or folded lines that don't hold.

    ``folded_lost`` is how many batches at least are gone of those that folded lines stand for.
    """

    batches: tuple[Line, ...] = ()
    changes: tuple[Line, ...] = ()
    folded: tuple[Line, ...] = ()
    folded_lost: int = 0

    def __bool__(self) -> bool:
        """Whether anything is lacking."""
        return bool(self.batches or self.changes or self.folded)

    @property
    def told(self) -> str:
        """What is lacking, in words."""
        batches = len(self.batches) + self.folded_lost
        counts = ((batches, "merged batch", "es"), (len(self.changes), "change", "s of people"))
        words = [f"{n:,} {name}{many if n != 1 else ''}" for n, name, many in counts if n]
        return " and ".join(words)


def lacking(con: duckdb.DuckDBPyConnection, told: Acknowledged) -> Lacking:
    """Return what the warehouse of ``con`` lacks of what was acknowledged."""
    from warehouse.changes import taken

    merged = merged_batches(con)
    changes = told.each("changed")
    there = taken(con, (UUID(one.id) for one in changes)) if changes else set()
    folded = told.folded()
    counted = _folded(con, told, folded)
    wrong = [line for line in folded if not counted[line.day][1]]
    return Lacking(
        batches=tuple(line for line in told.each("merged") if line.id not in merged),
        changes=tuple(line for line in changes if UUID(line.id) not in there),
        folded=tuple(wrong),
        folded_lost=sum(max(1, line.folded - counted[line.day][0]) for line in wrong),
    )


def unacknowledged(con: duckdb.DuckDBPyConnection, told: Acknowledged) -> list[Line]:
    """Return the lines that are missing for what is committed, in the order of their times."""
    batches = [one for one in _unfolded(con, told) if ("merged", one) not in told]
    changes = run(con, "sql/acknowledged/changes", {"since": utcnow() - KEPT}).fetchall()
    lines = [
        Line(
            kind="changed",
            id=str(change_id),
            day=f"{made:%Y-%m-%d}",
            at=taken_over.replace(tzinfo=UTC),
        )
        for change_id, made, taken_over in changes
        if ("changed", str(change_id)) not in told
    ]
    return sorted([*merged_lines(con, batches), *lines], key=lambda line: (line.at, line.id))


def merged_lines(con: duckdb.DuckDBPyConnection, ids: Iterable[str]) -> list[Line]:
    """Return the lines for these merged batches; those that are not merged have none."""
    asked = {"ids": list(ids)}
    if not asked["ids"]:
        return []
    return [
        Line(
            kind="merged",
            id=batch_id,
            day=day_of_batch(batch_id),
            at=finished.replace(tzinfo=UTC),
            fence=fence,
            counts=tuple(counts),
        )
        for batch_id, finished, fence, *counts in run(
            con, "sql/acknowledged/loads", asked
        ).fetchall()
    ]


def _unfolded(con: duckdb.DuckDBPyConnection, told: Acknowledged) -> set[str]:
    folded = told.folded()
    if not folded:
        return merged_batches(con)
    values = _asked(told, folded)
    return {row[0] for row in run(con, "sql/acknowledged/unfolded", values).fetchall()}


def _folded(
    con: duckdb.DuckDBPyConnection, told: Acknowledged, folded: list[Line]
) -> dict[str, tuple[int, bool]]:
    """Return of each folded day how many of its batches are here, and whether these are they."""
    if not folded:
        return {}
    rows = run(con, "sql/acknowledged/folded", _asked(told, folded)).fetchall()
    return {day: (batches, same) for day, batches, same in rows}


def _asked(told: Acknowledged, folded: list[Line]) -> dict[str, Any]:
    days = {line.day for line in folded}
    return {
        "folded": [{"day": o.day, "folded": o.folded, "digest": o.id} for o in folded],
        "listed": [line.id for line in told.each("merged") if line.day in days],
    }
