"""The features of a text: its words, pairs of words and pieces of words, as hashes.

Each distinct token (see :mod:`transforms.sentiment.ngrams_tokens`) is folded once and gives:

- a word: itself, and its pieces of 2 to 5 characters, its start and end being characters too;
- a run of a script without spaces: its pieces of 1 to 3 characters;
- anything else: itself;
- one gram each for being written IN CAPITALS and for being looooong.

Each pair of neighbouring tokens is a gram of the text; and each token once more as a word of the
text's language, where that is known: what all languages share is learned from all of them, and what
a word means in one only ("die", "gift", "no") beside it (Daumé 2007, feature augmentation).

All are 64-bit hashes, computed for a whole batch at once, in integers that wrap around: equal on
every platform.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from transforms.sentiment.ngrams_tokens import (
    CAPITALS,
    LENGTHENED,
    REPEATED,
    SIGN,
    fold_token,
    is_unspaced,
    token_pattern,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Integers = NDArray[np.int64]

MULTIPLIER = 0x9E3779B97F4A7C15
"""Odd, so that multiplying by it loses nothing of a hash: 2 ** 64 over the golden ratio."""

MIX = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
"""Of the finaliser of splitmix64 (Steele et al. 2014), which spreads each bit over all others."""

WHOLE, PAIR = 0x51, 0x52
"""What hashes of tokens and of pairs are salted with; pieces are with their length."""

START, END = "\x02", "\x03"
PIECES, PIECES_UNSPACED = (2, 3, 4, 5), (1, 2, 3)
MAX_WORD = 32
"""Characters of a word that are cut to pieces; the word itself is hashed whole."""


class Grams(NamedTuple):
    """The grams of ``k`` distinct tokens: ``hashes`` [g], each of token ``owner`` [g].

    ``names`` [k] are the hashes of the tokens themselves, ``counts`` [k] how many grams each has.
    """

    hashes: Hashes
    owner: Integers
    names: Hashes
    counts: Integers


class Features(NamedTuple):
    """The features of a batch of ``n`` texts.

    ``tokens`` [m] are places in ``grams``, in the order of the texts; ``text`` [m] says which text
    each is of. ``first`` [d] are the tokens that their text has not had before: a token's grams and
    a pair count once a text, however often it says so. ``joined`` [j] are the hashes of pairs (of
    the token at ``joined_at`` [j] and the next) and of words in their language (of the token
    there).
    """

    grams: Grams
    tokens: Integers
    text: Integers
    first: Integers
    joined: Hashes
    joined_at: Integers
    pairs: int
    """How many of the first of ``joined`` are pairs."""

    def sizes(self, n: int) -> Integers:
        """Return the number of features of each of the ``n`` texts."""
        import numpy as np

        weights = self.grams.counts[self.tokens[self.first]]
        own = np.bincount(self.text[self.first], weights=weights, minlength=n).astype(np.int64)
        return own + np.bincount(self.text[self.joined_at], minlength=n)


def features(texts: Sequence[str], languages: Sequence[str | None]) -> Features:
    """Return the features of ``texts``; those of one don't depend on which others are there.

    ``languages`` has the language of each, None where nobody knows it.
    """
    import numpy as np

    found = [token_pattern().findall(text) for text in texts]
    index: defaultdict[str, int] = defaultdict(count().__next__)
    tokens = np.array([index[raw] for row in found for raw in row], dtype=np.int64)
    text = np.repeat(np.arange(len(texts)), [len(row) for row in found])
    raws = list(index)
    folded = [fold_token(raw) for raw in raws]
    said = np.array([bool(f) for f in folded], dtype=bool)[tokens]
    tokens, text = tokens[said], text[said]
    grams = grams_of(raws, folded)
    names = grams.names[tokens]
    at = _first_pairs(tokens, text, max(len(raws), 1))
    pairs = mixed((names[at] * np.uint64(MULTIPLIER)) + names[at + 1] + np.uint64(PAIR))
    first = np.unique(text * max(len(raws), 1) + tokens, return_index=True)[1]
    told = np.array([bool(code) for code in languages], dtype=bool)
    spoken_at = first[told[text[first]]]
    spoken = mixed(names[spoken_at] + _language_salts(languages)[text[spoken_at]])
    joined, joined_at = np.concatenate([pairs, spoken]), np.concatenate([at, spoken_at])
    return Features(grams, tokens, text, first, joined, joined_at, len(at))


def _first_pairs(tokens: Integers, text: Integers, k: int) -> Integers:
    """Return the places of tokens that with the next one are a pair new to their text."""
    import numpy as np

    at = np.flatnonzero(text[1:] == text[:-1])
    pairs = (text[at] * k + tokens[at]) * k + tokens[at + 1]
    return at[np.unique(pairs, return_index=True)[1]]


def _language_salts(languages: Sequence[str | None]) -> Hashes:
    import numpy as np

    codes = sorted({code or "" for code in languages})
    salts = dict(zip(codes, whole_hashes(codes), strict=True))
    return np.array([salts[code or ""] for code in languages], dtype=np.uint64)


def grams_of(raws: Sequence[str], folded: Sequence[str]) -> Grams:
    """Return the grams of tokens: ``raws`` as they were written, ``folded`` as they count."""
    import numpy as np

    k = len(folded)
    names = whole_hashes(folded)
    spaced = [i for i, f in enumerate(folded) if f and f[0] != SIGN and not is_unspaced(f[0])]
    unspaced = [i for i, f in enumerate(folded) if f and is_unspaced(f[0])]
    signs = [i for i, f in enumerate(folded) if f and f[0] == SIGN]
    capitals = [i for i in spaced if len(raws[i]) > 1 and raws[i].isupper()]
    lengthened = [i for i in spaced if REPEATED.search(raws[i])]
    wholes = np.array([*spaced, *signs], dtype=np.int64)
    style = np.array([*capitals, *lengthened], dtype=np.int64)
    of_style = whole_hashes([CAPITALS, LENGTHENED])
    word_pieces = _pieces([f"{START}{folded[i][:MAX_WORD]}{END}" for i in spaced], PIECES)
    run_pieces = _pieces([folded[i] for i in unspaced], PIECES_UNSPACED)
    hashes = np.concatenate(
        [
            names[wholes],
            of_style[np.repeat([0, 1], [len(capitals), len(lengthened)])],
            word_pieces[0],
            run_pieces[0],
        ]
    )
    owner = np.concatenate(
        [
            wholes,
            style,
            np.array(spaced, dtype=np.int64)[word_pieces[1]],
            np.array(unspaced, dtype=np.int64)[run_pieces[1]],
        ]
    )
    return Grams(hashes, owner, names, np.bincount(owner, minlength=k))


def _pieces(words: Sequence[str], lengths: Sequence[int]) -> tuple[Hashes, Integers]:
    """Return the hashes of the pieces of ``words``, and which word each is of."""
    import numpy as np

    codes, owner, _ = _codes(words)
    hashes, owners = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    rolling = np.zeros(len(codes), np.uint64)
    for length in range(1, min(max(lengths), len(codes)) + 1):
        last = len(codes) - length + 1
        rolling = (rolling[:last] + codes[length - 1 :]) * np.uint64(MULTIPLIER)
        if length in lengths:
            within = np.flatnonzero(owner[:last] == owner[length - 1 :])
            hashes.append(mixed(rolling[within] + np.uint64(length)))
            owners.append(owner[within])
    return np.concatenate(hashes), np.concatenate(owners)


def run_pieces(run: str, length: int) -> Hashes:
    """Return the hashes of all pieces of ``length`` characters of ``run``, in its order."""
    return _pieces([run], (length,))[0]


def whole_hashes(words: Sequence[str]) -> Hashes:
    """Return a hash of each of ``words``; of an empty one it is 0."""
    import numpy as np

    codes, owner, place = _codes(words)
    powers = np.multiply.accumulate(
        np.full(int(place.max(initial=0)) + 1, MULTIPLIER, dtype=np.uint64)
    )
    terms = codes * powers[place]
    lengths = np.bincount(owner, minlength=len(words))
    summed = np.zeros(len(words), np.uint64)
    some = np.flatnonzero(lengths)
    if len(some):
        starts = (np.cumsum(lengths) - lengths)[some]
        summed[some] = mixed(np.add.reduceat(terms, starts) + np.uint64(WHOLE))
    return summed


def _codes(words: Sequence[str]) -> tuple[Hashes, Integers, Integers]:
    """Return the code points of all ``words``, which word each is of, and its place in it."""
    import numpy as np

    # A lone surrogate is no character, and some sources send them all the same.
    joined = "".join(words).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype="<u4").astype(np.uint64)
    lengths = np.array([len(word) for word in words], dtype=np.int64)
    owner = np.repeat(np.arange(len(words)), lengths)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return codes, owner, place


def mixed(hashes: Hashes) -> Hashes:
    """Return ``hashes`` with every bit depending on all others (splitmix64's finaliser)."""
    import numpy as np

    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(MIX[0])
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(MIX[1])
    return hashes ^ (hashes >> np.uint64(31))
