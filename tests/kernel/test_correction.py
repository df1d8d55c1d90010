"""Corrected shares against worlds whose true shares are known: the interval must hold them."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from tidings.correction import KEPT, LABELS, Confusion, Stratum, any_mix, correct, pooled

MIXES = 300
ERRS = np.array([[0.75, 0.20, 0.05], [0.15, 0.70, 0.15], [0.07, 0.23, 0.70]])
"""P(given | true) of the scorer that is simulated: rows true, columns given."""


def stratum(counts: np.ndarray, weight: float = 1.0) -> Stratum:
    rows = [(float(a), float(b), float(c)) for a, b, c in counts]
    return Stratum(weight, (rows[0], rows[1], rows[2]))


def plain_gold(joint: np.ndarray, size: int, random: np.random.Generator) -> list[Stratum]:
    return [stratum(random.multinomial(size, joint.ravel()).reshape(3, 3))]


def gold_by_label(joint: np.ndarray, size: int, random: np.random.Generator) -> list[Stratum]:
    """As many of each given label, as 'tidings sentiment sample' draws, with weights."""
    strata = []
    for given in range(3):
        counts = np.zeros((3, 3))
        share = joint[:, given].sum()
        counts[:, given] = random.multinomial(size // 3, joint[:, given] / share)
        strata.append(stratum(counts, weight=share))
    return strata


def wilson(k: int, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    half = z * np.sqrt(k * (n - k) / n + z * z / 4)
    return (k + z * z / 2 - half) / (n + z * z), (k + z * z / 2 + half) / (n + z * z)


@pytest.mark.parametrize(
    ("draw_gold", "widest"), [(plain_gold, 0.27), (gold_by_label, 0.20)], ids=["plain", "by label"]
)
def test_the_corrected_share_holds_the_true_one_and_the_raw_one_does_not(
    draw_gold: object, widest: float
) -> None:
    """300 mixes drawn uniformly, 2,000 texts each; 300 gold labels drawn from another mix."""
    random = np.random.default_rng(4)
    held, raw, widths = [], [], []
    for _ in range(MIXES):
        true, other = random.dirichlet([1, 1, 1]), random.dirichlet([2, 2, 2])
        given = random.multinomial(2000, true @ ERRS)
        found = correct(
            (int(given[0]), int(given[1]), int(given[2])),
            draw_gold(other[:, None] * ERRS, 300, random),  # type: ignore[operator]
        )
        truth = dict(zip(LABELS, true, strict=True)) | {"net": true[0] - true[2]}
        figures = {name: getattr(found, name) for name in truth}
        held.append([figures[n].low <= truth[n] <= figures[n].high for n in truth])
        widths.append([figures[n].high - figures[n].low for n in truth])
        ends = [wilson(int(k), 2000) for k in given]
        raw.append([low <= t <= high for (low, high), t in zip(ends, true, strict=True)])
    coverage = np.mean(held, axis=0)
    assert (coverage >= 0.93).all(), dict(zip(truth, coverage, strict=True))
    assert (np.mean(raw, axis=0) < 0.2).all()
    assert (np.median(widths, axis=0)[:3] < widest).all(), np.median(widths, axis=0)


def test_a_small_day_has_an_honest_interval() -> None:
    """20 mentions and 100 gold labels: the interval is wide, and holds the true figure as often."""
    random = np.random.default_rng(5)
    held, widths = [], []
    for _ in range(MIXES):
        true, other = random.dirichlet([1, 1, 1]), random.dirichlet([2, 2, 2])
        a, b, c = (int(n) for n in random.multinomial(20, true @ ERRS))
        net = correct((a, b, c), plain_gold(other[:, None] * ERRS, 100, random)).net
        held.append(net.low <= true[0] - true[2] <= net.high)
        widths.append(net.high - net.low)
    assert np.mean(held) >= 0.93
    assert 0.5 < np.median(widths) < 1.1


def test_what_is_well_known_is_recovered() -> None:
    """This scorer makes .434 .356 .21 of .5 .3 .2; gold without end turns it back."""
    found = correct((434_000, 356_000, 210_000), [stratum(ERRS * 1e7)])
    values = [getattr(found, name).value for name in (*LABELS, "net")]
    assert values == pytest.approx([0.5, 0.3, 0.2, 0.3], abs=0.003)
    assert found.net.high - found.net.low < 0.02


def test_gold_drawn_by_label_counts_by_its_weight() -> None:
    """Of three true negatives two are called neutral; unweighted, they hide among the many."""
    joint = np.array([[0.05, 0.0, 0.0], [0.0, 0.80, 0.0], [0.0, 0.10, 0.05]])
    counts = joint / joint.sum(axis=0) * 100_000
    strata = [
        stratum(counts * (np.arange(3) == given), weight=joint[:, given].sum())
        for given in range(3)
    ]
    found = correct((50_000, 900_000, 50_000), strata)
    assert found.negative.value == pytest.approx(0.15, abs=0.005)
    alike = correct((50_000, 900_000, 50_000), [stratum(counts)])
    assert alike.negative.value < 0.08


def test_without_gold_everything_stays_possible() -> None:
    found = correct((900, 50, 50), [])
    assert found.positive.high - found.positive.low > 0.8


def test_a_share_that_may_be_nothing_has_an_interval_from_nothing() -> None:
    given = np.array([0.6, 0.4, 0.0]) @ ERRS * 2000
    found = correct((round(given[0]), round(given[1]), round(given[2])), [stratum(ERRS * 100)])
    assert found.negative.low == 0
    assert 0 < found.negative.value < found.negative.high < 0.15


def test_counts_that_the_scorer_could_not_give_are_taken_to_the_nearest_mix() -> None:
    """It calls at most three of four positive; here all 5,000 are."""
    found = correct((5_000, 0, 0), [stratum(ERRS * 1e5)])
    assert found.positive.value > 0.99
    assert 0 <= found.negative.low <= found.negative.high < 0.05


def test_equal_counts_have_equal_figures_whatever_was_asked_before() -> None:
    gold = [stratum(ERRS * 100)]
    one, another = Confusion(gold, name="vader en"), Confusion(gold, name="vader en")
    another.mixes((3, 2, 1))
    assert (one.mixes((7, 8, 9)) == another.mixes((7, 8, 9))).all()


def test_lots_are_put_together_by_their_size_and_err_apart() -> None:
    """Two scorers' errors are independent: of halves, the interval is narrower by a root of two."""
    gold = [stratum(ERRS * 60)]
    first, second = (Confusion(gold, name=n).mixes((500, 300, 200)) for n in ("vader", "student"))
    alone, both = pooled([(first, 1000)]).net, pooled([(first, 1000), (second, 1000)]).net
    ratio = (both.high - both.low) / (alone.high - alone.low)
    assert ratio == pytest.approx(0.5**0.5, rel=0.1)
    mostly = pooled([(first, 950), (any_mix("rest"), 50)]).net
    assert mostly.value == pytest.approx(alone.value * 0.95, abs=0.01)


def test_a_confusion_says_of_how_many_labels_it_is() -> None:
    assert Confusion([stratum(ERRS * 100), stratum(ERRS * 0), stratum(ERRS * 20)]).n == 360


def test_what_is_remembered_of_many_days_stays_small() -> None:
    """Years of days with counts of their own: at 48 kB each, a gigabyte of 20,000."""
    confusion = Confusion([stratum(ERRS * 100)])
    for n in range(4 * KEPT):  # draws the confusions, which stay; the last days stay too
        confusion.mixes((n, 5, 5))
    tracemalloc.start()
    try:
        for n in range(4 * KEPT):
            confusion.mixes((n, 5, 5))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1.5 * KEPT * confusion.mixes((3, 5, 5)).nbytes
