"""Fine-tune the multilingual encoder: ``python -m training.encoder SETS_FOLDER [--phrases]``.

Writes ``transforms/sentiment/data/adapters.npz`` and its card. Takes some 40 minutes of one core
and 3 GB. Needs torch, beside what the extra ``accurate`` installs. With ``--phrases`` it is trained
on VADER's words and our own phrases too, as the adapters that are shipped were.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.e5_torch import Encoder
from training.encoder_card import write_card
from training.encoder_data import (
    Data,
    prepare,
    shuffled,
    training_examples,
    vader_words,
)
from training.encoder_export import export, joined
from training.sets import phrases as own_phrases
from transforms.sentiment.e5_adapters import ADAPTERS
from transforms.sentiment.e5_file import ModelFile, find_file
from transforms.sentiment.e5_tokens import Tokens

SEED = 1
FIRST_LAYER = 6
RANK = 16
EPOCHS = 3
BATCH_TOKENS = 1_600
DROPOUT = 0.1
SMOOTHING = 0.1
"""Share of the target that is spread over all classes."""

RATE, RATE_VECTORS, RATE_HEAD = 5e-4, 1e-4, 1e-3
"""Greatest learning rates: of adapters; of biases and norms; of the head."""

WARM_UP = 0.06
"""Share of the steps in which the rates rise; then they fall as a cosine to a fiftieth."""

KEPT = 0.998
"""What the average of the weights keeps of itself at a step; it is what is shipped."""

MEASURED = 2_000
"""Texts on which reaches are measured."""


def main() -> None:
    """Read the arguments, train, and write adapters and card."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("sets", type=Path)
    asked.add_argument("--phrases", action="store_true")
    asked.add_argument("--leave-out", action="append", default=[], help="a language, to measure")
    asked.add_argument("--out", type=Path, default=ADAPTERS)
    told = asked.parse_args()
    make(told.sets, told.out, phrases=told.phrases, left_out=frozenset(told.leave_out))


def make(
    folder: Path, path: Path, *, phrases: bool = False, left_out: frozenset[str] = frozenset()
) -> None:
    """Train on the sets in ``folder`` and write the adapters to ``path``, the card beside it."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    random = np.random.default_rng(SEED)
    model = ModelFile(find_file())
    model.check()
    examples = training_examples(folder, left_out)
    if phrases:
        examples += [*vader_words(), *own_phrases()]
    data = prepare(examples, Tokens(model))
    trained = train(model, data, random)
    plain = np.flatnonzero(data.priors[:, 1].numpy() > -100)  # sets with neutral: whole sentences
    some = random.choice(plain, MEASURED, replace=False)
    path.parent.mkdir(exist_ok=True)
    export(trained, [data.ids[i] for i in some], path)
    write_card(folder, path, seed=SEED, sets={one.set for one in examples})


def train(model: ModelFile, data: Data, random: np.random.Generator) -> Encoder:
    """Return the encoder with the averaged weights."""
    encoder, average = (Encoder(model, FIRST_LAYER, RANK) for _ in range(2))
    average.load_state_dict(encoder.state_dict())
    lengths = [len(one) for one in data.ids]
    plan = [
        batch
        for _ in range(EPOCHS)
        for batch in shuffled(data.draw(random), lengths, BATCH_TOKENS, random)
    ]
    groups = list(parameter_groups(encoder))
    optimizer = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, len(plan)))
    encoder.train()
    for step, batch in enumerate(plan):
        loss = batch_loss(encoder, data, torch.from_numpy(batch))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for group in groups for p in group["params"]], 1.0)
        optimizer.step()
        schedule.step()
        follow(average, encoder, min(KEPT, (1 + step) / (10 + step)))
        if step % 100 == 0:
            print(f"step {step} of {len(plan)}: loss {loss.item():.3f}", flush=True)
    return average.eval()


def batch_loss(encoder: Encoder, data: Data, batch: Tensor) -> Tensor:
    """Return the smoothed cross-entropy of a batch, by weight."""
    words, mask = joined([data.ids[i] for i in batch.tolist()])
    logits = encoder(encoder.lower(words, mask), mask, DROPOUT) + data.priors[batch]
    logs = functional.log_softmax(logits, dim=1)
    polar = data.priors[batch][:, 1] < -100
    spread = torch.where(polar[:, None], torch.tensor([0.5, 0.0, 0.5]), torch.tensor(1 / 3))
    target = functional.one_hot(data.labels[batch], 3) * (1 - SMOOTHING) + spread * SMOOTHING
    return -(logs * target).sum(1) @ data.weights[batch] / 40


def parameter_groups(encoder: Encoder) -> Iterator[dict[str, object]]:
    """Yield the trained parameters by learning rate."""
    by_rate: dict[float, list[Tensor]] = {RATE: [], RATE_VECTORS: [], RATE_HEAD: []}
    for name, parameter in encoder.named_parameters():
        if parameter.requires_grad:
            adapter = RATE if name.endswith((".a", ".b")) else RATE_VECTORS
            by_rate[RATE_HEAD if name.startswith("head") else adapter].append(parameter)
    for most, parameters in by_rate.items():
        decay = 0.0 if most == RATE_VECTORS else 0.01
        yield {"params": parameters, "lr": most, "weight_decay": decay}


def rate(step: int, steps: int) -> float:
    """Return the share of the greatest learning rate that holds at ``step``."""
    done = step / steps
    return min(1.0, (done + 1 / steps) / WARM_UP) * max(0.02, 0.5 * (1 + math.cos(math.pi * done)))


@torch.no_grad()
def follow(average: Encoder, encoder: Encoder, kept: float) -> None:
    """Move the trained weights of ``average`` towards those of ``encoder``."""
    for old, new in zip(average.parameters(), encoder.parameters(), strict=True):
        if new.requires_grad:
            old.data.lerp_(new, 1 - kept)


if __name__ == "__main__":
    main()
