"""A full disk at every write, and that it goes on once there is space.

    python -m tests.faults.disk --out docs/reliability/disk.json

Two ways of being full: a limit on the size of files (RLIMIT_FSIZE), from the start of a step or
from the moment that it opens one certain file, and a small file system of its own (tmpfs, where
this may be mounted) with a few KiB left. Each point works on a copy of one prepared installation:
the step fails with an error that says what to do, nothing that was acknowledged is gone, nothing is
half there; then the limit is lifted, the steps are done again, and all that was said is there once.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults.children import Warm
from tests.faults.final import counted
from tests.faults.results import told, write
from tests.faults.world import World, installation, shown


class Point(NamedTuple):
    """One full disk: the step, what is written, and the bytes that files may have from when on.

    ``tmpfs``: ``most`` are the bytes that are left on the file system instead; ``beyond``: so many
    more than the warehouse's file has.
    """

    step: str
    writes: str
    most: int
    mark: str | None = None
    tmpfs: bool = False
    beyond: bool = False


KIB = 1024


def points() -> list[Point]:
    """Return all points: each thing that is written, full at once and after some of it."""
    found: list[Point] = []

    def add(step: str, writes: str, mark: str | None, *most: int) -> None:
        found.extend(Point(step, writes, m, mark) for m in most)

    add("collect", "landing: raw page", "open:/page-", 0, 100)
    add("collect", "landing: batch", "open:/batch-", 0, 1000, 8 * KIB)
    add("collect", "landing: unreadable records", "open:.rejected.parquet", 0, 1000)
    add("collect", "landing: marker", "open:/batch-0002.json", 0, 200)
    add("score", "staging: rows", "open:.enriched.parquet", 0, 1000, 20 * KIB)
    add("score", "staging: quarantine", "open:.quarantine.parquet", 0, 1000)
    add("score", "staging: marker", "open:.json.", 0, 100)
    add("merge", "write-ahead log", None, 0, 1, 100, 4 * KIB, 16 * KIB, 64 * KIB, 128 * KIB)
    add("merge", "checkpoint", None, 5120 * KIB, 8192 * KIB, 12288 * KIB)
    found += [Point(step, "checkpoint", 0, beyond=True) for step in ("merge", "publish")]
    add("backup", "backup", None, 0, 100, 64 * KIB, 4096 * KIB)
    add("merge", "ledger", "open:.ledger.duckdb", 0, 64 * KIB, 2048 * KIB)
    add("merge", "acknowledgements", "open:acknowledged.jsonl", 0, 100)
    add("publish", "marts", None, 0, 64 * KIB, 512 * KIB)
    add("publish", "snapshot", "open:.tidings.duckdb", 0, 64 * KIB, 2048 * KIB)
    add("publish", "search index", "sqlite3.connect:.search.sqlite", 0, 8 * KIB)
    add("publish", "search index", "open:.search.sqlite", 0, 8 * KIB)
    add("alert", "incidents and notices", None, 0, 16 * KIB, 128 * KIB)
    add("change", "journal", "sqlite3.connect:journal.sqlite", 0, 1, 4 * KIB)
    found += [
        Point("whole", "a small file system", n * KIB, tmpfs=True)
        for n in (0, 16, 64, 256, 1024, 4096, 8192)
    ]
    return found


BEFORE: dict[str, tuple[str, ...]] = {
    "collect": (),
    "score": ("collect",),
    "merge": ("collect", "score"),
    "publish": ("collect", "score", "merge"),
    "alert": ("collect", "score", "merge", "publish"),
    "whole": ("collect",),
    "backup": (),
    "change": (),
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "collect": {"run": "full", "attempt": 1},
    "merge": {"holder": "full"},
    "whole": {"holder": "full"},
    "change": {"words": "when the disk was full"},
}


class Full:
    """One prepared world, and what became of each point."""

    def __init__(self, folder: Path, warm: Warm, world: World) -> None:
        self.folder, self.warm, self.world = folder, warm, world
        self.errors: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.unclear: list[str] = []
        self.passed = 0
        self.prepared: dict[tuple[str, ...], Path] = {}
        self.acknowledged: list[str] = []

    def prepare(self, base: Path) -> None:
        """Load two rounds, then let a third be said; copies are made of each step's beginning."""
        for number in (1, 2):
            self.world.go_on(base / "in")
            self.acknowledged += self._do(base, "collect", run=f"r{number}", attempt=1)
            self._do(base, "whole", holder=f"r{number}")
        self.world.go_on(base / "in")
        for steps in dict.fromkeys(BEFORE.values()):
            home = self.folder / ("before-" + "-".join(steps))
            shutil.copytree(base, home)
            for step in steps:
                self._do(home, step, **ARGUMENTS.get(step, {}))
            self.prepared[steps] = home

    def meet(self, point: Point) -> None:
        """Let the disk be full at one point; then let it go on."""
        home = self.folder / "at"
        if point.tmpfs:
            with _small(home) as limit:
                self._copy(point, home)
                limit(point.most)
                self._meet(point, home)
                self._after(point, home, limit)
            return
        self._copy(point, home)
        self._meet(point, home)
        self._after(point, home, lambda _: None)
        shutil.rmtree(home)

    def _copy(self, point: Point, home: Path) -> None:
        shutil.copytree(self.prepared[BEFORE[point.step]], home, dirs_exist_ok=True)

    def _meet(self, point: Point, home: Path) -> None:
        done = self.warm.do(
            point.step,
            arguments=ARGUMENTS.get(point.step, {}),
            environ={"TIDINGS_HOME": str(home)},
            most_bytes=_most(point, home),
            mark=point.mark,
        )
        if done.error is None:
            self.passed += 1
            return
        self.writes[point.writes] += 1
        self.errors[done.error] += 1
        if done.error not in CLEAR:
            self.unclear.append(f"{point}: {done.error}: {done.message}")

    def _after(self, point: Point, home: Path, limit: Callable[[int | None], None]) -> None:
        """Look at what is left; make space; do it again; count."""
        limit(None)
        found = self._do(home, "reckon", acknowledged=self.acknowledged)
        self._note(point, found)
        self._note(point, self._do(home, "read"))
        if point.step == "backup":
            self._do(home, "backup")
            self._note(point, self._do(home, "backups"))
        if point.step == "change":
            self._do(home, "change", words="again")
            words = self._do(home, "changes")
            if "again" not in words or len(words) > 2:
                self.wrong.append(f"{point}: journal {words}")
        if point.step == "collect":
            self._do(home, "collect", run="full", attempt=2)
        self._do(home, "score")
        self._do(home, "merge", holder="again")
        if point.step in ("publish", "alert", "whole"):
            self._do(home, "publish")
            self._do(home, "alert")
            if not (home / "data" / "tidings.search.sqlite").exists():
                self.wrong.append(f"{point}: no index of words")
        self._note(point, self._do(home, "reckon", acknowledged=self.acknowledged))
        self._note(point, self._do(home, "read"))
        if point.step not in ("change", "backup"):
            counts = counted(self.world, home)
            out = sum(counts[name] for name in ("loaded", "quarantined", "duplicate"))
            if counts["in"] != out or any(counts[name] for name in ZERO):
                self.wrong.append(f"{point}: {counts}")

    def _note(self, point: Point, found: dict[str, Any]) -> None:
        if found["wrong"] or found.get("gone"):
            self.wrong.append(f"{point}: {found}")

    def _do(self, home: Path, step: str, **arguments: Any) -> Any:
        done = self.warm.do(step, arguments=arguments, environ={"TIDINGS_HOME": str(home)})
        if done.error is not None:
            raise AssertionError(f"{step}: {done.error}: {done.message}")
        return done.result


