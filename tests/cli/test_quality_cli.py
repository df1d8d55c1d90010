"""``tidings quality`` and what a failed check does to a load, over folders of CSV files."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from command_line import Result, tidings

from tidings.cli import steps, whole_run
from tidings.errors import QualityError, WarehouseError
from tidings.home import Home
from warehouse.quality import Look, look
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


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


@pytest.fixture
def loaded(home: Path, cli: Any) -> Path:
    """An installation that has run once."""
    (home / "in").mkdir()
    (home / "watch" / "acme.toml").write_text(WATCH.format(folder=home / "in"), "utf-8")
    drop(home, 1)
    result = cli("run")
    assert result.code == 0, result.err
    return home


def drop(home: Path, number: int) -> None:
    row = f"{number},{datetime.now(UTC).isoformat()},Acme is fine again"
    (home / "in" / f"{number}.csv").write_text(f"id,at,text\n{row}\n", "utf-8")


def write(sql: str) -> None:
    with open_warehouse(Home.find().warehouse) as con:
        con.execute(sql)


def batches() -> int:
    with open_snapshot(Home.find().snapshot) as con:
        told = published(con)
    assert told is not None
    return told.loads


DOUBLED = "INSERT INTO core.score FROM core.score"


def test_a_load_is_checked_and_its_results_are_published_with_it(loaded: Path, cli: Any) -> None:
    result = cli("quality", "--json")
    assert result.code == 0, result.err
    told = result.json()
    assert {one["success"] for one in told if one["severity"] == "fail"} == {True}
    asked = cli("query", "--json", "SELECT DISTINCT run FROM core.quality_result")
    assert asked.json() == [{"run": told[0]["run"]}]
    shown = cli("quality")
    assert "one_open_version" in shown.out
    assert "passed" in shown.out


def test_a_failed_check_stops_the_publishing_and_says_the_way_out(loaded: Path, cli: Any) -> None:
    before = batches()
    write(DOUBLED)
    drop(loaded, 2)
    refused = cli("run")
    assert refused.code == 3
    said = " ".join(refused.err.split())
    assert "one_open_score: 1 rows of core.score" in said
    assert "tidings quality --run --check" in said
    assert "--publish-anyway REASON" in said
    assert batches() == before
    assert cli("query", "--json", "SELECT count(*) AS n FROM core.mention").json() == [{"n": 1}]

    listed = cli("quality", "--json")
    assert listed.code == 1
    stopping = {one["check_name"] for one in listed.json() if not one["success"]}
    assert stopping == {"one_open_score", "scores_apart"}
    more = cli("quality", "--run", "--check", "one_open_score", "--examples", "100", "--json")
    assert more.code == 1
    assert len(more.json()[0]["examples"]) == 1

    on = cli("quality", "--publish-anyway", "two scores, both alike", "--json")
    assert on.code == 0, on.err
    assert batches() == before + 1
    asked = cli("query", "--json", "SELECT DISTINCT reason FROM core.quality_acceptance")
    assert asked.json() == [{"reason": "two scores, both alike"}]

    drop(loaded, 3)
    assert cli("run").code == 0, "an accepted fault holds up every later load"
    assert batches() == before + 2
    assert "is accepted: two scores, both alike" in cli("quality").out
    assert cli("query", "--json", "SELECT count(*) AS n FROM core.mention").json() == [{"n": 3}]


def test_batches_refused_by_a_rule_are_told_beside_a_failed_check(loaded: Path, cli: Any) -> None:
    write(DOUBLED)
    drop(loaded, 2)
    [batch] = steps.collect("acme", "files", run="r")
    (loaded / "watch" / "acme.toml").rename(loaded / "watch" / "globex.toml")
    with pytest.raises(QualityError, match=r"acme\.toml, which is gone[\s\S]*one_open_score"):
        whole_run.check_and_load([batch], holder="test")


def test_a_warehouse_that_lost_batches_is_not_published(loaded: Path, cli: Any) -> None:
    """As if a write-ahead log had been deleted: the file opens, shorter, without a word."""
    write("DELETE FROM core.load")
    with pytest.raises(WarehouseError, match="came back older: it lacks 1 merged batch"):
        steps.publish()
    Home.find().acknowledged.unlink()  # an older Tidings wrote none: the snapshot still tells
    with pytest.raises(QualityError, match="published_is_kept: 1 rows of core"):
        steps.publish()


def test_a_batch_of_which_less_was_loaded_than_landed_is_told(loaded: Path, cli: Any) -> None:
    marker = next((loaded / "data" / "landing").rglob("batch-0001.json"))
    landed = json.loads(marker.read_text("utf-8"))
    marker.write_text(json.dumps(landed | {"rows": landed["rows"] + 1}), "utf-8")
    result = cli("quality", "--run", "--whole", "--check", "landed_is_loaded", "--json")
    assert result.code == 1
    [one] = result.json()
    assert one["failing"] == 1
    assert one["examples"][0].startswith("files/")
    marker.unlink()  # pruned
    assert cli("quality", "--run", "--check", "landed_is_loaded").code == 0


def test_a_snapshot_that_cannot_be_read_is_replaced_and_told(
    loaded: Path, cli: Any, caplog: pytest.LogCaptureFixture
) -> None:
    Home.find().snapshot.write_bytes(b"damaged")
    with caplog.at_level(logging.WARNING):
        steps.publish()
    assert "can't be compared" in caplog.text
    assert batches() == 1


def test_the_history_of_a_check_is_shown(loaded: Path, cli: Any) -> None:
    assert cli("quality", "--run").code == 0
    runs = [one["run"] for one in cli("quality", "--check", "load_once", "--json").json()]
    assert len(set(runs)) == 2
    assert runs == sorted(runs, reverse=True)


def test_results_of_the_snapshot_are_shown_while_the_warehouse_is_in_use(
    loaded: Path, cli: Any
) -> None:
    with open_warehouse(Home.find().warehouse) as con:
        con.execute(DOUBLED)
        result = cli("quality", "--json")
        assert any(not r.success for r in look(con, Look(run="r", now=datetime.now(UTC))))
    assert "in use" in result.err or "already open" in result.err
    assert result.code == 0


def test_pages_on_the_last_run_are_written(loaded: Path, cli: Any, tmp_path: Path) -> None:
    result = cli("quality", "--docs", str(tmp_path / "pages"))
    assert result.code == 0, result.err
    pages = [p.read_text("utf-8") for p in (tmp_path / "pages").rglob("*.html")]
    assert len(pages) == 3
    assert any("A mention has one current version at most." in page for page in pages)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--whole",), "--whole needs --run"),
        (("--publish-anyway", " "), "no reason"),
        (("--check", "load_once", "--docs", "pages"), "--docs is of a whole run"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    loaded: Path, cli: Any, args: tuple[str, ...], said: str
) -> None:
    result = cli("quality", *args)
    assert result.code == 2
    assert said in result.err


def test_before_the_first_load_there_is_nothing_to_tell(home: Path, cli: Any) -> None:
    result = cli("quality")
    assert result.code == 1
    assert "tidings run" in result.err
    assert not Home.find().warehouse.exists()
