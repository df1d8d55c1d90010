"""The student: a sum over a text's words and pieces of words, taught by labels and by the encoder.

Each n-gram (see :mod:`transforms.sentiment.ngrams`) has two weights, found by its hash: polarity,
the log-odds of positive against negative, and neutrality. A text's logits are the sums of both over
its grams, divided by the square root of how many there are; what they come to in the text's
language is the calibration's matter. ``training/student.py`` makes the weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tidings.errors import ConfigurationError
from transforms.sentiment.calibrate import Calibrated, Calibration
from transforms.sentiment.ngrams import PIECES_UNSPACED, Features, features, run_pieces
from transforms.sentiment.ngrams_tokens import fold_token, is_unspaced, token_pattern
from transforms.sentiment.score import MAX_SCORED, TOO_LONG, Label, Score, Weight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

DATA = Path(__file__).parent / "data"
LABELS: tuple[Label, Label, Label] = ("negative", "neutral", "positive")

TO_LOGITS = ((-0.5, 0.0, 0.5), (0.0, 1.0, 0.0))
"""From polarity and neutrality to the logits of negative, neutral and positive."""

TEXTS_AT_ONCE, CHARACTERS_AT_ONCE = 2_048, 500_000


class Card(msgspec.Struct, frozen=True):
    """What is told of a model beside its weights; ``sha256`` is of the weights file."""

    version: str
    sha256: str
    languages: tuple[str, ...]
    calibration: Calibration
    about: dict[str, Any] = {}


class Table(NamedTuple):
    """The weights [2, 2 ** bits] of n-grams, polarity and neutrality, by the hash's first bits."""

    weights: NDArray[np.float32]

    @property
    def bits(self) -> int:
        """How many bits of a hash tell the gram's place."""
        return int(self.weights.shape[1]).bit_length() - 1

    def places(self, hashes: NDArray[np.uint64]) -> Integers:
        """Return the places in the table of grams with these ``hashes``."""
        import numpy as np

        return (hashes >> np.uint64(64 - self.bits)).astype(np.int64)

    def sums(self, found: Features, n: int) -> Floats:
        """Return polarity and neutrality [2, n] of the ``n`` texts that ``found`` are of."""
        import numpy as np

        at, joined = self.places(found.grams.hashes), self.places(found.joined)
        k, joined_text = len(found.grams.names), found.text[found.joined_at]
        root = np.sqrt(np.maximum(found.sizes(n), 1))
        summed = np.empty((2, n))
        for row, weights in zip(summed, self.weights, strict=True):
            tokens = np.bincount(found.grams.owner, weights=weights[at], minlength=k)
            own = tokens[found.tokens[found.first]]
            row[:] = np.bincount(found.text[found.first], weights=own, minlength=n)
            row += np.bincount(joined_text, weights=weights[joined], minlength=n)
        return summed / root


class Student:
    """Hashed n-grams, for all trained languages and for texts whose language nobody knows.

    ``model`` is the path of weights (``.npz``, its card ``.json`` beside it) that were fitted on a
    user's own corrections, in place of those that come along; ConfigurationError where they can't
    be read.
    """

    name = "student"
    any_language = True

    def __init__(self, model: str | None = None) -> None:
        self.table, self.card = load(Path(model) if model else DATA / "student.npz")

    @classmethod
    def of(cls, table: Table, card: Card) -> Student:
        """Return the student with these weights and this card."""
        student = cls.__new__(cls)
        student.table, student.card = table, card
        return student

    @property
    def version(self) -> str:
        """The model's version and eight digits of the hash of its weights and calibration."""
        import hashlib

        calibration = msgspec.json.encode(self.card.calibration, order="sorted")
        data = self.card.sha256.encode("ascii") + calibration
        return f"{self.card.version}+{hashlib.blake2b(data, digest_size=4).hexdigest()}"

    @property
    def languages(self) -> frozenset[str]:
        """The languages that it was trained on (ISO 639 codes)."""
        return frozenset(self.card.languages)

    def logits(self, texts: Sequence[str], languages: Sequence[str | None]) -> Floats:
        """Return the logits [n, 3] of ``texts``: negative, neutral, positive; uncalibrated."""
        import numpy as np

        ends, parts = 0, [np.empty((2, 0))]
        for part in portions(texts):
            begins, ends = ends, ends + len(part)
            parts.append(self.table.sums(features(part, languages[begins:ends]), len(part)))
        logits: Floats = np.concatenate(parts, axis=1).T @ np.array(TO_LOGITS)
        return logits

    def score(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Score]:
        """Return a score for each of ``texts``, unscored ``too_long`` above MAX_SCORED characters.

        One without a gram gets what its language's calibration says of no evidence.
        """
        short = [t if len(t) <= MAX_SCORED else "" for t in texts]
        told = self.card.calibration.apply(self.logits(short, languages), languages)
        return scores(texts, told)

    def explain(self, text: str, language: str | None) -> list[Weight]:
        """Return what each word, sign or (in a script without spaces) character did to the score.

        In log-odds of positive against negative, by the language's temperature; they sum to
        ``log(positive / negative)`` but for the calibration's bias. Half of a pair's weight goes to
        each of its words. Nothing for a text above MAX_SCORED characters.
        """
        if len(text) > MAX_SCORED:
            return []
        temperature = self.card.calibration.of(language).temperature
        return [w for w in _weights(text, language, self.table, temperature) if w.used]


