"""What the steps count, told to Airflow's metrics (StatsD or OpenTelemetry) where a task runs them.

Without Airflow, or where its ``[metrics]`` are off, nothing is told and nothing is imported. Names
hold the watch file and the source, since StatsD as such has no tags; docs/observability.md lists
them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from tidings.batch import Batch
    from tidings.collect import Outcome

MERGED = ("new", "changed", "unchanged", "duplicate", "quarantined", "gone", "erased")
"""Counts of a merge that are told; see :class:`warehouse.merge.Loaded`."""

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")


def collected(watch: str, source: str, outcomes: Iterable[Outcome]) -> None:
    """Tell of the walks of one source: items, pages, and how many left a gap or failed."""
    place = _name(watch, source)
    for outcome in outcomes:
        _count(f"tidings.collected.{place}.items", outcome.coverage.items)
        _count(f"tidings.collected.{place}.pages", outcome.coverage.pages)
        _count(f"tidings.collected.{place}.gaps", int(outcome.coverage.gap_to is not None))
        _count(f"tidings.collected.{place}.failures", int(outcome.error is not None))


def merged(batch: Batch, counts: Mapping[str, int]) -> None:
    """Tell what became of the rows of a batch, and that it was merged."""
    place = _name(batch.watch, batch.source)
    _count(f"tidings.merged.{place}.batches", 1)
    for name in MERGED:
        _count(f"tidings.merged.{place}.{name}", counts.get(name, 0))


def published(con: duckdb.DuckDBPyConnection) -> None:
    """Tell how the opened warehouse stands: how fresh each source is, gaps and incidents open."""
    if _stats() is None:
        return
    from warehouse.standing import incidents, sources

    for one in sources(con):
        place = f"tidings.source.{_name(one.watch, one.source)}"
        _level(f"{place}.hours_since_newest", one.hours_since_newest)
        _level(f"{place}.hours_since_success", one.hours_since_success)
        _level(f"{place}.open_gaps", one.open_gaps)
    for watch, severity, n in incidents(con):
        _level(f"tidings.incidents.{_name(watch, severity)}.open", n)


def _name(*words: str) -> str:
    return ".".join(_NOT_IN_A_NAME.sub("_", word) or "_" for word in words)


def _count(name: str, n: int) -> None:
    stats = _stats()
    if stats is not None and n:
        stats.incr(name, n)


def _level(name: str, value: float | None) -> None:
    stats = _stats()
    if stats is not None and value is not None:
        stats.gauge(name, value)


def _stats() -> Any:
    """Return Airflow's metrics where it is Airflow that runs this, else None."""
    if "airflow.sdk.execution_time.task_runner" not in sys.modules:
        return None
    from airflow.sdk.observability import stats

    return stats
