"""Each saved question over a drawn world, with answers computed by hand."""

from __future__ import annotations

from math import comb
from typing import Any

import pytest
from drawn_tables import ACME, World
from staged_batches import at, coverage, quarantined, said

from tidings.cli.query_saved import all_saved, saved
from tidings.errors import ConfigurationError
from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import Walk, sync
from warehouse.marts import refresh

Rows = list[dict[str, Any]]


def ask(
    world: World,
    name: str,
    walks: tuple[Walk, ...] = (),
    watches: tuple[Watch, ...] = (ACME,),
    **given: Any,
) -> Rows:
    """Refresh and ask as the command does."""
    import duckdb

    sync(world.con, watches, allows_answers=("shop",), walks=walks)
    refresh(world.con)
    question = saved(name)
    [statement] = duckdb.extract_statements(question.sql)
    values = question.bound(given)
    wanted = {n: values[n] for n in statement.named_parameters}
    found = world.con.sql(statement.query, params=wanted or None)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def picked(rows: Rows, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[c] for c in columns) for row in rows]


def test_every_question_says_what_it_asks_and_each_value_it_takes() -> None:
    questions = all_saved()
    assert len(questions) >= 6
    for question in questions:
        assert question.asks.endswith("?"), question.name
        assert len(question.asks) < 80, question.name
        told = {value.name for value in question.values}
        assert told <= {"brand", "against", "days"}, question.name
        used = {name for name in ("brand", "against", "days") if f"${name}" in _code(question.sql)}
        assert used == told, question.name


def _code(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.startswith("--"))


def test_an_unknown_question_and_a_value_too_many_are_told() -> None:
    with pytest.raises(ConfigurationError, match="no question 'complaint'") as unknown:
        saved("complaint")
    assert "'complaints'" in unknown.value.remedy
    with pytest.raises(ConfigurationError, match="no --against") as wrong:
        saved("complaints").bound({"against": "Zenith", "brand": None})
    assert "--days" in wrong.value.remedy
    assert saved("to-answer").bound({"days": 3, "brand": None}) == {"brand": None, "days": 3}


def test_complaints_are_counted_by_driver_and_keyword_against_what_is_usual(world: World) -> None:
    """The week of 3 to 9 March; usual: 3 Feb to 2 March, a fourth of it.

    Price: two voices (a copy counts once) and a praise that is none; 4 earlier, so usually 1.
    Late: 3 of the 7 who said anything negative now (these, two of price, two more), 2 earlier.
    Delivery of a month ago is too old to be usual.
    """
    price, praise = [("price", "negative", -0.5)], [("price", "positive", 0.5)]
    delivery = [("delivery", "negative", -0.4)]
    late = [("Acme", "late", 1)]
    told = [
        said("1", "Too dear", drivers=price, voice="a", published=at("2026-03-04")),
        said("2", "Too dear!", drivers=price, voice="a", published=at("2026-03-05")),
        said("3", "Still too dear", drivers=price, published=at("2026-03-09")),
        said("4", "Cheap", drivers=praise, label="positive", published=at("2026-03-06")),
        said("5", "Lost", drivers=delivery, published=at("2026-02-02")),
        *(said(f"6{n}", drivers=price, published=at("2026-02-10")) for n in range(4)),
        *(
            said(f"7{n}", keywords=late, label="negative", published=at("2026-03-03"))
            for n in "abc"
        ),
        *(said(f"8{n}", label="negative", published=at("2026-03-07")) for n in "ab"),
        *(said(f"9{n}", keywords=late, label="negative", published=at("2026-03-02")) for n in "ab"),
        said("z", "of another", brands=[("Zenith", "text")], published=at("2026-03-09")),
    ]
    world.load(told, collected=at("2026-03-09"))
    found = ask(world, "complaints")
    assert picked(found, "brand", "about", "name", "people", "share", "usually", "latest") == [
        ("Acme", "keyword", "late", 3, 3 / 7, 0.5, None),
        ("Acme", "driver", "price", 2, 2 / 7, 1.0, "Still too dear"),
    ]
    assert picked(ask(world, "complaints", days=1), "name", "people") == [("price", 1)]


