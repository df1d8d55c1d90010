"""A warehouse that was harmed is found out by whoever opens it and by the doctor, and mended."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from command_line import Result, tidings
from doctored import contents, drop, files, flip, installed, loaded_and_killed, log_of, restore

from tidings.acknowledged import Acknowledged
from tidings.cli import steps
from tidings.cli.doctoring.candidates import look_at
from tidings.cli.doctoring.mend import alone, mend
from tidings.errors import WarehouseError
from tidings.home import Home
from tidings.landing import Landing

GOLD = """
INSERT INTO core.gold_label
SELECT
    mention_id, content_hash, 'Acme', 'en', 'positive', 1, current_date, 'Ola', now()::TIMESTAMP,
    NULL
FROM core.mention_version
"""
BLOCK = 262_144
HEADERS = 12_288


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three batches merged; what they brought is in the write-ahead log only."""
    root = tmp_path_factory.mktemp("template")
    (root / "watch").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDINGS_HOME", str(root))
        found = installed(root)
        loaded_and_killed(found, 1, 2, 3)
        assert log_of(found).stat().st_size > 0
    return root


@pytest.fixture
def killed(home: Path, template: Path) -> Home:
    """An installation of its own, like the template."""
    shutil.copytree(template, home, dirs_exist_ok=True)
    return Home.find()


def states(cli: Any) -> dict[str, str]:
    return {one["check"]: one["state"] for one in cli("doctor", "--json").json()["checks"]}


def log_deleted(home: Home) -> None:
    log_of(home).unlink()


