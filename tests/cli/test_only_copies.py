"""What is the only good copy stays: of what people did, of a backup, of a journal in use."""

import os
import shutil
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from command_line import Result, tidings
from doctored import contents, flip, installed, loaded_and_killed

from tidings.cli import steps
from tidings.cli.backing_up import make, registry
from tidings.cli.backing_up.restore import restore
from tidings.cli.doctoring import files as looked_at
from tidings.cli.doctoring.mend import alone, mend
from tidings.errors import ConfigurationError, WarehouseError
from tidings.home import Home
from tidings.journal import Journal

GOLD = """
INSERT INTO core.gold_label
SELECT
    mention_id, content_hash, 'Acme', 'en', ?, 1, current_date, 'Ola', now()::TIMESTAMP, NULL
FROM core.mention_version
"""


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One batch, in the database file as a writer leaves it that ended by itself."""
    root = tmp_path_factory.mktemp("template")
    (root / "watch").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDINGS_HOME", str(root))
        loaded_and_killed(installed(root), 1)
        steps.refresh()
    return root


@pytest.fixture
def whole(home: Path, template: Path) -> Home:
    shutil.copytree(template, home, dirs_exist_ok=True)
    return Home.find()


def labelled(home: Home, label: str) -> None:
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute("DELETE FROM core.gold_label")
        con.execute(GOLD, [label])


def labels(home: Home) -> list[tuple[str]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return con.execute("SELECT gold FROM core.gold_label ORDER BY ALL").fetchall()


def test_an_older_file_does_not_replace_what_people_did_since(whole: Home, tmp_path: Path) -> None:
    """The backup is newer than the file that somebody put back: its labels are the ones to keep."""
    labelled(whole, "negative")
    older = shutil.copy(whole.warehouse, tmp_path)
    loaded_and_killed(whole, 2)
    labelled(whole, "positive")
    make.backup(whole, tmp_path / "backups")
    shutil.copy(older, whole.warehouse)
    done = mend(whole)
    assert (done.base.startswith("the backup"), done.salvaged) == (True, {})
    assert labels(whole) == [("positive",)] * 6


def test_a_damaged_file_that_is_newer_than_the_backup_gives_what_people_did(
    whole: Home, tmp_path: Path
) -> None:
    labelled(whole, "negative")
    make.backup(whole, tmp_path / "backups")
    loaded_and_killed(whole, 2)
    labelled(whole, "positive")
    with duckdb.connect(str(whole.warehouse)) as con:
        con.execute("CHECKPOINT")
        [(block,)] = con.execute(
            "SELECT block_id FROM pragma_storage_info('core.mention_version') "
            "WHERE column_name = 'content_hash' AND segment_type = 'VARCHAR' LIMIT 1"
        ).fetchall()
    flip(whole.warehouse, 12_288 + block * 262_144 + 4_000)
    done = mend(whole)
    assert done.base.startswith("the backup"), done
    assert done.unreadable == {}
    assert labels(whole) == [("positive",)] * 6


def test_a_backup_is_the_way_back_from_a_newer_tidings(whole: Home, tmp_path: Path) -> None:
    """A warehouse that this Tidings refuses must not keep it from restoring over it."""
    before = contents(whole)
    folder = make.backup(whole, tmp_path / "backups")
    with duckdb.connect(str(whole.warehouse)) as con:
        con.execute("INSERT INTO core.migration SELECT 9999, '9999_later', '', now()::TIMESTAMP")
    with pytest.raises(WarehouseError, match="newer"):
        steps.refresh()
    done = restore(whole, folder)
    assert done.aside is not None
    assert Path(done.aside).exists()
    assert contents(whole) == before


def test_restoring_without_the_key_makes_no_other(whole: Home, tmp_path: Path) -> None:
    folder = make.backup(whole, tmp_path / "backups")
    other = Home.at(tmp_path / "other")
    other.root.mkdir()
    with pytest.raises(ConfigurationError, match=r"pseudonym key .* is gone"):
        restore(other, folder)
    assert not other.secrets.exists()
    assert not other.warehouse.exists()


def test_the_last_backup_goes_only_for_one_that_was_verified(
    whole: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that writes what it was not given: the copy is flipped once its hash was taken."""
    from tidings.cli.backing_up import manifest

    good = make.backup(whole, tmp_path / "backups", keep=1)
    seal = manifest.seal

    def sealed_and_flipped(folder: Path, *about: Any) -> manifest.Manifest:
        done = seal(folder, *about)
        flip(folder / manifest.WAREHOUSE, 300_000)
        return done

    monkeypatch.setattr(make, "utcnow", lambda: manifest.read(good).made.replace(year=2030))
    monkeypatch.setattr(manifest, "seal", sealed_and_flipped)
    with pytest.raises(WarehouseError, match="was changed"):
        make.backup(whole, tmp_path / "backups", keep=1)
    assert good.is_dir()


