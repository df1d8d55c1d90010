"""The rules that every DAG here follows, and the names by which the DAGs meet.

A task body is one import and one call. What it returns is kept in Airflow's database, so it is a
reference (ids of batches, counts, a path), never rows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset
from airflow.sdk.types import RuntimeTaskInstanceProtocol as TaskInstance

from tidings_dags.retries import ByErrorClass

OWNER = "tidings"

LANDING = Asset("landing")
"""Something was landed; the load DAG waits for it."""

SNAPSHOT = Asset("snapshot")
"""A new snapshot was published; whoever shows or sends figures may wait for it."""

WRITER_POOL = "warehouse"
"""One slot. Every task that opens the warehouse for writing takes it: there is one writer."""

WRITER: dict[str, Any] = {"pool": WRITER_POOL, "queue": WRITER_POOL}
"""What such a task is declared with. Of several machines one takes the queue of this name, the one
that has the warehouse's file; an executor without queues passes over it."""

DEFAULTS: dict[str, Any] = {
    "owner": OWNER,
    "retries": 3,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(hours=1),
    "retry_policy": ByErrorClass(),
}


def run_name(ti: TaskInstance) -> str:
    """Name a task's run so that no other task has the same: two DAGs may share a run id."""
    mapped = f".{ti.map_index}" if ti.map_index is not None and ti.map_index >= 0 else ""
    return f"{ti.dag_id}.{ti.run_id}{mapped}"
