"""Repair: every three hours, the gaps that stopped walks have left are asked for again."""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from tidings_dags.rules import DEFAULTS, LANDING, run_name
from tidings_dags.telling import tell_failure

DOC = """\
### Closes gaps in what was collected

A walk that was stopped, by `max_pages` or an error, leaves a gap in the coverage ledger. `plan`
names the sources that have gaps and can go back in time; `collect` asks each for the windows that
are missing, the newest first, up to its `max_pages`. A window that is stopped again is halved; what
is not finished is gone on with in three hours. Loading starts by itself.

A source that can't go back keeps its gaps: `tidings status` shows them. By hand: `tidings repair`.
"""


@dag(
    schedule="47 */3 * * *",
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    on_failure_callback=tell_failure,
    tags=["repair", "collect"],
    doc_md=DOC,
)
def repair() -> None:
    """Declare the DAG."""

    @task
    def plan() -> list[dict[str, str]]:
        """Return the sources with gaps that can be closed."""
        from tidings.cli import repair

        return repair.plan()

    @task(
        outlets=[LANDING],
        map_index_template="{{ task.op_kwargs['watch'] }}/{{ task.op_kwargs['source'] }}",
    )
    def collect(watch: str, source: str, ti: Any = None) -> list[str]:
        """Land what one source has for its gaps; return the ids of the batches."""
        from tidings.cli import repair

        return repair.collect(watch, source, run=run_name(ti), attempt=ti.try_number)

    collect.expand_kwargs(plan())


repair()
