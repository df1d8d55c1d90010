# ruff: noqa: E501 - the tables are drawn wide
from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from drawn_tables import ACME, ALONE, World
from staged_batches import at, said

from tidings.watch import Brand, Competitor, Source, Watch

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

MART = "marts.brand_reputation_daily"


def test_net_sentiment_and_its_polar_form(world: World) -> None:
    """The worked example of the definitions."""
    world.say("""
        n   | day        | label
        80  | 2026-03-01 | positive
        20  | 2026-03-01 | negative
        100 | 2026-03-01 | neutral
    """)
    world.mart(MART, """
        day        | brand | mentions | scored | net_sentiment | net_sentiment_polar | negative_share
        2026-03-01 | Acme  | 200      | 200    | 0.30          | 0.60                | 0.10
    """)  # fmt: skip


def test_unscored_is_never_neutral(world: World) -> None:
    world.say("""
        n  | day        | label
        6  | 2026-03-01 | positive
        2  | 2026-03-01 | negative
        12 | 2026-03-01 | unscored
    """)
    world.mart(MART, """
        day        | brand | mentions | scored | scored_share | neutral | net_sentiment | negative_share
        2026-03-01 | Acme  | 20       | 8      | 0.40         | 0       | 0.50          | 0.25
    """)  # fmt: skip


def test_too_few_are_null_and_a_quiet_day_has_a_row(world: World) -> None:
    world.say("""
        n | day        | label
        4 | 2026-03-01 | positive
        5 | 2026-03-03 | negative
    """)
    world.mart(MART, """
        day        | brand | mentions | scored_share | net_sentiment | net_sentiment_polar | negative_share | negative_share_low | rating_mean | response_rate
        2026-03-01 | Acme  | 4        | 1.0          | -             | -                   | -              | -                  | -           | -
        2026-03-02 | Acme  | 0        | -            | -             | -                   | -              | -                  | -           | -
        2026-03-03 | Acme  | 5        | 1.0          | -1.0          | -1.0                | 1.0            | 0.5655             | -           | -
    """)  # fmt: skip


def test_copies_are_one_voice_on_the_day_of_the_earliest_and_many_exposures(world: World) -> None:
    world.say("""
        n | published           | label    | voice     | source
        1 | 2026-03-02T09:00:00 | negative | same      | forum
        1 | 2026-03-01T23:00:00 | negative | same      | press
        3 | 2026-03-03T08:00:00 | negative | same      | press
        1 | 2026-03-02T10:00:00 | positive | another   | forum
    """)
    world.mart(
        MART,
        """
        day        | brand | mentions | exposures | negative | positive
        2026-03-01 | Acme  | 1        | 1         | 1        | 0
        2026-03-02 | Acme  | 1        | 2         | 0        | 1
        2026-03-03 | Acme  | 0        | 3         | 0        | 0
    """,
    )


def test_a_mention_of_two_brands_counts_for_both(world: World) -> None:
    world.say("""
        n | day        | label    | brand
        5 | 2026-03-01 | positive | Acme Zenith
        1 | 2026-03-01 | negative | Zenith
    """)
    world.mart(
        MART,
        """
        day        | brand  | own   | mentions | positive | negative
        2026-03-01 | Acme   | true  | 5        | 5        | 0
        2026-03-01 | Zenith | false | 6        | 5        | 1
    """,
    )


def test_an_edit_is_counted_once_as_it_is_now(world: World) -> None:
    before = said("1", "good", label="positive", published=at("2026-03-01"))
    after = said(
        "1", "bad", label="negative", published=at("2026-03-01"), collected=at("2026-03-04")
    )  # fmt: skip
    world.load([before])
    world.load([after])
    world.mart(
        MART,
        """
        day        | brand | mentions | positive | negative
        2026-03-01 | Acme  | 1        | 0        | 1
    """,
    )


