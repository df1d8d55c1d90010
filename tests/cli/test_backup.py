"""Backups: made, verified, rotated, and restored, with what came and what was erased since."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pytest
from command_line import Result, tidings
from doctored import contents, drop, files, flip, installed, loaded_and_killed

from tidings.cli import erasing_files, steps
from tidings.cli.backing_up import make, manifest, registry
from tidings.cli.backing_up.restore import restore
from tidings.cli.backing_up.verify import verify
from tidings.cli.backup import back_up
from tidings.cli.doctoring.mend import mend
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home
from tidings.journal import Change, Journal, SnoozeRule


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two batches, a change of a person, and a backup of it all in ``backups``."""
    root = tmp_path_factory.mktemp("template")
    (root / "watch").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDINGS_HOME", str(root))
        found = installed(root)
        loaded_and_killed(found, 1, 2)
        Journal(found.journal).add(snoozed("silence"))
        steps.load()
        Journal(found.journal).add(snoozed("volume"))
        make.backup(found, root / "backups")
        found.backups.unlink()
    return root


@pytest.fixture
def backed(home: Path, template: Path) -> Home:
    """An installation of its own, like the template, whose backup is listed."""
    shutil.copytree(template, home, dirs_exist_ok=True)
    found = Home.find()
    told = manifest.read(folder_of(found))
    entry = registry.Entry(path=str(folder_of(found)), made=told.made, bytes=1)
    registry.register(found, entry)
    return found


def snoozed(rule: str) -> Change:
    from datetime import UTC, datetime

    until = datetime(2027, 1, 1, tzinfo=UTC)
    what = SnoozeRule(watch="acme", rule=rule, until=until)
    return Change(what=what, who="Ola", role="admin", change_id=uuid4())


def folder_of(home: Home) -> Path:
    [folder] = (home.root / "backups").iterdir()
    return folder


def snoozes(home: Home) -> list[str]:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        rows = con.execute("SELECT rule FROM core.alert_action ORDER BY rule").fetchall()
    return [rule for (rule,) in rows]


def test_a_backup_has_all_that_nothing_makes_again_and_only_its_owner_reads_it(
    backed: Home,
) -> None:
    folder = folder_of(backed)
    told = verify(folder)
    assert {"warehouse.duckdb", "acknowledged.jsonl", "journal.sqlite", "watch/acme.toml"} <= set(
        told.files
    )
    assert not [name for name in told.files if name.startswith("secrets")]
    assert told.counts["core.load"] == 2
    assert {p.stat().st_mode & 0o077 for p in (folder, *folder.rglob("*"))} == {0}
    assert not list(folder.parent.glob(".*"))


