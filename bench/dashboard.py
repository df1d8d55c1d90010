"""How quick the pages' answers are on many mentions, and whether many at once get them right.

    python -m bench.dashboard [--rows 200000] [--folder FOLDER] [--home HOME] [--users 20]

In one run: page one's API against the same SQL without it; words looked up in the index against
all texts read; and so many users at once, each of whose answers is compared with what one alone
was given. Mentions are made as ``bench/marts.py`` makes them, with texts of words; ``--home`` takes
an installation that is there instead. ``--folder`` keeps what was made, for another run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.dashboard_made import STATEMENTS, installation
from tidings.home import Home

TIMES = 15
"""Each is asked so often; the median counts."""

REQUESTS = 30
"""Of each user."""


def main() -> None:
    """Measure, and print tables."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--rows", type=int, default=200_000, help="mentions that are made")
    asked.add_argument("--folder", type=Path, help="where to make them, to be kept")
    asked.add_argument("--home", type=Path, help="an installation that is there")
    asked.add_argument("--users", type=int, default=20)
    asked.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.serve is not None:
        _serve(Home.at(told.home), told.serve)
        return
    with installation(told.home, told.folder, told.rows) as home:
        measure(home, told.users)


def measure(home: Home, users: int) -> None:
    """Measure an installation whose snapshot and index are there."""
    from warehouse.snapshot import open_snapshot

    with open_snapshot(home.snapshot) as con:
        [mentions] = con.execute("SELECT count(*) FROM core.mention").fetchone() or (0,)
    print(f"{mentions:,} mentions; snapshot {_size(home.snapshot)}, index {_size(home.search)}")
    with _served(home) as base:
        _page_one(home, base)
        _words(home, base)
        _at_once(home, base, users)


def _page_one(home: Home, base: str) -> None:
    """Compare page one's API with the statements that it runs, without pages or JSON."""
    from dashboard.asked import asked
    from dashboard.figures.brands import brands
    from dashboard.figures.today import standings
    from dashboard.reader import Reader

    with Reader(home.snapshot).snapshot() as snapshot:
        noted = _noted(snapshot)
        standings(noted, asked({}, brands(snapshot)), brands(noted))
        ran, con = noted.ran, noted._con

        def bare() -> None:
            for text, values in ran:
                con.execute(text, values).fetchall()

        times = _by_turns({"bare": bare, "api": lambda: _get(f"{base}/api/v1/today")}, TIMES)
    print(f"\npage one: {len(ran)} statements      median ms   90 %")
    for name, seconds in times.items():
        print(f"  {name:<28} {_ms(statistics.median(seconds))} {_ms(_ninth(seconds))}")
    ratio = statistics.median(times["api"]) / statistics.median(times["bare"])
    print(f"  API / bare SQL               {ratio:9.2f}")


def _noted(snapshot: Any) -> Any:
    """Return the same snapshot, which notes the statements that it runs."""
    from dashboard.reader import Snapshot

    class Noted(Snapshot):
        def __init__(self) -> None:
            super().__init__(snapshot._con, snapshot.stamp)
            self.ran: list[tuple[str, dict[str, Any]]] = []

        def _run(self, text: str, values: Any) -> Any:
            self.ran.append((text, dict(values)))
            return super()._run(text, values)

    return Noted()


