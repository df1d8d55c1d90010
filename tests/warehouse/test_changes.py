# ruff: noqa: E501 - the tables are drawn wide
"""What people did on the pages: counted once, in the figures at once, and told as it was known."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import pytest
from drawn_tables import ACME, World
from staged_batches import NOON, Said, at, content_hash, enriched, quarantined, said, stage
from told_histories import History

from tidings.journal import (
    Change,
    CorrectLabel,
    MarkAnswer,
    OnIncident,
    Release,
    SnoozeRule,
    What,
)
from tidings.mention import mention_id
from warehouse import changes, incidents
from warehouse.brands import sync
from warehouse.changes import Taken, take_over
from warehouse.corrected import confusion_rows
from warehouse.gold import given
from warehouse.marts import refresh
from warehouse.merge import merge
from warehouse.rescore import merge_scores
from warehouse.snapshot import open_snapshot, publish

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

NOW = at("2026-03-03", 12)
DAYS = "marts.brand_reputation_daily"


def known(key: str, source: str = "forum") -> UUID:
    """Return the id of the mention that was said as ``key``."""
    return UUID(mention_id(source, "square", key))


def did(*what: What, made: datetime = NOW) -> list[Change]:
    return [Change(what=one, who="Kari", role="editor", made=made) for one in what]


def correct(key: str, label: Any, brand: str = "Acme", **fields: Any) -> CorrectLabel:
    return CorrectLabel(mention_id=known(key), brand=brand, label=label, **fields)


def mark(key: str, state: Any, brand: str = "Acme") -> MarkAnswer:
    return MarkAnswer(mention_id=known(key, "shop"), brand=brand, state=state)


def asked(key: str, when: tuple[str, float], **fields: Any) -> Said:
    rated: dict[str, Any] = {"kind": "review", "rating": 1.0, "rating_min": 1.0, "rating_max": 5.0}
    return said(key, source="shop", published=at(*when), **({"collected": NOW} | rated | fields))


def audit(con: Con, columns: str = "kind, target, refused") -> list[tuple[Any, ...]]:
    return con.execute(f"SELECT {columns} FROM core.audit ORDER BY made, kind, target").fetchall()


def labels(con: Con, where: str = "known_to IS NULL") -> list[tuple[Any, ...]]:
    return con.execute(
        f"SELECT brand, label FROM core.label_correction WHERE {where} ORDER BY ALL"
    ).fetchall()


def test_a_corrected_label_counts_for_its_brand_and_for_no_other(world: World) -> None:
    rows = [
        said("one", label="negative", brands=[("Acme", "text"), ("Zenith", "text")], keywords=[("Acme", "late", 1)], author="p1"),
        said("two", label="positive", voice="copied"),
        said("three", label="neutral"),
    ]  # fmt: skip
    world.load(rows)
    world.mart(DAYS, """
        day        | brand  | positive | neutral | negative
        2026-03-01 | Acme   | 1        | 1       | 1
        2026-03-01 | Zenith | 0        | 0       | 1
    """)  # fmt: skip
    take_over(
        world.con, did(correct("one", "positive"), correct("three", "unclear", why="Of Ola?"))
    )
    world.mart(DAYS, """
        day        | brand  | positive | neutral | negative | scored
        2026-03-01 | Acme   | 2        | 0       | 0        | 2
        2026-03-01 | Zenith | 0        | 0       | 1        | 1
    """)  # fmt: skip
    world.mart("marts.keyword_daily", """
        day        | brand | keyword | positive | negative
        2026-03-01 | Acme  | late    | 1        | 0
    """)  # fmt: skip
    scores = world.con.execute(
        "SELECT brand, label, given, corrected FROM core.brand_score ORDER BY ALL"
    ).fetchall()
    assert scores == [
        ("Acme", "positive", "negative", True),
        ("Acme", "positive", "positive", False),
        ("Acme", "unscored", "neutral", True),
        ("Zenith", "negative", "negative", False),
    ]


def test_drivers_count_what_a_person_scored(world: World) -> None:
    world.load([said("1", label="unscored", drivers=[("price", "negative", None)])])
    shown = """
        day        | brand | driver | n_driver_share | with_driver | negative
        2026-03-01 | Acme  | price  | {0}              | {0}           | 1
    """
    world.mart("marts.brand_driver_daily", shown.format(0))
    take_over(world.con, did(correct("1", "neutral")))
    world.mart("marts.brand_driver_daily", shown.format(1))


def test_the_queue_has_the_corrected_label_and_its_urgency(world: World) -> None:
    question = asked("1", ("2026-03-03", 6), kind="question", label="negative", rating=None)
    world.load([question], collected=NOW)
    world.mart("marts.answer_queue", """
        rank | brand | label    | urgency
        1    | Acme  | negative | 0.85
    """)  # fmt: skip
    right = CorrectLabel(mention_id=known("1", "shop"), brand="Acme", label="positive")
    take_over(world.con, did(right))
    world.mart("marts.answer_queue", """
        rank | brand | label    | urgency
        1    | Acme  | positive | 0.40
    """)  # fmt: skip


def test_a_correction_survives_new_scores_and_answers_and_ends_with_the_words(
    world: World,
) -> None:
    con = world.con

    def day(label: str) -> None:
        counts = {name: int(name == label) for name in ("positive", "neutral", "negative")}
        world.mart(DAYS, f"""
            day        | brand | positive             | neutral             | negative
            2026-03-01 | Acme  | {counts["positive"]} | {counts["neutral"]} | {counts["negative"]}
        """)  # fmt: skip

    first = said("1", "So", label="negative")
    world.load([first])
    take_over(con, did(correct("1", "positive")))
    again = said("1", "So", label="neutral", toward={"Acme": ("negative", -0.5)})
    merge_scores(con, enriched([again]), "acme")
    day("positive")
    later: dict[str, Any] = {"collected": NOON + timedelta(days=1)}
    world.load([said("1", "So", label="negative", answer="Sorry", **later)])
    day("positive")
    later = {"collected": NOON + timedelta(days=2)}
    world.load([said("1", "So not", label="negative", **later)])
    day("negative")
    later = {"collected": NOON + timedelta(days=3)}
    world.load([said("1", "So", label="negative", **later)])
    day("positive")
    take_over(con, did(correct("1", None)))
    day("negative")
    assert labels(con) == []
    assert labels(con, "known_to IS NOT NULL") == [("Acme", "positive")]


def test_a_correction_of_words_that_are_edited_already_is_theirs_alone(world: World) -> None:
    """The person saw the first text; the second came before the change was taken over."""
    first, second = said("1", "So"), said("1", "So not", collected=NOON + timedelta(days=1))
    world.load([first])
    world.load([second])
    seen = content_hash(first.mention)
    done = take_over(world.con, did(correct("1", "negative", content_hash=seen)))
    assert (done.applied, done.refused) == (1, 0)
    world.mart(DAYS, """
        day        | brand | neutral | negative
        2026-03-01 | Acme  | 1       | 0
    """)  # fmt: skip
    other = did(correct("1", "negative", content_hash="of another"))
    assert take_over(world.con, other).refused == 1
    assert audit(world.con)[-1][2] == "The mention never had this content."


def test_a_correction_holds_when_its_words_were_kept_long_enough(world: World) -> None:
    """Title and text are gone then; made afresh, the figures are as they were. Of another content
    that has no words, nobody has said anything."""
    drawn = """
        day        | brand | positive | negative
        2026-03-01 | Acme  | 1        | {}
    """
    world.load([said(key, "Hmm", label="negative") for key in ("one", "two")])
    sync(world.con, [ACME])
    take_over(world.con, did(correct("one", "positive")))
    world.con.execute("UPDATE core.mention_version SET title = NULL, text = NULL")
    refresh(world.con, full=True)
    world.mart(DAYS, drawn.format(1))
    later = {"published": NOON, "collected": NOON + timedelta(days=1)}
    world.load([said("one", None, label="negative", **later)])
    world.mart(DAYS, drawn.format(2).replace("| 1        |", "| 0        |"))


def test_figures_are_told_as_they_were_known(world: World) -> None:
    con = world.con
    world.load([said("1", label="negative")])
    world.mart(DAYS, """
        day        | brand | negative
        2026-03-01 | Acme  | 1
    """)  # fmt: skip
    [(told,)] = con.execute("SELECT told FROM core.refreshed").fetchall()
    take_over(con, did(correct("1", "positive")))
    world.mart(DAYS, """
        day        | brand | negative
        2026-03-01 | Acme  | 0
    """)  # fmt: skip
    then = f"SELECT negative FROM {DAYS}_as_of($t) WHERE brand = 'Acme' AND day = '2026-03-01'"
    assert con.execute(then, {"t": told}).fetchall() == [(1,)]
    ago = "SELECT count(*) FROM core.label_correction_as_of(TIMESTAMP '2026-03-01')"
    assert con.execute(ago).fetchall() == [(0,)]


def test_only_the_days_and_brands_that_were_touched_are_told_again(world: World) -> None:
    world.say("""
        day        | brand
        2026-02-01 | Acme
        2026-03-01 | Zenith
    """)
    world.load([said("1", label="negative", published=at("2026-03-01", 1))])
    sync(world.con, (ACME,))
    refresh(world.con)
    take_over(world.con, did(correct("1", "positive")))
    refresh(world.con)
    again = world.con.execute(
        "SELECT DISTINCT brand, day::VARCHAR FROM core.brand_reputation_daily "
        "WHERE known_from = (SELECT told FROM core.refreshed) ORDER BY ALL"
    ).fetchall()
    assert again
    assert again[0] == ("Acme", "2026-03-01")
    assert {brand for brand, _ in again} == {"Acme"}


def test_a_change_has_its_effect_once(world: World) -> None:
    """As after a kill between the commit and the journal's being told of it."""
    con = world.con
    world.load([said("1", label="negative"), asked("2", ("2026-03-01", 6))])
    sync(con, (ACME,))
    made = did(
        correct("1", "positive"),
        mark("2", "answered"),
        SnoozeRule(watch="acme", rule="volume", until=NOW + timedelta(days=1)),
    )
    first = take_over(con, made)
    assert first == Taken(applied=3, ids=tuple(one.change_id for one in made))
    tables = ("audit", "label_correction", "answer_mark", "alert_action")
    before = {name: con.execute(f"FROM core.{name} ORDER BY ALL").fetchall() for name in tables}
    assert {name: len(rows) for name, rows in before.items()} == {
        "audit": 3, "label_correction": 1, "answer_mark": 1, "alert_action": 1,
    }  # fmt: skip
    again = take_over(con, [*made, *made])
    assert again == Taken(known=3, ids=first.ids)
    assert {n: con.execute(f"FROM core.{n} ORDER BY ALL").fetchall() for n in tables} == before


