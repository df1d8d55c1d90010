"""Each day's net sentiment without what its scorers are known to get wrong, for the marts to join.

The counts come from SQL (``marts/parts/08_given.sql``), and so does the confusion
(``core.gold_confusion``); what SQL can't do is in :mod:`tidings.correction`.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tidings.correction import LABELS, Confusion, Interval, Stratum, any_mix, pooled_net
from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb

Key: TypeAlias = tuple[str | None, str | None, str | None]
"""A scorer, its version, and the language that it relied on."""

Lot: TypeAlias = tuple[Key, tuple[int, int, int]]
"""Texts of one Key: how many were given each of LABELS."""

MOST_UNKNOWN = 0.1
"""Share of a day's mentions that may be of scorers and languages without enough gold: every mix is
taken to be equally likely for them."""


class _Least(NamedTuple):
    """How many gold labels, and how many scored mentions of a day, a figure is computed from."""

    gold: int
    scored: int


def correct(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``corrected`` of the temporary table ``given``: brand, day, n_gold,
    and net, low, high, which are NULL where there is too little gold, or too little is said.

    Without any gold labels it is empty.
    """
    import pyarrow as pa

    known = confusions(con)
    [(gold, scored)] = run(con, "sql/gold/minimum").fetchall()
    least = _Least(gold, scored)
    days = run(con, "sql/gold/given").fetchall() if known else []
    figures: dict[tuple[Lot, ...], tuple[int, Interval | None]] = {}
    rows: list[dict[str, Any]] = []
    for (brand, day), found in groupby(days, key=lambda row: (row[0], row[1])):
        lots = tuple(((r[2], r[3], r[4]), (r[5], r[6], r[7])) for r in found)
        if lots not in figures:
            figures[lots] = _net(lots, known, least)
        n_gold, net = figures[lots]
        rows.append({"brand": brand, "day": day, "n_gold": n_gold} | _ends(net))
    ends = [(name, pa.float64()) for name in ("net", "low", "high")]
    schema = pa.schema(
        [("brand", pa.string()), ("day", pa.date32()), ("n_gold", pa.int64()), *ends]
    )
    con.register("corrected_rows", pa.Table.from_pylist(rows, schema=schema))
    run(con, "sql/gold/keep_corrected").fetchall()  # to its end: what it reads can go then
    con.unregister("corrected_rows")


def confusions(con: duckdb.DuckDBPyConnection) -> dict[Key, Confusion]:
    """Return what gold labels tell of each scorer, version and language; from a snapshot, too."""
    cells: dict[Key, dict[float, list[list[float]]]] = defaultdict(dict)
    for *key, weight, gold, given, n in confusion_rows(con):
        scorer, version, language = key
        strata = cells[scorer, version, language]
        counts = strata.setdefault(weight, [[0.0] * 3 for _ in LABELS])
        counts[LABELS.index(gold)][LABELS.index(given)] += n
    return {
        key: Confusion(
            [Stratum(weight, _square(counts)) for weight, counts in sorted(strata.items())],
            name=" ".join(str(part) for part in key),
        )
        for key, strata in cells.items()
    }


def confusion_rows(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Return the rows of ``core.gold_confusion`` in order; none, at no cost, without labels."""
    if not run(con, "sql/gold/any_label").fetchall():
        return []
    return run(con, "sql/gold/confusion").fetchall()


def _square(counts: list[list[float]]) -> Any:
    return tuple((a, b, c) for a, b, c in counts)


def _net(
    lots: tuple[Lot, ...], known: dict[Key, Confusion], least: _Least
) -> tuple[int, Interval | None]:
    """Return how many gold labels there are for ``lots``, and their corrected net sentiment."""
    sizes = {key: sum(given) for key, given in lots}
    gold = {key: known[key].n if key in known else 0 for key in sizes}
    enough = {key for key, n in gold.items() if n >= max(least.gold, 1)}
    unknown = sum(size for key, size in sizes.items() if key not in enough)
    scored = sum(sizes.values())
    if unknown > MOST_UNKNOWN * scored:
        return min(gold.values()), None
    n_gold = min(gold[key] for key in enough)
    if scored < least.scored:
        return n_gold, None
    parts = [(known[key].mixes(given), float(sizes[key])) for key, given in lots if key in enough]
    if unknown:
        parts.append((any_mix("unknown"), float(unknown)))
    return n_gold, pooled_net(parts)


def _ends(net: Interval | None) -> dict[str, float | None]:
    if net is None:
        return {"net": None, "low": None, "high": None}
    return {"net": net.value, "low": net.low, "high": net.high}
