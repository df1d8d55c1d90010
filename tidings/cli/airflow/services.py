"""Airflow's API server, scheduler and DAG processor, as long as they are needed."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from collections.abc import Callable, Collection
from typing import Any, Self, TypeVar

from tidings.cli.airflow.api import AirflowFailed, Api, DagRun, NotAnswering
from tidings.cli.airflow.logs import read_tail
from tidings.cli.airflow.processes import Children, only_one, orderly_end, undisturbed
from tidings.cli.airflow.setup import USER, Tell, environment, password, prepare
from tidings.errors import ConfigurationError
from tidings.home import Home

T = TypeVar("T")

START_SECONDS = 600.0
"""A quiet machine needs 20; a busy one may need minutes, and giving up early helps nobody."""

PAGE = "plugin/reputation"
"""Where Airflow's page shows ours; :mod:`dashboard.plugin` registers it."""

POLL_SECONDS = 1.0
TELL_SECONDS = 15.0


class Services:
    """Airflow for one home, on 127.0.0.1 only; a context manager.

    ``port`` None takes any free one. Entering prepares the home, starts the processes and waits
    until they are healthy; leaving ends them and all their descendants. Raises AirflowFailed with a
    log's tail where Airflow does not come up, ConfigurationError where the port is taken.
    """

    def __init__(self, home: Home, *, port: int | None = None, tell: Tell = print) -> None:
        self.home = home
        self._tell = tell
        self._stack = contextlib.ExitStack()
        self._wanted_port = port
        self.logs = home.root / "logs" / "services"

    def __enter__(self) -> Self:
        with self._stack:
            self._stack.enter_context(orderly_end())
            self.home.root.mkdir(parents=True, exist_ok=True)
            lock = self._stack.enter_context(only_one(self.home.root / "airflow.db.lock"))
            prepare(self.home, tell=self._tell)
            self.port = free_port(self._wanted_port)
            self.api = Api(self.port, USER, password(self.home))
            self._children = Children(self.logs, keep_open=lock)
            self._stack.callback(self._stop)
            self._start()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        """Address of Airflow's page."""
        return f"http://127.0.0.1:{self.port}/"

    def check(self) -> None:
        """Raise AirflowFailed with the log's tail if a part has ended."""
        self._children.check()

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run."""
        self.patiently(lambda: self.api.unpause(dag_id))

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None) -> str:
        """Start a run with the form's values ``conf``; return its id."""
        run_id = f"manual__{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime())}.{time.time_ns()}"
        self.patiently(lambda: self.api.trigger(dag_id, conf, run_id))
        return run_id

    def wait_for_dags(self, dag_ids: Collection[str], *, seconds: float = START_SECONDS) -> None:
        """Wait until Airflow has read these DAGs; AirflowFailed says which are missing and why."""
        wanted = set(dag_ids)
        self.wait(lambda: wanted <= self.api.dag_ids(), "its DAGs", seconds, self._missing(wanted))

    def wait_for(
        self, runs: Collection[tuple[str, str]], *, seconds: float = START_SECONDS
    ) -> list[DagRun]:
        """Wait until the runs (dag_id, run_id) have ended; return them, ended well or not."""
        ended: list[DagRun] = []

        def all_ended() -> bool:
            found = [r for r in self.api.runs() if (r.dag_id, r.dag_run_id) in runs and r.ended]
            ended[:] = found
            return len(found) == len(set(runs))

        self.wait(all_ended, f"{len(runs)} runs", seconds)
        return ended

    def why_failed(self, run: DagRun) -> str:
        """Name the failed tasks of a run, each with the tail of its log."""
        told = [f"{run.dag_id} {run.dag_run_id}: {run.state}"]
        for task in self.patiently(lambda: self.api.failed_tasks(run)):
            folder = self.home.root / "logs" / f"dag_id={run.dag_id}" / f"run_id={run.dag_run_id}"
            folder /= f"task_id={task.task_id}"
            if task.map_index >= 0:
                folder /= f"map_index={task.map_index}"
            log = folder / f"attempt={task.try_number}.log"
            told.append(f"task {task.task_id}, {log}:\n{read_tail(log)}")
        return "\n".join(told)

    def patiently(self, ask: Callable[[], T], seconds: float = START_SECONDS) -> T:
        """Ask until the API answers; AirflowFailed if a part has ended or time is up."""
        deadline = time.monotonic() + seconds
        while True:
            self.check()
            try:
                return ask()
            except NotAnswering:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)

    def wait(
        self,
        done: Callable[[], bool],
        what: str,
        seconds: float = START_SECONDS,
        why_not: Callable[[], str] = lambda: "",
    ) -> None:
        """Wait until ``done``, with a line of progress now and then, or raise AirflowFailed."""
        start = time.monotonic()
        told = start
        while not self.patiently(done, seconds):
            now = time.monotonic()
            if now - start > seconds:
                raise AirflowFailed(
                    f"Airflow: {what} not there after {seconds:.0f} s. {why_not()}\n"
                    f"{self._children.tail('scheduler')}",
                    remedy=f"The logs are in {self.logs}.",
                )
            if now - told > TELL_SECONDS:
                told = now
                self._tell(f"Airflow: waiting for {what} ({now - start:.0f} s) ...")
            time.sleep(POLL_SECONDS)

    def _start(self) -> None:
        self._tell(f"Airflow: starting on {self.url} ...")
        env = environment(self.home, port=self.port)
        for name in ("api-server", "dag-processor"):
            self._children.start(name, [sys.executable, "-m", "airflow", name], env)
        # the scheduler last: a task that is due at once would not find the API
        self.wait(lambda: bool(self.api.health()), "its API server")
        scheduler = [sys.executable, "-m", "airflow", "scheduler", "--skip-serve-logs"]
        self._children.start("scheduler", scheduler, env)  # it would serve logs to the network
        parts = ("metadatabase", "dag_processor", "scheduler")
        self.wait(
            lambda: all(self.api.health().get(p) == "healthy" for p in parts), "its scheduler"
        )

    def _stop(self) -> None:
        with undisturbed():
            self._tell("Airflow: stopping ...")
            self._children.stop()

    def _missing(self, wanted: set[str]) -> Callable[[], str]:
        def why() -> str:
            missing = ", ".join(sorted(wanted - self.api.dag_ids()))
            errors = [f"{f.filename}:\n{f.stack_trace}" for f in self.api.import_failures()]
            return "\n".join([f"Missing: {missing}.", *errors])

        return why


def free_port(wanted: int | None) -> int:
    """Return ``wanted``, or any port free on 127.0.0.1; ConfigurationError if taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted or 0))
        except OSError as error:
            raise ConfigurationError(
                f"Port {wanted} on this machine is taken.", remedy="Choose another with --port."
            ) from error
        return int(probe.getsockname()[1])


def serve_forever(home: Home, *, port: int = 8080, tell: Tell = print) -> None:
    """Run Airflow until Ctrl-C (or SIGTERM) and end it properly; AirflowFailed if a part ends."""
    with contextlib.suppress(KeyboardInterrupt), Services(home, port=port, tell=tell) as airflow:
        tell(f"Airflow is ready: {airflow.url}  sign in as {USER}, password {password(home)}")
        tell(f"The page of reputation: {airflow.url}{PAGE}")
        tell("Ctrl-C stops it.")
        while True:
            airflow.check()
            time.sleep(POLL_SECONDS)
