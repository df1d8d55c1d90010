"""All four numbers are those of vaderSentiment, to the last bit, for any string."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import chain, islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vader_texts import SETS, beside, made_texts, real_texts, varied
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from transforms.sentiment.vader_numbers import reckoner

needs_sets = pytest.mark.skipif(
    not SETS.is_dir(), reason="labelled texts are not here (../shared/sentiment)"
)


@cache
def theirs() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def differing(texts: Iterable[str]) -> tuple[int, list[str]]:
    """Return how many ``texts`` there are, and those with other numbers (-0.0 is not 0.0)."""
    count, differ = 0, []
    for text in texts:
        count += 1
        scores = theirs().polarity_scores(text)
        expected = [scores[name] for name in ("compound", "pos", "neu", "neg")]
        if list(map(float.hex, reckoner().numbers(text))) != list(map(float.hex, expected)):
            differ.append(text)
    return count, differ


def test_made_texts() -> None:
    rng = Random(20)
    texts = rng.sample(list(beside()), 4_000)
    count, differ = differing(chain(texts, made_texts(6_000, rng)))
    assert (count, differ) == (10_000, [])


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("abn't!?:)( 😍\n")))
def test_any_string(text: str) -> None:
    assert differing([text, f"{text} good {text}", f"not {text}good"]) == (3, [])


@pytest.mark.parametrize(
    "text", ["", " ", "\n\u2028", "!", "but", "kind", "no", "so", "😍", "🇳🇴", "\ud800"]
)
def test_texts_of_one_word_or_none(text: str) -> None:
    assert differing([text]) == (1, [])


RULES = """
it is good|IT IS good|it is GOOD|no good|No GOOD no|no one good|no one or good|no one nor good
no x x good|very good|VERY good|very x good|x very x x bad|barely bad|BARELY x BAD|so x x good
not good|isn't x good|nor x x bad|never so good|never this x good|never x so good|x x this good
x so x good|without doubt good|without x doubt good|without doubt x good|without x good
least good|x least good|at least good|very least good|x x kind of good|sort of x bad|kind|kind of
we are the shit|the shit of all good|to die for|for whom it is to die for|a kiss of death|x x badass
it is a bus stop|we x x yeah right|x x x no|just enough x good|x good but bad|but good but bad
x x x x don't bad good|Great!!!!!|great????|bad!?|bad??|x!!|good bad!|on 🔛 good|good😍GOOD 😂
"""


@pytest.mark.parametrize("line", RULES.split("\n"))
def test_each_rule_by_itself(line: str) -> None:
    assert differing(line.split("|"))[1] == []


@pytest.mark.parametrize(
    "text",
    [
        # A value that is weighed meets one that is equal to it: the first of both is weighed again.
        "1.6 0.8",
        "0.8 1.6 0.8 but 0.8",
        "3.2 1.6 0.8 but 0.8 1.2",
        "1.6 but 0.8 1.2",
        "1.2 1.8 but 1.2",
        "-1.6 -0.8 -0.8 -0.4 but -0.4 -0.6 -0.9",
    ],
)
def test_values_that_meet_their_equals_beside_a_but(text: str) -> None:
    valences = reckoner().lexicon.valences
    words = {str(valence): word for word, valence in valences.items() if word.isalpha()}
    said = " x y z ".join(words[w] if w != "but" else w for w in text.split())
    assert differing([said]) == (1, [])


@needs_sets
def test_real_texts_quickly() -> None:
    count, differ = differing(real_texts()[::97])
    assert not differ
    assert count > 900


@pytest.mark.slow
def test_more_than_200_000_made_texts() -> None:
    count, differ = differing(chain(beside(), made_texts(100_000, Random(21))))
    assert not differ[:5]
    assert count >= 200_000


@pytest.mark.slow
@needs_sets
def test_more_than_200_000_real_texts() -> None:
    texts = real_texts()
    count, differ = differing(chain(texts, varied(texts[::2], Random(22))))
    assert not differ[:5]
    assert count >= 200_000


@pytest.mark.slow
def test_long_texts() -> None:
    rng = Random(23)
    texts = [" ".join(made_texts(200, rng)) for _ in range(3)]
    texts += [" ".join(islice(beside(), n, n + 300)) for n in range(0, 9_000, 3_000)]
    assert differing(texts) == (6, [])
