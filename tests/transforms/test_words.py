"""Texts become words the same way whatever their case, form or script, and lead back again."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.words import (
    BREAK,
    DOTTED_I,
    IGNORABLE,
    TRADE_MARKS,
    fold,
    places,
    said,
    said_places,
    said_words,
    words,
    words_and_places,
)

texts = st.text(max_size=60) | st.text(
    alphabet=st.sampled_from(
        "aB1 _'’#@ßİıÅﬁ①ｱﾞカ\u3099각\u1100\u1161\u11a8\u0301\u00ad\u200d\ufe0f™の好กิ\u064bم"
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme's", ["acme", "s"]),
        ("Acme’s", ["acme", "s"]),
        ("#ACME @acme_help _Acme_", ["acme", "acme", "help", "acme"]),
        ("ACME™ rocks", ["acme", "rocks"]),
        ("Ac\u00adme, Ac\u200bme", ["acme", "acme"]),
        ("𝐀𝐜𝐦𝐞 Ａｃｍｅ", ["acme", "acme"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Cafe\u0301 Café", ["café", "café"]),
        ("İstanbul ISTANBUL", ["istanbul", "istanbul"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("アクメの配送", list("アクメの配送")),
        ("ｱｸﾒ", list("アクメ")),
        ("삼성전자가", list("삼성전자가")),
        ("👍 … !", []),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(texts)
def test_folding_is_unicodes_own_whatever_path_it_takes(text: str) -> None:
    if text.isascii():
        assert fold(text) == text.lower()
        return
    kept = IGNORABLE.sub("", unicodedata.normalize("NFKC", IGNORABLE.sub("", _plain(text))))
    whole = unicodedata.normalize("NFKC", kept.casefold()).replace(DOTTED_I, "i")
    assert fold(text) == whole


def _plain(text: str) -> str:
    return TRADE_MARKS.sub(" ", text)


@given(texts)
def test_each_word_leads_back_to_where_it_stands(text: str) -> None:
    found, where = words(text), places(text)
    assert len(found) == len(where)
    assert words_and_places(text) == (found, where)
    assert all(0 <= start < end <= len(text) for start, end in where)
    starts = [start for start, _ in where]
    assert starts == sorted(starts)


@given(st.lists(st.text(alphabet="aBcÅßé", min_size=1), min_size=1, max_size=6))
def test_a_words_place_holds_that_word(parts: list[str]) -> None:
    text = " - ".join(parts)
    assert [fold(text[a:b]) for a, b in places(text)] == [fold(p) for p in parts]


@given(texts, texts)
def test_title_and_text_are_counted_as_they_are_joined(title: str, text: str) -> None:
    whole, found, where = said(title, text), said_words(title, text), said_places(title, text)
    assert len(found) == len(where)
    assert [w for w in found if w != BREAK] == words(whole)
    assert all(whole[a:b] for (a, b), word in zip(where, found, strict=True) if word != BREAK)


def test_a_title_that_the_text_repeats_is_said_once() -> None:
    assert said("Great phone", "Great phone, bad battery") == "Great phone, bad battery"
    assert said("Great phone", "bad battery") == "Great phone\nbad battery"
    assert said(None, "x") == "x"
    assert said("x", None) == "x"
    assert said(None, None) == ""
