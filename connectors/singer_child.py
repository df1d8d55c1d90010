"""A child process that writes lines: read within bounds, and ended with all that it started."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from connectors.masks import masked
from tidings.errors import BodyTooLarge, ConfigurationError, TransientError

CHUNK = 64 * 1024
TAIL = 4_000
"""Bytes of the standard error that are kept, the last ones."""

GRACE_SECONDS = 10.0
"""To end by itself: once it has closed its output, and once more when it is told to."""

PRIVATE = ("TIDINGS_SECRET_", "AIRFLOW")
"""Beginnings of variables that a child does not get: it is given the secrets that it needs."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a child may take: bytes of a line, seconds without a word, and seconds altogether."""

    line_bytes: int
    silence_seconds: float
    total_seconds: float


class Child:
    """A running child. ``name`` is what errors call it, ``hidden`` what they
    must not show, the longest first."""

    def __init__(
        self, process: subprocess.Popen[bytes], name: str, bounds: Bounds, hidden: Sequence[str]
    ) -> None:
        """Take over a process that was started with both outputs as pipes."""
        self._process = process
        self._name = name
        self._bounds = bounds
        self._hidden = hidden
        self._said = b""
        self._out, self._err = process.stdout, process.stderr
        self._end = time.monotonic() + bounds.total_seconds

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the standard output, without their ends, as they come.

        TransientError, with what the child said on the standard error, where it fails, falls silent
        or takes too long; BodyTooLarge for a line without end. A line that a failure cut in half is
        left out.
        """
        held = bytearray()
        for chunk in self._chunks():
            searched = len(held)
            held += chunk
            if held.find(b"\n", searched) >= 0:
                *whole, rest = held.split(b"\n")
                held = rest
                for line in whole:
                    self._measure(line)
                    yield bytes(line)
            self._measure(held)
        self._await_end()
        if held:
            yield bytes(held)

    def _chunks(self) -> Iterator[bytes]:
        """Yield what comes on the standard output until it is closed; keep what the other says."""
        assert self._out is not None
        assert self._err is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._out, selectors.EVENT_READ)
            waiting.register(self._err, selectors.EVENT_READ)
            heard = time.monotonic()
            while self._out in waiting.get_map():
                ready = [key.fileobj for key, _ in waiting.select(timeout=self._patience(heard))]
                if not ready:
                    if self._process.poll() is not None:
                        return  # something that it started keeps its output open
                    self._check_patience(heard)
                    continue
                for stream in (s for s in (self._err, self._out) if s in ready):
                    chunk = os.read(stream.fileno(), CHUNK)
                    if not chunk:
                        waiting.unregister(stream)
                    elif stream is self._err:
                        self._said = (self._said + chunk)[-TAIL:]
                    else:
                        yield chunk
                heard = time.monotonic()  # not earlier: whoever reads may have taken its time

    def _patience(self, heard: float) -> float:
        now = time.monotonic()
        left = min(heard + self._bounds.silence_seconds, self._end) - now
        return max(0.0, min(left, GRACE_SECONDS))

    def _check_patience(self, heard: float) -> None:
        now = time.monotonic()
        if now >= self._end:
            raise self._fault(f"did not end within {self._bounds.total_seconds:.0f} s")
        if now >= heard + self._bounds.silence_seconds:
            raise self._fault(f"said nothing for {self._bounds.silence_seconds:.0f} s")

    def _measure(self, line: bytes | bytearray) -> None:
        if len(line) > self._bounds.line_bytes:
            raise BodyTooLarge(
                f"{self._name} wrote a line of more than {self._bounds.line_bytes} bytes.",
                remedy="Raise 'max_line_bytes' if its records are so large.",
            )

    def _await_end(self) -> None:
        """Wait for the child to end once its output is closed; TransientError where it failed."""
        self._listen_on(GRACE_SECONDS)
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            raise self._fault("closed its output but did not end") from None
        if code != 0:
            ended = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise self._fault(f"failed ({ended})")

    def _listen_on(self, seconds: float) -> None:
        """Go on reading the standard error, so that the child can finish writing to it."""
        assert self._err is not None
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._err, selectors.EVENT_READ)
            while waiting.select(timeout=max(0.0, end - time.monotonic())):
                chunk = os.read(self._err.fileno(), CHUNK)
                if not chunk:
                    return
                self._said = (self._said + chunk)[-TAIL:]

    def _fault(self, what: str) -> TransientError:
        said = self.said()
        return TransientError(
            f"{self._name} {what}" + (f"; it said: {said}" if said else " without a word") + ".",
            remedy="What came before is kept; if it stays so, run it by hand with these settings.",
        )

    def said(self) -> str:
        """Return the last of what the child said on its standard error, secrets masked."""
        text = self._said.decode("utf-8", "replace")
        if len(self._said) == TAIL and self._hidden:  # it may begin in the middle of a secret
            text = text[len(self._hidden[0]) :]
        text = masked(text, self._hidden)
        return " | ".join(line.strip() for line in text.splitlines() if line.strip())

    def stop(self) -> None:
        """End the child and whatever it started, first kindly; close its pipes."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_SECONDS)
        self._signal(signal.SIGKILL)
        self._process.wait()
        for stream in (self._out, self._err):
            if stream is not None:
                stream.close()

    def _signal(self, which: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # the whole group has ended
            os.killpg(self._process.pid, which)


@contextmanager
def running(
    command: Sequence[str], *, name: str, folder: Path, bounds: Bounds, hidden: Sequence[str]
) -> Iterator[Child]:
    """Run ``command`` (no shell) in ``folder`` while the context lasts, in a group of its own.

    ConfigurationError where it can't be started.
    """
    environ = {k: v for k, v in os.environ.items() if not k.startswith(PRIVATE)}
    try:
        process = subprocess.Popen(  # noqa: S603 - whoever writes a watch file may run programs
            [_executable(command[0], folder), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environ,
            start_new_session=True,
        )
    except OSError as error:
        raise ConfigurationError(
            f"{command[0]!r} can't be run: {error.strerror}.",
            remedy="Install it, or mend 'command': a name on the PATH, or a path.",
        ) from error
    child = Child(process, name, bounds, hidden)
    try:
        yield child
    finally:
        child.stop()


def _executable(name: str, folder: Path) -> str:
    """Return the path of a program: as it is, on the PATH, or beside the Python that runs this."""
    if os.sep in name:
        return str(folder / name)
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise ConfigurationError(
            f"There is no program {name!r} on the PATH.",
            remedy="Install the tap, best into an environment of its own, and give its path in "
            "'command'.",
        )
    return found
