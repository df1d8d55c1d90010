"""The student: what it gives, how it explains it, and how well it does on texts it never saw."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest

from tidings.errors import ConfigurationError
from transforms.sentiment.calibrate import macro_f1
from transforms.sentiment.score import MAX_SCORED, Scorer
from transforms.sentiment.student import DATA, Student

SETS = Path(__file__).parents[3] / "shared" / "sentiment" / "sets"

TEXTS = [
    ("I love this, what a wonderful day!!! \u2764\ufe0f", "en"),
    ("Das ist wirklich der schlechteste Service, den ich je hatte :(", "de"),
    ("Una gran experiencia, lo recomiendo mucho", "es"),
    ("Filmen er dessverre kjedelig og altfor lang.", "no"),
    ("味道很好，可是送得太慢了！！", "zh"),
    ("\u062e\u06cc\u0644\u06cc \u0639\u0627\u0644\u06cc \u0628\u0648\u062f", "fa"),
    ("brilliant brilliant BRILLIANT \U0001f44d\U0001f3fd https://example.org/a", None),
]
LANGUAGES = {
    "en", "no", "da", "sv", "fa", "zh", "de", "fr", "es", "it", "pt", "ar", "nl", "fi", "pl",
}  # fmt: skip
SAID = [text for text, _ in TEXTS]
SPOKEN = [language for _, language in TEXTS]


def test_it_is_a_scorer() -> None:
    student = Student()
    assert isinstance(student, Scorer)
    assert (student.name, student.any_language) == ("student", True)
    assert student.languages == LANGUAGES


def test_plain_words_of_each_language_are_understood() -> None:
    labels = [score.label for score in Student().score(SAID, SPOKEN)]
    assert labels[:4] == ["positive", "negative", "positive", "negative"]
    assert labels[6] == "positive"


def test_the_numbers_belong_together() -> None:
    for score in Student().score(SAID, SPOKEN):
        assert None not in (score.positive, score.neutral, score.negative, score.compound)
        shares = {"positive": score.positive, "neutral": score.neutral, "negative": score.negative}
        assert sum(v or 0 for v in shares.values()) == pytest.approx(1)
        assert score.compound == pytest.approx((score.positive or 0) - (score.negative or 0))
        assert score.confidence == shares[score.label]


def test_neighbours_change_nothing() -> None:
    student = Student()
    alone = [student.score([t], [code])[0] for t, code in TEXTS]
    assert student.score(SAID, SPOKEN) == alone
    assert student.score(SAID * 700, SPOKEN * 700) == alone * 700


def test_what_is_too_long_and_what_is_nothing() -> None:
    student = Student()
    longest, too_long, nothing = student.score(
        ["good " * (MAX_SCORED // 5), "a" * (MAX_SCORED + 1), "\ud83d \n"], ["en", "en", None]
    )
    assert longest.label == "positive"
    assert (too_long.label, too_long.reason) == ("unscored", "too_long")
    assert too_long.positive is None
    assert nothing.label != "unscored"
    assert student.score([], []) == []
    assert student.explain("a" * (MAX_SCORED + 1), "en") == []


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_the_explanation_adds_up_to_the_score(text: str, language: str | None) -> None:
    student = Student()
    weights = student.explain(text, language)
    score = student.score([text], [language])[0]
    bias = student.card.calibration.of(language).bias
    assert score.positive is not None
    assert score.negative is not None
    evidence = log(score.positive / score.negative) - (bias[2] - bias[0])
    assert sum(w.used for w in weights) == pytest.approx(evidence, abs=1e-6)
    assert [text[w.start : w.end] for w in weights] == [w.text for w in weights]
    assert all(a.end <= b.start for a, b in pairwise(weights))


def test_the_words_that_made_the_score_are_named() -> None:
    weights = Student().explain("The room was lovely but the food was horrible", "en")
    by_word = {w.text: w.used for w in weights}
    assert by_word["lovely"] > 0.1
    assert by_word["horrible"] < -0.1
    assert max(by_word, key=lambda word: by_word[word]) == "lovely"
    assert min(by_word, key=lambda word: by_word[word]) == "horrible"


def test_a_language_it_is_told_of_is_used() -> None:
    student = Student()
    assert len({student.score(["die gift"], [code])[0] for code in ("en", "de", None)}) == 3


def test_changed_weights_are_not_taken_for_the_cards(tmp_path: Path) -> None:
    for name in ("student.npz", "student.json"):
        shutil.copy(DATA / name, tmp_path / name)
    told = tmp_path / "student.json"
    card = json.loads(told.read_text(encoding="utf-8"))
    told.write_text(json.dumps(card | {"sha256": "0" * 64}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not those that their card tells of"):
        Student(model=str(tmp_path / "student.npz"))
    told.unlink()
    with pytest.raises(ConfigurationError, match="can't be read"):
        Student(model=str(tmp_path / "student.npz"))


def test_it_is_small() -> None:
    assert (DATA / "student.npz").stat().st_size < 6_000_000


FLOORS = {
    "umsab_en": 0.55, "umsab_de": 0.60, "umsab_fr": 0.57, "umsab_it": 0.55, "umsab_es": 0.54,
    "umsab_pt": 0.55, "umsab_ar": 0.60, "norec_sent": 0.57,
}  # fmt: skip
"""Macro-F1 on texts that nothing was fitted on; of 324 tweets it can be off by .05 by luck."""


def dev_f1(name: str, *, told: bool = True) -> float:
    path = SETS / name / "dev.jsonl"
    if not path.exists():
        pytest.skip(f"the labelled texts {path} are not part of the project")
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    languages = [row["lang"] if told else None for row in rows]
    scores = Student().score([row["text"] for row in rows], languages)
    called = [["negative", "neutral", "positive"].index(s.label) - 1 for s in scores]
    return macro_f1(np.array([row["label"] for row in rows]), np.array(called))


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOORS)
def test_it_does_as_well_as_it_is_said_to(name: str) -> None:
    assert dev_f1(name) >= FLOORS[name]


@pytest.mark.slow
def test_six_languages_do_well_together() -> None:
    codes = ("de", "fr", "it", "es", "pt", "ar")
    assert np.mean([dev_f1(f"umsab_{code}") for code in codes]) >= 0.59


@pytest.mark.slow
def test_without_being_told_the_language_it_does_nearly_as_well() -> None:
    codes = ("de", "fr", "it", "es", "pt", "ar")
    assert np.mean([dev_f1(f"umsab_{code}", told=False) for code in codes]) >= 0.56
