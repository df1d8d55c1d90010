"""Tells of watch files that can't be used: as this file's import error in Airflow.

It holds no DAG on purpose, so raising here takes no DAG away (see tidings_dags/watched.py). Airflow
reads this file because it finds the words airflow and dag in it.
"""

from __future__ import annotations

from tidings.errors import ConfigurationError
from tidings.home import Home
from tidings_dags.watched import read

if _problems := read(Home.find().watch_dir).problems:
    raise ConfigurationError("\n\n".join(str(problem) for problem in _problems))
