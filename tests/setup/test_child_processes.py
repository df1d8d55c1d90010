"""Airflow's processes as children: none outlives us, and one home has one Airflow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tidings.cli.airflow import processes
from tidings.cli.airflow.api import AirflowFailed
from tidings.cli.airflow.processes import Children, only_one

# Like a task of Airflow: in a process group of its own, deaf to a request to end.
GRANDCHILD = """\
import os, signal, sys, time
os.setpgid(0, 0)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(600)
"""

PARENT = f"""\
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {GRANDCHILD!r}, sys.argv[1]])
time.sleep(600)
"""


def until(done: Callable[[], object]) -> None:
    """Wait for what must happen, on a machine however slow; a minute is no measurement."""
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Children:
    monkeypatch.setattr(processes, "GRACE_SECONDS", 1.0)
    monkeypatch.setattr(processes, "LAST_SECONDS", 1.0)
    with (tmp_path / "lock").open("w") as lock:
        return Children(tmp_path / "logs", keep_open=os.dup(lock.fileno()))


def run_until_written(children: Children, note: Path) -> psutil.Process:
    children.start("parent", [sys.executable, "-c", PARENT, str(note)], os.environ)
    until(lambda: note.exists() and note.read_text())
    return psutil.Process(int(note.read_text()))


def test_a_grandchild_in_its_own_group_ends_with_us(children: Children, tmp_path: Path) -> None:
    """Its parent ends at once when asked, so that it is nobody's child by then."""
    grandchild = run_until_written(children, tmp_path / "pid")

    children.stop()

    until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


def test_a_child_that_dies_is_told_with_the_end_of_its_log(children: Children) -> None:
    code = "print('one line'); print('the reason'); raise SystemExit(3)"
    children.start("scheduler", [sys.executable, "-c", code], os.environ)

    def told() -> str:
        try:
            children.check()
        except AirflowFailed as error:
            return str(error)
        return ""

    until(told)
    assert "scheduler ended with code 3" in told()
    assert "the reason" in told()
    children.stop()


def test_a_log_is_for_its_owner_only(children: Children, tmp_path: Path) -> None:
    children.start("quiet", [sys.executable, "-c", ""], os.environ)
    children.stop()

    assert (tmp_path / "logs").stat().st_mode & 0o077 == 0


def test_one_home_has_one_airflow(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    refused = pytest.raises(AirflowFailed, match=f"process {os.getpid()}")
    with only_one(path), refused, only_one(path):
        pass
    with only_one(tmp_path / "lock"):
        pass


def test_while_a_left_over_child_lives_nobody_else_gets_in(tmp_path: Path) -> None:
    """Killed outright, we leave children behind: two schedulers on one database must not be."""
    with only_one(tmp_path / "lock") as handle:
        command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
        child = subprocess.Popen(command, pass_fds=(handle,), stdin=subprocess.PIPE)
    with pytest.raises(AirflowFailed, match="already runs"), only_one(tmp_path / "lock"):
        pass
    child.communicate()
    with only_one(tmp_path / "lock"):
        pass


LEAVES = """\
import os, pathlib, sys, time
from tidings.cli.airflow.processes import Children, orderly_end
children = Children(pathlib.Path(sys.argv[1]), keep_open=0)
with orderly_end():
    try:
        children.start("child", [sys.executable, "-c", "import time; time.sleep(600)"], os.environ)
        print(children._running["child"].pid, flush=True)
        time.sleep(600)
    finally:
        children.stop()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whichever_way_we_are_ended_the_children_end(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", LEAVES, str(tmp_path)]
    us = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert us.stdout is not None
    child = psutil.Process(int(us.stdout.readline()))

    us.send_signal(number)
    us.communicate(timeout=60)

    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
