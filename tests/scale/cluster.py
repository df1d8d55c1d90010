"""Redis, PostgreSQL and Airflow's parts on the loopback, as several machines would run them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tidings.cli.airflow.processes import Children
from tidings.cli.airflow.services import free_port

SECRETS = {
    # made up, the same on all machines, as a deployment's secret store would hand them out
    "AIRFLOW__CORE__FERNET_KEY": "bWFkZS11cC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGU=",
    "AIRFLOW__API_AUTH__JWT_SECRET": "made up for the tests " * 4,
    "AIRFLOW__API__SECRET_KEY": "made up for the tests too",
    "TIDINGS_SECRET_PSEUDONYM_KEY": "made up for the tests, forty bytes long!",
}


def binary(name: str) -> str:
    """Find a program, PostgreSQL's in the folder where Debian keeps them; skips without it."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join([*map(str, places), os.environ.get("PATH", "")])
    return shutil.which(name, path=path) or pytest.skip(f"no {name} on this machine")


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a broker that keeps nothing; give its URL."""
    port = free_port(None)
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with (folder / "redis.log").open("wb") as log:
        server = subprocess.Popen([binary("redis-server"), *words], cwd=folder, stdout=log)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """Run a database server of its own, as a user that it accepts; give its address and name."""
    port = free_port(None)
    root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="tidings-pg-"))
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if root else []
    if root:
        try:
            account = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("no user 'postgres', and the server does not run as root")
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = str(folder / "data")
    options = f"-h 127.0.0.1 -p {port} -k {folder} -F"  # -F: a test's data need no disk

    def call(name: str, *words: str) -> None:
        subprocess.run(
            [*user, binary(name), *words], check=True, cwd=folder, stdout=subprocess.DEVNULL
        )

    try:
        call("initdb", "-D", data, "-U", "airflow", "--auth=trust", "-E", "UTF8", "--locale=C")
        call("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"airflow@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@contextmanager
def settings(folder: Path, landing: str, store: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start broker and database; give the environment that all machines have in common."""
    with ExitStack() as stack:
        broker = stack.enter_context(redis(folder))
        address = stack.enter_context(postgres())
        yield {
            **SECRETS,
            **store,
            "TIDINGS_LANDING": landing,
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{address}",
            "AIRFLOW__CELERY__BROKER_URL": broker,
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2://{address}",
        }


class Worker:
    """A Celery worker on a machine of its own: its home, and the queues that it takes from."""

    def __init__(self, home: Path, queues: str, *, slots: int) -> None:
        self.home = home
        self.queues = queues
        self.slots = slots

    def start(self, children: Children, environment: Mapping[str, str]) -> None:
        """Start it with what Airflow's parts have, but for the places of its own."""
        env = {
            name: value
            for name, value in environment.items()
            if name not in ("TIDINGS_WAREHOUSE", "TIDINGS_SNAPSHOT", "TIDINGS_STAGING")
        }
        env |= {"TIDINGS_HOME": str(self.home), "AIRFLOW_HOME": str(self.home)}
        words = ["celery", "worker", "--queues", self.queues, "--concurrency", str(self.slots)]
        words += ["--celery-hostname", f"{self.home.name}@tests", "--skip-serve-logs"]
        words += ["--without-mingle", "--without-gossip"]
        children.start(self.home.name, [sys.executable, "-m", "airflow", *words], env)


def until(done: Callable[[], bool], children: Children, what: str) -> None:
    """Wait for ``done``; fails with a log where a child has ended, or after five minutes."""
    end = time.monotonic() + 300
    while not done():
        children.check()
        assert time.monotonic() < end, f"{what} is not there yet"
        time.sleep(0.5)
