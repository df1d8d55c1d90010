"""Children that are killed leave nothing locked for those that come after."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

KILLED = """
import os, signal, threading
from tqdm.auto import tqdm
from tests.faults import warm

{apart}
list(tqdm(range(2)))
child = os.fork()
if child == 0:
    tqdm.get_lock().acquire()
    os.kill(os.getpid(), signal.SIGKILL)
os.waitpid(child, 0)
list(tqdm(range(2)))
print(threading.active_count())
"""


def test_a_child_that_is_killed_with_a_progress_bar_in_its_hand_stops_no_other() -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(apart="warm._apart()")],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == "1\n", "no thread of its own, which a fork would leave holding a lock"