def test_backups_on_a_disk_that_is_not_there_stay_listed(
    whole: Home, tmp_path: Path, cli: Any
) -> None:
    """Erasing must reach them when the disk is back."""
    into = tmp_path / "mounted"
    away = make.backup(whole, into)
    away.rename(tmp_path / "unmounted")
    entry = registry.entries(whole)[0]
    registry.register(whole, registry.Entry(path=str(into / "new"), made=entry.made, bytes=1))
    (into / "new").mkdir()
    assert make.rotate(whole, into, 1) == []
    assert str(away) in {one.path for one in registry.entries(whole)}
    looked = cli("verify", "--json")
    assert looked.code == 1
    assert "delete its line in" in looked.json()[0]["found"]


def test_a_list_of_backups_that_is_damaged_is_named(whole: Home, cli: Any) -> None:
    whole.backups.write_text('{"path": "/backups/a"\n', "utf-8")
    with pytest.raises(WarehouseError, match=r"Line 1 of .*backups\.jsonl"):
        registry.entries(whole)
    found = {one["check"]: one["found"] for one in cli("doctor", "--json").json()["checks"]}
    assert "backups.jsonl" in found["backups"]


def test_a_journal_that_a_page_writes_to_is_not_set_aside(
    whole: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tidings.journal.PATIENCE", 0.1)
    Journal(whole.journal)._make()
    with closing(sqlite3.connect(whole.journal)) as con:
        con.execute("PRAGMA journal_mode = DELETE")
        con.execute("BEGIN EXCLUSIVE")
        found = looked_at.journal(whole, patience=0.1)
        assert (found.state, found.mends) == ("broken", False), found
    assert looked_at.journal(whole).state == "ok"


def test_the_doctor_says_of_a_landing_out_of_reach_and_shows_no_credential(
    whole: Home, cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People send to others what the doctor says."""
    monkeypatch.setenv("TIDINGS_LANDING", "memory://hidden:word@host/landing?token=sesame")
    result = cli("doctor", "--json")
    checks = {one["check"]: one for one in result.json()["checks"]}
    assert (checks["landing"]["state"], checks["staging"]["state"]) == ("broken", "warning")
    assert "memory://host/landing" in checks["settings"]["found"]
    assert not [word for word in ("hidden", "word@", "sesame") if word in result.out]
    assert os.environ["TIDINGS_LANDING"].endswith("sesame")


def test_who_comes_while_a_mending_begins_writes_nothing(
    whole: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking for the lock and opening: the mender copies a file that would go on."""
    from warehouse import store

    really = store.open_warehouse

    def as_mending_begins(*about: Any, **more: Any) -> duckdb.DuckDBPyConnection:
        held.enter_context(alone(whole))
        return really(*about, **more)

    before = contents(whole)
    with ExitStack() as held:
        monkeypatch.setattr(store, "open_warehouse", as_mending_begins)
        with pytest.raises(WarehouseError, match="is being mended"):
            steps.refresh()
    assert contents(whole) == before
