"""Airflow's REST interface on this machine, as far as it is needed here."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from tidings.errors import TidingsError

PAGE = 100
SECONDS = 60.0


class AirflowFailed(TidingsError):
    """Airflow could not be started or asked, or a run failed; the message has the log's tail."""


class NotAnswering(AirflowFailed):
    """The API server can't be reached, or not now: worth asking again."""


class DagRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one DAG. ``state`` is queued, running, success or failed; times are aware UTC."""

    dag_id: str
    dag_run_id: str
    state: str
    start_date: datetime | None = None
    end_date: datetime | None = None

    @property
    def ended(self) -> bool:
        """True once the run can't change by itself."""
        return self.state in ("success", "failed")


class TaskRun(msgspec.Struct, frozen=True, kw_only=True):
    """One task of one run, its last attempt."""

    dag_id: str
    dag_run_id: str
    task_id: str
    map_index: int
    try_number: int
    state: str | None


class ImportFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A DAG file that can't be read, and why."""

    filename: str
    stack_trace: str


class Api:
    """Asks the API server at 127.0.0.1:``port`` as ``user``; one connection a request."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self.port = port
        self._login = {"username": user, "password": password}
        self._token: str | None = None

    def health(self) -> dict[str, str]:
        """Return each part's state, ``healthy`` or not; NotAnswering before the server does."""
        answer = self._ask("GET", "/api/v2/monitor/health", signed=False)
        return {part: str((said or {}).get("status")) for part, said in answer.items()}

    def dag_ids(self) -> set[str]:
        """Return the ids of all DAGs that were read."""
        return {str(dag["dag_id"]) for dag in self._all("/api/v2/dags", "dags")}

    def import_failures(self) -> list[ImportFailure]:
        """Return the DAG files that can't be read."""
        found = list(self._all("/api/v2/importErrors", "import_errors"))
        return msgspec.convert(found, list[ImportFailure])

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run."""
        self._ask("PATCH", f"/api/v2/dags/{quote(dag_id)}", {"is_paused": False})

    def trigger(self, dag_id: str, conf: dict[str, Any] | None, run_id: str) -> None:
        """Start the run ``run_id`` with the form's values ``conf``; nothing if it was started."""
        body = {"logical_date": None, "dag_run_id": run_id, "conf": conf or {}}
        try:
            self._ask("POST", f"/api/v2/dags/{quote(dag_id)}/dagRuns", body)
        except _AlreadyThere:
            return

    def runs(self, dag_id: str = "~") -> list[DagRun]:
        """Return all runs of one DAG, or of all."""
        found = list(self._all(f"/api/v2/dags/{quote(dag_id)}/dagRuns", "dag_runs"))
        return msgspec.convert(found, list[DagRun])

    def waiting_events(self, dag_id: str) -> int:
        """Return how many Asset events a DAG has not started a run for."""
        try:
            answer = self._ask("GET", f"/api/v2/dags/{quote(dag_id)}/assets/queuedEvents")
        except _NotThere:
            return 0
        return int(answer["total_entries"])

    def failed_tasks(self, run: DagRun) -> list[TaskRun]:
        """Return the tasks of a run that failed by themselves."""
        path = f"/api/v2/dags/{quote(run.dag_id)}/dagRuns/{quote(run.dag_run_id)}/taskInstances"
        found = list(self._all(path, "task_instances", state="failed"))
        return msgspec.convert(found, list[TaskRun])

    def _all(self, path: str, key: str, **query: str) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            words = urlencode({"limit": PAGE, "offset": offset, **query})
            page = self._ask("GET", f"{path}?{words}")
            yield from page[key]
            offset += PAGE
            if offset >= page["total_entries"]:
                return

    def _ask(self, method: str, path: str, body: Any = None, *, signed: bool = True) -> Any:
        headers = {"Accept": "application/json"}
        if signed:
            if self._token is None:
                self._token = self._send("POST", "/auth/token", self._login, headers)[
                    "access_token"
                ]
            headers["Authorization"] = f"Bearer {self._token}"
        return self._send(method, path, body, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        content = None if body is None else json.dumps(body)
        if content is not None:
            headers = {**headers, "Content-Type": "application/json"}
        try:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswering(
                f"Airflow's API does not answer on port {self.port}: {error}."
            ) from error
        finally:
            connection.close()
        return self._read(method, path, answer.status, text)

    def _read(self, method: str, path: str, status: int, text: str) -> Any:
        if status == 404:
            raise _NotThere(f"Airflow knows no {path}.")
        if status == 409:
            raise _AlreadyThere(f"Airflow has {path} already.")
        if status == 401 or status >= 500:
            self._token = None  # asked for anew on the next request
            raise NotAnswering(f"{method} {path} was answered with {status}: {text[:500]}")
        if status >= 400:
            raise AirflowFailed(f"Airflow refused {method} {path} with {status}: {text[:500]}")
        try:
            return json.loads(text) if text else {}
        except ValueError as error:
            raise NotAnswering(
                f"{path} on port {self.port} answers no JSON: {text[:200]!r}"
            ) from error


class _NotThere(AirflowFailed):
    """What was asked for does not exist."""


class _AlreadyThere(AirflowFailed):
    """What was to be made exists."""
