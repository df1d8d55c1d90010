"""Texts as sets of shingles, which are numbers: many texts at once, by numpy, in no Python loop.

Texts lie one after the other as the codes of their characters. A word's hash is the polynomial of
its characters (Rabin and Karp 1987) modulo 2**64, from differences of running sums; a shingle's is
that of its words' hashes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from transforms.words import UNSPACED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

SPACE, LETTER, ALONE, MARK = range(4)
"""What a character is: between words, of a word, a word of its own, a sign on the one before."""

STEP = 0x9E3779B97F4A7C15
MIX = 0xBF58476D1CE4E5B9
STIR = 0x94D049BB133111EB
"""Odd numbers that scatter bits well: the golden ratio's and splitmix64's (Steele et al. 2014)."""


class Words(NamedTuple):
    """Words of many texts, one after the other.

    ``hashes`` (a word each), ``alone`` (whether it is one character of a script without spaces),
    ``text`` (whose it is, a number), ``sizes`` and ``characters`` (words and their characters, for
    each text).
    """

    hashes: Numbers
    alone: NDArray[np.bool_]
    text: NDArray[np.int64]
    sizes: NDArray[np.int64]
    characters: NDArray[np.int64]


def words(texts: list[str]) -> Words:
    """Cut texts into words and hash each."""
    import numpy as np

    joined = "\n".join(["", *texts, ""])
    code = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32)
    kind = _kinds()[code]
    before, after = kind[:-2], kind[2:]
    code, kind = code[1:-1], kind[1:-1]
    starts = (kind == ALONE) | (
        (kind != SPACE) & ((before == SPACE) | ((kind == LETTER) & (before == ALONE)))
    )
    ends = (kind != SPACE) & (
        (after == SPACE) | (after == ALONE) | ((kind == ALONE) & (after == LETTER))
    )
    first, last = np.flatnonzero(starts), np.flatnonzero(ends)

    power, inverse = powers(1 << max(18, len(code).bit_length()))
    sums = np.zeros(len(code) + 1, np.uint64)
    np.cumsum((code.astype(np.uint64) + 1) * power[: len(code)], out=sums[1:])
    hashes = mixed((sums[last + 1] - sums[first]) * inverse[first])

    bounds = np.cumsum([0, *[len(text) + 1 for text in texts]])
    sizes = np.diff(np.searchsorted(first, bounds))
    said = np.concatenate([[0], np.cumsum(kind != SPACE)])
    characters = np.diff(said[np.minimum(bounds, len(code))])
    text = np.repeat(np.arange(len(texts)), sizes)
    return Words(hashes, kind[first] == ALONE, text, sizes, characters)


def shingles(said: Words) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the shingles of all texts as numbers, and whose each is.

    A word and the next are one; a character of a script without spaces and the next three.
    """
    import numpy as np

    step = np.uint64(STEP)
    hashes = np.concatenate([said.hashes, np.zeros(3, np.uint64)])
    text = np.concatenate([said.text, np.full(3, -1)])
    n = len(said.hashes)
    pairs = hashes[:-1] * step + hashes[1:]
    fours = pairs[:n] * step * step + pairs[2 : n + 2]
    inside = np.where(said.alone, text[3 : n + 3], text[1 : n + 1]) == said.text
    found = mixed(np.where(said.alone, fours, pairs[:n])[inside])
    return (found >> np.uint64(32)).astype(np.uint32), said.text[inside]


def mixed(numbers: Numbers) -> Numbers:
    """Scatter the bits of each number over all 64 (the end of splitmix64)."""
    import numpy as np

    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(MIX)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(STIR)
    return numbers ^ (numbers >> np.uint64(31))


@cache
def powers(n: int) -> tuple[Numbers, Numbers]:
    """Return the first ``n`` powers of STEP modulo 2**64, and their inverses."""
    import numpy as np

    inverse = pow(STEP, -1, 1 << 64)
    found = []
    for base in (STEP, inverse):
        row = np.full(n, base, np.uint64)
        row[0] = 1
        found.append(np.cumprod(row, dtype=np.uint64))
    return found[0], found[1]


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return what each of Unicode's characters is: SPACE, LETTER, ALONE or MARK."""
    import numpy as np

    kinds = np.zeros(0x110000, np.uint8)
    everything = "".join(map(chr, range(0x110000)))
    for pattern, kind in ((r"[^\W_]+", LETTER), (f"[{UNSPACED}]+", ALONE)):
        for run in re.finditer(pattern, everything):
            kinds[run.start() : run.end()] = kind
    marks = chain(range(0x300, 0x1F000), range(0xE0100, 0xE01F0))
    kinds[[c for c in marks if unicodedata.category(chr(c))[0] == "M"]] = MARK
    return kinds
