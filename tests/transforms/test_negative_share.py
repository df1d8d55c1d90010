"""The share of negatives: who is heard, the CUSUM and the budget by hand, and what pages nobody."""

import json
import math
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.negative_baseline import (
    BaselineSettings,
    Sums,
    hour_sums,
    no_sums,
    part_of_week,
    usual,
)
from transforms.negative_cusum import CusumSettings, advance, fresh_state
from transforms.negative_share import (
    FALSE_FACTOR,
    FALSE_POWER,
    ShareSettings,
    least_probability,
    negative_share,
    shares_of,
)
from transforms.tails import beta_binomial_tail
from transforms.voices_heard import Grid, Heard, Mentions, voices_heard

START = np.datetime64("2026-03-02T00:00:00", "s")
HOUR, DAY = 3600, 86_400


def mentions(rows) -> Mentions:
    """Mentions from rows of (series, published s, arrived s, text, author, negative)."""
    series, published, arrived, text, author, negative = map(np.array, zip(*rows, strict=True))
    since = [START + t.astype("timedelta64[s]") for t in (published, arrived)]
    return Mentions(series, *since, text.astype("u8"), author.astype("u8"), negative.astype(bool))


def stream(seed: int, days: int = 10, a_day: int = 200, bad: slice | None = None) -> Mentions:
    """Three brands with a fifth of negatives; the first has half of them in ``bad`` (hours)."""
    rng = np.random.default_rng(seed)
    n = 3 * days * a_day
    published = np.sort(rng.integers(0, days * DAY, n))
    series = rng.integers(0, 3, n)
    share = np.full(n, 0.2)
    if bad is not None:
        inside = (published >= bad.start * HOUR) & (published < bad.stop * HOUR) & (series == 0)
        share[inside] = 0.6
    lag = rng.exponential(300, n).astype(int) + (rng.random(n) < 0.05) * 8 * HOUR
    negative = rng.random(n) < share
    text, author = rng.integers(1, 4 * n, n), rng.integers(1, n, n)
    return mentions(zip(series, published, published + lag, text, author, negative, strict=True))


def picked(m: Mentions, which) -> Mentions:
    return Mentions(*(column[which] for column in m))


def words_of(m: Mentions, bad: slice | None = None):
    """Give words of ``m``'s rows: three of thirty usual ones; negatives in ``bad`` say "leak"."""
    hours = (m.published - START).astype(int) / HOUR

    def words(rows):
        said = []
        for row in np.asarray(rows).tolist():
            key = int(m.text[row])
            found = {f"usual{key * step % 30}" for step in (7, 11, 13)}
            inside = bad is not None and bad.start <= hours[row] < bad.stop
            said.append(found | ({"leak"} if inside and m.negative[row] else set()))
        return said

    return words


def hand(n, x) -> Heard:
    """One series heard so, nothing of it old."""
    n, x = np.atleast_2d(n).astype(np.int32), np.atleast_2d(x).astype(np.int32)
    return Heard(n, x, n, x)


def test_a_text_is_heard_once_a_day_and_an_author_three_times() -> None:
    rows = [(0, 0, 60 * i, 7, 100 + i, True) for i in range(50)]
    rows += [(0, 0, 60 * i, 1000 + i, 5, True) for i in range(50)]
    heard = voices_heard(mentions(rows), 1, Grid(START, 96))
    assert heard.fresh.sum() == 1 + 3
    # a copy more than a day after the last is news again; one within it goes on being a copy
    rows = [(0, h * HOUR, h * HOUR, 7, h + 1, False) for h in (0, 23, 46, 71)]
    assert voices_heard(mentions(rows), 1, Grid(START, 400)).fresh.sum() == 2


def test_what_is_not_known_is_not_held_against_anybody() -> None:
    rows = [(0, 0, 60 * i, 0, 0, True) for i in range(20)]
    assert voices_heard(mentions(rows), 1, Grid(START, 96)).fresh.sum() == 20


def test_a_mention_counts_when_it_arrives_and_only_if_it_is_news() -> None:
    rows = [(0, 0, 5 * HOUR, 1, 1, True), (0, 0, 7 * HOUR, 2, 2, True)]
    heard = voices_heard(mentions(rows), 1, Grid(START, 96))
    assert heard.fresh.nonzero()[1].tolist() == [20]
    assert heard.all_negative.nonzero()[1].tolist() == [20, 28]


