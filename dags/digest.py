"""Digests: page one of the dashboard as a mail, for each watch file whose channels take it."""

from __future__ import annotations

import os

from airflow.sdk import DAG, CronTriggerTimetable, dag, task

from tidings.home import Home
from tidings.watch import Watch
from tidings_dags.rules import DEFAULTS, WRITER_POOL
from tidings_dags.telling import tell_failure
from tidings_dags.watched import read

DOC = """\
### Sends page one of {brand}, weekly

To the channels of `watch/{watch}.toml` with `overview = true`: how the brand stands after its last
seven whole days. Each channel is a task of its own, so that one that refuses costs no other and
makes nothing be sent twice. `TIDINGS_DIGEST_SCHEDULE` holds another cron line.
"""

MONDAY_MORNING = "0 7 * * 1"
SCHEDULE = os.environ.get("TIDINGS_DIGEST_SCHEDULE") or MONDAY_MORNING


def digest_dag(watch: Watch) -> DAG:
    """Make the DAG that sends page one of one watch file."""

    @dag(
        dag_id=f"digest__{watch.id}",
        schedule=CronTriggerTimetable(SCHEDULE, timezone=watch.brand.timezone),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULTS,
        on_failure_callback=tell_failure,
        tags=["digest", watch.id],
        doc_md=DOC.format(brand=watch.brand.name, watch=watch.id),
    )
    def telling() -> None:
        @task(queue=WRITER_POOL)  # where the snapshot is
        def tell(channel: str) -> dict[str, str]:
            """Send it to one channel; return which, and the title."""
            from tidings.cli import digest

            return digest.tell(watch.id, channel)

        tell.expand(channel=[channel.name for channel in watch.notify if channel.overview])

    return telling()


for _watch in read(Home.find().watch_dir).watches:
    if any(channel.overview for channel in _watch.notify):
        globals()[f"digest__{_watch.id}"] = digest_dag(_watch)