def test_where_marts_were_published_is_known_again(
    backed: Home, cli: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So that an erasure after a disk was lost reaches what lies on another."""
    elsewhere = tmp_path / "marts"
    erasing_files.remember(backed, "parquet", str(elsewhere))
    assert cli("backup", str(tmp_path / "another-disk")).code == 0
    [folder] = (tmp_path / "another-disk").iterdir()
    other = tmp_path / "other"
    shutil.copytree(backed.secrets, other / ".secrets")
    monkeypatch.setenv("TIDINGS_HOME", str(other))
    found = Home.find()
    erasing_files.remember(found, "ducklake", "lake.ducklake")

    assert cli("restore", str(folder)).code == 0

    places = [(one.form, one.place) for one in erasing_files.published(found)]
    assert places == [("ducklake", "lake.ducklake"), ("parquet", str(elsewhere))]
    assert found.publications.stat().st_mode & 0o077 == 0


def warehouse_flipped(folder: Path) -> None:
    flip(folder / "warehouse.duckdb", 300_000)


def list_cut(folder: Path) -> None:
    path = folder / "acknowledged.jsonl"
    path.write_bytes(path.read_bytes()[:-5])


def file_gone(folder: Path) -> None:
    (folder / "watch" / "acme.toml").unlink()


def file_added(folder: Path) -> None:
    (folder / "watch" / "other.toml").write_text("", "utf-8")


def rows_gone(folder: Path) -> None:
    """As where something else wrote to the copy, and made the hashes anew."""
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        con.execute("DELETE FROM core.load WHERE batch_id = (SELECT max(batch_id) FROM core.load)")
    manifest.reseal(folder)


def manifest_gone(folder: Path) -> None:
    (folder / "manifest.json").unlink()


HARMS = (warehouse_flipped, list_cut, file_gone, file_added, rows_gone, manifest_gone)


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_backup_that_was_harmed_is_found_out_and_not_restored(
    backed: Home, cli: Any, harm: Any
) -> None:
    harm(folder_of(backed))
    before = {p: p.read_bytes() for p in files(backed)}
    looked = cli("verify", "--json")
    assert (looked.code, looked.json()[0]["state"]) == (1, "broken")
    with pytest.raises(WarehouseError):
        restore(backed, folder_of(backed))
    assert {p: p.read_bytes() for p in files(backed)} == before


def test_restoring_brings_up_to_what_came_since(backed: Home, cli: Any) -> None:
    loaded_and_killed(backed, 3)
    whole, rules = contents(backed), snoozes(backed)
    assert len(whole["load"]) == 3
    result = cli("restore", str(folder_of(backed)), "--json")
    assert result.code == 0, result.err
    assert (result.json()["batches"], result.json()["lost"]) == (1, {})
    assert contents(backed) == whole
    assert snoozes(backed) == rules == ["silence", "volume"]
    assert list(backed.warehouse.parent.glob("warehouse.duckdb.damaged-*")), "set aside"
    assert cli("query", "--json", "SELECT count(*) AS n FROM core.mention").json() == [{"n": 9}]


def test_on_another_machine_all_is_there_again(
    backed: Home, cli: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only the backup's folder is left, and the pseudonym key, kept elsewhere."""
    whole, rules = contents(backed), [*snoozes(backed), "volume"]
    folder = shutil.copytree(folder_of(backed), tmp_path / "elsewhere")
    other = tmp_path / "other"
    shutil.copytree(backed.secrets, other / ".secrets")
    monkeypatch.setenv("TIDINGS_HOME", str(other))
    result = cli("restore", str(folder))
    assert result.code == 0, result.err
    found = Home.find()
    assert contents(found) == whole
    assert snoozes(found) == sorted(rules)
    (other / "in").mkdir()
    drop(found, 7)
    assert cli("run").code == 0
    assert len(contents(found)["load"]) == 3


def test_where_landing_is_gone_the_newest_backup_is_what_mending_begins_with(backed: Home) -> None:
    whole = contents(backed)
    shutil.rmtree(backed.landing)
    backed.warehouse.write_bytes(b"garbage" * 10_000)
    done = mend(backed)
    assert done.base == f"the backup {folder_of(backed)}"
    assert done.lost == {}
    assert contents(backed) == whole


def test_a_damaged_backup_is_passed_over(backed: Home) -> None:
    whole = contents(backed)
    warehouse_flipped(folder_of(backed))
    backed.warehouse.write_bytes(b"garbage" * 10_000)
    assert mend(backed).base.startswith("nothing")
    assert contents(backed) == whole


def test_the_oldest_go_and_those_of_others_stay(backed: Home, monkeypatch: Any) -> None:
    import time_machine

    into = backed.root / "backups"
    (into / "tidings-of-somebody").mkdir()
    with time_machine.travel("2027-01-01T00:00:00Z", tick=False) as clock:
        for _ in range(3):
            clock.shift(3_600)
            last = make.backup(backed, into, keep=2)
    there = sorted(p.name for p in into.iterdir())
    assert there == ["tidings-20270101T020000Z", "tidings-20270101T030000Z", "tidings-of-somebody"]
    assert [Path(one.path).name for one in registry.entries(backed)] == there[:2]
    assert last.name == there[1]


def test_one_that_could_not_be_made_leaves_nothing(backed: Home, cli: Any, tmp_path: Path) -> None:
    backed.journal.write_bytes(b"not a database" * 100)
    into = tmp_path / "into"
    made = cli("backup", str(into))
    assert made.code == 1
    assert list(into.iterdir()) == []
    assert len(registry.entries(backed)) == 1


def test_the_command_says_what_it_made(backed: Home, cli: Any, tmp_path: Path) -> None:
    made = cli("backup", str(tmp_path / "b"), "--with-secrets", "--json")
    assert made.code == 0, made.err
    folder = Path(json.loads(made.out)["folder"])
    assert (folder / "secrets" / "pseudonym_key").stat().st_mode & 0o777 == 0o600
    assert cli("verify", str(folder)).code == 0
    with closing(sqlite3.connect(folder / "journal.sqlite")) as con:
        assert con.execute("SELECT count(*) FROM change").fetchall() == [(2,)]


def test_the_daily_one_is_off_unless_a_folder_is_named(
    backed: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert back_up() == []
    monkeypatch.setenv("TIDINGS_BACKUPS", str(tmp_path / "daily"))
    [folder] = back_up()
    assert Path(folder).parent == tmp_path / "daily"
    monkeypatch.setenv("TIDINGS_KEEP_BACKUPS", "none")
    with pytest.raises(ConfigurationError, match="TIDINGS_KEEP_BACKUPS is 'none'"):
        back_up()
