# ruff: noqa: E501 - the tables are drawn wide
"""Keywords: whether they rise against their own baseline, and what stands together with them."""

from __future__ import annotations

from drawn_tables import World
from staged_batches import at, said


def test_a_trend_is_a_week_against_the_four_weeks_before_it(world: World) -> None:
    """14 in 7 days v 28 in 28: twice as many. Of 42, a third are in the week: Wilson 0.2101 .. 0.4845,
    odds 0.2660 .. 0.9398, times 28 / 7. A baseline of 34 days before, not 35, is no baseline."""
    world.say("""
        n  | day        | keyword
        1  | 2026-01-26 |
        28 | 2026-02-10 | price
        4  | 2026-02-10 | rare
        14 | 2026-03-01 | price rare
        1  | 2026-03-08 |
    """)
    world.mart("marts.keyword_daily", """
        day        | brand | keyword | mentions | mentions_7 | baseline_28 | baseline_daily | trend | trend_low | trend_high
        2026-02-28 | Acme  | price   | 0        | 0          | -           | -              | -     | -         | -
        2026-03-01 | Acme  | price   | 14       | 14         | 28          | 1.0            | 2.0   | 1.0641    | 3.7591
        2026-03-01 | Acme  | rare    | 14       | 14         | 4           | 0.1429         | -     | -         | -
        2026-03-07 | Acme  | price   | 0        | 14         | 28          | 1.0            | 2.0   | 1.0641    | 3.7591
        2026-03-08 | Acme  | price   | 0        | 0          | 42          | 1.5            | 0.0   | 0.0000    | 0.3659
    """)  # fmt: skip


def test_the_first_days_of_a_brand_move_where_earlier_ones_come_to_be_known(world: World) -> None:
    """The baseline of a day 40 days later is whole only then, though nothing near it has changed."""
    drawn = """
        day        | brand | keyword | baseline_28 | trend
        2026-03-31 | Acme  | price   | {}          | {}
    """
    world.say("""
        n | day        | keyword
        7 | 2026-03-04 | price
        7 | 2026-03-31 | price
    """)
    world.mart("marts.keyword_daily", drawn.format("-", "-"))
    world.say("""
        n | day        | keyword
        1 | 2026-01-20 |
    """)
    world.mart("marts.keyword_daily", drawn.format("7", "4.0"))


def test_what_stands_with_a_keyword_more_often_than_by_chance(world: World) -> None:
    """Of 200 mentions 50 hit it and 50 are about Zenith; 40 are both, where chance makes 12.5:
    2 x (40 ln 3.2 + 10 ln 0.2667 + 10 ln 0.2667 + 140 ln 1.2444) = 101.41.
    A keyword that stands with everything alike, and a brand with four mentions, are not told."""
    rows = []
    for n in range(200):
        late, zenith = n < 50, 10 <= n < 60
        keywords = [("Acme", "late", 1)] * late + [("Acme", "even", 1)] * (n % 2)
        rows.append(
            said(
                str(n),
                brands=[("Acme", "text"), *[("Zenith", "text")] * zenith],
                keywords=keywords,
                drivers=[("delivery", "negative", -0.5)] * (n < 45),
                published=at("2026-03-01"),
            )
        )
    world.load(rows, collected=at("2026-04-01", 0))
    world.mart("marts.keyword_company", """
        month      | brand | keyword | form   | company  | place | complete | together | n_keyword | n_company | n_all | expected | lift   | log_likelihood
        2026-03-01 | Acme  | late    | brand  | Zenith   | 1     | true     | 40       | 50        | 50        | 200   | 12.5     | 3.2    | 101.41
        2026-03-01 | Acme  | late    | driver | delivery | 1     | true     | 45       | 50        | 45        | 200   | 11.25    | 4.0    | 180.76
    """)  # fmt: skip
    told = world.con.execute(
        "SELECT keyword, form, company FROM marts.keyword_company ORDER BY ALL"
    )
    assert told.fetchall() == [("late", "brand", "Zenith"), ("late", "driver", "delivery")]


def test_a_driver_counts_where_its_voice_does(world: World) -> None:
    """20 voices of February speak of delivery in a copy of March only; of March's own 20 voices, 12 do,
    all with the keyword: 2 x (12 ln 1.667 + 8 ln 2.5) = 26.92. To count 32 with the driver among 20 would
    leave a cell of -12."""
    delivery = [("delivery", "negative", -0.5)]
    copied = [
        said(f"{n} {month}", voice=f"copied {n}", published=at(day), drivers=driver)
        for n in range(20)
        for month, day, driver in (("Feb", "2026-02-10", []), ("Mar", "2026-03-10", delivery))
    ]
    own = [
        said(
            str(n),
            keywords=[("Acme", "late", 1)] * (n < 12),
            drivers=delivery * (n < 12),
            published=at("2026-03-01"),
        )
        for n in range(20)
    ]
    world.load(copied + own, collected=at("2026-04-01", 0))
    world.mart("marts.keyword_company", """
        month      | brand | keyword | form   | company  | together | n_keyword | n_company | n_all | expected | log_likelihood
        2026-03-01 | Acme  | late    | driver | delivery | 12       | 12        | 12        | 20    | 7.2      | 26.92
    """)  # fmt: skip


def test_counts_that_can_not_be_have_no_likelihood(world: World) -> None:
    """A logarithm of what is not above 0 would end the load."""
    asked = "SELECT core.surprise(o, e) FROM (VALUES (0, 2.5), (2, 2), (2, 0), (2, -1), (-12, 3)) AS x(o, e)"
    assert world.con.execute(asked).fetchall() == [(0,), (0,), (None,), (None,), (None,)]


def test_copies_of_one_text_are_one_mention_in_company(world: World) -> None:
    """Sixty copies that stand with Zenith are one voice, which is too few."""
    world.say("""
        n  | day        | keyword | brand       | voice
        60 | 2026-03-01 | late    | Acme Zenith | copied
        60 | 2026-03-01 |         | Acme        |
    """)
    world.mart(
        "marts.keyword_daily",
        """
        day        | brand | keyword | mentions | exposures
        2026-03-01 | Acme  | late    | 1        | 60
    """,
    )
    assert world.con.execute("FROM marts.keyword_company").fetchall() == []