def test_complaints_are_a_share_of_people_and_copies_are_of_the_first_ones_day(
    world: World,
) -> None:
    """Four praise Acme but for its price, one is negative about nothing: 4 of 5 people.

    What was copied in the week was first said in the one before, of which 4 days are told: 1 in 4
    days is 1.75 in 7.
    """
    price = [("price", "negative", -0.5)]
    old = {"drivers": price, "voice": "a", "label": "negative"}
    told = [
        said("first", "Dear", published=at("2026-02-27"), **old),
        said("copy", "Dear", published=at("2026-03-09"), **old),
        said("plain", "Bad", label="negative", published=at("2026-03-09")),
        *(
            said(
                f"{n}", "Good but dear", drivers=price, label="positive", published=at("2026-03-08")
            )
            for n in range(4)
        ),
    ]
    world.load(told, collected=at("2026-03-09"))
    found = ask(world, "complaints")
    assert picked(found, "name", "people", "share", "usually", "latest") == [
        ("price", 4, 0.8, 1.75, "Good but dear")
    ]


def test_reviews_to_answer_are_those_whose_time_is_up_or_nearly(world: World) -> None:
    """The last load is at noon of 9 March, the target 24 hours (the default)."""
    world.say("""
        source | kind   | published        | label    | answer | voice | brand  | text
        shop   | review | 2026-03-08T09:00 | positive |        | old   | Acme   | 3 hours too late
        shop   | review | 2026-03-09T08:00 | negative |        | new   | Acme   | 20 hours left
        shop   | review | 2026-03-09T08:00 | positive | Sorry! | done  | Acme   | answered
        shop   | review | 2026-03-09T10:00 | positive |        | done  | Acme   | a copy of it
        forum  | review | 2026-03-08T09:00 | negative |        | no    | Acme   | can't be answered
        shop   | post   | 2026-03-08T09:00 | negative |        | post  | Acme   | no review
        shop   | review | 2026-01-08T09:00 | negative |        | past  | Acme   | too old
        shop   | review | 2026-03-08T09:00 | negative |        | other | Zenith | a competitor's
    """, collected=at("2026-03-09"))  # fmt: skip
    found = ask(world, "to_answer")
    assert picked(found, "brand", "mood", "hours", "left", "said") == [
        ("Acme", "negative", 4.0, 20.0, "20 hours left"),
        ("Acme", "positive", 27.0, -3.0, "3 hours too late"),
    ]
    assert ask(world, "to_answer", brand="Zenith") == []  # a competitor
    assert [row["mood"] for row in ask(world, "to_answer", days=1)] == ["negative"]


def test_gaining_compares_each_figure_of_both(world: World) -> None:
    """Acme: 30 of 60 positive then 15 of 20; Zenith: 10 of 20 both times.

    Net sentiment: Acme 0.0, then 0.5; Zenith 0.0 both times, so the gap grows by 0.5.
    Rating: 7 x 0.625 / 7 for who has none is not told.
    """
    world.say("""
        n  | day        | label    | brand
        10 | 2026-02-05 | positive | Acme
        10 | 2026-02-05 | negative | Acme
        15 | 2026-02-25 | positive | Acme
        5  | 2026-02-25 | negative | Acme
        10 | 2026-02-05 | positive | Zenith
        10 | 2026-02-05 | negative | Zenith
        10 | 2026-02-25 | positive | Zenith
        10 | 2026-02-25 | negative | Zenith
    """, collected=at("2026-02-25"))  # fmt: skip
    rows = {r["figure"]: r for r in ask(world, "gaining", days=10)}
    assert set(rows) == {"score", "share_of_voice", "net_sentiment", "rating", "answered_in_target"}
    net = rows["net_sentiment"]
    assert (net["brand"], net["against"]) == ("Acme", "Zenith")
    assert (net["ours"], net["theirs"], net["gap"]) == (0.5, 0.0, 0.5)
    assert (net["ours_before"], net["gaining"]) == (None, None), "nothing was said then"
    wide = {r["figure"]: r for r in ask(world, "gaining", days=20)}["net_sentiment"]
    assert (wide["ours_before"], wide["gap_before"], wide["gaining"]) == (0.0, 0.0, True)
    assert rows["share_of_voice"]["ours"] == 0.5
    assert rows["rating"]["ours"] is None
    [back, *_] = [r for r in ask(world, "gaining", brand="Zenith", against="Acme", days=20)
                  if r["figure"] == "net_sentiment"]  # fmt: skip
    assert back["gaining"] is False


