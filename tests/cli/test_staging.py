"""Staged files: their owner's alone, and damaged ones are made again and keep no load waiting."""

import shutil
from pathlib import Path

import pytest
from doctored import drop, installed

from tidings.cli import staging, steps
from tidings.home import Home


@pytest.fixture
def waiting(home: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """One batch that is staged, in a folder that was there and that all can read."""
    (home / "staged").mkdir(mode=0o755)
    monkeypatch.setenv("TIDINGS_STAGING", str(home / "staged"))
    found = installed(home)
    drop(found, 1)
    steps.enrich(steps.collect("acme", "files", run="r1"))
    return found


def test_only_their_owner_reads_them(waiting: Home) -> None:
    modes = {path.stat().st_mode & 0o777 for path in Path(str(waiting.staging)).iterdir()}
    assert modes == {0o600}


@pytest.mark.parametrize("kind", ["json", "enriched.parquet"])
def test_one_that_is_half_written_is_made_again(waiting: Home, kind: str) -> None:
    """A machine that loses its power leaves such; loads must not end with it for ever."""
    [path] = Path(str(waiting.staging)).glob(f"*.{kind}")
    path.write_bytes(path.read_bytes()[:40])
    assert staging.staged(waiting.staging, remove=False) == []
    assert path.exists(), "whoever only looks removes nothing"
    assert steps.load()["batches"] == 0
    [group] = steps.waiting()
    assert steps.enrich(group) == group
    assert steps.load()["new"] == 3
    shutil.rmtree(str(waiting.staging))
    assert steps.waiting() == []
