"""py3langid's model, asked for many texts at once: what each text is, of all its languages.

The model is a walk over the bytes of a text (each step may find a feature) and naive Bayes over the
features found. py3langid walks text by text in Python; here all texts of a batch take a step
together in NumPy, and only the few features found are looked up. The scores are py3langid's own (a
test holds them against its ``rank``), at two to three times its speed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEW = 8
"""Texts up to which py3langid's own walk, one by one, is the faster."""


NO_CAPITALS = bytes(c for c in range(128) if not chr(c).isupper())
NO_LETTERS = bytes(c for c in range(128) if not chr(c).isalpha())


class Model(NamedTuple):
    """py3langid's model, its tables as arrays; 75 MB in all, shared with nothing."""

    labels: tuple[str, ...]
    """The language of each column of ``weights``; some are there twice, for two scripts."""
    bases: NDArray[np.int64]
    """Where the row of each state begins in ``moves``."""
    moves: NDArray[np.uint32]
    """The next state, by row and byte."""
    found: NDArray[np.int64]
    """The feature that is found on coming to a state, -1 for none."""
    weights: NDArray[np.float32]
    """Logarithm of the likelihood of each feature (row) in each language (column)."""
    start: NDArray[np.float32]
    """Logarithm of each language's own likelihood."""


class Found(NamedTuple):
    """Which features were found in which text, how often; sorted by text."""

    text: NDArray[np.int64]
    feature: NDArray[np.int64]
    times: NDArray[np.int64]


@cache
def model() -> Model:
    """Return this process's model; loading it takes half a second."""
    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    loaded = LanguageIdentifier.from_model_file(MODEL_FILE)
    return Model(
        labels=tuple(loaded.nb_classes),
        bases=np.asarray(loaded.tk_row, np.int64) << 8,
        moves=np.asarray(loaded.tk_nextmove),
        found=np.asarray(loaded.tk_output, np.int64),
        # Half floats, which take many times longer to add up than to widen once.
        weights=np.ascontiguousarray(loaded.nb_ptc, np.float32),
        start=np.asarray(loaded.nb_pc, np.float32),
    )


def shares(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the probability of each language (column, see ``model().labels``) for each text (row).

    As in py3langid the logarithms are divided by the root of the number of bytes, since the
    features of a text are not independent; all languages are equal where nothing was found.
    """
    import numpy as np

    tables = model()
    encoded = [_bytes(text) for text in texts]
    found = _walk_few(encoded) if len(texts) <= FEW else _walk(encoded)
    scores = np.zeros((len(texts), len(tables.labels)), np.float32)
    weight = np.log1p(found.times.astype(np.float32))
    first = np.flatnonzero(np.diff(found.text, prepend=-1))
    ends = [*first[1:].tolist(), len(found.text)][: len(first)]
    for row, a, b in zip(found.text[first].tolist(), first.tolist(), ends, strict=True):
        scores[row] = weight[a:b] @ tables.weights[found.feature[a:b]] + tables.start
    lengths = np.array([len(e) for e in encoded], np.float32)
    scores /= np.sqrt(np.maximum(lengths, 1))[:, None]
    np.exp(scores - scores.max(axis=1, keepdims=True), out=scores)
    shared: NDArray[np.float32] = scores / scores.sum(axis=1, keepdims=True)
    return shared


def _bytes(text: str) -> bytes:
    if text.isascii():
        plain = text.encode("ascii")
        capitals = len(plain.translate(None, NO_CAPITALS))
        return plain.lower() if 3 * capitals > 2 * len(plain.translate(None, NO_LETTERS)) else plain
    capitals = sum(map(str.isupper, text))
    if 3 * capitals > 2 * sum(map(str.isalpha, text)):
        text = text.lower()
    return unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")


def _walk(encoded: Sequence[bytes]) -> Found:
    """Walk over all texts at once, a byte of each at a time, the longest texts first."""
    import numpy as np

    tables = model()
    lengths = np.array([len(e) for e in encoded])
    order = np.argsort(-lengths, kind="stable")
    stream = np.frombuffer(b"".join(encoded), np.uint8)
    starts = (np.cumsum(lengths) - lengths)[order]
    longest = int(lengths[order[0]])
    under_way = len(encoded) - np.searchsorted(np.sort(lengths), np.arange(longest), side="right")
    state = np.zeros(len(encoded), np.int64)
    texts, features = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for step, n in enumerate(under_way.tolist()):
        here = tables.moves[tables.bases[state[:n]] + stream[starts[:n] + step]]
        state[:n] = here
        feature = tables.found[here]
        hit = np.flatnonzero(feature >= 0)
        texts.append(order[hit])
        features.append(feature[hit])
    return _counted(np.concatenate(texts), np.concatenate(features))


def _walk_few(encoded: Sequence[bytes]) -> Found:
    import numpy as np
    from py3langid.langid import visit_counts

    moves, bases, found = _lists()
    texts: list[int] = []
    features: list[int] = []
    for row, one in enumerate(encoded):
        seen = visit_counts(moves, bases, found, one) or {}
        features.extend(f for f, n in seen.items() for _ in range(n))
        texts.extend([row] * (len(features) - len(texts)))
    return _counted(np.array(texts, np.int64), np.array(features, np.int64))


def _counted(texts: NDArray[np.int64], features: NDArray[np.int64]) -> Found:
    import numpy as np

    size = len(model().weights)
    keys, counts = np.unique(texts * size + features, return_counts=True)
    return Found(keys // size, keys % size, counts)


@cache
def _lists() -> tuple[memoryview, list[int], list[int]]:
    """Return the tables of the walk as Python reads them fastest."""
    tables = model()
    return tables.moves.data, tables.bases.tolist(), tables.found.tolist()
