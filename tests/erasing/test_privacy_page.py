"""What docs/privacy.md shows is run, and what it says of defaults and kinds is what there is."""

import re
import shlex
from pathlib import Path

import pytest
from forgetful_home import holding

from tidings.cli import main
from tidings.home import Home
from tidings.personal import DEFAULT, KINDS
from tidings.watch import Retention, load_watch

PAGE = Path(__file__).parents[2] / "docs/privacy.md"


def fenced(language: str) -> str:
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.S))


@pytest.mark.slow
def test_the_commands_do_what_the_page_says(
    forgetful: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(forgetful.root)
    lines = [line for line in fenced("sh").splitlines() if line]
    assert len(lines) == 3
    told = {}
    for line in sorted(
        lines, key=lambda one: "--yes" in one
    ):  # what is erased last can be seen first
        argv = [word.replace("somebody", "anna-handle") for word in shlex.split(line)]
        monkeypatch.setattr("sys.argv", argv)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0, capsys.readouterr().err
        told[line] = capsys.readouterr().out
    seen = forgetful.root / "person.json"
    assert "annaword3" in seen.read_text("utf-8")
    seen.unlink()
    assert '"mentions":' in next(out for line, out in told.items() if "dry-run" in line)
    assert holding(forgetful, "anna") == []


def test_the_watch_file_is_right(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text(fenced("toml"), "utf-8")
    [source] = load_watch(path).sources
    assert source.retention.derived_days == 1095
    for name in Retention.__struct_fields__:
        assert f"`{name}`" in PAGE.read_text("utf-8")


def test_the_kinds_that_are_masked_are_told() -> None:
    text = PAGE.read_text("utf-8")
    assert f"`{','.join(DEFAULT)}`" in text
    for kind in KINDS:
        assert f"`{kind}`" in text