def test_what_cannot_be_done_is_told_and_keeps_nothing_else_back(world: World) -> None:
    con = world.con
    world.load([said("1", label="negative")])
    sync(con, (ACME,))
    made = did(
        correct("never said", "positive"),
        correct("1", "positive", brand="Zenith"),
        mark("2", "answered"),
        OnIncident(incident_id="none", action="acknowledge"),
        SnoozeRule(watch="acme", rule="volumes", until=NOW),
        SnoozeRule(watch="gone", rule="volume", until=NOW),
        correct("1", "positive"),
    )
    done = take_over(con, made)
    assert (done.applied, done.refused) == (1, 6)
    assert {target: why for _, target, why in audit(con)} == {
        f"{known('never said')} Acme": "The mention is gone, or there never was one.",
        f"{known('1')} Zenith": "The mention is not about this brand.",
        f"{known('2', 'shop')} Acme": "The mention is gone, or there never was one.",
        "none": "No incident has an id that begins 'none'.",
        "acme/volumes": "There is no rule 'volumes'. Did you mean 'volume'?",
        "gone/volume": "There is no watch file 'gone'.",
        f"{known('1')} Acme": None,
    }
    assert labels(con) == [("Acme", "positive")]


def test_of_several_at_once_the_last_holds(world: World) -> None:
    world.load([said("1"), asked("2", ("2026-03-01", 6))])
    take_over(
        world.con,
        did(correct("1", "positive"), correct("1", "negative"), mark("2", "answered"), mark("2", "open")),
    )  # fmt: skip
    assert labels(world.con, "true") == [("Acme", "negative")]
    marks = world.con.execute("SELECT state, who, known_to FROM core.answer_mark").fetchall()
    assert marks == [("open", "Kari", None)]
    assert len(audit(world.con)) == 4


