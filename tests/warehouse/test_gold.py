# ruff: noqa: E501 - the tables are drawn wide
"""Gold labels in the warehouse: drawn, stored as versions, compared with scores, in the mart."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from drawn_tables import ACME, World
from staged_batches import NOON, Said, at, said

from tidings.correction import correct
from tidings.errors import ConfigurationError
from warehouse.brands import sync
from warehouse.corrected import confusions
from warehouse.corrected import correct as correct_days
from warehouse.gold import Drawn, Given, Label, draw, given, store, taught, teach
from warehouse.marts import refresh

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

MART = "marts.brand_reputation_daily"


def label(drawn: Drawn, gold: str, **fields: Any) -> Label:
    kept = {
        n: getattr(drawn, n) for n in ("mention_id", "content_hash", "brand", "language", "weight")
    }
    return Label(**({**kept, "gold": gold, "labelled": date(2026, 3, 2)} | fields))


def tell(world: World, counts: dict[str, int], **fields: Any) -> None:
    world.load(
        [
            said(f"{name} {n} {fields}", label=name, **fields)
            for name, count in counts.items()
            for n in range(count)
        ]
    )


def test_as_many_of_each_label_are_drawn_and_weigh_what_they_stand_for(world: World) -> None:
    tell(world, {"positive": 40, "neutral": 400, "negative": 8, "unscored": 50})
    drawn = draw(world.con, "Acme", n=60)
    assert Counter(d.label for d in drawn) == {"negative": 8, "positive": 26, "neutral": 26}
    weighed = {d.label: d.weight for d in drawn}
    assert weighed == {"negative": 1.0, "positive": 40 / 26, "neutral": 400 / 26}
    assert sum(d.weight for d in drawn) == pytest.approx(448)
    assert [d.label for d in drawn] != sorted(d.label for d in drawn), "the order tells the label"


def test_each_third_of_confidence_has_as_many(world: World) -> None:
    world.load([said(f"{n}", label="positive", confidence=n / 100) for n in range(90)])
    drawn = draw(world.con, "Acme", n=12)
    thirds = Counter(int((d.confidence or 0) * 100) // 30 for d in drawn)
    assert thirds == {0: 4, 1: 4, 2: 4}


def test_the_same_seed_draws_the_same_and_another_others(world: World) -> None:
    tell(world, {"positive": 50, "negative": 50})
    first = draw(world.con, "Acme", n=20, seed=3)
    assert draw(world.con, "Acme", n=20, seed=3) == first
    assert {d.mention_id for d in draw(world.con, "Acme", n=20, seed=4)} != {
        d.mention_id for d in first
    }


def test_copies_are_drawn_once_and_edited_texts_as_they_are_now(world: World) -> None:
    world.load([said(f"copy {n}", voice="one voice", label="positive") for n in range(5)])
    world.load([said("edited", "before", label="positive")])
    after = said("edited", "after", label="negative", collected=NOON + timedelta(days=1))
    world.load([after])
    drawn = draw(world.con, "Acme", n=50)
    assert Counter((d.label, d.text) for d in drawn) == {
        ("positive", "It is what it is"): 1,
        ("negative", "after"): 1,
    }


def test_what_is_new_has_no_label_of_any_copy(world: World) -> None:
    """Neither the labelled copy nor the next one is drawn, nor is an earlier one that came later."""
    world.load([said(f"copy {n}", voice="one voice", label="positive") for n in range(3)])
    world.load([said("other", "else", label="positive")])
    [copy] = [d for d in draw(world.con, "Acme", n=9) if d.text != "else"]
    store(world.con, [label(copy, "positive")])
    first = at("2026-01-01")
    world.load([said("copy 9", voice="one voice", label="positive", published=first)])
    assert [d.text for d in draw(world.con, "Acme", n=9, only_new=True)] == ["else"]


def test_a_copy_of_a_lesson_is_a_lesson(world: World) -> None:
    world.load([said(f"copy {n}", voice="one voice", label="positive") for n in range(2)])
    world.load([said("other", "else", label="negative")])
    rows = world.con.execute(
        "SELECT mention_id::VARCHAR, content_hash, text FROM core.mention ORDER BY text, 1"
    ).fetchall()
    (one, one_hash, _), *_, (other, other_hash, _) = rows
    labels = [
        Label(
            mention_id=mention, content_hash=content, brand="Acme", language="en", weight=1.0,
            gold="positive", labelled=date(2026, 3, 2),
        )
        for mention, content, _ in rows
    ]  # fmt: skip
    store(world.con, labels)
    assert sum(counted(world.con).values()) == 3
    teach(world.con, "vader", "1", [(one, one_hash)])
    assert counted(world.con) == {("positive", "negative"): 1}
    assert (other, other_hash) not in taught(world.con, "vader", "1")


def test_what_is_drawn_is_the_label_toward_the_brand(world: World) -> None:
    toward = {"Acme": ("positive", 0.5), "Zenith": ("negative", -0.5)}
    two = [("Acme", "text"), ("Zenith", "text")]
    world.load([said("1", label="neutral", brands=two, toward=toward, confidence=0.7)])
    [acme], [zenith] = draw(world.con, "Acme", n=9), draw(world.con, "Zenith", n=9)
    assert (acme.label, acme.whole_text, acme.confidence) == ("positive", False, None)
    assert zenith.label == "negative"
    store(world.con, [label(acme, "positive"), label(zenith, "positive")])
    assert counted(world.con) == {("positive", "positive"): 1, ("positive", "negative"): 1}


def test_a_brand_that_there_is_not_is_told_with_those_there_are(world: World) -> None:
    tell(world, {"positive": 1})
    with pytest.raises(ConfigurationError, match="no brand 'Acmee'") as raised:
        draw(world.con, "Acmee", n=5)
    assert "Acme" in raised.value.remedy


def counted(con: Con) -> dict[tuple[str, str], int]:
    rows = con.execute(
        "SELECT gold, given, sum(n) FROM core.gold_confusion GROUP BY ALL"
    ).fetchall()
    return {(gold, made): int(n) for gold, made, n in rows}


def test_storing_is_idempotent_and_an_edited_label_closes_the_old_one(world: World) -> None:
    tell(world, {"positive": 3})
    one, two, three = draw(world.con, "Acme", n=3)
    labels = [label(one, "positive"), label(two, "negative"), label(three, "unclear")]
    assert msgspec.structs.astuple(store(world.con, labels, now=at("2026-03-02"))) == (3, 0)
    again = [msgspec.structs.replace(one, labelled=date(2026, 3, 9)) for one in labels]
    assert msgspec.structs.astuple(store(world.con, again, now=at("2026-03-09"))) == (0, 0)
    edited = [label(one, "neutral", labeller="kim"), *labels[1:]]
    assert msgspec.structs.astuple(store(world.con, edited, now=at("2026-03-05"))) == (0, 1)
    history = world.con.execute(
        "SELECT gold, labeller, known_from::VARCHAR, known_to::VARCHAR FROM core.gold_label "
        "WHERE mention_id = ? ORDER BY known_from",
        [one.mention_id],
    ).fetchall()
    assert history == [
        ("positive", None, "2026-03-02 12:00:00", "2026-03-05 12:00:00"),
        ("neutral", "kim", "2026-03-05 12:00:00", None),
    ]
    assert counted(world.con) == {("neutral", "positive"): 1, ("negative", "positive"): 1}


def test_labels_stored_with_a_clock_that_goes_back_still_follow_one_another(world: World) -> None:
    tell(world, {"positive": 1})
    [one] = draw(world.con, "Acme", n=1)
    store(world.con, [label(one, "positive")], now=at("2026-03-05"))
    store(world.con, [label(one, "negative")], now=at("2026-03-04"))
    [(gold,)] = world.con.execute(
        "SELECT gold FROM core.gold_label WHERE known_to IS NULL"
    ).fetchall()
    assert gold == "negative"


def test_each_version_of_a_scorer_has_a_confusion_of_its_own(world: World, tmp_path: Path) -> None:
    tell(world, {"positive": 4})
    drawn = draw(world.con, "Acme", n=4)
    store(world.con, [label(d, "negative") for d in drawn])
    world.con.execute("UPDATE core.score SET scorer_version = '0'")
    tell(world, {"positive": 4})  # equal texts, scored by version 1
    found = {version: c.n for (_, version, _), c in confusions(world.con).items()}
    assert found == {"0": 4, "1": 4}


def test_what_a_label_was_of_is_what_it_counts_for(world: World) -> None:
    """The text was edited after it was labelled: its label is of the score that it had then."""
    world.load([said("1", "fine", label="positive")])
    [one] = draw(world.con, "Acme", n=1)
    store(world.con, [label(one, "positive")])
    world.load([said("1", "awful", label="negative", collected=NOON + timedelta(days=1))])
    assert counted(world.con) == {("positive", "positive"): 1}
    asked = [(one.mention_id, one.content_hash, "Acme"), (one.mention_id, "f" * 32, "Acme")]
    then, unknown = given(world.con, asked)
    assert (then.label, then.scorer, then.score_language) == ("positive", "vader", "en")
    assert unknown == Given()


def test_weights_are_relative_to_their_brand(world: World) -> None:
    """A brand with a thousand times the mentions does not drown the others' labels."""
    tell(world, {"positive": 2, "negative": 2})
    labels = [label(d, d.label, weight=1000.0) for d in draw(world.con, "Acme", n=9)]
    tell(world, {"positive": 2}, brands=[("Zenith", "text")], place="other")
    labels += [label(d, "neutral", weight=1.0) for d in draw(world.con, "Zenith", n=9)]
    store(world.con, labels)
    weights = world.con.execute("SELECT DISTINCT weight FROM core.gold_confusion").fetchall()
    assert weights == [(1.0,)]


