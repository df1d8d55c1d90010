"""The plain words that the student is taught: clear, in all languages, negated the right way."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from training import own_words as module
from training.own_words import WORDS, own_words, spellings
from transforms.sentiment.student import Student

LANGUAGES = {"no", "da", "sv", "fa", "zh", "de", "fr", "es", "it", "pt", "ar", "nl", "fi", "pl"}
BY_LANGUAGE = tomllib.loads(WORDS.read_text(encoding="utf-8"))


def test_all_languages_have_plenty_of_both() -> None:
    assert set(BY_LANGUAGE) == LANGUAGES <= Student().languages
    for held in BY_LANGUAGE.values():
        assert min(len(held["positive"].split()), len(held["negative"].split())) >= 80


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_word_is_there_twice(language: str) -> None:
    held = BY_LANGUAGE[language]
    words = held["positive"].split() + held["negative"].split()
    assert [word for word, n in Counter(words).items() if n > 1] == []


def test_every_frame_has_a_place_for_the_word() -> None:
    frames = [f for held in BY_LANGUAGE.values() for f in (*held["frames"], *held["negated"])]
    assert [frame for frame in frames if frame.format("*", "*") == frame] == []


def test_each_text_is_taught_with_one_label() -> None:
    texts = Counter((example.language, example.text) for example in own_words())
    assert [text for text, n in texts.items() if n > 1] == []


def test_negated_praise_is_blame_and_negated_blame_is_neutral() -> None:
    labels = {(e.language, e.text): e.label for e in own_words()}
    assert [labels["no", text] for text in ("bra", "elendig")] == [1, -1]
    assert [labels["no", text] for text in ("ikke bra", "ikke elendig")] == [-1, 0]
    assert [labels["zh", text] for text in ("太失望了", "不失望", "不满意")] == [-1, 0, -1]


def test_a_half_space_may_be_a_blank_and_an_underscore_is_one() -> None:
    assert spellings("بی\u200cادب خوب lei_seg") == ["بی\u200cادب", "خوب", "lei seg", "بی ادب"]


def test_a_word_that_is_both_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "words.toml"
    path.write_text(
        '[no]\nframes = []\nnegated = []\npositive = "bra grei"\nnegative = "grei"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(module, "WORDS", path)
    with pytest.raises(ValueError, match=r"words.toml \[no\].*grei"):
        own_words()
