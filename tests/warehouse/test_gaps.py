"""Gaps in the ledger: how they open, which coverage closes them, and what stays."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from drawn_tables import ALONE, World
from staged_batches import at, coverage, said

from tidings.batch import WalkState
from warehouse.brands import Walk, sync
from warehouse.cursors import walk_states
from warehouse.gaps import OpenGap, closed_by, open_gaps, stopped_windows
from warehouse.migrate import migrate, migrations
from warehouse.snapshot import publish_ledger

OLD_LOAD = """
INSERT INTO core.load BY NAME
SELECT 'b' AS batch_id, 'a' AS walk_id, 'x' AS label, 'forum' AS source, 'acme' AS watch,
    'r' AS run, 1 AS attempt, 1 AS part, TIMESTAMP '2026-03-09' AS collected, 0 AS rows_in,
    0 AS rejected, 0 AS new, 0 AS changed, 0 AS unchanged, 0 AS duplicate, 0 AS quarantined,
    'm' AS mentions_path, 0 AS fence, TIMESTAMP '2026-03-09' AS started,
    TIMESTAMP '2026-03-09' AS finished
"""

OLD_COVERAGE = """
INSERT INTO core.coverage BY NAME
SELECT 'a' AS walk_id, 'x' AS label, 'forum' AS source, 'acme' AS watch, 'r' AS run, 1 AS attempt,
    1 AS part, 'b' AS batch_id, TIMESTAMP '2026-03-09' AS started, TIMESTAMP '2026-03-09' AS ended,
    1 AS pages, 1 AS items, false AS end_reached, 'cap: 1' AS stopped_by,
    TIMESTAMP '2026-03-05' AS covered_from, TIMESTAMP '2026-03-09' AS covered_to,
    TIMESTAMP '2026-03-02' AS gap_from, TIMESTAMP '2026-03-05' AS gap_to
