"""What moved a score: one row a part, which sum to the change whatever the days are like."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.migrate import migrate
from warehouse.weights import PARTS

Con = duckdb.DuckDBPyConnection
Day = dict[str, tuple[float, float]]
"""The parts of a day that have data: their value and their weight before it is rescaled."""

FIRST = date(2026, 1, 1)

values = st.floats(0, 1, allow_subnormal=False)
weights = st.sampled_from([0.1, 0.25, 1 / 3, 0.35, 0.7]) | st.floats(1e-6, 1)
days = st.dictionaries(st.sampled_from(PARTS), st.tuples(values, weights))


@pytest.fixture(scope="module")
def con() -> Con:
    made = duckdb.connect(":memory:")
    migrate(made)
    return made


def tell(con: Con, told: list[Day]) -> list[float | None]:
    """Put days into the mart as a refresh leaves them; return their scores."""
    con.execute("DELETE FROM core.brand_reputation_daily")
    rows = [_row(number, day) for number, day in enumerate(told)]
    given = ", ".join(f"r.{name}" for name in rows[0])
    con.execute(
        "INSERT INTO core.brand_reputation_daily BY NAME "
        f"SELECT {given}, {', '.join(_zeros(con, rows[0]))} "
        f"FROM (SELECT unnest($rows::STRUCT({_types(rows[0])})[]) AS r)",
        {"rows": rows},
    )
    return [row["score"] for row in rows]


def _row(number: int, day: Day) -> dict[str, Any]:
    whole = sum(weight for _, weight in day.values())
    parts = {part: (value, weight / whole) for part, (value, weight) in day.items()}
    score = 100 * sum(v * w for v, w in parts.values()) if set(parts) - {"attention"} else None
    row: dict[str, Any] = {"day": FIRST + timedelta(days=number), "brand": "Acme", "score": score}
    for part in PARTS:
        row[f"part_{part}"], row[f"weight_{part}"] = parts.get(part, (None, None))
    return row


def _types(row: dict[str, Any]) -> str:
    kinds = {"day": "DATE", "brand": "VARCHAR"}
    return ", ".join(f"{name} {kinds.get(name, 'DOUBLE')}" for name in row)


def _zeros(con: Con, row: dict[str, Any]) -> list[str]:
    found = con.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE NOT is_nullable "
        "AND schema_name = 'core' AND table_name = 'brand_reputation_daily'"
    ).fetchall()
    zero = {"VARCHAR": "''", "BOOLEAN": "false", "TIMESTAMP": "TIMESTAMP '2026-01-01'"}
    return [f"{zero.get(kind, '0')} AS {name}" for name, kind in found if name not in row]


def moved(con: Con, pairs: int) -> dict[int, list[tuple[Any, ...]]]:
    """Ask of each pair (2 n, 2 n + 1) of days: part, how, by_value, by_weight, contribution."""
    rows = con.execute(
        "SELECT p.n, w.part, w.how, w.by_value, w.by_weight, w.contribution "
        "FROM range($pairs) AS p (n), LATERAL (FROM marts.why_score_moved("
        "'Acme', $first::DATE + (2 * p.n)::INTEGER, $first::DATE + (2 * p.n + 1)::INTEGER)) AS w",
        {"pairs": pairs, "first": FIRST},
    ).fetchall()
    return {n: [row[1:] for row in rows if row[0] == n] for n in range(pairs)}


def check(con: Con, pairs: list[tuple[Day, Day]]) -> None:
    scores = tell(con, [day for pair in pairs for day in pair])
    found = moved(con, len(pairs))
    for n, (before, after) in enumerate(pairs):
        was, now = scores[2 * n : 2 * n + 2]
        assert sorted(row[0] for row in found[n]) == sorted(PARTS)
        for part, how, by_value, by_weight, contribution in found[n]:
            expected = {(0, 0): "absent", (0, 1): "appeared", (1, 0): "vanished"}
            if (kind := expected.get((part in before, part in after))) is not None:
                assert how == kind
                assert by_value in (0, None)
            if was is None or now is None:
                assert (by_value, by_weight, contribution) == (None, None, None)
        if was is not None and now is not None:
            assert sum(row[4] for row in found[n]) == pytest.approx(now - was, abs=1e-9, rel=0)


few = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
tens = st.lists(st.tuples(days, days), min_size=10, max_size=10)


@few
@given(pairs=tens)
def test_contributions_sum_to_the_change(con: Con, pairs: list[tuple[Day, Day]]) -> None:
    check(con, pairs)


@pytest.mark.slow
@many
@given(pairs=tens)
def test_contributions_sum_to_the_change_of_ten_thousand_pairs(
    con: Con, pairs: list[tuple[Day, Day]]
) -> None:
    check(con, pairs)


def test_a_value_that_rises_and_a_weight_that_moves_are_told_apart(con: Con) -> None:
    """Scores 100 x (0.5 x 0.6 + 0.5 x 0.4) = 50, then 100 x (0.75 x 0.8 + 0.25 x 0.4) = 70.

    Sentiment: 0.625 x 20 = 12.5 by its value; 0.25 x (70 - 60) = 2.5 by its weight.
    Rating: nothing by its value; -0.25 x (40 - 60) = 5 by its weight: the worse part counts less.
    """
    before: Day = {"sentiment": (0.6, 0.5), "rating": (0.4, 0.5)}
    after: Day = {"sentiment": (0.8, 0.75), "rating": (0.4, 0.25)}
    assert tell(con, [before, after]) == [pytest.approx(50), pytest.approx(70)]
    told = {row[0]: row for row in moved(con, 1)[0]}
    assert told["sentiment"][1:] == ("changed", *map(pytest.approx, (12.5, 2.5, 15.0)))
    assert told["rating"][1:] == ("changed", *map(pytest.approx, (0.0, 5.0, 5.0)))
    assert told["surveys"][1:] == ("absent", 0, 0, 0)


def test_a_part_that_appears_counts_by_how_far_it_is_from_the_whole(con: Con) -> None:
    """60, then 0.5 x 60 + 0.5 x 90 = 75, whose mean is 67.5.

    Surveys: 0.5 x (90 - 67.5) = 11.25. Sentiment, which lost half its weight and is below the
    mean: -0.5 x (60 - 67.5) = 3.75.
    """
    after: Day = {"sentiment": (0.6, 0.1), "surveys": (0.9, 0.1)}
    tell(con, [{"sentiment": (0.6, 1.0)}, after])
    told = {row[0]: row for row in moved(con, 1)[0]}
    assert told["surveys"][1:] == ("appeared", *map(pytest.approx, (0.0, 11.25, 11.25)))
    assert told["sentiment"][1:] == ("changed", *map(pytest.approx, (0.0, 3.75, 3.75)))


def test_a_day_without_a_row_moves_nothing(con: Con) -> None:
    tell(con, [{"sentiment": (0.6, 1.0)}])
    assert moved(con, 1)[0] == []