def test_gaining_compares_with_the_own_brand_of_another_watch_file(world: World) -> None:
    """Share of voice is that of the file that compares the two: Acme has 1/2, then 3/4 in its own,
    and 1/6, then 3/8 in Zenith's, which watches Other, too."""
    forum = (Source(connector="forum"),)
    rival, other = Competitor(name="Zenith"), Competitor(name="Other")
    watches = (
        Watch(id="acme", brand=Brand(name="Acme"), competitors=(rival,), sources=forum),
        Watch(
            id="zenith",
            brand=Brand(name="Zenith"),
            competitors=(Competitor(name="Acme"), other),
            sources=forum,
        ),
    )
    world.say("""
        n  | day        | label    | brand
        10 | 2026-02-05 | positive | Acme
        10 | 2026-02-05 | positive | Zenith
        40 | 2026-02-05 | positive | Other
        20 | 2026-02-25 | positive | Acme
    """, collected=at("2026-02-25"))  # fmt: skip
    found = [r for r in ask(world, "gaining", watches=watches, days=20)
             if r["figure"] == "share_of_voice"]  # fmt: skip
    columns = ("brand", "against", "ours_before", "ours", "theirs_before", "theirs", "gaining")
    assert picked(found, *columns) == [
        ("Acme", "Zenith", 1 / 2, 3 / 4, 1 / 2, 1 / 4, True),
        ("Zenith", "Acme", 1 / 6, 1 / 8, 1 / 6, 3 / 8, False),
        ("Zenith", "Other", 1 / 6, 1 / 8, 4 / 6, 4 / 8, True),
    ]
    named = ask(world, "gaining", watches=watches, days=20, brand="Acme")
    assert {row["against"] for row in named} == {"Zenith"}, "Other is no rival of Acme's own file"
    asked = ask(world, "gaining", watches=watches, days=20, brand="Acme", against="Other")
    assert len(asked) == 5


def test_a_keyword_rises_against_its_own_four_weeks_before(world: World) -> None:
    """late: 12 against 4 in four weeks: usually 1, 12 times as many.

    price: 2 of 6, by chance with 1 - 0.8^6 - 6 x 0.2 x 0.8^5 = 0.3446. new: 1 of 1, with 0.2.
    late: 12 or more of 16 with 1820 x 0.2^12 x 0.8^4 + 560 x 0.2^13 x 0.8^3 + ... = 3.3e-6.
    screen fell.
    """
    world.say("""
        n  | day        | keyword | label
        12 | 2026-03-08 | late    | negative
        4  | 2026-02-20 | late    | neutral
        2  | 2026-03-08 | price   | neutral
        4  | 2026-02-20 | price   | neutral
        1  | 2026-03-08 | screen  | neutral
        8  | 2026-02-20 | screen  | neutral
        1  | 2026-03-09 | new     | neutral
        1  | 2026-02-01 | new     | neutral
    """, collected=at("2026-03-09"))  # fmt: skip
    found = ask(world, "rising")
    assert picked(found, "keyword", "mentions", "usually", "times", "negative") == [
        ("late", 12, 1.0, 12.0, 12),
        ("new", 1, 0.0, None, 0),
        ("price", 2, 1.0, 2.0, 0),
    ]
    late = sum(comb(16, k) * 0.2**k * 0.8 ** (16 - k) for k in range(12, 17))
    chances = [late, 0.2, 0.34464]
    assert [row["chance"] for row in found] == pytest.approx(chances, rel=1e-9)
    assert ask(world, "rising", brand="Zenith") == []


