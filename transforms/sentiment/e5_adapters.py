"""What training changed in the encoder, small enough to ship: ``data/adapters.npz``.

A matrix W [outputs, inputs] becomes ``W + B A`` with A [rank, inputs] and B [outputs, rank] (Hu et
al. 2021, LoRA); biases and norms are shipped whole. Beside them lie what each matrix's inputs
reached on training texts, by channel, from which :mod:`transforms.sentiment.e5_graph` chooses how
to round, and the head: logits = mean state x weight' + bias.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.errors import ConfigurationError
from transforms.sentiment.e5_file import ModelFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

ADAPTERS = Path(__file__).parent / "data" / "adapters.npz"
MATRICES = ("q", "k", "v", "ao", "fi", "fo")
"""A layer's matrices as the model file names them: query, key, value, attention's output, the two
of the feed-forward part."""

INPUTS = {"q": "q", "k": "q", "v": "q", "ao": "ao", "fi": "fi", "fo": "fo"}
"""Under which name the inputs of each matrix are measured: the first three have the same."""


class Adapters:
    """The adapters in the file ``path``. ConfigurationError where it is not there or not one."""

    def __init__(self, path: Path = ADAPTERS) -> None:
        import zipfile

        import numpy as np

        try:
            with np.load(path, allow_pickle=False) as arrays:
                self._arrays = {name: arrays[name] for name in arrays.files}
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise ConfigurationError(
                f"The encoder's adapters can't be read from {path}: {error}.",
                remedy="Install Tidings again.",
            ) from error
        self.path = path

    @cached_property
    def digest(self) -> str:
        """Eight hex digits of the file's content."""
        import hashlib

        return hashlib.blake2b(self.path.read_bytes(), digest_size=4).hexdigest()

    def matrix(self, model: ModelFile, layer: int, name: str) -> Floats:
        """Return the changed matrix ``name`` of ``layer`` [outputs, inputs]."""
        shape = model.shape
        weight = model.matrix(f"l{layer}.{name}.w", shape.inner if name == "fo" else shape.width)
        if f"l{layer}.{name}.a" in self._arrays:
            weight = weight + self._get(f"l{layer}.{name}.b") @ self._get(f"l{layer}.{name}.a")
        return weight

    def vector(self, model: ModelFile, name: str) -> Floats:
        """Return the bias or norm ``name`` (as the model file names it), changed where it was."""
        return self._get(f"v.{name}") if f"v.{name}" in self._arrays else model.vector(name)

    def reach(self, layer: int, name: str) -> tuple[Floats, Floats]:
        """Return the least and the greatest inputs [inputs] that the matrix ``name`` had."""
        low, high = self._get(f"l{layer}.{INPUTS[name]}.reach")
        return low, high

    @cached_property
    def head(self) -> tuple[Floats, Floats]:
        """Weight [3, width] and bias [3] of the head: negative, neutral, positive."""
        return self._get("head.weight"), self._get("head.bias")

    def _get(self, name: str) -> Floats:
        import numpy as np

        made: Floats = self._arrays[name].astype(np.float32)
        return made
