"""What a walk covers and leaves, whether it moves on behind a cap, and when nothing is suspect."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tidings.batch import WalkState
from tidings.collect import Outcome, Run, collect
from tidings.connector import About, Connector, Cursor, Page
from tidings.covered import Seen, extent
from tidings.errors import TransientError
from tidings.http import Answer, Http
from tidings.landing import Landing
from tidings.mention import Mention
from tidings.watch import Brand, Source, Watch
from tidings.windows import for_windows, narrowed, series_id

DAY = datetime(2026, 4, 10, tzinfo=UTC)
NEWEST = About(collects="x", order="newest", goes_back=True)
OLDEST = About(collects="x", order="oldest", goes_back=True)
SECOND = timedelta(seconds=1)


def hours(*before: float) -> list[datetime]:
    return [DAY - timedelta(hours=hour) for hour in before]


def read(times: list[datetime]) -> Seen:
    seen = Seen()
    for at in times:
        seen.add(at)
    return seen


def test_others_of_the_last_second_are_left_to_the_gap() -> None:
    times = [DAY - timedelta(seconds=n // 10, milliseconds=500) for n in range(60)]
    covered, gap = extent(NEWEST, read(times), since=None, until=DAY, ended=False)
    assert gap == (None, min(times).replace(microsecond=0) + SECOND)
    assert covered == (gap[1], DAY)


@pytest.mark.parametrize("place", [0, 7, 18])
def test_a_pinned_or_backdated_item_does_not_make_more_covered_than_was_read(place: int) -> None:
    times = hours(*range(20))
    times[place] = DAY - timedelta(days=3000)
    reached = read(times).down_to()
    assert reached is not None
    assert reached >= DAY - timedelta(hours=19)


def test_an_item_of_the_future_does_not_make_an_oldest_first_walk_cover_more() -> None:
    times = hours(*range(40, 20, -1))
    times[17] = DAY + timedelta(days=30)
    covered, gap = extent(OLDEST, read(times), since=None, until=DAY, ended=False)
    assert covered[1] == gap[0]
    assert gap[0] is not None
    assert gap[0] <= DAY - timedelta(hours=21)


def test_a_source_that_is_not_sorted_as_it_is_said_to_be_has_covered_nothing() -> None:
    """Else what it shows later would be skipped once the walk moves on."""
    threads = [
        DAY - timedelta(hours=10 * n) + timedelta(minutes=m) for n in range(5) for m in (0, 1)
    ]
    covered, gap = extent(NEWEST, read(threads), since=None, until=DAY, ended=False)
    assert (covered, gap) == ((None, None), (None, DAY))
    covered, gap = extent(OLDEST, read(hours(*range(20))), since=None, until=DAY, ended=False)
    assert (covered, gap) == ((None, None), (None, DAY))


def test_a_walk_that_came_no_further_than_its_own_window_has_covered_nothing() -> None:
    covered, gap = extent(NEWEST, read([DAY]), since=None, until=DAY, ended=False)
    assert (covered, gap) == ((None, None), (None, DAY))


class Made(Connector):
    """A newest-first source of one item an hour back from DAY, as pages of one item."""

    source: ClassVar[str] = "made"
    about: ClassVar[About] = NEWEST
    items: int = 100
    overlap_hours: float = 3
    since: datetime | None = None
    until: datetime | None = None
    empty: bool = False
    unchanged: bool = False
    only_anew: bool = False
    broken_anew: bool = False

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        status = 304 if self.unchanged else 200
        answer = Answer(status=status, url="http://x.example/p", body=b"[]")
        if self.broken_anew and cursor is None:
            raise TransientError("down", answer=answer)
        for n in range(0 if self.empty or (cursor and self.only_anew) else self.items):
            at = DAY - timedelta(hours=n)
            if self.since is not None and at < self.since:
                break
            if self.until is None or at < self.until:
                item = Mention(
                    source="made", place="", external_id=str(n), kind="post", published=at
                )
                yield Page(mentions=[item], cursor=cursor, raw=[answer])
        yield Page(mentions=[], cursor={"newest": "now"}, raw=[answer], declared_total=100)


def walked(
    tmp_path: Path, connector: Connector, state: WalkState | None = None, **source: Any
) -> Outcome:
    run = Run(
        watch=Watch(brand=Brand(name="Acme"), id="acme"),
        source=Source(connector="made", **source),
        run="r",
        attempt=1,
        landing=Landing(str(tmp_path)),
        http=None,  # type: ignore[arg-type] - these connectors ask for nothing
        states={} if state is None else {connector.walk_id(): state},
        pseudonym_key=b"k" * 32,
    )
    [outcome] = collect(run, [connector])
    return outcome


def test_behind_a_cap_a_walk_reads_down_to_what_the_ledger_knows_and_takes_the_new_cursor(
    tmp_path: Path,
) -> None:
    state = WalkState(resume_from=DAY - timedelta(hours=10))
    outcome = walked(tmp_path, Made(), state, max_pages=20)
    coverage = outcome.coverage
    assert coverage.end_reached
    assert (coverage.items, coverage.covered_from) == (14, DAY - timedelta(hours=13))
    [batch] = outcome.batches
    assert batch.cursor == {"newest": "now"}
    assert (batch.walk_id, coverage.series) == (Made().walk_id(), Made().walk_id())
    assert batch.continued


def test_behind_an_error_a_walk_reads_down_to_its_cursor(tmp_path: Path) -> None:
    assert walked(tmp_path, Made(), WalkState()).coverage.items == 100


def test_a_walk_never_reads_behind_the_since_of_its_settings(tmp_path: Path) -> None:
    own = Made(since=DAY - timedelta(hours=5))
    state = WalkState(resume_from=DAY - timedelta(hours=10))
    assert walked(tmp_path, own, state).coverage.items == 6


def test_the_gap_of_a_stopped_walk_reaches_to_where_its_cursor_would_have_led(
    tmp_path: Path,
) -> None:
    """Not to the last walk's end: what is shown late was published before."""
    state = WalkState(
        cursor={"newest": "old"}, covered_to=DAY - timedelta(hours=5), newest=hours(40)[0]
    )
    coverage = walked(tmp_path, Made(), state, max_pages=8).coverage
    assert coverage.gap_from == DAY - timedelta(hours=43)
    assert coverage.gap_to == DAY - timedelta(hours=6) + SECOND


