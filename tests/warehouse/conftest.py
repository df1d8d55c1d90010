from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new warehouse file, open for writing."""
    with open_warehouse(tmp_path / "warehouse.duckdb") as opened:
        yield opened
