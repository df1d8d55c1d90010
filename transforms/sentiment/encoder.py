"""The multilingual encoder as a scorer: multilingual-e5-small, fine-tuned, with a calibrated head.

The model reads a hundred languages; it was fine-tuned and calibrated on LANGUAGES and knows less of
the others. See ``data/adapters.json`` for what it was trained on, and ``training/encoder.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from tidings.errors import ConfigurationError
from transforms.sentiment.calibrate import Calibration, log_softmax
from transforms.sentiment.e5_adapters import ADAPTERS
from transforms.sentiment.e5_graph import FORMAT
from transforms.sentiment.e5_run import Runner, shared_runner
from transforms.sentiment.e5_tokens import MOST
from transforms.sentiment.score import MAX_SCORED, Score, Weight
from transforms.sentiment.student import Card, scores
from transforms.words import places

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LANGUAGES = frozenset(
    ("ar", "da", "de", "en", "es", "fa", "fi", "fr", "it", "nl", "no", "pl", "pt", "sv", "zh")
)
CARD = ADAPTERS.with_suffix(".json")
"""The calibration, and what the adapters were trained on."""

MOST_LEFT_OUT = 40
"""Times that a text is scored again to be explained."""


class Encoder:
    """The scorer ``encoder``, for LANGUAGES and texts of no known language.

    ``threads`` compute together (one by default: processes share out the texts already);
    ``max_tokens`` of a text are looked at, of a longer one its two ends. ConfigurationError where a
    setting is out of its bounds and, when first asked, where the extra ``accurate`` is missing.
    """

    name = "encoder"
    languages = LANGUAGES
    any_language = True

    def __init__(self, *, threads: int = 1, max_tokens: int = MOST) -> None:
        _check("threads", threads, 1, 256)
        _check("max_tokens", max_tokens, 16, 20_000)
        self._settings = (threads, max_tokens)

    @property
    def version(self) -> str:
        """Eight hex digits of the adapters' and the calibration's content, after that of the
        conversion; and ``max_tokens`` where it isn't the usual."""
        calibration = msgspec.json.encode(self.calibration, order="sorted")
        data = self._runner.adapters.digest.encode("ascii") + calibration
        digest = hashlib.blake2b(data, digest_size=4).hexdigest()
        tokens = self._settings[1]
        return f"{FORMAT}+{digest}" + (f".{tokens}" if tokens != MOST else "")

    def score(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Score]:
        """Return a score for each of ``texts``, unscored ``too_long`` above MAX_SCORED characters.

        ``languages`` chooses the calibration only: the vectors are the same for all of them.
        """
        import numpy as np

        short = [text if len(text) <= MAX_SCORED else "" for text in texts]
        logs = self.log_probabilities(short, languages).astype(np.float64)
        return scores(texts, self.calibration.apply(logs, languages))

    def log_probabilities(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],  # noqa: ARG002 - scorers are asked with both
    ) -> Floats:
        """Return the log-probabilities of negative, neutral and positive before calibration,
        float32 [n, 3], as for texts of which each third is of one class."""
        import numpy as np

        weight, bias = self._runner.adapters.head
        logits = self._runner.pooled(texts) @ weight.T + bias
        return log_softmax(logits.astype(np.float64)).astype(np.float32)

    def explain(self, text: str, language: str | None) -> list[Weight]:
        """Return by how much each word of ``text`` moved its score, in log-odds of positive against
        negative, see :func:`leave_out`."""
        temperature = self.calibration.of(language).temperature

        def odds(texts: Sequence[str]) -> list[float]:
            logs = self.log_probabilities(texts, [language] * len(texts))
            made: list[float] = ((logs[:, 2] - logs[:, 0]) / temperature).tolist()
            return made

        return leave_out(text, odds)

    @property
    def _runner(self) -> Runner:
        return shared_runner(*self._settings)

    @cached_property
    def calibration(self) -> Calibration:
        """The shipped calibration."""
        return msgspec.json.decode(CARD.read_bytes(), type=Card).calibration


def leave_out(text: str, odds: Callable[[Sequence[str]], list[float]]) -> list[Weight]:
    """Return by how much each word of ``text`` moves its ``odds``: those of the text less those of
    the text without the word. None are returned of a text of more than MAX_SCORED characters.

    Of more than MOST_LEFT_OUT words, neighbours are left out together.
    """
    if len(text) > MAX_SCORED:
        return []
    words = places(text)
    size = -(-len(words) // MOST_LEFT_OUT) or 1
    groups = [words[i : i + size] for i in range(0, len(words), size)]
    spans = [(group[0][0], group[-1][1]) for group in groups]
    whole, *without = odds([text, *(f"{text[:start]} {text[end:]}" for start, end in spans)])
    return [
        Weight(start, end, text[start:end], whole - left)
        for (start, end), left in zip(spans, without, strict=True)
    ]


def _check(setting: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ConfigurationError(
            f"[sentiment.settings.encoder] {setting} is {value}.",
            remedy=f"Set it to {least} to {most}.",
        )
