"""Maintenance: once a day, what keeps the warehouse and the landing area in order."""

from __future__ import annotations

from airflow.sdk import dag, task

from tidings_dags.rules import DEFAULTS, LANDING, SNAPSHOT, WRITER
from tidings_dags.telling import done_within, tell_failure

DOC = """\
### Keeps the house in order, daily

`maintain` prunes the landing area and looks after the warehouse; `publish` shows the result to the
readers; `back_up` makes and verifies a backup where `TIDINGS_BACKUPS` names a folder, and keeps the
newest seven (`TIDINGS_KEEP_BACKUPS`). It also sets off the load DAG: what a failed collect run had
landed before it failed is loaded within a day, even if that source never succeeds.
"""


@dag(
    schedule="17 3 * * *",
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    on_failure_callback=tell_failure,
    deadline=done_within(hours=6),
    tags=["maintenance"],
    doc_md=DOC,
)
def maintenance() -> None:
    """Declare the DAG."""

    @task(multiple_outputs=False, **WRITER, outlets=[LANDING])
    def maintain() -> dict[str, int]:
        """Put things in order; return counts of what was done."""
        from tidings.cli import steps

        return steps.maintain()

    @task(multiple_outputs=False, **WRITER, outlets=[SNAPSHOT])
    def publish() -> dict[str, str]:
        """Publish the snapshot; return where it is."""
        from tidings.cli import steps

        return steps.publish()

    @task(multiple_outputs=False, **WRITER)
    def back_up() -> list[str]:
        """Make a backup where TIDINGS_BACKUPS names a folder; return where it is."""
        from tidings.cli import backup

        return backup.back_up()

    maintain() >> [publish(), back_up()]  # a check that forbids to publish forbids no backup


maintenance()