def labelled_world(world: World, n: int, *, wrong: int) -> None:
    """Label ``n`` of each label that the scorer gave; of the neutral, ``wrong`` are negative."""
    rows: list[Said] = [
        said(f"gold {name} {k}", label=name, published=at("2026-02-01"))
        for name in ("positive", "neutral", "negative")
        for k in range(n)
    ]
    world.load(rows)
    for name in ("positive", "neutral", "negative"):
        drawn = [d for d in draw(world.con, "Acme", n=3 * n) if d.label == name]
        mistaken = wrong if name == "neutral" else 0
        store(
            world.con, [label(d, "negative" if k < mistaken else name) for k, d in enumerate(drawn)]
        )


GIVEN_DAY = """
    n  | day        | label
    30 | 2026-03-01 | positive
    60 | 2026-03-01 | neutral
    10 | 2026-03-01 | negative
"""


def test_the_mart_has_the_corrected_figure_beside_the_raw_one(world: World, con: Con) -> None:
    """Of 75 complaints it calls 50 negative, and else errs not: 100 so called were 150."""
    labelled_world(world, 50, wrong=25)
    world.say("""
        n   | day        | label
        100 | 2026-03-01 | positive
        130 | 2026-03-01 | neutral
        100 | 2026-03-01 | negative
    """)
    world.mart(MART, """
        day        | brand  | net_sentiment | n_gold
        2026-03-01 | Acme   | 0.00          | 150
        2026-02-15 | Acme   | -             | 0
        2026-03-01 | Zenith | -             | 0
    """, watches=(ACME,))  # fmt: skip
    columns = "net_sentiment_corrected, net_sentiment_corrected_low, net_sentiment_corrected_high"
    [(net, low, high)] = con.execute(
        f"SELECT {columns} FROM {MART} WHERE brand = 'Acme' AND day = '2026-03-01'"
    ).fetchall()
    [confusion] = confusions(con).values()
    assert low < (100 - 150) / 330 < high < 0
    expected = correct((100, 130, 100), confusion_strata(con)).net
    assert (net, low, high) == pytest.approx(
        (expected.value, expected.low, expected.high), abs=0.03
    )
    assert confusion.n == 150


