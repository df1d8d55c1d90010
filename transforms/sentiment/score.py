"""What a score is, why there may be none, and what a scorer owes: the contract of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias, runtime_checkable

import msgspec

Label: TypeAlias = Literal["positive", "neutral", "negative", "unscored"]
Reason: TypeAlias = Literal[
    "empty", "only_links", "unknown_language", "language", "too_long", "low_confidence"
]
"""Why a text is unscored: it is empty; it holds nothing but links, handles, signs and numbers; its
language is unknown to us; the scorer doesn't know its language; it is too long to score; the scorer
is less sure than the watch file asks for (``min_confidence``)."""

POSITIVE_FROM = 0.05
NEGATIVE_FROM = -0.05
"""Bounds of VADER's ``compound``, both inclusive; what lies between is neutral (Hutto & Gilbert
2014). Scorers that give probabilities have bounds of their own, by language."""

MAX_SCORED = 50_000
"""Characters. Longer texts are documents, of which one number says little."""


class Score(msgspec.Struct, frozen=True):
    """The score of one text. The numbers are None, and ``reason`` is set, where it is unscored.

    ``compound`` is -1..1; ``positive``, ``neutral`` and ``negative`` are 0..1 and sum to 1: of
    VADER shares of the text's words, of all others calibrated probabilities, and then ``compound``
    is the first less the last. ``confidence`` is the calibrated probability (0..1) that ``label``
    is right, None where the scorer can't tell.
    """

    label: Label
    compound: float | None = None
    positive: float | None = None
    neutral: float | None = None
    negative: float | None = None
    reason: Reason | None = None
    confidence: float | None = None


TOO_LONG = Score("unscored", reason="too_long")


class Weight(msgspec.Struct, frozen=True):
    """What a part of a text did to its score: ``text[start:end]``, and by how much it moved it.

    ``used`` is in the scorer's own unit (VADER: valence, -4..4; others: log-odds of positive
    against negative); above 0 towards positive. ``known`` is what the part weighs by itself (VADER:
    in the lexicon), None where the scorer has no such thing; they differ by the rules named in
    ``rules`` (e.g. ``negated``, ``intensified``, ``capitals``, ``after but``).
    """

    start: int
    end: int
    text: str
    used: float
    known: float | None = None
    rules: tuple[str, ...] = ()


@runtime_checkable
class Scorer(Protocol):
    """What gives scores; registered by an entry point of the group ``tidings.scorers``.

    The entry point is called with the settings of the watch file's ``[sentiment.settings.NAME]`` as
    keywords, and returns a scorer. ``version`` changes whenever a text could get another score.
    Texts come in batches; a score depends on its own text and language alone.
    """

    @property
    def name(self) -> str:
        """What tables call it, e.g. ``vader``."""

    @property
    def version(self) -> str:
        """Its version and that of its data."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages that it can read (ISO 639 codes)."""

    @property
    def any_language(self) -> bool:
        """Whether it may be asked for a text whose language nobody knows (None)."""

    def score(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Score]:
        """Return a score for each of ``texts``; ``languages`` says what each of them is in.

        It is only asked for languages that it can read, and for None only if ``any_language``.
        """

    def explain(self, text: str, language: str | None) -> list[Weight]:
        """Return the parts of ``text`` that made its score, in the text's order."""
