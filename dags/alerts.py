"""Alerts: what is known is looked at for incidents, and people are told."""

from __future__ import annotations

from typing import Any

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from tidings_dags.rules import DEFAULTS, SNAPSHOT, WRITER
from tidings_dags.telling import tell_failure

DOC = """\
### Tells people what can't wait

Runs when a snapshot was published, and every half hour besides: silence, a review that nobody
answered and a check that keeps the snapshot back are found although nothing is published.

1. `look` hands what is known to the detectors, keeps incidents as versions and decides who is told
   of what, all in one transaction: nothing that was decided is lost;
2. `tell` sends what is due, each message with a key by which a receiver knows it again. A channel
   that refuses fails the task; the others were told. See docs/alerts.md;
3. `publish` shows new incidents to the readers.
"""


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("*/30 * * * *", timezone="UTC"), assets=[SNAPSHOT]
    ),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    on_failure_callback=tell_failure,
    tags=["alerts"],
    doc_md=DOC,
)
def alerts() -> None:
    """Declare the DAG."""

    @task(multiple_outputs=False, **WRITER)
    def look() -> dict[str, int]:
        """Find incidents and decide who is told; return counts."""
        from tidings.cli.alerting import steps

        return steps.look()

    @task(multiple_outputs=False, **WRITER)
    def tell(_counts: Any) -> dict[str, int]:
        """Send what is due; return how many were sent and how many wait."""
        from tidings.cli.alerting import steps

        return steps.tell()

    @task(multiple_outputs=False, **WRITER)
    def publish(counts: Any) -> dict[str, str]:
        """Publish where incidents changed; no other DAG is set off by it."""
        from tidings.cli.alerting import steps

        return steps.publish(counts)

    found = look()
    tell(found)
    publish(found)


alerts()
