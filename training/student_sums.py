"""Makes the sums: ``python -m training.student_sums SETS_FOLDER HELD_OUT [--encoder FOLDER]``.

HELD_OUT are the student's logits of texts that it was not trained on (``training.student
--held-out``). With ``--encoder``, a folder with the encoder's logits of all texts
(``SET_train.npy``, ``SET_dev.npy``), ``accurate`` is fitted too: on the fold of the training texts
that was held out of the encoder's training.

The weights are a logistic regression with a small penalty. The calibration is fitted on the same
texts: there are ten numbers to fit on thousands of texts.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from training.sets import CREDIT, JUDGED, Example, kept_from_encoder, read
from transforms.sentiment.accurate import both, summed_logits
from transforms.sentiment.blend import Columns, Sum, evidence
from transforms.sentiment.calibrate import Calibration, fit, log_softmax, macro_f1, nll
from transforms.sentiment.student import DATA, TO_LOGITS, Student

Floats = NDArray[np.float64]

VERSION, PENALTY, FIRM = "1", 1.0, 20.0
"""FIRM is the penalty for leaving what was fitted on all languages: those of one are few."""


def main() -> None:
    """Read the arguments, fit, and write ``blend.json`` and ``blend_accurate.json``."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("sets", type=Path)
    asked.add_argument("held_out", type=Path)
    asked.add_argument("--encoder", type=Path)
    asked.add_argument("--out", type=Path, default=DATA)
    told = asked.parse_args()
    examples = [e for name in JUDGED for e in read(told.sets, name)]
    logits = np.load(told.held_out)
    _write(told.out / "blend.json", blend_of(examples, logits, told.sets))
    if told.encoder:
        logs = _logs(told.encoder, "train")
        held = np.array([kept_from_encoder(e) for e in examples])
        some = [e for e, h in zip(examples, held, strict=True) if h]
        made = accurate_of(some, logits[held], logs[held])
        dev = _on_dev(made, told.sets, _logs(told.encoder, "dev"))
        made = msgspec.structs.replace(made, about=made.about | {"dev": dev})
        _write(told.out / "blend_accurate.json", made)


def blend_of(examples: Sequence[Example], logits: Floats, sets: Path) -> Sum:
    """Return the sum of the student's ``logits`` [n, 3] and VADER's numbers, for English."""
    english = np.array([e.language == "en" for e in examples])
    texts = [e.text for e in examples if e.language == "en"]
    labels = np.array([e.label for e in examples])[english]
    columns = evidence(texts, logits[english])
    weights = weigh(*columns, labels)
    calibration = fit(weights.logits(*columns), ["en"] * len(texts), labels)
    dev = read(sets, "umsab_en", "dev")
    said = [e.text for e in dev]
    on_dev = weights.logits(*evidence(said, Student().logits(said, ["en"] * len(said))))
    figures = _figures(on_dev, dev, calibration)
    about = _about(len(texts), {"umsab_en": figures})
    return Sum(VERSION, {"en": weights}, calibration, about)


def accurate_of(some: Sequence[Example], logits: Floats, logs: Floats) -> Sum:
    """Return the sum of encoder, student and (in English) VADER.

    ``logits`` [n, 3] are the student's, ``logs`` [n, 3] the encoder's log-probabilities.
    """
    labels = np.array([e.label for e in some])
    languages = [e.language for e in some]
    english = np.array([code == "en" for code in languages])
    columns = both(logs, logits)
    weights = {"*": weigh(*columns, labels, groups=languages)}
    more = evidence([e.text for e in some if e.language == "en"], logits[english])
    wide = [
        np.concatenate([own[english], extra[:, 1:]], axis=1)
        for own, extra in zip(columns, more, strict=True)
    ]
    weights["en"] = weigh(wide[0], wide[1], labels[english], towards=weights["*"])
    texts = [e.text for e in some]
    calibration = fit(summed_logits(weights, texts, languages, logs, logits), languages, labels)
    return Sum(VERSION, weights, calibration, _about(len(some), {}))


def weigh(
    polarity: Floats,
    neutrality: Floats,
    labels: NDArray[np.int64],
    *,
    groups: Sequence[str] = (),
    towards: Columns | None = None,
) -> Columns:
    """Return the weights of the columns of evidence, by the likelihood of ``labels`` [n].

    An intercept for each of ``groups`` [n] takes up how often it has each class. Weights are pulled
    ``towards`` others, those of more columns than it has towards 0.
    """
    first, second = polarity.shape[1], neutrality.shape[1]
    codes = sorted(set(groups)) or [""]
    group = np.array([codes.index(g) for g in groups] or [0] * len(labels))
    truth, to_logits = np.eye(3)[labels + 1], np.array(TO_LOGITS)
    centre, penalty = np.zeros(first + second), PENALTY if towards is None else FIRM
    if towards is not None:
        centre[: len(towards.polarity)] = towards.polarity
        centre[first : first + len(towards.neutrality)] = towards.neutrality

    def loss(point: Floats) -> tuple[float, Floats]:
        own, bias = point[: first + second], point[first + second :].reshape(-1, 3)
        summed = np.stack([polarity @ own[:first], neutrality @ own[first:]], axis=1)
        logs = log_softmax(summed @ to_logits + bias[group])
        error = np.exp(logs) - truth
        back = error @ to_logits.T
        slope = np.concatenate([polarity.T @ back[:, 0], neutrality.T @ back[:, 1]])
        by_group = np.zeros_like(bias)
        np.add.at(by_group, group, error)
        value = -(truth * logs).sum() + penalty / 2 * ((own - centre) ** 2).sum()
        slope += penalty * (own - centre)
        return float(value), np.concatenate([slope, by_group.ravel()])

    start = np.concatenate([centre, np.zeros(3 * len(codes))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    rounded = [round(float(v), 6) for v in found[: first + second]]
    return Columns(tuple(rounded[:first]), tuple(rounded[first:]))


def _logs(folder: Path, split: str) -> Floats:
    parts = [np.load(folder / f"{name}_{split}.npy").astype(np.float64) for name in JUDGED]
    return log_softmax(np.concatenate(parts))


def _on_dev(made: Sum, sets: Path, logs: Floats) -> dict[str, dict[str, float]]:
    examples = [e for name in JUDGED for e in read(sets, name, "dev")]
    texts, languages = [e.text for e in examples], [e.language for e in examples]
    logits = Student().logits(texts, languages)
    summed = summed_logits(made.columns, texts, languages, logs, logits)
    found = {}
    for name in JUDGED:
        at = [i for i, e in enumerate(examples) if e.set == name]
        found[name] = _figures(summed[at], [examples[i] for i in at], made.calibration)
    return found


def _figures(logits: Floats, examples: Sequence[Example], by: Calibration) -> dict[str, float]:
    labels = np.array([e.label for e in examples])
    told = by.apply(logits, [e.language for e in examples])
    return {
        "n": len(labels),
        "macro_f1": round(macro_f1(labels, told.labels), 3),
        "nll": round(nll(np.log(told.probabilities), labels), 3),
    }


def _about(n: int, dev: dict[str, dict[str, float]]) -> dict[str, Any]:
    trained = {name: CREDIT[name] for name in ("umsab_*", "norec_sent")}
    return {"trained_on": trained, "texts": n, "dev": dev}


def _write(path: Path, made: Sum) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    print(path, msgspec.json.encode((made.columns, made.about["dev"])).decode())


if __name__ == "__main__":
    main()