def test_days_are_those_of_the_brands_time_zone(world: World) -> None:
    oslo = Watch(
        id="acme",
        brand=Brand(name="Acme", timezone="Europe/Oslo"),
        sources=(Source(connector="forum"),),
    )
    world.say("""
        n | published
        1 | 2026-03-28T22:59:00
        2 | 2026-03-28T23:00:00
        4 | 2026-03-29T21:59:00
        8 | 2026-03-29T22:00:00
    """)  # summer time began on the 29th: that day had 23 hours
    world.mart(MART, """
        day        | brand | mentions | timezone
        2026-03-28 | Acme  | 1        | Europe/Oslo
        2026-03-29 | Acme  | 6        | Europe/Oslo
        2026-03-30 | Acme  | 8        | Europe/Oslo
    """, watches=(oslo,))  # fmt: skip


def test_every_brand_has_every_day_once(world: World, con: Con) -> None:
    world.say("""
        n | day        | brand
        1 | 2026-01-30 | Acme
        1 | 2026-03-02 | Zenith
        1 | 2026-02-11 | Acme
    """, collected=at("2026-03-04"))  # fmt: skip
    world.mart(
        MART,
        """
        day        | brand  | mentions
        2026-01-30 | Zenith | 0
        2026-03-04 | Acme   | 0
    """,
    )
    spans = con.execute(
        f"SELECT brand, min(day)::VARCHAR, max(day)::VARCHAR, count(*), count(DISTINCT day) "
        f"FROM {MART} GROUP BY brand ORDER BY brand"
    ).fetchall()
    assert spans == [(b, "2026-01-30", "2026-03-04", 34, 34) for b in ("Acme", "Zenith")]


def test_ratings_on_their_own_scales(world: World) -> None:
    world.say("""
        n | day        | kind   | rating | min | max
        3 | 2026-03-01 | review | 5      | 1   | 5
        1 | 2026-03-01 | review | 1      | 1   | 5
        1 | 2026-03-01 | review | 10     | 0   | 10
        1 | 2026-03-01 | review | 0      | 0   | 1
        9 | 2026-03-01 | post   | 5      | 1   | 5
    """)
    world.mart(
        MART,
        """
        day        | brand | n_ratings | rating_mean
        2026-03-01 | Acme  | 6         | 0.6667
    """,
    )


def test_few_ratings_stay_near_the_prior_of_seven_reviews(world: World) -> None:
    """3.5 of 5 stars is 0.625; one perfect review of today: (7 x 0.625 + 1) / 8."""
    world.say("""
        n | day        | kind   | rating
        1 | 2026-03-01 | review | 5
    """)
    world.mart(
        MART,
        """
        day        | brand | n_ratings_365 | rating_bayes | rating_mean
        2026-03-01 | Acme  | 1             | 0.671875     | -
    """,
    )


def test_a_ratings_weight_halves_every_thirty_days_and_ends_after_a_year(world: World) -> None:
    """After 30 days: (4.375 + 0.5) / 7.5, after 60: (4.375 + 0.25) / 7.25; day 365 is too old."""
    world.say(
        """
        n | day        | kind   | rating
        1 | 2025-01-01 | review | 5
    """,
        collected=at("2026-01-02"),
    )
    world.mart(
        MART,
        """
        day        | brand | n_ratings_365 | rating_bayes
        2025-01-31 | Acme  | 1             | 0.65
        2025-03-02 | Acme  | 1             | 0.6379310
        2025-12-31 | Acme  | 1             | 0.6250119
        2026-01-01 | Acme  | 0             | -
    """,
    )


def test_answers_of_a_cohort_of_28_days_where_answers_are_allowed(world: World) -> None:
    """Of six reviews at the shop five have an answer, three within a day; the forum allows none."""
    world.say("""
        n | published           | kind   | rating | source | answer | answered
        3 | 2026-03-01T12:00:00 | review | 4      | shop   | Thanks | 2026-03-02T12:00:00
        2 | 2026-03-01T12:00:00 | review | 1      | shop   | Sorry  | 2026-03-02T12:00:01
        1 | 2026-03-02T12:00:00 | review | 2      | shop   |        |
        9 | 2026-03-02T12:00:00 | review | 2      | forum  |        |
        9 | 2026-03-02T12:00:00 | post   |        | shop   |        |
    """, collected=at("2026-03-30"))  # fmt: skip
    world.mart(MART, """
        day        | brand | n_response_28 | response_rate | n_answered_in_target_28 | answered_in_target | response_rate_low | response_rate_high
        2026-03-01 | Acme  | 5             | 1.0000        | 5                       | 0.6000             | 0.5655            | 1.0000
        2026-03-02 | Acme  | 6             | 0.8333        | 6                       | 0.5000             | 0.4365            | 0.9699
        2026-03-28 | Acme  | 6             | 0.8333        | 6                       | 0.5000             | 0.4365            | 0.9699
        2026-03-29 | Acme  | 1             | -             | 1                       | -                  | -                 | -
    """)  # fmt: skip


