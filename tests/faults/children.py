"""Orders to a warm process, see :mod:`tests.faults.warm`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from tests.faults.warm import Done, Order

ROOT = Path(__file__).parents[2]


class StepFailed(AssertionError):
    """A step that should have come to its end did not."""


class Warm:
    """A warm process for one installation; a context manager."""

    def __init__(self, environ: Mapping[str, str], log: Path) -> None:
        given = {k: v for k, v in os.environ.items() if not k.startswith(("TIDINGS_", "AIRFLOW"))}
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**given, **threads, **environ},
            cwd=ROOT,
        )

    def __enter__(self) -> Self:
        self._answer()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._log.close()

    def do(self, stage: str, /, **order: Any) -> Done:
        """Have a step done, or begun and killed; ``order`` are the fields of an Order."""
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(Order(stage=stage, **order)) + b"\n")
        self._process.stdin.flush()
        return self._answer()

    def whole(self, stage: str, /, **arguments: Any) -> Any:
        """Have a step done to its end and return its result; StepFailed where it fails."""
        done = self.do(stage, arguments=arguments)
        if done.error is not None:
            raise StepFailed(f"{stage}: {done.error}: {done.message}")
        return done.result

    def _answer(self) -> Done:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise StepFailed(f"The warm process has ended; its log: {self._log.name}")
        return msgspec.json.decode(line, type=Done)
