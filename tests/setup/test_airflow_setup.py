"""Setting Airflow up: secrets once and for their owner, an environment that finds this home."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tidings.cli.airflow import setup
from tidings.cli.airflow.logs import read_tail
from tidings.cli.airflow.services import free_port
from tidings.errors import ConfigurationError
from tidings.home import Home


def test_a_secret_is_written_once_whole_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    setup._write_once(path, lambda: "first")
    setup._write_once(path, lambda: "second")

    assert path.read_text() == "first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]


def test_two_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    """Both found it missing; the later one must not put its own in place of the other's."""
    both_there = threading.Barrier(2)
    made: list[str] = []

    def make(name: str) -> str:
        both_there.wait(timeout=60)
        made.append(name)
        return name

    path = tmp_path / "secret"
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(setup._write_once, path, lambda n=name: make(n)) for name in "ab"]
    for one in both:
        one.result()

    assert sorted(made) == ["a", "b"]
    assert path.read_text() in ("a", "b")
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]


def test_the_environment_leads_to_this_home_and_no_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "example.org")
    env = setup.environment(Home.at(tmp_path / "my home"), port=4711)

    assert env["AIRFLOW_HOME"] == env["TIDINGS_HOME"] == str(tmp_path / "my home")
    assert Path(env["AIRFLOW_CONFIG"]).is_file()
    assert (Path(env["AIRFLOW__CORE__DAGS_FOLDER"]) / "collect.py").is_file()
    assert env["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:4711"
    assert env["NO_PROXY"].split(",") == ["example.org", "127.0.0.1", "localhost"]


def test_a_port_that_is_taken_is_said_to_be(tmp_path: Path) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port}"):
            free_port(port)
    assert free_port(None) > 0


def test_the_tail_of_a_task_log_is_legible(tmp_path: Path) -> None:
    log = tmp_path / "attempt=1.log"
    log.write_text(
        '{"level":"info","event":"::group::Log message source details"}\n'
        '{"level":"error","event":"Task failed with exception","error_detail":[{"exc_type":'
        '"AuthError","exc_value":"no key","frames":[{"filename":"steps.py","lineno":7}]}]}\n'
        "not JSON at all\n"
    )

    assert read_tail(log).splitlines() == [
        "error: Task failed with exception",
        "    AuthError: no key (steps.py:7)",
        "not JSON at all",
    ]
    assert "no log" in read_tail(tmp_path / "missing.log")


@pytest.mark.slow
@pytest.mark.airflow
def test_preparing_is_done_once_and_for_the_owner_only(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "my home")
    told: list[str] = []
    setup.prepare(home, tell=told.append)
    assert told
    database = home.root / "airflow.db"
    kept = {p: p.read_bytes() for p in (database, *home.secrets.iterdir())}
    password = setup.password(home)

    setup.prepare(home, tell=told.append)

    assert len(told) == 1  # nothing was left to do
    assert {p: p.read_bytes() for p in kept} == kept
    assert setup.password(home) == password
    for path in kept:
        assert path.stat().st_mode & 0o077 == 0, path
    with closing(sqlite3.connect(database)) as con:
        slots = con.execute("SELECT slots FROM slot_pool WHERE pool = 'warehouse'").fetchone()
        assert slots == (1,)
        assert con.execute("PRAGMA journal_mode").fetchone() == ("wal",)
