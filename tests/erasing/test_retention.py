"""Texts are kept as long as watch files say; what marts told of them stays as it was."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from forgetful_home import holding, person, run, tell, texts_of

from tidings.cli import erasing, erasure_telling, retention, steps
from tidings.cli.erasure_request import author, new_request
from tidings.home import Home
from tidings.watch import Retention, load_watches
from warehouse.store import open_warehouse

FIGURES = "SELECT * EXCLUDE (known_from) FROM marts.brand_reputation_daily ORDER BY ALL"

pytestmark = pytest.mark.slow


def keeping(home: Home, rule: str) -> None:
    """Say in the watch file how long the source is kept."""
    path = home.watch_dir / "acme.toml"
    text = path.read_text("utf-8").replace("keep_handles", f"retention = {rule}\nkeep_handles")
    path.write_text(text, "utf-8")


def asked(home: Home, sql: str) -> list[tuple[object, ...]]:
    with open_warehouse(home.warehouse) as con:
        return con.execute(sql).fetchall()


def test_texts_go_in_time_and_figures_stay(forgetful: Home) -> None:
    keeping(forgetful, "{ text_days = 30, gone_days = 10 }")
    told = asked(forgetful, FIGURES)
    known = load_watches(forgetful.watch_dir)
    assert retention.sweep(forgetful, known) == {}
    later = datetime.now(UTC) + timedelta(days=40)
    counts = retention.sweep(forgetful, known, now=later)
    assert counts["rows_overdue"] >= counts["texts"] > 10
    for path in (forgetful.warehouse, forgetful.snapshot, forgetful.search):
        assert not any(b"bobword" in text.lower() for text in texts_of(path)), path.name
    assert asked(forgetful, FIGURES) == told
    assert asked(forgetful, "SELECT count(*) FROM core.score WHERE label <> 'unscored'") != [(0,)]
    assert asked(forgetful, "SELECT kind FROM core.erasure") == [("retention",)]
    steps.refresh()
    steps.publish()  # judged
    assert asked(forgetful, FIGURES) == told
    assert retention.sweep(forgetful, known, now=later) == {}


def test_that_there_was_an_answer_stays_known(forgetful: Home) -> None:
    """A source may tell no time of it: then the words are all there is to count by."""
    keeping(forgetful, "{ text_days = 30 }")
    asked(
        forgetful,
        "UPDATE core.mention_version SET answer = 'thanks, bobword' WHERE external_id = 'id-bob-2'",
    )
    known = load_watches(forgetful.watch_dir)
    later = datetime.now(UTC) + timedelta(days=40)
    retention.sweep(forgetful, known, now=later)
    answers = "SELECT DISTINCT answer FROM core.mention_version ORDER BY ALL"
    assert asked(forgetful, answers) == [("",), (None,)]
    assert not any(b"bobword" in text.lower() for text in texts_of(forgetful.warehouse))
    assert retention.sweep(forgetful, known, now=later) == {}


def test_what_its_source_shows_no_more_loses_its_text(forgetful: Home) -> None:
    keeping(forgetful, "{ gone_days = 10 }")
    with open_warehouse(forgetful.warehouse) as con:
        con.execute(
            "INSERT INTO core.gone SELECT mention_id, now()::TIMESTAMP, now()::TIMESTAMP, NULL, "
            "'gone', 'b' FROM core.mention WHERE external_id = 'id-bob-3'"
        )
    known = load_watches(forgetful.watch_dir)
    later = datetime.now(UTC) + timedelta(days=11)
    assert retention.sweep(forgetful, known, now=later)["texts"] == 1
    held = texts_of(forgetful.warehouse)
    assert not any(b"bobword3" in text.lower() for text in held)
    assert any(b"bobword2" in text.lower() for text in held)


def test_mentions_go_whole_after_derived_days_and_past_figures_stay(forgetful: Home) -> None:
    keeping(forgetful, "{ derived_days = 100, gone_days = 50 }")
    told = asked(forgetful, FIGURES)
    later = datetime.now(UTC) + timedelta(days=120)
    retention.sweep(forgetful, load_watches(forgetful.watch_dir), now=later)
    assert asked(forgetful, "SELECT count(*) FROM core.mention_version") == [(0,)]
    assert asked(forgetful, FIGURES) == told


def test_maintaining_prunes_by_source(forgetful: Home) -> None:
    keeping(forgetful, "{ raw_days = 3 }")
    landed = Path(forgetful.landing) / "files"
    for day in list(landed.iterdir()):
        day.rename(landed / "2026-01-01")
    with open_warehouse(forgetful.warehouse) as con:
        con.execute(
            "UPDATE core.load SET batch_id = regexp_replace(batch_id, '/[-0-9]+/', '/2026-01-01/')"
        )
        loaded = {row[0] for row in con.execute("SELECT batch_id FROM core.load").fetchall()}
    known = {"files": Retention(raw_days=3)}
    assert retention.prune(forgetful, known, loaded, datetime.now(UTC)) > 0
    assert (
        retention.prune(forgetful, {"other": Retention(raw_days=3)}, loaded, datetime.now(UTC)) == 0
    )


def test_the_shortest_of_several_watch_files_counts() -> None:
    both = retention._shorter(Retention(text_days=30, gone_days=None), Retention(raw_days=9))
    assert both == Retention(raw_days=9, text_days=30, gone_days=30)


def test_all_that_is_held_about_an_author_is_told(forgetful: Home) -> None:
    made = forgetful.root / "anna.json"
    counts = erasure_telling.tell(
        forgetful, new_request([author("files:anna-handle")], "request"), made
    )
    held = json.loads(made.read_text("utf-8"))["held"]
    assert {table: len(rows) for table, rows in held.items()} == counts
    for table in ("core.mention_version", "core.score", "core.brand_match", "core.quarantine"):
        assert counts[table], table
    assert "annaword3" in made.read_text("utf-8")
    assert "bob" not in made.read_text("utf-8")
    assert made.stat().st_mode & 0o777 == 0o600
    made.unlink()
    assert asked(forgetful, "SELECT kind, counts::VARCHAR FROM core.erasure")[0][0] == "export"


def test_a_machine_that_landed_late_is_swept(forgetful: Home) -> None:
    erasing.carry_out(forgetful, new_request([author("files:anna-handle")], "request"))
    stones = forgetful.tombstones.rename(forgetful.tombstones.with_suffix(".aside"))
    forgetful.ledger.unlink()
    snapshot = forgetful.snapshot.rename(forgetful.snapshot.with_suffix(".aside"))
    tell(forgetful, "c", person("anna", 77))
    steps.collect("acme", "files", run="elsewhere")
    stones.rename(forgetful.tombstones)
    snapshot.rename(forgetful.snapshot)
    run(forgetful)
    assert any("landing" in line for line in holding(forgetful, "annaword77"))
    assert steps.maintain()["landing_rows"] > 0
    assert holding(forgetful, "anna") == []
