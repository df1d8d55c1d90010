"""What the pages say is said in every language, of the same things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dashboard
from dashboard.formats import Formats
from dashboard.texts import LANGUAGES, read, spoken

HERE = Path(dashboard.__file__).parent
_FILLED = re.compile(r"\{(\w+)\}")
_USED = re.compile(r"""\bt(?:exts)?\(\s*["']([a-z_]+\.[a-z_0-9]+)["']\s*[,)]""")


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_language_says_the_same_things(language: str) -> None:
    english, other = read("en"), read(language)
    assert set(other) == set(english)
    for name, said in english.items():
        assert sorted(_FILLED.findall(other[name])) == sorted(_FILLED.findall(said)), name


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_language_is_translated(language: str) -> None:
    english, other = read("en"), read(language)
    same = [name for name, said in english.items() if len(said) > 24 and other[name] == said]
    assert same == []


def test_every_name_in_use_is_there() -> None:
    files = [*HERE.rglob("*.html"), *HERE.rglob("*.py")]
    used = {name for file in files for name in _USED.findall(file.read_text("utf-8"))}
    assert len(used) > 30
    assert used - set(read("en")) == set()


def test_every_figure_has_its_definition() -> None:
    names = {n.removeprefix("figure.") for n in read("en") if n.startswith("figure.")}
    defined = {n.removeprefix("definition.") for n in read("en") if n.startswith("definition.")}
    assert names == defined


@pytest.mark.parametrize(
    ("given", "kept", "accepted", "language"),
    [
        ("da", "fa", "zh", "da"),
        (None, "fa", "zh", "fa"),
        ("xx", None, "sv, nn;q=0.8, en;q=0.5", "nb"),
        (None, None, "zh-Hant-TW", "zh"),
        (None, None, "sv", "en"),
        (None, None, None, "en"),
    ],
)
def test_the_language_is_the_address_s_else_the_kept_else_the_browser_s(
    given: str | None, kept: str | None, accepted: str | None, language: str
) -> None:
    assert spoken(given, kept, accepted) == language


def test_figures_are_written_as_the_language_does() -> None:
    english, norwegian, persian = Formats("en"), Formats("nb", "Europe/Oslo"), Formats("fa")
    assert english.number(1234.5, 1) == "1,234.5"
    assert norwegian.number(1234.5, 1).replace("\u00a0", " ") == "1 234,5"
    assert persian.percent(0.5) == "۵۰٪"
    assert english.number(None) == english.percent(None) == english.span(None) == "–"
    assert english.signed(0.04, 1) == "0.0"
    assert english.signed(-1.26) == "-1.3"
    assert english.signed(1.26) == "+1.3"
    assert english.small(2e-9) == "2E-9"


def test_times_are_those_of_the_brand_s_zone() -> None:
    from datetime import datetime

    night = datetime(2026, 7, 1, 23, 30)
    assert "2" in Formats("en", "Europe/Oslo").time(night).split()[0]
    assert "01:30" in Formats("en", "Europe/Oslo").time(night)
