"""A clock that jumps, forwards by days and back again: nothing is lost, what is known rises."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from time import time

import pytest

from tests.faults.children import Warm
from tests.faults.final import counted
from tests.faults.world import World, installation, shown
from tidings.http import Answer, Request
from tidings.http.budget import file_of
from tidings.http.throttle import Throttle

JUMPS = (0, -2, 72, 0)
"""Hours by which the clock of each round is off: a little behind, days ahead, right again."""


@pytest.mark.slow
def test_a_clock_that_jumps_loses_nothing(tmp_path: Path) -> None:
    world = World(11, 2 * len(JUMPS))
    home = tmp_path / "home"
    with shown(world) as url, Warm(installation(home, url, ()), tmp_path / "log") as warm:
        for number, hours in enumerate(JUMPS):
            world.go_on(home / "in")
            given = {"run": f"r{number}", "attempt": 1}
            warm.whole("at", hours=hours, stage="collect", arguments=given)
            warm.whole("at", hours=hours, stage="score", arguments={})
            warm.whole("at", hours=hours, stage="merge", arguments={"holder": f"r{number}"})
            found = warm.whole("reckon", acknowledged=[])
            assert found["wrong"] == {}, f"after a jump by {hours} hours"
            assert warm.whole("at", hours=hours, stage="publish", arguments={})
            assert warm.whole("read")["wrong"] == {}
    counts = counted(world, home)
    assert counts["in"] == counts["loaded"] + counts["quarantined"] + counts["duplicate"]
    assert [counts[name] for name in ("lost", "doubled", "partial", "of nobody")] == [0, 0, 0, 0]


def test_a_turn_that_a_clock_which_was_ahead_has_left_keeps_nobody_waiting(tmp_path: Path) -> None:
    ahead = (time() + 7200) * 1_000_000
    file_of(tmp_path, "api.example").write_text(json.dumps({"turns": [ahead], "hold": 0.0}))
    answered: list[int] = []

    def ask() -> None:
        send = Throttle(100, folder=tmp_path)(lambda r: Answer(status=200, url=r.url))
        answered.append(send(Request(method="GET", url="https://api.example/v1")).status)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(30)
    assert answered == [200]
