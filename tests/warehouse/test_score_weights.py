"""Weights of the score: read, put in force as versions, tried on the history."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drawn_tables import ACME, World
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import ConfigurationError
from warehouse.brands import sync
from warehouse.marts import refresh
from warehouse.weights import Weight, in_force, put_in_force, put_over, read, replay, why

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

FILE = """
[[default]]
from = 2026-03-02
sentiment = 0.5
rating = 0.5

[[brand.Acme]]
from = 2026-03-02
to = 2026-03-03
sentiment = 0.25
rating = 0.75
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "weights.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_has_sets_by_brand_and_day(tmp_path: Path) -> None:
    found = read(written(tmp_path, FILE))
    assert len(found) == 12
    assert Weight("Acme", "rating", 0.75, date(2026, 3, 2), date(2026, 3, 3)) in found
    assert Weight(None, "surveys", 0.0, date(2026, 3, 2), None) in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[default]]\nfrom = 2026-01-01\nsentiment = 0.9", "default from 2026-01-01 sum to 0.9"),
        ("[[default]]\nfrom = 2026-01-01\nsentiment = 1.5\nrating = -0.5", "<= 1.0"),
        ("[[default]]\nfrom = 2026-01-01\nmood = 1.0", "unknown field `mood`"),
        ("[[default]]\nsentiment = 1.0", "missing required field `from`"),
        ("[[default]\n", "weights.toml: "),
        ("", "has no weights"),
        (
            "[[brand.Acme]]\nfrom = 2026-01-01\nto = 2026-01-01\nsentiment = 1.0",
            "Acme from 2026-01-01 end before they begin",
        ),
        (
            "[[default]]\nfrom = 2026-02-01\nrating = 1.0\n"
            "[[default]]\nfrom = 2026-01-01\nto = 2026-02-02\nsentiment = 1.0",
            "two sets of default hold on 2026-02-01",
        ),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(written(tmp_path, text))
    assert said in str(refused.value)
    assert "weights.toml" in str(refused.value)
    assert refused.value.remedy


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be read"):
        read(tmp_path / "none.toml")


DAYS = st.integers(1, 20).map(lambda n: date(2026, 1, n))
HELD = st.builds(
    lambda brand, weight, a, length: Weight(
        brand, "rating", weight, a, date(2026, 1, a.day + length) if length else None
    ),
    st.sampled_from([None, "Acme"]),
    st.sampled_from([0.25, 0.5]),
    DAYS,
    st.integers(0, 6),
)


def on(weights: list[Weight], brand: str | None, day: date) -> list[float]:
    return [
        w.weight
        for w in weights
        if w.brand == brand and w.valid_from <= day and (w.valid_to is None or day < w.valid_to)
    ]


@given(st.lists(HELD, max_size=6))
def test_what_is_put_last_holds_and_nothing_holds_twice(put: list[Weight]) -> None:
    held: list[Weight] = [Weight(None, "rating", 1.0, date(1970, 1, 1), None)]
    expected: dict[tuple[str | None, date], list[float]] = {}
    days = [date(2026, 1, n) for n in range(1, 31)]
    for one in put:
        held = put_over(held, [one])
        for day in days:
            if on([one], one.brand, day):
                expected[one.brand, day] = [one.weight]
    for brand in (None, "Acme"):
        for day in days:
            default = [1.0] if brand is None else []
            assert on(held, brand, day) == expected.get((brand, day), default)


def test_weights_are_put_in_force_and_the_old_ones_kept(con: Con, tmp_path: Path) -> None:
    sync(con, [ACME])
    before = in_force(con)
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    given_file = read(written(tmp_path, FILE))
    assert put_in_force(con, given_file, now=noon) == 18  # 6 of Acme, 6 by default, 6 cut short
    assert put_in_force(con, given_file, now=noon.replace(hour=13)) == 0
    assert Weight(None, "sentiment", 0.35, date(1970, 1, 1), date(2026, 3, 2)) in in_force(con)
    as_of = "SELECT * EXCLUDE (known_from) FROM core.weight_as_of('{}') ORDER BY ALL"
    then = con.execute(as_of.format("2026-03-05 11:59")).fetchall()
    assert sorted(then) == sorted(tuple(w) for w in before)
    now = con.execute(as_of.format("2026-03-05 12:00")).fetchall()
    assert sorted(now, key=str) == sorted((tuple(w) for w in in_force(con)), key=str)
    with pytest.raises(ConfigurationError, match="No watch file declares a brand 'Acmee'"):
        put_in_force(con, [Weight("Acmee", "rating", 1.0, date(2026, 1, 1), None)])


def test_a_replay_tells_what_the_scores_will_be(world: World, con: Con, tmp_path: Path) -> None:
    """Sentiment (10 x 1 + 20 x 1) / 30 -> 1; rating (4.375 + 1 x 0) / 8 = 0.546875, next day
    (4.375 + 0) / (7 + 0.97716): under 0.5 and 0.5 about 77.4; on the 2nd Acme has 0.25 and 0.75."""
    world.say("""
        n  | day        | label    | kind   | rating | brand
        10 | 2026-03-01 | positive | post   |        | Acme
        1  | 2026-03-01 | unscored | review | 1      | Acme
        5  | 2026-03-03 | negative | post   |        | Zenith
    """)
    sync(con, [ACME])
    refresh(con)
    told = con.execute("SELECT brand, day, score FROM marts.brand_reputation_daily").fetchall()
    weights = read(written(tmp_path, FILE))
    tried = {(r.brand, r.day): r for r in replay(con, weights)}
    assert {key: r.told for key, r in tried.items()} == {(b, d): s for b, d, s in told}
    first = tried["Acme", date(2026, 3, 1)]
    assert first.replayed == first.told
    rating = 4.375 / (7 + 0.5 ** (1 / 30))
    second = tried["Acme", date(2026, 3, 2)]
    assert second.replayed == pytest.approx(100 * (0.25 + 0.75 * rating), abs=1e-6)
    assert second.difference == pytest.approx((second.replayed or 0) - (second.told or 0))
    some = replay(con, weights, brand="Acme", since=date(2026, 3, 2))
    assert [(r.brand, r.day.day) for r in some] == [("Acme", 2), ("Acme", 3)]

    put_in_force(con, weights)
    refresh(con)
    now = con.execute("SELECT brand, day, score FROM marts.brand_reputation_daily").fetchall()
    assert {(b, d): s for b, d, s in now} == {key: r.replayed for key, r in tried.items()}
    _moves(con)


def _moves(con: Con) -> None:
    """From the 1st to the 2nd Acme's own weights came: that is told apart from its values."""
    moved = {m.part: m for m in why(con, "Acme", date(2026, 3, 1), date(2026, 3, 2))}
    [any_part] = {(m.score_from, m.score_to) for m in moved.values()}
    assert (any_part[1] or 0) - (any_part[0] or 0) == pytest.approx(
        sum(m.contribution or 0 for m in moved.values()), abs=1e-9
    )
    assert moved["surveys"].how == "absent"
    assert moved["sentiment"].by_value == 0  # the mood of the 90 days is what it was
    assert (moved["sentiment"].by_weight or 0) < 0  # the better part lost weight
    with pytest.raises(ConfigurationError, match="no day that the score of Acme is told of"):
        why(con, "Acme", date(2026, 3, 1), date(2027, 3, 1))
