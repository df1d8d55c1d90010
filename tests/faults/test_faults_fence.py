"""Two attempts of one task at once, as real processes: what the slower one does harms nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.world import World, installation, shown
from tidings.cli import steps
from tidings.cli.opening import opened
from tidings.home import Home

OVERTAKEN = """
import sys
from tidings.cli import staging
from tidings.cli.opening import opened
from tidings.errors import FenceLost
from tidings.home import Home
from warehouse.merge import merge, take_fence
home = Home.find()
staged = staging.staged(home.staging)
with opened(home) as con:
    fence = take_fence(con, "attempt 1")
print(len(staged), flush=True)
sys.stdin.readline()
refused = 0
with opened(home) as con:
    for one in staged:
        try:
            merge(con, one, fence=fence)
        except FenceLost as error:
            assert "attempt 2" in str(error), error
            refused += 1
print(refused, flush=True)
"""

SLOWER = """
import sys
from tidings.cli import steps
ids = steps.collect("acme", "mastodon", run="r1", attempt=1)
steps.enrich(ids)
print(steps.load(holder="attempt 1")["batches"], flush=True)
"""


@pytest.fixture
def world() -> World:
    return World(7, 2)


@pytest.fixture
def installed(world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with shown(world) as url:
        root = home / "here"
        for name, value in installation(root, url, ()).items():
            monkeypatch.setenv(name, value)
        world.go_on(root / "in")
        yield Home.find()


def started(script: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ),
    )  # fmt: skip


def mentions(home: Home) -> list[str]:
    with opened(home) as con:
        return [row[0] for row in con.execute("SELECT external_id FROM core.mention").fetchall()]


@pytest.mark.slow
def test_an_attempt_that_was_overtaken_cannot_merge(installed: Home) -> None:
    steps.enrich(steps.collect("acme", "files", run="r1"))
    with started(OVERTAKEN) as first:
        assert first.stdout is not None
        waiting = int(first.stdout.readline())
        loaded = steps.load(holder="attempt 2")
        assert loaded["batches"] == waiting > 0
        told, _ = first.communicate("go on\n", timeout=120)
    assert first.returncode == 0
    assert int(told) == waiting
    assert len(mentions(installed)) == len(set(mentions(installed))) == loaded["new"]


@pytest.mark.slow
def test_an_attempt_that_hangs_and_its_successor_load_everything_once(
    installed: Home, world: World
) -> None:
    world.hold_back()  # what is asked first is not answered for now
    with started(SLOWER) as first:
        world.wait_until_asked()
        steps.enrich(steps.collect("acme", "mastodon", run="r1", attempt=2))
        assert steps.load(holder="attempt 2")["new"] == len(world.posts)
        world.answer_again()
        told, _ = first.communicate(timeout=120)
    assert first.returncode == 0
    assert int(told) > 0, "the first attempt has landed a batch of its own, and merged it"
    assert sorted(mentions(installed)) == sorted(str(number) for number in world.posts)
    with opened(installed) as con:
        (cursors,) = con.execute("SELECT list(cursor) FROM core.cursor").fetchall()[0]
        runs = con.execute("SELECT DISTINCT attempt FROM core.load").fetchall()
    assert len(cursors) == 1
    assert json.loads(cursors[0])
    assert sorted(runs) == [(1,), (2,)]
