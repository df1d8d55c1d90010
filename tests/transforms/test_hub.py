"""The scorer ``transformers`` with a tiny model that is made here, and without the packages."""

from __future__ import annotations

import builtins
import importlib.util
from pathlib import Path

import pytest

from tidings.errors import ConfigurationError
from transforms.sentiment.hub import Transformers, meaning
from transforms.sentiment.score import Scorer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "soup", "was", "good", "bad", "cold"]
TEXTS = ["The soup was good", "bad", "the", "cold cold soup was the bad soup " * 30]

needs_packages = pytest.mark.skipif(
    not (importlib.util.find_spec("transformers") and importlib.util.find_spec("torch")),
    reason="the extra transformers (transformers and torch) is not installed",
)


@pytest.mark.parametrize(
    ("name", "count", "expected"),
    [
        ("Negative", 3, "negative"),
        ("NEU", 3, "neutral"),
        ("very positive", 5, "positive"),
        ("LABEL_0", 2, "negative"),
        ("LABEL_1", 2, "positive"),
        ("LABEL_1", 3, "neutral"),
        ("LABEL_1", 5, None),
        ("2 stars", 5, "negative"),
        ("3 stars", 5, "neutral"),
        ("1 star", 5, "negative"),
        ("5", 5, "positive"),
        ("joy", 6, None),
        ("posh", 2, None),
    ],
)
def test_what_a_class_means_is_read_from_its_name(
    name: str, count: int, expected: str | None
) -> None:
    assert meaning(name, count) == expected


def test_a_scorer_without_a_model_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"settings.transformers\] names no model"):
        Transformers()


@pytest.mark.parametrize("missing", ["torch", "transformers"])
def test_missing_packages_are_told_with_the_extra(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    imported = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> object:
        if name == missing:
            raise ImportError(f"No module named {name!r}")
        return imported(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigurationError, match=r"pip install 'tidings\[transformers\]'"):
        Transformers(model="somewhere").score(["good"], ["en"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    made = tmp_path_factory.mktemp("model")
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]"
    ).save_pretrained(made)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=40,
        id2label={0: "bad", 1: "LABEL_1", 2: "positive"},
        label2id={"bad": 0, "LABEL_1": 1, "positive": 2},
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(made)
    return made


@needs_packages
def test_scores_are_the_models_probabilities_by_meaning(folder: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    scorer = Transformers(model=str(folder), labels={"bad": "negative"}, max_tokens=32)
    assert isinstance(scorer, Scorer)
    scores = scorer.score(TEXTS[:2], ["en", None])
    tokens = AutoTokenizer.from_pretrained(folder)(TEXTS[0], return_tensors="pt")
    logits = AutoModelForSequenceClassification.from_pretrained(folder)(**tokens).logits
    negative, neutral, positive = torch.softmax(logits[0].double(), -1).tolist()
    assert scores[0].negative == pytest.approx(negative, abs=1e-6)
    assert scores[0].neutral == pytest.approx(neutral, abs=1e-6)
    assert scores[0].compound == pytest.approx(positive - negative, abs=1e-6)
    likeliest = max((negative, "negative"), (neutral, "neutral"), (positive, "positive"))
    assert scores[0].confidence == pytest.approx(likeliest[0], abs=1e-6)
    assert scores[0].label == likeliest[1]


@needs_packages
def test_batches_neither_mix_up_texts_nor_change_scores(folder: Path) -> None:
    labels = {"bad": "negative"}
    one = Transformers(model=str(folder), labels=labels, max_tokens=32, batch_size=1)
    three = Transformers(model=str(folder), labels=labels, max_tokens=32, batch_size=3)
    expected = [score.compound for score in one.score(TEXTS, [None] * 4)]
    assert [s.compound for s in three.score(TEXTS, [None] * 4)] == pytest.approx(expected, abs=1e-5)
    assert len(set(expected)) == 4
    assert three.score([], []) == []


@needs_packages
def test_a_class_of_unknown_meaning_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"class 'bad' means isn't known.*labels = \{"):
        Transformers(model=str(folder)).score(["good"], ["en"])
    with pytest.raises(ConfigurationError, match="'awful' is none of negative"):
        Transformers(model=str(folder), labels={"bad": "awful"}).score(["good"], ["en"])


@needs_packages
def test_a_model_that_is_not_there_is_told_without_a_download(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="allow_download = true"):
        Transformers(model=str(tmp_path / "none")).score(["good"], ["en"])


@needs_packages
def test_version_follows_weights_and_meanings(folder: Path, tmp_path: Path) -> None:
    from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

    scorer = Transformers(model=str(folder), labels={"bad": "negative"})
    again = Transformers(model=str(folder), labels={"bad": "negative"})
    other = Transformers(model=str(folder), labels={"bad": "neutral"})
    assert scorer.version == again.version != other.version
    model = BertForSequenceClassification.from_pretrained(folder)
    model.classifier.bias.data += 0.5
    model.save_pretrained(tmp_path)
    PreTrainedTokenizerFast.from_pretrained(folder).save_pretrained(tmp_path)
    changed = Transformers(model=str(tmp_path), labels={"bad": "negative"})
    assert changed.version != scorer.version


@needs_packages
def test_words_are_explained_by_leaving_them_out(folder: Path) -> None:
    import math

    scorer = Transformers(model=str(folder), labels={"bad": "negative"})
    weights = scorer.explain("good soup", "en")
    assert [w.text for w in weights] == ["good", "soup"]

    def odds(text: str) -> float:
        (score,) = scorer.score([text], [None])
        assert score.positive is not None
        assert score.negative is not None
        return math.log(score.positive / score.negative)

    assert weights[0].used == pytest.approx(odds("good soup") - odds("soup"), abs=1e-4)


def test_odd_names_of_classes_mean_nothing_by_themselves() -> None:
    assert [meaning(f"LABEL_{n}", 3) for n in range(3)] == ["negative", "neutral", "positive"]
    assert meaning("LABEL_3", 3) is None
    assert meaning("label_positive", 3) == "positive"
    assert meaning("label_", 3) is None
