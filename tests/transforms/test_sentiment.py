"""Scores are VADER's own; what can't be scored says why and is never neutral."""

from importlib.metadata import version

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from transforms.language import identify
from transforms.sentiment import MAX_SCORED, Score, Vader, label_of, score_all, unscorable

THEIRS = SentimentIntensityAnalyzer()

TEXTS = [
    "The support is great, really GREAT!!!",
    "Not good at all :( and late, but the box was nice",
    "It arrived on Tuesday.",
    "Love it 😍😍",
    "kind of sad\nnever again",
]


# Words and idioms of all of VADER's rules.
WORDS = """
good|bad|GREAT|never so|this|without doubt|not|isn't|least|at|very|kind of|sort of|the shit
the bomb|bus stop|yeah right|to die for|kiss of death|bad ass|beating heart|but|no|or|nor|only
hardly|sad!|:(|😍|x|y|z
""".strip().replace("\n", "|")


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS.split("|")), max_size=14).map(" ".join))
def test_scores_are_those_of_the_package_in_any_company(text: str) -> None:
    theirs = THEIRS.polarity_scores(text)
    (ours,) = Vader().score([text])
    assert [ours.compound, ours.positive, ours.neutral, ours.negative] == [
        theirs[name] for name in ("compound", "pos", "neu", "neg")
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_scores_are_those_of_the_package(text: str) -> None:
    theirs = THEIRS.polarity_scores(text)
    (ours,) = Vader().score([text])
    assert (ours.compound, ours.positive, ours.neutral, ours.negative) == (
        theirs["compound"],
        theirs["pos"],
        theirs["neu"],
        theirs["neg"],
    )
    assert ours.reason is None


def test_a_score_does_not_depend_on_what_was_scored_before() -> None:
    vader = Vader()
    assert vader.score(TEXTS) == [s for t in TEXTS for s in Vader().score([t])]
    assert vader.score(TEXTS[::-1]) == vader.score(TEXTS)[::-1]


@pytest.mark.parametrize(
    ("compound", "label"),
    [
        (1.0, "positive"),
        (0.05, "positive"),
        (0.0499, "neutral"),
        (0.0, "neutral"),
        (-0.0499, "neutral"),
        (-0.05, "negative"),
        (-1.0, "negative"),
    ],
)
def test_label(compound: float, label: str) -> None:
    assert label_of(compound) == label


def test_english_without_a_word_of_the_lexicon_is_neutral() -> None:
    assert Vader().score(["It arrived on Tuesday."])[0] == Score("neutral", 0.0, 0.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("", None, "empty"),
        (" \n\t", None, "empty"),
        ("https://example.com/x @jo", None, "only_links"),
        ("😍😍 !!!", None, "only_links"),
        ("Ok", None, "unknown_language"),
        ("Nie wieder, sehr schlecht", "de", "language"),
        ("love " * MAX_SCORED, "en", "too_long"),
    ],
)
def test_what_can_not_be_scored_says_why(text: str, language: str | None, reason: str) -> None:
    assert score_all([text], [language], Vader()) == [Score("unscored", reason=reason)]  # type: ignore[arg-type]


def test_unscored_texts_do_not_shift_the_others() -> None:
    texts = ["", "great", "Sehr gut", "awful", "x " * MAX_SCORED, "fine"]
    languages = [None, "en", "de", "en", "en", "en"]
    labels = [s.label for s in score_all(texts, languages, Vader())]
    assert labels == ["unscored", "positive", "unscored", "negative", "unscored", "positive"]


def test_foreign_words_that_english_knows_are_not_scored() -> None:
    text = "Das Gift war fast alle, der Fund ist toll und die Kost war gut"  # gift, fast, fund
    assert Vader().score([text])[0].label != "neutral"
    language, _ = identify(text, ("en", "de"))
    assert unscorable(text, language, Vader()) == "language"


def test_the_version_names_package_and_lexicon() -> None:
    package, _, lexicon = Vader().version.partition("+")
    assert package == version("vaderSentiment")
    assert len(bytes.fromhex(lexicon)) == 4
