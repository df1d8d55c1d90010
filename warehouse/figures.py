"""What the marts have that checks ask of each: ranges, intervals, counts, days, brands.

It is read from the catalogue: a mart that is added is checked from its first day on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb

_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)\b")
_NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL")

KEYS = ("brand", "keyword", "driver", "source", "survey", "week", "month", "day")
"""Columns that name a row of a mart in an example; none of them can hold what a person wrote."""

COUNTS = ("positive", "neutral", "negative", "scored", "mentions", "exposures")


class Target(NamedTuple):
    """A table that a check is asked of, and what the check's statement is bound to there."""

    table: str
    values: dict[str, Any]


class Column(NamedTuple):
    """A column of a mart, by its name, type and comment."""

    name: str
    type: str
    comment: str


def targets(con: duckdb.DuckDBPyConnection) -> dict[str, list[Target]]:
    """Return the marts that each kind of check is asked of, by the words of ``each:``."""
    rows = run(con, "sql/quality/figures").fetchall()
    found: dict[str, list[Target]] = {kind: [] for kind in _KINDS}
    for mart, group in groupby(rows, key=lambda row: row[0]):
        columns = [Column(*row[1:]) for row in group]
        for kind, bind in _KINDS.items():
            for values in bind(columns):
                of = {"mart": f"marts.{mart}", "told": _told(columns)}
                found[kind].append(Target(f"marts.{mart}", of | values))
    return found


def _told(columns: list[Column]) -> str:
    """Return a pattern of the column that says since when a row is told; else of the first one."""
    names = [c.name for c in columns]
    return _exactly(iter(["known_from"] if "known_from" in names else names[:1]))


def _ranges(columns: list[Column]) -> Iterator[dict[str, Any]]:
    ranged = [(c, m) for c in columns if _is_number(c) and (m := _RANGE.match(c.comment))]
    if ranged:
        yield {
            "values": _exactly(c.name for c, _ in ranged),
            "least": [float(m[1]) for _, m in ranged],
            "greatest": [float(m[2]) for _, m in ranged],
            "keys": _keys(columns),
        }


def _intervals(columns: list[Column]) -> Iterator[dict[str, Any]]:
    names = [c.name for c in columns]
    figures = [n for n in names if f"{n}_low" in names and f"{n}_high" in names]
    # COLUMNS gives them in the order of the table; one query for each run that has one order.
    lows, highs = ([n for n in names if n in {f"{f}{end}" for f in figures}] for end in _ENDS)
    if figures and _stems(lows) == _stems(highs) == figures:
        yield _interval(figures, columns)
    else:
        for figure in figures:
            yield _interval([figure], columns)


_ENDS = ("_low", "_high")


def _stems(names: list[str]) -> list[str]:
    return [name.rpartition("_")[0] for name in names]


def _interval(figures: list[str], columns: list[Column]) -> dict[str, Any]:
    return {
        "values": _exactly(iter(figures)),
        "lows": _exactly(f"{f}_low" for f in figures),
        "highs": _exactly(f"{f}_high" for f in figures),
        "keys": _keys(columns),
    }


def _counts(columns: list[Column]) -> Iterator[dict[str, Any]]:
    if {c.name for c in columns}.issuperset(COUNTS):
        yield {"keys": _keys(columns)}


def _days(columns: list[Column]) -> Iterator[dict[str, Any]]:
    if any(c.name == "day" and c.type == "DATE" for c in columns):
        yield {}


def _brands(columns: list[Column]) -> Iterator[dict[str, Any]]:
    if any(c.name == "brand" for c in columns):
        yield {}


def _is_number(column: Column) -> bool:
    return column.type.startswith(_NUMBERS)


def _keys(columns: list[Column]) -> str:
    """Return a pattern of the columns that name a row; the first column where there are none."""
    there = [c.name for c in columns if c.name in KEYS]
    return _exactly(iter(there or [columns[0].name]))


def _exactly(names: Iterator[str]) -> str:
    return f"^({'|'.join(names)})$"


_KINDS: dict[str, Callable[[list[Column]], Iterator[dict[str, Any]]]] = {
    "range": _ranges,
    "interval": _intervals,
    "counts": _counts,
    "day": _days,
    "brand": _brands,
}

EACH: tuple[str | None, ...] = (None, *_KINDS)
"""What ``each:`` of a check may say; None where it is about one table."""
