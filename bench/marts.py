"""How long the marts take: made afresh, and kept up with a day's mentions.

    python -m bench.marts [--rows 1000000 --rows 10000000] [--folder FOLDER]

Mentions are made in SQL: 12 brands of 3 watches over three years, 4 % copies of a text of the 20
days before, two thirds reviews, 40 keywords a brand. For each size it prints the seconds of a full
rebuild and of the refresh after one more day (a tenth of it late by up to 7 days, and as many of
the last 30 days scored otherwise), their ratio, and the growth from size to size. The peak is of
the whole process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import sync
from warehouse.marts import refresh
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb

DAYS = 1_095
STATEMENTS = Path(__file__).with_name("marts_sql")


def main() -> None:
    """Measure each size in a warehouse of its own, and print a table."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--rows", type=int, action="append", help="mentions; again for more sizes")
    asked.add_argument("--folder", type=Path, help="where to make the files; they are removed")
    told = asked.parse_args()
    print(f"{'mentions':>12} {'afresh s':>9} {'CPU s':>7} {'a day s':>8} {'CPU s':>7} {'ratio':>7}")
    before = None
    for rows in told.rows or [1_000_000, 10_000_000]:
        with tempfile.TemporaryDirectory(dir=told.folder) as folder:
            afresh = measure(Path(folder) / "warehouse.duckdb", rows)
        if before:
            print(f"growth by {rows / before[0]:.0f} x the mentions: {afresh / before[1]:.1f} x")
        before = (rows, afresh)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


def measure(path: Path, rows: int) -> float:
    """Make a warehouse of ``rows`` mentions, print its line, return the seconds of a rebuild."""
    with open_warehouse(path) as con:
        sync(con, watches(), allows_answers=("shop",))
        add(con, 0, rows, first_day=0, days=DAYS, known="2026-01-01")
        afresh, afresh_cpu = timed(con, full=True)
        day = rows // DAYS
        add(con, rows, day, first_day=DAYS, days=1, known="2026-01-02")
        run(con, "make_late", {"first": rows, "n": day // 10})
        run(con, "edit", {"n": day // 10, "rows": rows})
        kept_up, kept_up_cpu = timed(con, full=False)
    print(
        f"{rows:>12,} {afresh:>9.2f} {afresh_cpu:>7.2f} {kept_up:>8.2f} {kept_up_cpu:>7.2f} "
        f"{kept_up / afresh:>7.2%}",
        flush=True,
    )
    return afresh


def watches() -> list[Watch]:
    """Return three watch files of a brand and three competitors each."""
    names = [f"Brand {number:02d}" for number in range(12)]
    return [
        Watch(
            id=f"watch-{number}",
            brand=Brand(name=names[4 * number]),
            competitors=tuple(Competitor(name=n) for n in names[4 * number + 1 : 4 * number + 4]),
            sources=(Source(connector="shop"), Source(connector="forum")),
        )
        for number in range(3)
    ]


def add(
    con: duckdb.DuckDBPyConnection, first: int, n: int, *, first_day: int, days: int, known: str
) -> None:
    """Add ``n`` mentions, from number ``first`` on, with scores, matches, hits and a load."""
    values = {"first": first, "n": n, "first_day": first_day, "days": days, "known": known}
    for name in ("version", "score", "match", "keyword", "driver", "load"):
        run(con, f"add_{name}", values)


def run(con: duckdb.DuckDBPyConnection, name: str, values: dict[str, object]) -> None:
    """Run ``bench/marts_sql/NAME.sql`` with those of ``values`` that it asks for."""
    text = (STATEMENTS / f"{name}.sql").read_text("utf-8")
    con.execute(text, {key: value for key, value in values.items() if f"${key}" in text})


def timed(con: duckdb.DuckDBPyConnection, *, full: bool) -> tuple[float, float]:
    """Refresh; return the wall and the CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    refresh(con, full=full)
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
