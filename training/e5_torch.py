"""The encoder in torch: the model of :mod:`transforms.sentiment.e5_file` with low-rank adapters."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from transforms.sentiment.e5_file import ModelFile

MATRICES = ("q", "k", "v", "ao", "fi", "fo")
"""A layer's matrices, named as in the file: query, key, value, attention's output, the two of the
feed-forward part."""


class Adapted(nn.Module):
    """``x W' + x A' B' x scale + b``: a frozen matrix with a trained change of rank ``rank``."""

    def __init__(self, weight: Tensor, bias: Tensor, rank: int, scale: float) -> None:
        super().__init__()
        outputs, inputs = weight.shape
        self.register_buffer("weight", weight)
        self.bias = nn.Parameter(bias.clone())
        self.scale = scale
        if rank:
            self.a = nn.Parameter(torch.randn(rank, inputs) / math.sqrt(inputs))
            self.b = nn.Parameter(torch.zeros(outputs, rank))
        self.rank = rank

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of ``x`` [..., inputs]."""
        if not self.rank:
            return functional.linear(x, self.weight, self.bias)
        changed = functional.linear(functional.linear(x, self.a), self.b)
        return functional.linear(x, self.weight, self.bias) + self.scale * changed


class Layer(nn.Module):
    """One layer of BERT: attention and feed-forward, each followed by a sum and a norm."""

    def __init__(self, file: ModelFile, number: int, rank: int, scale: float) -> None:
        super().__init__()
        shape = file.shape
        self.heads = shape.heads
        for name in MATRICES:
            columns = shape.inner if name == "fo" else shape.width
            weight = torch.from_numpy(file.matrix(f"l{number}.{name}.w", columns).copy())
            bias = torch.from_numpy(file.vector(f"l{number}.{name}.b").copy())
            setattr(self, name, Adapted(weight, bias, rank, scale))
        for norm in ("aln", "oln"):
            made = nn.LayerNorm(shape.width, shape.epsilon)
            made.weight.data = torch.from_numpy(file.vector(f"l{number}.{norm}.w").copy())
            made.bias.data = torch.from_numpy(file.vector(f"l{number}.{norm}.b").copy())
            setattr(self, norm, made)

    def forward(self, x: Tensor, mask: Tensor, drop: float) -> Tensor:
        """Return the next states of ``x`` [n, tokens, width]; ``mask`` [n, 1, 1, tokens] is True
        where there is a token."""
        n, tokens, width = x.shape
        q, k, v = (
            made(x).view(n, tokens, self.heads, -1).transpose(1, 2)
            for made in (self.q, self.k, self.v)
        )
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        seen = self.ao(seen.transpose(1, 2).reshape(n, tokens, width))
        x = self.aln(x + functional.dropout(seen, drop, self.training))
        inner = self.fo(functional.gelu(self.fi(x)))
        return self.oln(x + functional.dropout(inner, drop, self.training))


class Encoder(nn.Module):
    """Layers ``first`` and up, and a head on the mean of the tokens: three classes.

    Layers below ``first`` are frozen and run once, by :meth:`lower`.
    """

    def __init__(self, file: ModelFile, first: int, rank: int, scale: float = 2.0) -> None:
        super().__init__()
        self.file, self.first = file, first
        shape = file.shape
        self.embed = nn.LayerNorm(shape.width, shape.epsilon)
        self.embed.weight.data = torch.from_numpy(file.vector("emb.ln.w").copy())
        self.embed.bias.data = torch.from_numpy(file.vector("emb.ln.b").copy())
        positions = file.vector("emb.pos").reshape(-1, shape.width)
        kind = file.vector("emb.type").reshape(-1, shape.width)[0]
        self.register_buffer("positions", torch.from_numpy(positions + kind))
        self.layers = nn.ModuleList(
            Layer(file, i, rank if i >= first else 0, scale) for i in range(shape.layers)
        )
        for frozen in (self.embed, *self.layers[:first]):
            frozen.requires_grad_(False)
        self.head = nn.Linear(shape.width, 3)

    def embedded(self, ids: Tensor) -> Tensor:
        """Return the embeddings [n, tokens, width] of the numbers ``ids``, after their norm."""
        unique, places = torch.unique(ids, return_inverse=True)
        rows = torch.from_numpy(self.file.word_rows(unique.numpy()))[places]
        return self.embed(rows + self.positions[: ids.shape[1]])

    @torch.no_grad()
    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return what the frozen layers make of ``ids`` [n, tokens]."""
        x = self.embedded(ids)
        for layer in self.layers[: self.first]:
            x = layer(x, mask[:, None, None, :], 0.0)
        return x

    def pooled(self, x: Tensor, mask: Tensor, drop: float = 0.0) -> Tensor:
        """Return the mean [n, width] of the last states; ``x`` is what :meth:`lower` gave."""
        for layer in self.layers[self.first :]:
            x = layer(x, mask[:, None, None, :], drop)
        weights = mask.to(x.dtype)[..., None]
        return (x * weights).sum(1) / weights.sum(1)

    def forward(self, x: Tensor, mask: Tensor, drop: float = 0.0) -> Tensor:
        """Return the logits [n, 3]: negative, neutral, positive."""
        return self.head(
            functional.dropout(self.pooled(x, mask, drop).float(), drop, self.training)
        )
