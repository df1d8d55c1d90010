"""What people did on the pages goes from the journal to the figures, by the real commands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from command_line import Result, tidings

from tidings.cli import whole_run
from tidings.cli.sentiment_corrected import lessons
from tidings.cli.taking_over import TakenOver, take_over
from tidings.home import Home
from tidings.journal import Change, CorrectLabel, Journal, Release, SnoozeRule, What
from tidings.landing import Landing
from warehouse.changes import audited
from warehouse.snapshot import open_snapshot
from warehouse.store import open_warehouse

WATCH = """\
[brand]
name = "Acme"
[[sources]]
connector = "files"
[sources.settings]
folder = "{folder}"
[sources.settings.columns]
external_id = "id"
published = "at"
text = "text"
rating = "stars"
rating_max = "of"
"""
NOW = datetime.now(UTC)
ROWS = f"""\
id,at,text,stars,of
1,{NOW - timedelta(days=1):%Y-%m-%dT%H:%M}Z,Acme is terrible and broken,1,5
2,{NOW - timedelta(days=1):%Y-%m-%dT%H:%M}Z,Acme is quite good,6,5
3,{NOW - timedelta(days=1):%Y-%m-%dT%H:%M}Z,Acme is rather good,7,5
"""  # fmt: skip


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


@pytest.fixture
def loaded(home: Path, cli: Any) -> Home:
    """An installation that has run once: a mention, and two rows in quarantine."""
    (home / "in").mkdir()
    (home / "watch" / "acme.toml").write_text(WATCH.format(folder=home / "in"), "utf-8")
    (home / "in" / "1.csv").write_text(ROWS, "utf-8")
    ran = cli("run")
    assert ran.code == 0, ran.err
    return Home.find()


def do(home: Home, *what: What) -> list[Change]:
    made = [Change(what=one, who="Kari", role="admin") for one in what]
    for one in made:
        Journal(home.journal).add(one)
    return made


def asked(cli: Any, sql: str) -> Any:
    return cli("query", "--json", sql).json()


def the_mention(cli: Any) -> UUID:
    [row] = asked(cli, "SELECT mention_id FROM core.mention WHERE text LIKE '%terrible%'")
    return UUID(row["mention_id"])


def label(cli: Any) -> str:
    [row] = asked(cli, "SELECT label, given FROM core.said WHERE mention_id IN (SELECT mention_id FROM core.mention WHERE text LIKE '%terrible%')")  # fmt: skip  # noqa: E501
    assert row["given"] == "negative"
    return str(row["label"])


def test_a_load_takes_over_what_waits_and_the_audit_says_who(loaded: Home, cli: Any) -> None:
    mention = the_mention(cli)
    made = do(loaded, CorrectLabel(mention_id=mention, brand="Acme", label="positive", why="Irony"))
    [waiting] = cli("changes", "list", "--json").json()
    assert (waiting["who"], waiting["kind"]) == ("Kari", "correct_label")
    assert label(cli) == "negative"
    assert cli("run").code == 0
    assert label(cli) == "positive"
    assert cli("changes", "list", "--json").json() == []
    [row] = cli("changes", "audit", "--json").json()
    assert (row["who"], row["words"], row["refused"]) == ("Kari", "Irony", None)
    assert row["target"] == f"{mention} Acme"
    assert cli("changes", "audit", "--since", "2999-01-01", "--json").json() == []
    with open_snapshot(loaded.snapshot) as con:
        assert Journal(loaded.journal).unseen(audited(con)) == []
    assert made[0].change_id


def test_apply_takes_over_at_once_and_publishes(loaded: Home, cli: Any) -> None:
    assert cli("changes", "apply", "--json").json() == []
    wanted = CorrectLabel(mention_id=the_mention(cli), brand="Acme", label="neutral")
    do(loaded, wanted, SnoozeRule(watch="acme", rule="none", until=NOW))
    [told] = cli("changes", "apply", "--json").json()
    assert told == {"done": 1, "refused": 1, "released": 0}
    assert label(cli) == "neutral"
    [row] = asked(cli, "SELECT who, refused FROM core.audit WHERE refused IS NOT NULL")
    assert row["who"] == ""
    assert "There is no rule 'none'" in row["refused"]
    [counted] = cli("sentiment", "corrections", "--json").json()
    assert (counted["given"], counted["corrected"], counted["n"]) == ("negative", "neutral", 1)
    [lesson] = lessons()
    assert (lesson.text, lesson.gold) == ("Acme is terrible and broken", "neutral")
    assert lesson.language == "en"


def test_a_released_row_is_loaded_with_the_next_load(loaded: Home, cli: Any) -> None:
    held = {r["reason"]: r["quarantine_id"] for r in asked(cli, "FROM core.quarantine")}
    assert len(held) == 2
    whole, mended = sorted(held.values())
    do(
        loaded,
        Release(quarantine_id=whole),
        Release(quarantine_id=whole),
        Release(quarantine_id=mended, mended={"rating": "99"}),
        Release(quarantine_id="there is none"),
    )
    ran = cli("run")
    assert ran.code == 0, ran.err
    assert len(asked(cli, "FROM core.mention")) == 2
    [still] = asked(cli, "SELECT * FROM core.quarantine WHERE released IS NULL")
    assert still["quarantine_id"] == mended
    refused = [r["refused"] for r in cli("changes", "audit", "--json").json() if r["refused"]]
    assert len(refused) == 3
    assert any("still can't go in" in why for why in refused)
    assert any("no quarantined row" in why for why in refused)
    assert any("Somebody else" in why for why in refused)
    do(loaded, Release(quarantine_id=mended, mended={"rating": "4"}))
    [told] = cli("changes", "apply", "--json").json()
    assert told == {"done": 1, "refused": 0, "released": 1}
    assert len(asked(cli, "FROM core.mention WHERE rating = 4")) == 1


def test_a_look_for_incidents_takes_over_too(loaded: Home, cli: Any) -> None:
    do(loaded, CorrectLabel(mention_id=the_mention(cli), brand="Acme", label="positive"))
    assert cli("alerts", "check", "--no-send").code == 0
    assert label(cli) == "positive"
    assert Journal(loaded.journal).pending() == []


KILLED = """
import os, signal, sys
from tidings.cli import taking_over
from tidings.home import Home
from tidings.journal import Journal
from warehouse import changes
from warehouse.store import open_warehouse
end = lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "before the commit":
    changes.take_over = end
