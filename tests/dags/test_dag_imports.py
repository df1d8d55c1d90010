"""Reading the DAG files loads nothing heavy: they are read every few seconds, all day long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests_dags_watch import DAGS, WATCH

HEAVY = {
    "great_expectations",
    "pandas",
    "pyarrow",
    "duckdb",
    "numpy",
    "feedparser",
    "bs4",
    "connectors",
    "transforms",
    "warehouse",
    "typer",
}

READ = """\
import importlib, importlib.util, json, os, sys
names, *files = json.loads(sys.argv[1])
for name in names:
    importlib.import_module(name)
before = set(sys.modules)
for file in files:
    if os.fork():  # each file is read in a process of its own that has loaded Airflow and no more
        assert os.wait()[1] == 0
        continue
    spec = importlib.util.spec_from_file_location("the_dag_file", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    dags = sum(type(value).__name__ == "DAG" for value in vars(module).values())
    print(json.dumps([file, sorted(set(sys.modules) - before), dags]), flush=True)
    os._exit(0)
"""

FILES = sorted(DAGS.glob("*.py"))

AIRFLOWS_OWN = [
    "airflow.sdk",
    "airflow.sdk.exceptions",
    "airflow.sdk.types",
    "airflow.sdk.definitions.retry_policy",
    "airflow.sdk.definitions.param",
    # Airflow loads these itself when a DAG with a task, a cron line or a mapped task is made
    "airflow.providers.standard.decorators.python",
    "airflow.sdk.definitions.mappedoperator",
    "airflow.sdk.definitions.timetables.trigger",
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[set[str], int]]:
    """For each DAG file what it loads beyond Airflow, and how many DAGs it names."""
    home = tmp_path_factory.mktemp("home")
    (home / "watch").mkdir()
    (home / "watch" / "acme.toml").write_text(WATCH, "utf-8")
    env = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "TIDINGS_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(DAGS),
    }
    given = json.dumps([AIRFLOWS_OWN, *map(str, FILES)])
    command = [sys.executable, "-c", READ, given]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    return {Path(file).name: (set(loaded), dags) for file, loaded, dags in lines}


@pytest.mark.parametrize("file", [path.name for path in FILES])
def test_a_dag_file_loads_nothing_heavy(found: dict[str, tuple[set[str], int]], file: str) -> None:
    loaded, _ = found[file]
    packages = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)

    assert HEAVY.isdisjoint(packages)
    assert packages <= {"airflow", "tidings", "tidings_dags", "msgspec", "the_dag_file"}


def test_the_files_that_were_read_did_make_their_dags(
    found: dict[str, tuple[set[str], int]],
) -> None:
    assert found["collect.py"][1] >= 3
