"""What collecting goes on from: while publishing is blocked, and after a backup was restored."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from command_line import Result, in_ledger, tidings

from tidings.cli import ledger, steps
from tidings.errors import WarehouseError
from tidings.home import Home
from tidings.landing import Landing
from warehouse.cursors import walk_states
from warehouse.revisit import known
from warehouse.snapshot import open_snapshot, published
from warehouse.store import open_warehouse

WATCH = """\
[brand]
name = "Acme"
[[sources]]
connector = "files"
[sources.settings]
folder = "{folder}"
columns = {{ external_id = "id", published = "at", text = "text" }}
"""
DOUBLED = "INSERT INTO core.score FROM core.score"
NOW = datetime.now(UTC)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


@pytest.fixture
def loaded(home: Path, cli: Any) -> Home:
    """An installation that has run once."""
    (home / "in").mkdir()
    (home / "watch" / "acme.toml").write_text(WATCH.format(folder=home / "in"), "utf-8")
    drop(home, 1)
    assert cli("run").code == 0
    return Home.find()


def drop(home: Path, number: int) -> None:
    text = f"id,at,text\nola@mail.example/{number},{NOW.isoformat()},Acme is fine {number}\n"
    (home / "in" / f"{number}.csv").write_text(text, "utf-8")


def loads(home: Home) -> int:
    with open_snapshot(home.snapshot) as con:
        told = published(con)
    assert told is not None
    return told.loads


def texts(cli: Any) -> list[str]:
    rows = cli("query", "--json", "SELECT text FROM core.mention ORDER BY text").json()
    return [row["text"] for row in rows]


def test_while_publishing_is_blocked_nothing_is_fetched_or_enriched_again(
    loaded: Home, cli: Any
) -> None:
    with open_warehouse(loaded.warehouse) as con:
        con.execute(DOUBLED)
    drop(loaded.root, 2)
    assert cli("run").code == 3
    assert loads(loaded) == 1, "the snapshot is blocked"
    assert steps.waiting() == []
    assert ledger.walk_states(loaded) == walk_states(loaded.warehouse)
    landed = Landing(loaded.landing).batch_ids()
    run = cli("run", "--json")
    [walk] = run.json()["walks"]
    assert walk["coverage"]["items"] == 0
    assert len(set(Landing(loaded.landing).batch_ids()) - set(landed)) <= 1, "the empty walk itself"


def test_what_is_collected_by_is_read_while_a_writer_has_the_warehouse(loaded: Home) -> None:
    with open_warehouse(loaded.warehouse):
        assert len(ledger.walk_states(loaded)) == 1
        assert len(ledger.loaded_batches(loaded)) == 1
        assert ledger.open_gaps(loaded) == []
        [key] = known(
            ledger.place(loaded),
            watch="acme",
            source="files",
            about=None,
            recent=NOW - timedelta(days=1),
            answerable=NOW - timedelta(days=1),
        )
    assert key.external_id == "ola@mail.example/1"
    assert b"ola@mail.example" not in loaded.snapshot.read_bytes()
    assert loaded.ledger.stat().st_mode & 0o777 == 0o600


def test_without_a_ledger_walks_go_on_from_the_warehouse(loaded: Home, cli: Any) -> None:
    """As where an older Tidings, which left none, was brought up to date."""
    before = ledger.walk_states(loaded)
    loaded.ledger.unlink()
    assert ledger.walk_states(loaded) == before
    assert cli("publish").code == 0
    assert loaded.ledger.exists()
    loaded.ledger.unlink()
    loaded.snapshot.unlink()
    with open_warehouse(loaded.warehouse):  # the first load is at work
        assert ledger.walk_states(loaded) == {}


def older(loaded: Home, cli: Any) -> None:
    """Put back the warehouse file as it was before the last of two loads."""
    backup = loaded.root / "backup.duckdb"
    shutil.copy(loaded.warehouse, backup)
    drop(loaded.root, 2)
    assert cli("run").code == 0
    assert loads(loaded) == 2
    shutil.copy(backup, loaded.warehouse)


@pytest.mark.parametrize("landing_is_there", [True, False])
def test_after_a_backup_was_restored_all_goes_on_from_there(
    loaded: Home, cli: Any, landing_is_there: bool
) -> None:
    older(loaded, cli)
    if not landing_is_there:
        shutil.rmtree(loaded.landing)
    blocked = cli("publish")
    assert blocked.code == 1
    assert "came back older" in blocked.err
    assert "tidings doctor --mend" in blocked.err
    assert "tidings publish --accept-older" in blocked.err
    assert "--publish-anyway" not in blocked.err
    accepted = cli("publish", "--accept-older")
    assert accepted.code == 0, accepted.err
    assert (loads(loaded), texts(cli)) == (1, ["Acme is fine 1"])
    assert in_ledger("SELECT count(*) FROM core.load") == [(1,)]
    run = cli("run")
    assert run.code == 0, run.err
    assert texts(cli) == ["Acme is fine 1", "Acme is fine 2"]
    [(reason,)] = _reasons(loaded)
    assert "--accept-older" in reason


def _reasons(loaded: Home) -> list[tuple[str]]:
    with open_snapshot(loaded.snapshot) as con:
        return con.execute("SELECT reason FROM core.quality_acceptance").fetchall()


def test_an_older_warehouse_that_is_wrong_too_is_not_published(loaded: Home, cli: Any) -> None:
    older(loaded, cli)
    with open_warehouse(loaded.warehouse) as con:
        con.execute(DOUBLED)
    refused = cli("publish", "--accept-older")
    assert refused.code == 1
    assert "one_open_score" in refused.err
    assert loads(loaded) == 2


def test_what_only_the_landing_area_has_is_not_pruned(loaded: Home, cli: Any) -> None:
    """The snapshot says that it is loaded; the warehouse that was put back has not got it."""
    older(loaded, cli)
    lacking = Landing(loaded.landing).batch_ids()
    with open_snapshot(loaded.warehouse) as con:
        merged = {i for (i,) in con.execute("SELECT batch_id FROM core.load").fetchall()}
    with time_machine.travel(NOW + timedelta(days=200)):
        with pytest.raises(WarehouseError, match="came back older"):
            steps.maintain()
        assert Landing(loaded.landing).batch_ids() == lacking
        loaded.acknowledged.unlink()  # as where an older Tidings never wrote it
        steps.maintain()
    assert set(Landing(loaded.landing).batch_ids()) == set(lacking) - merged
