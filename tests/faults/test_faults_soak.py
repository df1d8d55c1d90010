"""A small soak; the long one is ``python -m tests.faults.soak``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.soak import soak


@pytest.mark.slow
def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    told = soak(tmp_path, 10_000, kill_every=1.5, rows=1_000, tell=lambda _: None)
    assert told["as it must be"]
    assert told["in"] == told["out"]
    assert (told["lost"], told["doubled"], told["partial"]) == (0, 0, 0)
    assert told["kills"] > 0
