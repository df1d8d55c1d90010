"""What a run or a repair does, as a process of its own that can be killed at any moment.

Only the standard library is imported before the clock is set: the rest takes its time from it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

HEAVY = ["duckdb", "great_expectations", "pandas", "pyarrow.parquet", "stamina", "ahocorasick_rs"]
"""Libraries that are imported once, before the processes part; they know nothing of our clock."""


def work(home: str, purpose: str, hours_behind: float) -> None:
    """Collect (``purpose`` run) or repair once, then load, on a clock that is some hours behind."""
    os.environ["TIDINGS_HOME"] = home
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    from tidings import times

    behind = timedelta(hours=hours_behind)
    times.utcnow = lambda: datetime.now(UTC) - behind

    from tidings.cli import repair, steps, whole_run

    run = steps.new_run(purpose)
    if purpose == "repair":
        for item in repair.plan():
            repair.collect(item["watch"], item["source"], run=run)
    else:
        steps.collect("acme", "mastodon", run=run)
    whole_run.check_and_load(holder=run)