def log_cut(home: Home) -> None:
    content = log_of(home).read_bytes()
    log_of(home).write_bytes(content[: len(content) // 2])


def log_flipped(home: Home) -> None:
    flip(log_of(home), log_of(home).stat().st_size // 2)


def header_flipped(home: Home) -> None:
    flip(home.warehouse, 100)


def warehouse_deleted(home: Home) -> None:
    for path in list(files(home)):
        path.unlink()


def warehouse_emptied(home: Home) -> None:
    """As a fresh one that somebody made in its place."""
    warehouse_deleted(home)
    from warehouse.store import open_warehouse

    open_warehouse(home.warehouse).close()


HARMS = (
    log_deleted, log_cut, log_flipped, header_flipped, warehouse_deleted, warehouse_emptied,
)  # fmt: skip


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_each_harm_is_refused_found_and_mended(killed: Home, cli: Any, harm: Any) -> None:
    whole = contents(killed)
    harm(killed)
    with pytest.raises(WarehouseError, match="tidings doctor"):
        steps.refresh()
    before = {p: p.read_bytes() for p in files(killed)}
    assert cli("doctor").code == 1
    assert {p: p.read_bytes() for p in files(killed)} == before, "looking changes nothing"
    result = cli("doctor", "--mend", "--json")
    assert result.code == 0, result.err
    assert result.json()["mended"]["lost"] == {}
    assert contents(killed) == whole
    aside = list(killed.warehouse.parent.glob("warehouse.duckdb.damaged-*"))
    assert bool(aside) == bool(before), "what was there is kept"
    assert steps.refresh()
    assert cli("query", "--json", "SELECT count(*) AS n FROM core.mention").json() == [{"n": 9}]


def checkpointed(home: Home) -> None:
    """Have all in the database file, as after a writer that ended by itself."""
    from warehouse.store import open_warehouse

    open_warehouse(home.warehouse).close()
    assert not log_of(home).exists()


def test_a_flip_in_any_block_is_seen_or_is_in_a_free_one(killed: Home) -> None:
    checkpointed(killed)
    whole = killed.warehouse.read_bytes()
    told = Acknowledged(killed.acknowledged)
    unseen = []
    places = [0, 4_096 + 20, 8_192 + 20, *range(HEADERS + 999, len(whole), BLOCK)]
    for place in places:
        flip(killed.warehouse, place)
        if not look_at(killed.warehouse, told).problem:
            unseen.append(place)
        killed.warehouse.write_bytes(whole)
    with duckdb.connect(str(killed.warehouse), read_only=True) as con:
        [size] = con.execute("SELECT free_blocks FROM pragma_database_size()").fetchall()
    assert len(unseen) <= size[0]
    assert len(places) - len(unseen) > 5


def test_of_a_damaged_warehouse_what_people_did_is_saved(killed: Home, cli: Any) -> None:
    """The block is one of the mentions; gold labels are in another one."""
    checkpointed(killed)
    with duckdb.connect(str(killed.warehouse)) as con:
        con.execute(GOLD)
        con.execute("CHECKPOINT")
        gold = con.execute("FROM core.gold_label").fetchall()
        [(block,)] = con.execute(
            "SELECT block_id FROM pragma_storage_info('core.mention_version') "
            "WHERE column_name = 'content_hash' AND segment_type = 'VARCHAR' LIMIT 1"
        ).fetchall()
    whole = contents(killed)
    flip(killed.warehouse, HEADERS + block * BLOCK + 4_000)
    result = cli("doctor", "--mend", "--json")
    assert result.code == 0, result.err
    assert "blocks of core.mention_version" in result.json()["mended"]["why"]
    assert contents(killed) == whole
    with duckdb.connect(str(killed.warehouse), read_only=True) as con:
        assert con.execute("FROM core.gold_label").fetchall() == gold


def test_an_older_copy_that_was_put_back_is_refilled_with_what_came_since(
    killed: Home, cli: Any, tmp_path: Path
) -> None:
    checkpointed(killed)
    older = tmp_path / "older"
    older.mkdir()
    shutil.copy(killed.warehouse, older)
    loaded_and_killed(killed, 4)
    whole = contents(killed)
    restore(killed, older)
    assert states(cli)["acknowledged"] == "broken"
    with pytest.raises(WarehouseError, match="lacks 1 merged batch that it had committed"):
        steps.refresh()
    done = mend(killed)
    assert (done.base, done.batches, done.new) == ("the warehouse as it is", 1, 3)
    assert contents(killed) == whole
    assert states(cli)["acknowledged"] == "ok"


def test_what_landing_has_no_more_is_named_and_all_goes_on_without_it(
    killed: Home, cli: Any
) -> None:
    first, second, _third = Landing(killed.landing).batch_ids()
    (Path(killed.landing) / f"{first}.json").unlink()
    parquet = Path(killed.landing) / f"{second}.parquet"
    parquet.write_bytes(parquet.read_bytes()[:100])
    warehouse_deleted(killed)
    done = mend(killed)
    assert set(done.lost) == {first, second}
    assert (done.batches, done.new) == (1, 3)
    assert list(killed.warehouse.parent.glob("acknowledged.jsonl.before-*"))
    drop(killed, 5)
    run = cli("run")
    assert run.code == 3, run.err
    assert f"{second}.parquet of a landed batch can't be read" in run.err.replace("\n", "")
    assert len(Acknowledged(killed.acknowledged).ids("merged")) == 2


def test_what_was_committed_and_not_acknowledged_is_acknowledged_at_the_next_opening(
    killed: Home,
) -> None:
    lines = killed.acknowledged.read_bytes().splitlines(keepends=True)
    killed.acknowledged.write_bytes(b"".join(lines[:2]) + lines[2][:50])
    steps.refresh()
    assert killed.acknowledged.read_bytes().splitlines(keepends=True) == lines


def test_damaged_lines_are_refused_and_the_file_is_made_anew(killed: Home, cli: Any) -> None:
    flip(killed.acknowledged, 30)
    with pytest.raises(WarehouseError, match=r"1 lines of .* are damaged"):
        steps.refresh()
    assert cli("doctor", "--mend").code == 0
    assert len(Acknowledged(killed.acknowledged).ids("merged")) == 3


def test_an_older_load_attempt_can_not_write_to_a_refilled_warehouse(killed: Home) -> None:
    from warehouse.store import open_warehouse

    with open_warehouse(killed.warehouse) as con:
        [before] = con.execute("SELECT fence FROM core.fence").fetchall()
    warehouse_deleted(killed)
    mend(killed)
    with open_warehouse(killed.warehouse) as con:
        [after] = con.execute("SELECT fence FROM core.fence").fetchall()
    assert after > before


def test_killed_while_mending_nothing_has_changed(
    killed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_deleted(killed)
    before = {p: p.read_bytes() for p in files(killed)}

    def killed_here(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tidings.cli.doctoring.mend._put_in_place", killed_here)
        with pytest.raises(KeyboardInterrupt):
            mend(killed)
    assert {p: p.read_bytes() for p in files(killed)} == before
    assert mend(killed).batches == 3


def test_an_installation_that_is_well_is_told_so_and_left_alone(killed: Home, cli: Any) -> None:
    steps.refresh()
    assert cli("publish").code == 0
    kept = {p: p.read_bytes() for p in killed.warehouse.parent.rglob("*") if p.is_file()}
    found = cli("doctor", "--json")
    assert found.code == 0, found.out
    assert {n: s for n, s in states(cli).items() if s != "ok"} == {"backups": "warning"}
    assert {p: p.read_bytes() for p in kept} == kept
    assert "needed no mending" in cli("doctor", "--mend").out


def test_a_damaged_journal_is_set_aside(killed: Home, cli: Any) -> None:
    killed.journal.write_bytes(b"not a database" * 100)
    assert states(cli)["journal"] == "broken"
    assert cli("doctor", "--mend", "--json").code == 0
    assert not killed.journal.exists()
    assert list(killed.journal.parent.glob("journal.sqlite.damaged-*"))


def test_a_warehouse_of_a_newer_tidings_is_never_taken_for_a_damaged_one(
    killed: Home, cli: Any
) -> None:
    checkpointed(killed)
    with duckdb.connect(str(killed.warehouse)) as con:
        con.execute("INSERT INTO core.migration SELECT 9999, '9999_later', '', now()::TIMESTAMP")
    before = killed.warehouse.read_bytes()
    assert cli("doctor", "--json").json()["checks"]
    mended = cli("doctor", "--mend")
    assert mended.code == 1
    assert "newer than this Tidings" in mended.err
    assert killed.warehouse.read_bytes() == before


def test_while_somebody_else_mends_nobody_writes(killed: Home) -> None:
    with (
        alone(killed),
        pytest.raises(WarehouseError, match="is being mended or restored by another process"),
    ):
        steps.refresh()
    assert steps.refresh()
