"""VADER and the student together, for English."""

from __future__ import annotations

import json
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest

from tidings.errors import ConfigurationError
from transforms.sentiment.blend import Blend, load_sum, merged
from transforms.sentiment.calibrate import macro_f1
from transforms.sentiment.score import MAX_SCORED, Scorer, Weight
from transforms.sentiment.student import Student

SETS = Path(__file__).parents[3] / "shared" / "sentiment" / "sets"

TEXTS = [
    "I LOVE this, what a wonderful day!!! \u2764\ufe0f",
    "The room was not good, but the staff were kind :(",
    "The parcel arrives on Tuesday",
    "horrible, horrible, horrible",
    "good bad",
    "https://example.org/good @terrible",
]


def test_it_is_a_scorer_of_english_alone() -> None:
    blend = Blend()
    assert isinstance(blend, Scorer)
    assert (blend.name, set(blend.languages), blend.any_language) == ("blend", {"en"}, False)
    assert Student().version in blend.version


def test_plain_words_are_understood() -> None:
    scores = Blend().score(TEXTS, ["en"] * len(TEXTS))
    assert [s.label for s in scores[:4]] == ["positive", scores[1].label, "neutral", "negative"]
    for score in scores:
        shares = (score.positive or 0, score.neutral or 0, score.negative or 0)
        assert sum(shares) == pytest.approx(1)
        assert score.compound == pytest.approx(shares[0] - shares[2])
        assert score.confidence in shares


@pytest.mark.parametrize("text", TEXTS)
def test_the_explanation_adds_up_to_the_score(text: str) -> None:
    blend = Blend()
    weights = blend.explain(text, "en")
    score = blend.score([text], ["en"])[0]
    bias = blend.sum.calibration.of("en").bias
    assert score.positive is not None
    assert score.negative is not None
    evidence = log(score.positive / score.negative) - (bias[2] - bias[0])
    # VADER rounds its compound to four digits.
    assert sum(w.used for w in weights) == pytest.approx(evidence, abs=1e-3)
    assert all(a.end <= b.start for a, b in pairwise(weights))
    assert [text[w.start : w.end] for w in weights] == [w.text for w in weights]


def test_what_is_too_long_is_unscored() -> None:
    blend = Blend()
    assert blend.score(["a" * (MAX_SCORED + 1)], ["en"])[0].reason == "too_long"
    assert blend.explain("a" * (MAX_SCORED + 1), "en") == []
    assert blend.score([], []) == []


def test_parts_of_one_place_are_one() -> None:
    text = "not good at all!"
    words = [Weight(0, 8, "not good", 1.0, 1.9, ("idiom",)), Weight(0, 8, "not good", -2.0)]
    pieces = [Weight(0, 3, "not", 0.5), Weight(4, 8, "good", 0.25), Weight(15, 16, "!", 0.125)]
    assert merged(text, words, pieces) == [
        Weight(0, 8, "not good", -0.25, 1.9, ("idiom",)),
        Weight(15, 16, "!", 0.125),
    ]


def test_missing_data_are_told() -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.json can't be read"):
        load_sum("nowhere.json")


@pytest.mark.slow
def test_it_does_better_than_either() -> None:
    path = SETS / "umsab_en" / "dev.jsonl"
    if not path.exists():
        pytest.skip(f"the labelled texts {path} are not part of the project")
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts, labels = [r["text"] for r in rows], np.array([r["label"] for r in rows])

    def f1(scorer: Scorer) -> float:
        found = scorer.score(texts, ["en"] * len(texts))
        told = [["negative", "neutral", "positive"].index(s.label) - 1 for s in found]
        return macro_f1(labels, np.array(told))

    assert f1(Blend()) >= 0.60
    assert f1(Blend()) > f1(Student())