def test_the_cusum_by_hand() -> None:
    chosen = CusumSettings(over=100)
    state = fresh_state(1, 0, chosen)
    p0, rho = state.usual.share[0], state.usual.rho[0]
    assert p0 == pytest.approx(0.2)
    p1 = 1 / (1 + math.exp(-(math.log(p0 / (1 - p0)) + chosen.rise)))
    first = (4 * math.log(p1 / p0) + math.log((1 - p1) / (1 - p0))) / (1 + 4 * rho)
    # three more in the second bucket: eight in the hour
    second = 3 * math.log(p1 / p0) / (1 + 7 * rho)
    _, _, score, onset = advance(state, hand([0, 5, 3], [0, 4, 3]), chosen)
    assert score[0] == pytest.approx([0, first / math.log(10), (first + second) / math.log(10)])
    assert onset[0].tolist() == [1, 1, 1]
    _, _, score, onset = advance(state, hand([5, 60, 0], [4, 0, 0]), chosen)
    assert score[0, 1:].tolist() == [0, 0]
    assert onset[0].tolist() == [0, 2, 3]


def test_rho_by_hand() -> None:
    plain = BaselineSettings(hour_correlation=0, largest_deviation=1e9)
    share = np.array([0.25])
    sums = no_sums(1)
    hours = [(8, 2), (8, 5), (4, 0)]
    for n, x in hours:
        new = hour_sums(np.array([float(n)]), np.array([float(x)]), share, plain)
        sums = Sums(*(a + b for a, b in zip(sums, new, strict=True)))
    top = sum((x - n * 0.25) ** 2 - n * 0.25 * 0.75 for n, x in hours)
    below = sum(n * (n - 1) * 0.25 * 0.75 for n, _ in hours)
    assert sums.spread[0] / sums.pairs[0] * 0.25 * 0.75 == pytest.approx(top / below)


def test_a_share_is_drawn_to_the_networks_the_less_is_known_of_it() -> None:
    voices = np.array([5000.0, 5000, 5000, 5000, 5000, 4, 0])
    shares = np.array([0.15, 0.18, 0.2, 0.22, 0.25, 1.0, 0])
    sums = no_sums(7)._replace(voices=voices, negatives=voices * shares)
    found = usual(sums, 1.0, BaselineSettings())
    assert found.share[:5] == pytest.approx(shares[:5], abs=0.003)
    assert 0.2 < found.share[5] < 0.3
    assert found.share[6] == pytest.approx(0.21, abs=0.03)
    assert found.strength[6] >= 5


def test_the_tail_is_that_of_the_beta_binomial() -> None:
    # n = 2 and a = b = 1 (share 1/2, rho 1/3): 0, 1 and 2 are equally likely
    half, third = np.full(3, 0.5), np.full(3, 1 / 3)
    tail = beta_binomial_tail(np.full(3, 2), np.arange(3), half, third)
    assert tail == pytest.approx([1, 2 / 3, 1 / 3])
    binomial = beta_binomial_tail(np.array([3]), np.array([3]), np.array([0.2]), np.array([1e-6]))
    assert binomial[0] == pytest.approx(0.008, rel=1e-3)


def test_the_budget_is_shared_by_all_series() -> None:
    chosen = ShareSettings(budget=2.0, most_per_series=1.0)
    for series in (10, 1000):
        p = least_probability(chosen, series)
        assert series * FALSE_FACTOR * p**FALSE_POWER == pytest.approx(2.0)
    assert least_probability(ShareSettings(), 1) == least_probability(ShareSettings(), 60)


def test_the_weekend_begins_on_saturday() -> None:
    hour = int(START.astype(int)) // HOUR  # a Monday
    assert part_of_week(hour) == 0
    assert part_of_week(hour + 5 * 24 - 1) == 5
    assert part_of_week(hour + 5 * 24) == 6
    assert part_of_week(hour + 7 * 24) == 0


def test_an_incident_is_found_once_and_its_evidence_ends() -> None:
    result = negative_share(stream(1, bad=slice(150, 170)), 3, Grid(START, 10 * 96))
    assert [a.series for a in result.alarms] == [0]
    alarm = result.alarms[0]
    begin = START.astype(object).replace(tzinfo=alarm.at.tzinfo) + timedelta(hours=150)
    assert begin - timedelta(hours=3) <= alarm.onset <= begin + timedelta(hours=3)
    assert begin < alarm.at < begin + timedelta(hours=12)
    assert alarm.observed > 0.4
    assert alarm.expected == pytest.approx(0.2, abs=0.06)
    assert alarm.probability is not None
    assert alarm.probability <= least_probability(ShareSettings(), 3)
    assert result.score[0, 160 * 4] > 2
    assert result.score[0, 200 * 4] < 1


