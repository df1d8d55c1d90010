"""VADER: the rules and lexicon of vaderSentiment (Hutto & Gilbert 2014), for English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tidings.errors import ConfigurationError
from transforms.sentiment.score import (
    MAX_SCORED,
    NEGATIVE_FROM,
    POSITIVE_FROM,
    TOO_LONG,
    Label,
    Score,
    Weight,
)
from transforms.sentiment.vader_explain import explained
from transforms.sentiment.vader_lexicon import lexicon
from transforms.sentiment.vader_numbers import NAMES, Numbers, reckoner

if TYPE_CHECKING:
    import pyarrow as pa


class Vader:
    """The rules and lexicon of vaderSentiment 3.3.2, for English: the same numbers, many times
    faster. ConfigurationError, with the way out, where another package has taken its place.
    """

    name = "vader"
    languages = frozenset({"en"})
    any_language = False

    @property
    def version(self) -> str:
        """The package's version and eight digits of its lexicons' hash."""
        return lexicon().version

    def score(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Score]:  # noqa: ARG002
        """Return a score for each of ``texts``, unscored ``too_long`` above MAX_SCORED characters.

        An English text without a word of the lexicon is neutral, with compound 0. ``languages``
        are not looked at: it is asked for English only.
        """
        numbers = reckoner().numbers
        return [_score(numbers(text)) if len(text) <= MAX_SCORED else TOO_LONG for text in texts]

    def explain(self, text: str, language: str | None) -> list[Weight]:  # noqa: ARG002
        """Return the words, emoji and marks that made the score of ``text``, in its order.

        None for a text above MAX_SCORED characters. See :func:`vader_explain.explained`.
        """
        return explained(text, reckoner()) if len(text) <= MAX_SCORED else []


def score_batch(texts: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return a row of numbers for each of ``texts``, null where the text is.

    ``texts`` are strings of any of Arrow's types for them; columns: ``compound`` (-1..1),
    ``positive``, ``neutral`` and ``negative`` (0..1), float64. There is no limit of length.
    ConfigurationError where ``texts`` are not strings.
    """
    import pyarrow as pa

    of = texts.type.value_type if pa.types.is_dictionary(texts.type) else texts.type
    strings = (pa.string(), pa.large_string(), pa.string_view(), pa.null())
    if of not in strings:
        raise ConfigurationError(
            f"Texts to score are {texts.type}, not strings.", remedy="Cast them to string."
        )
    numbers = reckoner().numbers
    unknown = (None,) * len(NAMES)
    rows = [unknown if text is None else numbers(text) for text in texts.to_pylist()]
    columns = zip(*rows, strict=True) if rows else [()] * len(unknown)
    return pa.table([pa.array(column, pa.float64()) for column in columns], names=list(NAMES))


def label_of(compound: float) -> Label:
    """Return the label of a ``compound`` score (-1..1)."""
    if compound >= POSITIVE_FROM:
        return "positive"
    return "negative" if compound <= NEGATIVE_FROM else "neutral"


def _score(numbers: Numbers) -> Score:
    compound, positive, neutral, negative = numbers
    return Score(label_of(compound), compound, positive, neutral, negative)