def test_a_marked_review_leaves_the_queue_and_counts_as_no_answer(world: World) -> None:
    world.load([asked("1", ("2026-03-03", 6)), asked("2", ("2026-03-03", 6), kind="question", rating=None)], collected=NOW)  # fmt: skip
    received = """
        day        | brand | source | received | answered | open
        2026-03-03 | Acme  | shop   | 1        | 0        | 1
    """
    for states, left in (
        (("answered", "not_needed"), []),
        (("open", "not_needed"), ["review"]),
        (("not_needed", "open"), ["question"]),
    ):
        take_over(world.con, did(mark("1", states[0]), mark("2", states[1])))
        world.mart("marts.response_daily", received)
        queue = world.con.execute("SELECT kind FROM marts.answer_queue ORDER BY rank").fetchall()
        assert [kind for (kind,) in queue] == left


def test_a_mark_on_any_copy_is_enough_and_the_last_one_counts(world: World) -> None:
    world.load([
        asked("first", ("2026-03-01", 6), voice="same"),
        asked("second", ("2026-03-02", 6), voice="same"),
    ], collected=NOW)  # fmt: skip
    take_over(world.con, did(mark("second", "answered")))
    sync(world.con, (ACME,), allows_answers=("shop",))
    refresh(world.con)
    assert world.con.execute("FROM marts.answer_queue").fetchall() == []
    earlier = asked("an earlier one", ("2026-02-20", 6), voice="same", collected=NOW + timedelta(hours=1))  # fmt: skip
    world.load([earlier], collected=NOW)
    refresh(world.con)
    assert world.con.execute("FROM marts.answer_queue").fetchall() == []
    take_over(world.con, did(mark("an earlier one", "open")))
    world.mart("marts.answer_queue", """
        rank | brand | kind
        1    | Acme  | review
    """)  # fmt: skip


