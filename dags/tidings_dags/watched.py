"""The watch files as the DAGs see them: those that can be used, and what is wrong with the others.

A DAG file that raises loses all its DAGs, so one bad watch file must not raise in ``collect.py``.
It is left out there and told by ``watch_files.py``, a file that holds no DAG and can therefore fail
without harm: Airflow shows it as an import error with the file's name, the key and the remedy.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, NamedTuple

from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowException

from tidings.errors import ConfigurationError
from tidings.watch import Source, Watch, load_watch


class Watched(NamedTuple):
    """The usable watch files, and for each of the others its error."""

    watches: list[Watch]
    problems: list[ConfigurationError]


def read(folder: Path) -> Watched:
    """Read all watch files of ``folder``; a bad one becomes a problem, never an exception."""
    found = Watched([], [])
    for path in sorted(folder.glob("*.toml")):
        try:
            watch = load_watch(path)
            _check(path, watch)
        except ConfigurationError as error:
            found.problems.append(error)
        else:
            found.watches.append(watch)
    return found


def collect_dag_id(watch: Watch, source: Source) -> str:
    """Name the DAG that collects one source of one watch file."""
    return f"collect__{watch.id}__{source.id}"


def schedule(source: Source) -> str | None:
    """Return when a source is collected; an empty schedule means only when asked."""
    return source.schedule or None


def _check(path: Path, watch: Watch) -> None:
    """Let Airflow judge names and schedules now; later its error would cost all other DAGs."""
    dag_ids = [collect_dag_id(watch, source) for source in watch.sources]
    try:
        DAG(max(dag_ids, key=len, default="none"), schedule=None, auto_register=False)
    except (AirflowException, ValueError) as error:
        raise ConfigurationError(
            f"{path}: Airflow makes no DAG of this name: {error}.",
            remedy="Name the file with letters, digits, '-' and '_', not too long.",
        ) from error
    for source in watch.sources:
        if problem := _schedule_problem(schedule(source)):
            raise ConfigurationError(
                f"{path}: key 'sources.{source.id}.schedule': {source.schedule!r}: {problem}.",
                remedy="Write a cron line ('0 6 * * *'), a preset ('@hourly'), or '' for only "
                "when asked.",
            )


@functools.cache  # a DAG costs a millisecond, and many sources share a schedule
def _schedule_problem(when: str | None) -> str:
    try:
        probe: Any = DAG("schedule", schedule=when, max_active_runs=1, auto_register=False)
        probe.validate()  # Airflow's own judgement; it has no types
    except (AirflowException, ValueError) as error:
        return str(error).rstrip(".")
    return ""
