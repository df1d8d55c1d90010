"""``tidings score``, over a folder of CSV files."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from command_line import Result, tidings

WATCH = """\
[brand]
name = "Acme"
[[sources]]
connector = "files"
[sources.settings]
folder = "{folder}"
columns = {{ external_id = "id", published = "at", text = "text", rating = "stars" }}
constants = {{ kind = "review", rating_min = 1, rating_max = 5 }}
"""
WEIGHTS = """\
[[brand.Acme]]
from = 2026-01-01
sentiment = 1.0
"""


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


@pytest.fixture
def loaded(home: Path, cli: Any) -> Path:
    """An installation that has run once: two reviews of today, and a file of weights."""
    (home / "in").mkdir()
    (home / "watch" / "acme.toml").write_text(WATCH.format(folder=home / "in"), "utf-8")
    now = datetime.now(UTC).isoformat()
    (home / "in" / "1.csv").write_text(
        f"id,at,text,stars\n1,{now},Acme is wonderful,5\n2,{now},Acme is great,5\n", "utf-8"
    )
    (home / "weights.toml").write_text(WEIGHTS, "utf-8")
    result = cli("run")
    assert result.code == 0, result.err
    return home


def test_weights_are_shown_tried_and_put_in_force(loaded: Path, cli: Any) -> None:
    """With all weight on a mood that is all good, the score is 100."""
    file = str(loaded / "weights.toml")
    [default] = cli("score", "weights", "--json").json()
    assert (default["brand"], default["from"], default["sentiment"]) == (None, "1970-01-01", 0.35)

    [tried] = cli("score", "replay", "--weights", file, "--json").json()
    assert tried["replayed"] == 100
    assert tried["told"] < 100
    [row] = csv.DictReader(io.StringIO(cli("score", "replay", "--weights", file, "--csv").out))
    assert float(row["difference"]) == pytest.approx(100 - tried["told"])
    assert "100" in cli("score", "replay", "--weights", file, "--brand", "Acme").out

    assert "in force" in cli("score", "set-weights", file).out
    assert cli("score", "set-weights", file).out == "These weights are in force already.\n"
    [_, own] = cli("score", "weights", "--json").json()
    assert (own["brand"], own["sentiment"], own["to"]) == ("Acme", 1.0, None)
    assert "Acme" in cli("score", "weights").out
    [now] = cli("score", "replay", "--weights", file, "--json").json()
    assert (now["told"], now["difference"]) == (100, 0)
    _why(cli, now["day"])


def _why(cli: Any, day: str) -> None:
    moved = cli("score", "why", "Acme", "--from", day, "--to", day, "--json").json()
    assert {one["part"] for one in moved if one["how"] != "absent"} >= {"sentiment", "rating"}
    assert sum(one["contribution"] for one in moved) == 0
    assert "score 100.00 -> 100.00" in cli("score", "why", "Acme", "--from", day, "--to", day).out


WRONG = {
    ("why", "Acmee", "--from", "2026-01-01", "--to", "2026-01-02"): "There are: Acme.",
    ("why", "Acme", "--from", "2026-01-01", "--to", "2026-01-02"): "Take days from",
    ("why", "Acme", "--from", "soon", "--to", "2026-01-02"): "Write it as 2026-10-31",
    ("replay", "--weights", "none.toml"): "none.toml can't be read",
    ("replay", "--weights", "weights.toml", "--brand", "Zenith"): "declares a brand 'Zenith'",
    ("replay", "--weights", "weights.toml", "--csv", "--json"): "Take one of them",
}


def test_a_wrong_question_names_the_way_out(
    loaded: Path, cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(loaded)
    for args, said in WRONG.items():
        result = cli("score", *args)
        assert result.code != 0, args
        assert said in result.err, args
