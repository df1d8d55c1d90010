"""The watch files as the DAGs see them: those that can be used, and what is wrong with the others.

A DAG file that raises loses all its DAGs, so one bad watch file must not raise in ``collect.py``.
It is left out there and told by ``watch_files.py``, a file that holds no DAG and can therefore fail
without harm: Airflow shows it as an import error with the file's name, the key and the remedy.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

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
            for source in watch.sources:
                _check_schedule(path, watch, source)
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


def _check_schedule(path: Path, watch: Watch, source: Source) -> None:
    """Let Airflow judge name and schedule now; later its error would cost all other DAGs."""
    try:
        DAG(
            collect_dag_id(watch, source),
            schedule=schedule(source),
            max_active_runs=1,
            auto_register=False,
        ).validate()
    except (AirflowException, ValueError) as error:
        raise ConfigurationError(
            f"{path}: source '{source.id}': Airflow makes no DAG of it: {error}.",
            remedy="Name the file with letters, digits, '-' and '_', and write 'schedule' as a "
            "cron line ('0 6 * * *') or a preset ('@hourly').",
        ) from error
