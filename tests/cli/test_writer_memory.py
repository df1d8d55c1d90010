"""What the writer may hold in memory is a setting, and too little of it is told."""

from __future__ import annotations

import pytest

from tidings.cli.opening import opened
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home


def limit(home: Home) -> str:
    with opened(home) as con:
        row = con.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    return str(row[0])


def test_the_setting_is_the_limit(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = limit(Home.find())
    monkeypatch.setenv("TIDINGS_MEMORY", "256MiB")
    assert limit(Home.find()) == "256.0 MiB" != usual


@pytest.mark.parametrize("given", ["all", "0MB", "1", "1GB; DROP TABLE x", "-1GB", "80%"])
def test_what_is_no_size_is_refused_before_anything_is_opened(
    home: Home, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("TIDINGS_MEMORY", given)
    with pytest.raises(ConfigurationError, match="TIDINGS_MEMORY"), opened(Home.find()):
        pass
    assert not Home.find().warehouse.exists()


def test_too_little_is_told_with_the_way_out(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_MEMORY", "64MB")
    with (
        pytest.raises(WarehouseError, match="more memory than 64MB") as told,
        opened(Home.find()) as con,
    ):
        con.execute("SELECT list(repeat('x', 1000) || i) FROM range(1000000) AS t (i)").fetchall()
    assert "TIDINGS_MEMORY" in told.value.remedy
