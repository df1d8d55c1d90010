"""Collecting and enriching on machines that share nothing but a store; one of them loads.

What the machines tell of it meanwhile, by StatsD, OpenLineage and their logs, is held against it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytest.importorskip("airflow.providers.celery")
pytest.importorskip("airflow.providers.openlineage")
pytest.importorskip("s3fs")
pytest.importorskip("moto.server")
pytest.importorskip("psycopg2")

from cluster import Worker, settings
from listening import Heard, statsd
from s3_server import BUCKET, keys, s3, set_environment
from same_contents import contents, differences

from tidings.cli import steps, whole_run
from tidings.cli.airflow import Services
from tidings.cli.airflow.rounds import _wait_for_round
from tidings.cli.airflow.setup import environment
from tidings.demo.server import DemoServer, serve
from tidings.demo.watching import write
from tidings.demo.world import World
from tidings.home import Home
from tidings.landing import Landing

pytestmark = [pytest.mark.slow, pytest.mark.airflow]

SOURCES = ("hackernews", "news", "shop-nordkvern")
"""Which are collected: a forum, feeds and pages; each takes a task's start."""

ROUND_SECONDS = 1200.0


@pytest.fixture(scope="module")
def world() -> Iterator[DemoServer]:
    made = World(11, days=40, scale=1.2, faults=False)
    with serve(made) as server:
        yield server


def watched(root: Path, server: DemoServer) -> Path:
    """Give a machine the watch file, as a deployment hands it out, with some of its sources."""
    path = write(root, server.url, world=server.world, schedule="")
    head, *sources = path.read_text("utf-8").split("[[sources]]")
    tail = sources[-1].partition("[quality]")[2]
    kept = [one.partition("[quality]")[0] for one in sources if _name(one) in SOURCES]
    assert len(kept) == len(SOURCES)
    path.write_text("[[sources]]".join([head, *kept]) + f"\n[quality]{tail}", "utf-8")
    return root


def _name(source: str) -> str:
    return source.partition('name = "')[2].partition('"')[0]


def in_one_process(root: Path, server: DemoServer) -> Home:
    """Do what 'tidings run' does, in an installation of its own."""
    os.environ["TIDINGS_HOME"] = str(watched(root, server))
    for watch in steps.watches():
        for source in watch.sources:
            steps.collect(watch.id, source.id, run="r1")
    whole_run.check_and_load(holder="r1")
    return Home.find()


def round_of_the_cluster(
    folder: Path, server: DemoServer, heard: Heard, patch: pytest.MonkeyPatch
) -> list[str]:
    """Send every source through two workers with a home each; return what is in the store then."""
    with (
        s3(folder / "s3.log") as store,
        settings(folder, f"s3://{BUCKET}/landing", store) as common,
        patch.context() as here,
    ):
        set_environment(here, store)
        quick = {
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
        }
        told = {
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": str(heard.port),
            "AIRFLOW__OPENLINEAGE__NAMESPACE": "tidings",
            "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(
                {"type": "file", "log_file_path": str(folder / "lineage.jsonl"), "append": True}
            ),
        }
        for name, value in (common | quick | told).items():
            here.setenv(name, value)
        control = Home.at(watched(folder / "control", server), os.environ)
        workers = [
            Worker(watched(folder / "collects", server), "default", slots=2),
            Worker(watched(folder / "loads", server), "warehouse", slots=1),
        ]
        with Services(control, tell=lambda _line: None) as airflow:
            for worker in workers:
                worker.start(airflow._children, environment(control, port=airflow.port))
            watches = steps.watches(control)
            collects = [f"collect__{w.id}__{s.id}" for w in watches for s in w.sources]
            airflow.wait_for_dags(["load", "alerts", *collects])
            pause_load(airflow)  # one load of all, since what alerts find depends on when they look
            started = [(dag_id, airflow.trigger(dag_id)) for dag_id in collects]
            runs = airflow.wait_for(started, seconds=ROUND_SECONDS)
            airflow.unpause("load")
            loading = [("load", airflow.trigger("load"))]
            runs += _wait_for_round(airflow, loading, set(), lambda _line: None, ROUND_SECONDS)
            pause_load(airflow)
            again = [(collects[0], airflow.trigger(collects[0]))]
            runs += airflow.wait_for(again, seconds=ROUND_SECONDS)
            assert [airflow.why_failed(r) for r in runs if r.state != "success"] == []
            # it went on from the ledger that the other machine has put into the store
            assert [b.rows for b in Landing(common["TIDINGS_LANDING"]).batches() if b.continued]
        return keys(store, "landing/")


