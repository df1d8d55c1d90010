"""What all tests share: no test sees the installation or the secrets of the machine it runs on."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings"


@pytest.fixture
def recordings() -> Path:
    """The folder of real recordings; the test is skipped, and says so, where it is missing."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings in {RECORDINGS.parent.name}/{RECORDINGS.name}")
    return RECORDINGS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty installation of its own."""
    for name in list(os.environ):
        if name.startswith("TIDINGS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    (tmp_path / "watch").mkdir()
    return tmp_path
