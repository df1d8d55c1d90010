"""A warm process that does steps of the pipeline in forked children, and kills them when told to.

    python -m tests.faults.warm

Starting Python and importing the libraries takes seconds, a fork takes milliseconds; so they are
imported once, here, and no database is opened and no thread started in this process. Orders come as
lines of JSON on standard input (:class:`Order`), each is answered by one line (:class:`Done`).
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import threading
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

GIVEN_UP_SECONDS = 900.0
"""A child that takes longer hangs: it is killed, and that is told as an error."""

_MARK = b"mark\n"

HEAVY = (
    "duckdb", "pyarrow.parquet", "scipy.stats", "tidings.cli.alerting.deciding",
    "tidings.cli.alerting.telling", "tidings.cli.judging", "tidings.cli.whole_run",
    "tidings.cli.backing_up.make", "tidings.cli.backing_up.verify", "tidings.cli.doctoring.mend",
    "tidings.cli.erasing", "tidings.cli.opening", "tidings.http.client", "tidings.landing",
    "tidings.notify.channels", "warehouse.search_index",
)  # fmt: skip


class Order(msgspec.Struct, kw_only=True):
    """One step: which function of :mod:`tests.faults.stages`, and how its process is to end.

    ``after`` seconds SIGKILL comes, counted from the start, or from the first event of Python's
    audit that ``mark`` names: ``open:/staging/`` is a file with that in its path being opened.
    ``most_bytes`` is the size that no file may pass (RLIMIT_FSIZE), from the start or from ``mark``
    on; writing more fails as on a full disk.
    """

    stage: str
    arguments: dict[str, Any] = {}
    environ: dict[str, str] = {}
    after: float | None = None
    mark: str | None = None
    most_bytes: int | None = None


class Done(msgspec.Struct, kw_only=True):
    """How a child ended: killed, with a result, or with an error; and how long it took.

    ``peak`` is the most memory (MiB) that it held, what it shares with this process counted.
    ``marked`` is when (seconds from the start) the order's ``mark`` came.
    """

    killed: bool = False
    seconds: float = 0.0
    peak: float = 0.0
    marked: float | None = None
    result: Any = None
    error: str | None = None
    message: str = ""


def main() -> None:
    """Import, say that it is ready, then do what each line orders until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else prints goes to the log
    _warm()
    _answer(answers, Done(result="ready"))
    for line in sys.stdin.buffer:
        _answer(answers, _in_child(msgspec.json.decode(line, type=Order)))


def _answer(answers: BinaryIO, done: Done) -> None:
    answers.write(msgspec.json.encode(done) + b"\n")
    answers.flush()


def _warm() -> None:
    """Import what steps import, and let caches of models and words fill."""
    from tests.faults import stages

    _apart()
    for name in HEAVY:
        import_module(name)
    stages.warm()


def _apart() -> None:
    """Let no child share a lock: progress bars have one for all processes of a tree, and a thread.

    A child that is killed while it holds it would stop all that come after. Nobody forks so but us.
    """
    from tqdm import tqdm

    tqdm.monitor_interval = 0
    tqdm.set_lock(threading.RLock())


def _in_child(order: Order) -> Done:
    reading, writing = os.pipe()
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _act(order, writing)
    os.close(writing)
    done = _watch(order, pid, reading, started)
    os.close(reading)
    done.seconds = time.monotonic() - started
    return done


def _watch(order: Order, pid: int, reading: int, started: float) -> Done:
    """Wait for what the child says, and kill it at its moment."""
    heard, done = b"", Done()
    begun = started if order.mark is None else None
    while True:
        due = GIVEN_UP_SECONDS + started
        if order.after is not None and begun is not None:
            due = begun + order.after
        ready, _, _ = select.select([reading], [], [], max(0.0, due - time.monotonic()))
        if not ready:
            break
        piece = os.read(reading, 1 << 20)
        if not piece:
            break
        heard += piece
        if heard.startswith(_MARK):
            heard = heard[len(_MARK) :]
            begun = time.monotonic()
            done.marked = begun - started
    late = time.monotonic() - started >= GIVEN_UP_SECONDS
    os.kill(pid, signal.SIGKILL)  # it has ended, or it is to end
    _, status, used = os.wait4(pid, 0)
    done.peak = used.ru_maxrss / 1024
    if heard.endswith(b"\n"):  # it had come to its end before its moment
        ended = msgspec.json.decode(heard, type=Done)
        return msgspec.structs.replace(ended, marked=done.marked, peak=done.peak)
    done.killed = os.WIFSIGNALED(status)
    if late or not done.killed or order.after is None:
        done.error = f"ended with status {status}" + (" after hanging" if late else "")
    return done


def _act(order: Order, writing: int) -> None:
    """Do the step and tell of it; the child's last function."""
    from tests.faults import stages

    done = Done()
    try:
        os.environ.update(order.environ)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing raises EFBIG
        if order.mark is not None:
            _tell_of(order.mark, writing, order.most_bytes)
        else:
            _limit(order.most_bytes)
        done.result = getattr(stages, order.stage)(**order.arguments)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the harness is to see it
        done.error, done.message = type(error).__name__, str(error)
        if os.environ.get("TIDINGS_FAULTS_TRACE"):
            traceback.print_exc()
    os.write(writing, msgspec.json.encode(done) + b"\n")
    os._exit(0)


def _limit(most_bytes: int | None) -> None:
    if most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))


def _tell_of(mark: str, writing: int, most_bytes: int | None) -> None:
    """Tell the parent once the event of ``mark`` comes, and limit files from then on."""
    told = False
    wanted, _, words = mark.partition(":")

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal told
        if not told and event == wanted and words in str(arguments[0]):
            told = True
            _limit(most_bytes)
            os.write(writing, _MARK)

    sys.addaudithook(hear)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
