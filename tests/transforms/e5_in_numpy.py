"""The encoder in plain numpy, one text at a time and exact: what the fast one is held against."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from transforms.sentiment.e5_adapters import Adapters
from transforms.sentiment.e5_file import ModelFile

Floats = NDArray[np.float32]

erf = np.vectorize(math.erf, otypes=[np.float32])


def pooled(model: ModelFile, adapters: Adapters, ids: list[int]) -> Floats:
    """Return the mean state [width] of the text with the numbers ``ids``."""
    shape = model.shape

    def matrix(layer: int, name: str, x: Floats) -> Floats:
        bias = adapters.vector(model, f"l{layer}.{name}.b")
        made: Floats = x @ adapters.matrix(model, layer, name).T + bias
        return made

    def norm(x: Floats, name: str) -> Floats:
        centred = x - x.mean(-1, keepdims=True)
        centred /= np.sqrt((centred**2).mean(-1, keepdims=True) + shape.epsilon)
        weight, bias = (adapters.vector(model, f"{name}.{part}") for part in "wb")
        made: Floats = centred * weight + bias
        return made

    def heads(x: Floats) -> Floats:
        return x.reshape(len(ids), shape.heads, -1).transpose(1, 0, 2)

    positions = model.vector("emb.pos").reshape(-1, shape.width)[: len(ids)]
    x = model.word_rows(np.array(ids)) + positions + model.vector("emb.type")[: shape.width]
    x = norm(x, "emb.ln")
    for layer in range(shape.layers):
        query, key, value = (heads(matrix(layer, name, x)) for name in "qkv")
        shares = query @ key.transpose(0, 2, 1) / math.sqrt(shape.width / shape.heads)
        shares = np.exp(shares - shares.max(-1, keepdims=True))
        seen = (shares / shares.sum(-1, keepdims=True)) @ value
        seen = seen.transpose(1, 0, 2).reshape(len(ids), shape.width)
        x = norm(x + matrix(layer, "ao", seen), f"l{layer}.aln")
        inner = matrix(layer, "fi", x)
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(x + matrix(layer, "fo", inner), f"l{layer}.oln")
    mean: Floats = x.mean(0)
    return mean
