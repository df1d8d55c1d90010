"""The features of a text, against a slow and plain way of making them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.sentiment.ngrams import (
    END,
    MAX_WORD,
    MIX,
    MULTIPLIER,
    PAIR,
    START,
    WHOLE,
    features,
    run_pieces,
    whole_hashes,
)
from transforms.sentiment.ngrams_tokens import (
    CAPITALS,
    HANDLE,
    LENGTHENED,
    LINK,
    NUMBER,
    SIGN,
    fold_token,
    is_unspaced,
    token_pattern,
)

BITS = 2**64 - 1

TEXTS = [
    "I LOVE it!!! sooooo good :-) \u2764\ufe0f http://example.org @somebody 1,000.5",
    "Ikke bra, men heller ikke dårlig ...",
    "味道不错，送得太慢了!",
    "\u0645\u06cc\u200c\u062f\u0648\u0646\u0645 \u0639\u0627\u0644\u064a",
    "",
    " \n ",
    "a",
    "好",
    "\U0001f469\U0001f3fd\u200d\U0001f4bb \ud83d x",
]


def mixed(value: int) -> int:
    value = ((value ^ (value >> 30)) * MIX[0]) & BITS
    value = ((value ^ (value >> 27)) * MIX[1]) & BITS
    return value ^ (value >> 31)


def whole(word: str) -> int:
    power, total = 1, 0
    for letter in word:
        power = power * MULTIPLIER & BITS
        total = (total + ord(letter) * power) & BITS
    return mixed((total + WHOLE) & BITS) if word else 0


def piece(letters: str) -> int:
    value = 0
    for letter in letters:
        value = (value + ord(letter)) * MULTIPLIER & BITS
    return mixed((value + len(letters)) & BITS)


def pieces(word: str, lengths: range) -> list[int]:
    return [piece(word[i : i + n]) for n in lengths for i in range(len(word) - n + 1)]


def plainly(text: str, language: str | None) -> Counter[int]:
    """Return the features of one text, a gram at a time."""
    found: Counter[int] = Counter()
    said: list[str] = []
    names: list[int] = []
    spoken: list[int] = []
    seen: set[str] = set()
    for raw in token_pattern().findall(text):
        folded = fold_token(raw)
        if not folded:
            continue
        said.append(raw)
        names.append(whole(folded))
        if raw in seen:
            continue
        seen.add(raw)
        spoken.append(names[-1])
        if is_unspaced(folded[0]):
            found.update(pieces(folded, range(1, 4)))
            continue
        found[whole(folded)] += 1
        if folded[0] != SIGN:
            found.update(pieces(START + folded[:MAX_WORD] + END, range(2, 6)))
            found.update([whole(CAPITALS)] if len(raw) > 1 and raw.isupper() else [])
            tripled = any(a == b == c for a, b, c in zip(raw, raw[1:], raw[2:], strict=False))
            found.update([whole(LENGTHENED)] if tripled else [])
    pairs = dict(zip(pairwise(said), pairwise(names), strict=True))
    found.update(mixed((a * MULTIPLIER + b + PAIR) & BITS) for a, b in pairs.values())
    if language:
        found.update(mixed((name + whole(language)) & BITS) for name in spoken)
    return found


def of_each(texts: list[str], languages: list[str | None]) -> list[Counter[int]]:
    """Return the features of a batch, by text."""
    found = features(texts, languages)
    rows: list[Counter[int]] = [Counter() for _ in texts]
    by_token: dict[int, list[int]] = {}
    for owner, gram in zip(found.grams.owner.tolist(), found.grams.hashes.tolist(), strict=True):
        by_token.setdefault(owner, []).append(gram)
    for at in found.first.tolist():
        rows[int(found.text[at])].update(by_token.get(int(found.tokens[at]), []))
    for at, gram in zip(found.joined_at.tolist(), found.joined.tolist(), strict=True):
        rows[int(found.text[at])][gram] += 1
    return rows


def test_the_batch_gives_what_the_plain_way_gives() -> None:
    languages = ["en", "no", "zh", "fa", None, "en", None, "zh", None]
    expected = [plainly(text, code) for text, code in zip(TEXTS, languages, strict=True)]
    assert of_each(TEXTS, languages) == expected
    assert sum(map(len, expected)) > 200


@given(st.lists(st.text(max_size=30), max_size=6), st.sampled_from([None, "en", "zh"]))
def test_any_text_gives_what_the_plain_way_gives(texts: list[str], language: str | None) -> None:
    languages = [language] * len(texts)
    assert of_each(texts, languages) == [plainly(text, language) for text in texts]
    sizes = features(texts, languages).sizes(len(texts))
    assert sizes.tolist() == [plainly(text, language).total() for text in texts]


def test_neighbours_change_nothing() -> None:
    alone = [of_each([text], ["en"])[0] for text in TEXTS]
    assert of_each(TEXTS[::-1], ["en"] * len(TEXTS)) == alone[::-1]


def test_hashes_are_the_same_on_every_platform() -> None:
    assert whole_hashes(["good", "", "不错"]).tolist() == [0xFA8216F8B48AD844, 0, whole("不错")]
    assert whole("good") == 0xFA8216F8B48AD844
    assert run_pieces("不错吗", 2).tolist() == [piece("不错"), piece("错吗")]


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("SOOOOO", "soo"),
        ("Straße", "strasse"),
        ("http://example.org/a", LINK),
        ("www.example.org", LINK),
        ("http", LINK),
        ("@Someone", HANDLE),
        ("12.5", NUMBER),
        ("3rd", "3rd"),
        (":-)", SIGN + ":)"),
        (":))))", SIGN + ":))"),
        ("!!!!!", SIGN + "!!"),
        ("?!?", SIGN + "!?"),
        ("\ufe0f", ""),
        ("\U0001f3fd", ""),
        ("&amp;", ""),
        ("don\u2019t", "don't"),
        ("don\\u2019t", "don't"),
        ("\u0639\u0627\u0644\u064a", "\u0639\u0627\u0644\u06cc"),
        ("哈哈哈哈哈", "哈哈"),
    ],
)
def test_what_a_token_counts_as(raw: str, folded: str) -> None:
    assert token_pattern().findall(raw) == [raw]
    assert fold_token(raw) == folded


def test_a_word_beside_a_script_without_spaces_is_its_own_token() -> None:
    assert token_pattern().findall("iPhone手机好用") == ["iPhone", "手机好用"]


def test_one_emoji_is_one_token_whatever_its_dress() -> None:
    plain, dressed = of_each(["\U0001f44d", "\U0001f44d\U0001f3fd\ufe0f"], [None, None])
    assert plain == dressed
    assert plain.total() == 1


def test_a_text_of_many_characters_takes_time_by_its_length_only() -> None:
    found = features(["a" * 50_000, "好" * 50_000, "!" * 50_000], [None] * 3)
    assert found.sizes(3).tolist()[0] < 200
    assert found.sizes(3).tolist()[2] == 1


def test_what_is_said_again_counts_once() -> None:
    once, twice, often = of_each(["very good", "very very good", "very " * 9 + "good"], ["en"] * 3)
    assert set(once) < set(twice)
    assert twice.total() == once.total() + 1
    assert often == twice
