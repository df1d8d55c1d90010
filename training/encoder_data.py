"""What the encoder is trained on: the labelled sets; on request VADER's words and our phrases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.sets import (
    JUDGED,
    NO_NEUTRAL,
    SUBTITLES,
    Example,
    kept_from_encoder,
    read_all,
)
from transforms.sentiment.e5_tokens import Tokens

LEAST_VALENCE = 1.2
"""Valence (up to 4) from which a word of VADER's lexicon is an example."""

WEIGHTS = {"words": 0.3, **dict.fromkeys(SUBTITLES, 0.5)}
"""What an example of these sets counts for, where it isn't 1: words are no sentences, and subtitles
are labelled by what their translation evoked."""

SHARES = {"words": 0.25, **dict.fromkeys(SUBTITLES, 0.25)}
"""Which share of these sets is drawn for an epoch, where it isn't all."""

POLAR = NO_NEUTRAL | {"words"}
"""Sets of positive and negative only: their examples choose between these two."""


class Data(NamedTuple):
    """Examples as numbers. ``labels`` [n] are 0..2; ``priors`` [n, 3] the logarithms of the share
    that each class has in the example's set; ``weights`` [n] what it counts for."""

    ids: list[list[int]]
    labels: Tensor
    priors: Tensor
    weights: Tensor
    sets: NDArray[np.str_]

    def draw(self, random: np.random.Generator) -> NDArray[np.int64]:
        """Return the examples of one epoch."""
        share = np.array([SHARES.get(name, 1.0) for name in self.sets.tolist()])
        return np.flatnonzero(random.random(len(share)) < share)


def training_examples(folder: Path, left_out: frozenset[str] = frozenset()) -> list[Example]:
    """Return all examples to train on but for those held out and the languages ``left_out``."""
    examples = read_all(folder)
    return [
        one
        for one in examples
        if one.language not in left_out
        and not (one.set in POLAR and one.label == 0)
        and not kept_from_encoder(one)
    ]


def held_out(folder: Path) -> list[Example]:
    """Return the examples that :func:`training_examples` leaves out."""
    return [one for one in read_all(folder, JUDGED) if kept_from_encoder(one)]


def vader_words() -> list[Example]:
    """Return the words of VADER's lexicon that clearly lean to a side."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    lexicon = SentimentIntensityAnalyzer().lexicon
    return [
        Example(word, 1 if valence > 0 else -1, "en", "words", word)
        for word, valence in lexicon.items()
        if abs(valence) >= LEAST_VALENCE and word.isalpha() and len(word) > 2
    ]


def prepare(examples: Sequence[Example], tokens: Tokens) -> Data:
    """Return ``examples`` as numbers."""
    labels = np.array([one.label + 1 for one in examples])
    sets = np.array([one.set for one in examples])
    priors = {name: log_prior(labels[sets == name], name) for name in set(sets.tolist())}
    return Data(
        [windows[0] for windows in tokens.encode([one.text for one in examples])],
        torch.from_numpy(labels),
        torch.from_numpy(np.stack([priors[name] for name in sets.tolist()])).float(),
        torch.tensor([WEIGHTS.get(one.set, 1.0) for one in examples]),
        sets,
    )


def log_prior(labels: NDArray[np.int64], name: str) -> NDArray[np.float64]:
    """Return the logarithms [3] of the classes' shares in a set.

    Added to the logits in training, they leave the logits free of what is only the set's mixture
    (Menon et al. 2021, logit adjustment).
    """
    shares = np.bincount(labels, minlength=3) / len(labels)
    logs = np.log(np.maximum(shares, 1e-4))
    if name in POLAR:
        logs[1] = -1e4
    return np.asarray(logs)


def shuffled(
    chosen: NDArray[np.int64], lengths: Sequence[int], tokens: int, random: np.random.Generator
) -> Iterable[NDArray[np.int64]]:
    """Return ``chosen`` in batches of at most ``tokens``, each of like lengths, in random order."""
    from transforms.sentiment.e5_run import batches

    mixed = random.permutation(chosen)
    made = [
        part[places]
        for part in np.array_split(mixed, max(1, len(mixed) // 2_000))
        for places in batches([lengths[i] for i in part], tokens)
    ]
    return [made[i] for i in random.permutation(len(made))]
