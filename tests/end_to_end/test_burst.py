"""A burst of 5,000 posts between two runs, runs that are killed, a cap: everything is there once.

The runs are real processes over real HTTP, killed by SIGKILL; repair closes what the cap has left.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import burst_worker
import pytest

from tidings.home import Home
from tidings.http import Answer, Request
from tidings.testing import Note, serve
from warehouse.snapshot import open_snapshot

sys.path.insert(0, str(Path(__file__).parents[1] / "connectors"))
import likes

BURST, TIED, LATE, KILLS, PER_PAGE, MOST_PAGES = 5_000, 200, 50, 20, 40, 60

WATCH = """\
[brand]
name = "Fjallsmide"
[quality]
stale = "off"
[[sources]]
connector = "mastodon"
max_pages = {pages}
requests_per_second = 100000
settings = {{ instance = "{url}", hashtags = ["fjallsmide"] }}
"""

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
YESTERDAY = TODAY - timedelta(days=1)
BEFORE = TODAY - timedelta(hours=26)
"""When the first run takes place: two hours before yesterday."""


@cache
def status() -> dict[str, Any]:
    return likes.fixture("mastodon_status.json")


class Instance(likes.MastodonLike):
    """The instance; ``served`` counts its answers."""

    def __init__(self) -> None:
        super().__init__(records=1, page_size=PER_PAGE, short_at=())
        self.restock([BEFORE - timedelta(minutes=n) for n in range(90, 1, -1)])
        self.served = 0
        self.asked = threading.Condition()

    def answer(self, request: Request) -> Answer:
        given = super().answer(request)
        with self.asked:
            self.served += 1
            self.asked.notify_all()
        return given

    def render(self, note: Note) -> dict[str, Any]:
        return {**status(), "id": str(note.id), "created_at": likes.iso(note.at)}

    def burst(self) -> None:
        """Let 4,950 posts be written from the first run on until yesterday's end, 200 at once."""
        start = BEFORE + timedelta(minutes=10)
        step = (TODAY - timedelta(minutes=1) - start) / (BURST - LATE - TIED)
        times = [start + step * n for n in range(BURST - LATE - TIED)]
        tied = times[2_000].replace(microsecond=0)
        for at in sorted([*times, *[tied] * TIED]):
            self._arrive(at)

    def index_late(self) -> None:
        """Show 50 more that were written up to four hours before the newest one."""
        newest = max(self.notes).at
        for n in range(LATE):
            self._arrive(newest - timedelta(minutes=5 * n, seconds=7))


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    shown = Instance()
    with serve(shown) as server:
        text = WATCH.format(pages=MOST_PAGES, url=server.url)
        (home / "watch" / "acme.toml").write_text(text, "utf-8")
        yield shown


context = get_context("forkserver")
context.set_forkserver_preload(burst_worker.HEAVY)


def started(home: Path, purpose: str, hours_behind: float = 0) -> BaseProcess:
    process = context.Process(target=burst_worker.work, args=(str(home), purpose, hours_behind))
    process.start()
    return process


def whole(home: Path, purpose: str, hours_behind: float = 0) -> float:
    """Let a run or repair come to its end; return how many seconds it took."""
    began = time.monotonic()
    process = started(home, purpose, hours_behind)
    process.join(120)
    assert process.exitcode == 0
    return time.monotonic() - began


def killed(home: Path, instance: Instance, dice: random.Random, seconds: float) -> bool:
    """Kill a run after some answers, or after some time; return whether it was still at work."""
    by_answers = dice.random() < 0.6
    answers, moment = dice.randint(1, MOST_PAGES), dice.uniform(0.1, 1.0) * seconds
    wanted = instance.served + answers
    process = started(home, "run")
    if by_answers:
        with instance.asked:
            while process.is_alive() and instance.served < wanted:
                instance.asked.wait(0.05)
    else:
        process.join(moment)
    process.kill()
    process.join(20)
    assert process.exitcode in (0, -9)
    return process.exitcode == -9


def asked(sql: str) -> list[tuple[Any, ...]]:
    with open_snapshot(Home.find().snapshot) as con:
        found: list[tuple[Any, ...]] = con.execute(sql).fetchall()
        return found


@pytest.mark.slow
def test_a_burst_over_runs_that_are_killed_is_there_once(home: Path, instance: Instance) -> None:
    dice = random.Random(20)
    seconds = whole(home, "run", hours_behind=(datetime.now(UTC) - BEFORE) / timedelta(hours=1))
    instance.burst()
    deaths = attempts = 0
    while deaths < KILLS:  # a run that has ended before its moment is none
        assert attempts < 5 * KILLS, f"only {deaths} of {attempts} runs were at work when killed"
        if attempts == KILLS // 2:
            instance.index_late()
        deaths += killed(home, instance, dice, seconds)
        attempts += 1
    whole(home, "run")
    for _ in range(12):
        if not asked("SELECT 1 FROM core.open_gap WHERE declared"):
            break
        whole(home, "repair")
    whole(home, "run")

    with open_snapshot(Home.find().ledger) as con:  # ids are not in the snapshot that all read
        found = con.execute("SELECT external_id FROM core.mention").fetchall()
    assert len(found) == len(set(found)), "an item is there twice"
    assert {row[0] for row in found} == {str(note.id) for note in instance.notes}
    assert asked(
        f"SELECT coverage FROM marts.brand_reputation_daily WHERE day = DATE '{YESTERDAY:%F}'",
    ) == [(1.0,)]
    gaps = asked("SELECT why, closed FROM core.gap")
    assert gaps
    assert all(closed is not None for _, closed in gaps), "each gap was opened, and closed"
    assert {why for why, _ in gaps} == {f"cap: max_pages = {MOST_PAGES}"}
