"""``tidings surveys``: an export is looked at, imported, and imported again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from command_line import Result, tidings

EXPORTS = Path(__file__).parents[1] / "connectors" / "fixtures" / "surveys"
WATCH = '[brand]\nname = "Acme"\n[[competitors]]\nname = "Zenith"\n'


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    (home / "watch/acme.toml").write_text(WATCH, "utf-8")

    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


def asked(cli: Any, sql: str) -> list[dict[str, Any]]:
    result = cli("query", "--json", sql)
    assert result.code == 0, result.err
    found: list[dict[str, Any]] = result.json()
    return found


def export(folder: Path, *ratings: object, name: str = "all.csv") -> str:
    plans = ("free", "pro")
    rows = [
        f"{n},2026-03-0{1 + n % 7}T12:00:00Z,{rating},p{n}@mail.example,{plans[n % 2]}"
        for n, rating in enumerate(ratings)
    ]
    path = folder / name
    path.write_text("\n".join(["id,published,rating,email,Plan", *rows]), "utf-8")
    return str(path)


def test_a_dry_run_shows_what_is_read_and_writes_nothing(home: Path, cli: Any) -> None:
    before = sorted(p for p in home.rglob("*"))
    result = cli(
        "surveys", "import", str(EXPORTS / "delighted.csv"), "--form", "delighted",
        "--brand", "Acme", "--segment", "plan=Plan", "--dry-run", "--json",
    )  # fmt: skip
    assert result.code == 0, result.err
    shown = result.json()["preview"]
    assert (shown["rows"], shown["answers"], shown["without_answer"]) == (6, 4, 1)
    assert shown["respondents"] == 2
    measured = {a["measure"]: (a["ratings"], a["open_answers"], a["scale"]) for a in shown["asked"]}
    assert measured == {"nps": (3, 2, "0 to 10"), "csat": (1, 0, "1 to 5")}
    assert shown["segments"] == {"plan": {"pro": 3, "free": 1}}
    [(why, times)] = shown["refused"].items()
    assert times == 1
    assert why.startswith("'pmf' is no measure")
    assert sorted(p for p in home.rglob("*")) == before


def test_the_same_export_again_changes_nothing(home: Path, cli: Any) -> None:
    told = ("--survey", "Spring", "--measure", "nps", "--segment", "plan=Plan", "--json")
    path = export(home, 10, 10, 9, 8, 3, 0)
    first = cli("surveys", "import", path, *told)
    assert first.code == 0, first.err
    assert first.json()["loaded"]["new"] == 6
    again = cli("surveys", "import", export(home, 10, 10, 9, 8, 3, 0, name="copy.csv"), *told)
    assert again.code == 0, again.err
    loaded = again.json()["loaded"]
    assert (loaded["new"], loaded["changed"], loaded["unchanged"]) == (0, 0, 6)
    changed = cli("surveys", "import", export(home, 10, 10, 9, 8, 3, 7), *told).json()["loaded"]
    assert (changed["new"], changed["changed"], changed["unchanged"]) == (0, 1, 5)
    [score] = asked(
        cli,
        "SELECT n, value, promoters, passives, detractors FROM core.survey_score "
        "WHERE segment = '' AND period = 'month'",
    )
    assert score == {
        "n": 6, "value": pytest.approx(100 * 2 / 6), "promoters": 3, "passives": 2, "detractors": 1,
    }  # fmt: skip
    history = "SELECT count(*) AS n FROM core.mention_version WHERE known_to IS NULL"
    assert asked(cli, history) == [{"n": 7}]
    assert asked(cli, "SELECT count(*) AS n FROM core.load") == [{"n": 3}]


def test_respondents_are_pseudonyms_in_what_is_landed_and_loaded(home: Path, cli: Any) -> None:
    path = export(home, 9, 8)
    assert cli("surveys", "import", path, "--survey", "s", "--measure", "nps").code == 0
    rows = asked(cli, "SELECT author, author_handle FROM core.mention")
    assert all(len(row["author"]) == 24 and row["author_handle"] is None for row in rows)
    [landed] = home.rglob("batch-*.parquet")
    mentions = pq.read_table(landed).to_pylist()
    assert {m["author"] for m in mentions} == {row["author"] for row in rows}
    assert "mail.example" not in str(mentions)


def test_an_answer_outside_the_scale_is_quarantined_and_can_be_released(
    home: Path, cli: Any
) -> None:
    path = export(home, *[9] * 9, 11)
    told = ("--survey", "s", "--measure", "nps", "--json")
    result = cli("surveys", "import", path, *told).json()
    assert result["loaded"]["quarantined"] == 1
    assert any("rating is 11" in why for why in result["preview"]["refused"])
    [row] = cli("quarantine", "list", "--json").json()
    released = cli("quarantine", "release", row["quarantine_id"], "--set", "rating=10", "--json")
    assert released.code == 0, released.err
    assert released.json()["new"] == 1


def test_an_export_that_is_mostly_wrong_is_refused_before_anything_is_landed(
    home: Path, cli: Any
) -> None:
    path = export(home, *[47] * 12)
    result = cli("surveys", "import", path, "--survey", "s", "--measure", "nps")
    assert result.code == 1
    assert not list(home.rglob("batch-*"))
    look = cli("surveys", "import", path, "--survey", "s", "--measure", "nps", "--dry-run")
    assert look.code == 0
    assert "It would not be loaded" in look.out


def test_several_questions_are_named_by_options(cli: Any) -> None:
    result = cli(
        "surveys", "import", str(EXPORTS / "qualtrics.csv"), "--form", "qualtrics",
        "--nps", "Q1", "--why", "nps=Q1_TEXT", "--csat", "Q2", "--ces", "Q3",
        "--scale", "ces=1..7", "--direction", "high_is_easy", "--open", "Q9",
        "--word", "Very satisfied=5", "--word", "Dissatisfied=2", "--survey", "Spring", "--json",
    )  # fmt: skip
    assert result.code == 0, result.err
    assert result.json()["loaded"]["new"] == 7
    found = asked(
        cli,
        "SELECT measure, round(share, 3) AS share, direction, class FROM core.survey_answer "
        "WHERE day = '2026-03-01' ORDER BY measure",
    )
    assert found == [
        {"measure": "ces", "share": 0.833, "direction": "high_is_easy", "class": None},
        {"measure": "csat", "share": 1.0, "direction": None, "class": "satisfied"},
        {"measure": "nps", "share": 0.9, "direction": None, "class": "promoter"},
    ]
    assert asked(cli, "SELECT text FROM core.mention WHERE rating IS NULL") == [
        {"text": "Please add a dark mode"}
    ]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--brand", "Globex", "--survey", "s"), "'Globex' is no brand of a watch file"),
        (("--survey", "s"), "no column for measure"),
        (("--survey", "s", "--column", "rating=Note"), "'Note'"),
        (("--survey", "s", "--measure", "ces"), "scale of ces has to be said"),
        (("--survey", "s", "--column", "rating"), "is no pair"),
        (("--survey", "s", "--scale", "csat=5"), "is no scale"),
        (("--survey", "s", "--why", "nps=a"), "explains an answer that is not read"),
        (("--form", "monkey"), "Invalid enum value 'monkey'"),
        ((), "needs the name of its 'survey'"),
    ],
)
def test_what_is_wrong_is_said_with_a_way_out(
    home: Path, cli: Any, args: tuple[str, ...], says: str
) -> None:
    result = cli("surveys", "import", export(home, 9), *args)
    assert result.code == 2
    assert says in " ".join(result.err.split())


def test_a_hidden_file_is_not_taken_for_an_empty_one(home: Path, cli: Any) -> None:
    path = export(home, 9, name=".all.csv")
    result = cli("surveys", "import", path, "--survey", "s", "--measure", "nps")
    assert result.code == 2
    assert "hidden or unfinished" in result.err


def test_all_forms_are_listed_with_their_columns(cli: Any) -> None:
    result = cli("surveys", "forms")
    assert result.code == 0
    for word in ("delighted", "qualtrics", "ResponseId", "Respondent ID", "Submit Date (UTC)"):
        assert word in result.out
