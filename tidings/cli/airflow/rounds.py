"""One round through the real scheduler: all sources collected, all landed loaded and looked at."""

from __future__ import annotations

import time
from collections import Counter

from tidings.cli.airflow.api import AirflowFailed, DagRun
from tidings.cli.airflow.services import Services
from tidings.cli.airflow.setup import Tell
from tidings.home import Home
from tidings.watch import load_watches

ROUND_SECONDS = 1800.0
LOAD = "load"
ALERTS = "alerts"


def run_through_airflow(
    home: Home, *, tell: Tell = print, port: int | None = None, seconds: float = ROUND_SECONDS
) -> list[DagRun]:
    """Run every collect DAG once and let the Assets trigger load and alerts; return all runs.

    ``seconds`` bounds the round itself. Raises AirflowFailed, with the tail of the failed tasks'
    logs, if a run fails or takes longer.
    """
    start = time.monotonic()
    collects = [f"collect__{w.id}__{s.id}" for w in load_watches(home.watch_dir) for s in w.sources]
    with Services(home, port=port, tell=tell) as airflow:
        tell(f"Airflow: ready after {time.monotonic() - start:.0f} s.")
        airflow.wait_for_dags([LOAD, ALERTS, *collects])
        for dag_id in (LOAD, ALERTS, *collects):
            airflow.unpause(dag_id)
        before = {run.dag_run_id for run in airflow.patiently(airflow.api.runs)}
        started = [(dag_id, airflow.trigger(dag_id)) for dag_id in collects]
        runs = _wait_for_round(airflow, started, before, tell, seconds)
        failed = [run for run in runs if run.state != "success"]
        if failed:
            raise AirflowFailed("\n\n".join(airflow.why_failed(run) for run in failed))
    tell(f"Airflow: {len(runs)} DAG runs succeeded in {time.monotonic() - start:.0f} s.")
    return sorted(runs, key=lambda run: str(run.start_date))


def _wait_for_round(
    airflow: Services,
    started: list[tuple[str, str]],
    before: set[str],
    tell: Tell,
    seconds: float,
) -> list[DagRun]:
    runs: list[DagRun] = []
    told = ""

    def done() -> bool:
        nonlocal told
        # events first: one that is gone by now has started a run, which the list below holds
        waiting = airflow.api.waiting_events(LOAD) or airflow.api.waiting_events(ALERTS)
        runs[:] = [run for run in airflow.api.runs() if run.dag_run_id not in before]
        states = Counter((_kind(run.dag_id), run.state) for run in runs)
        line = ", ".join(f"{n} {kind} {state}" for (kind, state), n in sorted(states.items()))
        if line != told:
            tell(f"Airflow: {line}")
            told = line
        there = {(run.dag_id, run.dag_run_id) for run in runs}
        return not waiting and all(run.ended for run in runs) and there.issuperset(started)

    airflow.wait(done, "the end of all runs", seconds)
    return runs


def _kind(dag_id: str) -> str:
    return dag_id.partition("__")[0]
