"""What near copies of one text have in common: bands to find them by, a sketch to judge them by.

A text is folded; links, @names, the RT before a name and the hashtags at its end are left out. The
rest is cut into shingles: two words each, four characters in scripts without spaces. Of the set of
shingles MinHash (Broder 1997) keeps minima, of which texts share as many as they share shingles.
``ROWS`` minima together are a band: near copies have at least one in common, texts that merely
sound alike hardly ever (locality-sensitive hashing; Leskovec et al., Mining of Massive Datasets,
3.4). One bit of each of ``SKETCH_BITS`` minima is the sketch (b-bit minwise hashing, Li and König
2010): of texts whose shingles have the Jaccard similarity J, SKETCH_BITS * (1 - J) / 2 bits differ
in the mean.

A text of fewer than ``MIN_SHINGLES`` has one band, and a sketch, of all its words in their order:
one word changed is too much of it to be sure.

Stored bands are compared for years: whatever changes a constant here parts old texts from new ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from transforms.shingles import STEP, Words, mixed, powers, shingles, words

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

BANDS = 6
ROWS = 4
SKETCH_BITS = 128
SKETCH_WORDS = SKETCH_BITS // 64
MIN_SHINGLES = 20
"""Shingles from which a text may have words changed and still be the same voice."""
MIN_CHARACTERS = 40
MIN_CHARACTERS_UNSPACED = 15
"""Characters of words below which a text has no bands: two people may both say that. The second for
scripts without spaces. As for equal texts, see ``transforms.enrich.MIN_VOICE``."""
MAX_CHARACTERS = 100_000
"""Of a longer text only so many count, so that none takes all memory."""
CHARACTERS_AT_ONCE = 1 << 18
"""Characters that are looked at together: their numbers stay in the processor's cache."""

LINK = re.compile(r"https?://\S+")
LINK_WWW = re.compile(r"www\.\S+")
RETWEET = re.compile(r"\W*rt\s*:?\s*(?=@)")
NAME = re.compile(r"@\w[\w.@-]*")
"""What copies add, in folded text. Each begins with letters that are quick to find, or is matched
at the text's beginning only."""
MAX_TAGS = 30
"""Hashtags at the end of a text of which it can be freed."""

SEED = 20260301


def voice_bands(texts: Sequence[str | None]) -> pa.Array:
    """Return for each text a list of numbers (uint64), null where it is too short to be a voice.

    The first ``SKETCH_WORDS`` are its sketch, the others its bands. Texts are near copies if they
    have a band in common and their sketches differ in few bits.
    """
    import numpy as np
    import pyarrow as pa

    kind = pa.list_(pa.uint64())
    parts = [_of_part(part) for part in _parts([plain(text) for text in texts])]
    if not parts:
        return pa.array([], kind)
    lengths = np.concatenate([lengths for lengths, _ in parts])
    values = np.concatenate([values for _, values in parts])
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(ends, values, type=kind, mask=pa.array(lengths == 0))


def plain(text: str | None) -> str:
    """Return the text without what copies add to it, folded."""
    text = (text or "")[:MAX_CHARACTERS]
    text = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    if "://" in text:
        text = LINK.sub(" ", text)
    if "www." in text:
        text = LINK_WWW.sub(" ", text)
    if "#" in text:
        text = _without_tags(text)
    if "@" in text:
        retweet = RETWEET.match(text)
        text = NAME.sub(" ", text[retweet.end() :] if retweet else text)
    return text


def _without_tags(text: str) -> str:
    """Return the text without the hashtags at its end, and what signs stand between them."""
    kept = text.rsplit(None, MAX_TAGS)
    while kept and (kept[-1][0] == "#" or not any(map(str.isalnum, kept[-1]))):
        kept.pop()
    return " ".join(kept)


def _parts(texts: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    characters = 0
    for text in texts:
        part.append(text)
        characters += len(text) + 1
        if characters >= CHARACTERS_AT_ONCE:
            yield part
            part, characters = [], 0
    if part:
        yield part


def _of_part(texts: list[str]) -> tuple[NDArray[np.int64], Numbers]:
    """Return how many numbers each text has (0 where it is too short), and these, in a row."""
    import numpy as np

    said = words(texts)
    found, owners = shingles(said)
    n = len(texts)
    count = np.bincount(owners, minlength=n)
    alone = np.bincount(said.text[said.alone], minlength=n)
    least = np.where(2 * alone >= said.characters, MIN_CHARACTERS_UNSPACED, MIN_CHARACTERS)
    enough = said.characters >= least
    near = enough & (count >= MIN_SHINGLES)
    whole = enough & ~near

    width = SKETCH_WORDS + BANDS
    table = np.zeros((n, width), np.uint64)
    table[near] = _near(found[near[owners]], count[near])
    table[whole, : SKETCH_WORDS + 1] = _whole(said)[whole]
    lengths = np.where(near, width, np.where(whole, SKETCH_WORDS + 1, 0))
    return lengths, table[np.arange(width) < lengths[:, None]]


def _near(found: NDArray[np.uint32], count: NDArray[np.int64]) -> Numbers:
    """Return sketch and bands of texts of which each has so many (``count``) of the shingles."""
    import numpy as np

    if not len(count):
        return np.zeros((0, SKETCH_WORDS + BANDS), np.uint64)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    factors, terms = _permutations()
    minima = np.empty((SKETCH_BITS, len(count)), np.uint64)
    permuted = np.empty_like(found)
    for row, factor, term in zip(minima, factors, terms, strict=True):
        np.multiply(found, factor, out=permuted)
        permuted += term
        row[:] = np.minimum.reduceat(permuted, first)
    salt = np.arange(1, SKETCH_BITS + 1, dtype=np.uint64) << np.uint64(32)
    minima = mixed((minima + salt[:, None]) * np.uint64(STEP))
    bits = (minima >> np.uint64(63)).astype(np.uint8)
    sketch = np.packbits(np.ascontiguousarray(bits.T), axis=1, bitorder="little").view("<u8")
    bands = np.zeros((BANDS, len(count)), np.uint64)
    for row in minima[: ROWS * BANDS].reshape(BANDS, ROWS, -1).swapaxes(0, 1):
        bands = mixed(bands * np.uint64(STEP) + row)
    return np.concatenate([sketch.astype(np.uint64), bands.T], axis=1)


def _whole(said: Words) -> Numbers:
    """Return sketch and band of each text that stand for all its words in their order."""
    import numpy as np

    first = np.cumsum(said.sizes) - said.sizes
    place = np.arange(len(said.hashes)) - np.repeat(first, said.sizes)
    power, _ = powers(1 << max(18, len(place).bit_length()))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(said.hashes * power[place])])
    whole = mixed(sums[first + said.sizes] - sums[first])
    salts = np.arange(1, SKETCH_WORDS + 2, dtype=np.uint64) * np.uint64(STEP)
    return mixed(whole[:, None] + salts)


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return factors (odd) and terms of the permutations ``x * factor + term`` of 32 bits."""
    import numpy as np

    drawn = mixed(np.arange(SEED, SEED + 2 * SKETCH_BITS, dtype=np.uint64) * np.uint64(STEP))
    halves = (drawn >> np.uint64(32)).astype(np.uint32)
    return halves[:SKETCH_BITS] | np.uint32(1), halves[SKETCH_BITS:]
