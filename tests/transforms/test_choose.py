"""Which scorer is asked; what can't be scored says why and is never neutral."""

from pathlib import Path
from typing import Any

import pytest

from tidings.errors import ConfigurationError
from tidings.watch import Sentiment
from transforms.language import identify
from transforms.sentiment.choose import MODES, Scorers, installed, load, unscorable
from transforms.sentiment.score import MAX_SCORED, Score, Scorer
from transforms.sentiment.vader import Vader, label_of

ONLY_VADER = Sentiment(scorers={"*": "vader"})


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


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("", None, "empty"),
        (" \n\t", "en", "empty"),
        ("https://example.com/x @jo", None, "only_links"),
        ("12.50 !!! #1", None, "only_links"),
        ("Ok", None, "unknown_language"),
        ("😍😍 !!!", None, "unknown_language"),
        ("Nie wieder, sehr schlecht", "de", "language"),
        ("love " * MAX_SCORED, "en", "too_long"),
    ],
)
def test_what_can_not_be_scored_says_why(text: str, language: str | None, reason: Any) -> None:
    (scored,) = Scorers(ONLY_VADER).score([text], [language])
    assert scored.score == Score("unscored", reason=reason)
    assert (scored.scorer, scored.version) == (None, None)


@pytest.mark.parametrize("text", ["😍😍 !!!", "@shop <3", ":-)"])
def test_feelings_without_words_go_to_who_reads_any_language(text: str) -> None:
    (scored,) = Scorers().score([text], [None])
    assert scored.scorer == "student"
    assert scored.score.compound is not None
    assert scored.score.compound > 0.1


def test_a_language_nobody_reads_stays_unscored() -> None:
    (scored,) = Scorers().score(["とても良いです"], ["ja"])
    assert scored.score.reason == "language"


def test_unscored_texts_do_not_shift_the_others() -> None:
    texts = ["", "great", "Sehr gut", "awful", "x " * MAX_SCORED, "fine"]
    languages = [None, "en", "de", "en", "en", "en"]
    labels = [s.score.label for s in Scorers(ONLY_VADER).score(texts, languages)]
    assert labels == ["unscored", "positive", "unscored", "negative", "unscored", "positive"]


def test_texts_of_two_scorers_keep_their_places() -> None:
    texts = ["awful", "Dårlig, kjedelig og en stor skuffelse", "great", "Kjempebra, anbefales!"]
    scored = Scorers().score(texts, ["en", "no", "en", "no"])
    assert [s.scorer for s in scored] == ["vader", "student", "vader", "student"]
    assert [s.score.label for s in scored] == ["negative", "negative", "positive", "positive"]
    assert scored[0].version == load("vader", {}).version
    assert scored[1].version == load("student", {}).version


def test_a_score_does_not_depend_on_its_neighbours() -> None:
    texts = ["Helt elendig", "awful", "Elendig service og treg levering, men fin boks"]
    languages = ["no", "en", "no"]
    together = Scorers().score(texts, languages)
    assert together == [
        Scorers().score([t], [x])[0] for t, x in zip(texts, languages, strict=True)
    ]  # fmt: skip


def test_below_the_confidence_asked_for_a_text_is_unscored() -> None:
    text = ["Pakken kom i en boks"]
    (free,) = Scorers().score(text, ["no"])
    assert free.score.confidence is not None
    strict = Sentiment(min_confidence=free.score.confidence + 1e-6)
    (scored,) = Scorers(strict).score(text, ["no"])
    assert scored.score == Score(
        "unscored", reason="low_confidence", confidence=free.score.confidence
    )
    assert scored.scorer is None
    just = Sentiment(min_confidence=free.score.confidence)
    assert Scorers(just).score(text, ["no"]) == [free]


def test_a_language_named_goes_before_the_mode() -> None:
    scorers = Scorers(Sentiment(mode="blend", scorers={"no": "vader", "*": "blend"}))
    assert [scorers.scorer(x).name for x in ("en", "no", "da", None)] == [
        "blend", "vader", "blend", "blend",
    ]  # fmt: skip


