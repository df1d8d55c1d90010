from __future__ import annotations

import numpy as np
import pytest

from transforms.evaluation import ENOUGH_TO_BE_WORST, Judged, evaluate, gain


def judged(drawing: str, **fields: object) -> list[Judged]:
    """Read lines of "GOLD GIVEN N", e.g. "positive neutral 3"."""
    rows = [line.split() for line in drawing.strip().splitlines()]
    return [
        Judged(gold=gold, given=given, **fields)  # type: ignore[arg-type]
        for gold, given, n in rows
        for _ in range(int(n))
    ]


WORKED = """
    positive positive 8
    positive neutral  2
    neutral  neutral  5
    neutral  negative 5
    negative negative 20
"""


def test_the_worked_example() -> None:
    """F1: positive 16/18, neutral 10/17, negative 40/45; accuracy 33/40."""
    found = evaluate(judged(WORKED))
    assert found.confusion == ((8, 2, 0), (0, 5, 5), (0, 0, 20))
    assert found.macro_f1.value == pytest.approx((16 / 18 + 10 / 17 + 40 / 45) / 3)
    assert found.accuracy.value == pytest.approx(33 / 40)
    assert found.macro_f1.low < found.macro_f1.value < found.macro_f1.high


def test_weights_make_figures_of_what_was_said() -> None:
    """Drawn evenly, but of 100 texts 90 are labelled neutral, where it is right half the time."""
    rows = [
        *judged("positive positive 10", weight=1.0, stratum="positive"),
        *judged("neutral neutral 5\nnegative neutral 5", weight=9.0, stratum="neutral"),
    ]
    found = evaluate(rows)
    assert found.accuracy.value == pytest.approx((10 + 45) / 100)
    assert found.weighted[2] == pytest.approx((0, 0.45, 0))
    assert found.confusion == ((10, 0, 0), (0, 5, 0), (0, 5, 0))


def test_a_label_that_gold_lacks_is_no_part_of_the_mean() -> None:
    found = evaluate(judged("positive positive 9\nnegative negative 9\nnegative neutral 2"))
    assert found.macro_f1.value == pytest.approx((1 + 18 / 20) / 2)


def test_the_interval_is_that_of_the_binomial() -> None:
    """Accuracy .8 of 400 texts: a standard error of .02."""
    found = evaluate(judged("positive positive 160\npositive negative 40\nnegative negative 160\n"
                            "negative positive 40"))  # fmt: skip
    assert found.accuracy.high - found.accuracy.low == pytest.approx(2 * 1.96 * 0.02, rel=0.1)


def test_what_was_drawn_alike_is_drawn_again_alike() -> None:
    """Within each stratum all texts are alike, so nothing is left to chance."""
    rows = [
        *judged("positive positive 10", stratum="a"),
        *judged("negative positive 10", stratum="b"),
    ]
    found = evaluate(rows)
    assert (found.accuracy.low, found.accuracy.high) == (0.5, 0.5)


def test_unscored_is_counted_and_is_no_error() -> None:
    found = evaluate(judged("positive positive 5\npositive unscored 3\nnegative negative 5"))
    assert (found.n, found.unscored, found.accuracy.value) == (10, 3, 1.0)
    with pytest.raises(ValueError, match="none of the texts"):
        evaluate(judged("positive unscored 3"))


def test_the_worst_language_is_named_if_it_has_enough() -> None:
    enough = ENOUGH_TO_BE_WORST
    rows = [
        *judged(f"positive positive {enough}\nnegative negative {enough}", language="en"),
        *judged(f"positive positive {enough - 5}\nnegative positive 5", language="da"),
        *judged("positive negative 4", language="fa"),
    ]
    found = evaluate(rows)
    assert [(o.language, o.n) for o in found.languages] == [
        ("en", 2 * enough), ("da", enough), ("fa", 4),
    ]  # fmt: skip
    assert found.worst == "da"
    assert evaluate(rows[: 2 * enough]).worst is None


def test_calibration_is_the_mean_distance_of_confidence_and_right() -> None:
    """Ten texts at .95, all right: .05. Ten at .75, five right: .25. The mean is .15."""
    rows = [
        *judged("positive positive 10", confidence=0.95),
        *judged("positive positive 5\npositive negative 5", confidence=0.75),
        *judged("negative negative 7"),
    ]
    found = evaluate(rows).calibration
    assert found is not None
    assert found.n == 20
    assert found.error == pytest.approx(0.15)
    assert [(b.low, b.n, b.accuracy) for b in found.bins] == [(0.7, 10, 0.5), (0.9, 10, 1.0)]
    assert evaluate(judged("positive positive 3")).calibration is None


def test_a_gain_is_of_the_same_texts() -> None:
    """Nine of ten texts are judged alike: the gain is surer than either figure alone."""
    random = np.random.default_rng(1)
    before = judged("positive positive 150\npositive negative 50\nnegative negative 200")
    after = [
        Judged(gold=b.gold, given=b.gold if random.random() < 0.2 else b.given) for b in before
    ]
    rise = gain(before, after)
    old, new = evaluate(before).macro_f1, evaluate(after).macro_f1
    assert rise.value == pytest.approx(new.value - old.value)
    assert 0 < rise.low < rise.value < rise.high
    assert rise.high - rise.low < (old.high - old.low)
    assert gain(before, before).high == 0


def test_texts_without_a_score_before_or_after_are_no_gain() -> None:
    before = judged("positive unscored 1\npositive positive 1\nnegative positive 1")
    after = judged("positive positive 1\npositive unscored 1\nnegative positive 1")
    assert gain(before, after).value == 0
    with pytest.raises(ValueError, match="none"):
        gain(before[:1], after[:1])