def test_an_answer_without_a_time_counts_only_as_far_as_it_can_be_known(world: World) -> None:
    """Seen within the target: in time. First seen after it: left out of answered_in_target."""
    world.say("""
        n | published           | collected           | kind   | rating | source | answer | answered
        3 | 2026-03-01T12:00:00 | 2026-03-02T11:00:00 | review | 4      | shop   | Thanks |
        4 | 2026-03-01T12:00:00 | 2026-03-09T12:00:00 | review | 4      | shop   | Thanks |
        3 | 2026-03-01T12:00:00 | 2026-03-09T12:00:00 | review | 4      | shop   |        |
    """)
    world.mart(MART, """
        day        | brand | n_response_28 | response_rate | n_answered_in_target_28 | answered_in_target
        2026-03-01 | Acme  | 10            | 0.7           | 6                       | 0.5
    """)  # fmt: skip


def test_an_answer_given_later_counts_for_the_day_of_its_review(world: World) -> None:
    review = {
        "source": "shop", "kind": "review", "rating": 2.0, "rating_min": 1.0, "rating_max": 5.0,
        "published": at("2026-03-01"),
    }  # fmt: skip
    world.load([said(str(n), **review) for n in range(5)])
    world.load(
        [
            said(str(n), **review, answer="Sorry", answered=at("2026-03-01", 20),
                 collected=at("2026-03-06"))
            for n in range(2)
        ]
    )  # fmt: skip
    world.mart(
        MART,
        """
        day        | brand | n_response_28 | response_rate | answered_in_target
        2026-03-01 | Acme  | 5             | 0.4           | 0.4
    """,
    )


def test_share_of_voice_leaves_out_a_page_that_is_one_brands_own(world: World) -> None:
    world.say("""
        n  | day        | source | brand
        6  | 2026-03-01 | forum  | Acme
        2  | 2026-03-01 | forum  | Zenith
        50 | 2026-03-01 | shop   | Acme:place
        7  | 2026-03-01 | shop   | Acme:place Zenith:text
        12 | 2026-03-02 | forum  | Zenith
    """)
    world.mart(MART, """
        day        | brand  | n_share_of_voice | share_of_voice | n_share_of_voice_28 | share_of_voice_28
        2026-03-01 | Acme   | 8                | 0.75           | 8                   | 0.75
        2026-03-01 | Zenith | 8                | 0.25           | 8                   | 0.25
        2026-03-02 | Acme   | 12               | 0.00           | 20                  | 0.30
        2026-03-02 | Zenith | 12               | 1.00           | 20                  | 0.70
    """)  # fmt: skip


def test_share_of_voice_counts_places_where_every_brand_has_one(world: World) -> None:
    both = Watch(
        id="acme",
        brand=Brand(name="Acme"),
        competitors=(Competitor(name="Zenith"),),
        sources=(
            Source(connector="shop", name="a", about="Acme"),
            Source(connector="shop", name="z", about="Zenith"),
        ),
    )
    world.say("""
        n | day        | source | brand
        3 | 2026-03-01 | shop   | Acme:place
        9 | 2026-03-01 | shop   | Zenith:place
    """)
    world.mart(MART, """
        day        | brand | n_share_of_voice | share_of_voice
        2026-03-01 | Acme  | 12               | 0.25
    """, watches=(both,))  # fmt: skip


def test_share_of_voice_of_two_watches_that_name_each_other(world: World) -> None:
    """What one watch collected counts for the other, too: walks of equal settings share a cursor."""
    zenith = Watch(
        id="zenith",
        brand=Brand(name="Zenith"),
        competitors=(Competitor(name="Acme"),),
        sources=(Source(connector="forum"),),
    )
    drawing = """
        n | day        | brand
        6 | 2026-03-01 | Acme
        2 | 2026-03-01 | Zenith
    """
    world.say(drawing, watch="acme")
    world.mart(MART, """
        day        | brand  | watch  | own  | share_of_voice
        2026-03-01 | Acme   | acme   | true | 0.75
        2026-03-01 | Zenith | zenith | true | 0.25
    """, watches=(ACME, zenith))  # fmt: skip


