"""Some harm of each kind to the warehouse; the long run is ``python -m tests.faults.wal``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.wal import harm_all


@pytest.mark.slow
def test_no_harm_is_silent_and_what_is_refused_is_mended(tmp_path: Path) -> None:
    told = harm_all(
        tmp_path, cuts=2, flips=2, seed=3, mend_first=("log cut", "database cut"),
        tell=lambda _: None,
    )  # fmt: skip
    assert told["wrong"] == []
    assert told["silently shorter or other"] == 0
    assert told["outcomes"]["log deleted"] == {"refused": 1}
    assert told["outcomes"]["older copy put back"] == {"refused": 1}
    assert told["mended"]["all"] == 2
    kinds = {outcome for found in told["outcomes"].values() for outcome in found}
    assert kinds <= {"refused", "opened whole"}, "what is refused is told with the way out"
