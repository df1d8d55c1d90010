"""What texts say, of whom and of what: a score each, and that toward every brand and driver."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tidings.errors import ConfigurationError
from tidings.watch import Watch
from transforms.drivers import Drivers
from transforms.flags import flags
from transforms.sentiment.choose import Scored, Scorers
from transforms.sentiment.score import Score
from transforms.target import BrandHit, Parts, Toward, decide, parts


class Opinion(msgspec.Struct, frozen=True):
    """All that a text says: its own score, toward whom and of what, and what makes it doubtful.

    ``brands`` has a brand only where the text speaks of it otherwise than as a whole.
    """

    scored: Scored
    brands: tuple[Toward, ...] = ()
    drivers: tuple[Toward, ...] = ()
    flags: tuple[str, ...] = ()


class Opinions:
    """Forms opinions of texts with one watch file's scorers and drivers."""

    def __init__(self, watch: Watch | None, scorers: Scorers | None = None) -> None:
        """Take scorers and drivers from ``watch``; the default ones where it is None.

        ConfigurationError, naming the file, where its drivers can't be read.
        """
        self.scorers = scorers or Scorers(watch.sentiment if watch else None)
        try:
            self._drivers = Drivers(watch.drivers if watch else None)
        except ConfigurationError as error:
            assert watch is not None
            raise ConfigurationError(
                f"watch/{watch.id}.toml: {error.message}", remedy=error.remedy
            ) from error

    def of(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        named: Sequence[Sequence[BrandHit]],
        about: str | None = None,
    ) -> list[Opinion]:
        """Return an opinion for each of ``texts``, in ``languages``, where ``named`` brands stand.

        ``about`` is the brand that everything at their place is about. The parts of all texts are
        scored together. ConfigurationError where a scorer can't be had.
        """
        whole = self.scorers.score(texts, languages)
        found = [
            parts(text, language, self._drivers.find(text, language), hits, about)
            for text, language, hits in zip(texts, languages, named, strict=True)
        ]
        scores = self._score_parts(found, languages, whole)
        return [
            _opinion(scored, cut, of_parts, flags(text, language))
            for scored, cut, of_parts, text, language in zip(
                whole, found, scores, texts, languages, strict=True
            )
        ]

    def _score_parts(
        self, found: Sequence[Parts], languages: Sequence[str | None], whole: Sequence[Scored]
    ) -> list[list[Score]]:
        """Return a score for each part of each text; what is unscored has unscored parts."""
        asked = [
            (number, part)
            for number, (cut, scored) in enumerate(zip(found, whole, strict=True))
            if scored.score.label != "unscored"
            for part in cut.texts
        ]
        given = iter(
            self.scorers.score([part for _, part in asked], [languages[n] for n, _ in asked])
        )
        return [
            [
                scored.score if scored.score.label == "unscored" else next(given).score
                for _ in cut.texts
            ]
            for cut, scored in zip(found, whole, strict=True)
        ]


def _opinion(
    scored: Scored, cut: Parts, scores: Sequence[Score], flagged: tuple[str, ...]
) -> Opinion:
    drivers, brands = decide(cut, scores, scored.score)
    same = (scored.score.label, scored.score.compound)
    apart = tuple(b for b in brands if (b.label, b.compound) != same)
    return Opinion(scored, apart, tuple(drivers), flagged)
