# ruff: noqa: E501 - the tables are drawn wide
"""Weeks and months: of their sums, and saying how much of them there is."""

from __future__ import annotations

from drawn_tables import ALONE, World
from staged_batches import at, coverage


def test_a_week_and_a_month_are_told_of_their_sums(world: World) -> None:
    """2026-03-01 is a Sunday. Its day has a net of 1, the next week (2 - 10) / 12 = -0.6667, which no
    mean of its days is: 2 mentions are too few for a day. The month is (10 - 10) / 20."""
    world.say("""
        n  | day        | label    | kind   | rating | source
        8  | 2026-03-01 | positive | post   |        | forum
        2  | 2026-03-02 | positive | post   |        | forum
        10 | 2026-03-03 | negative | post   |        | forum
        3  | 2026-03-02 | unscored | review | 5      | forum
        3  | 2026-03-05 | unscored | review | 1      | forum
    """, collected=at("2026-03-09", 1))  # fmt: skip
    world.walk("a", coverage(at("2026-03-02", 0), at("2026-03-09", 1)))
    world.mart("marts.brand_reputation_weekly", """
        week       | brand | days | days_covered | complete | coverage | mentions | scored | scored_share | net_sentiment | negative_share | n_ratings | rating_mean | n_response | response_rate | share_of_voice
        2026-02-23 | Acme  | 1    | 0            | true     | 0        | 8        | 8      | 1.0          | 1.0           | 0.0            | 0         | -           | 0          | -             | -
        2026-03-02 | Acme  | 7    | 7            | true     | 1        | 18       | 12     | 0.6667       | -0.6667       | 0.8333         | 6         | 0.5         | 6          | 0.0           | -
        2026-03-09 | Acme  | 1    | 0            | false    | 0        | 0        | 0      | -            | -             | -              | 0         | -           | 0          | -             | -
    """, watches=(ALONE,), allows_answers=("forum",))  # fmt: skip
    world.mart("marts.brand_reputation_monthly", """
        month      | brand | days | days_covered | complete | coverage | mentions | net_sentiment | net_sentiment_low | net_sentiment_high | n_ratings | rating_mean | n_score
        2026-03-01 | Acme  | 9    | 7            | false    | 0        | 26       | 0.0           | -0.4179           | 0.4179             | 6         | 0.5         | 9
    """, watches=(ALONE,), allows_answers=("forum",))  # fmt: skip
    [(score, mean)] = world.con.execute(
        "SELECT score, score_mean FROM marts.brand_reputation_monthly"
    ).fetchall()
    days = world.con.execute("SELECT score FROM marts.brand_reputation_daily ORDER BY day")
    scores = [row[0] for row in days.fetchall()]
    assert score == scores[-1]
    assert abs(mean - sum(scores) / 9) < 1e-9
    assert score != mean


def test_a_month_is_complete_once_a_later_day_was_collected(world: World) -> None:
    """Nothing is said in it any more, and yet its row is told again."""
    world.say("""
        n | day        | label
        5 | 2026-03-30 | positive
    """, collected=at("2026-03-31", 23))  # fmt: skip
    drawn = """
        month      | brand | days | complete | mentions
        2026-03-01 | Acme  | {}    | {}     | 5
    """
    name = "marts.brand_reputation_monthly"
    world.mart(name, drawn.format(2, "false"), watches=(ALONE,))
    world.load([], collected=at("2026-04-01", 0))
    world.mart(name, drawn.format(2, "true"), watches=(ALONE,))
    then = "SELECT complete FROM core.brand_reputation_monthly WHERE month = '2026-03-01' ORDER BY known_from"
    assert world.con.execute(then).fetchall() == [(False,), (True,)]
