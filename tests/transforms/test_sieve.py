"""The sieve lets through every pattern that matches; what it holds back saves the time."""

import random
import re

import pytest

from transforms import flags
from transforms.grammar import grammar, tables
from transforms.sieve import Sieve, indispensable

PATTERNS = (
    r"late|delay(?:ed|s)? again",
    r"\b(?:so|very) (?:good|bad)\b",
    r"su{2,}re",
    r"(?:no )?thanks for (?:nothing|\d+ hours)",
    r"[ab]c[^x]d",
    r"(?<!\w)(?:ja|nei)(?!\w)",
    r"x*",
    r"a?b+",
    r"(?:ab|c(?=d)d)e?",
    r"[a-z]+!",
    r"^$",
    r"(a)(?:b|\1)",
)
PIECES = (
    "late", "delay", "delayed", " again", "so ", "very ", "good", "bad", "suuure", "sure", "thanks",
    " for ", "nothing", "3 hours", "ac", "bc", "xd", "yd", "ja", "nei", " ", "a", "b", "ab", "cd",
    "!",
)  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "held"),
    [
        ("late", {"late"}),
        ("late|slow", {"late", "slow"}),
        ("del(?:ay|ivery) gone", {"delay gone", "delivery gone"}),
        ("(?:no )?thanks", {"thanks", "no thanks"}),
        ("[ab]c", {"ac", "bc"}),
        ("su{2,}re", {"suu", "ure"}),
        (r"\bway to go\b", {"way to go"}),
    ],
)
def test_what_a_pattern_cannot_do_without(pattern: str, held: set[str]) -> None:
    assert set().union(*indispensable(pattern)) <= held | {"su", "ure"}
    assert indispensable(pattern)


@pytest.mark.parametrize("pattern", ["x*", r"\w+", "a|", "(?:late)?", "[^a]b?", "."])
def test_a_pattern_that_needs_no_certain_word_is_always_possible(pattern: str) -> None:
    assert indispensable(pattern) == []
    assert Sieve([pattern]).possible("anything") == {0}
    assert Sieve([pattern]).where("anything") is None


def test_no_pattern_that_matches_is_held_back() -> None:
    rng = random.Random(1)
    sieve, compiled = Sieve(PATTERNS), [re.compile(p) for p in PATTERNS]
    held_back = 0
    for _ in range(4_000):
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 6)))
        possible = sieve.possible(text)
        for number, pattern in enumerate(compiled):
            assert number in possible or not pattern.search(text), (pattern, text)
        held_back += len(PATTERNS) - len(possible)
    assert held_back > 4_000  # else it would be of no use


@pytest.mark.parametrize("language", ["en", "de", "no", "fa", "zh", "es"])
def test_our_patterns_of_sarcasm_are_held_back_only_where_they_do_not_match(language: str) -> None:
    """Texts are the plain words of the patterns themselves, shuffled: many match."""
    signs = flags._signs(language)
    lines = flags._tables()[language]
    words = re.findall(r"[\w']+|[\U0001f300-\U0001faff]|[.!?,]", " ".join(lines["sarcasm"]))
    words += [w for name in ("praise", "event", "noun") for w in lines.get(name, ())]
    rng = random.Random(2)
    matched = 0
    for _ in range(1_500):
        said = " ".join(rng.choice(words) for _ in range(rng.randint(2, 9)))
        possible = signs.sieve.possible(said)
        for number, (first, _) in enumerate(signs.mocking):
            if first.search(said):
                matched += 1
                assert number in possible, (first.pattern, said)
    assert matched > 20


@pytest.mark.parametrize("language", sorted(tables()))
def test_no_word_like_but_is_missed(language: str) -> None:
    rules = grammar(language)
    assert rules.but is not None
    rng = random.Random(3)
    words = [*tables()[language]["but"], *tables()[language]["keep"], "word", "x", ","]
    for _ in range(500):
        low = " ".join(rng.choice(words) for _ in range(rng.randint(1, 8))).lower()
        where = rules.buts.where(low)
        assert where is not None
        for match in rules.but.finditer(low):
            assert any(match.start() <= place < match.end() for place in where), (match, low)
