"""Sixty kills over all stages; the long run is ``python -m tests.faults.kills``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kills import STAGES, failed, kill_all

KILLS = 60


@pytest.mark.slow
def test_kills_at_any_moment_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    counts = kill_all(tmp_path, KILLS, seed=60, tell=lambda _: None)
    assert failed(counts) == []
    assert counts["kills"]["all"] >= KILLS
    assert all(counts["kills"].get(stage, 0) >= 1 for stage in STAGES)
    assert counts["notices unsent"] == 0