def test_nps_and_csat(world: World) -> None:
    """4 promoters, 4 passives, 2 detractors (a 0 is one): 20. Of 1..5 the top two are satisfied."""
    world.say("""
        n | day        | kind   | rating | min | max
        3 | 2026-03-01 | survey | 10     | 0   | 10
        1 | 2026-03-01 | survey | 9      | 0   | 10
        4 | 2026-03-01 | survey | 7      | 0   | 10
        1 | 2026-03-01 | survey | 6      | 0   | 10
        1 | 2026-03-02 | survey | 0      | 0   | 10
        2 | 2026-03-02 | survey | 4      | 1   | 5
        2 | 2026-03-02 | survey | 3      | 1   | 5
        1 | 2026-03-02 | survey | 5      | 1   | 7
    """)
    world.mart(MART, """
        day        | brand | n_nps_28 | nps     | nps_standard_error | n_csat_28 | csat | part_surveys
        2026-03-01 | Acme  | 9        | 33.3333 | 22.2222            | 0         | -    | 0.6667
        2026-03-02 | Acme  | 10       | 20.0000 | 23.6643            | 5         | 0.6  | 0.6000
    """)  # fmt: skip


def test_the_score_is_the_weighted_sum_of_the_parts_there_are(world: World) -> None:
    """Sentiment: 8 of 10 positive, the 90 days are this one, so nothing is shrunk: (0.8 + 1) / 2.

    Rating: (7 x 0.625 + 10) / 17. Alone, attention is 0.5. Weights 0.35, 0.25, 0.10 of 0.70:
    100 x (0.5 x 0.9 + 0.357143 x 0.845588 + 0.142857 x 0.5) = 82.3424.
    """
    world.say("""
        n  | day        | kind   | label    | rating
        8  | 2026-03-01 | review | positive | 5
        2  | 2026-03-01 | review | neutral  | 5
    """)
    world.mart(MART, """
        day        | brand | part_sentiment | part_rating | part_attention | part_response | weight_sentiment | weight_rating | weight_attention | weight_response | score   | parts_missing
        2026-03-01 | Acme  | 0.9            | 0.845588    | 0.5            | -             | 0.5              | 0.357143      | 0.142857         | -               | 82.3424 | response, stability, surveys
    """, watches=(ALONE,))  # fmt: skip


def test_a_days_sentiment_is_shrunk_toward_that_of_ninety_days(world: World) -> None:
    """90 days: (30 - 10) / 40 = 0.5. The second day: (0 - 10 + 20 x 0.5) / (10 + 20) = 0."""
    world.say("""
        n  | day        | label
        30 | 2026-01-01 | positive
        10 | 2026-03-01 | negative
    """, collected=at("2026-04-01"))  # fmt: skip
    world.mart(MART, """
        day        | brand | part_sentiment
        2026-01-01 | Acme  | 1.0
        2026-02-01 | Acme  | 1.0
        2026-03-01 | Acme  | 0.5
        2026-03-31 | Acme  | 0.75
        2026-04-01 | Acme  | 0.0
    """, watches=(ALONE,))  # fmt: skip


def test_a_brands_own_weights_replace_the_default_set_while_they_are_valid(
    world: World, con: Con
) -> None:
    con.execute(
        "INSERT INTO core.weight (brand, part, weight, valid_from, valid_to) "
        "VALUES ('Acme', 'sentiment', 0.8, '2026-03-02', '2026-03-03'), "
        "('Acme', 'attention', 0.2, '2026-03-02', '2026-03-03')"
    )
    world.say("""
        n | day        | label    | kind   | rating
        5 | 2026-03-01 | positive | post   |
        5 | 2026-03-02 | positive | review | 1
        5 | 2026-03-03 | positive | post   |
    """)
    world.mart(MART, """
        day        | brand | weight_sentiment | weight_attention | weight_rating | part_rating | score
        2026-03-01 | Acme  | 0.777778         | 0.222222         | -             | -           | 88.8889
        2026-03-02 | Acme  | 0.8              | 0.2              | 0.0           | 0.3646      | 90.0000
    """, watches=(ALONE,))  # fmt: skip
    world.mart(MART, """
        day        | brand | weight_sentiment | weight_attention | weight_rating
        2026-03-03 | Acme  | 0.5              | 0.142857         | 0.357143
    """, watches=(ALONE,))  # fmt: skip