def incident(**fields: Any) -> incidents.Stored:
    given: dict[str, Any] = {
        "incident_id": "11f3a0c2", "watch": "acme", "brand": "Acme", "rule": "volume",
        "rules": ["volume"], "measure": "mentions", "severity": "warning",
        "opened": datetime(2026, 3, 3, 8), "decided": datetime(2026, 3, 3, 9),
        "last_evidence": datetime(2026, 3, 3, 9), "baseline": 2.0, "observed": 40.0, "n": 40,
        "detector": "tidings", "detector_version": "1",
    } | fields  # fmt: skip
    return incidents.Stored(**given)


def test_what_is_done_about_an_incident_is_an_action_and_an_end_ends_it(world: World) -> None:
    con = world.con
    incidents.keep(con, [incident()], NOW.replace(tzinfo=None))
    until = NOW + timedelta(hours=8)
    take_over(
        con,
        did(
            OnIncident(incident_id="11f3a0c2", action="acknowledge"),
            OnIncident(incident_id="11f3a0c2", action="own", words="Ola"),
            OnIncident(incident_id="11f3a0c2", action="snooze", until=until),
            OnIncident(incident_id="11f3", action="note", words="only how it begins"),
        ),
    )
    assert {(a.action, a.words, a.until, a.who) for a in incidents.actions(con)} == {
        ("acknowledge", None, None, "Kari"),
        ("own", "Ola", None, "Kari"),
        ("snooze", None, until.replace(tzinfo=None), "Kari"),
    }
    end = OnIncident(incident_id="11f3a0c2", action="resolve")
    take_over(con, did(end, end))
    versions = "SELECT closed, known_to IS NULL FROM core.incident ORDER BY known_from"
    assert con.execute(versions).fetchall() == [(None, False), (NOW.replace(tzinfo=None), True)]


def test_rows_are_released_only_once_they_are_landed(world: World, tmp_path: Path) -> None:
    row = quarantined("b", 1)
    merge(world.con, stage(tmp_path, [], bad=[row]), fence=0)
    made = did(Release(quarantine_id=row["quarantine_id"]), Release(quarantine_id="other"))
    assert take_over(world.con, made) == Taken()
    batch, why = {made[0].change_id: "release/1"}, {made[1].change_id: "It broke."}
    done = take_over(world.con, made, released=batch, refused=why)
    assert (done.applied, done.refused) == (1, 1)
    marked = world.con.execute("SELECT released IS NOT NULL, released_batch FROM core.quarantine")
    assert marked.fetchall() == [(True, "release/1")]


