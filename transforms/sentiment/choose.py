"""Which scorer is asked for which text, and why none is: the watch file's ``[sentiment]``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from inspect import getattr_static
from typing import Any, Final

import msgspec

from tidings.errors import ConfigurationError
from tidings.watch import Sentiment
from transforms.language import clean
from transforms.language_priors import SAME
from transforms.sentiment.score import Reason, Score, Scorer, Weight

GROUP = "tidings.scorers"
"""The group of entry points that scorers are registered by."""

MODES: Final[Mapping[str, Mapping[str, str]]] = {
    "default": {"en": "vader", "*": "student"},
    "blend": {"en": "blend", "*": "student"},
    "accurate": {"*": "accurate"},
}
"""The scorer by language in each mode; ``*`` stands for all others and for an unknown language."""

CONTRACT = ("name", "version", "languages", "any_language", "score", "explain")
"""What a scorer has, looked for without asking for it: a version may take reading a whole model."""

FEELING = re.compile(
    "[\U0001f300-\U0001faff\u2600-\u27bf]"  # emoji
    r"|(?<!\w)[:;=8xX][-'^o]?[()DPpO/|\\\]\[]+(?!\w)|<3"  # emoticons
)
"""What can be scored in a text without words."""


class Scored(msgspec.Struct, frozen=True):
    """A score and who gave it: the scorer's name and version, None where it is unscored."""

    score: Score
    scorer: str | None = None
    version: str | None = None


class Scorers:
    """The scorers of one watch file; each is made when it is first needed."""

    def __init__(self, sentiment: Sentiment | None = None) -> None:
        self._told = sentiment or Sentiment()
        own = {SAME.get(code, code): name for code, name in self._told.scorers.items()}
        self._by_language = {**MODES[self._told.mode], **own}
        self._made: dict[str | None, Scorer] = {}

    def scorer(self, language: str | None) -> Scorer:
        """Return the scorer of ``language`` (None: unknown); ConfigurationError: there is none."""
        if language not in self._made:
            name = self._by_language.get(language or "*") or self._by_language["*"]
            self._made[language] = load(name, self._told.settings.get(name, {}))
        return self._made[language]

    def score(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scored]:
        """Return a score for each of ``texts``, unscored with a reason where none can be given.

        ``languages`` has the language of each (see :func:`transforms.language.identify`). All texts
        of one scorer are handed to it at once.
        """
        scored: list[Scored | None] = [None] * len(texts)
        asked: dict[int, list[int]] = defaultdict(list)
        for place, (text, language) in enumerate(zip(texts, languages, strict=True)):
            scorer = self.scorer(language)
            reason = unscorable(text, language, scorer)
            if reason is None:
                asked[id(scorer)].append(place)
            else:
                scored[place] = Scored(Score("unscored", reason=reason))
        for places in asked.values():
            scorer = self.scorer(languages[places[0]])
            found = scorer.score([texts[p] for p in places], [languages[p] for p in places])
            name, version = scorer.name, scorer.version
            for place, score in zip(places, found, strict=True):
                judged = self._judged(score)
                known = judged.label != "unscored"
                scored[place] = Scored(judged, name, version) if known else Scored(judged)
        return [s for s in scored if s is not None]

    def explain(self, text: str, language: str | None) -> list[Weight]:
        """Return the parts of ``text`` that made its score; none where it can't have one.

        A score that is not sure enough to count has them too.
        """
        scorer = self.scorer(language)
        if unscorable(text, language, scorer) is not None:
            return []
        return scorer.explain(text, language)

    def _judged(self, score: Score) -> Score:
        if score.confidence is not None and score.confidence < self._told.min_confidence:
            return Score("unscored", reason="low_confidence", confidence=score.confidence)
        return score


def unscorable(text: str, language: str | None, scorer: Scorer) -> Reason | None:
    """Return why ``scorer`` should not be asked for ``text``, None where it should."""
    if not text.strip():
        return "empty"
    if language is not None:
        return None if language in scorer.languages else "language"
    if not clean(text) and not FEELING.search(text):
        return "only_links"
    return None if scorer.any_language else "unknown_language"


def installed() -> dict[str, EntryPoint]:
    """Return the entry points of all installed scorers, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def load(name: str, settings: Mapping[str, Any]) -> Scorer:
    """Return the scorer ``name`` made with ``settings``, one a process for equal ones.

    ConfigurationError: there is no such scorer, a setting is wrong, or what it needs is missing.
    """
    return _load(name, msgspec.json.encode(dict(settings), order="sorted"))


@cache
def _load(name: str, settings: bytes) -> Scorer:
    point = installed().get(name)
    if point is None:
        raise ConfigurationError(
            f"There is no scorer {name!r}.",
            remedy=f"Installed are: {', '.join(sorted(installed()))}.",
        )
    given = msgspec.json.decode(settings)
    try:
        scorer = point.load()(**given)
    except TypeError as error:
        raise ConfigurationError(
            f"The scorer {name!r} does not take its settings {given}: {error}.",
            remedy=f"Mend [sentiment.settings.{name}] in the watch file.",
        ) from error
    lacks = [part for part in CONTRACT if getattr_static(scorer, part, None) is None]
    if lacks:
        raise ConfigurationError(
            f"The scorer {name!r} ({point.value}) lacks: {', '.join(lacks)}.",
            remedy="A scorer has all that transforms.sentiment.score.Scorer asks for.",
        )
    made: Scorer = scorer
    return made