def test_a_keyword_does_not_rise_against_days_that_are_not_told(world: World) -> None:
    """3 in the three days that are told before the week, 3 in the week: usually 7, it fell. lost: 5
    of 6, each in the week with 7/10: 6 x 0.7^5 x 0.3 + 0.7^6 = 0.4202."""
    world.say("""
        n | day        | keyword
        3 | 2026-02-28 | late
        3 | 2026-03-05 | late
        1 | 2026-03-02 | lost
        5 | 2026-03-09 | lost
    """, collected=at("2026-03-09"))  # fmt: skip
    [lost] = ask(world, "rising")
    assert (lost["keyword"], lost["mentions"]) == ("lost", 5)
    assert lost["usually"] == pytest.approx(7 / 3)
    assert lost["times"] == pytest.approx(15 / 7)
    assert lost["chance"] == pytest.approx(6 * 0.7**5 * 0.3 + 0.7**6)
    assert ask(world, "rising", days=10) == [], "nothing is known to be usual"


def test_what_changed_tells_the_score_by_parts_and_what_came(world: World) -> None:
    yesterday = {"published": at("2026-03-08"), "collected": at("2026-03-08", 13)}
    today = {"published": at("2026-03-09"), "collected": at("2026-03-09", 13)}
    shop = {"source": "shop", "kind": "review"}
    world.load([said(f"{n}", label="positive", **yesterday) for n in range(20)])
    world.load([said("asked", **shop, **yesterday)])
    world.load([said(f"n{n}", label="negative", **today) for n in range(20)])
    answered = {"answer": "Sorry", "answered": at("2026-03-09"), "collected": at("2026-03-09", 14)}
    world.load([said("asked", **shop, **(yesterday | answered))])
    rows = {r["what"]: r for r in ask(world, "changed")}
    parts = [r for what, r in rows.items() if what.startswith("score:")]
    assert sum(r["now"] or 0 for r in parts) == pytest.approx(rows["score"]["now"], abs=1e-9)
    assert rows["score"]["change"] < 0
    assert rows["score: sentiment"]["change"] < 0
    assert picked([rows["mentions"]], "before", "now", "change") == [(21.0, 20.0, -1.0)]
    assert picked([rows["negative mentions"]], "before", "now", "change") == [(0.0, 20.0, 20.0)]
    assert rows["came to be known"]["now"] == 41.0
    assert rows["edited or answered"]["now"] == 1.0
    assert rows["answered"]["now"] == 1.0
    assert rows["gone at the source"]["now"] == 0.0


def test_what_is_missing_is_told_with_a_way_out(world: World) -> None:
    capped = coverage(
        at("2026-03-02"), at("2026-03-05"), end_reached=False, stopped_by="cap: 100 pages",
        gap_from=at("2026-03-01"), gap_to=at("2026-03-02"), goes_back=True,
    )  # fmt: skip
    world.walk("forum:1", capped)
    world.load([said("1"), said("2", label="unscored", language="th")])
    world.load([], bad=[quarantined("b", 1), quarantined("b", 2)])
    walks = (
        Walk(walk_id="forum:1", watch="acme", label="forum square", source="forum"),
        Walk(walk_id="rss:1", watch="acme", label="news", source="rss"),
    )
    found = ask(world, "missing", walks)
    told = {(r["missing"], r["of_what"]): r for r in found}
    gap = told["not collected", "forum square"]
    assert gap["during"] == "2026-03-01 12:00 to 2026-03-02 12:00"
    assert gap["way_out"] == "tidings repair"
    assert told["never collected", "news"]["way_out"] == "tidings run"
    held = told["in quarantine", "forum"]
    assert (held["n"], held["share"], held["why"]) == (2, 0.5, "rating_not_above_scale")
    unscored = told["without a score", "th"]
    assert (unscored["n"], unscored["share"], unscored["why"]) == (1, 0.5, "language")
    assert told["part of the score", "Acme: surveys"]["n"] == 1
