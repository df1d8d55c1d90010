"""The trained encoder as the file that ships: adapters, head, and how far each channel reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.e5_torch import MATRICES, Encoder
from transforms.sentiment.e5_run import batches

MEASURED = ("q", "ao", "fi", "fo")
"""Matrices whose inputs are measured; key and value have those of the query."""

Pair = tuple[Tensor, Tensor]


def export(model: Encoder, ids: Sequence[Sequence[int]], path: Path) -> None:
    """Write ``model`` to ``path``; reaches are measured on the texts with the numbers ``ids``.

    Numbers are half precision but for biases, norms and the head.
    """
    arrays: dict[str, NDArray[np.generic]] = {}
    for number, layer in enumerate(model.layers):
        for name in MATRICES:
            matrix = getattr(layer, name)
            if matrix.rank:
                arrays[f"l{number}.{name}.a"] = _half(matrix.a)
                arrays[f"l{number}.{name}.b"] = _half(matrix.b * matrix.scale)
            if number >= model.first:
                arrays[f"v.l{number}.{name}.b"] = _single(matrix.bias)
        if number >= model.first:
            for name in ("aln", "oln"):
                norm = getattr(layer, name)
                arrays[f"v.l{number}.{name}.w"] = _single(norm.weight)
                arrays[f"v.l{number}.{name}.b"] = _single(norm.bias)
    arrays["head.weight"], arrays["head.bias"] = (
        _single(model.head.weight),
        _single(model.head.bias),
    )
    for (number, name), (low, high) in reaches(model, ids).items():
        arrays[f"l{number}.{name}.reach"] = _half(torch.stack([low, high]))
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


@torch.no_grad()
def reaches(model: Encoder, ids: Sequence[Sequence[int]]) -> dict[tuple[int, str], Pair]:
    """Return the least and greatest input of each channel of each matrix, by layer and name."""
    found: dict[tuple[int, str], Pair] = {}
    kept = torch.zeros(0, dtype=torch.bool)

    def measure(key: tuple[int, str], x: Tensor) -> None:
        rows = x.reshape(-1, x.shape[-1])[kept.reshape(-1)]
        low, high = rows.amin(0), rows.amax(0)
        if key in found:
            low, high = torch.minimum(low, found[key][0]), torch.maximum(high, found[key][1])
        found[key] = (low, high)

    hooks = [
        getattr(layer, name).register_forward_pre_hook(
            lambda _, inputs, key=(number, name): measure(key, inputs[0])
        )
        for number, layer in enumerate(model.layers)
        for name in MEASURED
    ]
    model.eval()
    for words, mask in padded(ids):
        kept = mask
        model(model.lower(words, mask), mask)
    for hook in hooks:
        hook.remove()
    return found


def padded(ids: Sequence[Sequence[int]]) -> Iterator[Pair]:
    """Yield the numbers ``ids`` in batches, see :func:`joined`."""
    for places in batches([len(one) for one in ids]):
        yield joined([ids[place] for place in places])


def joined(ids: Sequence[Sequence[int]], pad: int = 1) -> Pair:
    """Return ``ids`` as words [n, tokens] and a mask that is True where there is one."""
    longest = max(map(len, ids))
    words = torch.full((len(ids), longest), pad)
    mask = torch.zeros(words.shape, dtype=torch.bool)
    for row, one in enumerate(ids):
        words[row, : len(one)] = torch.tensor(one)
        mask[row, : len(one)] = True
    return words, mask


def _half(values: Tensor) -> NDArray[np.generic]:
    return values.detach().numpy().astype(np.float16)


def _single(values: Tensor) -> NDArray[np.generic]:
    return values.detach().numpy().astype(np.float32)
