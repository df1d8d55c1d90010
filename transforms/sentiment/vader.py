"""How positive or negative a text is, or why that can't be said: unscored is never neutral."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import msgspec

from transforms.language import clean

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

Label: TypeAlias = Literal["positive", "neutral", "negative", "unscored"]
Reason: TypeAlias = Literal["empty", "only_links", "unknown_language", "language", "too_long"]
"""Why a text is unscored: it is empty; it holds nothing but links, handles, signs, emoji and
numbers; its language is unknown; the scorer doesn't know its language; it is too long to score."""

POSITIVE_FROM = 0.05
NEGATIVE_FROM = -0.05
"""Bounds of ``compound``, both inclusive; what lies between is neutral (Hutto & Gilbert 2014)."""

MAX_SCORED = 50_000
"""Characters. Longer texts are documents, of which one number says little; and the worst of them
(a "but" at every turn) take VADER the square of their length: half a second for this much."""


class Score(msgspec.Struct, frozen=True):
    """The score of one text. The numbers are None, and ``reason`` is set, where it is unscored.

    ``compound`` is -1..1; ``positive``, ``neutral`` and ``negative`` are shares of the text, 0..1.
    """

    label: Label
    compound: float | None = None
    positive: float | None = None
    neutral: float | None = None
    negative: float | None = None
    reason: Reason | None = None


class Scorer(Protocol):
    """What gives scores. ``version`` changes whenever a text could get another score."""

    @property
    def name(self) -> str:
        """What tables call it, e.g. ``vader``."""

    @property
    def version(self) -> str:
        """Its version and that of its data."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages that it can read (ISO 639 codes)."""

    def score(self, texts: Sequence[str]) -> list[Score]:
        """Return a score for each of ``texts``, all in one of its languages."""


class Vader:
    """The rules and lexicon of vaderSentiment, for English."""

    name = "vader"
    languages = frozenset({"en"})

    @property
    def version(self) -> str:
        """The package's version and eight digits of its lexicons' hash."""
        return _vader_version()

    def score(self, texts: Sequence[str]) -> list[Score]:
        """Return a score for each of ``texts``, unscored ``too_long`` above MAX_SCORED characters.

        An English text without a word of the lexicon is neutral, with compound 0.
        """
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> Score:
        if len(text) > MAX_SCORED:
            return Score("unscored", reason="too_long")
        scores = analyzer().polarity_scores(text)
        compound = float(scores["compound"])
        return Score(
            label_of(compound),
            compound,
            float(scores["pos"]),
            float(scores["neu"]),
            float(scores["neg"]),
        )


def label_of(compound: float) -> Label:
    """Return the label of a ``compound`` score (-1..1)."""
    if compound >= POSITIVE_FROM:
        return "positive"
    return "negative" if compound <= NEGATIVE_FROM else "neutral"


def score_all(texts: Sequence[str], languages: Sequence[str | None], scorer: Scorer) -> list[Score]:
    """Return a score for each of ``texts``, unscored with a reason where ``scorer`` can't read it.

    ``languages`` has the language of each text (see :func:`transforms.language.identify`).
    """
    reasons = [
        unscorable(text, language, scorer) for text, language in zip(texts, languages, strict=True)
    ]
    scored = iter(
        scorer.score([t for t, reason in zip(texts, reasons, strict=True) if reason is None])
    )
    return [next(scored) if r is None else Score("unscored", reason=r) for r in reasons]


def unscorable(text: str, language: str | None, scorer: Scorer) -> Reason | None:
    """Return why ``scorer`` should not be asked for ``text``, None where it should."""
    if not text.strip():
        return "empty"
    if language is None:
        return "unknown_language" if clean(text) else "only_links"
    return None if language in scorer.languages else "language"


@cache
def analyzer() -> SentimentIntensityAnalyzer:
    """Return this process's VADER analyzer: making one reads 7,500 words and 3,500 emoji.

    Two of its rules lower all words of the text for each word that counts, to look at a few beside
    it, which makes its time the square of a text's length. Here they are handed those few only:
    equal scores in half the time for a tweet, in a thirtieth for a text of 20,000 characters.
    """
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    vader = SentimentIntensityAnalyzer()
    negation, idioms = vader._negation_check, vader._special_idioms_check

    def negation_nearby(valence: float, words: list[str], distance: int, place: int) -> Any:
        first = max(0, place - 3)
        return negation(valence, words[first : place + 1], distance, place - first)

    def idioms_nearby(valence: float, words: list[str], place: int) -> Any:
        return idioms(valence, words[place - 3 : place + 3], 3)  # it is asked from the fourth on

    vader._negation_check = negation_nearby
    vader._special_idioms_check = idioms_nearby
    return vader


@cache
def _vader_version() -> str:
    from importlib.metadata import version

    # Badly named upstream: both hold the whole content of the file.
    data = analyzer().lexicon_full_filepath + analyzer().emoji_full_filepath
    digest = hashlib.blake2b(data.encode("utf-8"), digest_size=4).hexdigest()
    return f"{version('vaderSentiment')}+{digest}"
