"""Millions of mentions through load, marts and snapshot, with a kill every half minute.

    python -m tests.faults.soak --mentions 3000000 --out docs/reliability/soak.json

The batches come as enriching leaves them, made by ``soak.sql``: 85 % of the rows are new, 10 % are
duplicates (half of them within their batch, half known already), 5 % edits. Collecting, checking
and enriching texts are no part of it. In the end what came out is held against what went in, the
file against a compacted copy of it; memory is the peak of the processes of each tenth of the way.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.children import StepFailed, Warm
from tests.faults.reckoning import PARTIAL
from tests.faults.results import told, write

ROWS = 20_000
"""Rows of a batch."""

MEMORY = "512MB"
"""What the writer may hold: a cache that is full soon shows whether anything else grows."""

TENTHS = 10
WATCH = '[brand]\nname = "Acme"\n[[sources]]\nconnector = "files"\nsettings = { folder = "in" }\n'
NAMES = ("new", "changed", "unchanged", "duplicate")


class Soak:
    """One soak: its kills, and size and memory along the way."""

    def __init__(self, home: Path, warm: Warm, kill_every: float, rows: int) -> None:
        self.home, self.warm, self.kill_every, self.rows = home, warm, kill_every, rows
        self.kills = 0
        self.next_kill = time.monotonic() + kill_every
        self.peak = 0.0
        self.seconds: dict[str, float] = {}

    def tenth(self, first: int, last: int) -> dict[str, Any]:
        """Take batches ``first`` to ``last`` through; return what that took."""
        self.peak, self.seconds = 0.0, {}
        before = self.kills
        self.do("soak_make", first=first, last=last, rows=self.rows)
        self.do("merge", killed=True, holder="soak")
        self.do("soak_refresh", killed=True)
        return {
            "rows": (last - first) * self.rows,
            "kills": self.kills - before,
            "peak MiB": round(self.peak),
            "file MiB": round(_size(self.home) / 2**20),
            **{f"seconds of {name}": round(s, 1) for name, s in self.seconds.items()},
        }

    def do(self, step: str, *, killed: bool = False, **arguments: Any) -> None:
        """Do a step to its end; with ``killed``, kill it whenever half a minute is over.

        A merge goes on where it was; what begins anew each time would never end, so it is killed
        once.
        """
        tries = 0
        while True:
            mortal = killed and (step == "merge" or not tries)
            after = max(0.05, self.next_kill - time.monotonic()) if mortal else None
            done = self.warm.do(step, arguments=arguments, after=after)
            self.seconds[step] = self.seconds.get(step, 0.0) + done.seconds
            if step != "soak_make":
                self.peak = max(self.peak, done.peak)
            tries += 1
            if done.killed:
                self.kills += 1
                self.next_kill = time.monotonic() + self.kill_every
            elif done.error is not None:
                raise StepFailed(f"{step}: {done.error}: {done.message}")
            else:
                return


def soak(
    folder: Path,
    mentions: int,
    kill_every: float,
    tell: Callable[[str], None],
    rows: int = ROWS,
    memory: str = MEMORY,
) -> dict[str, Any]:
    """Soak an empty installation in ``folder``; return what is to be told of it.

    ``memory`` is what the writer may hold, see :data:`tidings.cli.opening.MEMORY`.
    """
    home = folder / "home"
    (home / "watch").mkdir(parents=True)
    (home / "watch" / "acme.toml").write_text(WATCH, "utf-8")
    batches = max(TENTHS, round(mentions / rows))
    began = time.monotonic()
    along = []
    environ = {"TIDINGS_HOME": str(home), "TIDINGS_MEMORY": memory}
    with Warm(environ, folder / "log") as warm:
        soaking = Soak(home, warm, kill_every, rows)
        for tenth in range(TENTHS):
            first, last = (batches * n // TENTHS for n in (tenth, tenth + 1))
            along.append(soaking.tenth(first, last))
            tell(f"{(tenth + 1) * 10} %: {along[-1]}")
        worked = time.monotonic() - began
        soaking.do("publish", killed=True)
        tell("published")
    return {
        "mentions": batches * rows,
        "kills": soaking.kills,
        "kill every seconds": kill_every,
        "memory of the writer": memory,
        "minutes": round(worked / 60, 1),
        "rows a second": round(batches * rows / worked),
        "along the way": along,
        **_outcome(home, batches, rows // 20),
    }


def _size(home: Path) -> int:
    """Return the bytes of the warehouse, its log included."""
    return sum(p.stat().st_size for p in (home / "data").glob("warehouse.duckdb*"))


def _outcome(home: Path, batches: int, part: int) -> dict[str, Any]:
    """Hold what came out against what went in, and the file against a compacted copy."""
    import duckdb

    path = home / "data" / "warehouse.duckdb"
    rows = (17 * part * batches, part * (batches - 1), part * (batches - 1), part * batches)
    wanted = dict(zip(NAMES, rows, strict=True))
    sums = ", ".join(f"sum({name})::BIGINT" for name in NAMES)
    with duckdb.connect(config={"threads": "2"}) as con:
        con.execute("ATTACH ? AS warehouse (READ_ONLY)", [str(path)])
        con.execute("ATTACH ? AS compact", [str(path.with_name("compact.duckdb"))])
        con.execute("COPY FROM DATABASE warehouse TO compact")
        con.execute("USE compact")
        found = dict(
            zip(NAMES, con.execute(f"SELECT {sums} FROM core.load").fetchall()[0], strict=True)
        )
        (there,) = con.execute("SELECT count(*) FROM core.mention").fetchall()[0]
        partial = sum(con.execute(sql).fetchall()[0][0] for sql in PARTIAL.values())
    compact = path.with_name("compact.duckdb").stat().st_size
    return {
        "in": sum(wanted.values()),
        "out": sum(found.values()),
        **{f"rows {name}": n for name, n in found.items()},
        "lost": wanted["new"] - there,
        "doubled": max(0, there - wanted["new"]),
        "partial": partial,
        "as it must be": found == wanted,
        "file MiB": round(_size(home) / 2**20),
        "compacted MiB": round(compact / 2**20),
        "file of compacted": round(_size(home) / compact, 2),
    }


def main() -> None:
    """Soak, print, write the result; end with 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mentions", type=int, default=3_000_000)
    parser.add_argument("--kill-every", type=float, default=30.0)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidings-soak-") as made:
        counts = soak(
            Path(made), asked.mentions, asked.kill_every, lambda line: print(line, flush=True)
        )
    print(told(counts))
    if asked.out:
        write(asked.out, "Millions of mentions with a kill every half minute", counts, None)
    sys.exit(not counts["as it must be"] or counts["partial"] > 0)


if __name__ == "__main__":
    main()