def test_who_is_not_talked_of_at_all_has_no_score(world: World) -> None:
    """A share of voice of nothing, alone, is no reputation."""
    world.say("""
        n | day        | brand  | label
        9 | 2026-03-01 | Zenith | neutral
    """)
    world.mart(
        MART,
        """
        day        | brand  | score   | part_attention | parts_missing
        2026-03-01 | Acme   | -       | 0.0            | rating, response, sentiment, stability, surveys
        2026-03-01 | Zenith | 61.1111 | 1.0            | rating, response, stability, surveys
    """,
    )


def test_the_parts_of_every_row_add_up(world: World, con: Con) -> None:
    dice = random.Random(7)
    lines = ["n | day | kind | label | rating | source | brand"]
    for _ in range(300):
        label = dice.choice(["positive", "neutral", "negative", "unscored"])
        brand = dice.choice(["Acme", "Zenith", "Acme Zenith"])
        lines.append(
            f"1 | 2026-0{dice.randint(1, 3)}-{dice.randint(1, 28):02d} | review | {label} | "
            f"{dice.randint(1, 5)} | {dice.choice(['forum', 'shop'])} | {brand}"
        )
    world.say("\n".join(lines))
    world.mart(MART, "day | brand\n2026-03-01 | Acme")
    parts = ("sentiment", "rating", "response", "attention", "surveys", "stability")
    total = " + ".join(f"coalesce(weight_{p} * part_{p}, 0)" for p in parts)
    weights = " + ".join(f"coalesce(weight_{p}, 0)" for p in parts)
    wrong = con.execute(
        f"SELECT * FROM {MART} WHERE score IS NOT NULL AND (abs(100 * ({total}) - score) > 1e-9 "
        f"OR abs({weights} - 1) > 1e-9 OR score NOT BETWEEN 0 AND 100)"
    ).fetchall()
    assert wrong == []
    ends = [
        c.removesuffix("_low")
        for (c,) in con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'brand_reputation_daily' "
            "AND column_name LIKE '%\\_low' ESCAPE '\\'"
        ).fetchall()
    ]
    assert len(ends) > 8
    for figure in ends:
        outside = con.execute(
            f"SELECT {figure}, {figure}_low, {figure}_high FROM {MART} "
            f"WHERE {figure} NOT BETWEEN {figure}_low - 1e-12 AND {figure}_high + 1e-12 "
            f"OR ({figure} IS NULL) <> ({figure}_low IS NULL)"
        ).fetchall()
        assert outside == [], figure


@pytest.mark.parametrize(("p", "q"), [(0.4, 0.1), (0.05, 0.02), (0.5, 0.5), (0.9, 0.02)])
@pytest.mark.parametrize("n", [5, 30, 200])
def test_the_interval_of_net_sentiment_holds_the_truth_95_times_in_100(
    con: Con, p: float, q: float, n: int
) -> None:
    dice = random.Random(f"{p} {q} {n}")
    draws = []
    for _ in range(1500):
        rolled = [dice.random() for _ in range(n)]
        draws.append((sum(r < p for r in rolled), sum(p <= r < p + q for r in rolled)))
    ups, downs = zip(*draws, strict=True)
    held = con.execute(
        "SELECT avg(($p - $q BETWEEN core.net_low(u, d, $n) AND core.net_high(u, d, $n))::INT) "
        "FROM (SELECT unnest($ups) AS u, unnest($downs) AS d)",
        {"p": p, "q": q, "n": n, "ups": list(ups), "downs": list(downs)},
    ).fetchone()
    assert held is not None
    assert held[0] > 0.93


def test_wilson_intervals_as_published(con: Con) -> None:
    """Newcombe 1998, table I, method 3 (score, no continuity correction)."""
    for k, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        found = con.execute("SELECT core.wilson_low(?, ?), core.wilson_high(?, ?)", [k, n, k, n])
        assert found.fetchone() == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
