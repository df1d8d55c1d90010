"""The four numbers that VADER gives a text, in time linear in its length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import compress
from math import sqrt
from typing import TypeAlias

from transforms.sentiment.vader_lexicon import Lexicon, lexicon
from transforms.sentiment.vader_rules import Neighbours, Steps, weighed_by_but, weighed_in_turn
from transforms.sentiment.vader_words import EMOJI, Vocabulary, Word, Words

Numbers: TypeAlias = tuple[float, float, float, float]
"""Of a text: NAMES. The first is -1..1, the others are shares of its words, and sum to about 1."""

NAMES = ("compound", "positive", "neutral", "negative")

NO_WORDS: Numbers = (0.0, 0.0, 0.0, 0.0)
NEUTRAL: Numbers = (0.0, 0.0, 1.0, 0.0)

UNSURE = 1e-6
"""How near to the middle between two decimals :func:`rounded` leaves the choice to Python."""


class Reckoner:
    """Gives numbers by one lexicon, and remembers tokens; threads may share it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._vocabulary = Vocabulary(lexicon)
        self._word = Words(self._vocabulary).__getitem__
        self._valence = Neighbours(lexicon).valence
        self._exclamations, self._questions = lexicon.exclamations, lexicon.questions
        self._squeeze = lexicon.squeeze

    def numbers(self, text: str) -> Numbers:
        """Return the numbers of ``text``, which may be any string of any length."""
        tokens = text.split()
        words = list(map(self._word, tokens))
        if not any(words):
            return NEUTRAL if tokens else NO_WORDS
        mixed = not all(map(str.isupper, tokens))
        values: list[float] = []
        before = None
        for place, word in compress(enumerate(words), words):
            assert word is not None
            if word.known is not None:
                values.append(self._valence(place, word, word.known, words, mixed))
            elif word is EMOJI:
                return self.numbers(self._spelt(tokens, words))
            elif before is None and word.lower == "but":
                before = len(values)
        if not values:
            return NEUTRAL
        if before is not None:
            values = weighed_by_but(values, before)
        return self._summed(values, len(tokens), text)

    def said(self, token: str) -> Iterator[str]:
        """Yield each character of ``token``, emoji said in words with a blank before."""
        return self._vocabulary.said(token)

    def steps(self, tokens: Sequence[str]) -> list[Steps]:
        """Return what is done to each word of the lexicon among ``tokens``, emoji said in words."""
        words = list(map(self._word, tokens))
        mixed = not all(map(str.isupper, tokens))
        taken: list[Steps] = []
        before = None
        for place, word in enumerate(words):
            if word is not None and word.known is not None:
                steps = Steps(place, word)
                steps.used = self._valence(place, word, word.known, words, mixed, steps)
                taken.append(steps)
            elif word is not None and before is None and word.lower == "but":
                before = len(taken)
        if before is not None:
            values, turns = weighed_in_turn([s.used for s in taken], before)
            for place in turns:
                taken[place].rules.append("before but" if place < before else "after but")
            for steps, value in zip(taken, values, strict=True):
                steps.used = value
        return taken

    def emphasis(self, text: str) -> tuple[float, float]:
        """Return what the exclamation marks of ``text`` add to a sum, and what question marks."""
        exclamations, questions = self._exclamations, self._questions
        exclaimed, asked = text.count("!"), text.count("?")
        return (
            exclamations[exclaimed] if exclaimed < len(exclamations) else exclamations[-1],
            questions[asked] if asked < len(questions) else questions[-1],
        )

    def _spelt(self, tokens: Sequence[str], words: Sequence[Word | None]) -> str:
        return " ".join(
            "".join(self.said(token)) if word is EMOJI else token
            for token, word in zip(tokens, words, strict=True)
        )

    def _summed(self, values: Sequence[float], words: int, text: str) -> Numbers:
        exclaimed, asked = self.emphasis(text)
        emphasis = exclaimed + asked
        total = float(sum(values))
        if total > 0:
            total += emphasis
        elif total < 0:
            total -= emphasis
        positive = negative = 0.0
        neutral = words
        for value in values:  # what counts adds 1, as neutral words do
            if value > 0:
                positive += value + 1
                neutral -= 1
            elif value < 0:
                negative += value - 1
                neutral -= 1
        if positive > -negative:
            positive += emphasis
        elif positive < -negative:
            negative -= emphasis
        whole = positive - negative + neutral
        compound = rounded(abs(total) / sqrt(total * total + self._squeeze), 4, 1e4)
        return (
            compound if total >= 0 else -compound,
            rounded(positive / whole, 3, 1e3) if positive else 0.0,
            rounded(neutral / whole, 3, 1e3),
            rounded(-negative / whole, 3, 1e3) if negative else 0.0,
        )


def rounded(share: float, digits: int, scale: float) -> float:
    """Return ``round(share, digits)`` in half the time, for 0..1; ``scale`` is ``10**digits``.

    The nearest decimal is the same unless ``share`` is as good as in the middle of two, and the
    float nearest to a decimal is that of a division of whole numbers.
    """
    up = share * scale + 0.5
    whole = int(up)
    if UNSURE < up - whole < 1 - UNSURE:
        return whole / scale
    return round(share, digits)


@cache
def reckoner() -> Reckoner:
    """Return this process's reckoner by the package's lexicon; making it takes 30 ms.

    ConfigurationError where what is installed is not vaderSentiment 3.3.2.
    """
    return Reckoner(lexicon())