def pause_load(airflow: Services) -> None:
    airflow.patiently(lambda: airflow.api._ask("PATCH", "/api/v2/dags/load", {"is_paused": True}))


def test_machines_that_share_a_store_make_the_warehouse_of_one_process(
    tmp_path: Path,
    world: DemoServer,
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
    counts: dict[str, int],
) -> None:
    """One cluster for all of it: starting one is what costs."""
    with statsd() as heard:
        landed = round_of_the_cluster(tmp_path, world, heard, monkeypatch)
    warehouse = tmp_path / "loads" / "data" / "warehouse.duckdb"

    # each machine did its own part, and left nothing of the others'
    assert any(key.endswith("batch-0001.parquet") for key in landed)
    assert "landing/_ledger/tidings.ledger.duckdb" in landed
    assert [key for key in landed if key.startswith("landing/_staging/")] == []
    files = Counter(path.parent.parent.name for path in tmp_path.glob("*/data/*.duckdb"))
    assert files == {"collects": 1, "loads": 3}  # a copy of the ledger; warehouse, snapshot, ledger

    # the same contents, row for row
    monkeypatch.setenv("TIDINGS_SECRET_PSEUDONYM_KEY", "made up for the tests, forty bytes long!")
    alone = in_one_process(home / "alone", world)
    there = contents(alone.warehouse)
    assert there["core.mention"].total() > 300
    assert there["marts.brand_reputation_daily"].total() > 100
    found = differences(alone.warehouse, warehouse)
    assert not found, "\n".join(found)
    counts["tables of a cluster and of one process"] = len(there)
    counts["rows of them"] = sum(rows.total() for rows in there.values())
    counts["tables that differ"] = len(found)

    assert_metrics_add_up(heard, warehouse)
    assert_lineage_is_told(tmp_path / "lineage.jsonl")
    assert_logs_say_what_they_are_about(tmp_path / "loads" / "logs")


def assert_metrics_add_up(heard: Heard, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        loaded = con.execute(
            "SELECT source, count(*), sum(new), sum(quarantined) FROM core.load GROUP BY source"
        ).fetchall()
    assert len(loaded) == len(SOURCES)
    for source, batches, new, quarantined in loaded:
        place = f"airflow.tidings.merged.nordkvern.{source}"
        assert heard.counts[f"{place}.batches"] == batches
        assert heard.counts[f"{place}.new"] == new
        assert heard.counts[f"{place}.quarantined"] == quarantined
        standing = f"airflow.tidings.source.nordkvern.{source}"
        assert heard.levels[f"{standing}.hours_since_newest"] > 0
        assert heard.levels[f"{standing}.open_gaps"] == 0
    items = [n for name, n in heard.counts.items() if name.endswith(".items")]
    assert len(items) == len(SOURCES)


def assert_lineage_is_told(path: Path) -> None:
    events: list[dict[str, Any]] = [json.loads(line) for line in path.read_text().splitlines()]
    ended = {e["job"]["name"] for e in events if e["eventType"] == "COMPLETE"}
    wanted = {"load.waiting", "load.enrich", "load.load", "load.refresh", "load.publish"}
    assert wanted <= ended
    assert {f"collect__nordkvern__{source}.collect" for source in SOURCES} <= ended
    assert {e["job"]["namespace"] for e in events} == {"tidings"}


def assert_logs_say_what_they_are_about(folder: Path) -> None:
    lines = [
        json.loads(line)
        for path in folder.glob("dag_id=load/*/task_id=load/*.log")
        for line in path.read_text().splitlines()
    ]
    merged = [line for line in lines if str(line.get("event", "")).startswith("merged")]
    assert merged
    for line in merged:
        assert line["watch"] == "nordkvern"
        assert line["batch"].startswith(f"{line['source']}/")
        assert line["run"].startswith("load.")
