from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from staged_batches import said, stage

from tidings.batch import Staged
from warehouse.merge import merge
from warehouse.store import open_warehouse

WRITER = """
import sys
import msgspec
from warehouse.merge import merge, take_fence
from warehouse.store import open_warehouse
from tidings.batch import Staged
batches = msgspec.json.decode(open(sys.argv[2], "rb").read(), type=list[Staged])
with open_warehouse(sys.argv[1]) as con:
    fence = take_fence(con, "writer")
    for staged in batches:
        merge(con, staged, fence=fence)
        print(staged.batch.part, flush=True)
"""


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_a_killed_load_loses_nothing_and_doubles_nothing(tmp_path: Path, kills: int) -> None:
    dice = random.Random(kills)
    staged = [
        stage(
            tmp_path / "staged",
            [said(f"{part}-{n}") for n in range(20)],
            part=part,
            cursor={"part": part},
        )
        for part in range(1, 14 * kills)
    ]
    listed = tmp_path / "staged.json"
    listed.write_bytes(msgspec.json.encode(staged))
    path = tmp_path / "warehouse.duckdb"
    open_warehouse(path).close()
    for _ in range(kills):
        told = _write_and_kill(path, listed, dice.uniform(0.05, 1.0))
        _check(path, told)
    _finish(path, staged)
    assert _check(path, 0) == len(staged)


def _write_and_kill(path: Path, listed: Path, after: float) -> int:
    """Let a writer merge for a while, kill it, return the last part that it said was merged."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(listed)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(after)
        writer.kill()
        said_last = [first, *writer.stdout.read().splitlines()][-1]
    return int(said_last)


def _check(path: Path, told: int) -> int:
    """Check that rows, ledger and cursor agree, and that all that was told is there."""
    with open_warehouse(path) as con:
        found = con.execute(
            "SELECT (SELECT count(*) FROM core.mention), (SELECT sum(new) FROM core.load), "
            "(SELECT count(*) FROM core.load), (SELECT cursor->>'part' FROM core.cursor)"
        ).fetchone()
    assert found is not None
    mentions, new, loads, part = found
    assert mentions == new == 20 * loads
    assert int(part) == loads >= told
    return int(loads)


def _finish(path: Path, staged: list[Staged]) -> None:
    with open_warehouse(path) as con:
        for batch in staged:
            merge(con, batch, fence=con.execute("SELECT fence FROM core.fence").fetchone()[0])
