"""The same mentions through the peer, through the peer tuned, and through ``tidings run``.

    python bench/load.py [--rows 200000] [--rounds 3] [--peer PYTHON] [--only NAME] [--json FILE]

``../shared/bench/gen.py`` makes the mentions (NDJSON), ``../shared/bench/peer.py`` is what a
competent user would write today: dlt, vaderSentiment, a DuckDB merge; ``--fmt parquet`` is its
tuned form. Ours is a fresh installation each time: a ``files`` source, a watch file of 1,000
brands, then ``tidings run``, and ``tidings run`` again after the file's time was touched, so that
all of it is read and nothing is new. The three take turns, the median of ROUNDS counts. ``--peer``
is a Python that has orjson, ``dlt[duckdb]`` and vaderSentiment. Memory is that of the whole tree of
processes, pages that several share counted once.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any, NamedTuple

SHARED = Path(__file__).parents[2] / "shared" / "bench"
BRANDS = 1_000
MOST_MB = 600
AT_LEAST = {"peer": 10.0, "peer, tuned": 5.0, "again": 5.0}
"""How many times faster ours has to be than the peers, and our second run than our first."""

COLUMNS = {
    "external_id": "id", "place": "source", "published": "created_at", "text": "text",
    "language": "language", "rating": "rating", "author_handle": "author", "url": "url",
    "product": "brand", "likes": "raw.likes", "replies": "raw.replies", "shares": "raw.shares",
    "author_followers": "raw.user.followers",
}  # fmt: skip
KEYWORDS = (
    "delivery", "refund", "price", "app", "support", "staff", "quality", "broken", "late order",
    "customer service", "cheap", "expensive", "love", "hate", "terrible", "great",
)  # fmt: skip


class Measured(NamedTuple):
    """One run: seconds by the clock, of processors, and the peak of memory."""

    seconds: float
    cpu: float
    megabytes: float


def main() -> None:
    """Measure, print, and end with 1 where a goal is missed."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="tidings-load-") as made:
        folder = Path(made)
        mentions = folder / "mentions.ndjson"
        made_by = [asked.peer, str(SHARED / "gen.py"), str(asked.rows), str(mentions)]
        subprocess.run(made_by, check=True)  # noqa: S603 - our own words
        found = _rounds(asked, folder, mentions)
        stages = _stages(folder, mentions, asked.rows) if "tidings" in found else {}
    rows = {name: median(asked.rows / m.seconds for m in runs) for name, runs in found.items()}
    _print(asked.rows, found, rows, stages)
    missed = _missed(found, rows)
    for line in missed:
        print(line)
    if asked.json:
        Path(asked.json).write_text(json.dumps({"rows": asked.rows, "runs": found}), "utf-8")
    sys.exit(bool(missed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", default=sys.executable)
    parser.add_argument("--only", action="append", choices=["tidings", "peer", "peer, tuned"])
    parser.add_argument("--json")
    return parser.parse_args()


def _rounds(asked: argparse.Namespace, folder: Path, mentions: Path) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {}
    peer = [asked.peer, str(SHARED / "peer.py"), str(mentions)]
    for _ in range(asked.rounds):
        for name, more in (("peer", []), ("peer, tuned", ["--fmt", "parquet"])):
            if not asked.only or name in asked.only:
                out = folder / "peer.duckdb"
                found.setdefault(name, []).append(measured([*peer, str(out), *more], {}))
        if not asked.only or "tidings" in asked.only:
            home = install(folder / "home", mentions)
            for name in ("tidings", "again"):
                os.utime(mentions)
                found.setdefault(name, []).append(measured(TIDINGS, {"TIDINGS_HOME": str(home)}))
    return found


TIDINGS = [str(Path(sys.executable).with_name("tidings")), "run", "--json"]


def install(home: Path, mentions: Path) -> Path:
    """Make a fresh installation at ``home`` that reads ``mentions``; return it."""
    shutil.rmtree(home, ignore_errors=True)
    (home / "watch").mkdir(parents=True)
    (home / "in").mkdir()
    (home / "in" / "mentions.ndjson").symlink_to(mentions)
    (home / "watch" / "bench.toml").write_text(_watch(_brands(mentions)), "utf-8")
    return home


def _brands(mentions: Path) -> list[str]:
    """Return the first BRANDS brands that mentions are about."""
    found: dict[str, None] = {}
    with mentions.open(encoding="utf-8") as lines:
        for line in lines:
            brand = json.loads(line).get("brand")
            if brand:
                found[brand] = None
            if len(found) == BRANDS:
                break
    return list(found)


def _watch(brands: list[str]) -> str:
    quoted = lambda value: json.dumps(value, ensure_ascii=False)  # noqa: E731 - TOML's strings too
    lines = ["[brand]", f"name = {quoted(brands[0])}", 'languages = ["en", "de", "es", "fr"]']
    lines += ["[queries]", *(f"{k.replace(' ', '_')} = {quoted(k)}" for k in KEYWORDS)]
    lines += ["[[sources]]", 'connector = "files"', "max_pages = 100000", "[sources.settings]"]
    lines += ['folder = "in"', 'pattern = "*.ndjson"', "[sources.settings.columns]"]
    lines += [f"{field} = {quoted(column)}" for field, column in COLUMNS.items()]
    lines += ["[sources.settings.constants]", "rating_min = 1", "rating_max = 5"]
    for brand in brands[1:]:
        lines += ["[[competitors]]", f"name = {quoted(brand)}"]
        joined = brand.replace(" ", "")
        lines += [f"aliases = [{quoted(joined)}]"] if joined != brand else []
    return "\n".join([*lines, ""])


def measured(command: list[str], more: dict[str, str]) -> Measured:
    """Run ``command`` to its end; RuntimeError, with what it printed, where it fails."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed:
        child = subprocess.Popen(  # noqa: S603 - our own words
            command, env={**os.environ, **more}, stdout=printed, stderr=subprocess.STDOUT
        )
        ended = Event()
        peak = [0.0]
        watcher = Thread(target=_watch_memory, args=(child.pid, ended, peak))
        watcher.start()
        code = child.wait()
        seconds = time.perf_counter() - start
        ended.set()
        watcher.join()
        if code:
            printed.seek(0)
            raise RuntimeError(f"{command} ended with {code}:\n{printed.read()[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(seconds, cpu, peak[0])


def _watch_memory(root: int, ended: Event, peak: list[float]) -> None:
    while not ended.wait(0.2):
        peak[0] = max(peak[0], sum(map(_megabytes, _tree(root))))


def _tree(root: int) -> list[int]:
    """Return the process and all that it started (Linux)."""
    found = [root]
    for process in found:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                found += map(int, children.read_text("ascii").split())
            except OSError:  # it has just ended
                continue
    return found


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:  # it has just ended
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _stages(folder: Path, mentions: Path, rows: int) -> dict[str, float]:
    """Return the CPU seconds of each stage, in a process of its own that does one after another."""
    home = install(folder / "stages", mentions)
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, str(Path(__file__).with_name("load_stages.py")), str(min(rows, 20_000))],
        env={**os.environ, "TIDINGS_HOME": str(home)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _print(
    rows: int,
    found: dict[str, list[Measured]],
    speed: dict[str, float],
    stages: dict[str, float],
) -> None:
    rounds = max(map(len, found.values()))
    print(f"{rows:,} mentions, median of {rounds}, {os.cpu_count()} processors")
    print(f"{'':14}{'rows/s':>10}{'seconds':>10}{'CPU s':>10}{'peak MB':>10}")
    for name, runs in found.items():
        each = [median(values) for values in zip(*runs, strict=True)]
        print(f"{name:14}{speed[name]:10,.0f}{each[0]:10.1f}{each[1]:10.1f}{each[2]:10.0f}")
    if stages:
        print("\nstage           us/row  rows/CPU-s")
    for name, seconds in stages.items():
        print(f"{name:14}{seconds * 1e6:8.1f}{1 / seconds if seconds else 0:12,.0f}")


def _missed(found: dict[str, list[Measured]], speed: dict[str, Any]) -> list[str]:
    missed = []
    for name, least in AT_LEAST.items():
        if name in speed and "tidings" in speed:
            times = speed[name] / speed["tidings"]
            times = times if name == "again" else 1 / times
            print(f"{name}: {times:.2f} times (goal {least:g})")
            missed += [f"missed: {name}"] if times < least else []
    peak = max((m.megabytes for m in found.get("tidings", [])), default=0.0)
    missed += [f"missed: {peak:.0f} MB, not {MOST_MB}"] if peak > MOST_MB else []
    return missed


if __name__ == "__main__":
    main()