ZERO = ("lost", "doubled", "partial", "of nobody")
CLEAR = ("WarehouseError", "TidingsError", "ConfigurationError", "DeliveryError", "QualityError")


def _most(point: Point, home: Path) -> int | None:
    if point.tmpfs:
        return None
    there = (home / "data" / "warehouse.duckdb").stat().st_size if point.beyond else 0
    return there + point.most


@contextmanager
def _small(place: Path) -> Iterator[Callable[[int | None], None]]:
    """Mount a file system of 160 MiB at ``place``; gives what leaves so many bytes on it."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(place)], check=True)
    ballast = place / "ballast"

    def limit(left: int | None) -> None:
        ballast.unlink(missing_ok=True)
        if left is not None:
            free = shutil.disk_usage(place).free
            ballast.write_bytes(bytes(max(0, free - left)))

    try:
        yield limit
    finally:
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


def may_mount(folder: Path) -> bool:
    """Whether a file system can be mounted here."""
    try:
        with _small(folder / "tried"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def fill(
    folder: Path, asked: Sequence[Point], seed: int, tell: Callable[[str], None] = print
) -> dict[str, Any]:
    """Meet the points in an empty ``folder``; return what is to be told of it."""
    world = World(seed, 3)
    mounts = may_mount(folder)
    with (
        shown(world) as url,
        Warm(installation(folder / "home", url, world.brands), folder / "log") as warm,
    ):
        full = Full(folder, warm, world)
        full.prepare(folder / "home")
        for number, point in enumerate(asked, 1):
            if mounts or not point.tmpfs:
                full.meet(point)
            tell(f"{number} of {len(asked)}: {point.step}, {point.writes}, {point.most} bytes")
    return {
        "points": sum(full.writes.values()),
        "points by what is written": dict(full.writes),
        "points that a step outlived (it fitted, or can be made later)": full.passed,
        "small file system": "tmpfs" if mounts else "not run: nothing may be mounted here",
        "errors": dict(full.errors),
        "errors that say nothing": full.unclear,
        "wrong afterwards": full.wrong,
    }


def main() -> None:
    """Fill, print, write the result; end with 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidings-disk-") as made:
        wanted = [p for p in points() if asked.only in p.writes]
        counts = fill(Path(made), wanted, asked.seed)
    print(told(counts))
    if asked.out:
        write(asked.out, "A full disk at every write", counts, asked.seed)
    sys.exit(bool(counts["wrong afterwards"] or counts["errors that say nothing"]))


if __name__ == "__main__":
    main()
