"""Revisiting: once a day, recent mentions are asked for anew."""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task

from tidings_dags.rules import DEFAULTS, LANDING, run_name
from tidings_dags.telling import tell_failure

DOC = """\
### Asks anew for mentions that are known, daily

Of each source that can be asked again: what was published in the last days (`revisit_days` in the
watch file, 7 by default; reviews and answered mentions 30). An edit becomes a new version, the
owner's answer arrives, and what its source has deleted is no longer counted; the history keeps it.

Those seen longest ago come first, up to `max_pages` pages a source. The load DAG starts by itself
when something has been landed. A source of which nothing at all comes back fails its task: that is
suspect, and nothing is taken to be gone.
"""


@dag(
    schedule="41 2 * * *",
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    on_failure_callback=tell_failure,
    tags=["revisit", "collect"],
    doc_md=DOC,
)
def revisit() -> None:
    """Declare the DAG."""

    @task
    def plan() -> list[dict[str, str]]:
        """Return the sources that can be asked again."""
        from tidings.cli import revisit

        return revisit.plan()

    @task(
        outlets=[LANDING],
        map_index_template="{{ task.op_kwargs['watch'] }}/{{ task.op_kwargs['source'] }}",
    )
    def collect(watch: str, source: str, ti: Any = None) -> list[str]:
        """Land what one source says now of what is known; return the ids of the batches."""
        from tidings.cli import revisit

        return revisit.collect(watch, source, run=run_name(ti), attempt=ti.try_number)

    collect.expand_kwargs(plan())


revisit()
