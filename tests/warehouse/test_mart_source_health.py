# ruff: noqa: E501 - the tables are drawn wide
"""Sources: how fresh, how complete and how clean they are."""

from __future__ import annotations

from drawn_tables import World
from staged_batches import at, coverage, quarantined, said

NAME = "marts.source_health"


def test_a_source_tells_how_it_is(world: World) -> None:
    """Of the 28 whole days before the 10th, the walk has covered those from 20 February on: 18."""
    world.walk("a", coverage(at("2026-02-20", 0), at("2026-03-10", 0)))
    world.load(
        [
            said("1", published=at("2026-03-09", 6), label="positive"),
            said("2", published=at("2026-03-08")),
            said("3", published=at("2026-03-08"), label="unscored"),
            said("4", published=at("2026-01-08")),
        ],
        bad=[quarantined("forum:1/run 2.1/batch-0001", 1)],
        collected=at("2026-03-10", 0),
    )
    world.mart(NAME, """
        source | as_of               | newest_published    | hours_since_newest | last_collected      | last_success        | hours_since_success | walks | coverage | open_gaps
        forum  | 2026-03-10 00:00:00 | 2026-03-09 06:00:00 | 18                 | 2026-03-10 00:00:00 | 2026-03-10 00:00:00 | 0.0                 | 1     | 0.6429   | 0
        shop   | 2026-03-10 00:00:00 | -                   | -                  | -                   | -                   | -                   | 0     | -        | 0
    """)  # fmt: skip
    world.mart(NAME, """
        source | batches_28 | rows_in_28 | new_28 | duplicate_28 | duplicate_share | quarantined_28 | quarantine_share | held | mentions_28 | scored_28 | scored_share
        forum  | 2          | 5          | 4      | 0            | 0.0             | 1              | 0.2              | 1    | 3           | 2         | 0.6667
        shop   | 0          | 0          | 0      | 0            | -               | 0              | -                | 0    | 0           | 0         | -
    """)  # fmt: skip


def test_a_source_of_which_nothing_was_learnt_is_not_told_again(world: World) -> None:
    """Its age is another after each load of any source; a version a load would be a table of clocks."""
    drawing = """
        source | as_of               | newest_published    | hours_since_newest | mentions_28
        shop   | 2026-03-{day} 12:00:00 | 2026-03-01 00:00:00 | {hours}           | 1
    """
    world.load([said("1", source="shop", published=at("2026-03-01", 0))], source="shop")
    for day, hours in (("02", 36), ("03", 60), ("04", 84)):
        world.load([], collected=at(f"2026-03-{day}"))
        world.mart(NAME, drawing.format(day=day, hours=hours))
    versions = "SELECT count(*) FROM core.source_health WHERE source = 'shop'"
    assert world.con.execute(versions).fetchone() == (1,)


def test_a_stopped_walk_leaves_a_gap_and_is_no_success(world: World) -> None:
    gap = {"gap_from": at("2026-03-03", 0), "gap_to": at("2026-03-04", 6)}
    stopped = {"end_reached": False, "stopped_by": "cap"}
    world.walk("a", coverage(at("2026-02-01", 0), at("2026-03-10", 0), **stopped, **gap))
    world.load([], collected=at("2026-03-10", 0))
    world.mart(NAME, """
        source | last_success | last_stopped_by | open_gaps | oldest_gap          | coverage
        forum  | -            | cap             | 1         | 2026-03-03 00:00:00 | 0.9286
    """)  # fmt: skip


def test_a_time_that_no_clock_can_have_said_is_not_the_newest(world: World) -> None:
    """Of a row that is in quarantine since it is dated in the future; a day ahead a clock may be."""
    walked = coverage(at("2026-02-01", 0), at("2026-03-10", 0), newest=at("2061-05-04", 3))
    world.walk("a", walked)
    world.load([said("1", published=at("2026-03-09", 6))], collected=at("2026-03-10", 0))
    world.mart(NAME, """
        source | newest_published    | hours_since_newest
        forum  | 2026-03-09 06:00:00 | 18
    """)  # fmt: skip
