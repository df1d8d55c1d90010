"""What one host may be asked, counted together by all threads, and processes that share a folder.

A budget is the time of the next free turn and the time until which the host wants to be left alone.
Processes share it as one small file for each host, written under a lock: several tasks that collect
from one host keep its rate together. Machines don't share it; there each keeps the rate by itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import time
from typing import Any

from filelock import FileLock
from pyrate_limiter import Limiter, Rate, SingleBucketFactory, StateBucket
from pyrate_limiter.abstracts.algorithm import Decision, State, StateAlgorithm
from pyrate_limiter.abstracts.store import StateStore
from pyrate_limiter.buckets.state_bucket import InMemoryStateStore
from pyrate_limiter.clocks import WallClock

LONGEST_HOLD = 600.0
"""Seconds that a host is left alone at most; what is further away in a shared file is no pause."""

SLACK_MS = 1_000
"""Milliseconds by which the clocks of those who share a file may differ: it is one machine."""


class Budget:
    """The budget of one host. ``wait`` is how to sleep, in seconds, and may raise to end a wait."""

    def __init__(self, rate: Rate, file: Path | None, wait: Callable[[float], None]) -> None:
        """Count in memory, or in ``file`` together with whoever else names the same one."""
        self._shared = _File(file) if file else None
        store = _SharedStore(self._shared) if self._shared else InMemoryStateStore()
        # A bucket of this kind holds one number: nothing leaks, no thread is needed for it.
        bucket = SingleBucketFactory(StateBucket([rate], store=store), schedule_leak=False)
        self._limiter = Limiter(bucket, buffer_ms=0)
        self._wait = wait
        self._until = 0.0

    def take(self) -> None:
        """Return when it is this request's turn and the host does not want to be left alone."""
        self._sit_out()
        self._limiter.try_acquire("request")  # waits, at most as long as the rate asks for
        self._sit_out()

    def hold(self, seconds: float) -> None:
        """Give no turn for ``seconds`` from now; a longer pause that was asked for stays."""
        self._until = max(self._until, time() + seconds)
        if self._shared:
            self._shared.change(lambda kept: {**kept, "hold": max(kept["hold"], self._until)})

    def _sit_out(self) -> None:
        while (left := self._held_until() - time()) > 0:
            self._wait(left)

    def _held_until(self) -> float:
        shared = self._shared.read()["hold"] if self._shared else 0.0
        return max(self._until, shared if shared <= time() + LONGEST_HOLD else 0.0)


def file_of(folder: Path, host: str) -> Path:
    """Return where the budget of ``host`` lies in ``folder``: readable, and apart for each host."""
    digest = hashlib.blake2b(host.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return folder / f"{re.sub(r'[^a-z0-9.-]', '_', host)[:100]}-{digest}.json"


class _File:
    """One host's numbers on disk: ``turns`` (the limiter's state) and ``hold`` (Unix seconds).

    A file that was cut short by a crash counts as none: the rate starts anew, no worse.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = FileLock(f"{path}.lock", thread_local=False)
        self._threads = Lock()

    def read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return {"turns": [float(n) for n in kept["turns"]], "hold": float(kept["hold"])}
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return {"turns": [], "hold": 0.0}

    def change(self, how: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        with self._threads, self._lock:
            self._path.write_text(json.dumps(how(self.read())), "utf-8")


class _SharedStore(StateStore):
    """The limiter's state in a file."""

    default_clock = WallClock()

    def __init__(self, file: _File) -> None:
        self._file = file

    def check(
        self, algorithm: StateAlgorithm, rates: list[Rate], now: int, weight: int
    ) -> Decision:
        made: list[Decision] = []

        def step(kept: dict[str, Any]) -> dict[str, Any]:
            state, decision = algorithm.step(
                rates, self._turns(kept, algorithm, rates, now), now, weight
            )
            made.append(decision)
            return {**kept, "turns": list(state)} if decision.allowed else kept

        self._file.change(step)
        return made[0]

    def read(self, algorithm: StateAlgorithm, rates: list[Rate]) -> State:
        return self._state(self._file.read(), algorithm, rates)

    def reset(self) -> None:
        self._file.change(lambda kept: {**kept, "turns": []})

    def _turns(
        self, kept: dict[str, Any], algorithm: StateAlgorithm, rates: list[Rate], now: int
    ) -> State:
        """Return the state at ``now`` (ms); none where the clock was set back since it was written.

        A turn (microseconds) is never further away than a burst takes.
        """
        turns = self._state(kept, algorithm, rates)
        for rate, turn in zip(rates, turns, strict=True):
            if turn / 1000 > now + SLACK_MS + rate.interval * rate.burst / rate.limit:
                return algorithm.initial(rates)
        return turns

    def _state(self, kept: dict[str, Any], algorithm: StateAlgorithm, rates: list[Rate]) -> State:
        turns: list[float] = kept["turns"]
        return tuple(turns) if len(turns) == len(rates) else algorithm.initial(rates)