def confusion_strata(con: Con) -> list[Any]:
    from tidings.correction import LABELS, Stratum

    counts = [[0.0] * 3 for _ in LABELS]
    for (gold, made), n in counted(con).items():
        counts[LABELS.index(gold)][LABELS.index(made)] = n
    return [Stratum(1.0, tuple(tuple(row) for row in counts))]  # type: ignore[arg-type]


def test_only_labelled_texts_are_judged(world: World, con: Con) -> None:
    """With ten labels among millions of scores, every refresh would join and sum the millions."""
    tell(world, {"positive": 300})
    store(con, [label(one, "positive") for one in draw(con, "Acme", n=3)])
    asked = "EXPLAIN (ANALYZE, FORMAT json) FROM core.gold_confusion"
    [(_, plan)] = con.execute(asked).fetchall()
    [root] = json.loads(plan)["operator"]
    kinds = ("GROUP_BY", "JOIN")
    summed = [
        node["intermediate_rows"]
        for node in _nodes(root)
        if any(kind in node["type"] for kind in kinds)
    ]
    assert len(summed) > 3
    assert max(summed) <= 3, "more rows than labelled texts are joined or summed"


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(found for child in node.get("children", []) for found in _nodes(child))]


def test_too_little_gold_is_null(world: World) -> None:
    labelled_world(world, 33, wrong=10)
    world.say(GIVEN_DAY)
    world.mart(MART, """
        day        | brand | net_sentiment | n_gold | net_sentiment_corrected | net_sentiment_corrected_low
        2026-03-01 | Acme  | 0.20          | 99     | -                       | -
    """)  # fmt: skip


