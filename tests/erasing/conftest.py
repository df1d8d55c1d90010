import shutil
from pathlib import Path

import pytest
from forgetful_home import WATCH, opinions

from tidings.home import Home


@pytest.fixture(scope="session")
def opined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation where Anna and Bob have spoken, to copy: making one takes a while."""
    root = tmp_path_factory.mktemp("opined")
    with pytest.MonkeyPatch.context() as patched:
        home = _home(root, patched)
        home.watch_dir.mkdir(parents=True)
        (home.watch_dir / "acme.toml").write_text(WATCH, "utf-8")
        opinions(home)
    return root


@pytest.fixture
def forgetful(tmp_path: Path, opined: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of it, which the environment names."""
    shutil.copytree(opined, tmp_path, dirs_exist_ok=True)
    return _home(tmp_path, monkeypatch)


def _home(root: Path, patched: pytest.MonkeyPatch) -> Home:
    home = Home.at(root, {"TIDINGS_PRIVATE_SNAPSHOT": str(root / "data/private.duckdb")})
    for name, value in home.environment().items():
        patched.setenv(name, value)
    return home
