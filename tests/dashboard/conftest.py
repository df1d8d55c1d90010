"""A small made-up world, loaded once by the real pipeline, and the app over its snapshot."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from app_client import Changed, client_of
from starlette.testclient import TestClient

from tidings.home import Home

if TYPE_CHECKING:
    import duckdb

DAYS = 60
SCALE = 0.5
"""Enough for an incident, a viral day, answers and surveys; made in some 25 seconds."""


@pytest.fixture(scope="session")
def told_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The installation that tests look at; nobody may write to it (see ``own_home``)."""
    from tidings.cli import steps, whole_run
    from tidings.cli.running import chosen
    from tidings.demo import World, serve, write
    from tidings.times import utcnow

    home = Home.at(tmp_path_factory.mktemp("told"))
    midnight = utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
    world = World(11, days=DAYS, scale=SCALE, until=midnight, faults=False)
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("TIDINGS_")]:
            patch.delenv(name)
        for name, value in home.environment().items():
            patch.setenv(name, value)
        with serve(world) as server:
            for now in (midnight - timedelta(days=6), midnight):
                server.at(now)
                write(home.root, server.url, world=world, now=now)
                run = steps.new_run("told")
                for watch, source in chosen([]):
                    for outcome in steps.collect_outcomes(watch, source, run=run):
                        assert outcome.error is None, outcome.error
                whole_run.check_and_load(holder=run)
    return home


@pytest.fixture
def own_home(told_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of the installation to write to; the environment names it."""
    shutil.copytree(told_home.root, tmp_path / "own")
    home = Home.at(tmp_path / "own")
    for name, value in home.environment().items():
        monkeypatch.setenv(name, value)
    return home


@pytest.fixture
def changed(own_home: Home) -> Changed:
    """Return what gives a client of a snapshot in which something is otherwise."""

    def client(*statements: str) -> TestClient:
        import duckdb

        with duckdb.connect(str(own_home.snapshot)) as con:
            for text in statements:
                con.execute(text)
        return client_of(own_home)

    return client


@pytest.fixture(scope="session")
def client(told_home: Home) -> TestClient:
    """A client that only reads."""
    return client_of(told_home)


@pytest.fixture(scope="session")
def told(told_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot itself: what pages show must be what its tables say."""
    from warehouse.snapshot import open_snapshot

    with open_snapshot(told_home.snapshot) as con:
        yield con
