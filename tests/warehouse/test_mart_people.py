# ruff: noqa: E501 - the tables are drawn wide
"""Whom to answer, and who is heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drawn_tables import World, rows
from staged_batches import Said, at, coverage, said

QUEUE = "marts.answer_queue"
REACH = "marts.author_reach"
NOW = at("2026-03-03", 12)


def asked(key: str, when: tuple[str, float], **fields: Any) -> Said:
    given: dict[str, Any] = {
        "kind": "review", "source": "shop", "published": at(*when), "collected": NOW,
    } | fields  # fmt: skip
    if "rating" in given:
        given |= {"rating_min": 1.0, "rating_max": 5.0}
    return said(key, **given)


def test_the_queue_puts_the_worst_the_most_heard_and_the_longest_waiting_first(
    world: World,
) -> None:
    """Priorities by hand: 0.7 x (1 + 3) x 1.5, 0.7 x 2, 0.8 x 1.25, 0.65 x 1.5, 0.2 x 3."""
    world.load([
        asked("bad", ("2026-03-03", 6), rating=1.0, label="negative"),
        asked("good", ("2026-03-01", 12), rating=5.0, label="positive"),
        asked("many followers", ("2026-03-03", 0), kind="question", author_followers=999),
        asked("asks", ("2026-03-02", 12), rating=3.0, flags=["question"], drivers=[("price", "neutral", None), ("delivery", "neutral", None)]),
        asked("five stars, bad words", ("2026-03-03", 0), rating=5.0, label="negative"),
        asked("answered", ("2026-03-01", 12), rating=1.0, answered=at("2026-03-02")),
        asked("no review", ("2026-03-01", 12), kind="post"),
        asked("nobody can answer", ("2026-03-01", 12), source="forum", rating=1.0),
        asked("asked where nobody can answer", ("2026-03-01", 12), source="forum", kind="question"),
        asked("of another", ("2026-03-01", 12), rating=1.0, brands=[("Zenith", "text")]),
    ], collected=NOW)  # fmt: skip
    drawing = """
        rank | brand | kind     | stars | label    | urgency | priority | hours_left | overdue | reach
        1    | Acme  | question | -     | neutral  | 0.70    | 4.200    | 12.0       | false   | 999
        2    | Acme  | review   | 3.0   | neutral  | 0.70    | 1.400    | 0.0        | false   | -
        3    | Acme  | review   | 1.0   | negative | 0.80    | 1.000    | 18.0       | false   | -
        4    | Acme  | review   | 5.0   | negative | 0.65    | 0.975    | 12.0       | false   | -
        5    | Acme  | review   | 5.0   | positive | 0.20    | 0.600    | -24.0      | true    | -
    """
    world.mart(QUEUE, drawing)
    found = world.con.execute(f"SELECT rank, drivers, flags FROM {QUEUE}").fetchall()
    assert [row[0] for row in found] == [1, 2, 3, 4, 5], "not in its order"
    assert found[1] == (2, ["delivery", "price"], ["question"])
    assert len(rows(drawing)) == len(found)


def test_hours_go_on_with_each_load_and_can_be_told_as_they_were(world: World) -> None:
    """No row is told anew for it: what changes with time alone is not kept."""
    world.load([asked("1", ("2026-03-03", 6), rating=1.0)], collected=NOW)
    world.mart(QUEUE, """
        rank | brand | hours_left | overdue | priority
        1    | Acme  | 18.0       | false   | 1.0
    """)  # fmt: skip
    world.load([], collected=NOW + timedelta(hours=30), walk_id="later")
    world.mart(QUEUE, """
        rank | brand | hours_left | overdue | priority
        1    | Acme  | -12.0      | true    | 2.0
    """)  # fmt: skip
    [(told, ended)] = world.con.execute(
        "SELECT known_from, known_to FROM core.answer_queue"
    ).fetchall()
    assert ended is None
    then = world.con.execute(
        f"SELECT hours_left, overdue, priority, rank FROM {QUEUE}_as_of($t)", {"t": told}
    )
    assert then.fetchall() == [(18.0, False, 1.0, 1)]


def test_what_is_answered_too_old_or_gone_leaves_the_queue(world: World) -> None:
    world.load([asked(key, ("2026-03-03", 6), rating=1.0) for key in "ab"], collected=NOW)
    world.load([asked("c", ("2026-03-20", 6), kind="question")], collected=at("2026-03-21"))
    world.mart(QUEUE, """
        rank | brand | kind
        1    | Acme  | review
        2    | Acme  | review
        3    | Acme  | question
    """)  # fmt: skip
    answered = asked("a", ("2026-03-03", 6), rating=1.0, answer="Sorry", collected=at("2026-03-22"))
    world.load([answered], collected=at("2026-03-22"))
    world.mart(QUEUE, """
        rank | brand | kind
        1    | Acme  | review
        2    | Acme  | question
    """)  # fmt: skip
    assert len(world.con.execute(f"FROM {QUEUE}").fetchall()) == 2
    world.load([], collected=at("2027-03-03", 6), walk_id="a year later")
    world.mart(QUEUE, """
        rank | brand | kind
        1    | Acme  | question
    """)  # fmt: skip
    assert len(world.con.execute(f"FROM {QUEUE}").fetchall()) == 1


def test_copies_of_one_text_are_answered_once(world: World) -> None:
    world.load([
        asked("first", ("2026-03-01", 6), rating=1.0, voice="same"),
        asked("second", ("2026-03-02", 6), rating=1.0, voice="same"),
        asked("asked", ("2026-03-01", 7), kind="question", voice="what"),
        asked("asked again", ("2026-03-02", 7), kind="question", voice="what"),
    ], collected=NOW)  # fmt: skip
    world.mart(QUEUE, """
        rank | brand | kind     | hours_left | priority
        1    | Acme  | review   | -30.0      | 2.600
        2    | Acme  | question | -29.0      | 2.246
    """)  # fmt: skip
    found = world.con.execute(f"SELECT kind, day::VARCHAR FROM {QUEUE} ORDER BY ALL").fetchall()
    assert found == [("question", "2026-03-01"), ("review", "2026-03-01")]
    world.load([asked("asked again", ("2026-03-02", 7), kind="question", voice="what", answer="So", collected=NOW + timedelta(hours=1))], collected=NOW)  # fmt: skip
    world.mart(QUEUE, """
        rank | brand | kind
        1    | Acme  | review
    """)  # fmt: skip
    assert len(world.con.execute(f"FROM {QUEUE}").fetchall()) == 1, "an answer to a copy is enough"


def test_the_queue_names_nobody(world: World) -> None:
    handle = {"author_handle": "@nelly", "author": "p1"}
    world.load([
        asked("1", ("2026-03-01", 6), text="x" * 301, url="https://shop.example/Nelly/1", **handle),
        asked("2", ("2026-03-01", 6), url="https://shop.example/user/17"),
        asked("3", ("2026-03-01", 6), url="https://shop.example/reviews/3", title="So"),
    ], collected=NOW)  # fmt: skip
    world.mart(QUEUE, """
        rank | brand | place
        1    | Acme  | square
    """)  # fmt: skip
    found = world.con.execute(
        f"SELECT url, title, len(excerpt) FROM {QUEUE} ORDER BY ALL"
    ).fetchall()
    assert sorted(found, key=str) == [
        ("https://shop.example/reviews/3", "So", 16), (None, None, 16), (None, None, 300),
    ]  # fmt: skip
    names = [row[0] for row in world.con.execute(f"DESCRIBE {QUEUE}").fetchall()]
    assert not {"author", "author_handle", "raw_page"} & set(names)


def test_who_was_heard_in_the_last_28_days(world: World) -> None:
    """p1: 100 followers on one day and 120 on another make a reach of 220; p3's copy is p1's voice."""
    world.say("""
        n | day        | author | followers | label    | voice | kind   | source
        1 | 2026-03-01 | p1     | 5000      | negative |       | post   | forum
        1 | 2026-03-02 | p1     | 100       | negative | same  | post   | forum
        2 | 2026-03-02 | p1     | 100       | negative |       | post   | forum
        3 | 2026-03-29 | p1     | 120       | positive |       | post   | shop
        2 | 2026-03-29 | p2     |           | positive |       | post   | forum
        1 | 2026-03-03 | p3     | 9000      | negative | same  | post   | forum
        1 | 2026-03-03 | p4     |           | unscored |       | post   | forum
        9 | 2026-03-03 | p5     |           | positive |       | survey | forum
        1 | 2026-03-03 | p6     | 219       | neutral  |       | post   | forum
        1 | 2026-03-03 |        |           | neutral  |       | post   | forum
    """)
    world.mart(REACH, """
        day        | brand | author | rank | mentions | exposures | days | followers | reach | scored | scored_share | positive | neutral | negative | net_sentiment | net_sentiment_low
        2026-03-29 | Acme  | p1     | 1    | 6        | 6         | 2    | 120       | 220   | 6      | 1.0          | 3        | 0       | 3        | 0.0           | -0.693
        2026-03-29 | Acme  | p6     | 2    | 1        | 1         | 1    | 219       | 219   | 1      | 1.0          | 0        | 1       | 0        | -             | -
        2026-03-29 | Acme  | p2     | 3    | 2        | 2         | 1    | -         | -     | 2      | 1.0          | 2        | 0       | 0        | -             | -
        2026-03-29 | Acme  | p4     | 4    | 1        | 1         | 1    | -         | -     | 0      | 0.0          | 0        | 0       | 0        | -             | -
    """)  # fmt: skip
    found = world.con.execute(f"SELECT author, sources FROM {REACH} ORDER BY rank").fetchall()
    assert found == [
        ("p1", ["forum", "shop"]),
        ("p6", ["forum"]),
        ("p2", ["forum"]),
        ("p4", ["forum"]),
    ]


def test_who_has_not_spoken_since_is_not_told_again(world: World) -> None:
    """The day that reach is counted to moves with each load; the coverage with that of the days."""
    world.load([said("1", author="p1", author_followers=9)], collected=at("2026-03-01", 13))
    for day in ("02", "03"):
        now = at(f"2026-03-{day}", 0)
        world.walk("a", coverage(at("2026-03-01", 0), now), collected=now)
        covered = {"02": "0.5", "03": "0.6667"}[day]
        world.mart(REACH, f"""
            day        | brand | author | rank | reach | coverage
            2026-03-{day} | Acme  | p1     | 1    | 9     | {covered}
        """)  # fmt: skip
    assert world.con.execute("SELECT count(*) FROM core.author_reach").fetchone() == (1,)


def test_a_hundred_authors_of_each_brand(world: World) -> None:
    world.load([said(str(n), author=f"p{n:03}", author_followers=n) for n in range(130)])
    world.mart(REACH, """
        day        | brand | author | rank | reach
        2026-03-01 | Acme  | p129   | 1    | 129
        2026-03-01 | Acme  | p030   | 100  | 30
    """)  # fmt: skip
    assert world.con.execute(f"SELECT count(*), max(rank) FROM {REACH}").fetchone() == (100, 100)
