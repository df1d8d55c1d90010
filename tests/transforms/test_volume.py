"""The volume detector: worked by hand, causal, quiet where it must be, and what it is worth."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.silence import scorable_buckets
from transforms.volume import DAY, VolumeSettings, volume_alarms, volume_scores

START = np.datetime64("2026-03-02T00:00:00", "s")
ONLY_NOW = VolumeSettings(scales=(0.25,), sustained=0, threshold=3)


def scored(counts, scorable=None, first=0, chosen=None):
    """Score one or several series."""
    counts = np.atleast_2d(counts)
    usable = np.ones(counts.shape, bool) if scorable is None else np.atleast_2d(scorable)
    return volume_scores(counts, usable, np.full(len(counts), first), chosen)


def surge(days: int = 20, level: int = 20) -> np.ndarray:
    """A steady series with a surge in its last hours."""
    counts = np.random.default_rng(5).poisson(level, days * DAY)
    counts[-8:] += 5 * level
    return counts


def test_a_constant_series_is_expected_and_its_floor_is_that_of_a_poisson_count() -> None:
    counts = np.full(20 * DAY, 9)
    counts[-1] = 9 + 10 * 3
    result = scored(counts, chosen=ONLY_NOW)
    assert result.expected[0, -1] == pytest.approx(9)
    # all residuals before were 0, so the spread is sqrt(9 + 1)
    assert result.score[0, -1] == pytest.approx(30 / np.sqrt(10), rel=1e-3)


def test_the_time_of_day_weighs_as_much_as_was_seen_of_it() -> None:
    counts = np.tile(np.repeat([0, 24], DAY // 2), 4)
    result = scored(counts, chosen=ONLY_NOW)
    # noon of the fourth day: 3 days and 49 buckets seen; the afternoons so far had 24 a bucket,
    # away from the edge all of +-1 h is afternoon
    t = 3 * DAY + 60
    days = (t + 1) / DAY
    w = days / (days + 4)
    level = counts[:t].mean()
    assert result.expected[0, t] == pytest.approx(w * 24 + (1 - w) * level)


def test_nothing_is_scored_in_the_first_twelve_hours_nor_before_a_brand_is_known() -> None:
    result = scored(np.full(4 * DAY, 7), first=DAY)
    assert np.isneginf(result.score[0, : DAY + 48]).all()
    assert np.isfinite(result.score[0, DAY + 48 :]).all()


def test_a_brand_of_two_mentions_a_day_is_quiet() -> None:
    rng = np.random.default_rng(3)
    counts = rng.poisson(2 / DAY, (40, 60 * DAY))
    alarms = volume_alarms(counts, scored(counts), START)
    assert len(alarms) / (40 * 60 / 7) < 0.15


@pytest.mark.parametrize("missed", ["lost", "all at once"])
def test_a_gap_is_no_surge_and_does_not_lower_what_is_expected(missed: str) -> None:
    counts = np.random.default_rng(9).poisson(40, 20 * DAY)
    whole = scored(counts)
    gap = slice(15 * DAY, 15 * DAY + 30)
    broken = counts.copy()
    broken[gap] = 0
    if missed == "all at once":
        broken[gap.stop] += counts[gap].sum()
    usable = scorable_buckets(broken[None])
    assert not usable[0, gap].any()
    assert not usable[0, gap.stop]
    assert usable[0, gap.stop + 1 :].all()
    result = scored(broken, usable)
    assert volume_alarms(broken[None], result, START) == []
    assert result.expected[0, -1] == pytest.approx(whole.expected[0, -1], rel=0.03)


def test_an_alarm_says_when_since_when_and_how_much() -> None:
    counts = surge()
    alarms = volume_alarms(counts[None], scored(counts), START, "negative")
    assert len(alarms) == 1
    alarm = alarms[0]
    assert alarm.measure == "negative"
    assert alarm.onset == datetime(2026, 3, 21, 22, tzinfo=UTC)
    since = slice(20 * DAY - 8, int((alarm.at.timestamp() - START.astype(int)) // 900))
    assert alarm.observed == counts[since].sum() == alarm.n
    assert alarm.expected == pytest.approx(20 * (since.stop - since.start), rel=0.2)


def test_a_series_that_has_fallen_silent_is_no_rise_once_its_past_is_forgotten() -> None:
    time = np.arange(48 * DAY)
    counts = np.random.default_rng(1).poisson(
        200 / DAY * (1 + 0.5 * np.sin(time / DAY * 2 * np.pi))
    )
    counts[30 * DAY :] = 0
    found = scored(counts)
    assert found.score[0, 40 * DAY :].max() > VolumeSettings().threshold
    late = [a for a in volume_alarms(counts[None], found, START) if a.observed <= a.expected]
    assert late == []


def test_a_second_alarm_in_a_day_takes_three_times_the_volume() -> None:
    counts = np.random.default_rng(1).poisson(20, 22 * DAY)
    counts[20 * DAY : 20 * DAY + 4] += 200
    again = counts.copy()
    again[20 * DAY + 40 : 20 * DAY + 44] += 250
    assert len(volume_alarms(again[None], scored(again), START)) == 1
    again[20 * DAY + 40 : 20 * DAY + 44] += 900
    assert len(volume_alarms(again[None], scored(again), START)) == 2


@given(cut=st.integers(1, 24 * DAY - 1), seed=st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_what_comes_later_changes_nothing(cut: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.negative_binomial(2, 0.1, (3, 24 * DAY))
    for _ in range(4):
        at = rng.integers(0, 23 * DAY)
        counts[rng.integers(3), at : at + 20] *= rng.integers(0, 12)
    whole, part = (scored(c, scorable_buckets(c)) for c in (counts, counts[:, :cut]))
    np.testing.assert_allclose(whole.score[:, :cut], part.score, rtol=1e-6, atol=1e-6)
    until = float(START.astype(int)) + cut * 900
    every = volume_alarms(counts, whole, START)
    early = volume_alarms(counts[:, :cut], part, START)
    told = [(a.series, a.at, a.onset, a.n) for a in every if a.at.timestamp() <= until]
    assert told == [(a.series, a.at, a.onset, a.n) for a in early]


def test_a_window_of_a_month_scores_its_last_bucket_as_all_time_does() -> None:
    from transforms.volume import RUN_UP_DAYS

    counts = np.random.default_rng(4).negative_binomial(2, 0.1, (2, 50 * DAY))
    whole = scored(counts)
    # the days that were seen are told apart from the days that are given
    tail = counts[:, -RUN_UP_DAYS * DAY :]
    part = volume_scores(tail, np.ones(tail.shape, bool), np.full(2, tail.shape[1] - 50 * DAY))
    np.testing.assert_allclose(part.score[:, -1], whole.score[:, -1], rtol=1e-6)


SPIKES = Path(__file__).parents[3] / "shared" / "spikes"


@pytest.mark.slow
@pytest.mark.skipif(not SPIKES.is_dir(), reason="no ../shared/spikes")
def test_the_public_series_are_scored_as_the_documentation_says(
    tmp_path: Path, monkeypatch
) -> None:
    from bench.spikes import volume

    monkeypatch.setattr(sys, "path", [str(SPIKES), *sys.path])
    import nab_score

    series = nab_score.load_data(series=nab_score.SPLITS["dev"])
    reports = []
    for phase in range(3):
        volume(SPIKES / "data" / "realTweets", tmp_path / str(phase), phase)
        _, told = nab_score.load_dir(str(tmp_path / str(phase)), series)
        reports.append(nab_score.report(series, told))
        for name, one in series.items():
            outage = (one.ts >= "2015-03-11 07:00") & (one.ts < "2015-03-11 12:00")
            assert not told[name][outage].any(), name
    mean = {k: fmean(r[k] for r in reports) for k in reports[0]}
    assert mean["nab_standard"] >= 88
    assert mean["nab_reward_low_FP_rate"] >= 82
    assert mean["precision"] >= 0.55
    assert mean["strict_recall"] >= 0.70
    assert mean["alerts_per_series_day"] <= 0.14