def test_every_scorer_of_every_mode_is_installed_and_reads_what_it_is_for() -> None:
    assert {name for mode in MODES.values() for name in mode.values()} <= set(installed())
    for mode in ("default", "blend"):
        for language, name in MODES[mode].items():
            scorer = load(name, {})
            assert isinstance(scorer, Scorer)
            assert scorer.name == name
            assert scorer.any_language if language == "*" else language in scorer.languages


def test_foreign_words_that_english_knows_are_not_scored() -> None:
    text = "Das Gift war fast alle, der Fund ist toll und die Kost war gut"  # gift, fast, fund
    assert Vader().score([text], ["en"])[0].label != "neutral"
    language, _ = identify(text, ("en", "de"))
    assert unscorable(text, language, Vader()) == "language"


def test_an_unknown_scorer_and_a_wrong_setting_say_the_way_out() -> None:
    with pytest.raises(ConfigurationError, match=r"no scorer 'vadre'") as error:
        Scorers(Sentiment(scorers={"en": "vadre"})).scorer("en")
    assert "vader" in str(error.value.remedy)
    with pytest.raises(ConfigurationError, match=r"'vader' does not take its settings") as error:
        Scorers(Sentiment(settings={"vader": {"lexicon": "mine"}})).scorer("en")
    assert "[sentiment.settings.vader]" in str(error.value.remedy)


CHEERFUL = '''
from transforms.sentiment.score import Score

class Cheerful:
    """Scores German, and everything the same."""
    name = "cheerful"
    version = "1"
    languages = frozenset({"de"})
    any_language = False

    def __init__(self, compound=0.9):
        self.compound = compound

    def score(self, texts, languages):
        return [Score("positive", self.compound, 0.5, 0.5, 0.0) for _ in texts]

    def explain(self, text, language):
        return []
'''


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution of somebody else that registers a scorer."""
    (tmp_path / "cheerful.py").write_text(CHEERFUL, "utf-8")
    told = tmp_path / "cheerful-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: cheerful\nVersion: 1.0\n", "utf-8")
    (told / "entry_points.txt").write_text(
        "[tidings.scorers]\ncheerful = cheerful:Cheerful\n", "utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("third_party")
def test_a_third_partys_scorer_takes_its_languages_settings_and_signs_its_scores() -> None:
    sentiment = Sentiment(scorers={"de": "cheerful"}, settings={"cheerful": {"compound": 0.7}})
    english, german = Scorers(sentiment).score(["awful", "furchtbar"], ["en", "de"])
    assert (english.score.label, english.scorer) == ("negative", "vader")
    assert (german.score.compound, german.scorer, german.version) == (0.7, "cheerful", "1")


def test_a_scorer_that_lacks_something_is_told_and_not_asked_for_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = CHEERFUL.replace('    version = "1"\n', "").replace("Cheerful", "Versionless")
    (tmp_path / "versionless.py").write_text(source, "utf-8")
    told = tmp_path / "versionless-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: versionless\nVersion: 1\n", "utf-8"
    )
    (told / "entry_points.txt").write_text(
        "[tidings.scorers]\nversionless = versionless:Versionless\n", "utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"versionless.* lacks: version"):
        load("versionless", {})


def test_a_written_variety_of_a_language_is_that_language() -> None:
    assert Scorers(Sentiment(scorers={"nb": "vader"})).scorer("no").name == "vader"
    assert identify("tusen takk", ("nb",)) == identify("tusen takk", ("no",))
    assert identify("tusen takk", ("nb",))[0] == "no"


@pytest.mark.parametrize("name", ["blend", "student"])
def test_a_score_is_the_same_to_the_last_bit_whatever_stands_beside_it(name: str) -> None:
    texts = [f"The {noun} is {word}, really" for noun in ("lamp", "soup", "app")
             for word in ("great", "awful", "blue", "fine", "a scam", "lovely")]  # fmt: skip
    scorer = load(name, {})
    together = scorer.score(texts, ["en"] * len(texts))
    assert together == [scorer.score([text], ["en"])[0] for text in texts]