def test_nothing_is_computed_of_a_day_that_shows_nothing(world: World, con: Con) -> None:
    """Four mentions are too few for net_sentiment itself; most days of most brands have fewer."""
    labelled_world(world, 50, wrong=25)
    con.execute(
        "CREATE TEMP TABLE given AS SELECT 'Acme' AS brand, DATE '2026-03-01' + n::INTEGER AS day, "
        "'vader' AS scorer, '1' AS scorer_version, 'en' AS score_language, "
        "4 + n AS positive, 0 AS neutral, 0 AS negative FROM range(2) AS days(n)"
    )
    correct_days(con)
    found = con.execute("SELECT n_gold, net IS NULL FROM corrected ORDER BY day").fetchall()
    assert found == [(150, True), (150, False)]


def test_a_tenth_may_be_of_languages_without_gold_and_no_more(world: World, con: Con) -> None:
    labelled_world(world, 50, wrong=25)
    world.say(GIVEN_DAY)
    shown = []
    for foreign in (0, 10, 11):
        con.execute("UPDATE core.score SET score_language = 'en'")
        con.execute(
            "UPDATE core.score SET score_language = 'fi' WHERE mention_id IN ("
            "SELECT mention_id FROM core.mention WHERE published >= '2026-03-01' "
            f"ORDER BY mention_id LIMIT {foreign})"
        )
        sync(con, (ACME,))
        refresh(con, full=True)
        [(net, n_gold)] = con.execute(
            f"SELECT net_sentiment_corrected, n_gold FROM {MART} "
            "WHERE brand = 'Acme' AND day = '2026-03-01'"
        ).fetchall()
        shown.append((net is not None, n_gold))
    assert shown == [(True, 150), (True, 150), (False, 0)]


def test_without_gold_the_marts_are_as_they_were(world: World, con: Con) -> None:
    world.say(GIVEN_DAY)
    world.mart(MART, """
        day        | brand | net_sentiment | n_gold | net_sentiment_corrected
        2026-03-01 | Acme  | 0.20          | 0      | -
    """)  # fmt: skip
    left = con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    assert left == []
