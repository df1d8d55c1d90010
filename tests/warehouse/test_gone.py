"""Disappearances: versions that end, mentions that come back, and what is not yet believed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from drawn_tables import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staged_batches import NOON, at, said, stage

from tidings.batch import Staged
from tidings.connector import Gone
from tidings.errors import FenceLost
from warehouse.merge import Loaded, merge, take_fence
from warehouse.revisit import known
from warehouse.snapshot import publish_ledger

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

SEEN = NOON + timedelta(hours=1)
LATER = NOON + timedelta(days=2)


def naive(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None)


def gone(key: str, noticed: datetime = LATER, *, sure: bool = True) -> Gone:
    return Gone(
        place="square", external_id=key, reason="it was deleted", sure=sure, noticed=noticed
    )


def load(con: Con, folder: Path, rows: Sequence[Any] = (), **fields: Any) -> Loaded:
    now = fields.pop("now", None)
    fence = con.execute("SELECT fence FROM core.fence").fetchone()
    assert fence is not None
    if "gone" in fields:
        fields["gone"] = tuple(fields["gone"])
    return merge(con, stage(folder, list(rows), **fields), fence=fence[0], now=now)


def current(con: Con) -> dict[str, str]:
    return dict(con.execute("SELECT external_id, text FROM core.mention").fetchall())


def versions(con: Con) -> list[tuple[Any, ...]]:
    return con.execute(
        "SELECT text, valid_from, valid_to, known_from, known_to FROM core.mention_version "
        "ORDER BY known_from, valid_from"
    ).fetchall()


def test_a_disappearance_ends_a_version_and_what_we_believed_is_kept(
    con: Con, tmp_path: Path
) -> None:
    load(con, tmp_path, [said("1"), said("2")], now=at("2026-03-02"))
    told = load(con, tmp_path, run="r2", gone=[gone("1")], now=at("2026-03-04"))
    assert told == Loaded(gone=1)
    assert set(current(con)) == {"2"}
    first, second = naive(at("2026-03-02")), naive(at("2026-03-04"))
    text = "It is what it is"
    assert sorted(map(str, versions(con))) == sorted(
        map(
            str,
            [
                (text, naive(NOON), None, first, second),
                (text, naive(NOON), None, first, None),
                (text, naive(NOON), naive(LATER), second, None),
            ],
        )
    )
    then = "SELECT count(*) FROM core.mention_version WHERE valid_to IS NULL AND known_from <= $t AND (known_to IS NULL OR known_to > $t)"  # noqa: E501
    assert con.execute(then, {"t": first}).fetchone() == (2,), "the past changed"
    assert con.execute("SELECT gone FROM core.load ORDER BY gone").fetchall() == [(0,), (1,)]
    assert con.execute("SELECT noticed, reason, returned FROM core.gone").fetchall() == [
        (naive(LATER), "it was deleted", None)
    ]


def test_telling_it_again_changes_nothing(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1")])
    staged = stage(tmp_path, [], run="r2", gone=(gone("1"),))
    assert merge(con, staged, fence=0) == Loaded(gone=1)
    before = versions(con)
    assert merge(con, staged, fence=0) == Loaded()
    other = load(con, tmp_path, run="r3", gone=[gone("1", LATER + timedelta(days=1))])
    assert other == Loaded(), "it was gone already"
    assert versions(con) == before


@pytest.mark.parametrize("text", ["It is what it is", "Edited, then back"])
def test_what_comes_back_is_a_new_version(con: Con, tmp_path: Path, text: str) -> None:
    load(con, tmp_path, [said("1", label="positive")])
    load(con, tmp_path, run="r2", gone=[gone("1")])
    back = LATER + timedelta(days=1)
    told = load(con, tmp_path, [said("1", text, label="negative", collected=back)], run="r3")
    assert told == Loaded(rows_in=1, changed=1)
    assert current(con) == {"1": text}
    held = con.execute(
        "SELECT valid_from, valid_to FROM core.mention_version WHERE known_to IS NULL "
        "ORDER BY valid_from"
    ).fetchall()
    assert held == [(naive(NOON), naive(LATER)), (naive(back), None)]
    assert con.execute("SELECT returned FROM core.gone").fetchall() == [(naive(back),)]
    labels = con.execute("SELECT label FROM core.score WHERE known_to IS NULL").fetchall()
    assert labels == [("negative",)]
    assert load(con, tmp_path, run="r4", gone=[gone("1", back + timedelta(days=1))]).gone == 1
    assert current(con) == {}


def test_a_late_page_does_not_bring_back_what_is_gone(con: Con, tmp_path: Path) -> None:
    """It was collected while the mention was still there and is loaded after it was missed."""
    load(con, tmp_path, [said("1")])
    load(con, tmp_path, run="r3", gone=[gone("1")])
    late = said("1", "Edited", collected=LATER - timedelta(hours=1))
    assert load(con, tmp_path, [late], run="r2") == Loaded(rows_in=1, unchanged=1)
    assert current(con) == {}


def test_what_was_seen_after_it_was_missed_is_not_gone(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1", collected=LATER + timedelta(minutes=1))])
    assert load(con, tmp_path, run="r2", gone=[gone("1")]) == Loaded()
    assert set(current(con)) == {"1"}


def test_gone_in_the_batch_that_brings_it(con: Con, tmp_path: Path) -> None:
    """Its edit was on an early page of the walk, and on a late one it was named deleted."""
    load(con, tmp_path, [said("1", "A"), said("2", "A")])
    rows = [said("1", "B", collected=LATER - timedelta(hours=1)), said("3", "New")]
    told = load(con, tmp_path, rows, run="r2", gone=[gone("1"), gone("3")])
    assert told == Loaded(rows_in=2, new=1, changed=1, gone=2)
    assert current(con) == {"2": "A"}
    ends = con.execute(
        "SELECT text, valid_to FROM core.mention_version WHERE known_to IS NULL "
        "AND external_id <> '2' ORDER BY text"
    ).fetchall()
    edited = naive(LATER - timedelta(hours=1))
    assert ends == [("A", edited), ("B", naive(LATER)), ("New", naive(LATER))]


def test_what_nobody_knows_can_not_go(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1")])
    assert load(con, tmp_path, run="r2", gone=[gone("unheard of")]) == Loaded()
    assert con.execute("SELECT count(*) FROM core.gone").fetchone() == (0,)


def test_an_overtaken_attempt_makes_nothing_disappear(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1")])
    old, _ = take_fence(con, "old"), take_fence(con, "new")
    with pytest.raises(FenceLost):
        merge(con, stage(tmp_path, [], run="r2", gone=(gone("1"),)), fence=old)
    assert set(current(con)) == {"1"}


def test_what_one_visit_missed_is_gone_when_another_misses_it(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1"), said("2")])
    misses = [LATER, LATER + timedelta(minutes=20), LATER + timedelta(days=1)]
    for number, time in enumerate(misses):
        told = load(con, tmp_path, run=f"v{number}", gone=[gone("1", time, sure=False)])
        assert told.gone == (number == 2), "believed too early or not at all"
    assert set(current(con)) == {"2"}
    assert con.execute("FROM core.missed").fetchall() == []


def test_what_was_seen_between_two_misses_is_not_gone(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [said("1")])
    load(con, tmp_path, run="v1", gone=[gone("1", LATER, sure=False)])
    load(con, tmp_path, [said("1", collected=LATER + timedelta(hours=3))], run="r2")
    again = LATER + timedelta(days=1)
    assert load(con, tmp_path, run="v2", gone=[gone("1", again, sure=False)]).gone == 0
    assert con.execute("SELECT noticed FROM core.missed").fetchall() == [(naive(again),)]
    assert set(current(con)) == {"1"}


def test_the_marts_count_it_no_more(world: World, tmp_path: Path) -> None:
    from warehouse.marts import refresh

    con = world.con
    world_day = "SELECT sum(mentions) FROM marts.brand_reputation_daily"
    con.execute("INSERT INTO core.brand VALUES ('acme', 'Acme', true, 24, 'UTC', ['en'])")
    hits = [("Acme", "price", 2)]
    load(con, tmp_path, [said("1", keywords=hits), said("2")])
    refresh(con)
    assert con.execute(world_day).fetchone() == (2,)
    load(con, tmp_path, run="r2", gone=[gone("1")])
    refresh(con)
    assert con.execute(world_day).fetchone() == (1,)
    assert con.execute("SELECT coalesce(sum(hits), 0) FROM marts.keyword_daily").fetchone() == (0,)


def test_known_mentions_are_asked_for_in_turn(con: Con, tmp_path: Path) -> None:
    day = timedelta(days=1)
    rows = [
        said("old post", published=NOON - 20 * day),
        said("old review", kind="review", published=NOON - 20 * day),
        said("answered", answer="Thanks", published=NOON - 15 * day),
        said("ancient review", kind="review", published=NOON - 90 * day),
        said("new", published=NOON - day),
        said("newer", published=NOON - day / 2),
        said("seen today", published=NOON - day / 4, collected=NOON + day),
        said("gone", published=NOON - day),
    ]
    load(con, tmp_path, rows, gone=[gone("gone")])
    load(con, tmp_path, [said("another watch's")], run="o", watch="globex")
    load(con, tmp_path, [said("of one brand")], run="p", about="Acme")
    load(con, tmp_path, [said("another walk's")], run="q", walk_id="forum:2")
    snapshot = tmp_path / "ledger.duckdb"
    publish_ledger(con, snapshot)
    how: dict[str, Any] = {
        "watch": "acme",
        "source": "forum",
        "about": None,
        "recent": NOON - 7 * day,
        "answerable": NOON - 30 * day,
    }
    found = [key.external_id for key in known(snapshot, **how, walks=["forum:1"])]
    assert found == ["newer", "new", "answered", "old review", "seen today"]
    assert [k.external_id for k in known(snapshot, **how, limit=1)] == ["another walk's"]
    [key] = known(snapshot, **{**how, "about": "Acme"})
    assert (key.external_id, key.place, key.published) == ("of one brand", "square", NOON)
    assert known(tmp_path / "none.duckdb", **how) == []


EVENTS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 9),
        st.sampled_from(["seen A", "seen B", "gone", "missed"]),
    ),
    max_size=9,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=EVENTS, order=st.randoms())
def test_whatever_happens_no_two_contents_hold_at_once(
    new_warehouse: Path, tmp_path_factory: pytest.TempPathFactory, events: Any, order: Any
) -> None:
    """Whatever is seen, missed and named deleted, in whatever order it is loaded."""
    import shutil

    from warehouse.store import open_warehouse

    folder = tmp_path_factory.mktemp("events")
    shutil.copy(new_warehouse, folder / "w.duckdb")
    staged: list[Staged] = []
    for number, (key, hours, what) in enumerate(events):
        time = SEEN + timedelta(hours=2 * hours)
        if what.startswith("seen"):
            rows, told = [said(key, what, collected=time)], tuple[Gone, ...]()
        else:
            rows, told = [], (gone(key, time, sure=what == "gone"),)
        staged.append(stage(folder, rows, run=f"r{number}", gone=told))
    order.shuffle(staged)
    with open_warehouse(folder / "w.duckdb") as con:
        for one in staged:
            before = len(current(con))
            loaded = merge(con, one, fence=0)
            assert loaded.gone in (0, before - len(current(con)))
            for why, text in NEVER.items():
                assert con.execute(text).fetchall() == [], why
        _the_last_word_counts(con, events)


def _the_last_word_counts(con: Con, events: Any) -> None:
    """What was seen last, and by nobody named deleted since, is there."""
    for key in "ab":
        seen = [hours for k, hours, what in events if k == key and what.startswith("seen")]
        deleted = [hours for k, hours, what in events if k == key and what == "gone"]
        missed = [hours for k, hours, what in events if k == key and what == "missed"]
        if seen and max(seen) >= max([*deleted, *missed, -1]):
            assert key in current(con)


NEVER = {
    "two contents held at one time, as known at one time": """
        SELECT a.mention_id
        FROM core.mention_version AS a
        JOIN core.mention_version AS b ON a.mention_id = b.mention_id AND a.rowid < b.rowid
        WHERE a.known_from < coalesce(b.known_to, TIMESTAMP 'infinity')
            AND b.known_from < coalesce(a.known_to, TIMESTAMP 'infinity')
            AND a.valid_from < coalesce(b.valid_to, TIMESTAMP 'infinity')
            AND b.valid_from < coalesce(a.valid_to, TIMESTAMP 'infinity')
    """,
    "neither there nor gone, or both": """
        SELECT k.mention_id
        FROM core.seen AS k
        LEFT JOIN core.mention AS m ON m.mention_id = k.mention_id
        LEFT JOIN core.gone AS g ON g.mention_id = k.mention_id AND g.returned IS NULL
        WHERE (m.mention_id IS NULL) = (g.mention_id IS NULL)
    """,
    "two rows of one mention that is gone": """
        SELECT mention_id FROM core.gone WHERE returned IS NULL
        GROUP BY mention_id HAVING count(*) > 1
    """,
    "not exactly one score that counts": """
        SELECT m.mention_id
        FROM core.mention AS m
        LEFT JOIN core.score AS s ON s.mention_id = m.mention_id AND s.known_to IS NULL
        GROUP BY m.mention_id
        HAVING count(s.mention_id) <> 1 OR any_value(m.content_hash) <> any_value(s.content_hash)
    """,
}
