"""Calibration recovers what was done to logits, and helps texts that it was not fitted on."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from transforms.sentiment.calibrate import (
    JOINT,
    Calibration,
    Tuning,
    fit,
    fit_tuning,
    log_softmax,
    macro_f1,
    nll,
)

Drawn = tuple[NDArray[np.float64], NDArray[np.int64]]


def drawn(n: int, seed: int, spread: float = 1.5, lean: tuple[float, ...] = (0, 0, 0)) -> Drawn:
    """Return logits that tell the truth [n, 3], and labels drawn by them."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(size=(n, 3)) * spread + np.array(lean)
    shares = np.exp(log_softmax(logits)).cumsum(axis=1)
    return logits, (draw.random((n, 1)) > shares[:, :2]).sum(axis=1) - 1


def test_a_known_temperature_is_recovered() -> None:
    logits, labels = drawn(6_000, 1)
    tuning = fit_tuning(logits * 3.0, labels)
    assert tuning.temperature == pytest.approx(3.0, rel=0.06)
    assert tuning.bias == pytest.approx((0, 0, 0), abs=0.1)


def test_a_known_bias_is_recovered() -> None:
    logits, labels = drawn(6_000, 2)
    tuning = fit_tuning(logits - np.array([1.0, -1.0, 0.0]), labels)
    assert tuning.bias == pytest.approx((1.0, -1.0, 0.0), abs=0.12)


def test_likelihood_improves_on_texts_left_out() -> None:
    logits, labels = drawn(3_000, 3)
    sure = logits * 2.5
    calibration = fit(sure[:2_000], ["en"] * 2_000, labels[:2_000])
    told = calibration.apply(sure[2_000:], ["en"] * 1_000)
    ideal, raw = (
        nll(log_softmax(logits[2_000:]), labels[2_000:]),
        nll(log_softmax(sure[2_000:]), labels[2_000:]),
    )
    assert nll(np.log(told.probabilities), labels[2_000:]) < ideal + 0.01 < raw - 0.1


def test_offsets_call_the_rare_class() -> None:
    logits, labels = drawn(6_000, 4, spread=1.0, lean=(-1.6, 0.6, 0.2))
    tuning = fit_tuning(logits[:4_000], labels[:4_000])
    left, truth = logits[4_000:], labels[4_000:]
    told = Calibration({JOINT: tuning}).apply(left, [None] * 2_000).labels
    likeliest = np.argmax(left, axis=1) - 1
    assert tuning.offsets[0] > 0.2
    assert macro_f1(truth, told) > macro_f1(truth, likeliest) + 0.015


def test_few_texts_stay_near_the_joint_fit_and_many_go_their_own_way() -> None:
    many, many_labels = drawn(4_000, 5)
    other, other_labels = drawn(4_000, 6, lean=(0, 2, 0))
    other = other - np.array([0, 2, 0])

    def bias_of(n: int) -> float:
        logits = np.concatenate([many, other[:n]])
        labels = np.concatenate([many_labels, other_labels[:n]])
        told = fit(logits, ["en"] * 4_000 + ["da"] * n, labels)
        return told.of("da").bias[1] - told.of(JOINT).bias[1]

    assert bias_of(20) < 0.5 * bias_of(4_000)


def test_a_language_without_neutral_texts_takes_the_joint_fit() -> None:
    logits, labels = drawn(1_000, 7)
    codes = ["en" if label == 0 else ("en", "fi")[i % 2] for i, label in enumerate(labels)]
    told = fit(logits, codes, labels)
    assert set(told.languages) == {JOINT, "en"}
    assert told.of("fi") == told.of(None) == told.languages[JOINT]


def test_without_any_whole_language_nothing_is_changed() -> None:
    told = fit(np.eye(3)[[0, 2]] * 2.0, ["fi", "fi"], [-1, 1])
    found = told.apply(np.eye(3)[[0, 2]] * 2.0, ["fi", None])
    assert told == Calibration({JOINT: Tuning()})
    assert found.labels.tolist() == [-1, 1]


def test_each_text_is_judged_by_its_own_language() -> None:
    told = Calibration({
        JOINT: Tuning(),
        "no": Tuning(temperature=2.0, bias=(0.5, -0.5, 0.0), offsets=(3.0, 0.0, 0.0)),
    })  # fmt: skip
    logits = np.array([[0.0, 1.0, 2.0]] * 2)
    found = told.apply(logits, ["no", "sv"])
    scaled = np.exp([0.5, 0.0, 1.0]) / np.exp([0.5, 0.0, 1.0]).sum()
    assert found.probabilities[0] == pytest.approx(scaled)
    assert found.labels.tolist() == [-1, 1]
    assert found.confidence == pytest.approx([scaled[0], found.probabilities[1][2]])
    assert found.probabilities.sum(axis=1) == pytest.approx([1, 1])


def test_no_texts_are_no_trouble() -> None:
    found = Calibration({}).apply(np.empty((0, 3)), [])
    assert found.probabilities.shape == (0, 3)
    assert len(found.labels) == len(found.confidence) == 0


def test_it_survives_json() -> None:
    logits, labels = drawn(300, 8)
    told = fit(logits, ["en"] * 150 + ["de"] * 150, labels)
    assert msgspec.json.decode(msgspec.json.encode(told), type=Calibration) == told


def test_macro_f1_by_hand() -> None:
    labels, told = np.array([-1, -1, 0, 1]), np.array([-1, 0, 0, -1])
    assert macro_f1(labels, told) == pytest.approx((2 / 4 + 2 / 3 + 0) / 3)
    assert macro_f1(np.array([-1, 1]), np.array([0, 1])) == pytest.approx((0 + 1) / 2)
    assert macro_f1(labels, told, np.array([1, 0, 0, 0])) == 1.0
