"""The checks of the warehouse: silent on a sound one, loud on every fault, and what follows."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from drawn_tables import ACME, World
from quality_faults import FAULTS, Fault, plant, sound
from staged_batches import at, coverage, said

from tidings.errors import QualityError, WarehouseError
from tidings.times import utcnow
from warehouse.brands import Walk, sync
from warehouse.checks import Result, checks
from warehouse.expectations import judge
from warehouse.quality import Look, accept, last, look, refuse, told
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    import duckdb

    Con = duckdb.DuckDBPyConnection

LANDED = [
    {"batch_id": "forum:1/run 1.1/batch-0001", "rows": 30, "rejected": 0},
    {"batch_id": "forum:1/run 2.1/batch-0001", "rows": 2, "rejected": 0},
    {"batch_id": "forum:1/run 3.1/batch-0001", "rows": 2, "rejected": 0},
]


@pytest.fixture(scope="module")
def sound_warehouse(tmp_path_factory: pytest.TempPathFactory, new_warehouse: Path) -> Path:
    """A warehouse file in which nothing is wrong, to copy."""
    folder = tmp_path_factory.mktemp("sound")
    path = folder / "warehouse.duckdb"
    shutil.copy(new_warehouse, path)
    with open_warehouse(path) as con:
        sound(World(con, folder / "staged"))
    return path


@pytest.fixture
def con(tmp_path: Path, sound_warehouse: Path) -> Iterator[Con]:
    path = tmp_path / "warehouse.duckdb"
    shutil.copy(sound_warehouse, path)
    with open_warehouse(path) as opened:
        yield opened


def looked(con: Con, run: str = "q", **fields: Any) -> list[Result]:
    given: dict[str, Any] = {
        "now": utcnow(),
        "published": 3,
        "landed": lambda ids: [row for row in LANDED if row["batch_id"] in ids],
    }
    return look(con, Look(run=run, **given | fields))


def failed(results: list[Result]) -> set[str]:
    return {one.check_name for one in results if not one.success}


def test_nothing_is_wrong_with_a_sound_warehouse_and_every_check_was_made(con: Con) -> None:
    results = looked(con)
    assert list(told(results)) == []
    assert {one.check_name for one in results} == {check.name for check in checks()}
    refuse(results)


def test_the_sound_warehouse_shows_what_the_faults_are_about(con: Con) -> None:
    """Else a fault would be an update of no row, or of a figure that is NULL anyway."""
    shown = con.execute(
        "SELECT net_sentiment, net_sentiment_polar, negative_share, rating_mean, rating_bayes, "
        "response_rate, share_of_voice, share_of_voice_28, score FROM marts.brand_reputation_daily "
        "WHERE brand = 'Acme' AND day = '2026-03-02'"
    ).fetchone()
    assert shown is not None
    assert None not in shown
    closed = con.execute("SELECT count(*) FROM core.score WHERE known_to IS NOT NULL").fetchone()
    assert closed == (1,)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.check)
def test_a_planted_fault_is_found_and_named(con: Con, fault: Fault) -> None:
    plant(con, fault)
    results = [one for one in looked(con, only=fault.check) if not one.success]
    assert results, f"{fault.check} passed"
    for one in results:
        assert one.failing >= 1
        assert one.observed > one.most or one.observed != one.observed
        assert fault.named in "; ".join(one.examples)


def test_every_check_has_a_fault_that_it_finds() -> None:
    assert {fault.check for fault in FAULTS} == {check.name for check in checks()}


def test_a_fault_of_fail_forbids_to_publish_and_one_of_warn_is_told(con: Con) -> None:
    con.execute("DELETE FROM core.coverage")
    results = looked(con)
    assert failed(results) == {"walks_fresh"}
    refuse(results)
    assert [line.partition(":")[0] for line in told(results)] == ["walks_fresh"]
    plant(con, next(f for f in FAULTS if f.check == "reputation_days"))
    with pytest.raises(QualityError, match="reputation_days: 1 rows of marts") as refused:
        refuse(looked(con, "q2"))
    assert "walks_fresh" not in refused.value.message
    assert "--publish-anyway REASON" in refused.value.remedy


def test_a_value_that_is_no_number_does_not_pass(con: Con) -> None:
    [one] = [r for r in looked(con) if r.check_name == "load_once"]
    values = {name: getattr(one, name) for name in one.__struct_fields__}
    for observed in (float("nan"), float("inf"), 1.0):
        assert judge([Result(**values | {"observed": observed})]) == [False]


def test_a_check_looks_back_to_when_it_was_right_last(con: Con, tmp_path: Path) -> None:
    looked(con, "first")
    world = World(con, tmp_path / "staged")
    world.loads = 3
    world.load([said("9")])
    plant(con, next(f for f in FAULTS if f.check == "one_open_score"))  # of the first load
    [passed] = looked(con, "second", only="one_open_score")
    assert passed.success
    assert passed.since is not None
    con.execute("INSERT INTO core.score FROM core.score ORDER BY known_from DESC LIMIT 1")
    [found] = looked(con, "third", only="one_open_score")
    assert (found.success, found.failing, found.since) == (False, 1, passed.upto)
    world.load([said("10")])
    [again] = looked(con, "fourth", only="one_open_score")
    assert (again.success, again.since) == (False, found.since), "an old fault is forgotten"
    [whole] = looked(con, "fifth", only="one_open_score", whole=True)
    assert (whole.failing, whole.since) == (2, None)


def test_once_in_seven_days_everything_is_looked_at(con: Con) -> None:
    now = utcnow()
    looked(con, "first", now=now)
    looked(con, "second", now=now + timedelta(days=6))
    [passed] = looked(con, "third", now=now + timedelta(days=6.9), only="one_open_score")
    assert passed.since is not None
    [passed] = looked(con, "fourth", now=now + timedelta(days=7.1), only="one_open_score")
    assert passed.since is None


def test_a_check_whose_file_has_changed_looks_at_everything(con: Con) -> None:
    looked(con, "first")
    con.execute("UPDATE core.quality_result SET definition = 'as it was'")
    assert {one.since for one in looked(con, "second")} == {None}


def test_an_acceptance_holds_until_more_fails_or_all_is_well(con: Con) -> None:
    double = (
        "INSERT INTO core.score SELECT * FROM kept WHERE known_to IS NULL "
        "ORDER BY known_from DESC LIMIT 1 OFFSET {}"
    )
    con.execute("CREATE TABLE kept AS FROM core.score")
    con.execute(double.format(0))
    now = utcnow()
    accepted = accept(con, looked(con, "1", now=now), reason="known, see ticket 12", now=now)
    assert [one.accepted for one in accepted if not one.success] == ["known, see ticket 12"] * 2
    refuse(accepted)

    def at(minutes: int) -> list[Result]:
        return looked(con, f"after {minutes}", now=now + timedelta(minutes=minutes))

    refuse(at(1))
    con.execute(double.format(1))
    with pytest.raises(QualityError, match="one_open_score"):
        refuse(at(2))
    con.execute("DELETE FROM core.score")
    con.execute("INSERT INTO core.score FROM kept")
    assert failed(at(3)) == set()
    con.execute(double.format(0))
    with pytest.raises(QualityError, match="one_open_score"):
        refuse(at(4))
    rows = con.execute("SELECT check_name, failing, reason FROM core.quality_acceptance").fetchall()
    assert sorted(rows) == [
        ("one_open_score", 1, "known, see ticket 12"),
        ("scores_apart", 1, "known, see ticket 12"),
    ]


def test_an_acceptance_is_of_the_rows_that_there_were(con: Con) -> None:
    """As many other rows that are wrong are another fault: nobody has looked at them."""
    con.execute("CREATE TABLE kept AS FROM core.score")
    double = (
        "INSERT INTO core.score SELECT * FROM kept WHERE known_to IS NULL "
        "ORDER BY known_from DESC, mention_id LIMIT {} OFFSET {}"
    )
    con.execute(double.format(2, 0))
    now = utcnow()
    accept(con, looked(con, "1", now=now), reason="known", now=now)

    def again(number: int, n: int, first: int) -> list[Result]:
        con.execute("DELETE FROM core.score")
        con.execute("INSERT INTO core.score FROM kept")
        con.execute(double.format(n, first))
        return looked(con, f"after {number}", now=now + timedelta(minutes=number))

    refuse(again(1, 1, 1))
    with pytest.raises(QualityError, match="one_open_score: 2 rows"):
        refuse(again(2, 2, 1))


CAPPED = {"end_reached": False, "stopped_by": "cap: max_pages = 8"}


@pytest.mark.parametrize(
    ("every_hours", "ago", "stopped", "fresh"),
    [
        (1.0, 47, {}, True),
        (1.0, 49, {}, False),
        (None, 49, {}, False),
        (168.0, 300, {}, True),
        (168.0, 340, {}, False),
        (1.0, 1, CAPPED, True),
        (1.0, 1, {"end_reached": False, "stopped_by": "TransientError"}, False),
        (math.inf, 9_000, {}, True),
    ],
)
def test_a_walk_is_late_by_its_own_schedule_and_a_capped_one_is_at_work(
    world: World, every_hours: float | None, ago: float, stopped: dict[str, Any], fresh: bool
) -> None:
    walk = Walk(walk_id="a", watch="acme", label="square", source="forum", every_hours=every_hours)
    sync(world.con, [ACME], walks=[walk])
    now = at("2026-03-10")
    ended = now - timedelta(hours=ago)
    world.walk("a", coverage(at("2025-01-01"), ended, **stopped))
    [found] = look(world.con, Look(run="r", now=now, only="walks_fresh"))
    assert found.success == fresh, found


def test_results_are_kept_as_they_were_returned(con: Con) -> None:
    first = looked(con, "first")
    plant(con, next(f for f in FAULTS if f.check == "weights_of_parts"))
    second = looked(con, "second", now=utcnow() + timedelta(seconds=1))

    def key(one: Result) -> tuple[str, str]:
        return one.check_name, one.table_name

    assert sorted(last(con), key=key) == sorted(second, key=key)
    [new, old] = last(con, check="weights_of_parts")
    assert (new.success, old.success) == (False, True)
    assert new.examples == ["Acme 2026-03-02"]
    assert old in first


def test_no_example_holds_what_a_person_wrote(con: Con) -> None:
    """Whatever fails: the words of the mentions, their authors and addresses are in no result."""
    for fault in {fault.check: fault for fault in FAULTS}.values():
        con.execute("BEGIN")
        plant(con, fault)
        con.execute("COMMIT")
        looked(con, fault.check, only=fault.check, examples=10_000)
    kept = con.execute("SELECT string_agg(examples::VARCHAR, ' ') FROM core.quality_result")
    [(told_all,)] = kept.fetchall()
    assert "Acme" in told_all
    for words in ("It is what it is", "It is bad", "It is better now", "Soon gone"):
        assert words not in told_all


def test_an_unknown_check_is_told_with_those_that_there_are(con: Con) -> None:
    with pytest.raises(WarehouseError, match=r"no check 'loads'.*load_adds_up"):
        looked(con, only="loads")


def test_a_mart_that_is_added_is_checked_from_its_first_day(con: Con) -> None:
    con.execute(
        "CREATE TABLE marts.reach_daily AS SELECT DATE '2026-03-02' AS day, 'Nobody' AS brand, "
        "2.0::DOUBLE AS loud_share, 0.1::DOUBLE AS loud_share_low, 0.9::DOUBLE AS loud_share_high"
    )
    con.execute("COMMENT ON COLUMN marts.reach_daily.loud_share IS '0..1, share of the loud.'")
    found = {
        r.check_name for r in looked(con) if r.table_name == "marts.reach_daily" if not r.success
    }
    assert found == {"brand_is_declared", "figures_in_range", "interval_around_value"}
