"""Child processes that are all ended when we end: by process, with all their descendants.

A task of Airflow leads a process group of its own, so that ending the group of its scheduler would
leave it running; each descendant is ended by itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psutil

from tidings.cli.airflow.api import AirflowFailed
from tidings.cli.airflow.logs import read_tail

GRACE_SECONDS = 20.0
LAST_SECONDS = 5.0


class Children:
    """Child processes by name, each with a log file in ``folder``."""

    def __init__(self, folder: Path, *, keep_open: int) -> None:
        """``keep_open`` is a file descriptor that the children hold, too: the home's lock."""
        self._folder = folder
        self._keep_open = keep_open
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str], env: Mapping[str, str]) -> None:
        """Start one; its output goes to ``<folder>/<name>.log``, its files are its owner's only."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - the caller's own words
                command,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we end them in order
                pass_fds=(self._keep_open,),
                umask=0o077,
            )

    def log(self, name: str) -> Path:
        """Return the log file of the child ``name``."""
        return self._folder / f"{name}.log"

    def check(self) -> None:
        """Raise AirflowFailed with the log's tail if one has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise AirflowFailed(
                    f"Airflow's {name} ended with code {process.returncode}:\n{self.tail(name)}",
                    remedy=f"The whole log: {self.log(name)}",
                )

    def tail(self, name: str) -> str:
        """Return the last lines of a child's log."""
        return read_tail(self.log(name))

    def stop(self) -> None:
        """End all, the last started first; what has not ended after the grace time is killed."""
        leaders = [psutil.Process(p.pid) for p in self._running.values() if p.poll() is None]
        family = _descendants(leaders)
        for leader in reversed(leaders):
            with contextlib.suppress(psutil.NoSuchProcess):
                leader.terminate()
        psutil.wait_procs(leaders, timeout=GRACE_SECONDS)
        family |= _descendants(leaders)
        _end([*leaders, *family])
        for process in self._running.values():
            process.wait()
        self._running.clear()


def _descendants(leaders: list[psutil.Process]) -> set[psutil.Process]:
    found: set[psutil.Process] = set()
    for leader in leaders:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.update(leader.children(recursive=True))
    return found


def _end(processes: list[psutil.Process]) -> None:
    """Ask each that still runs to end, then kill it; psutil knows a pid that was given anew."""
    for ask in (psutil.Process.terminate, psutil.Process.kill):
        alive = [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                ask(process)
        psutil.wait_procs(alive, timeout=LAST_SECONDS)


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[int]:
    """Hold the lock file ``path`` and yield its descriptor.

    Children that inherit it hold the lock, too: while one of them lives nobody else gets in.
    Raises AirflowFailed if somebody holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 100, 0).decode("ascii", "replace").strip()
            raise AirflowFailed(
                f"Airflow already runs in {path.parent}, started by process {holder or 'unknown'}.",
                remedy=f"End it with Ctrl-C where it runs; 'fuser {path}' lists what is left.",
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield handle
    finally:
        os.close(handle)


@contextlib.contextmanager
def orderly_end() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind as Ctrl-C does, so that children are ended, not orphaned."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers; it unwinds its own way
        return
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore a second Ctrl-C while children are being ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
