"""All languages by the encoder and the student together, in English with VADER's numbers.

The two err differently: the encoder knows what words mean, the n-grams how people write in the
places that they were trained on. Their log-probabilities are added up by weights that were fitted
on texts which neither was trained on, and calibrated by language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from transforms.sentiment.blend import Columns, evidence, load_sum
from transforms.sentiment.calibrate import Calibrated
from transforms.sentiment.encoder import Encoder, leave_out
from transforms.sentiment.score import MAX_SCORED, Score, Weight
from transforms.sentiment.student import Student, scores
from transforms.sentiment.vader_lexicon import lexicon

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Accurate:
    """The encoder and the student, for the languages of both and for texts of no known language.

    Needs the extra ``accurate``; settings are the encoder's.
    """

    name = "accurate"
    any_language = True

    def __init__(self, *, threads: int = 1, max_tokens: int | None = None) -> None:
        given = {} if max_tokens is None else {"max_tokens": max_tokens}
        self._encoder = Encoder(threads=threads, **given)
        self._student = Student()
        self.sum = load_sum("blend_accurate.json")

    @property
    def version(self) -> str:
        """The sum's version and hash, the encoder's version, VADER's and the student's."""
        own = f"{self.sum.version}+{self.sum.digest()}"
        vader, student = lexicon().version, self._student.version
        return f"{own}.encoder-{self._encoder.version}.vader-{vader}.student-{student}"

    @property
    def languages(self) -> frozenset[str]:
        """The languages that both were trained on (ISO 639 codes)."""
        return self._encoder.languages & self._student.languages

    def score(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Score]:
        """Return a score for each of ``texts``, ``too_long`` above MAX_SCORED characters."""
        short = [text if len(text) <= MAX_SCORED else "" for text in texts]
        return scores(texts, self.told(short, languages))

    def told(self, texts: Sequence[str], languages: Sequence[str | None]) -> Calibrated:
        """Return the calibrated probabilities, labels and confidence of ``texts``."""
        import numpy as np

        logs = self._encoder.log_probabilities(texts, languages).astype(np.float64)
        logits = self._student.logits(texts, languages)
        summed = summed_logits(self.sum.columns, texts, languages, logs, logits)
        return self.sum.calibration.apply(summed, languages)

    def explain(self, text: str, language: str | None) -> list[Weight]:
        """Return by how much each word of ``text`` moved its score, in log-odds of positive against
        negative: those of the text less those of the text without the word."""
        import numpy as np

        def odds(texts: Sequence[str]) -> list[float]:
            shares = np.log(self.told(texts, [language] * len(texts)).probabilities)
            made: list[float] = (shares[:, 2] - shares[:, 0]).tolist()
            return made

        return leave_out(text, odds)


def summed_logits(
    columns: Mapping[str, Columns],
    texts: Sequence[str],
    languages: Sequence[str | None],
    logs: Floats,
    logits: Floats,
) -> Floats:
    """Return the logits [n, 3] of ``texts``: English ones by the ``columns`` of English.

    ``logs`` [n, 3] are the encoder's log-probabilities, ``logits`` [n, 3] the student's.
    """
    import numpy as np

    polarity, neutrality = both(logs, logits)
    summed = columns["*"].logits(polarity, neutrality)
    english = [i for i, code in enumerate(languages) if code == "en"]
    if english:
        by_vader = evidence([texts[i] for i in english], logits[english])
        wide = [
            np.concatenate([own[english], more[:, 1:]], axis=1)
            for own, more in zip((polarity, neutrality), by_vader, strict=True)
        ]
        summed[english] = columns["en"].logits(*wide)
    return summed


def both(logs: Floats, logits: Floats) -> tuple[Floats, Floats]:
    """Return polarity and neutrality [n, 2] by the encoder and by the student."""
    import numpy as np

    parts = (logs, logits)
    polarity = np.stack([p[:, 2] - p[:, 0] for p in parts], axis=1)
    neutrality = np.stack([p[:, 1] - (p[:, 0] + p[:, 2]) / 2 for p in parts], axis=1)
    return polarity, neutrality
