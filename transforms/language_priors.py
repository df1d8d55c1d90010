"""What is expected before a text is read: the weight of each language, by watch and by tag."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WATCHED, COMMON, OTHER, RARE, TAGGED = 1.5, 1.0, 0.2, 0.02, 4.0
"""Prior weights: of the watch's languages, of those much written on the web, of other ones of
nations, of all the rest; and the factor of the one that the source states."""

NYNORSK = 0.5
"""The share of nynorsk in the prior weight of Norwegian. At 1 each short text that tells nothing
would be Norwegian rather than Danish, as Norwegian has two names in the classifier."""

SHORT = 20
"""Characters under which a text tells so little that the watch's languages weigh more."""

EXPECTED = 2.0
"""How much more: up to 1 + EXPECTED times for the shortest. A watch of few languages gets less of
it, and one of a single language nothing: it would take the short texts of all others for its own,
which is worse than not to know a few."""

SAME = {
    "arz": "ar", "ary": "ar", "cmn": "zh", "fil": "tl", "in": "id", "iw": "he", "ji": "yi",
    "nb": "no", "nn": "no", "pcm": "en", "wuu": "zh", "yue": "zh",
}  # fmt: skip
"""Varieties and older codes, as the language by which scorers and watch files know them."""

COMMON_LANGUAGES = frozenset({
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl",
    "sr", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh",
})  # fmt: skip
OTHER_LANGUAGES = frozenset({
    "af", "az", "be", "bs", "ca", "cy", "eo", "eu", "ga", "gl", "gu", "hy", "is", "ka", "kk", "km",
    "kn", "ky", "la", "lb", "lo", "mk", "ml", "mn", "mr", "mt", "my", "ne", "pa", "ps", "si", "sq",
    "sw", "te", "tg", "tl", "uz", "zxx",
})  # fmt: skip


@lru_cache(maxsize=256)
def priors(
    labels: Sequence[str], languages: frozenset[str], stated: str | None
) -> NDArray[np.float32]:
    """Return the weight of each of the classifier's ``labels`` (a tuple).

    ``languages`` are the watch's, ``stated`` is the source's tag (see ``primary``) or None.
    """
    import numpy as np

    return np.array([_prior(label, languages, stated) for label in labels], np.float32)


@lru_cache(maxsize=256)
def watched(labels: Sequence[str], languages: frozenset[str]) -> NDArray[np.bool_]:
    """Return which of ``labels`` (a tuple) are of the watch's ``languages``."""
    import numpy as np

    return np.array([SAME.get(label, label) in languages for label in labels])


def expectation(lengths: NDArray[np.int64], languages: frozenset[str]) -> NDArray[np.float32]:
    """Return how many times more the watch's languages weigh in texts of so many characters."""
    import numpy as np

    most = EXPECTED * (1 - 1 / max(1, len(languages)))
    return (1 + most * np.clip(1 - lengths / SHORT, 0, 1)).astype(np.float32)


def _prior(label: str, languages: frozenset[str], stated: str | None) -> float:
    code = SAME.get(label, label)
    tagged = TAGGED if code == stated else 1.0
    if label == "nn":
        return NYNORSK * _prior("no", languages, stated)
    if code in languages:
        return tagged * (WATCHED if label == code else RARE)
    if label in COMMON_LANGUAGES:
        return tagged * COMMON
    return tagged * (OTHER if label in OTHER_LANGUAGES else RARE)
