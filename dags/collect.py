"""Collecting: one DAG for each source of each watch file, made from the files."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, dag, task

from tidings.home import Home
from tidings.watch import Source, Watch
from tidings_dags.rules import DEFAULTS, LANDING, run_name
from tidings_dags.telling import tell_failure
from tidings_dags.watched import collect_dag_id, read, schedule

DOC = """\
### Collects `{source}` for {brand}

Walks the places of source `{source}` of `watch/{watch}.toml` (connector `{connector}`) from where
the last loaded batch left off, keeps the raw pages, and lands Parquet batches. The load DAG starts
by itself when something has been landed.

A source that is down is asked again; a refused credential or a wrong setting fails at once. A walk
that stopped early leaves a gap in the coverage ledger: the `repair` DAG closes it.
"""


def collect_dag(watch: Watch, source: Source) -> DAG:
    """Make the DAG that collects one source of one watch file."""

    @dag(
        dag_id=collect_dag_id(watch, source),
        schedule=schedule(source),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULTS,
        on_failure_callback=tell_failure,
        tags=["collect", watch.id, source.connector],
        doc_md=DOC.format(
            source=source.id, brand=watch.brand.name, watch=watch.id, connector=source.connector
        ),
    )
    def collecting() -> None:
        @task(outlets=[LANDING])
        def collect(ti: Any = None) -> list[str]:
            """Land what is new; return the ids of the batches."""
            from tidings.cli import steps

            return steps.collect(watch.id, source.id, run=run_name(ti), attempt=ti.try_number)

        collect()

    return collecting()


for _watch in read(Home.find().watch_dir).watches:
    for _source in _watch.sources:
        globals()[collect_dag_id(_watch, _source)] = collect_dag(_watch, _source)
