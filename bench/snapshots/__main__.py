"""What publishing costs, and what readers see of it: ``python -m bench.snapshots``.

Makes a warehouse of ``--mentions`` in SQL, publishes it whole, then ``--publishes`` times more,
each after a load of 100 mentions, while ``--readers`` processes open the snapshot again and again,
``--opens`` times in all. Each checks that what it sees is whole (100 mentions for each batch that
the snapshot tells of) and never older than what it saw before. Publishing goes on until the readers
are done. Prints seconds of a whole copy and of those brought on, and what the readers counted; the
exit code is 1 where one met an error.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from warehouse.snapshot import open_snapshot, publish, published
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb

BATCH = 100
STATEMENTS = sorted(Path(__file__).parent.glob("*.sql"))


class Cost(NamedTuple):
    """What one publish took: seconds, CPU-seconds, and the MB of the file that it made."""

    seconds: float
    cpu: float
    megabytes: float


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mentions", type=int, default=200_000)
    parser.add_argument("--publishes", type=int, default=200)
    parser.add_argument("--opens", type=int, default=10_000)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--read", nargs=2, metavar=("FILE", "OPENS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        return read(Path(asked.read[0]), int(asked.read[1]))
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), asked)


def measure(folder: Path, asked: argparse.Namespace) -> int:
    """Publish while processes read; print what it cost and what they saw."""
    snapshot, loads = folder / "tidings.duckdb", asked.mentions // BATCH
    spent: list[Cost] = []
    with open_warehouse(folder / "warehouse.duckdb") as con:
        grow(con, 0, loads)
        whole = timed(con, snapshot)
        readers = [_reader(snapshot, asked.opens // asked.readers) for _ in range(asked.readers)]
        during = 0
        while len(spent) < asked.publishes or any(r.poll() is None for r in readers):
            grow(con, loads, loads + 1)
            loads += 1
            spent.append(timed(con, snapshot))
            during += any(r.poll() is None for r in readers)
    told = [r.communicate() for r in readers]
    opens = sum(int(out or 0) for out, _ in told)
    wrong = [err for _, err in told if err]
    middle = [statistics.median(c) for c in zip(*spent, strict=True)]
    print(f"{asked.mentions:,} mentions; a whole copy: {_shown(whole)}")
    print(f"brought on {len(spent)} times, median: {_shown(Cost(*middle))}")
    print(f"readers: {opens:,} opens during {during} publishes, {len(wrong)} of them failed")
    print("".join(wrong), end="", file=sys.stderr)
    return 1 if wrong else 0


def grow(con: duckdb.DuckDBPyConnection, first: int, last: int) -> None:
    """Add the batches ``first`` to ``last`` - 1."""
    for path in STATEMENTS:
        con.execute(path.read_text("utf-8"), {"first": first, "last": last})


def timed(con: duckdb.DuckDBPyConnection, snapshot: Path) -> Cost:
    """Publish once."""
    began, cpu = time.perf_counter(), time.process_time()
    publish(con, snapshot)
    took, busy = time.perf_counter() - began, time.process_time() - cpu
    return Cost(took, busy, snapshot.stat().st_size / 1e6)


def read(snapshot: Path, opens: int) -> int:
    """Open the snapshot so often; print how often it was right. An error ends it."""
    last = 0
    for _ in range(opens):
        with open_snapshot(snapshot) as con:
            told = published(con)
            assert told is not None
            [count] = con.execute("SELECT count(*) FROM core.mention_version").fetchone() or (0,)
            assert count == BATCH * told.loads, f"{count} mentions of {told.loads} batches"
            assert told.loads >= last, f"{told.loads} batches after {last}"
            last = told.loads
    print(opens)
    return 0


def _reader(snapshot: Path, opens: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.snapshots", "--read", str(snapshot), str(opens)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)  # noqa: S603


def _shown(cost: Cost) -> str:
    return f"{cost.seconds:.2f} s, {cost.cpu:.2f} CPU-s, {cost.megabytes:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
