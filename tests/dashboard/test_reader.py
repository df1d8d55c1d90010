"""Many read while others publish: nobody waits, nobody fails, and nobody sees two at once."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from app_client import client_of

import dashboard.reader as module
from dashboard.reader import Reader
from tidings.errors import WarehouseError
from tidings.home import Home


def _publish(home: Home) -> None:
    from warehouse.snapshot import publish
    from warehouse.store import open_warehouse

    with open_warehouse(home.warehouse) as con:
        publish(con, home.snapshot)


def _open_files(path: Path) -> int:
    """Count this process's descriptors of snapshots: of the one there and of replaced ones."""
    found = 0
    for fd in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{fd}")
        except FileNotFoundError:
            continue
        found += target.startswith(str(path))
    return found


def test_a_new_snapshot_is_read_at_once_and_the_old_one_to_the_end(own_home: Home) -> None:
    reader = Reader(own_home.snapshot)
    with reader.snapshot() as old:
        before = old.rows("published")
        _publish(own_home)
        with reader.snapshot() as new:
            assert new.stamp != old.stamp
            assert new.rows("published") != before
        assert old.rows("published") == before
        assert _open_files(own_home.snapshot) == 2
    assert _open_files(own_home.snapshot) == 1  # the old one is let go
    reader.close()
    assert _open_files(own_home.snapshot) == 0


def test_twenty_read_while_others_publish(own_home: Home) -> None:
    client = client_of(own_home)
    wanted = client.get("/api/v1/marts/brand_reputation_daily").json()["rows"]
    over = threading.Event()

    def look() -> list[int]:
        answers = []
        while not over.is_set():
            got = client.get("/api/v1/marts/brand_reputation_daily")
            answers.append(got.status_code)
            assert got.json()["rows"] == wanted
        return answers

    with ThreadPoolExecutor(20) as pool:
        lookers = [pool.submit(look) for _ in range(20)]
        for _ in range(5):
            _publish(own_home)
        over.set()
        answers = [status for looker in lookers for status in looker.result()]
    assert set(answers) == {200}
    assert len(answers) > 40
    page = client.get("/today")
    assert page.status_code == 200


def test_without_a_snapshot_the_page_says_what_to_do_and_then_shows_it(own_home: Home) -> None:
    client = client_of(own_home)
    kept = own_home.snapshot.rename(own_home.snapshot.with_suffix(".kept"))
    page = client.get("/today")
    assert page.status_code == 503
    assert "tidings demo" in page.text
    kept.rename(own_home.snapshot)
    assert client.get("/today").status_code == 200


def test_a_statement_that_takes_too_long_is_ended(
    told_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.2)
    reader = Reader(told_home.snapshot)
    endless = "SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b"
    with reader.snapshot() as snapshot:
        with pytest.raises(WarehouseError, match="longer than"):
            snapshot._run(endless, {})
        assert snapshot.rows("published")  # the next one is answered


def test_nothing_but_the_snapshot_can_be_read(told_home: Home) -> None:
    import duckdb

    with Reader(told_home.snapshot).snapshot() as snapshot:
        for text in (
            "FROM read_text('/etc/hostname')",
            f"ATTACH '{told_home.warehouse}' AS other",
            "CREATE TABLE core.mine (x INTEGER)",
            "SET memory_limit = '9GB'",
        ):
            with pytest.raises(duckdb.Error):
                snapshot._run(text, {})


def test_twenty_at_once_share_the_memory(told_home: Home) -> None:
    """Each of these fits into the memory, four of them don't: the others wait for their turn."""
    reader = Reader(told_home.snapshot, memory_limit="120MB")
    heavy = "SELECT count(*) AS n FROM (SELECT DISTINCT range * 7919 AS x FROM range(700000))"

    def ask(_number: int) -> int:
        with reader.snapshot() as snapshot:
            return int(snapshot._run(heavy, {})[0]["n"])

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(ask, range(20))) == [700_000] * 20


def test_what_needs_too_much_memory_says_how_to_give_it_more(told_home: Home) -> None:
    reader = Reader(told_home.snapshot, memory_limit="60MB")
    with reader.snapshot() as snapshot, pytest.raises(WarehouseError, match="more memory") as told:
        snapshot._run("SELECT list(range) FROM range(20000000)", {})
    assert "TIDINGS_DASHBOARD_MEMORY" in told.value.remedy
