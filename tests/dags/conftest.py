"""Reads the real DAG files with the real Airflow, in an empty home of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests_dags_watch import DAGS, WATCH


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Import Airflow with an empty home of its own; it reads its settings once, on import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        import airflow.configuration  # noqa: F401
    sys.path.append(str(DAGS))
    yield
    sys.path.remove(str(DAGS))


@pytest.fixture
def read_dags(airflow: None, home: Path) -> Callable[..., Any]:
    """Return a function that writes watch files (name = text) and reads all DAG files."""

    def read(**watch_files: str) -> Any:
        from airflow.dag_processing.dagbag import BundleDagBag

        for name, text in watch_files.items():
            (home / "watch" / f"{name}.toml").write_text(text, "utf-8")
        return BundleDagBag(DAGS, bundle_path=DAGS, bundle_name="dags-folder")

    return read


@pytest.fixture
def bag(read_dags: Callable[..., Any]) -> Any:
    """All DAGs of an installation with one good watch file."""
    return read_dags(brandt=WATCH)
