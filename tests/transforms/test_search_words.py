"""What a person types is looked for as the texts' words are, whatever the script and the signs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.search_words import (
    LONGEST,
    MOST,
    Phrase,
    fields_of,
    indexed,
    placed_tokens,
    sought,
    tokens,
)

TEXT = "Leaks again! @fan_of_it saw it on https://shop.example/x?leaks=1 — 24 cm, K5. 它漏水了 很好"


def test_links_and_names_of_accounts_are_left_out_and_numbers_are_not() -> None:
    wanted = "leaks again saw it on 24 cm k5 它漏 漏水 水了 了很 很好 好"
    assert " ".join(tokens(TEXT)) == wanted
    assert list(tokens("by u/somebody_else and @who@there.example")) == ["by", "and"]


@given(st.text(alphabet="aB 1漏水了한é@/:.\u200d\u0301ﬁİ-", max_size=40))
def test_a_token_stands_where_it_is_said_to_stand(text: str) -> None:
    placed = list(placed_tokens(text))
    assert [one.token for one in placed] == list(tokens(text))
    for one in placed:
        assert 0 <= one.start < one.end <= len(text)


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ("leaks", True),
        ("LEAKS Again", True),
        ("leak", False),
        ("leak*", True),
        ("again leaks", True),
        ('"again leaks"', False),
        ('"leaks again"', True),
        ('"leaks ag"*', True),
        ("drips OR leaks", True),
        ("drips OR leaks cm", True),
        ("drips OR leaks inch", False),
        ("leaks -again", False),
        ("leaks -drips", True),
        ("漏水", True),
        ("漏", True),
        ("好", True),
        ("它漏水了", True),
        ("水漏", False),
        ("fan_of_it", False),
        ("shop", False),
        ("24 k5", True),
    ],
)
def test_what_is_typed_holds_or_not(typed: str, holds: bool) -> None:
    assert sought(typed).holds(None, TEXT) is holds


def test_no_phrase_goes_from_the_title_into_the_text() -> None:
    assert sought('"new kettle"').holds("Brand new", "Kettle leaks") is False
    assert sought("new kettle").holds("Brand new", "Kettle leaks") is True


def test_a_title_that_the_text_begins_with_counts_once() -> None:
    assert fields_of("It leaks", "It leaks a lot") == ("", "It leaks a lot")
    assert indexed("It leaks", "It leaks a lot") == ("", "it leaks a lot")


def test_marks_stand_on_what_was_wanted_and_nowhere_else() -> None:
    read = sought('leak* 漏水 "24 cm" -again')
    assert [TEXT[a:b] for a, b in read.spans(TEXT)] == ["Leaks", "24 cm", "漏水"]


def test_marks_do_not_overlap() -> None:
    read = sought('"a b" "b c" b')
    assert read.spans("a b c") == [(0, 5)]


@given(st.text(max_size=LONGEST + 50))
def test_nothing_typed_is_an_error(typed: str) -> None:
    read = sought(typed)
    phrases = [*read.unwanted, *(phrase for group in read.wanted for phrase in group)]
    assert len(phrases) <= MOST
    assert all(phrase.tokens and all(phrase.tokens) for phrase in phrases)
    assert not any(set(token) & set(' "*()^:') for phrase in phrases for token in phrase.tokens)


def test_more_than_counts_is_said() -> None:
    assert sought("x " * 30).cut is False
    assert sought("x " * (MOST + 1)).cut is True
    assert sought("x" * (LONGEST + 1)).cut is True


@pytest.mark.parametrize("typed", ["", '"', "*", "- -", "OR", "@someone", "https://x.example/y"])
def test_nothing_is_wanted_where_there_is_no_word(typed: str) -> None:
    assert sought(typed).wanted == ()


def test_operators_of_the_index_are_words() -> None:
    assert sought("NEAR NOT and").wanted == tuple((Phrase((w,)),) for w in ("near", "not", "and"))
    assert sought("leaks AND drips") == sought("leaks drips")
