"""Backfill: collect a window of the past again, by a form."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from tidings.cli.backfill import ANY_BRAND, ANY_SOURCE, brands, sources
from tidings.home import Home
from tidings_dags.rules import DEFAULTS, LANDING, run_name
from tidings_dags.telling import tell_failure
from tidings_dags.watched import read

DOC = """\
### Collects a window of the past again

Fill in the form: a source or all of them, a brand or all, the first day, and the day to stop
before (UTC). `plan` checks the form, `collect` walks each source within the window; loading starts
by itself. Mentions that are already there are recognised, so a window may be asked for twice.

Only sources that can go back in time take part; `tidings sources` says which. On the command line:
`tidings backfill acme/hackernews --from 2026-09-01 --to 2026-10-01`.
"""

_WATCHES = read(Home.find().watch_dir).watches


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    on_failure_callback=tell_failure,
    tags=["backfill", "collect"],
    doc_md=DOC,
    params={
        "source": Param(
            ANY_SOURCE,
            type="string",
            enum=[ANY_SOURCE, *sources(_WATCHES)],
            description="Which source of which watch file.",
        ),
        "brand": Param(
            ANY_BRAND,
            type="string",
            enum=[ANY_BRAND, *brands(_WATCHES)],
            description="Only sources that tell of this brand or competitor.",
        ),
        "from": Param(type="string", format="date", description="First day (UTC)."),
        "to": Param(type="string", format="date", description="Day to stop before (UTC)."),
    },
)
def backfill() -> None:
    """Declare the DAG."""

    @task
    def plan(params: Any = None) -> list[dict[str, str]]:
        """Check the form; return the sources to walk, each with the window."""
        from tidings.cli import backfill

        return backfill.plan(dict(params))

    @task(
        outlets=[LANDING],
        map_index_template="{{ task.op_kwargs['watch'] }}/{{ task.op_kwargs['source'] }}",
    )
    def collect(watch: str, source: str, since: str, until: str, ti: Any = None) -> list[str]:
        """Land the window of one source; return the ids of the batches."""
        from tidings.cli import steps

        return steps.collect(
            watch, source, run=run_name(ti), attempt=ti.try_number, since=since, until=until
        )

    collect.expand_kwargs(plan())


backfill()