def test_the_snapshot_that_all_read_names_nobody(world: World, tmp_path: Path) -> None:
    con = world.con
    row = quarantined("b", 1)
    merge(con, stage(tmp_path, [said("1"), asked("2", ("2026-03-01", 6))], bad=[row]), fence=0)
    made = did(
        correct("1", "positive", why="Nelly says so"),
        mark("2", "answered"),
        Release(quarantine_id=row["quarantine_id"], mended={"author_handle": "@nelly"}),
        Release(quarantine_id="other", mended={"author_handle": "@nelly"}),
    )
    take_over(
        con,
        made,
        released={made[2].change_id: "release/1"},
        refused={made[3].change_id: "@nelly is too long"},
    )
    for private in (False, True):
        path = tmp_path / f"{private}.duckdb"
        publish(con, path, private=private)
        with open_snapshot(path) as snapshot:
            found = str([snapshot.execute(f"FROM core.{name}").fetchall() for name in ("audit", "label_correction", "answer_mark")])  # fmt: skip
            assert changes.audited(snapshot, now=datetime.now(UTC)) == {
                one.change_id for one in made
            }
        for name in ("Kari", "elly"):
            assert (name in found) == private


def test_corrections_are_a_table_of_their_own_and_no_gold(world: World) -> None:
    rows = [said(str(n), label="negative") for n in range(4)]
    world.load(rows)
    take_over(
        world.con,
        did(correct("0", "positive"), correct("1", "positive"), correct("2", "unclear"), correct("3", "negative")),
    )  # fmt: skip
    merge_scores(world.con, enriched([msgspec.structs.replace(rows[0], label="neutral")]), "acme")
    counted = [(one["given"], one["corrected"], one["n"]) for one in changes.corrections(world.con)]
    assert sorted(counted) == [
        ("negative", "negative", 1),
        ("negative", "positive", 1),
        ("negative", "unclear", 1),
        ("neutral", "positive", 1),
    ]
    assert confusion_rows(world.con) == []
    wanted = [(str(known("1")), content_hash(rows[1].mention), "Acme")]
    assert [one.label for one in given(world.con, wanted)] == ["negative"]


def test_the_correction_by_gold_goes_by_what_scorers_said(world: World) -> None:
    """Corrected by random samples is what scorers get wrong, so their labels must be as they were."""
    world.load([said("1", label="negative"), said("2", label="unscored")])
    take_over(world.con, did(correct("1", "positive"), correct("2", "negative")))
    sync(world.con, (ACME,))
    refresh(world.con)
    days = "SELECT positive, neutral, negative FROM core.label_day"
    assert world.con.execute(days).fetchall() == [(0, 0, 1)]
    sums = "SELECT positive, neutral, negative FROM core.brand_day"
    assert world.con.execute(sums).fetchall() == [(1, 0, 1)]


class Corrected(History):
    """A history in which people correct labels and mark reviews, too."""

    counted = 0

    def publish(self, now: datetime) -> None:
        made: list[What] = []
        for key in self._some(3):
            where = UUID(mention_id(self.known[key].mention.source, "square", key))
            brand = self.dice.choice(self.known[key].brands)[0]
            label: Any = self.dice.choice(("positive", "neutral", "negative", "unclear", None))
            made.append(CorrectLabel(mention_id=where, brand=brand, label=label))
            state: Any = self.dice.choice(("answered", "not_needed", "open"))
            made.append(MarkAnswer(mention_id=where, brand=brand, state=state))
        take_over(self.con, did(*made, made=now), now=now - timedelta(minutes=5))
        super().publish(now)
        counted = "SELECT count(*) FROM core.said WHERE label <> given"
        self.counted += self.con.execute(counted).fetchall()[0][0]


def check(history: Corrected) -> None:
    names = ("said", "keyword_said", "driver_said", "label_day", "brand_day", "scored_day")
    kept = {n: history.con.execute(f"FROM core.{n} ORDER BY ALL").fetchall() for n in names}
    for moment, told in history.published:
        assert history.told(moment) == told, moment
    last = history.told()
    refresh(history.con, full=True, now=history.published[-1][0] + timedelta(hours=1))
    for name in names:
        assert history.con.execute(f"FROM core.{name} ORDER BY ALL").fetchall() == kept[name], name
    assert history.told() == last
    assert history.counted, "a history in which no correction counted"


@pytest.mark.parametrize("seed", range(2))
def test_marts_kept_up_are_as_made_afresh_whatever_people_correct(
    con: Con, tmp_path: Path, seed: int
) -> None:
    history = Corrected(con, tmp_path, seed)
    for _ in range(6):
        history.live()
    check(history)


@pytest.mark.slow
@pytest.mark.parametrize("seed", random.Random(5).sample(range(1000), 12))
def test_many_histories_of_corrections(con: Con, tmp_path: Path, seed: int) -> None:
    history = Corrected(con, tmp_path, seed)
    for _ in range(12):
        history.live()
    check(history)
