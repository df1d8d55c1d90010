"""A failed or late run is told by the connection or the secret; without them nothing fails."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace as Of
from typing import Any

import pytest

FAILED = {"dag": Of(dag_id="load"), "run_id": "asset__1", "ti": Of(task_id="merge")}
LATE = {"dag_run": {"dag_id": "maintenance", "dag_run_id": "scheduled__1"}}
CONNECTION = "AIRFLOW_CONN_TIDINGS_ALERTS"


class Sink(ThreadingHTTPServer):
    """Takes what is posted, or refuses it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.told: list[dict[str, Any]] = []
        self.status = 200
        self.address = f"json://127.0.0.1:{self.server_port}/t0ken-of-somebody"


class Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Sink)
        self.server.told.append(
            json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        )
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: Any) -> None:
        """Keep still."""


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def telling(airflow: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from tidings_dags import telling as found

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv(CONNECTION, raising=False)
    return found


def connect(monkeypatch: pytest.MonkeyPatch, extra: dict[str, Any]) -> None:
    monkeypatch.setenv(CONNECTION, json.dumps({"conn_type": "apprise", "extra": extra}))


def test_every_kind_of_dag_tells_of_its_failure(bag: Any) -> None:
    from tidings_dags.telling import tell_failure

    for dag in bag.dags.values():
        if dag.dag_id.startswith("collect__") or dag.dag_id in {"load", "maintenance"}:
            assert dag.on_failure_callback in (tell_failure, [tell_failure]), dag.dag_id


def test_one_dag_has_a_deadline_which_airflow_can_call(bag: Any) -> None:
    from importlib import import_module

    from tidings_dags.telling import tell_late

    found = {dag.dag_id: dag.deadline for dag in bag.dags.values() if dag.deadline}
    assert set(found) == {"maintenance"}, "'airflow dags test' fails on a DAG with a deadline"
    [deadline] = found["maintenance"]
    assert deadline.interval == timedelta(hours=6)
    module, _, name = deadline.callback.path.rpartition(".")
    assert getattr(import_module(module), name) is tell_late


def test_a_failure_is_told_by_the_connection(
    telling: Any, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, {"config": {"path": sink.address, "tag": "ops"}})
    telling.tell_failure(FAILED)
    [told] = sink.told
    assert told["title"] == "DAG load failed"
    assert "Run asset__1 of load failed in task 'merge'" in told["message"]
    assert told["type"] == "failure"


def test_a_late_run_is_told_by_the_secret(telling: Any, sink: Sink, home: Path) -> None:
    (home / ".secrets").mkdir()
    (home / ".secrets" / "tidings_alerts").write_text(sink.address)
    (home / ".secrets" / "tidings_alerts").chmod(0o600)
    telling.tell_late(LATE, "6 hours")
    [told] = sink.told
    assert told["title"] == "DAG maintenance is late"
    assert "was not done within 6 hours" in told["message"]


def test_without_connection_and_secret_nobody_is_told_and_nothing_fails(
    telling: Any, caplog: pytest.LogCaptureFixture
) -> None:
    telling.tell_failure(FAILED)
    telling.tell_late(LATE, "6 hours")
    assert caplog.text.count("Nobody is told") == 2


@pytest.mark.parametrize("extra", [{}, {"config": {}}, {"config": 7}, {"config": "no json"}])
def test_a_connection_of_another_form_is_logged_and_nothing_fails(
    telling: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    extra: dict[str, Any],
) -> None:
    connect(monkeypatch, extra)
    telling.tell_failure(FAILED)
    assert "not of the form" in caplog.text


def test_a_message_that_is_not_taken_is_logged_without_the_address(
    telling: Any,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    sink.status = 500
    connect(monkeypatch, {"config": [{"path": sink.address}]})
    telling.tell_failure(FAILED)
    assert sink.told
    assert "not all were" in caplog.text
    assert "t0ken" not in caplog.text
