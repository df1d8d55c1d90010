"""The steps among others: two watch files, two processes at once, what one of them must not cost.

The sources are folders of CSV files, so nothing is asked over HTTP.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from command_line import Result, tidings

from tidings.cli import steps, whole_run
from tidings.errors import ConfigurationError, QualityError
from tidings.home import Home
from tidings.landing import Landing

NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=400)

WATCH = """\
[brand]
name = "{brand}"
[[sources]]
connector = "files"
[sources.settings]
folder = "{folder}"
columns = {{ external_id = "id", published = "at", rating = "stars", text = "text" }}
constants = {{ rating_min = 1, rating_max = 5 }}
{more}
"""


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


def reviews(folder: Path, *stars: float, at: datetime = NOW) -> Path:
    """Drop a file of reviews with these stars in ``folder``."""
    folder.mkdir(exist_ok=True)
    rows = [f"{n},{at.isoformat()},{s},Acme is fine" for n, s in enumerate(stars)]
    (folder / "all.csv").write_text("\n".join(["id,at,stars,text", *rows]), "utf-8")
    return folder


def watch(home: Path, name: str, folder: Path, more: str = "") -> Path:
    path = home / "watch" / f"{name}.toml"
    path.write_text(WATCH.format(brand=name.title(), folder=folder, more=more), "utf-8")
    return path


def asked(cli: Any, sql: str) -> list[dict[str, Any]]:
    result = cli("query", "--json", sql)
    assert result.code == 0, result.err
    found: list[dict[str, Any]] = result.json()
    return found


def test_two_watch_files_may_name_the_same_source(home: Path, cli: Any) -> None:
    folder = reviews(home / "in", 5, 4)
    watch(home, "acme", folder)
    watch(home, "globex", folder)
    result = cli("run", "--json")
    assert result.code == 0, result.err
    told = result.json()
    assert told["failures"] == []
    assert (told["loaded"]["rows_in"], told["loaded"]["new"]) == (4, 2)


def test_batches_of_a_watch_file_that_has_gone_keep_no_other_waiting(home: Path, cli: Any) -> None:
    gone = watch(home, "acme", reviews(home / "a", 5))
    watch(home, "globex", reviews(home / "g", 5, 4, 3))
    for name in ("acme", "globex"):
        steps.collect(name, "files", run="r")
    gone.unlink()
    with pytest.raises(QualityError, match=r"watch/acme\.toml, which is gone"):
        whole_run.check_and_load(holder="test")
    assert asked(cli, "SELECT count(*) AS n FROM core.mention") == [{"n": 3}]
    assert [len(group) for group in steps.waiting()] == [1]


def test_an_old_row_is_released_where_stale_batches_are_refused(home: Path, cli: Any) -> None:
    path = watch(home, "acme", reviews(home / "a", 9, at=OLD))
    assert cli("run").code == 0
    path.write_text(path.read_text("utf-8") + '[quality]\nstale = "fail"\n', "utf-8")
    [row] = cli("quarantine", "list", "--json").json()
    released = cli("quarantine", "release", row["quarantine_id"], "--set", "rating=5", "--json")
    assert released.code == 0, released.err
    assert released.json()["new"] == 1
    assert cli("run").code == 0


def test_a_row_is_released_after_its_batch_was_pruned(home: Path, cli: Any) -> None:
    watch(home, "acme", reviews(home / "a", 9))
    assert cli("run").code == 0
    assert Landing(Home.find().landing).prune(NOW + timedelta(days=2), _loaded(cli)) > 0
    [row] = cli("quarantine", "list", "--json").json()
    released = cli("quarantine", "release", row["quarantine_id"], "--set", "rating=5", "--json")
    assert released.code == 0, released.err
    assert released.json()["new"] == 1
    assert asked(cli, "SELECT DISTINCT watch FROM core.load") == [{"watch": "acme"}]


def _loaded(cli: Any) -> set[str]:
    return {row["batch_id"] for row in asked(cli, "SELECT batch_id FROM core.load")}


def test_two_that_enrich_the_same_batches_at_once_disturb_neither(home: Path, cli: Any) -> None:
    """Each step of the one may come between any two of the other's."""
    watch(home, "acme", reviews(home / "a", 5, 4))
    [batch] = steps.collect("acme", "files", run="r")
    staging = Home.find().staging
    assert steps.enrich([batch]) == [batch]
    files = {p: p.stat().st_ino for p in staging.glob("*.parquet")}
    assert len(files) == 2
    held = [os.open(p, os.O_RDONLY) for p in files]  # as the load of the one holds them
    before = [os.pread(fd, 1 << 20, 0) for fd in held]
    assert steps.enrich([batch]) == [batch]
    assert [os.pread(fd, 1 << 20, 0) for fd in held] == before
    assert {p.stat().st_ino for p in files}.isdisjoint(files.values())
    for fd in held:
        os.close(fd)
    assert steps.load()["new"] == 2
    assert list(staging.iterdir()) == []


