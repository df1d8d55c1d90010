from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drawn_tables import World

from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb


@pytest.fixture(scope="session")
def new_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse file just made, to copy: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("new") / "warehouse.duckdb"
    open_warehouse(path).close()
    return path


@pytest.fixture
def con(tmp_path: Path, new_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new warehouse file of its own, open for writing."""
    path = tmp_path / "warehouse.duckdb"
    shutil.copy(new_warehouse, path)
    with open_warehouse(path) as opened:
        yield opened


@pytest.fixture
def world(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> World:
    """A new warehouse to which days are told, and whose marts are looked at."""
    return World(con, tmp_path / "staged")
