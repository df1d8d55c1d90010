"""py3langid's own answers, for many texts at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from transforms.language_classifier import FEW, model, shares
from transforms.language_priors import NYNORSK, TAGGED, WATCHED, expectation, priors

TEXTS = [
    "The parcel came two weeks late and nobody answered.",
    "Das Paket kam zwei Wochen zu spät, und niemand hat geantwortet.",
    "包裹晚了两个星期才到",
    "بسته دو هفته دیر رسید",
    "e\u0301te\u0301",  # decomposed: py3langid composes first
    "a",
    "",
    "12 34",
    "Посылка пришла поздно. " * 20,
    "srpski jezik је леп",
]


@pytest.fixture(scope="module")
def peer() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def merged(row: np.ndarray) -> dict[str, float]:
    found: dict[str, float] = {}
    for label, share in zip(model().labels, row.tolist(), strict=True):
        found[label] = found.get(label, 0.0) + share
    return found


@pytest.mark.parametrize("times", [1, 5])  # few go text by text, many step by step
def test_the_shares_are_those_of_py3langid(peer: LanguageIdentifier, times: int) -> None:
    texts = TEXTS[:FEW] if times == 1 else TEXTS * times
    for text, row in zip(texts, shares(texts), strict=True):
        assert merged(row) == pytest.approx(dict(peer.rank(text)), abs=2e-4)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=FEW + 1, max_size=30))
def test_it_makes_no_difference_in_what_company_a_text_comes(texts: list[str]) -> None:
    together = shares(texts)
    alone = np.concatenate([shares([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-4)
    np.testing.assert_allclose(together.sum(axis=1), 1.0, atol=1e-3)


def test_where_nothing_is_found_all_languages_are_equal() -> None:
    (row,) = shares(["12 34"])
    np.testing.assert_allclose(row, 1 / len(model().labels), rtol=1e-3)


def test_what_is_watched_or_tagged_weighs_more_and_nynorsk_less() -> None:
    labels = model().labels
    weights = dict(zip(labels, priors(labels, frozenset({"no"}), "en").tolist(), strict=True))
    plain = dict(zip(labels, priors(labels, frozenset(), None).tolist(), strict=True))
    assert weights["no"] == plain["no"] * WATCHED
    assert weights["en"] == plain["en"] * TAGGED
    assert weights["nn"] == pytest.approx(NYNORSK * weights["no"])
    assert (
        plain["en"] > plain["gl"] > plain["nds"] if "nds" in labels else plain["en"] > plain["gl"]
    )


def test_a_watch_of_one_language_expects_no_more_of_short_texts_than_of_long_ones() -> None:
    lengths = np.array([1, 10, 19, 20, 500])
    assert expectation(lengths, frozenset({"en"})).tolist() == [1.0] * 5
    assert expectation(lengths, frozenset()).tolist() == [1.0] * 5
    several = expectation(lengths, frozenset({"en", "da", "no"}))
    assert several[0] > several[1] > several[2] > several[3] == several[4] == 1.0
