"""An erasure that is killed at any moment is gone on with, and leaves nothing either."""

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from forgetful_home import holding

from tidings.cli import erasing, steps
from tidings.cli.erasure_request import Request, author, new_request
from tidings.home import Home

KILLS = 8


@pytest.mark.slow
def test_killed_at_random_moments_then_ended(forgetful: Home) -> None:
    drawn = random.Random(20261122)
    request = new_request([author("files:anna-handle")], "request")
    killed = 0
    for _ in range(KILLS):
        child = _forked(forgetful, request)
        time.sleep(drawn.uniform(0.05, 4.0))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
    assert killed
    if erasing.outstanding(forgetful):
        assert erasing.apply_again(forgetful) is not None
    assert holding(forgetful, "anna") == []
    assert any("bob-handle" in line for line in holding(forgetful, "bob-handle"))
    assert not forgetful.erasing.exists()
    assert not list(Path(forgetful.warehouse.parent).glob(".*.erasing*"))
    steps.publish()  # judged: what is left adds up


def _forked(home: Home, request: Request) -> int:
    """Begin the erasure, or go on with it, in a process of its own; return its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
        if home.erasing.exists():
            erasing.apply_again(home)
        elif not home.tombstones.exists():
            erasing.carry_out(home, request)
        code = 0
    finally:
        os._exit(code)
