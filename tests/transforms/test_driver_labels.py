"""The labelled sentences themselves: sizes, names, halves, no text twice.

Figures on drivers, flags and targets are only worth something if these sets are sound, so what
their guide (``drivers_labelled/README.md``) promises is checked here; no classifier is run.
"""

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
LANGUAGES = ("en", "no", "da", "fa", "zh")
DRIVERS = {
    "advertising",
    "branding",
    "delivery",
    "influencers",
    "price",
    "privacy",
    "quality",
    "reputation",
    "service",
    "usability",
}
FLAGS = {"question", "sarcasm"}
SPLITS = {"tune", "test"}
TRADITIONAL = set("這個價質務開電說師網體與為過還對們麼後來")
TARGETS_BY_LANGUAGE = {"en": 30, "no": 8, "da": 6, "fa": 8, "zh": 8}


def rows(name: str) -> list[dict[str, Any]]:
    """The objects of one JSON-lines file beside this module, in order."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def sentences(language: str) -> list[dict[str, Any]]:
    """The sentences of one language with their drivers and their split."""
    return rows(f"drivers_labelled/{language}.jsonl")


def key(text: str) -> str:
    """A text as it is compared: width, case, marks and spaces don't tell two texts apart."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_well_formed(language: str) -> None:
    for row in sentences(language):
        assert set(row) == {"text", "drivers", "split"}, row
        assert row["text"], row
        assert row["text"] == row["text"].strip(), row
        assert unicodedata.is_normalized("NFC", row["text"]), row
        assert set(row["drivers"]) <= DRIVERS, row
        assert row["drivers"] == sorted(set(row["drivers"])), row
        assert row["split"] in SPLITS, row


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_of_each_kind(language: str) -> None:
    found = sentences(language)
    assert len(found) >= 200
    each = Counter(driver for row in found for driver in row["drivers"])
    assert {driver for driver in DRIVERS if each[driver] < 20} == set()
    without = sum(not row["drivers"] for row in found) / len(found)
    several = sum(len(row["drivers"]) > 1 for row in found) / len(found)
    assert 0.12 <= without <= 0.18
    assert 0.17 <= several <= 0.25


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_halves_hold_every_driver(language: str) -> None:
    found = sentences(language)
    sizes = Counter(row["split"] for row in found)
    assert abs(sizes["tune"] - sizes["test"]) <= 1
    for split in SPLITS:
        half = [row for row in found if row["split"] == split]
        each = Counter(driver for row in half for driver in row["drivers"])
        assert {driver for driver in DRIVERS if each[driver] < 10} == set(), split
        assert sum(not row["drivers"] for row in half) >= 12, split


def test_no_text_stands_twice_in_any_of_the_sets() -> None:
    texts = [row["text"] for language in LANGUAGES for row in sentences(language)]
    texts += [row["text"] for row in rows("flags_labelled.jsonl")]
    texts += [row["text"] for row in rows("targets_labelled.jsonl")]
    times = Counter(key(text) for text in texts)
    assert [text for text in texts if times[key(text)] > 1] == []


def test_persian_is_joined_and_chinese_has_both_scripts() -> None:
    """A clean-up that strips zero-width joints, or converts characters, would go unseen."""
    joined = sum("\u200c" in row["text"] for row in sentences("fa"))
    assert joined >= 100
    assert not any(sign in row["text"] for row in sentences("fa") for sign in "يك")
    chinese = [row["text"] for row in sentences("zh")]
    traditional = [text for text in chinese if set(text) & TRADITIONAL]
    assert len(traditional) >= 12


def test_flags_are_even_over_the_languages() -> None:
    found = rows("flags_labelled.jsonl")
    for row in found:
        assert set(row) == {"text", "lang", "flags"}, row
        assert set(row["flags"]) <= FLAGS, row
        assert row["flags"] == sorted(set(row["flags"])), row
    assert Counter(row["lang"] for row in found) == dict.fromkeys(LANGUAGES, 40)
    none = Counter(row["lang"] for row in found if not row["flags"])
    both = Counter(row["lang"] for row in found if len(row["flags"]) == 2)
    assert all(12 <= none[language] <= 15 for language in LANGUAGES)
    assert all(both[language] >= 3 for language in LANGUAGES)
    for flag in FLAGS:
        alone = Counter(row["lang"] for row in found if row["flags"] == [flag])
        assert all(alone[language] >= 8 for language in LANGUAGES), flag


def test_targets_name_the_brands_that_stand_in_the_text() -> None:
    found = rows("targets_labelled.jsonl")
    assert Counter(row["lang"] for row in found) == TARGETS_BY_LANGUAGE
    for row in found:
        assert set(row) == {"text", "lang", "toward", "split"}, row
        assert len(row["toward"]) >= 2, row
        assert all(brand in row["text"] for brand in row["toward"]), row
        assert set(row["toward"].values()) <= {-1, 0, 1}, row
    for split in SPLITS:
        half = [row for row in found if row["split"] == split]
        assert {row["lang"] for row in half} == set(LANGUAGES)
        assert len(half) == 30
        feelings = Counter(feeling for row in half for feeling in row["toward"].values())
        assert min(feelings[-1], feelings[0], feelings[1]) >= 8, split