"""


def day(number: float, hour: float = 0) -> datetime:
    """Return a time of March 2026."""
    whole = int(number)
    return at(f"2026-03-{whole:02}", hour + 24 * (number - whole))


def walked(world: World, start: float, end: float, *, at_day: float, **fields: Any) -> None:
    """A walk that came to its end and covered a window."""
    how = {"walk_id": "a", "goes_back": True, "series": "a"} | fields
    walk_id, part = how.pop("walk_id"), {k: how.pop(k) for k in ("label", "run") if k in how}
    now = day(at_day)
    world.walk(walk_id, coverage(day(start), day(end), started=now, ended=now, **how), **part)


def stopped(world: World, start: float | None, end: float, *, at_day: float, **fields: Any) -> None:
    """A newest-first walk that was stopped at ``end`` and left the gap before it."""
    begin = None if start is None else day(start)
    gap = {"gap_from": begin, "gap_to": day(end), "end_reached": False}
    given = {"stopped_by": "cap: max_pages = 3", "newest": day(at_day)} | gap | fields
    walked(world, end, at_day, at_day=at_day, **given)


def declare(world: World, walk_id: str = "a", **fields: Any) -> None:
    walk = Walk(walk_id=walk_id, watch="acme", label="forum square", source="forum", **fields)
    sync(world.con, (ALONE,), walks=(walk,))


def gaps(world: World) -> list[OpenGap]:
    path = Path(world.folder).parent / "ledger.duckdb"
    publish_ledger(world.con, path)
    return open_gaps(path)


def spans(world: World) -> list[tuple[datetime | None, datetime]]:
    return [(gap.gap_from, gap.gap_to) for gap in gaps(world)]


def test_what_was_collected_before_there_was_a_ledger_of_gaps_counts_as_before() -> None:
    """A warehouse of the older schema: its rows say nothing of series, and keep their meaning."""
    with duckdb.connect(":memory:") as con:
        migrate(con, migrations()[:2])
        con.execute(OLD_LOAD)
        con.execute(OLD_COVERAGE)
        migrate(con)
        found = con.execute(
            "SELECT series, gap_from, gap_to, can_go_back FROM core.open_gap"
        ).fetchall()
    assert found == [("a", datetime(2026, 3, 2), datetime(2026, 3, 5), False)]


def test_a_walk_that_was_stopped_opens_a_gap_and_says_why(world: World) -> None:
    declare(world)
    stopped(world, 2, 5, at_day=9)
    [gap] = gaps(world)
    assert (gap.gap_from, gap.gap_to, gap.opened) == (day(2), day(5), day(9))
    assert gap.why == "cap: max_pages = 3"
    assert gap.can_go_back


def test_windows_close_it_in_pieces_and_the_ledger_says_which_run_was_the_last(
    world: World,
) -> None:
    declare(world)
    stopped(world, None, 5, at_day=9)
    walked(world, 4, 5, at_day=10, walk_id="w1", run="mend 1.acme.forum")
    walked(world, 2, 3, at_day=11, walk_id="w2", run="mend 2.acme.forum")
    assert spans(world) == [(day(3), day(4)), (None, day(2))]
    walked(world, 1, 4, at_day=12, walk_id="w3", run="mend 3.acme.forum")
    assert spans(world) == [(None, day(1))]
    walked(world, 1, 1.5, at_day=13, walk_id="w4", run="mend 4.acme.forum", covered_from=None)
    assert spans(world) == []
    path = Path(world.folder).parent / "ledger.duckdb"
    [closed] = closed_by(path, "mend 4")
    assert (closed.gap_from, closed.gap_to, closed.opened) == (None, day(5), day(9))
    assert closed_by(path, "mend 3") == closed_by(path, "mend") == []


def test_a_window_that_is_stopped_again_leaves_the_smaller_gap(world: World) -> None:
    declare(world)
    stopped(world, 2, 5, at_day=9)
    gap = {"gap_from": day(2), "gap_to": day(3), "end_reached": False, "stopped_by": "cap: 1"}
    walked(world, 3, 5, at_day=10, walk_id="window", **gap)
    [left] = gaps(world)
    assert (left.gap_from, left.gap_to, left.walks) == (day(2), day(3), 2)


def test_what_an_earlier_walk_covered_does_not_close_a_walks_later_gap(world: World) -> None:
    """The later walk would have read there again, for what the source shows late."""
    declare(world)
    walked(world, 1, 4, at_day=4)
    stopped(world, 3, 6, at_day=9)
    assert spans(world) == [(day(3), day(6))]
    walked(world, 3, 9.5, at_day=10)
    assert spans(world) == []


def test_a_stopped_window_over_what_is_covered_opens_nothing(world: World) -> None:
    declare(world)
    walked(world, 1, 9, at_day=9)
    stopped(world, 2, 5, at_day=10, walk_id="window", covered_from=None, covered_to=None)
    assert spans(world) == []


def test_coverage_of_another_series_closes_nothing(world: World) -> None:
    declare(world)
    stopped(world, 2, 5, at_day=9)
    walked(world, 1, 9, at_day=10, walk_id="b", series="b", label="another")
    assert spans(world) == [(day(2), day(5))]


def test_gaps_of_walks_that_are_declared_no_more_are_nobodys(world: World) -> None:
    stopped(world, 2, 5, at_day=9, label="gone")
    declare(world, "b")
    assert gaps(world) == []
    row = world.con.execute("SELECT declared, label FROM core.open_gap").fetchone()
    assert row == (False, "gone")


def test_a_walk_of_new_settings_and_the_same_name_takes_over_the_gaps(world: World) -> None:
    declare(world, "new")
    stopped(world, 2, 5, at_day=9, walk_id="old", series="old")
    assert [gap.series for gap in gaps(world)] == ["new"]
    walked(world, 1, 9, at_day=10, walk_id="new", series="new")
    assert gaps(world) == []


def test_a_gap_of_a_source_that_cannot_go_back_stays_and_says_so(world: World) -> None:
    declare(world)
    stopped(world, 2, 5, at_day=9, goes_back=False)
    [gap] = gaps(world)
    assert not gap.can_go_back


def test_fewer_than_the_source_declares_is_told_as_a_gap_until_asked_again(world: World) -> None:
    declare(world)
    walked(world, 1, 9, at_day=9, covered_from=None, items=4321, declared_total=5000, missing=679)
    [gap] = gaps(world)
    assert (gap.gap_from, gap.gap_to, gap.why) == (None, day(9), "fewer came: 679 of 5000")
    walked(world, 9, 10, at_day=10)
    assert spans(world) == [(None, day(9))]
    walked(world, 1, 9, at_day=11, walk_id="window", covered_from=None)
    assert gaps(world) == []


def test_windows_asked_for_in_vain_are_known(world: World) -> None:
    declare(world)
    stopped(world, 2, 5, at_day=9)
    nothing = {"covered_from": None, "covered_to": None}
    stopped(world, 3, 5, at_day=10, walk_id="w", **nothing)
    path = Path(world.folder).parent / "ledger.duckdb"
    publish_ledger(world.con, path)
    [window] = stopped_windows(path)
    assert (window.series, window.gap_from, window.gap_to) == ("a", day(3), day(5))
    walked(world, 3, 5, at_day=11, walk_id="w2")
    publish_ledger(world.con, path)
    assert stopped_windows(path) == []


def fed(world: World, names: str, *, at_day: float, since: float, **fields: Any) -> None:
    """A walk of a feed that shows its newest entries only."""
    rows = [said(name, collected=day(at_day)) for name in names]
    now = day(at_day)
    how = {"only_newest": True, "series": "a", "items": len(rows)} | fields
    seen = coverage(day(since), now, started=now, ended=now, **how)
    world.load(rows, walk_id="a", coverage=seen, collected=now)


def test_a_feed_of_which_nothing_is_known_any_more_has_turned_over(world: World) -> None:
    declare(world)
    fed(world, "abcd", at_day=3, since=1)
    fed(world, "cdef", at_day=4, since=3)
    assert spans(world) == []
    fed(world, "ghij", at_day=5, since=4)
    [gap] = gaps(world)
    assert (gap.gap_from, gap.gap_to, gap.can_go_back) == (day(4), day(5), False)
    assert "scrolled past" in gap.why
    fed(world, "ijkl", at_day=6, since=5)
    assert spans(world) == [(day(4), day(5))]


def test_a_feed_that_was_emptied_and_has_few_new_entries_has_not_turned_over(
    world: World,
) -> None:
    declare(world)
    fed(world, "abcdef", at_day=3, since=1)
    fed(world, "gh", at_day=4, since=3)
    assert spans(world) == []


def states(world: World) -> dict[str, WalkState]:
    path = Path(world.folder).parent / "ledger.duckdb"
    publish_ledger(world.con, path)
    return walk_states(path)


def test_behind_a_cap_the_ledger_knows_more_than_the_cursor(world: World) -> None:
    walked(world, 1, 3, at_day=3, newest=day(2.5))
    stopped(world, 2, 5, at_day=9, newest=day(8))
    state = states(world)["a"]
    assert (state.covered_to, state.newest, state.resume_from) == (day(3), day(2.5), day(8))
    walked(world, 7, 10, at_day=10)
    assert states(world)["a"].resume_from is None


def test_a_clock_that_runs_ahead_does_not_make_the_walk_skip(world: World) -> None:
    stopped(world, None, 5, at_day=9, newest=day(20))
    assert states(world)["a"].resume_from == day(9)


def test_behind_an_error_the_walk_starts_from_its_cursor_until_repair_has_taken_the_gap_on(
    world: World,
) -> None:
    stopped(world, 2, 5, at_day=9, stopped_by="TransientError: down")
    assert states(world).get("a", WalkState()).resume_from is None
    nothing = {"covered_from": None, "covered_to": None}
    stopped(world, 2, 5, at_day=10, walk_id="w", stopped_by="SourceChanged: no list", **nothing)
    assert states(world)["a"].resume_from == day(9)


def test_a_source_that_cannot_go_back_never_moves_on_without_its_cursor(world: World) -> None:
    stopped(world, 2, 5, at_day=9, goes_back=False)
    assert states(world).get("a", WalkState()).resume_from is None


def test_walks_with_items_are_counted_from_the_last_backwards(world: World) -> None:
    for number, items in enumerate((3, 0, 2, 1, 5)):
        walked(world, number + 1, number + 2, at_day=number + 2, items=items)
    assert states(world)["a"].with_items == 3


def test_walks_that_were_stopped_or_told_unchanged_say_nothing_of_what_is_usual(
    world: World,
) -> None:
    walked(world, 1, 2, at_day=2, items=3)
    walked(world, 2, 3, at_day=3, items=0, unchanged=True)
    suspect = {"end_reached": False, "stopped_by": "suspect: nothing came"}
    walked(world, 3, 4, at_day=4, items=0, covered_from=None, covered_to=None, **suspect)
    assert states(world)["a"].with_items == 1


def test_an_open_gap_lowers_the_days_that_an_earlier_walk_covered(world: World) -> None:
    world.say("n | day\n1 | 2026-03-02\n1 | 2026-03-03\n1 | 2026-03-04")
    walked(world, 1, 5, at_day=5)
    stopped(world, 3.25, 3.5, at_day=9, covered_from=day(3.5))
    mart = "marts.brand_reputation_daily"
    walks = (Walk(walk_id="a", watch="acme", label="forum square", source="forum"),)
    drawing = "day | brand | coverage\n2026-03-02 | Acme | 1\n2026-03-03 | Acme | {}\n"
    world.mart(mart, drawing.format(0), watches=(ALONE,), walks=walks)
    walked(world, 3, 4, at_day=10, walk_id="window")
    world.mart(mart, drawing.format(1), watches=(ALONE,), walks=walks)
