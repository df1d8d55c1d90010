"""Where things lie does not depend on the folder that a process was started in."""

from pathlib import Path

import pytest

from tidings.home import Home


@pytest.mark.parametrize("url", ["s3://bucket/landing", "memory://landing"])
def test_a_landing_area_by_url_stays_as_it_is(url: str) -> None:
    assert Home.find({"TIDINGS_LANDING": url}).landing == url


def test_a_child_in_another_folder_finds_the_same_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("TIDINGS_LANDING", "TIDINGS_WAREHOUSE", "TIDINGS_SNAPSHOT")
    found = Home.find({"TIDINGS_HOME": "here", **dict.fromkeys(names, "elsewhere")})
    monkeypatch.chdir("/")
    assert Home.find(found.environment()) == found
    assert found.landing == str(tmp_path / "elsewhere")


def test_what_may_be_deleted_is_apart_from_what_was_fitted_here(tmp_path: Path) -> None:
    home = Home.at(tmp_path, {"TIDINGS_WAREHOUSE": str(tmp_path / "warehouse.duckdb")})
    assert home.models == tmp_path / "models"
    assert home.converted == tmp_path / "converted"