def scores(texts: Sequence[str], told: Calibrated) -> list[Score]:
    """Return ``told`` as the scores of ``texts``, of which those above MAX_SCORED have none."""
    rows = zip(texts, told.probabilities.tolist(), told.labels.tolist(), told.confidence.tolist())  # noqa: B905
    return [
        Score(LABELS[label + 1], pos - neg, pos, neu, neg, confidence=sure)
        if len(text) <= MAX_SCORED
        else TOO_LONG
        for text, (neg, neu, pos), label, sure in rows
    ]


def portions(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield ``texts`` in batches that take a bounded amount of memory (some 200 MB at the most)."""
    part: list[str] = []
    held = 0
    for text in texts:
        if part and (held + len(text) > CHARACTERS_AT_ONCE or len(part) == TEXTS_AT_ONCE):
            yield part
            part, held = [], 0
        part.append(text)
        held += len(text)
    if part:
        yield part


@cache
def load(path: Path) -> tuple[Table, Card]:
    """Return the weights in ``path`` (``.npz``) and their card; ConfigurationError: unreadable."""
    import hashlib
    import io

    import numpy as np

    try:
        content = path.read_bytes()
        card = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Card)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigurationError(
            f"The n-gram weights {path} can't be read: {error}.",
            remedy="Name the .npz of a model with its .json beside it, or none for the built-in.",
        ) from error
    if hashlib.sha256(content).hexdigest() != card.sha256:
        raise ConfigurationError(
            f"The n-gram weights {path} are not those that their card tells of.",
            remedy="Copy the .npz and the .json of one model.",
        )
    with np.load(io.BytesIO(content)) as arrays:
        weights = unpacked(arrays["weights"], arrays["scale"])
    return Table(weights), card


def unpacked(weights: NDArray[Any], scale: Floats) -> NDArray[np.float32]:
    """Return ``weights`` [2, n] as they are used: those in 8 bits are signed roots of them.

    Most weights are small, and roots tell small numbers apart. ``scale`` [2] is what to multiply
    each row with.
    """
    import numpy as np

    wide = weights.astype(np.float32)
    if weights.dtype == np.int8:
        wide *= np.abs(wide)
    return wide * scale.astype(np.float32)[:, None]


def _weights(text: str, language: str | None, table: Table, temperature: float) -> Iterator[Weight]:
    """Yield a weight for each token of ``text``; for each character of a run without spaces."""
    import numpy as np

    found = features([text], [language])
    polarity = table.weights[0]
    scale = float(np.sqrt(max(found.sizes(1)[0], 1))) * temperature
    of_grams = polarity[table.places(found.grams.hashes)]
    by_token = np.bincount(found.grams.owner, of_grams, len(found.grams.names))
    tokens, first = np.zeros(len(found.tokens)), found.first
    tokens[first] = by_token[found.tokens[first]]
    joined = polarity[table.places(found.joined)].astype(np.float64)
    shared = np.zeros(len(found.tokens) + 1)
    pairs, pair_at = joined[: found.pairs] / 2, found.joined_at[: found.pairs]
    np.add.at(shared, pair_at, pairs)
    np.add.at(shared, pair_at + 1, pairs)
    np.add.at(shared, found.joined_at[found.pairs :], joined[found.pairs :])
    matches = [m for m in token_pattern().finditer(text) if fold_token(m.group())]
    for match, own, joint in zip(matches, tokens / scale, shared[:-1] / scale, strict=True):
        start, end = match.span()
        folded = fold_token(match.group())
        if not is_unspaced(folded[0]) or len(folded) != end - start:
            yield Weight(start, end, match.group(), float(own + joint), float(own))
            continue
        for place, weight in enumerate(_by_character(folded, table) / scale + joint / len(folded)):
            at = start + place
            yield Weight(at, at + 1, text[at], float(weight))


def _by_character(run: str, table: Table) -> Floats:
    """Return the polarity of each character of ``run``: its share of all pieces that hold it."""
    import numpy as np

    shares = np.zeros(len(run))
    for length in PIECES_UNSPACED:
        if length <= len(run):
            weights = table.weights[0][table.places(run_pieces(run, length))] / length
            for shift in range(length):
                shares[shift : shift + len(weights)] += weights
    return shares
