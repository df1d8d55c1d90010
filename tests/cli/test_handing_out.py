"""Handing out to a cluster: nothing that a killed run left goes along, only the owner reads it."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command_line import tidings
from doctored import installed, loaded_and_killed

from tidings.cli import sentiment_lake
from tidings.errors import ConfigurationError


def test_only_what_this_run_wrote_is_handed_out(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a killed run left may name people who were erased since."""
    loaded_and_killed(installed(home), 1)
    lake = home / "lake"
    left = lake / "mentions.draft"
    left.mkdir(parents=True)
    (left / "part-00009.parquet").write_bytes(b"of a run that was killed")
    said = tidings(monkeypatch, capsys, "sentiment", "lake", "hand-out", str(lake), "--json")
    assert said.code == 0, said.err
    [path] = (lake / "mentions").iterdir()
    assert pq.read_table(path).num_rows == said.json()["mentions"] == 3
    assert path.stat().st_mode & 0o077 == 0


def test_the_folder_that_it_makes_is_its_owners(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Spark writes scores, with texts, beside, by a mode of its own."""
    loaded_and_killed(installed(home), 1)
    tidings(monkeypatch, capsys, "sentiment", "lake", "hand-out", str(home / "lake"))
    assert (home / "lake").stat().st_mode & 0o777 == 0o700


def test_scoring_what_was_not_handed_out_says_the_way(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="hand-out"):
        sentiment_lake.score_lake(tmp_path, [])
