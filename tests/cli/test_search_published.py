"""Every publish brings the index of words on; a publish is never kept back by it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tidings.cli.steps import write_snapshots
from tidings.home import Home
from warehouse.search import about
from warehouse.snapshot import open_snapshot, published
from warehouse.store import open_warehouse


def test_the_index_is_of_the_snapshot_that_was_published(home: Path) -> None:
    found = Home.at(home)
    with open_warehouse(found.warehouse) as con:
        for whole in (False, True, False):
            write_snapshots(con, found, whole=whole)
            with open_snapshot(found.snapshot) as snapshot:
                made = published(snapshot)
            told = about(found.search)
            assert told is not None
            assert made is not None
            assert f"{made.published:%Y-%m-%dT%H:%M:%S.%f}" == told.published


def test_an_index_that_can_t_be_made_keeps_no_snapshot_back(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = Home.at(home)
    found.search.mkdir(parents=True)
    (found.search / "in the way").touch()
    with open_warehouse(found.warehouse) as con, caplog.at_level(logging.ERROR):
        write_snapshots(con, found)
    assert found.snapshot.exists()
    assert "The index of words" in caplog.text
    assert [path for path in found.search.parent.iterdir() if path.suffix == ".publishing"] == []
