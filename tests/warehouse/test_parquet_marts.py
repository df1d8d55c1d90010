"""The marts as Parquet files: whole, replaced at once, told by a manifest."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb as plain
import pytest
from drawn_tables import ACME, World
from staged_batches import at

from tidings.errors import ConfigurationError, WarehouseError
from warehouse.brands import sync
from warehouse.marts import refresh
from warehouse.parquet import publish_ducklake, publish_parquet
from warehouse.snapshot import publish

if TYPE_CHECKING:
    from datetime import datetime


@pytest.fixture
def snapshot(world: World, tmp_path: Path) -> Path:
    world.say("""
        n  | day        | label
        20 | 2025-12-31 | negative
        10 | 2026-01-02 | positive
    """, collected=at("2026-01-02"))  # fmt: skip
    sync(world.con, [ACME])
    refresh(world.con)
    return again(world, tmp_path, at("2026-01-03"))


def again(world: World, tmp_path: Path, now: datetime) -> Path:
    publish(world.con, tmp_path / "tidings.duckdb", now=now)
    return tmp_path / "tidings.duckdb"


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def test_the_files_hold_what_the_marts_hold_by_year(snapshot: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    version = publish_parquet(snapshot, folder)
    assert (folder / "current").resolve() == version
    told = manifest(folder)
    assert told["published"].startswith("2026-01-03T12:00:00")
    mart = told["marts"]["brand_reputation_daily"]
    assert mart["partitioned_by"] == ["year"]
    assert [f.split("/")[1] for f in mart["files"]] == ["year=2025", "year=2026"]
    assert {c["name"]: c["type"] for c in mart["columns"]}["score"] == "DOUBLE"
    assert mart["columns"][0]["meaning"]
    assert mart["definition_hash"]
    with plain.connect(str(snapshot), read_only=True) as con:
        for name, about in told["marts"].items():
            files = [str(version / f) for f in about["files"]]
            assert about["rows"] == len(con.execute(f"FROM marts.{name}").fetchall())
            if not files:
                assert about["rows"] == 0, name
                continue
            read = con.sql(
                "FROM read_parquet($files, hive_partitioning = false)", params={"files": files}
            )
            asked = con.sql(f"FROM marts.{name} ORDER BY ALL").fetchall()
            assert read.order("ALL").fetchall() == asked, name
    assert told["marts"]["brand_reputation_daily"]["rows"] == 6, "two brands, three days"


def test_a_large_mart_is_split_by_month(snapshot: Path, tmp_path: Path) -> None:
    publish_parquet(snapshot, tmp_path / "out", by_month=5)
    mart = manifest(tmp_path / "out")["marts"]["brand_reputation_daily"]
    assert mart["partitioned_by"] == ["year", "month"]
    assert {"/".join(f.split("/")[1:3]) for f in mart["files"]} == {
        "year=2025/month=12", "year=2026/month=1",
    }  # fmt: skip


def test_the_version_before_stays_and_older_ones_go(
    snapshot: Path, world: World, tmp_path: Path
) -> None:
    folder, made = tmp_path / "out", []
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / ".20260101T000000000000Z.999.writing").mkdir()
    for day in ("2026-01-03", "2026-01-04", "2026-01-04", "2026-01-05"):
        made.append(publish_parquet(again(world, tmp_path, at(day)), folder))
    assert made[1] == made[2]
    assert sorted(f.name for f in folder.iterdir()) == sorted(
        [made[1].name, made[3].name, "current", "manifest.json", "notes.txt"]
    )
    assert manifest(folder)["version"] == made[3].name == (folder / "current").readlink().name


def test_what_can_not_be_written_leaves_what_was_there(
    snapshot: Path, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    first = publish_parquet(snapshot, folder)
    again(world, tmp_path, at("2026-01-04"))
    monkeypatch.setattr("warehouse.parquet._copy", _no_space)
    with pytest.raises(WarehouseError, match="not written"):
        publish_parquet(snapshot, folder)
    assert (folder / "current").resolve() == first
    assert not list(folder.glob(".*"))
    with pytest.raises(WarehouseError, match="no snapshot"):
        publish_parquet(tmp_path / "none.duckdb", folder)


def test_whole_leaves_no_other_version(snapshot: Path, world: World, tmp_path: Path) -> None:
    """A version told by a clock that was ahead is another one, too: it may hold what was erased."""
    folder = tmp_path / "out"
    for day in ("2026-01-09", "2026-01-03", "2026-01-04"):
        publish_parquet(again(world, tmp_path, at(day)), folder)
    last = publish_parquet(again(world, tmp_path, at("2026-01-05")), folder, whole=True)
    assert [f for f in folder.iterdir() if f.is_dir() and not f.is_symlink()] == [last]
    assert (folder / "current").resolve() == last


@pytest.mark.parametrize("let_in", [None, 0o755])
def test_they_are_their_owners_alone_unless_the_folder_lets_others_in(
    snapshot: Path, world: World, tmp_path: Path, let_in: int | None
) -> None:
    folder = tmp_path / "out"
    before = os.umask(0o022)
    try:
        publish_parquet(snapshot, folder)
        assert folder.stat().st_mode & 0o777 == 0o700
        if let_in is not None:
            folder.chmod(let_in)
        version = publish_parquet(again(world, tmp_path, at("2026-01-04")), folder)
    finally:
        os.umask(before)
    modes = {(f.is_dir(), f.stat().st_mode & 0o777) for f in (version, *version.rglob("*"))}
    assert modes == {(True, let_in or 0o700), (False, 0o644 if let_in else 0o600)}


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_without_the_extension_ducklake_tells_the_way_out(snapshot: Path, tmp_path: Path) -> None:
    with plain.connect() as con:
        known = con.sql(
            "SELECT installed FROM duckdb_extensions() WHERE extension_name = 'ducklake'"
        )
        if known.fetchall() == [(True,)]:
            rows = publish_ducklake(snapshot, str(tmp_path / "marts.ducklake"))
            assert rows["brand_reputation_daily"] == 6
            return
    with pytest.raises(ConfigurationError, match="ducklake") as missing:
        publish_ducklake(snapshot, str(tmp_path / "marts.ducklake"))
    assert "INSTALL ducklake" in missing.value.remedy
    assert "--parquet" in missing.value.remedy
    assert not (tmp_path / "marts.ducklake").exists()