def test_what_another_version_staged_is_made_again_and_keeps_no_other_waiting(
    home: Path, cli: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """It was enriched before there were drivers; the program was brought up to date since."""
    watch(home, "acme", reviews(home / "a", 5))
    watch(home, "zenith", reviews(home / "z", 4))
    [old] = steps.collect("acme", "files", run="r")
    [new] = steps.collect("zenith", "files", run="r")
    steps.enrich([old])
    [path] = Home.find().staging.glob("*.enriched.parquet")
    pq.write_table(pq.read_table(path).drop_columns(["drivers", "flags"]), path)
    steps.enrich([new])
    assert steps.load()["batches"] == 1
    assert f"Batch {old} was enriched by another version" in caplog.text
    assert list(Home.find().staging.iterdir()) == []
    steps.refresh()
    steps.publish()
    assert whole_run.check_and_load(holder="r2")["batches"] == 1
    assert _loaded(cli) == {old, new}


def test_one_source_that_cannot_be_backfilled_does_not_keep_the_others(
    home: Path, cli: Any
) -> None:
    path = watch(home, "acme", reviews(home / "a", 5))
    path.write_text(
        path.read_text("utf-8")
        + '[[sources]]\nconnector = "hackernews"\n'
        + "[sources.settings]\nno_such_setting = 1\n",
        "utf-8",
    )
    result = cli("backfill", "--from", "2026-01-01", "--to", "2026-01-02", "--json")
    assert result.code == 3, result.err
    [failure] = result.json()["failures"]
    assert (failure["source"], failure["error"]) == ("acme/hackernews", "ConfigurationError")


@pytest.mark.parametrize("days", ["soon", "nan", "inf", "0", "-3"])
def test_a_nonsense_number_of_days_prunes_nothing(
    home: Path, cli: Any, days: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(home, "acme", reviews(home / "a", 5))
    assert cli("run").code == 0
    before = Landing(Home.find().landing).batch_ids()
    monkeypatch.setenv("TIDINGS_KEEP_LANDING_DAYS", days)
    with pytest.raises(ConfigurationError, match="TIDINGS_KEEP_LANDING_DAYS"):
        steps.maintain()
    assert Landing(Home.find().landing).batch_ids() == before


def test_check_masks_the_secrets_of_an_address(home: Path, cli: Any) -> None:
    path = watch(home, "acme", reviews(home / "a", 5))
    path.write_text(
        path.read_text("utf-8")
        + '[[sources]]\nconnector = "rss"\n[sources.settings]\n'
        + 'urls = ["http://127.0.0.1:9/feed?token=s3cret"]\n',
        "utf-8",
    )
    result = cli("check", "--json")
    assert result.code == 0, result.err
    *_, feed = result.json()
    assert feed["asks"] == "GET http://127.0.0.1:9/feed?token=***"
