"""Languages are told apart; what a watch or a source expects weighs, but forces nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.language import long_texts
from transforms.language import clean, identify, identify_all, primary

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


@given(
    st.lists(st.tuples(st.text(max_size=60), st.sampled_from([None, "en", "nb-NO", "ja", "xx"]))),
    st.sampled_from([("en",), ("no", "da", "sv"), ("fa", "zh", "ar")]),
)
def test_together_or_one_by_one_is_the_same(
    asked: list[tuple[str, str | None]], languages: tuple[str, ...]
) -> None:
    # Drawn texts among clear ones, so that there are enough for the walk that takes many at once.
    asked = [*asked, *((text, None) for text in SENTENCES.values())]
    together = identify_all([t for t, _ in asked], languages, [tag for _, tag in asked])
    for (text, tag), (language, confidence) in zip(asked, together, strict=True):
        alone, alone_confidence = identify(text, languages, tag)
        assert alone == language
        assert confidence == pytest.approx(alone_confidence, abs=1e-3)


def test_nothing_asked_nothing_told_and_every_text_needs_its_tag() -> None:
    assert identify_all([], ("en",), []) == []
    with pytest.raises(ValueError, match="shorter"):
        identify_all(["a text", "another"], ("en",), [None])


@pytest.mark.parametrize("text", ["ಠ_ಠ", "(´・ω・`)", "¯\\_(ツ)_/¯", "( ͡° ͜ʖ ͡°)", "😂❤️😂"])
def test_faces_are_in_no_language(text: str) -> None:
    assert identify(text, ("en", "ja"), "en") == (None, None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("한국", "ko"), ("สวัสดี", "th"), ("Γεια", "el"), ("שלום", "he"), ("გამარჯობა", "ka"),
        ("Բարև", "hy"), ("寿司が好き", "ja"), ("iPhoneのケース", "ja"), ("这款iPhone很好用", "zh"),
        ("鮮の每日果汁很好喝也不贵", "zh"), ("I had the 寿司 here and loved every bit", "en"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tag", [None, "en"])
def test_the_script_of_most_letters_decides(text: str, language: str, tag: str | None) -> None:
    assert identify(text, ("en", "de"), tag)[0] == language


def test_han_alone_may_be_japanese_where_the_source_says_so() -> None:
    assert identify("東京都", ("zh", "ja"), "ja")[0] == "ja"
    assert identify("東京都", ("zh", "ja"))[0] == "zh"
    assert identify(SENTENCES["zh"], ("zh", "ja"), "ja")[0] == "zh"


def test_shouting_is_read_as_if_it_were_said() -> None:
    shouted = "GOVERNO: MONTI, POLITICI IN ESECUTIVO? MA IMPORTANTE E' L'APPOGGIO DEI PARTITI rt"
    assert identify(shouted, ("en", "it"))[0] == "it"


def test_persian_from_an_arabic_keyboard() -> None:
    persian = "-نه، نه ! -بيا بريم . -بايد اينجا باشه !"
    assert identify(persian, ("ar", "fa"))[0] == "fa"
    assert identify("ولي، بعضي وقتا ميتونه خيلي خوب بشه.", ("ar", "fa"))[0] == "fa"
    assert identify("والله احسن مطعم جربته بحياتي وكل شي كان لذيذ", ("ar", "fa"))[0] == "ar"


def test_more_expected_languages_tell_more_of_what_is_short() -> None:
    assert identify("Bra!!", ("en",))[0] != "en"
    assert identify("love it", ("en", "da", "no", "sv"))[0] == "en"


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


@pytest.mark.skipif(not SETS.is_dir(), reason="labelled texts are not here (../shared/sentiment)")
def test_of_longer_texts_in_twelve_languages_95_percent_are_told_right_in_each() -> None:
    twelve = ("en", "de", "fr", "it", "es", "pt", "ar", "no", "da", "sv", "fa", "zh")
    texts = long_texts(SETS)
    by_language: dict[str, list[bool]] = {language: [] for language in twelve}
    told = identify_all([t for t, _ in texts], twelve, [None] * len(texts))
    for (found, _), (_, truth) in zip(told, texts, strict=True):
        by_language[truth].append(found == truth)
    shares = {language: sum(right) / len(right) for language, right in by_language.items()}
    assert min(shares.values()) > 0.96, shares
    assert sum(shares.values()) / 12 > 0.98


@pytest.mark.skipif(not SETS.is_dir(), reason="labelled texts are not here (../shared/sentiment)")
def test_of_the_sure_ones_nearly_all_are_right_and_confidence_is_a_frequency() -> None:
    texts = [(t, truth) for t, truth in labelled(step=2) if truth not in ("fi", "nl", "pl")]
    told = identify_all([t for t, _ in texts], tuple({t for _, t in texts}), [None] * len(texts))
    known = [(c, f == truth) for (f, c), (_, truth) in zip(told, texts, strict=True) if c]
    sure = [right for confidence, right in known if confidence >= 0.9]
    assert sum(sure) / len(sure) > 0.985
    assert len(sure) / len(texts) > 0.8
    for low in (0.3, 0.5, 0.7):
        part = [(c, right) for c, right in known if low <= c < low + 0.2]
        said = sum(c for c, _ in part) / len(part)
        assert abs(sum(right for _, right in part) / len(part) - said) < 0.12
