"""The scorer ``transformers``: a model of the user's, from a folder or the hub's local cache.

For any model of transformers' that puts texts into classes whose names say which sentiment they
mean, e.g. XLM-T. Nothing is fetched unless ``allow_download`` says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from tidings.errors import ConfigurationError
from transforms.sentiment.calibrate import Calibrated
from transforms.sentiment.encoder import LANGUAGES, leave_out
from transforms.sentiment.score import MAX_SCORED, Score, Weight
from transforms.sentiment.student import scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Sentiment: TypeAlias = Literal["negative", "neutral", "positive"]
CLASSES: tuple[Sentiment, ...] = ("negative", "neutral", "positive")
WHERE = "[sentiment.settings.transformers]"

NUMBERED: dict[int, tuple[Sentiment, ...]] = {2: ("negative", "positive"), 3: CLASSES}
"""What ``LABEL_0`` and so on mean in a model of two classes, and of three."""

NOT_OF_THE_MODEL = frozenset({"_name_or_path", "transformers_version"})
"""Settings that tell of the machine, and change no score."""

STARS = re.compile(r"([1-5])\s*(?:stars?)?", re.IGNORECASE)


class _Loaded(NamedTuple):
    tokenizer: Any
    model: Any
    sums: Floats
    """[classes of the model, 3]: 1 where a class means that sentiment."""


class Transformers:
    """A model of the user's. Loading it is done when first asked.

    ``model`` is a folder or a name in the hub's cache. ``labels`` says what the model's classes
    mean, by their names in its configuration; left out, it is read from names such as ``negative``,
    ``LABEL_0`` and ``5 stars`` (3 stars is neutral). ``languages`` are those that the model reads.
    ``device`` is torch's name of where it runs; ``max_tokens`` are looked at of each text. Its
    probabilities are taken as they are. ConfigurationError where the extra ``transformers`` is
    missing, the model isn't there, or a class isn't understood.
    """

    name = "transformers"
    any_language = True

    def __init__(
        self,
        *,
        model: str = "",
        labels: Mapping[str, str] | None = None,
        languages: Sequence[str] = tuple(LANGUAGES),
        batch_size: int = 16,
        max_tokens: int = 128,
        device: str = "cpu",
        allow_download: bool = False,
    ) -> None:
        if not model:
            raise ConfigurationError(
                f"{WHERE} names no model.", remedy="Set model to a folder or to a name on the hub."
            )
        if batch_size < 1 or max_tokens < 1:
            raise ConfigurationError(
                f"{WHERE} batch_size or max_tokens is below 1.", remedy="Set both to 1 or more."
            )
        self.model, self.device = model, device
        self.languages = frozenset(languages)
        self._labels = dict(labels or {})
        self._batch_size, self._max_tokens = batch_size, max_tokens
        self._allow_download = allow_download

    @cached_property
    def version(self) -> str:
        """Eight hex digits of the model's weights and settings, of how it cuts texts into tokens,
        and of what its classes mean."""
        tokenizer, model, sums = self._loaded
        digest = hashlib.blake2b(sums.tobytes(), digest_size=4)
        digest.update(str(self._max_tokens).encode("ascii"))
        settings = model.config.to_dict()
        told = {k: str(v) for k, v in settings.items() if k not in NOT_OF_THE_MODEL}
        digest.update(repr(sorted(told.items())).encode("utf-8"))
        if tokenizer.is_fast:
            digest.update(tokenizer.backend_tokenizer.to_str().encode("utf-8"))
        for name, tensor in sorted(model.state_dict().items()):
            digest.update(name.encode("utf-8"))
            digest.update(tensor.cpu().float().numpy().tobytes())
        return digest.hexdigest()

    def score(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Score]:  # noqa: ARG002
        """Return a score for each of ``texts``, unscored ``too_long`` above MAX_SCORED characters.

        The model isn't told what the texts are in.
        """
        import numpy as np

        short = [text if len(text) <= MAX_SCORED else "" for text in texts]
        found = self.probabilities(short)
        told = Calibrated(found, found.argmax(axis=1).astype(np.int64) - 1, found.max(axis=1))
        return scores(texts, told)

    def explain(self, text: str, language: str | None) -> list[Weight]:  # noqa: ARG002
        """Return by how much each word of ``text`` moved its score, in log-odds of positive against
        negative, see :func:`transforms.sentiment.encoder.leave_out`."""
        import numpy as np

        def odds(texts: Sequence[str]) -> list[float]:
            logs = np.log(np.maximum(self.probabilities(texts), 1e-9))
            made: list[float] = (logs[:, 2] - logs[:, 0]).tolist()
            return made

        return leave_out(text, odds)

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return the probabilities of negative, neutral and positive, float64 [n, 3]."""
        import numpy as np

        made = np.zeros((len(texts), 3))
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), self._batch_size):
            some = order[start : start + self._batch_size]
            made[some] = self._classes([texts[i] for i in some]) @ self._loaded.sums
        return made

    def _classes(self, texts: list[str]) -> Floats:
        tokenizer, model, _ = self._loaded
        import torch

        tokens = tokenizer(
            texts, padding=True, truncation=True, max_length=self._max_tokens, return_tensors="pt"
        )
        with torch.inference_mode():
            logits = model(**tokens.to(self.device)).logits
        made: Floats = torch.softmax(logits.double(), dim=-1).cpu().numpy()
        return made

    @cached_property
    def _loaded(self) -> _Loaded:
        try:
            import torch  # noqa: F401 - transformers itself is imported without it
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as error:
            raise ConfigurationError(
                f"The scorer transformers can't be loaded: {error}.",
                remedy="Install the extra: pip install 'tidings[transformers]'.",
            ) from error
        local = not self._allow_download
        try:
            tokenizer = AutoTokenizer.from_pretrained(self.model, local_files_only=local)
            model = AutoModelForSequenceClassification.from_pretrained(
                self.model, local_files_only=local
            )
        except (OSError, ValueError) as error:  # what transformers raises for all of these
            raise ConfigurationError(
                f"{WHERE} model {self.model!r} can't be loaded: {error}",
                remedy="Name a folder with the model, or set allow_download = true to fetch it.",
            ) from error
        return _Loaded(
            tokenizer, model.to(self.device).eval(), self._sums(dict(model.config.id2label))
        )

    def _sums(self, names: Mapping[int, str]) -> Floats:
        import numpy as np

        sums = np.zeros((len(names), 3))
        for place, name in names.items():
            sums[place, CLASSES.index(self._meaning(name, len(names)))] = 1.0
        return sums

    def _meaning(self, name: str, count: int) -> Sentiment:
        told = self._labels.get(name) or meaning(name, count)
        for known in CLASSES:
            if told == known:
                return known
        raise ConfigurationError(
            f"{WHERE} labels: what the model's class {name!r} means isn't known"
            + (f" ({told!r} is none of {', '.join(CLASSES)})." if told else "."),
            remedy=f'Say it: labels = {{"{name}" = "neutral", ...}}.',
        )


def meaning(name: str, count: int) -> Sentiment | None:
    """Return what a class called ``name``, one of ``count``, means; None where it doesn't say."""
    plain = name.strip().lower()
    stars = STARS.fullmatch(plain)
    if stars and count == 5:
        return CLASSES[(int(stars[1]) > 2) + (int(stars[1]) > 3)]
    number = re.fullmatch(r"label_(\d)", plain)
    if number and int(number[1]) < count in NUMBERED:
        return NUMBERED[count][int(number[1])]
    for word in re.findall("[a-z]+", plain):
        for known in CLASSES:
            if word in (known, known[:3]):
                return known
    return None