@pytest.mark.parametrize("texts", ["one each", "many"])
def test_three_authors_page_nobody_however_much_they_write(texts: str) -> None:
    base = stream(2)
    at = 150 * HOUR + np.arange(400) * 60
    text = 10**9 + (np.arange(400) % 3 if texts == "one each" else np.arange(400))
    author = 10**9 + np.arange(400) % 3
    negative = np.ones(400, bool)
    flood = mentions(zip(0 * at, at, at + 30, text, author, negative, strict=True))
    both = Mentions(*(np.concatenate(parts) for parts in zip(base, flood, strict=True)))
    assert negative_share(both, 3, Grid(START, 10 * 96)).alarms == []


def test_a_surge_of_the_usual_mood_pages_nobody() -> None:
    rng = np.random.default_rng(6)
    at = 150 * HOUR + rng.integers(0, 6 * HOUR, 3000)
    key = 10**9 + np.arange(3000)
    surge = mentions(zip(0 * at, at, at + 30, key, key, rng.random(3000) < 0.2, strict=True))
    both = Mentions(*(np.concatenate(parts) for parts in zip(stream(2), surge, strict=True)))
    assert negative_share(both, 3, Grid(START, 10 * 96)).alarms == []


def test_what_is_beyond_the_budget_is_for_the_digest() -> None:
    grid = Grid(START, 10 * 96)
    told = stream(1, bad=slice(150, 170))
    none = negative_share(told, 3, grid, ShareSettings(budget=1e-24))
    assert none.alarms == []
    assert [d.series for d in none.digest] == [0]


def test_no_baseline_learns_from_a_known_incident() -> None:
    grid = Grid(START, 10 * 96)
    told = stream(1, bad=slice(100, 140))
    left_out = np.zeros((3, grid.buckets), bool)
    left_out[0, 400:560] = True
    heard = voices_heard(told, 3, grid)
    blind = ShareSettings(cusum=CusumSettings(not_usual=1e9))
    learned = shares_of(heard, grid, blind).memory.state.usual.share[0]
    spared = shares_of(heard, grid, blind, left_out=left_out).memory.state.usual.share[0]
    assert learned > spared + 0.03
    assert spared == pytest.approx(0.2, abs=0.04)


def test_a_word_brings_an_alarm_earlier_and_none_makes_it_a_matter_of_the_digest() -> None:
    grid, bad = Grid(START, 10 * 96), slice(150, 155)
    m = stream(3, bad=bad)
    (counted,) = negative_share(m, 3, grid).alarms
    (worded,) = negative_share(m, 3, grid, words=words_of(m, bad)).alarms
    assert worded.at < counted.at
    assert (worded.series, worded.onset) == (0, counted.onset)
    # what is told is the count's own probability, and it is small by itself
    assert counted.probability is not None
    assert worded.probability is not None
    assert counted.probability < worded.probability < 1e-3
    silent = negative_share(m, 3, grid, words=words_of(m))
    assert silent.alarms == []
    assert [d.series for d in silent.digest] == [0]


def test_a_new_word_alone_is_no_alarm() -> None:
    bad = slice(150, 170)
    m = stream(4)
    assert negative_share(m, 3, Grid(START, 10 * 96), words=words_of(m, bad)).alarms == []


def test_words_are_read_of_what_could_be_an_alarm_only() -> None:
    calm, bad = stream(4), slice(150, 170)
    asked: list[int] = []

    def noted(m: Mentions):
        words = words_of(m, bad)
        return lambda rows: asked.append(len(rows)) or words(rows)

    negative_share(calm, 3, Grid(START, 96 * 10), words=noted(calm))
    assert asked == []
    m = stream(1, bad=bad)
    negative_share(m, 3, Grid(START, 96 * 10), words=noted(m))
    assert len(asked) == 1
    assert asked[0] < m.negative[m.series == 0].sum()


