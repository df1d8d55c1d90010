"""The shipped ways of scoring as plain functions, to be judged by any evaluation; and their speed.

    python bench/sentiment.py [ROUNDS]

``default``, ``accurate``, ``blend`` and ``vader`` take texts and, if it is known, the language of
all of them; they return a label for each: -1, 0 or 1, None where it is unscored. Run, it shows
VADER as its package computes it and as it is computed here, and ends with 1 where that is less than
2.5, 9 or 50 times as fast on tweets, 200 and 2,000 words.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tidings.watch import Sentiment
from transforms.language import identify_all
from transforms.sentiment.choose import Scorers

WATCHED = ("en", "no", "da", "sv", "fa", "zh", "de", "fr", "es", "it", "pt", "ar")
"""The languages to expect where none is given."""

NUMBER = {"negative": -1, "neutral": 0, "positive": 1, "unscored": None}


def default(texts: Sequence[str], lang: str | None = None) -> list[int | None]:
    """Label ``texts`` as a watch file that says nothing of sentiment does."""
    return _labels(Sentiment(), texts, lang)


def blend(texts: Sequence[str], lang: str | None = None) -> list[int | None]:
    """Label ``texts`` as mode ``blend`` does."""
    return _labels(Sentiment(mode="blend"), texts, lang)


def accurate(texts: Sequence[str], lang: str | None = None) -> list[int | None]:
    """Label ``texts`` as mode ``accurate`` does."""
    return _labels(Sentiment(mode="accurate"), texts, lang)


def vader(texts: Sequence[str], lang: str | None = None) -> list[int | None]:
    """Label ``texts`` by VADER; what is not English is unscored, unless ``lang`` says it is."""
    return _labels(Sentiment(scorers={"*": "vader"}), texts, lang)


def _labels(sentiment: Sentiment, texts: Sequence[str], lang: str | None) -> list[int | None]:
    languages: list[str | None] = [lang] * len(texts)
    if lang is None:
        languages = [code for code, _ in identify_all(texts, WATCHED, [None] * len(texts))]
    return [NUMBER[s.score.label] for s in Scorers(sentiment).score(texts, languages)]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from bench.sentiment_vader import main

    sys.exit(main())
