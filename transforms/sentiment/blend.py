"""English by VADER and the student together: ``blend``; and the sum that it and ``accurate`` are.

Each scorer's evidence comes as two numbers, polarity (log-odds of positive against negative) and
neutrality. They are added up by a few weights, the same for good and for bad news: what speaks for
positive speaks against negative as much. How often each class comes is the calibration's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.errors import ConfigurationError
from transforms.sentiment.calibrate import Calibration
from transforms.sentiment.score import MAX_SCORED, Score, Weight
from transforms.sentiment.student import DATA, TO_LOGITS, Student, scores
from transforms.sentiment.vader import Vader
from transforms.sentiment.vader_numbers import reckoner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SQUEEZE = 15.0
"""VADER's alpha: its compound is ``sum / sqrt(sum ** 2 + 15)`` (Hutto & Gilbert 2014)."""


class Columns(msgspec.Struct, frozen=True):
    """The weights of columns of evidence in polarity and in neutrality."""

    polarity: tuple[float, ...]
    neutrality: tuple[float, ...]

    def logits(self, polarity: Floats, neutrality: Floats) -> Floats:
        """Return logits [n, 3] of evidence ``polarity`` [n, columns] and ``neutrality``."""
        import numpy as np

        # not a product of matrices, whose last bits depend on how many rows there are
        summed = [
            (polarity * np.array(self.polarity)).sum(axis=1),
            (neutrality * np.array(self.neutrality)).sum(axis=1),
        ]
        logits: Floats = np.stack(summed, axis=1) @ np.array(TO_LOGITS)
        return logits


class Sum(msgspec.Struct, frozen=True):
    """How evidence is added up, by language (``*``: all others), and the calibration of the sum."""

    version: str
    columns: dict[str, Columns]
    calibration: Calibration
    about: dict[str, Any] = {}

    def digest(self) -> str:
        """Return eight hex digits of the weights and the calibration."""
        import hashlib

        held = msgspec.json.encode((self.columns, self.calibration), order="sorted")
        return hashlib.blake2b(held, digest_size=4).hexdigest()


class Blend:
    """VADER's numbers and the student's n-grams, for English. Needs nothing but the default."""

    name = "blend"
    languages = frozenset({"en"})
    any_language = False

    def __init__(self) -> None:
        self._student, self._vader = Student(), Vader()
        self.sum = load_sum("blend.json")

    @property
    def version(self) -> str:
        """The sum's version and hash, VADER's and the student's."""
        own = f"{self.sum.version}+{self.sum.digest()}"
        return f"{own}.vader-{self._vader.version}.student-{self._student.version}"

    def score(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Score]:
        """Return a score for each of ``texts``, ``too_long`` above MAX_SCORED characters."""
        short = [text if len(text) <= MAX_SCORED else "" for text in texts]
        columns = evidence(short, self._student.logits(short, languages))
        logits = self.sum.columns["en"].logits(*columns)
        return scores(texts, self.sum.calibration.apply(logits, languages))

    def explain(self, text: str, language: str | None) -> list[Weight]:
        """Return what each word and sign did to the score, by VADER's rules and by n-grams.

        In log-odds of positive against negative; they sum to ``log(positive / negative)`` but for
        the calibration's bias. ``rules`` are VADER's.
        """
        temperature = self.sum.calibration.of(language).temperature
        by_student, by_vader = self.sum.columns["en"].polarity
        of_student = by_student / temperature
        of_student *= self._student.card.calibration.of(language).temperature
        of_vader = by_vader / temperature * self._unsqueezed(text)
        return merged(
            text,
            scaled(self._vader.explain(text, language), of_vader),
            scaled(self._student.explain(text, language), of_student),
        )

    def _unsqueezed(self, text: str) -> float:
        """Return what a unit of valence of ``text`` is worth in VADER's compound."""
        if len(text) > MAX_SCORED:
            return 0.0
        total = sum(weight.used for weight in self._vader.explain(text, "en"))
        compound = reckoner().numbers(text)[0]
        return compound / total if abs(total) > 1e-6 else 1.0 / SQUEEZE**0.5


def evidence(texts: Sequence[str], logits: Floats) -> tuple[Floats, Floats]:
    """Return the columns of polarity and of neutrality [n, columns] of English ``texts``.

    Of the student's ``logits`` and of VADER: its compound, how far that is from 0, the share of
    words that weigh something, and whether there is any.
    """
    import numpy as np

    numbers = np.array([reckoner().numbers(text) for text in texts]).reshape(-1, 4)
    compound, polar = numbers[:, 0], numbers[:, 1] + numbers[:, 3]
    polarity = np.stack([logits[:, 2] - logits[:, 0], compound], axis=1)
    own = logits[:, 1] - (logits[:, 0] + logits[:, 2]) / 2
    columns = [own, np.abs(compound), polar, (polar > 0).astype(np.float64)]
    return polarity, np.stack(columns, axis=1)


def scaled(weights: Sequence[Weight], factor: float) -> list[Weight]:
    """Return ``weights`` in another unit."""
    return [
        msgspec.structs.replace(
            w, used=w.used * factor, known=None if w.known is None else w.known * factor
        )
        for w in weights
    ]


def merged(text: str, words: Sequence[Weight], pieces: Sequence[Weight]) -> list[Weight]:
    """Return ``words`` and ``pieces`` in the order of ``text``; those that overlap come as one.

    What that is ``known`` to weigh, the word says.
    """
    whole: list[Weight] = []
    for part in sorted((*words, *pieces), key=lambda w: (w.start, w.end)):
        if not whole or part.start >= whole[-1].end:
            whole.append(part)
            continue
        held = whole[-1]
        start, end = held.start, max(held.end, part.end)
        whole[-1] = Weight(
            start, end, text[start:end], held.used + part.used, rules=held.rules + part.rules
        )
    known = {(w.start, w.end): w.known for w in reversed(words)}
    return [msgspec.structs.replace(w, known=known.get((w.start, w.end), w.known)) for w in whole]


@cache
def load_sum(name: str) -> Sum:
    """Return the shipped sum in the data file ``name``; ConfigurationError: it can't be read."""
    path: Path = DATA / name
    try:
        return msgspec.json.decode(path.read_bytes(), type=Sum)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigurationError(
            f"The weights {path} can't be read: {error}.", remedy="Install the package anew."
        ) from error
