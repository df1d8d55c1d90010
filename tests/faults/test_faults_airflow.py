"""Airflow's scheduler and API server killed while a load runs; started again, it ends it."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.faults.world import World, installation, shown
from tidings.cli.airflow import Services
from tidings.home import Home

pytestmark = [pytest.mark.slow, pytest.mark.airflow]

SOON = {
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "5",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "10",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
}
"""By default it takes five minutes until a task whose supervisor is gone is begun again."""

LOAD = "load"


def killed(airflow: Services) -> None:
    """SIGKILL all of Airflow's own processes and their descendants, in no order."""
    leaders = [p for p in psutil.Process().children() if "airflow" in " ".join(p.cmdline())]
    assert len(leaders) >= 3
    for process in [*leaders, *(d for p in leaders for d in p.children(recursive=True))]:
        process.kill()


def test_a_load_that_was_killed_with_its_scheduler_is_done_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(13, 2)
    for name, value in SOON.items():
        monkeypatch.setenv(name, value)
    with shown(world) as url:
        root = home / "here"
        for name, value in installation(root, url, ()).items():
            monkeypatch.setenv(name, value)
        only_the_forum(root)
        here = Home.at(root)
        world.go_on(root / "in")
        with Services(here, tell=lambda _: None) as airflow:
            airflow.wait_for_dags([LOAD, "collect__acme__mastodon"])
            for dag in (LOAD, "collect__acme__mastodon"):
                airflow.unpause(dag)
            airflow.trigger("collect__acme__mastodon")
            airflow.wait(
                lambda: any(run.state == "running" for run in airflow.api.runs(LOAD)), "the load"
            )
            killed(airflow)
        with Services(here, tell=lambda _: None) as airflow:
            airflow.wait(
                lambda: (
                    here.snapshot.exists()
                    and all(run.ended for run in airflow.api.runs(LOAD))
                    and not airflow.api.waiting_events(LOAD)
                ),
                "the load",
            )
            states = {run.state for run in airflow.patiently(lambda: airflow.api.runs(LOAD))}
    assert states == {"success"}
    assert shown_once(here) == sorted(str(number) for number in world.posts)


def only_the_forum(root: Path) -> None:
    """Take the folder of files out of the watch file: nothing says when its own DAG comes round."""
    path = root / "watch" / "acme.toml"
    forum, _, _ = path.read_text("utf-8").rpartition("[[sources]]")
    path.write_text(forum, "utf-8")


def shown_once(home: Home) -> list[str]:
    """Return the ids that the ledger has, as often as it has them."""
    from warehouse.snapshot import open_snapshot

    with open_snapshot(home.ledger) as con:
        rows = con.execute("SELECT external_id FROM core.mention").fetchall()
    return sorted(row[0] for row in rows)