def _words(home: Home, base: str) -> None:
    """Compare words looked up in the index with all texts read, for rare and common words."""
    from transforms.search_words import sought
    from warehouse.search import about, expression, hits, reading
    from warehouse.snapshot import open_snapshot
    from warehouse.statements import statement

    made = about(home.search)
    assert made is not None, "there is no index"
    ends: dict[str, Any] = {
        "published": datetime.fromisoformat(made.published),
        "since": datetime(2000, 1, 1),  # noqa: DTZ001 - naive UTC
        "until": datetime(2100, 1, 1),  # noqa: DTZ001 - naive UTC
        "most": 200_000,
    }
    print("\nwords                      hits   index ms    scan ms   page ms   same")
    with open_snapshot(home.snapshot) as con, reading(home.search) as index:
        scan = (STATEMENTS / "scan.sql").read_text("utf-8")
        for word in ("unheard", "leak", "word4000", "word7", "word0"):
            wanted = sought(word).wanted

            def look_up(wanted: Any = wanted) -> Any:
                return hits(home.search, wanted, **ends)

            def read(word: str = word) -> Any:
                return con.execute(scan, {"word": word, "most": 200_000}).fetchall()

            page = f"{base}/api/v1/mentions?" + urlencode({"q": word, "limit": 25})
            found, rows = look_up(), read()
            indexed = _timed(look_up, 5)
            scanned = _timed(read, 3)

            def show(page: str = page) -> Any:
                return _get(page)

            shown = _timed(show, 3)
            same = {one for (one,) in rows} == set(found.ids) or found.more
            print(
                f"  {word:<20} {len(found.ids):>8,} {_ms(indexed)}  {_ms(scanned)} {_ms(shown)}"
                f"   {'yes' if same else 'NO'}"
            )
        asked = {"sought": expression(sought("leak").wanted), "first": 0, "last": 1, "most": 1}
        plan = index.execute(f"EXPLAIN QUERY PLAN {statement('sql/search/newest')}", asked)
        print("  plan:", "; ".join(str(row[-1]) for row in plan))


def _at_once(home: Home, base: str, users: int) -> None:
    """Let users ask at once, and compare each answer with what one alone was given."""
    addresses = _addresses(home)
    right = {address: _get(f"{base}/{address}") for address in addresses}
    seconds: list[float] = []

    def one(number: int) -> tuple[int, int]:
        dice = random.Random(number)  # noqa: S311 - which address comes next is no secret
        lost = wrong = 0
        for _ in range(REQUESTS):
            address = dice.choice(addresses)
            began = time.perf_counter()
            try:
                wrong += _get(f"{base}/{address}") != right[address]
            except OSError:
                lost += 1
            seconds.append(time.perf_counter() - began)
        return lost, wrong

    began = time.perf_counter()
    with ThreadPoolExecutor(users) as pool:
        done = list(pool.map(one, range(users)))
    took = time.perf_counter() - began
    lost, wrong = (sum(counts) for counts in zip(*done, strict=True))
    print(f"\n{users} users, {len(seconds):,} answers in {took:.1f} s: {lost} lost, {wrong} wrong")
    print(f"  median {_ms(statistics.median(seconds))} ms, 90 % {_ms(_ninth(seconds))} ms")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory of the measuring process {most:,.0f} MB")


def _addresses(home: Home) -> list[str]:
    from dashboard.figures.brands import brands
    from dashboard.reader import Reader

    with Reader(home.snapshot).snapshot() as snapshot:
        names = [known.brand for known in brands(snapshot)][:6]
    found = ["api/v1/today", "api/v1/brands"]
    for name in names:
        for days in (7, 90):
            about = urlencode({"brand": name, "days": days})
            found += [
                f"api/v1/marts/brand_reputation_daily?{about}",
                f"api/v1/mentions?{about}&limit=10",
                f"api/v1/mentions?{about}&limit=10&q=leak+OR+unheard",
                f"api/v1/answers?{about}&limit=10",
            ]
    return found


@contextmanager
def _served(home: Home) -> Iterator[str]:
    """Serve the pages from a process of its own; give its address."""
    import socket

    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.dashboard", "--home", str(home.root)]
    served = subprocess.Popen(  # noqa: S603 - this very program
        [*command, "--serve", str(port)], env={**os.environ, **home.environment()}
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                _get(f"{base}/api/v1/brands")
                break
            except OSError:
                time.sleep(0.1)
        yield base
    finally:
        served.terminate()
        served.wait()


def _serve(home: Home, port: int) -> None:
    import uvicorn

    from dashboard.app import create_app
    from dashboard.setup import Setup

    uvicorn.run(create_app(Setup(home)), host="127.0.0.1", port=port, log_level="warning")


def _get(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=300) as answer:  # noqa: S310 - this machine
        return json.load(answer)


def _by_turns(work: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Do each so many times, one after the other, after one that doesn't count."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(times + 1):
        for name, do in work.items():
            began = time.perf_counter()
            do()
            if turn:
                taken[name].append(time.perf_counter() - began)
    return taken


def _timed(work: Callable[[], object], times: int) -> float:
    return statistics.median(_by_turns({"": work}, times)[""])


def _ninth(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.9)]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:9.1f}"


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 2**20:,.0f} MB"


if __name__ == "__main__":
    main()