def test_a_cap_on_the_very_last_page_is_its_end(tmp_path: Path) -> None:
    coverage = walked(tmp_path, Made(items=4), max_pages=5).coverage
    assert (coverage.end_reached, coverage.stopped_by) == (True, None)


def test_windows_of_one_walk_count_for_its_series(tmp_path: Path) -> None:
    window = narrowed(Made(), DAY - timedelta(hours=9), DAY - timedelta(hours=4))
    coverage = walked(tmp_path, window).coverage
    assert coverage.series == Made().walk_id() == series_id(Made())
    assert coverage.items == 5


def test_a_window_that_reaches_into_the_future_covers_until_now(tmp_path: Path) -> None:
    window = narrowed(Made(), DAY, datetime(2200, 1, 1, tzinfo=UTC))
    coverage = walked(tmp_path, window).coverage
    assert coverage.covered_to == coverage.started


def test_fewer_than_declared_is_told_of_a_walk_of_everything_only(tmp_path: Path) -> None:
    assert walked(tmp_path / "a", Made(items=60)).coverage.missing == 40
    assert walked(tmp_path / "b", Made(items=100)).coverage.missing is None
    went_on = WalkState(cursor={"newest": "old"})
    assert walked(tmp_path / "c", Made(items=60), went_on).coverage.missing is None
    assert walked(tmp_path / "d", Made(items=60), max_pages=9).coverage.missing is None


USUAL = WalkState(cursor={"newest": "old"}, covered_to=DAY, newest=DAY, with_items=5)


def test_nothing_where_there_always_was_something_is_suspect_and_moves_nothing(
    tmp_path: Path,
) -> None:
    outcome = walked(tmp_path, Made(empty=True), USUAL)
    coverage = outcome.coverage
    assert outcome.error is None
    assert not coverage.end_reached
    assert str(coverage.stopped_by).startswith("suspect: nothing came")
    assert (coverage.covered_from, coverage.covered_to) == (None, None)
    assert (coverage.gap_from, coverage.gap_to) == (DAY - timedelta(hours=3), coverage.started)
    assert [batch.cursor for batch in outcome.batches] == [USUAL.cursor]


def test_nothing_after_too_few_walks_is_no_suspect(tmp_path: Path) -> None:
    state = WalkState(cursor={"newest": "old"}, covered_to=DAY, newest=DAY, with_items=4)
    assert walked(tmp_path, Made(empty=True), state).coverage.end_reached


def test_a_source_that_says_unchanged_is_no_suspect(tmp_path: Path) -> None:
    coverage = walked(tmp_path, Made(empty=True, unchanged=True), USUAL).coverage
    assert coverage.end_reached
    assert coverage.unchanged


def test_a_source_that_answers_its_cursor_with_nothing_is_no_suspect(tmp_path: Path) -> None:
    """Nothing new since the cursor: asked for everything, it shows its older items."""
    outcome = walked(tmp_path, Made(only_anew=True), USUAL)
    assert outcome.coverage.end_reached
    assert outcome.batches[-1].cursor == {"newest": "now"}
    assert outcome.coverage.items == 0


def test_an_error_when_asked_anew_is_an_error(tmp_path: Path) -> None:
    outcome = walked(tmp_path, Made(empty=True, broken_anew=True), USUAL)
    assert isinstance(outcome.error, TransientError)
    assert not outcome.coverage.end_reached


def test_a_window_without_items_is_judged_by_its_series(tmp_path: Path) -> None:
    quiet = narrowed(Made(), DAY + timedelta(days=1), DAY + timedelta(days=2))
    assert _window(tmp_path / "quiet", quiet).end_reached
    out_of_order = narrowed(Made(empty=True), DAY - timedelta(days=1), DAY)
    assert str(_window(tmp_path / "empty", out_of_order).stopped_by).startswith("suspect")


def _window(tmp_path: Path, window: Made) -> Any:
    run = Run(
        watch=Watch(brand=Brand(name="Acme"), id="acme"),
        source=Source(connector="made"),
        run="r",
        attempt=1,
        landing=Landing(str(tmp_path)),
        http=None,  # type: ignore[arg-type]
        states={series_id(window): USUAL},
        pseudonym_key=b"k" * 32,
    )
    [outcome] = collect(run, [window])
    return outcome.coverage


def test_a_window_that_was_walked_to_its_end_is_walked_anew() -> None:
    done = WalkState(cursor={"n": 1}, covered_to=DAY, newest=DAY, resume_from=DAY, with_items=3)
    half = WalkState(cursor={"n": 1}, resume_from=DAY)
    assert for_windows({"done": done, "half": half}) == {
        "done": WalkState(with_items=3),
        "half": WalkState(cursor={"n": 1}),
    }
