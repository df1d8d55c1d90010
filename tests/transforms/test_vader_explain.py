"""An explanation names what made the score: nothing else, and all of it."""

from math import sqrt
from random import Random
from typing import Any

import pytest
from vader_texts import made_texts
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from transforms.sentiment.score import Weight
from transforms.sentiment.vader import Vader


class Listening(SentimentIntensityAnalyzer):  # type: ignore[misc]
    """The package's analyzer, which keeps what its rules hand to its last step."""

    def score_valence(self, sentiments: list[float], text: str) -> Any:
        self.heard = list(sentiments)
        return super().score_valence(sentiments, text)


def explain(text: str) -> list[Weight]:
    return Vader().explain(text, "en")


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    return list(made_texts(3_000, Random(3)))


def test_words_weigh_what_the_package_gives_them(drawn: list[str]) -> None:
    theirs = Listening()
    for text in drawn:
        theirs.polarity_scores(text)
        ours = [w.used for w in explain(text) if w.known is not None and w.used]
        assert sorted(ours) == sorted(s for s in theirs.heard if s), text


def test_weights_sum_to_what_the_score_is_made_of(drawn: list[str]) -> None:
    for text in drawn:
        total = sum(weight.used for weight in explain(text))
        (score,) = Vader().score([text], ["en"])
        assert score.compound == pytest.approx(total / sqrt(total * total + 15), abs=6e-5), text


def test_weights_are_parts_of_the_text_in_its_order(drawn: list[str]) -> None:
    for text in drawn:
        weights = explain(text)
        assert [w.text for w in weights] == [text[w.start : w.end] for w in weights]
        assert all(w.text and not w.text[0].isspace() for w in weights)
        assert [w.start for w in weights] == sorted(w.start for w in weights)


def test_a_valence_differs_from_the_lexicons_only_where_a_rule_is_named(drawn: list[str]) -> None:
    for text in drawn:
        for weight in explain(text):
            assert weight.rules or weight.used == weight.known, (text, weight)


@pytest.mark.parametrize(
    ("text", "part", "used", "rules"),
    [
        ("It is good.", "good", 1.9, ()),
        ("“(good)”!", "“(good)”", None, None),
        ("It is (good)!", "good", 1.9, ()),
        ("it is not good", "good", 1.9 * -0.74, ("negated",)),
        ("there is no real good", "good", 1.9 * -0.74, ("negated",)),
        ("no good", "no", 0.0, ("modifier",)),
        ("a kind of x", "kind", 0.0, ("modifier",)),
        ("it is very good", "good", 1.9 + 0.293, ("intensified",)),
        ("it is barely good", "good", 1.9 - 0.293, ("dampened",)),
        ("it is barely bad", "bad", -2.5 + 0.293, ("dampened",)),
        ("it is VERY good", "good", 1.9 + 0.293 + 0.733, ("intensified",)),
        ("it is GOOD", "GOOD", 1.9 + 0.733, ("capitals",)),
        ("IT IS GOOD", "GOOD", 1.9, ()),
        ("that was never so good", "good", 2.193 * 1.25 * 1.25, ("intensified",) * 3),
        ("we are the shit", "the shit", 3.0, ("idiom",)),
        ("it was a kiss of death", "kiss of death", -1.5, ("idiom",)),
        ("yeah right she was good", "good", 1.9, ()),
        ("the shit was good", "good", 3.0, ("idiom",)),
        ("it was sort of good", "good", 1.9 - 0.293, ("dampened",)),
        ("it was the least good", "good", 1.9 * -0.74, ("least",)),
        ("it was at least good", "good", 1.9, ()),
        ("good but slow", "good", 0.95, ("before but",)),
        ("slow but good", "good", 2.85, ("after but",)),
        ("it is so-so 🙂!", "🙂", 2.0 - 0.293, ("dampened",)),  # "slightly smiling face"
        ("it is good!!", "!!", 2 * 0.292, ("emphasis",)),
        ("is it bad??", "??", -0.36, ("emphasis",)),
        ("it is good 🆙", "🆙", 0.292, ("emphasis",)),
    ],
)
def test_each_rule_is_named(
    text: str, part: str, used: float | None, rules: tuple[str, ...] | None
) -> None:
    found = [w for w in explain(text) if w.text == part]
    if used is None:
        assert not found
        return
    (weight, *_) = found
    assert weight.used == pytest.approx(used)
    assert weight.rules == rules


def test_a_word_keeps_the_valence_of_the_lexicon_beside_the_one_used() -> None:
    assert [(w.text, w.known) for w in explain("not GOOD, the shit!")] == [
        ("GOOD", 1.9),
        ("the shit", -2.6),
        ("!", None),
    ]


def test_an_emoji_said_in_several_words_has_a_weight_for_each() -> None:
    assert [(w.start, w.end, w.known) for w in explain("we 😂")] == [(3, 4, -0.9), (3, 4, 2.8)]


def test_what_is_glued_to_an_emoji_is_one_word_with_the_end_of_its_name() -> None:
    # Said "smiling face with heart-eyeslove": no word of it but the first is known.
    assert [w.text for w in explain("😍love")] == ["😍"]
    assert [w.text for w in explain("love😍")] == ["love", "😍"]


def test_single_question_marks_and_marks_of_neutral_texts_weigh_nothing() -> None:
    assert [w.text for w in explain("good?")] == ["good"]
    assert explain("It came!!! When??") == []
