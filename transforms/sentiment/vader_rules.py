"""VADER's rules (Hutto & Gilbert 2014) for a word among its neighbours, and for ``but``.

They are those of vaderSentiment 3.3.2, quirks and all: every number is made by the same operations
in the same order, so that it is equal to the last bit. Left out is only what has no effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from transforms.sentiment.vader_lexicon import Lexicon
from transforms.sentiment.vader_words import PLAIN, Word

SECOND, THIRD = 0.95, 0.9
"""How much of a booster reaches the second word after it, and the third."""

STRESSED = 1.25
"""The factor of ``never so`` and ``never this``."""

BEFORE_BUT, AFTER_BUT = 0.5, 1.5

BEFORE = ((-1, 0), (-2, 0), (-2, -1), (-3, -1), (-3, -2))
"""Where idioms are looked for that begin before the word (place 0): first and last place, in order
of precedence; those that are found FROM the word count more, the longer one most."""
FROM = ((0, 1), (0, 2))
PAIRS = ((-3, -2), (-2, -1))
"""Where boosters of two words are looked for."""


class Steps:
    """What the rules did to one word of the lexicon."""

    def __init__(self, place: int, word: Word) -> None:
        self.place, self.word, self.used = place, word, 0.0
        self.rules: list[str] = []
        self.phrase = place, place
        """The first and the last token of the idiom that it is part of."""

    def scaled(self, before: float, after: float) -> None:
        """Note what a booster did."""
        self.rules.append("intensified" if abs(after) > abs(before) else "dampened")


class Neighbours:
    """The rules by which words change the valence of one near them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._capitals, self._negated = lexicon.capitals, lexicon.negated
        self._idioms, self._boosters = lexicon.idioms, lexicon.boosters

    def valence(
        self,
        place: int,
        word: Word,
        known: float,
        words: Sequence[Word | None],
        mixed: bool,
        steps: Steps | None = None,
    ) -> float:
        """Return what ``word``, in the lexicon with ``known``, weighs at ``place`` of ``words``.

        ``mixed`` says that some word of the text is not in capitals.
        """
        one = words[place - 1] if place else None
        two = words[place - 2] if place > 1 else None
        three = words[place - 3] if place > 2 else None
        if one is None and two is None and three is None and not word.asks:
            return known
        one, two, three = one or PLAIN, two or PLAIN, three or PLAIN
        valence = known
        if word.looks_ahead and self._modifies(word, _at(words, place + 1)):
            if steps:
                steps.rules.append("modifier")
            if not word.no:
                return 0  # an integer, as there: from 3.12 on, sums of floats are not plain
            valence = 0.0
        if one.no or two.no or (three.no and one.joins):
            valence = known * self._negated
            if steps:
                steps.rules.append("negated")
        if word.upper and mixed:
            valence += self._capitals if valence > 0 else -self._capitals
            if steps:
                steps.rules.append("capitals")
        if one.acts:
            valence = self._first(valence, one, mixed, steps)
        if two.acts:
            valence = self._second(valence, one, two, mixed, steps)
        if place > 2 and three.known is None:
            if three.acts or one.stresses:
                valence = self._third(valence, one, two, three, mixed, steps)
            if (
                (three.second and two.lower in three.second)
                or (two.second and one.lower in two.second)
                or (one.second and word.lower in one.second)
                or (word.second and _at(words, place + 1).lower in word.second)
            ):
                valence = self._idiom(valence, place, words, steps)
        if one.least and not two.unleast:
            valence *= self._negated
            if steps:
                steps.rules.append("least")
        return valence

    @staticmethod
    def _modifies(word: Word, after: Word) -> bool:
        """Whether ``word`` is the kind of "kind of", or a no that negates what follows."""
        return after.known is not None if word.no else after.lower == "of"

    def _first(self, valence: float, one: Word, mixed: bool, steps: Steps | None) -> float:
        if one.scale:
            valence = self._scaled(valence, one, 1.0, mixed, steps)
        return self._turned(valence, steps) if one.negates else valence

    def _second(
        self, valence: float, one: Word, two: Word, mixed: bool, steps: Steps | None
    ) -> float:
        if two.scale:
            valence = self._scaled(valence, two, SECOND, mixed, steps)
        if not two.negates:
            return valence
        if two.lower == "never" and one.stresses:
            return self._stressed(valence, steps)
        if two.lower == "without" and one.lower == "doubt":
            return valence
        return self._turned(valence, steps)

    def _third(
        self, valence: float, one: Word, two: Word, three: Word, mixed: bool, steps: Steps | None
    ) -> float:
        if three.scale:
            valence = self._scaled(valence, three, THIRD, mixed, steps)
        # Next to the word, "so" and "this" do it without a "never", from the fourth word on.
        if one.stresses or (two.stresses and three.lower == "never"):
            return self._stressed(valence, steps)
        if not three.negates:
            return valence
        if three.lower == "without" and "doubt" in (one.lower, two.lower):
            return valence
        return self._turned(valence, steps)

    def _scaled(
        self, valence: float, booster: Word, share: float, mixed: bool, steps: Steps | None
    ) -> float:
        scale = booster.scale if valence >= 0 else -booster.scale
        if booster.upper and mixed:
            scale += self._capitals if valence > 0 else -self._capitals
        after = valence + scale * share
        if steps:
            steps.scaled(valence, after)
        return after

    def _turned(self, valence: float, steps: Steps | None) -> float:
        if steps:
            steps.rules.append("negated")
        return valence * self._negated

    @staticmethod
    def _stressed(valence: float, steps: Steps | None) -> float:
        if steps:
            steps.rules.append("intensified")
        return valence * STRESSED

    def _idiom(
        self, valence: float, place: int, words: Sequence[Word | None], steps: Steps | None
    ) -> float:
        """Return the valence of the idiom in or near which the word stands, if it does.

        Boosters of two words add to a negative one what they add to a positive one.
        """
        lower = [word.lower if word else "" for word in words[place - 3 : place + 3]]
        spans = [span for span in BEFORE if _phrase(lower, span) in self._idioms][:1]
        spans += [span for span in FROM if _phrase(lower, span) in self._idioms]
        if spans:
            valence = self._idioms[_phrase(lower, spans[-1])]
            if steps:
                steps.rules.append("idiom")
                steps.phrase = place + spans[-1][0], place + spans[-1][1]
        for span in PAIRS:
            scale = self._boosters.get(_phrase(lower, span))
            if scale is not None:
                if steps:
                    steps.scaled(valence, valence + scale)
                valence += scale
        return valence


