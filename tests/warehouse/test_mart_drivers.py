# ruff: noqa: E501 - the tables are drawn wide
"""What is said of drivers: in public by day, and how far from what surveys say."""

from __future__ import annotations

import pytest
from drawn_tables import World
from staged_batches import at, said

MART = "marts.brand_driver_daily"
GAP = "marts.perception_gap"


def test_a_driver_has_a_share_a_mood_and_no_surveys(world: World) -> None:
    """8 of 10 scored mentions speak of the price: 2 well, 5 badly, 1 neither."""
    world.say("""
        n | day        | kind   | label    | driver           | voice
        2 | 2026-03-01 | post   | negative | price:positive   |
        4 | 2026-03-01 | post   | negative | price:negative   |
        1 | 2026-03-01 | post   | positive | price:negative service:positive | same
        1 | 2026-03-01 | post   | positive | price:neutral    |
        2 | 2026-03-01 | post   | positive |                  |
        1 | 2026-03-01 | post   | unscored | price:unscored   |
        2 | 2026-03-01 | post   | positive | price:negative service:positive | same
        9 | 2026-03-01 | survey | positive | price:positive   |
    """)
    world.mart(MART, """
        day        | brand | driver  | mentions | exposures | scored | scored_share | positive | neutral | negative | n_driver_share | with_driver | driver_share | driver_share_low | driver_share_high | driver_net | driver_net_low | negative_share | negative_share_high
        2026-03-01 | Acme  | price   | 9        | 11        | 8      | 0.889        | 2        | 1       | 5        | 10             | 8           | 0.800        | 0.490            | 0.943             | -0.375     | -0.858         | 0.625          | 0.863
        2026-03-01 | Acme  | service | 1        | 3         | 1      | 1.000        | 1        | 0       | 0        | 10             | 1           | 0.100        | 0.018            | 0.404             | -          | -              | -              | -
    """)  # fmt: skip


def test_28_days_are_this_one_and_27_before(world: World) -> None:
    world.say("""
        n | day        | label    | driver
        5 | 2026-03-01 | negative | price:negative
        5 | 2026-03-01 | negative |
        5 | 2026-03-28 | positive | price:positive
        1 | 2026-04-25 | neutral  |
    """)
    world.mart(MART, """
        day        | brand | driver | mentions | driver_net | n_driver_share | driver_share | mentions_28 | exposures_28 | scored_28 | n_driver_share_28 | with_driver_28 | driver_share_28 | driver_net_28 | negative_share_28
        2026-03-01 | Acme  | price  | 5        | -1.0       | 10             | 0.500        | 5           | 5            | 5         | 10                | 5              | 0.500           | -1.0          | 1.00
        2026-03-02 | Acme  | price  | 0        | -          | 0              | -            | 5           | 5            | 5         | 10                | 5              | 0.500           | -1.0          | 1.00
        2026-03-28 | Acme  | price  | 5        | 1.0        | 5              | 1.000        | 10          | 10           | 10        | 15                | 10             | 0.667           | 0.0           | 0.50
        2026-03-29 | Acme  | price  | 0        | -          | 0              | -            | 5           | 5            | 5         | 5                 | 5              | 1.000           | 1.0           | 0.00
        2026-04-24 | Acme  | price  | 0        | -          | 0              | -            | 5           | 5            | 5         | 5                 | 5              | 1.000           | 1.0           | 0.00
    """)  # fmt: skip
    days = world.con.execute(
        f"SELECT brand, count(*), max(day)::VARCHAR FROM {MART} GROUP BY brand"
    )
    assert days.fetchall() == [("Acme", 55, "2026-04-24")], "a row without anything in its 28 days"


def test_a_driver_that_is_no_more_named_has_no_row(world: World) -> None:
    world.load([said("1", drivers=[("price", "negative", None)], collected=at("2026-03-01"))])
    world.mart(MART, """
        day        | brand | driver | mentions
        2026-03-01 | Acme  | price  | 1
    """)  # fmt: skip
    world.load([said("1", "It is another", collected=at("2026-03-02"))])
    world.mart("marts.brand_reputation_daily", """
        day        | brand | mentions
        2026-03-01 | Acme  | 1
    """)  # fmt: skip
    assert world.con.execute(f"FROM {MART}").fetchall() == []
    [(told, ended)] = world.con.execute(
        "SELECT known_from, known_to FROM core.brand_driver_daily"
    ).fetchall()
    then = world.con.execute(f"SELECT driver FROM {MART}_as_of($t)", {"t": told}).fetchall()
    after = world.con.execute(f"SELECT driver FROM {MART}_as_of($t)", {"t": ended}).fetchall()
    assert (then, after) == ([("price",)], [])


def test_the_gap_between_the_public_and_surveys(world: World) -> None:
    """Public (4 - 14) / 20 = -0.5, surveys (7 - 2) / 10 = 0.5: a gap of -1, from -1.506 to -0.305."""
    world.say("""
        n  | day        | kind   | label    | driver
        4  | 2026-03-01 | post   | positive | price:positive
        10 | 2026-03-02 | post   | negative | price:negative
        4  | 2026-03-31 | review | negative | price:negative quality:negative
        2  | 2026-03-20 | post   | neutral  | price:neutral
        20 | 2026-03-20 | post   | neutral  |
        7  | 2026-03-05 | survey | positive | price:positive
        2  | 2026-03-06 | survey | negative | price:negative
        1  | 2026-03-06 | survey | neutral  | price:neutral
        9  | 2026-03-06 | survey | positive | quality:positive
        1  | 2026-03-06 | survey | unscored | quality:unscored
        5  | 2026-04-01 | survey | positive | price:positive
    """)
    world.mart(GAP, """
        month      | brand | driver  | public_mentions | survey_mentions | public_net | survey_net | n_perception_gap | perception_gap | perception_gap_low | perception_gap_high | public_share | survey_share
        2026-03-01 | Acme  | price   | 20              | 10              | -0.50      | 0.50       | 10               | -1.000         | -1.506             | -0.305              | 0.500        | 0.526
        2026-03-01 | Acme  | quality | 4               | 10              | -          | 1.00       | 4                | -              | -                  | -                   | 0.100        | 0.474
        2026-04-01 | Acme  | price   | 0               | 5               | -          | 1.00       | 0                | -              | -                  | -                   | -            | 1.000
    """)  # fmt: skip


@pytest.mark.parametrize("spoken", ["public", "survey"])
def test_one_side_alone_has_no_gap(world: World, spoken: str) -> None:
    kind = "post" if spoken == "public" else "survey"
    world.say(f"""
        n | day        | kind   | label    | driver
        9 | 2026-03-01 | {kind} | positive | price:positive
    """)
    world.mart(GAP, f"""
        month      | brand | driver | {spoken}_net | n_perception_gap | perception_gap | perception_gap_low | perception_gap_high
        2026-03-01 | Acme  | price  | 1.0          | 0                | -              | -                  | -
    """)  # fmt: skip
