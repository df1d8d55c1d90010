"""``tidings sentiment`` as a user types it, over mentions that were read from a file and loaded."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from command_line import Result, tidings

from tidings.cli import steps, whole_run
from tidings.home import Home

WATCH = """
[brand]
name = "Acme"
languages = ["en"]

[[competitors]]
name = "Zenith"

[[sources]]
connector = "files"
schedule = ""
[sources.settings]
folder = "said"
pattern = "*.jsonl"
constants = { kind = "review" }
"""

SAYS = {
    "positive": "I love Acme, the kettle K{n} is wonderful",
    "neutral": "Acme sells the kettle K{n} in its shops",
    "negative": "Acme is terrible, kettle K{n} is the worst that I ever had",
    "missed": "Acme kettle K{n} boils nothing any more after two days",
}
TRUE = {"missed": "negative"}
"""A complaint without a word that VADER knows: neutral to it."""

MANY = {"positive": 60, "neutral": 60, "negative": 40, "missed": 40}


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation that has loaded 200 reviews of three days."""
    home = Home.at(tmp_path_factory.mktemp("installation"))
    before = dict(os.environ)
    os.environ.update(home.environment())
    home.watch_dir.mkdir()
    (home.watch_dir / "acme.toml").write_text(WATCH, "utf-8")
    (home.root / "said").mkdir()
    rows = [
        {
            "external_id": f"{kind}-{n}",
            "published": f"2026-03-0{1 + n % 3}T12:00:00Z",
            "text": text.format(n=n),
        }
        for kind, text in SAYS.items()
        for n in range(MANY[kind])
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    (home.root / "said" / "reviews.jsonl").write_text(lines, "utf-8")
    steps.collect("acme", "files", run="r1")
    whole_run.check_and_load(holder="r1")
    yield home.root
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def loaded(run_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to change."""
    copy = tmp_path / "installation"
    shutil.copytree(run_once, copy)
    for name, value in Home.at(copy).environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return copy


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


def well(result: Result) -> Any:
    assert result.code == 0, result.err
    return result.json()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def label(path: Path, gold: Callable[[dict[str, str]], str]) -> None:
    """Fill in the column 'gold' as a person does."""
    rows = rows_of(path)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"gold": gold(row)} for row in rows)


def truly(row: dict[str, str]) -> str:
    kind = next(k for k, text in SAYS.items() if row["text"].startswith(text.partition("{n}")[0]))
    return TRUE.get(kind, kind)


@pytest.fixture
def labelled(loaded: Path, cli: Any, tmp_path: Path) -> Path:
    path = tmp_path / "acme.csv"
    made = cli("sentiment", "sample", "--brand", "Acme", "--n", "150", "--out", str(path))
    assert made.code == 0, made.err
    label(path, truly)
    return path


def asked(cli: Any, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = well(cli("query", "--json", "--limit", "9999", sql))
    return found


def test_a_sample_is_even_over_labels_hidden_and_the_same_again(
    loaded: Path, cli: Any, tmp_path: Path
) -> None:
    path, again = tmp_path / "a.csv", tmp_path / "b.csv"
    for out in (path, again):
        made = cli("sentiment", "sample", "--brand", "Acme", "--n", "90", "--out", str(out))
        assert made.code == 0, made.err
    assert path.read_bytes() == again.read_bytes()
    rows = rows_of(path)
    assert len(rows) == 90
    assert "predicted" not in rows[0]
    assert {row["gold"] for row in rows} == {""}
    weights = {row["text"].split()[0]: float(row["weight"]) for row in rows}
    assert weights["I"] == pytest.approx(60 / 30)
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(200)
    shown = tmp_path / "c.csv"
    cli("sentiment", "sample", "--brand", "Acme", "--out", str(shown), "--show-predicted")
    assert {row["predicted"] for row in rows_of(shown)} == {"positive", "neutral", "negative"}


def test_a_new_sample_leaves_out_what_is_labelled(labelled: Path, cli: Any) -> None:
    well(cli("sentiment", "evaluate", str(labelled), "--store", "--json"))
    more = labelled.with_name("more.csv")
    made = cli("sentiment", "sample", "--brand", "Acme", "--new", "--out", str(more))
    assert made.code == 0, made.err
    known, drawn = ({row["mention_id"] for row in rows_of(path)} for path in (labelled, more))
    assert (len(drawn), known & drawn) == (50, set())


def test_a_sample_never_writes_over_labels_by_mistake(labelled: Path, cli: Any) -> None:
    before = labelled.read_bytes()
    result = cli("sentiment", "sample", "--brand", "Acme", "--out", str(labelled))
    assert result.code == 2
    assert "--force" in result.err
    assert labelled.read_bytes() == before


def test_what_cannot_be_drawn_is_told(loaded: Path, cli: Any, tmp_path: Path) -> None:
    out = str(tmp_path / "a.csv")
    assert "Acme, Zenith" in cli("sentiment", "sample", "--brand", "Acmee", "--out", out).err
    nothing = cli("sentiment", "sample", "--brand", "Acme", "--language", "fa", "--out", out)
    assert (nothing.code, "'fa'" in nothing.err) == (2, True)


def test_an_evaluation_tells_what_is_wrong_and_how_often(labelled: Path, cli: Any) -> None:
    """40 of the 100 that VADER calls neutral are complaints; 55 of those 100 are drawn."""
    told = well(cli("sentiment", "evaluate", str(labelled), "--json"))
    found = told["evaluation"]
    rows = rows_of(labelled)
    missed = sum("boils nothing" in row["text"] for row in rows)
    assert found["n"] == 150  # 40 negative, 55 of the others each
    assert found["confusion"] == [[55, 0, 0], [0, 55 - missed, 0], [0, missed, 40]]
    assert found["weighted"][2][1] == pytest.approx(missed / 55 * 100 / 200)
    assert found["worst"] is None
    assert [o["language"] for o in found["languages"]] == ["en"]
    assert told["scorers"]
    assert all(name.startswith("vader ") for name in told["scorers"])
    assert told["stored"] is None
    shown = cli("sentiment", "evaluate", str(labelled))
    for part in ("macro-F1", "Confusion", " .. "):
        assert part in shown.out


def test_a_scorer_can_be_held_against_the_labels_without_the_snapshot(
    labelled: Path, cli: Any
) -> None:
    """VADER afresh is VADER as it was stored."""
    stored = well(cli("sentiment", "evaluate", str(labelled), "--json"))
    afresh = well(cli("sentiment", "evaluate", str(labelled), "--scorer", "vader", "--json"))
    assert afresh["evaluation"] == stored["evaluation"]
    wrong = cli("sentiment", "evaluate", str(labelled), "--scorer", "vadre")
    assert (wrong.code, "vader" in wrong.err) == (2, True)


def test_what_is_left_out_is_told(labelled: Path, cli: Any) -> None:
    kinds = iter(["unclear", "", "unclear", ""])
    label(labelled, lambda row: next(kinds, truly(row)))
    rows = rows_of(labelled)
    rows[9]["content_hash"] = "0" * 32
    with labelled.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    told = well(cli("sentiment", "evaluate", str(labelled), "--json"))
    assert told["left_out"] == {"empty": 2, "unclear": 2, "unknown": 1, "clauses": 0, "taught": 0}
    assert told["evaluation"]["n"] == 145


def test_a_file_without_labels_says_what_to_write(loaded: Path, cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    cli("sentiment", "sample", "--brand", "Acme", "--out", str(path))
    result = cli("sentiment", "evaluate", str(path))
    assert result.code == 2
    assert "column 'gold'" in result.err


def test_stored_labels_correct_the_mart(labelled: Path, cli: Any) -> None:
    sql = (
        "SELECT net_sentiment, net_sentiment_corrected AS net, net_sentiment_corrected_low AS low, "
        "net_sentiment_corrected_high AS high, n_gold FROM marts.brand_reputation_daily "
        "WHERE brand = 'Acme' AND scored > 0 ORDER BY day"
    )
    assert [row["net"] for row in asked(cli, sql)] == [None, None, None]
    told = well(cli("sentiment", "evaluate", str(labelled), "--store", "--json"))
    assert told["stored"] == {"new": 150, "changed": 0}
    for row in asked(cli, sql):
        assert row["n_gold"] == 150
        assert row["low"] < -20 / 200 < row["high"]  # 60 positive, 80 truly negative of 200
        assert row["net"] < row["net_sentiment"]
    again = well(cli("sentiment", "evaluate", str(labelled), "--store", "--json"))
    assert again["stored"] == {"new": 0, "changed": 0}
    counts = asked(cli, "SELECT gold, given, sum(n) AS n FROM core.gold_confusion GROUP BY ALL")
    assert sum(row["n"] for row in counts) == 150


def scores(cli: Any) -> list[dict[str, Any]]:
    return asked(
        cli,
        "SELECT mention_id::VARCHAR AS id, label, scorer_version AS version, "
        "known_to IS NULL AS now FROM core.score ORDER BY ALL",
    )


VERSIONS = "SELECT * EXCLUDE (author_handle) FROM core.mention_version ORDER BY ALL"


def test_scoring_again_with_the_same_scorer_changes_nothing(loaded: Path, cli: Any) -> None:
    before, mentions = scores(cli), asked(cli, VERSIONS)
    assert well(cli("sentiment", "rescore", "--json")) == {
        "scored": 200,
        "changed": 0,
        "left_out": 0,
    }
    assert (scores(cli), asked(cli, VERSIONS)) == (before, mentions)


def test_scoring_again_adds_versions_and_leaves_the_mentions(loaded: Path, cli: Any) -> None:
    """What an older scorer had told of 200 mentions stays, closed; the mentions do not change."""
    from warehouse.store import open_warehouse

    with open_warehouse(Home.find().warehouse) as con:
        con.execute("UPDATE core.score SET scorer_version = 'old', label = 'neutral'")
    mentions = asked(cli, VERSIONS)
    told = well(cli("sentiment", "rescore", "--since", "2026-03-02", "--brand", "Acme", "--json"))
    late = asked(cli, "SELECT count(*) AS n FROM core.mention WHERE published >= '2026-03-02'")[0]
    assert told == {"scored": late["n"], "changed": late["n"], "left_out": 0}
    told = well(cli("sentiment", "rescore", "--json"))
    assert told == {"scored": 200, "changed": 200 - late["n"], "left_out": 0}
    found = scores(cli)
    assert len(found) == 400
    assert {row["version"] for row in found if not row["now"]} == {"old"}
    assert {row["label"] for row in found if row["now"]} == {"positive", "neutral", "negative"}
    assert asked(cli, VERSIONS) == mentions
    assert well(cli("sentiment", "rescore", "--json"))["changed"] == 0
    [day] = asked(cli, "SELECT sum(positive) AS n FROM marts.brand_reputation_daily")
    assert day["n"] == 60


def test_mentions_of_a_watch_file_that_has_gone_keep_their_scores(loaded: Path, cli: Any) -> None:
    """It was renamed; who is to score them was written in it."""
    spoil("UPDATE core.score SET scorer = 'transformers'")
    before = scores(cli)
    (loaded / "watch" / "acme.toml").rename(loaded / "watch" / "emca.toml")
    result = cli("sentiment", "rescore", "--json")
    assert result.json() == {"scored": 0, "changed": 0, "left_out": 200}
    assert "200 mentions that came by watch/acme.toml" in result.err
    assert scores(cli) == before


MATCHES = (
    "SELECT matched, label, known_to IS NULL AS now, count(*) AS n FROM core.brand_match "
    "GROUP BY ALL ORDER BY ALL"
)


def spoil(sql: str) -> None:
    """Make the stored matches other than they would be found now."""
    from warehouse.store import open_warehouse

    with open_warehouse(Home.find().warehouse) as con:
        con.execute(sql)
    steps.publish()


def test_scoring_again_tells_the_sentiment_toward_a_brand_anew(loaded: Path, cli: Any) -> None:
    [before] = {(r["matched"], r["label"]) for r in asked(cli, MATCHES)}
    spoil("UPDATE core.brand_match SET label = 'negative', compound = -1")
    well(cli("sentiment", "rescore", "--json"))
    found = {(r["matched"], r["label"], r["now"]): r["n"] for r in asked(cli, MATCHES)}
    assert found == {(*before, True): 200, (before[0], "negative", False): 200}


def test_scoring_again_leaves_to_loading_what_is_matched(loaded: Path, cli: Any) -> None:
    """A brand stays matched by words that the watch file names no more."""
    spoil("UPDATE core.brand_match SET matched = 'the old name'")
    before = asked(cli, MATCHES)
    well(cli("sentiment", "rescore", "--json"))
    assert asked(cli, MATCHES) == before


def test_no_label_of_an_older_scorer_is_taken_for_the_new_ones(loaded: Path, cli: Any) -> None:
    """Whether the brand is found by other words now, or, renamed, not at all."""
    [row] = asked(cli, MATCHES)
    now = row["label"]
    spoil("UPDATE core.brand_match SET matched = 'old words', label = 'negative', compound = -1")
    well(cli("sentiment", "rescore", "--json"))
    found = {(r["matched"], r["label"]) for r in asked(cli, MATCHES) if r["now"]}
    assert found == {("old words", now)}
    spoil("UPDATE core.brand_match SET brand = 'Emca', label = 'negative' WHERE known_to IS NULL")
    well(cli("sentiment", "rescore", "--json"))
    assert {r["label"] for r in asked(cli, MATCHES) if r["now"]} == {None}


@pytest.fixture
def ignorant(tmp_path: Path) -> Path:
    """A student that knows no word, and calls everything neutral."""
    import numpy as np

    from transforms.sentiment.calibrate import JOINT, Calibration, Tuning
    from transforms.sentiment.student import Card, Student, Table
    from transforms.sentiment.student_fit import save

    path = tmp_path / "ignorant.npz"
    calibration = Calibration({JOINT: Tuning(bias=(0.0, 0.1, 0.0))})
    card = Card("0", "", ("en",), calibration)
    save(Student.of(Table(np.zeros((2, 2**12), dtype=np.float32)), card), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card = Card("0", digest, ("en",), calibration)
    path.with_suffix(".json").write_bytes(msgspec.json.encode(card))
    return path


def test_a_student_learns_from_labels_and_is_used_where_it_is_named(
    loaded: Path, labelled: Path, ignorant: Path, cli: Any
) -> None:
    fitted = well(cli("sentiment", "fit", str(labelled), "--base", str(ignorant), "--json"))
    assert fitted["path"].startswith(str(loaded / "models" / "student-0-fit-"))
    assert fitted["fitted_on"] + fitted["held_out"] == 150
    assert 15 < fitted["held_out"] < 45
    assert fitted["before"]["value"] < 0.3
    assert fitted["after"]["value"] > 0.9
    assert fitted["gain"]["low"] > 0.4
    shown = cli("sentiment", "fit", str(labelled), "--base", str(ignorant)).out
    lines = shown[shown.index("[sentiment.settings") :].splitlines()[:2]
    watch = loaded / "watch" / "acme.toml"
    added = '[sentiment.scorers]\nen = "student"\n' + "\n".join(lines)
    watch.write_text(f"{WATCH}\n{added}\n", "utf-8")
    assert well(cli("sentiment", "rescore", "--json"))["changed"] == 200
    now = {(row["version"], row["now"]) for row in scores(cli)}
    assert (fitted["version"], True) in now
    for held_against in ([], ["--scorer", "student"]):
        told = well(cli("sentiment", "evaluate", str(labelled), "--json", *held_against))
        assert told["left_out"]["taught"] == fitted["fitted_on"]
        assert told["evaluation"]["n"] == fitted["held_out"]
        assert told["evaluation"]["accuracy"]["value"] > 0.95
        assert told["evaluation"]["calibration"]["n"] == fitted["held_out"]
    well(cli("sentiment", "evaluate", str(labelled), "--store", "--json"))
    counts = asked(cli, "SELECT scorer, sum(n) AS n FROM core.gold_confusion GROUP BY ALL")
    assert {row["scorer"]: row["n"] for row in counts} == {
        "student": fitted["held_out"], "vader": 150,
    }  # fmt: skip


def test_a_student_fitted_further_keeps_the_lessons_of_its_base(
    loaded: Path, labelled: Path, ignorant: Path, cli: Any
) -> None:
    from transforms.sentiment.student import Student
    from warehouse.gold import taught, teach
    from warehouse.store import open_warehouse

    lesson = (str(UUID(int=7)), "a" * 32)
    with open_warehouse(Home.find().warehouse) as con:
        teach(con, "student", Student(str(ignorant)).version, [lesson])
    fitted = well(cli("sentiment", "fit", str(labelled), "--base", str(ignorant), "--json"))
    with open_warehouse(Home.find().warehouse) as con:
        lessons = taught(con, "student", fitted["version"])
    assert lesson in lessons
    assert len(lessons) == fitted["fitted_on"] + 1


def test_no_student_is_written_whose_lessons_cannot_be_noted(
    loaded: Path, labelled: Path, ignorant: Path, cli: Any
) -> None:
    """A load holds the warehouse: else the student would be judged by what it was taught."""
    from warehouse.store import open_warehouse

    with open_warehouse(Home.find().warehouse):
        result = cli("sentiment", "fit", str(labelled), "--base", str(ignorant))
    assert (result.code, "already open" in result.err) == (1, True)
    assert not (loaded / "models").exists()


def test_too_few_labels_write_nothing(
    loaded: Path, labelled: Path, ignorant: Path, cli: Any
) -> None:
    some = iter(range(1000))
    label(labelled, lambda row: truly(row) if next(some) < 30 else "")
    fitted = well(cli("sentiment", "fit", str(labelled), "--base", str(ignorant), "--json"))
    assert fitted["path"] is None
    assert "60" in fitted["reason"]
    assert not (loaded / "models").exists()


DOCS = Path(__file__).parents[2] / "docs"


def test_the_commands_of_the_page_work_in_its_order(loaded: Path, cli: Any, tmp_path: Path) -> None:
    """Each block as it stands; the sample is labelled once it is drawn."""
    page = (DOCS / "sentiment-in-use.md").read_text("utf-8")
    blocks = re.findall(r"^```(sh|sql)\n(.*?)^```", page, re.M | re.S)
    assert len(blocks) == 8
    for language, block in blocks:
        for line in [block] if language == "sql" else block.splitlines():
            words = ["tidings", "query", line] if language == "sql" else shlex.split(line)
            assert words[0] == "tidings"
            result = cli(*words[1:])
            assert result.code == 0, f"{line}: {result.err}"
        if words[2] == "sample" and "--new" not in words:
            label(tmp_path / "acme.csv", truly)
    assert len(rows_of(tmp_path / "acme-2.csv")) == 50


def test_scorers_are_listed_and_a_broken_one_hides_no_other(loaded: Path, cli: Any) -> None:
    found = {one["name"]: one for one in well(cli("sentiment", "scorers", "--json"))}
    assert found["vader"]["languages"] == ["en"]
    assert found["vader"]["version"].startswith("3.3.2")
    assert found["accurate"]["extra"] == "accurate"
    assert all(one["version"] or one["missing"] for one in found.values())
    assert "vader" in cli("sentiment", "scorers").out


@pytest.mark.parametrize("command", ["sample", "evaluate", "fit", "rescore", "scorers"])
def test_every_command_has_help_that_teaches(cli: Any, command: str) -> None:
    result = cli("sentiment", command, "--help")
    assert result.code == 0
    assert f"tidings sentiment {command}" in result.out


def test_with_an_older_programs_snapshot_it_says_what_to_run(labelled: Path, cli: Any) -> None:
    """The program was brought up to date, and has not loaded since."""
    import duckdb

    with duckdb.connect(str(Home.find().snapshot)) as con:
        con.execute("DELETE FROM core.migration WHERE number >= 6")
        con.execute("DROP VIEW core.gold_confusion")
        con.execute("DROP VIEW core.brand_score")
        con.execute("DROP TABLE core.gold_taught")
    for words in (
        ["sample", "--brand", "Acme", "--out", str(labelled.with_name("b.csv"))],
        ["evaluate", str(labelled)],
        ["evaluate", str(labelled), "--scorer", "vader"],
    ):
        result = cli("sentiment", *words)
        assert result.code == 1
        assert "older Tidings" in result.err
        assert "tidings run" in result.err


def test_without_a_snapshot_it_says_what_to_run(home: Path, cli: Any) -> None:
    result = cli("sentiment", "sample", "--brand", "Acme", "--out", str(home / "a.csv"))
    assert result.code == 1
    assert "tidings run" in result.err