def _at(words: Sequence[Word | None], place: int) -> Word:
    return (words[place] if place < len(words) else None) or PLAIN


def _phrase(lower: Sequence[str], span: tuple[int, int]) -> str:
    """Return the words from one place to another, of which the first of ``lower`` has place -3.

    Empty where the text ends before.
    """
    first, last = span[0] + 3, span[1] + 3
    return " ".join(lower[first : last + 1]) if last < len(lower) else ""


def weighed_by_but(values: list[float], before: int) -> list[float]:
    """Return ``values``, of which ``before`` stand before the first ``but``, halved or raised."""
    weighed = [v * BEFORE_BUT for v in values[:before]]
    weighed += [v * AFTER_BUT for v in values[before:]]
    # With no value on both sides, each finds itself.
    return weighed if set(values).isdisjoint(weighed) else weighed_in_turn(values, before)[0]


def weighed_in_turn(values: Sequence[float], before: int) -> tuple[list[float], list[int]]:
    """Return ``values`` weighed one after another, and the place of the one weighed at each turn.

    At its turn a value is looked up, and the first one equal to it by then is weighed, though it
    may have been weighed before: of 1.6 and 0.8, the 1.6 is halved, found again as the 0.8 that
    comes next, and halved again. The package searches all values for that; here each value has a
    heap of the places where it stands. Zeros stay what they are.
    """
    weighed: list[float] = []
    places: dict[float, list[int]] = {}
    turns: list[int] = []
    for place, value in enumerate(values):
        weighed.append(value)
        if not value:
            continue
        equal = places.setdefault(value, [])
        heappush(equal, place)
        found = heappop(equal)
        weighed[found] = value * (BEFORE_BUT if found < before else AFTER_BUT)
        heappush(places.setdefault(weighed[found], []), found)
        turns.append(found)
    return weighed, turns
