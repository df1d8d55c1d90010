"""Loading: what was landed is checked, scored, merged, summed up and published."""

from __future__ import annotations

from typing import Any

from airflow.sdk import TriggerRule, dag, task
from airflow.sdk.exceptions import AirflowFailException

from tidings_dags.rules import DEFAULTS, LANDING, SNAPSHOT, WRITER, run_name
from tidings_dags.telling import tell_failure

DOC = """\
### Loads what has been landed

Starts when a collect DAG has landed something. One run at a time, and every task that opens the
warehouse takes the one slot of the pool `warehouse`: there is one writer.

1. `waiting` lists the landed batches that are not loaded, in groups;
2. `enrich` checks and scores each group, side by side; bad rows go to quarantine. A batch that
   breaks a rule whose policy is `fail` stays waiting and its task fails;
3. `load` merges what passed, each batch with its cursor in one transaction. A failed group does
   not keep the others from being loaded;
4. `refresh` rebuilds the marts, `publish` checks the warehouse and puts a new snapshot in place by
   rename. A failed check keeps the last one in place and fails the task: see docs/quality.md;
5. `tell_failures` runs only if a group failed, so that the run ends as failed.
"""


@dag(
    schedule=[LANDING],
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    on_failure_callback=tell_failure,
    tags=["load"],
    doc_md=DOC,
)
def load() -> None:
    """Declare the DAG."""

    @task
    def waiting() -> list[list[str]]:
        """Return the ids of the batches that wait, in groups."""
        from tidings.cli import steps

        return steps.waiting()

    @task(
        map_index_template="{{ task.op_kwargs['batch_ids'] | length }} from "
        "{{ task.op_kwargs['batch_ids'][0] }}"
    )
    def enrich(batch_ids: list[str]) -> list[str]:
        """Check and score one group; return the ids of the batches staged."""
        from tidings.cli import steps

        return steps.enrich(batch_ids)

    # Not all_success: one failed group would keep all others waiting for ever. Nothing waiting
    # skips enrich, and then there is nothing to load.
    @task(
        task_id="load",
        multiple_outputs=False,
        **WRITER,
        trigger_rule=TriggerRule.NONE_SKIPPED,
    )
    def merge(ti: Any = None) -> dict[str, int]:
        """Merge all that is staged, also from a group of which another batch failed."""
        from tidings.cli import steps

        return steps.load(None, holder=f"{run_name(ti)}.{ti.try_number}")

    @task(multiple_outputs=False, **WRITER)
    def refresh() -> dict[str, int]:
        """Rebuild the marts; return the rows of each."""
        from tidings.cli import steps

        return steps.refresh()

    @task(multiple_outputs=False, **WRITER, outlets=[SNAPSHOT])
    def publish() -> dict[str, str]:
        """Publish the snapshot; return where it is."""
        from tidings.cli import steps

        return steps.publish()

    @task(trigger_rule=TriggerRule.ONE_FAILED, retries=0)
    def tell_failures() -> None:
        """Fail the run where a group failed and the rest went well."""
        raise AirflowFailException("Not everything was loaded; the failed tasks above say why.")

    groups = waiting()
    enriched = enrich.expand(batch_ids=groups)
    enriched >> merge() >> refresh() >> publish()
    [groups, enriched] >> tell_failures()


load()
