"""Which words, emoji and marks made a text's VADER score, and by which rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transforms.sentiment.score import Weight
from transforms.sentiment.vader_numbers import Reckoner
from transforms.sentiment.vader_rules import Steps
from transforms.sentiment.vader_words import bared

Span = tuple[int, int]

MARKS = re.compile(r"!+|\?+")


def explained(text: str, reckoner: Reckoner) -> list[Weight]:
    """Return what each part of ``text`` added to the sum of which ``compound`` is made.

    A part is a word of the lexicon, or an idiom with such a word in it (``text[start:end]`` is the
    idiom), or an emoji: one that is said in several words of the lexicon has a weight for each.
    ``known`` is the valence in the lexicon (-4..4), ``used`` what came of it by the ``rules``:

    ============================= ================================================================
    negated                       a negation, or ``no``, within three words before
    intensified, dampened         a booster there, ``never so`` or ``never this``
    capitals                      it is in capitals, and not all of the text is
    idiom                         it is in or near an idiom, which has a valence of its own
    least                         ``least`` before it, but for ``at least`` and ``very least``
    before but, after but         halved before the first ``but`` of the text, or half as much more
    modifier                      weighs nothing itself: the ``kind`` of ``kind of``, a ``no`` that
                                  negates what follows
    emphasis                      exclamation or question marks
    ============================= ================================================================

    Rules are named in the order in which they acted, each as often as it did. Marks have no
    ``known`` valence; they strengthen the sign of the sum of all words. The sum of ``used`` is that
    of which ``compound`` is made.
    """
    words = [word for piece in _pieces(text, reckoner) for word in piece.words()]
    taken = reckoner.steps([token for token, _ in words])
    spans = [span for _, span in words]
    weights = [_weight(text, steps, spans) for steps in taken]
    weights += _marks(text, sum(steps.used for steps in taken), reckoner)
    return sorted(weights, key=lambda weight: (weight.start, weight.end))


class _Piece(NamedTuple):
    """A token of a text with its emoji said in words, and where each character comes from."""

    said: str
    origins: Sequence[int]

    def words(self) -> Iterator[tuple[str, Span]]:
        """Yield the tokens that it consists of, each with the place of its word in the text."""
        end = 0
        for token in self.said.split():
            start = self.said.index(token, end)
            end = start + len(token)
            word = bared(token)
            yield token, self.span(start + token.index(word), len(word))

    def marks(self) -> Iterator[tuple[str, Span]]:
        """Yield runs of exclamation or question marks, each with its place in the text."""
        for run in MARKS.finditer(self.said):
            yield run.group(), self.span(run.start(), len(run.group()))

    def span(self, start: int, length: int) -> Span:
        """Return the place in the text of ``length`` characters of what is said."""
        return self.origins[start], self.origins[start + length - 1] + 1


def _pieces(text: str, reckoner: Reckoner) -> Iterator[_Piece]:
    end = 0
    for token in text.split():
        start = text.index(token, end)
        end = start + len(token)
        parts = list(reckoner.said(token))
        if parts == list(token):
            yield _Piece(token, range(start, end))
        else:
            origins = [start + n for n, part in enumerate(parts) for _ in part]
            yield _Piece("".join(parts), origins)


def _weight(text: str, steps: Steps, spans: Sequence[Span]) -> Weight:
    first, last = steps.phrase
    if not first <= steps.place <= last:
        first = last = steps.place
    start, end = spans[first][0], spans[last][1]
    return Weight(
        start, end, text[start:end], float(steps.used), steps.word.known, tuple(steps.rules)
    )


def _marks(text: str, total: float, reckoner: Reckoner) -> Iterator[Weight]:
    runs = [run for piece in _pieces(text, reckoner) for run in piece.marks()]
    said = "".join(marks for marks, _ in runs)
    sign = (total > 0) - (total < 0)
    shares = {
        mark: sign * added / said.count(mark)
        for mark, added in zip("!?", reckoner.emphasis(said), strict=True)
        if added
    }
    for marks, (start, end) in runs:
        used = len(marks) * shares.get(marks[0], 0.0)
        if used:
            yield Weight(start, end, text[start:end], used, rules=("emphasis",))