@given(seed=st.integers(0, 30), cut=st.integers(96, 10 * 96 - 1))
@settings(max_examples=4, deadline=None)
def test_later_repeated_and_shuffled_rows_change_nothing_in_what_words_bring(
    seed: int, cut: int
) -> None:
    rng = np.random.default_rng(seed)
    bad = slice(120, 150)
    m = stream(seed, bad=bad)

    def shares(m: Mentions, grid: Grid, memory=None):
        return negative_share(m, 3, grid, memory=memory, words=words_of(m, bad))

    whole = shares(m, Grid(START, 10 * 96))
    assert whole.alarms != negative_share(m, 3, Grid(START, 10 * 96)).alarms
    n = len(m.series)
    mixed = picked(m, rng.permutation(np.concatenate([np.arange(n), rng.integers(0, n, n // 3)])))
    again = shares(mixed, Grid(START, 10 * 96))
    assert again.alarms == whole.alarms
    assert again.digest == whole.digest
    known = picked(m, m.arrived < START + np.timedelta64(cut * 900, "s"))
    part = shares(known, Grid(START, cut))
    until = float(START.astype(int)) + cut * 900
    assert part.alarms == [a for a in whole.alarms if a.at.timestamp() <= until]
    rest = Grid(START + np.timedelta64(cut * 900, "s"), 10 * 96 - cut)
    assert part.alarms + shares(m, rest, part.memory).alarms == whole.alarms


@given(seed=st.integers(0, 30), cut=st.integers(96, 10 * 96 - 1))
@settings(max_examples=4, deadline=None)
def test_later_repeated_and_shuffled_rows_change_nothing(seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    m = stream(seed, bad=slice(120, 150))
    whole = negative_share(m, 3, Grid(START, 10 * 96))
    n = len(m.series)
    mixed = picked(m, rng.permutation(np.concatenate([np.arange(n), rng.integers(0, n, n // 3)])))
    again = negative_share(mixed, 3, Grid(START, 10 * 96))
    assert again.alarms == whole.alarms
    np.testing.assert_array_equal(again.score, whole.score)
    known = picked(m, m.arrived < START + np.timedelta64(cut * 900, "s"))
    part = negative_share(known, 3, Grid(START, cut))
    np.testing.assert_array_equal(part.score, whole.score[:, :cut])
    until = float(START.astype(int)) + cut * 900
    assert part.alarms == [a for a in whole.alarms if a.at.timestamp() <= until]
    rest = Grid(START + np.timedelta64(cut * 900, "s"), 10 * 96 - cut)
    recent = picked(m, m.arrived >= rest.start - np.timedelta64(2 * DAY, "s"))
    going_on = negative_share(recent, 3, rest, memory=part.memory)
    assert part.alarms + going_on.alarms == whole.alarms
    np.testing.assert_allclose(going_on.score, whole.score[:, cut:])


def test_a_memory_of_another_time_is_refused() -> None:
    first = negative_share(stream(1), 3, Grid(START, 96))
    with pytest.raises(ValueError, match="ends with bucket"):
        negative_share(stream(1), 3, Grid(START, 96), memory=first.memory)


SPIKES = Path(__file__).parents[3] / "shared" / "spikes"


@pytest.mark.slow
@pytest.mark.skipif(not SPIKES.is_dir(), reason="no ../shared/spikes")
def test_a_simulated_stream_is_scored_as_the_documentation_says(tmp_path: Path) -> None:
    """One seed: the bounds leave room for what one seed differs from five."""
    run = partial(subprocess.run, check=True, capture_output=True, text=True)
    simulate = [sys.executable, str(SPIKES / "simulate.py")]
    made = ["--seed", "906", "--bases", "AAPL,CRM,FB,KO,PFE"]
    run([*simulate, "make", str(tmp_path), *made])
    files = [str(tmp_path / name) for name in ("mentions.parquet", "brands.csv", "alerts.csv")]
    bench = str(Path(__file__).parents[2] / "bench" / "spikes.py")
    run([sys.executable, bench, "negative", *files])
    truth = str(tmp_path / "incidents.csv")
    told = run([*simulate, "score", truth, files[2], "--json"])
    result = json.loads(told.stdout)
    assert result["precision"] >= 0.92
    assert result["recall_detectable"] >= 0.85
    assert result["false_per_brand_week"] <= 0.02
    assert result["delay_median_min"] <= 180
    assert result["repeats"] == 0
    assert sum(result["false_in"][kind] for kind in ("viral", "flood", "gap")) <= 1
    run([sys.executable, bench, "volume-mentions", *files])
    told = run([*simulate, "score-volume", truth, files[2]])
    line = next(line for line in told.stdout.splitlines() if line.startswith("tier 20 and up"))
    assert float(line.split("recall ")[1].split()[0]) >= 0.6
    assert float(line.split("outside injected ")[1]) <= 0.65
