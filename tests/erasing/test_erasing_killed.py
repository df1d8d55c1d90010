"""An erasure that is killed at any moment is gone on with, and leaves nothing either."""

import os
import random
import signal
import sys
from pathlib import Path

import pytest
from forgetful_home import holding, texts_of

from tidings.cli import erasing, steps
from tidings.cli.erasure_request import Request, author, new_request
from tidings.home import Home

KILLS = 8
TOUCHING = ("open", "os.", "shutil.", "sqlite3.")
"""Events of Python's audit that an erasure has when it touches files; a whole one has some 300."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 3, 20261122])
def test_killed_at_random_moments_then_ended(
    forgetful: Home, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    from tidings.cli.backing_up.make import backup
    from tidings.cli.backing_up.verify import verify

    kept = backup(forgetful, tmp_path_factory.mktemp("backups"))
    drawn = random.Random(seed)
    request = new_request([author("files:anna-handle")], "request")
    deaths = 0
    for kill in range(KILLS):  # later and later: each goes on where the last one was killed
        status = _until_touch(drawn.randint(1, 40 * (kill + 1)), forgetful, request)
        deaths += os.WIFSIGNALED(status)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    assert deaths >= KILLS // 2
    _go_on(forgetful, request)
    assert holding(forgetful, "anna") == []
    held = [path for path in kept.rglob("*") if path.is_file()]
    assert not [p for p in held if any(b"anna" in text.lower() for text in texts_of(p))]
    verify(kept)
    assert any("bob-handle" in line for line in holding(forgetful, "bob-handle"))
    assert not forgetful.erasing.exists()
    assert not list(Path(forgetful.warehouse.parent).glob(".*.erasing*"))
    steps.publish()  # judged: what is left adds up


def _go_on(home: Home, request: Request) -> None:
    if home.erasing.exists():
        assert erasing.apply_again(home) is not None
    elif not home.tombstones.exists():
        erasing.carry_out(home, request)
    assert not erasing.outstanding(home)


def _until_touch(count: int, home: Home, request: Request) -> int:
    """Go on with the erasure in a process that is killed at its ``count``-th touch of a file.

    Moments are counted, not timed: how fast the machine is does not matter. Return its wait status.
    """
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    code = 1
    try:
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
        _die_at_touch(count)
        _go_on(home, request)
        code = 0
    finally:
        os._exit(code)


def _die_at_touch(count: int) -> None:
    left = count

    def hook(event: str, _: object) -> None:
        nonlocal left
        if event.startswith(TOUCHING):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
