"""VADER as a scorer: labels, limits, batches, memory and the order of its time."""

import sys
from itertools import islice
from random import Random
from types import FrameType
from typing import Any

import pyarrow as pa
import pytest
from vader_texts import made_texts

from tidings.errors import ConfigurationError
from transforms.sentiment import vader_words
from transforms.sentiment.score import MAX_SCORED, Score, Scorer
from transforms.sentiment.vader import Vader, score_batch
from transforms.sentiment.vader_lexicon import lexicon
from transforms.sentiment.vader_numbers import Reckoner, reckoner, rounded
from transforms.sentiment.vader_rules import weighed_by_but

TEXTS = ["Great service!", "It is ok, but slow :(", "", "It arrived on Tuesday.", "😍"]


def test_it_is_a_scorer() -> None:
    assert isinstance(Vader(), Scorer)


def test_scores_are_the_numbers_with_a_label() -> None:
    for text, score in zip(TEXTS, Vader().score(TEXTS, ["en"] * 5), strict=True):
        assert (
            score.compound,
            score.positive,
            score.neutral,
            score.negative,
        ) == reckoner().numbers(text)
        assert score.confidence is None
    labels = [score.label for score in Vader().score(TEXTS, ["en"] * 5)]
    assert labels == ["positive", "negative", "neutral", "neutral", "positive"]


def test_a_text_is_too_long_for_a_score_and_an_explanation_but_not_for_numbers() -> None:
    longest, longer = "x" * (MAX_SCORED - 5) + " good", "x" * (MAX_SCORED - 4) + " good"
    scores = Vader().score([longest, longer], ["en", "en"])
    assert [s.reason for s in scores] == [None, "too_long"]
    assert scores[1] == Score("unscored", reason="too_long")
    assert [len(Vader().explain(text, "en")) for text in (longest, longer)] == [1, 0]
    assert reckoner().numbers(longer)[0] == scores[0].compound


@pytest.mark.parametrize(
    "made",
    [
        pa.array,
        lambda texts: pa.chunked_array([texts[:2], [], texts[2:]], pa.string()),
        lambda texts: pa.array(texts, pa.large_string()),
        lambda texts: pa.array(texts, pa.string_view()),
        lambda texts: pa.array(texts).dictionary_encode(),
    ],
)
def test_a_batch_has_a_row_for_each_text_and_null_for_null(made: Any) -> None:
    table = score_batch(made([*TEXTS[:3], None, *TEXTS[3:]]))
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    assert rows[3] == (None,) * 4
    assert [*rows[:3], *rows[4:]] == [reckoner().numbers(text) for text in TEXTS]


@pytest.mark.parametrize("texts", [pa.array([], pa.string()), pa.array([None]), pa.array([""])])
def test_a_batch_has_the_same_columns_whatever_is_in_it(texts: pa.Array) -> None:
    names = ["compound", "positive", "neutral", "negative"]
    assert score_batch(texts).schema == pa.schema([(name, pa.float64()) for name in names])


def test_a_batch_of_something_else_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"int64, not strings\. Cast them"):
        score_batch(pa.array([1]))


def test_memory_is_bounded_and_forgetting_changes_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vader_words, "MAX_REMEMBERED", 50)
    forgetful = Reckoner(lexicon())
    texts = list(made_texts(300, Random(1)))
    assert [forgetful.numbers(t) for t in texts] == [reckoner().numbers(t) for t in texts]
    words = vader_words.Words(vader_words.Vocabulary(lexicon()))
    sizes = []
    for number in range(120):
        assert words[f"x{number}x"] is None
        sizes.append(len(words))
    assert max(sizes) == 50
    assert words["x" * (vader_words.MAX_TOKEN + 1)] is None
    assert len(words) == sizes[-1]


@pytest.mark.parametrize(
    "part",
    [
        "good but ",
        "NOT so GREAT! ",
        "the shit of kind of no ",
        "😍bad😂 ",
        "x" * 60 + " ",
    ],
)
def test_the_work_for_a_text_is_in_proportion_to_its_length(part: str) -> None:
    reckoner().numbers(part)  # reads the tables, and the tokens

    def calls(times: int) -> int:
        count = 0

        def seen(_frame: FrameType, event: str, _arg: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(seen)
        try:
            reckoner().numbers(part * times)
        finally:
            sys.setprofile(None)
        return count

    assert calls(4_000) < 4.5 * calls(1_000)


def test_values_beside_a_but_are_not_searched_one_by_one() -> None:
    compared = 0

    class Value(float):
        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return float(self) == other

        __hash__ = float.__hash__

    values: list[float] = [Value(v) for v in islice((1.6, 0.8, 0.4, 1.2) * 500, 2_000)]
    weighed_by_but(values, 1_000)
    assert compared < 20 * len(values)


def test_numbers_are_rounded_as_python_rounds_them() -> None:
    rng = Random(2)
    shares = [rng.random() for _ in range(20_000)]
    shares += [n / 2_000 for n in range(2_001)] + [n / 2_000 + 1e-12 for n in range(2_000)]
    shares += [n / 2_000 - 1e-12 for n in range(1, 2_001)]
    assert [rounded(x, 3, 1e3) for x in shares] == [round(x, 3) for x in shares]
    assert [rounded(x, 4, 1e4) for x in shares] == [round(x, 4) for x in shares]
