"""Languages are told apart; what a watch or a source expects weighs, but forces nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.language import clean, identify, primary

SETS = Path(__file__).parents[3] / "shared" / "sentiment" / "sets"

SENTENCES = {
    "en": "The parcel came two weeks late and nobody answered my mail.",
    "de": "Das Paket kam zwei Wochen zu spät und niemand hat geantwortet.",
    "fi": "Paketti tuli kaksi viikkoa myöhässä eikä kukaan vastannut.",
    "no": "Pakken kom to uker for sent, og ingen svarte på e-posten min.",
    "pt": "A encomenda chegou duas semanas atrasada e ninguém respondeu.",
    "fa": "بسته دو هفته دیر رسید و هیچ کس پاسخ نداد",
    "ar": "وصل الطرد متأخرا أسبوعين ولم يرد أحد على رسالتي",
    "zh": "包裹晚了两个星期才到，没有人回复我的邮件。",
    "ja": "荷物が二週間遅れて届き、誰も返事をくれませんでした。",
    "ru": "Посылка пришла с опозданием на две недели, и никто не ответил.",
    "hi": "पार्सल दो हफ्ते देर से आया और किसी ने जवाब नहीं दिया।",
}


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("watched", [("en",), ("de", "fr")])
@pytest.mark.parametrize("tag", [None, "en", "tr"])
def test_a_clear_sentence_is_what_it_is(
    language: str, watched: tuple[str, ...], tag: str | None
) -> None:
    found, confidence = identify(SENTENCES[language], watched, tag)
    assert found == language
    assert confidence is not None
    assert confidence > 0.5


@pytest.mark.parametrize(
    "text",
    ["", " \n", "👍👍", "12,345.67", "!!! :-)", "https://example.com/a @jo #", "a@example.com"],
)
def test_where_there_are_no_words_there_is_no_language(text: str) -> None:
    assert identify(text, ("en",), "en") == (None, None)


def test_too_little_to_tell_is_left_to_the_source_or_to_nobody() -> None:
    assert identify("Ok", ("en",)) == (None, None)
    assert identify("Ok", ("en",), "de")[0] == "de"
    assert identify("Ok", ("en",), "nb-NO")[0] == "no"
    assert identify("Ok", ("en",), "und") == (None, None)
    assert identify("a1b2c3d4e5f6a7b8", ("en",)) == (None, None)


def test_the_tag_turns_the_scale_of_a_short_text() -> None:
    assert identify("God service.", ("en",), "da")[0] == "da"
    assert identify("God service.", ("en",), "en")[0] == "en"


def test_links_handles_and_hashtags_do_not_decide() -> None:
    noise = (
        "https://example.com/das-ist-ein-sehr-langer-pfad-und-noch-mehr @niemand_hat_geantwortet"
    )
    assert identify(f"It is not bad at all {noise}", ("en", "de"))[0] == "en"
    assert clean("see www.example.com/x, #Love @jo!") == "see Love !"


def test_shouting_and_varieties() -> None:
    assert identify(SENTENCES["en"].upper())[0] == "en"
    assert primary("en-GB") == "en"
    assert primary("nn") == "no"
    assert primary("zh_Hant") == "zh"
    assert primary("mul") is None
    assert primary(None) is None


@given(st.text(max_size=80), st.sampled_from([None, "en", "xx", "und", "de-AT"]))
def test_any_text_has_a_language_with_a_confidence_or_neither(text: str, tag: str | None) -> None:
    language, confidence = identify(text, ("en",), tag)
    assert (language is None) is (confidence is None)
    if confidence is not None:
        assert 0.0 <= confidence <= 1.0


def labelled(step: int) -> Iterator[tuple[str, str]]:
    for path in sorted(SETS.glob("*/dev.jsonl")):
        if path.parent.name != "umsab_hi":  # romanised and half English: no truth to hold us to
            for line in path.read_text("utf-8").splitlines()[::step]:
                row = json.loads(line)
                yield row["text"], "zh" if row["lang"] == "cn" else row["lang"]


@pytest.mark.skipif(not SETS.is_dir(), reason="labelled texts are not here (../shared/sentiment)")
def test_few_foreign_texts_are_taken_for_english_and_few_english_are_missed() -> None:
    told = [(truth, identify(text, ("en",))[0]) for text, truth in labelled(step=4)]
    english = [found for truth, found in told if truth == "en"]
    others = [(truth, found) for truth, found in told if truth != "en"]
    assert sum(f == "en" for _, f in others) / len(others) < 0.012
    assert sum(f != "en" for f in english) / len(english) < 0.05
    assert sum(t == f for t, f in others) / len(others) > 0.9
