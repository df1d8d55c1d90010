"""The words that drive an incident: by hand, and never the usual ones."""

import math

import pytest

from transforms.driving_words import PRIOR, driving_words, meaningful, said


def test_a_text_counts_for_a_word_once() -> None:
    assert said([["late", "late", "again"], ["late"]]) == {"late": 2, "again": 1}


def test_the_log_odds_by_hand() -> None:
    now, past = {"refund": 10, "slow": 10}, {"refund": 10, "slow": 170}
    found = driving_words(now, past)
    assert [d.word for d in found] == ["refund"]
    a = PRIOR * 20 / 200
    odds = (10 + a) / (20 + PRIOR - 10 - a), (10 + a) / (180 + PRIOR - 10 - a)
    z = math.log(odds[0] / odds[1]) / math.sqrt(2 / (10 + a))
    assert found[0].z == pytest.approx(z)
    assert found[0][1:3] == (10, 10)


def test_a_word_said_once_drives_nothing_and_usual_words_come_after_new_ones() -> None:
    past = {"the": 900, "app": 500, "slow": 60}
    now = {"the": 42, "app": 20, "slow": 3, "breach": 17, "typo": 1}
    words = [d.word for d in driving_words(now, past)]
    assert words[0] == "breach"
    assert "typo" not in words


def test_no_past_and_no_present() -> None:
    assert driving_words({}, {"slow": 3}) == []
    assert [d.word for d in driving_words({"a": 3, "b": 3}, {}, most=1)] in ([], ["a"])


def test_links_accounts_numbers_and_single_letters_are_no_words_and_chinese_has_pairs() -> None:
    text = "See https://acme.example/leak 24 x, cafés @bob_smith @eve@social.example u/carl"
    assert list(meaningful(text)) == ["see", "cafés"]
    assert list(meaningful("水壶漏水 again 坏")) == ["水壶", "壶漏", "漏水", "again"]
