"""The tables are those of vaderSentiment 3.3.2, or it says so."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import vaderSentiment

from tidings.errors import ConfigurationError
from transforms.sentiment import vader_lexicon
from transforms.sentiment.vader import Vader

INSTALLED = Path(vaderSentiment.__file__).parent
ASK = """
from tidings.errors import ConfigurationError
from transforms.sentiment.vader import Vader
try:
    print(Vader().score(["good"], ["en"])[0].compound)
except ConfigurationError as error:
    print(error)
"""


def installed_over(folder: Path, distribution: str, version: str) -> Path:
    """Lay a copy of the package below ``folder`` as if ``distribution`` had installed it."""
    package = folder / "vaderSentiment"
    shutil.copytree(INSTALLED, package, ignore=shutil.ignore_patterns("__pycache__"))
    info = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", encoding="utf-8"
    )
    (info / "top_level.txt").write_text("vaderSentiment\n", encoding="utf-8")
    return package


def told(folder: Path) -> str:
    """Return what a new process says that finds ``folder`` first."""
    return subprocess.run(
        [sys.executable, "-c", ASK],
        env={"PYTHONPATH": f"{folder}:{Path(__file__).parents[2]}"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()


def test_a_copy_of_the_package_itself_is_taken(tmp_path: Path) -> None:
    installed_over(tmp_path, "vaderSentiment", "3.3.2")
    assert told(tmp_path) == "0.4404"


@pytest.mark.parametrize(
    "name", ["vader_lexicon.txt", "emoji_utf8_lexicon.txt", "vaderSentiment.py"]
)
def test_another_distribution_over_the_same_name_is_refused(tmp_path: Path, name: str) -> None:
    file = installed_over(tmp_path, "vader-elsewhere", "9.1") / name
    file.write_bytes(file.read_bytes().replace(b"good", b"gott", 1) + b"\n")
    answer = told(tmp_path)
    assert f": {name} differs; installed under this name: " in answer
    assert "vader-elsewhere 9.1" in answer
    assert answer.endswith(
        "Run `pip uninstall --yes vader-elsewhere vaderSentiment`, "
        "then `pip install vaderSentiment==3.3.2`."
    )


def test_another_version_of_the_distribution_is_refused(tmp_path: Path) -> None:
    installed_over(tmp_path, "vaderSentiment", "3.3.1")
    assert told(tmp_path).startswith("The installation states 3.3.1 of vaderSentiment, not 3.3.2.")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    (installed_over(tmp_path, "vaderSentiment", "3.3.2") / "vader_lexicon.txt").unlink()
    assert "vader_lexicon.txt differs" in told(tmp_path)


def test_no_package_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vader_lexicon, "PACKAGE", "notInstalledAnywhere")
    with pytest.raises(ConfigurationError, match=r"3\.3\.2 is not installed.*pip install"):
        vader_lexicon._check()


def test_the_version_is_that_of_the_package_and_its_lexicons() -> None:
    assert Vader().version == "3.3.2+6c593f65"


def test_what_the_rules_take_for_granted_of_the_tables() -> None:
    tables = vader_lexicon.lexicon()
    modifiers = {"but", "least", "so", "this", "at", "very", "or", "nor", *tables.negations}
    assert not set(tables.valences) & (modifiers | set(tables.boosters))
    assert not any("n't" in word for word in tables.valences if " " not in word)
    assert {"no", "kind", "doubt"} <= set(tables.valences)
    assert not any(sign.isascii() or sign.isspace() for sign in tables.emoji)
    assert not set("".join(tables.emoji.values())) & set(tables.emoji)
    assert all(tables.boosters.values())