else:
    Journal.taken_over = end
with open_warehouse(Home.find().warehouse) as con:
    taking_over.take_over(con, Home.find())
"""


@pytest.mark.parametrize("when", ["before the commit", "after it"])
def test_killed_while_taking_over_nothing_is_lost_or_doubled(
    loaded: Home, cli: Any, when: str
) -> None:
    [row, *_] = asked(cli, "SELECT quarantine_id FROM core.quarantine ORDER BY ALL")
    made = do(
        loaded,
        CorrectLabel(mention_id=the_mention(cli), brand="Acme", label="positive"),
        SnoozeRule(watch="acme", rule="volume", until=NOW),
        Release(quarantine_id=row["quarantine_id"]),
    )
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, when], env=os.environ, capture_output=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert Journal(loaded.journal).pending() == made
    with open_warehouse(loaded.warehouse) as con:
        found = take_over(con, loaded)
        assert take_over(con, loaded) == TakenOver()
    assert found.applied == (3 if when == "before the commit" else 0)
    assert whole_run.check_and_load(holder="after")["new"] == 1
    assert Journal(loaded.journal).pending() == []
    with open_warehouse(loaded.warehouse) as con:
        for table in ("label_correction", "alert_action"):
            assert con.execute(f"SELECT count(*) FROM core.{table}").fetchone() == (1,), table
        assert con.execute("SELECT count(*) FROM core.audit").fetchone() == (3,)
        assert con.execute("SELECT count(*) FROM core.mention").fetchone() == (2,)
    released = [i for i in Landing(loaded.landing).batch_ids() if "release" in i]
    assert len(released) == 1
