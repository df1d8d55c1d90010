"""A full disk at some writes of each kind; the long run is ``python -m tests.faults.disk``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.disk import Point, fill, points


def chosen() -> list[Point]:
    """One point of each kind of write that every machine can try."""
    found = {point.writes: point for point in reversed(points()) if not point.tmpfs}
    wanted = ("landing: batch", "write-ahead log", "snapshot", "journal")
    return [found[name] for name in wanted]


@pytest.mark.slow
def test_a_full_disk_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    told = fill(tmp_path, chosen(), seed=5, tell=lambda _: None)
    assert told["points"] == len(chosen())
    assert told["errors that say nothing"] == []
    assert told["wrong afterwards"] == []
