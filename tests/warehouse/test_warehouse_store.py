from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from staged_batches import said, stage

from tidings.errors import WarehouseError
from warehouse.merge import merge
from warehouse.store import open_warehouse
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

HOLD = """
import sys
from warehouse.store import open_warehouse
with open_warehouse(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.readline()
"""


def test_all_its_files_are_the_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        path = tmp_path / "deep" / "warehouse.duckdb"
        with open_warehouse(path) as con:
            merge(con, stage(tmp_path, [said("1")]), fence=0)
            files = {f.name: f.stat().st_mode & 0o777 for f in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert files == {"warehouse.duckdb": 0o600, "warehouse.duckdb.wal": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_writer_is_told_that_this_process_holds_it(con: Con, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=rf"in this process \(PID {os.getpid()}\)"):
        open_warehouse(tmp_path / "warehouse.duckdb")
    con.execute("SELECT count(*) FROM core.load")
    con.close()
    open_warehouse(tmp_path / "warehouse.duckdb").close()


def test_a_second_writer_is_told_which_process_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(WarehouseError, match=rf"in use by process {holder.pid} .*python"):
            open_warehouse(path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with open_warehouse(path) as con:  # a killed writer leaves no lock behind
        assert con.execute("SELECT count(*) FROM core.load").fetchone() == (0,)


def test_a_damaged_file_is_named_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb can't be opened") as raised:
        open_warehouse(path)
    assert "backup" in raised.value.remedy


def test_no_setting_can_be_changed_and_nothing_is_installed(con: Con) -> None:
    import duckdb

    with pytest.raises(duckdb.InvalidInputException, match="locked"):
        con.execute("SET threads = 4")
    settings = con.execute(
        "SELECT value FROM duckdb_settings() "
        "WHERE name IN ('autoinstall_known_extensions', 'autoload_known_extensions')"
    )
    assert settings.fetchall() == [("false",), ("false",)]


def test_a_block_that_raises_is_rolled_back_and_the_next_one_works(con: Con) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        with transaction(con):
            con.execute("UPDATE core.fence SET fence = 9")
            raise Stop

    with pytest.raises(Stop):
        stop()
    with transaction(con):
        assert con.execute("SELECT fence FROM core.fence").fetchone() == (0,)
