from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from drawn_tables import ALONE, World
from staged_batches import at, coverage

from tidings.watch import Brand, Source, Watch
from warehouse.brands import Walk

MART = "marts.brand_reputation_daily"

DAYS = """
    n | day
    1 | 2026-03-01
    1 | 2026-03-02
    1 | 2026-03-03
"""


def expect(world: World, *shares: str, **fields: Any) -> None:
    days = ("2026-03-01", "2026-03-02", "2026-03-03")
    drawn = [f"{day} | Acme | {share}" for day, share in zip(days, shares, strict=True)]
    given = {"watches": (ALONE,)} | fields
    world.mart(MART, "\n".join(["day | brand | coverage", *drawn]), **given)


def walk(world: World, walk_id: str, start: datetime, end: datetime, **fields: Any) -> None:
    about = {k: fields.pop(k) for k in ("label", "about", "part", "source") if k in fields}
    world.walk(walk_id, coverage(start, end, **fields), **about)


def test_nothing_collected_is_nothing_covered(world: World) -> None:
    world.say(DAYS)
    expect(world, "0", "0", "0")


def test_a_day_counts_only_when_all_of_it_was_collected(world: World) -> None:
    world.say(DAYS)
    walk(world, "a", at("2026-03-01", 1), at("2026-03-03", 23))
    expect(world, "0", "1", "0")


def test_runs_that_touch_cover_the_days_across_them(world: World) -> None:
    world.say(DAYS)
    for start, end in ((2, 3), (0, 1), (1, 2)):
        walk(world, "a", at("2026-03-01", 24 * start), at("2026-03-01", 24 * end - 7))
    expect(world, "0", "0", "0")
    for end in (1, 2, 3):
        walk(world, "a", at("2026-03-01", 24 * end - 7), at("2026-03-01", 24 * end))
    expect(world, "1", "1", "1")


def test_a_run_from_the_beginning_covers_all_days_before(world: World) -> None:
    world.say(DAYS)
    walk(world, "a", at("2026-03-01"), at("2026-03-03", 0), covered_from=None)
    expect(world, "1", "1", "0")


def test_coverage_is_the_share_of_the_walks(world: World) -> None:
    world.say(DAYS)
    for walk_id in ("a", "b", "c"):
        walk(world, walk_id, at("2026-03-01", 0), at("2026-03-04", 0), label=walk_id)
    walk(world, "d", at("2026-03-02", 0), at("2026-03-03", 0), label="d")
    expect(world, "0.75", "1", "0.75")


@pytest.mark.parametrize("stated", ["beside", "within"])
def test_a_gap_lowers_it_until_it_is_closed(world: World, stated: str) -> None:
    """A newest-first walk that was stopped covers from its oldest page on; the rest is a gap."""
    world.say(DAYS)
    gap = (at("2026-03-01", 0), at("2026-03-02", 5))
    walk(
        world, "a",
        gap[1] if stated == "beside" else gap[0],
        at("2026-03-04", 0),
        end_reached=False, stopped_by="cap", gap_from=gap[0], gap_to=gap[1],
    )  # fmt: skip
    expect(world, "0", "0", "1")
    walk(world, "a", *gap, started=at("2026-03-05"), ended=at("2026-03-05"))
    expect(world, "1", "1", "1")


def test_a_walk_that_failed_at_once_covers_nothing(world: World) -> None:
    world.say(DAYS)
    walk(
        world, "a", at("2026-03-01"), at("2026-03-04"), covered_from=None, covered_to=None,
        end_reached=False, stopped_by="TransientError", gap_to=at("2026-03-04"),
    )  # fmt: skip
    expect(world, "0", "0", "0")


def test_a_walk_of_another_brands_place_does_not_count(world: World) -> None:
    both = Watch(
        id="acme",
        brand=Brand(name="Acme"),
        sources=(Source(connector="forum"), Source(connector="shop", about="Zenith")),
    )
    world.say(DAYS)
    walk(world, "a", at("2026-03-01", 0), at("2026-03-04", 0))
    walk(
        world, "z", at("2026-03-02", 0), at("2026-03-02", 1),
        source="shop", about="Zenith", label="z",
    )  # fmt: skip
    expect(world, "1", "1", "1", watches=(both,))


def test_a_source_that_is_no_longer_watched_does_not_count(world: World) -> None:
    world.say(DAYS)
    walk(world, "a", at("2026-03-01", 0), at("2026-03-04", 0))
    walk(world, "old", at("2026-03-01", 0), at("2026-03-01", 1), source="gone", label="old")
    expect(world, "1", "1", "1")


def declared(walk_id: str, label: str) -> Walk:
    return Walk(walk_id=walk_id, watch="acme", label=label, source="forum")


def test_a_declared_walk_that_never_came_counts_as_not_covered(world: World) -> None:
    world.say(DAYS)
    walk(world, "a", at("2026-03-01", 0), at("2026-03-04", 0), label="x")
    expect(world, "0.5", "0.5", "0.5", walks=(declared("a", "x"), declared("b", "y")))


def test_a_backfill_closes_the_gap_of_the_walk_of_its_name(world: World) -> None:
    world.say(DAYS)
    walk(world, "a", at("2026-03-02", 0), at("2026-03-04", 0), label="x")
    walk(world, "a back to March", at("2026-03-01", 0), at("2026-03-02", 0), label="x")
    expect(world, "1", "1", "1", walks=(declared("a", "x"),))


def test_a_backfill_that_could_be_of_two_walks_closes_none(world: World) -> None:
    world.say(DAYS)
    for walk_id in ("a", "b"):
        walk(world, walk_id, at("2026-03-02", 0), at("2026-03-04", 0), label="x")
    walk(world, "which", at("2026-03-01", 0), at("2026-03-02", 0), label="x")
    expect(world, "0", "1", "1", walks=(declared("a", "x"), declared("b", "x")))


def test_a_walk_counts_only_once_all_its_batches_are_merged(world: World) -> None:
    world.say(DAYS)
    seen = coverage(at("2026-03-01", 0), at("2026-03-04", 0))
    world.load([], walk_id="a", run="r", part=2, coverage=seen)
    expect(world, "0", "0", "0")
    world.load([], walk_id="a", run="r", part=1)
    expect(world, "1", "1", "1")


def test_the_day_that_counts_is_the_brands(world: World) -> None:
    tokyo = Watch(
        id="acme",
        brand=Brand(name="Acme", timezone="Asia/Tokyo"),
        sources=(Source(connector="forum"),),
    )
    world.say(DAYS)
    walk(world, "a", at("2026-03-01", 15), at("2026-03-02", 15))  # the 2nd, in Tokyo
    expect(world, "0", "1", "0", watches=(tokyo,))
