# ruff: noqa: E501 - the tables are drawn wide
from __future__ import annotations

from drawn_tables import World
from staged_batches import said

MART = "marts.keyword_daily"


def test_keywords_have_voices_exposures_and_a_mood(world: World) -> None:
    world.say("""
        n  | day        | label    | keyword       | voice
        8  | 2026-03-01 | positive | price service |
        2  | 2026-03-01 | negative | price         |
        10 | 2026-03-01 | neutral  | price         |
        3  | 2026-03-01 | negative | price         | copy
        5  | 2026-03-01 | negative |               |
        1  | 2026-03-03 | unscored | price         |
    """)
    world.mart(MART, """
        day        | brand | keyword | mentions | exposures | scored | scored_share | net_sentiment | net_sentiment_polar | negative_share
        2026-03-01 | Acme  | price   | 21       | 23        | 21     | 1.0          | 0.2381        | 0.4545              | 0.1429
        2026-03-01 | Acme  | service | 8        | 8         | 8      | 1.0          | 1.0000        | 1.0000              | 0.0000
        2026-03-02 | Acme  | price   | 0        | 0         | 0      | -            | -             | -                   | -
        2026-03-03 | Acme  | price   | 1        | 1         | 0      | 0.0          | -             | -                   | -
        2026-03-03 | Acme  | service | 0        | 0         | 0      | -            | -             | -                   | -
    """)  # fmt: skip


def test_a_hit_counts_whether_or_not_the_text_names_the_brand(world: World) -> None:
    world.load([said("1", brands=[], keywords=[("Acme", "delivery", 3)])])
    world.mart(
        MART,
        """
        day        | brand | keyword  | mentions | hits
        2026-03-01 | Acme  | delivery | 1        | 3
    """,
    )


def test_one_mention_of_two_watches_is_one_hit(world: World) -> None:
    row = said("1", keywords=[("Acme", "price", 2)])
    world.load([row], watch="acme")
    world.load([row], watch="zenith")
    world.mart(
        MART,
        """
        day        | brand | keyword | mentions | exposures | hits
        2026-03-01 | Acme  | price   | 1        | 1         | 2
    """,
    )
