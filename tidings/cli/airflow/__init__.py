"""Airflow, set up and run as child processes of this one.

:func:`prepare` makes what Airflow needs once, :class:`Services` runs it, :func:`serve_forever` does
so until Ctrl-C, :func:`run_through_airflow` sends every source through the real scheduler once.
"""

from __future__ import annotations

from tidings.cli.airflow.api import AirflowFailed, DagRun
from tidings.cli.airflow.rounds import run_through_airflow
from tidings.cli.airflow.services import Services, serve_forever
from tidings.cli.airflow.setup import prepare

__all__ = [
    "AirflowFailed",
    "DagRun",
    "Services",
    "prepare",
    "run_through_airflow",
    "serve_forever",
]
