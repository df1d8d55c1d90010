# ruff: noqa: E501 - the tables are drawn wide
"""How reviews are answered, and what becomes of them then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drawn_tables import World
from staged_batches import Said, at, said

from tidings.connector import Gone
from tidings.watch import Brand, Source, Watch

MALL = Watch(
    id="acme",
    brand=Brand(name="Acme"),
    sources=(Source(connector="shop"), Source(connector="mall")),
)
MART = "marts.response_daily"
CHANGES = "marts.review_changes"


def test_cohort_and_event_are_two_figures(world: World) -> None:
    """Seven reviews, answered after 2, 5, 10, 18 and 48 hours, two open; one more after 20 hours."""
    world.say("""
        n | published           | kind   | source | rating | answered
        1 | 2026-03-01T12:00:00 | review | shop   | 5      | 2026-03-01T14:00:00
        1 | 2026-03-01T12:00:00 | review | shop   | 1      | 2026-03-01T17:00:00
        1 | 2026-03-01T12:00:00 | review | shop   | 1      | 2026-03-01T22:00:00
        1 | 2026-03-01T12:00:00 | review | shop   | 3      | 2026-03-02T06:00:00
        1 | 2026-03-01T12:00:00 | review | shop   | 4      | 2026-03-03T12:00:00
        1 | 2026-03-01T12:00:00 | review | shop   | 2      |
        1 | 2026-03-01T18:00:00 | review | shop   | 5      |
        1 | 2026-03-02T12:00:00 | review | shop   | 5      | 2026-03-03T08:00:00
        9 | 2026-03-01T12:00:00 | post   | shop   |        |
        3 | 2026-03-01T12:00:00 | review | forum  | 5      |
    """, collected=at("2026-03-05", 12))  # fmt: skip
    world.mart(MART, """
        day        | brand | source | received | received_positive | received_neutral | received_negative | answered | answered_positive | answered_neutral | answered_negative | open | response_rate | response_rate_low | response_rate_high | n_answered_in_target | answered_in_target | n_response_time | response_time_median | oldest_open_hours | responses
        2026-03-01 | Acme  | shop   | 7        | 3                 | 1                | 3                 | 5        | 2                 | 1                | 2                 | 2    | 0.714         | 0.359             | 0.918              | 7                    | 0.571              | 5               | 10.0                 | 96.0              | 3
        2026-03-02 | Acme  | shop   | 1        | 1                 | 0                | 0                 | 1        | 1                 | 0                | 0                 | 0    | -             | -                 | -                  | 1                    | -                  | 1               | -                    | -                 | 1
        2026-03-03 | Acme  | shop   | 0        | 0                 | 0                | 0                 | 0        | 0                 | 0                | 0                 | 0    | -             | -                 | -                  | 0                    | -                  | 0               | -                    | -                 | 2
    """)  # fmt: skip
    world.mart(MART, """
        day        | brand | source | received_28 | answered_28 | open_28 | response_rate_28 | n_answered_in_target_28 | answered_in_target_28 | n_response_time_28 | response_time_median_28 | oldest_open_hours_28
        2026-03-01 | Acme  | shop   | 7           | 5           | 2       | 0.714            | 7                       | 0.571                 | 5                  | 10.0                    | 96.0
        2026-03-02 | Acme  | shop   | 8           | 6           | 2       | 0.750            | 8                       | 0.625                 | 6                  | 14.0                    | 96.0
        2026-03-05 | Acme  | shop   | 8           | 6           | 2       | 0.750            | 8                       | 0.625                 | 6                  | 14.0                    | 96.0
    """)  # fmt: skip
    sources = world.con.execute(f"SELECT DISTINCT source FROM {MART}").fetchall()
    assert sources == [("shop",)], "a source where nobody can answer"


def test_an_answer_long_after_counts_on_its_own_day(world: World) -> None:
    """Learnt by a later load: the cohort of March has it, and the day in June."""
    review: dict[str, Any] = {"kind": "review", "source": "shop", "published": at("2026-03-01")}
    world.load([said("1", **review, collected=at("2026-03-02"))])
    world.mart(MART, """
        day        | brand | source | received | open | responses
        2026-03-01 | Acme  | shop   | 1        | 1    | 0
    """)  # fmt: skip
    later = at("2026-06-09")
    world.load([said("2", published=later, collected=later)], collected=later)
    world.mart("marts.brand_reputation_daily", """
        day        | brand | mentions
        2026-06-09 | Acme  | 1
    """)  # fmt: skip
    answered = said("1", **review, answer="Sorry", answered=at("2026-06-09", 9), collected=later)
    world.load([answered], collected=later + timedelta(hours=1))
    world.mart(MART, """
        day        | brand | source | received | answered | open | responses | n_response_time | received_28 | oldest_open_hours
        2026-03-01 | Acme  | shop   | 1        | 1        | 0    | 0         | 1               | 1           | -
        2026-03-28 | Acme  | shop   | 0        | 0        | 0    | 0         | 0               | 1           | -
        2026-06-09 | Acme  | shop   | 0        | 0        | 0    | 1         | 0               | 0           | -
    """)  # fmt: skip
    withdrawn = said("1", **review, collected=later + timedelta(hours=5))
    world.load([withdrawn], collected=later + timedelta(hours=6))
    world.mart(MART, """
        day        | brand | source | received | open | responses
        2026-03-01 | Acme  | shop   | 1        | 1    | 0
    """)  # fmt: skip
    days = world.con.execute(f"SELECT day FROM {MART} WHERE responses > 0").fetchall()
    assert days == [], "an answer that was taken back"


def test_copies_are_one_review_and_an_answer_to_one_is_enough(world: World) -> None:
    world.say("""
        published           | kind   | source | voice | rating | answered
        2026-03-01T09:00:00 | review | shop   | same  | 1      |
        2026-03-01T10:00:00 | review | mall   | same  | 1      | 2026-03-01T12:00:00
    """)
    world.mart(MART, """
        day        | brand | source | received | answered | responses | n_response_time | open
        2026-03-01 | Acme  | shop   | 1        | 1        | 1         | 1               | 0
    """, watches=(MALL,), allows_answers=("shop", "mall"))  # fmt: skip
    assert world.con.execute(f"SELECT count(*) FROM {MART}").fetchone() == (1,)


def review(key: str, stars: float, text: str = "It is broken.", **fields: Any) -> Said:
    given: dict[str, Any] = {
        "kind": "review", "source": "shop", "published": at("2026-03-01"),
        "rating": stars, "rating_min": 1.0, "rating_max": 5.0, "collected": at("2026-03-01", 13),
    } | fields  # fmt: skip
    return said(key, text, **given)


ANSWER: dict[str, Any] = {"answer": "We are sorry.", "answered": at("2026-03-02")}
AFTER: dict[str, Any] = ANSWER | {"collected": at("2026-03-20")}


def test_what_an_answer_does_to_a_rating(world: World) -> None:
    """Of 2 stars to 5, 4, 3, 2 (other words) and 1: +0.75, +0.5, +0.25, 0 and -0.25 make 0.25."""
    world.load([review(key, 2) for key in "abcdefghi"])
    world.load([review(key, 2, **ANSWER, collected=at("2026-03-03")) for key in "abcdgi"])
    world.load([
        review("a", 5, **AFTER, edited=at("2026-03-10")),
        review("b", 4, **AFTER),
        review("c", 3, **AFTER),
        review("d", 2, "They have mended it.", **AFTER),
        review("e", 1, **AFTER, edited=at("2026-03-04")),  # answer and edit seen at once, in order
        review("f", 5, **AFTER),  # likewise, in what order the source doesn't tell
        review("h", 5, **AFTER, edited=at("2026-03-01", 20)),  # edited before the answer
    ])  # fmt: skip
    world.load([review("i", 5, **ANSWER, collected=at("2026-06-01"))])  # 91 days after the answer
    world.mart(CHANGES, """
        month      | brand | reviews | removed | removed_share | edited_after_answer | reply_effect | reply_effect_low | reply_effect_high
        2026-03-01 | Acme  | 9       | 0       | 0.00          | 5                   | 0.25         | -0.506           | 0.789
    """)  # fmt: skip


def test_only_the_last_edit_within_90_days_counts(world: World) -> None:
    for key in "abcde":
        world.load([review(key, 2)], walk_id=f"1{key}")
        world.load([review(key, 2, **ANSWER, collected=at("2026-03-03"))], walk_id=f"2{key}")
        world.load([review(key, 1, **ANSWER, collected=at("2026-03-05"))], walk_id=f"3{key}")
        world.load([review(key, 4, **ANSWER, collected=at("2026-05-30"))], walk_id=f"4{key}")
        world.load([review(key, 5, **ANSWER, collected=at("2026-06-05"))], walk_id=f"5{key}")
    world.mart(CHANGES, """
        month      | brand | edited_after_answer | reply_effect
        2026-03-01 | Acme  | 5                   | 0.5
    """)  # fmt: skip


def test_reviews_that_the_source_no_longer_shows(world: World) -> None:
    world.load([review(key, 1, published=at("2026-03-31", 12)) for key in "abcdefgh"])
    world.load([review("z", 1, published=at("2026-04-01"))])
    removed = tuple(
        Gone(place="square", external_id=key, reason="gone", sure=True, noticed=at("2026-04-02"))
        for key in "abz"
    )
    world.load([], source="shop", gone=removed)
    world.mart(CHANGES, """
        month      | brand | reviews | removed | removed_share | removed_share_low | removed_share_high | reply_effect
        2026-03-01 | Acme  | 8       | 2       | 0.25          | 0.071             | 0.591              | -
        2026-04-01 | Acme  | 1       | 1       | -             | -                 | -                  | -
    """)  # fmt: skip
    back = review("a", 1, published=at("2026-03-31", 12), collected=at("2026-04-05"))
    world.load([back])
    world.mart(CHANGES, """
        month      | brand | reviews | removed | removed_share
        2026-03-01 | Acme  | 8       | 1       | 0.125
        2026-04-01 | Acme  | 1       | 1       | -
    """)  # fmt: skip
