"""What a word is worth: by hand, by chance, and from how many people."""

import numpy as np
import pytest

from transforms.driving_words import meaningful
from transforms.negative_words import Said, WordSettings, evidence, word_probability
from transforms.voices_heard import Mentions, voices

START = np.datetime64("2026-03-02T00:00:00", "s")
FIRST = int(START.astype(int)) // 900
NOW = FIRST + 10 * 96
"""The bucket of an onset ten days after the start."""
CALM = ["late again", "cold food", "rude clerk", "late food"]


def said(past: list[str], now: list[str], authors: list[int] | None = None) -> Said:
    """One brand's negative voices: ``past`` over ten days, ``now`` a minute apart from then on."""
    texts = past + now
    at = [i * 10 * 86_400 // max(len(past), 1) for i in range(len(past))]
    at += [10 * 86_400 + 60 * i for i in range(len(now))]
    n = len(texts)
    when = START + np.array(at, "timedelta64[s]")
    author = np.arange(1, n + 1)
    if authors is not None:
        author[len(past) :] = 10**6 + np.array(authors)
    mentions = Mentions(
        np.zeros(n, np.int64),
        when,
        when,
        np.arange(1, n + 1).astype("u8"),
        author.astype("u8"),
        np.ones(n, bool),
    )

    def words(rows):  # type: ignore[no-untyped-def]
        return [frozenset(meaningful(texts[row])) for row in rows]

    return Said(mentions, voices(mentions), words, WordSettings())


def told(past: list[str], now: list[str], authors: list[int] | None = None) -> float:
    return said(past, now, authors).evidence(0, NOW, NOW + 95, NOW + 95)


def test_the_tail_of_a_word_by_hand() -> None:
    # a word in 1 of 2 texts of the past, all known of others worth nothing: mean 1/2, rho 1/3, so
    # 0, 1 and 2 of 2 are equally likely; two words are there
    plain = WordSettings(unsaid=0.0, unsaid_texts=0.0)
    q = word_probability(np.array([2, 1]), 2, np.array([1, 1]), 2, plain)
    assert q == pytest.approx(2 / 3)
    assert word_probability(np.array([1, 1]), 2, np.array([0, 0]), 2, plain) == 1


def test_a_word_of_the_past_is_none_and_a_new_one_is_the_surer_the_more_say_it() -> None:
    def q(now: int, past: int) -> float:
        return word_probability(np.array([now]), 20, np.array([past]), 100, WordSettings())

    assert q(12, 60) > 0.1
    assert q(12, 0) < 1e-5
    assert q(4, 0) > q(8, 0) > q(12, 0)


def test_evidence_is_below_one_without_a_word_and_bounded_with_one() -> None:
    chosen = WordSettings(without=0.1, most=50.0)
    assert evidence(1.0, chosen) == pytest.approx(0.1)
    assert evidence(1e-2, chosen) == pytest.approx(0.1 * 1e-2**-0.9)
    assert evidence(0.0, chosen) == 50


@pytest.mark.parametrize("past", [10, 40, 400])
@pytest.mark.parametrize("now", [12, 60])
def test_by_chance_the_evidence_is_one_on_average_at_most(past: int, now: int) -> None:
    """Words as frequent as words are; a brand of few texts must not take its own for news."""
    rng = np.random.default_rng(past * now)
    share = 1 / np.arange(2, 20_002) ** 1.05
    sums = np.cumsum(share / share.sum())
    sums[-1] = 1

    def counts(texts: int) -> np.ndarray:
        found = np.zeros(len(share), np.int64)
        for row in np.searchsorted(sums, rng.random((texts, 20))):
            found[np.unique(row)] += 1
        return found

    chosen = WordSettings()
    drawn = [
        evidence(word_probability(counts(now), now, counts(past), past, chosen), chosen)
        for _ in range(300)
    ]
    assert np.mean(drawn) < 1


def test_what_a_rise_is_about_is_found_in_any_script() -> None:
    assert told(CALM * 10, ["the valve leaks", "leaks on the floor", "it leaks"] * 5) > 10
    assert told(["外卖很慢", "服务态度差"] * 20, ["电池爆炸", "爆炸了", "又爆炸"] * 5) > 10
    assert told(CALM * 10, CALM * 4) < 0.1


def test_one_author_with_many_texts_is_one_who_says_it() -> None:
    leaks = [f"{CALM[i % 4]} leaks" for i in range(20)]
    assert told(CALM * 10, leaks) > 10
    # three authors, three voices a day each: nine texts of three people tell nothing
    assert told(CALM * 10, leaks, [i % 3 for i in range(20)]) == 1
    # nine texts of one among eleven others who say nothing new
    mixed = [*leaks[:9], *(CALM * 3)[:11]]
    assert told(CALM * 10, mixed) > 10
    assert told(CALM * 10, mixed, [0] * 9 + list(range(1, 12))) < 0.1


def test_without_texts_nothing_is_said_for_or_against() -> None:
    assert told(CALM * 10, [""] * 30) == 1
    assert told([""] * 40, ["it leaks"] * 30) == 1
    assert told(CALM * 10, [""] * 30 + ["it leaks"] * 15) == told(CALM * 10, ["it leaks"] * 15)


def test_what_arrives_later_doesnt_change_what_was_said_before() -> None:
    now = [CALM[i % 4] for i in range(20)] + ["it leaks"] * 60
    for until in (NOW, NOW + 1, NOW + 2):
        early = [text for i, text in enumerate(now) if i // 15 + NOW <= until]
        whole = said(CALM * 10, now).evidence(0, NOW, until, NOW + 95)
        assert whole == said(CALM * 10, early).evidence(0, NOW, until, until)


def test_a_long_past_is_read_in_part_and_from_all_of_it() -> None:
    asked = []
    found = said(["slow"] * 1500 + ["leaks"] * 1500, ["leaks"] * 8 + ["slow"] * 8)
    words = found._words
    found._words = lambda rows: asked.append(len(rows)) or words(rows)  # type: ignore[func-returns-value]
    assert found.evidence(0, NOW, NOW + 95, NOW + 95) < 0.1
    assert found.evidence(0, NOW, NOW + 96, NOW + 96) < 0.1
    assert asked == [2016]
