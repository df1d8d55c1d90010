"""``tidings publish`` and the setting for a private snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command_line import Result, tidings

from tidings.cli import erasing_files, steps
from tidings.home import Home
from warehouse.store import open_warehouse

HANDLE = "ola.nordmann"
INSERTED = (
    "INSERT INTO core.mention_version BY NAME SELECT uuid() AS mention_id, 'forum' AS source, "
    "'square' AS place, '1' AS external_id, 'post' AS kind, TIMESTAMP '2026-03-01' AS published, "
    f"'words' AS text, '{HANDLE}' AS author_handle, 'h' AS content_hash, 'b' AS batch_id, "
    "TIMESTAMP '2026-03-01' AS valid_from, TIMESTAMP '2026-03-01' AS known_from"
)


@pytest.fixture
def installed(home: Path) -> Home:
    found = Home.find()
    (home / "watch/acme.toml").write_text('[brand]\nname = "Acme"\n', "utf-8")
    with open_warehouse(found.warehouse) as con:
        con.execute(INSERTED)
    return found


@pytest.fixture
def cli(
    installed: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


def names(path: Path) -> bool:
    return HANDLE.encode() in path.read_bytes()


def test_a_private_one_is_published_where_it_is_asked_for(installed: Home, cli: Any) -> None:
    private = installed.root / "private.duckdb"
    assert cli("publish").code == 0
    assert cli("publish", "--private", str(private)).code == 0
    assert (names(installed.snapshot), names(private)) == (False, True)
    assert private.stat().st_mode & 0o777 == 0o600
    wrong = cli("publish", "--private", str(installed.snapshot))
    assert wrong.code == 2
    assert "all read" in wrong.err
    assert not names(installed.snapshot)


def test_a_private_one_follows_every_publish_where_it_is_set(
    installed: Home, cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = installed.root / "few/private.duckdb"
    monkeypatch.setenv("TIDINGS_PRIVATE_SNAPSHOT", str(private))
    assert set(steps.publish()) == {"snapshot", "private_snapshot"}
    assert names(private)
    assert private.stat().st_mode & 0o777 == 0o600
    assert not names(installed.snapshot)


def test_a_private_one_that_was_begun_is_known_to_erasing(
    installed: Home, cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill right after it was put in place leaves a file that erasing must reach."""

    def killed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    private = installed.root / "private.duckdb"
    assert cli("publish").code == 0
    monkeypatch.setattr("warehouse.snapshot.publish", killed)
    cli("publish", "--private", str(private))
    assert [one.place for one in erasing_files.published(installed)] == [str(private)]


def test_marts_are_written_as_parquet_and_ducklake_is_told(installed: Home, cli: Any) -> None:
    early = cli("publish", "--parquet", str(installed.root / "marts"))
    assert early.code == 1
    assert "no snapshot" in early.err
    assert cli("publish").code == 0
    assert cli("publish", "--parquet", str(installed.root / "marts")).code == 0
    assert (installed.root / "marts/manifest.json").exists()
