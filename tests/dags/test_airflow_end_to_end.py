"""The whole pipeline under Airflow's own scheduler and API server, over real HTTP."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from tidings.cli.airflow import DagRun, Services
from tidings.cli.airflow.processes import only_one
from tidings.home import Home

pytestmark = [pytest.mark.slow, pytest.mark.airflow]

ITEMS = 12
WORDS = "The espresso machine leaks"


def feed(year: int | None = None) -> bytes:
    """A feed of recent entries, or of entries of a given year."""
    newest = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    items = "".join(
        f"<item><guid>{n}</guid><title>{WORDS} {n}</title><description>And the support of Acme "
        f"was friendly.</description><pubDate>"
        f"{format_datetime((newest - timedelta(hours=n)).replace(year=year or newest.year, day=1))}"
        "</pubDate></item>"
        for n in range(ITEMS)
    )
    text = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    return text.encode()


class Site(BaseHTTPRequestHandler):
    """A good feed, one whose entries are all of the far future, and one that wants a password."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        self.send_response(401 if self.path == "/refused" else 200)
        self.send_header("Content-Type", "application/rss+xml")
        self.end_headers()
        self.wfile.write(feed(2999 if self.path == "/future" else None))

    def log_message(self, *words: Any) -> None:
        """Keep still."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def home(home: Path, site: str) -> Home:
    root = home / "my home"
    (root / "watch").mkdir(parents=True)
    sources = "".join(
        f'[[sources]]\nconnector = "rss"\nname = "{name}"\nschedule = ""\n'
        f'requests_per_second = 100\nsettings = {{ urls = ["{site}/{name}"] }}\n'
        for name in ("good", "future", "refused")
    )
    watch = f'[quality]\nmax_bad_share = 0.5\n[brand]\nname = "Acme"\n{sources}'
    (root / "watch" / "acme.toml").write_text(watch)
    (root / "watch" / "broken.toml").write_text("[brand]\nnam = 'x'\n")
    return Home.at(root)


def finished(airflow: Services, dag_id: str, conf: dict[str, Any] | None = None) -> DagRun:
    (run,) = airflow.wait_for([(dag_id, airflow.trigger(dag_id, conf))])
    return run


def loads(airflow: Services) -> list[DagRun]:
    """Wait until nothing is left to load; return the runs of the load DAG."""

    def settled() -> bool:
        waiting = airflow.api.waiting_events("load")
        return not waiting and all(run.ended for run in airflow.api.runs("load"))

    airflow.wait(settled, "the load")
    return airflow.patiently(lambda: airflow.api.runs("load"))


def mentions(home: Home) -> int:
    from warehouse.snapshot import open_snapshot

    with open_snapshot(home.snapshot) as con:
        (count,) = con.execute("SELECT count(*) FROM core.mention").fetchone() or (0,)
    return int(count)


def test_collect_load_publish_fail_and_stop(home: Home) -> None:
    """One Airflow for all of it: starting one is what costs."""
    told: list[str] = []
    before = set(psutil.Process().children(recursive=True))  # of other tests, not of Airflow
    with Services(home, tell=told.append) as airflow:
        collects = [f"collect__acme__{name}" for name in ("good", "future", "refused")]
        airflow.wait_for_dags(["load", "backfill", "maintenance", *collects])

        # a bad watch file is told by its name and costs no other DAG
        (problem,) = airflow.patiently(airflow.api.import_failures)
        assert "broken.toml" in problem.stack_trace
        (home.watch_dir / "broken.toml").unlink()

        # what is collected sets off the load by itself, and is published; maintenance sets one off,
        # too, if Airflow starts within the two hours after its time of day
        assert finished(airflow, "collect__acme__good").state == "success"
        assert {run.state for run in loads(airflow)} == {"success"}
        assert mentions(home) == ITEMS

        # a refused credential fails at once, on the first of its tries
        refused = finished(airflow, "collect__acme__refused")
        assert refused.state == "failed"
        (task,) = airflow.api.failed_tasks(refused)
        assert task.try_number == 1
        assert Site.asked.count("/refused") == 1
        assert "AuthError" in airflow.why_failed(refused)

        # a batch that breaks a rule stays out and its run fails; the other batch is loaded
        assert finished(airflow, "collect__acme__future").state == "success"
        assert finished(airflow, "collect__acme__good").state == "success"
        last = max(loads(airflow), key=lambda run: str(run.start_date))
        assert last.state == "failed"
        failed = {task.task_id for task in airflow.api.failed_tasks(last)}
        assert failed == {"enrich", "tell_failures"}
        assert "QualityError" in airflow.why_failed(last)
        assert mentions(home) == ITEMS

        # a backfill that can't be done says why
        form = {"source": "acme/good", "brand": "every brand", "from": "2026-01-01"}
        backfill = finished(airflow, "backfill", {**form, "to": "2026-02-01"})
        assert backfill.state == "failed"
        assert "can't go back" in airflow.why_failed(backfill)

        assert finished(airflow, "maintenance").state == "success"
        processes = set(psutil.Process().children(recursive=True)) - before
        assert len(processes) >= 3

    assert not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    with only_one(home.root / "airflow.db.lock"):
        pass  # no process that could still hold it is left
    with closing(sqlite3.connect(home.root / "airflow.db")) as con:
        xcoms = [str(value) for (value,) in con.execute("SELECT value FROM xcom")]
    assert xcoms
    assert not [value for value in xcoms if WORDS in value]
    for private in (home.root / "airflow.db", *home.secrets.iterdir()):
        assert private.stat().st_mode & 0o077 == 0, private
