"""Which windows a repair asks for, in which order, and when it gives up."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tidings.connector import About, Connector, Cursor, Page
from tidings.errors import AuthError, ConfigurationError, SourceChanged, TransientError
from tidings.http import Http
from tidings.landing import Landing
from tidings.mention import Mention
from tidings.repair import Pages, Repaired, Stretch, repair, windows
from tidings.watch import Brand, Source, Watch

START = datetime(2026, 4, 1, tzinfo=UTC)
OVERLAP = timedelta(hours=2)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def stretch(since: float | None, until: float) -> Stretch:
    return Stretch.of(None if since is None else hour(since), hour(until))


class Hourly(Connector):
    """One item an hour on pages of ten; ``wrong`` may raise for an item about to be shown."""

    source: ClassVar[str] = "hourly"
    about: ClassVar[About] = About(collects="x", order="newest", goes_back=True)
    since: datetime | None = None
    until: datetime | None = None
    log: ClassVar[list[tuple[datetime | None, datetime | None]]] = []
    wrong: ClassVar[Callable[[datetime], None]]

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        self.log.append((self.since, self.until))
        found = [hour(n) for n in range(200, -1, -1)]
        found = [t for t in found if (self.since or START) <= t < (self.until or hour(999))]
        for first in range(0, max(1, len(found)), 10):
            page = found[first : first + 10]
            for at in page:
                type(self).wrong(at)
            mentions = [
                Mention(
                    source="hourly",
                    place="",
                    external_id=str(t),
                    kind="post",
                    published=t,
                    text="x",
                )
                for t in page
            ]
            yield Page(mentions=mentions, cursor=cursor)


class Unsorted(Hourly):
    about: ClassVar[About] = About(collects="x", order="any", goes_back=True)


@pytest.fixture
def mend(tmp_path: Path) -> Callable[..., Repaired]:
    from tidings.collect import Run

    Hourly.log.clear()
    Hourly.wrong = lambda at: None

    def run(connector: Connector, *asked: Stretch, most: int) -> Repaired:
        one = Run(
            watch=Watch(brand=Brand(name="Acme"), id="acme"),
            source=Source(connector="hourly"),
            run="r",
            landing=Landing(str(tmp_path)),
            http=None,  # type: ignore[arg-type]
            states={},
            pseudonym_key=b"k" * 32,
            attempt=1,
        )
        return repair(one, connector, asked, Pages(most))

    return run


def got(repaired: Repaired) -> int:
    return sum(outcome.coverage.items for outcome in repaired.outcomes)


def left(repaired: Repaired) -> list[tuple[datetime | None, datetime | None]]:
    gaps = [(o.coverage.gap_from, o.coverage.gap_to) for o in repaired.outcomes]
    return [gap for gap in gaps if gap[1] is not None]


def test_a_gap_is_asked_for_whole_first_with_the_overlap_before_it() -> None:
    assert windows([stretch(10, 20)], [], OVERLAP) == [stretch(8, 20)]
    assert windows([stretch(None, 20)], [], OVERLAP) == [stretch(None, 20)]


def test_the_newest_gap_comes_first() -> None:
    found = windows([stretch(10, 20), stretch(40, 50)], [], timedelta(0))
    assert found == [stretch(40, 50), stretch(10, 20)]


def test_what_was_asked_for_in_vain_is_halved_at_once_and_the_rest_is_not() -> None:
    found = windows([stretch(0, 40)], [stretch(0, 40), stretch(20, 40)], OVERLAP)
    assert found == [stretch(30, 40), stretch(20, 30), stretch(0, 20)]


def test_a_window_asked_for_in_vain_counts_where_it_overlaps_the_gap() -> None:
    assert windows([stretch(10, 20)], [stretch(8, 20)], OVERLAP) == [
        stretch(15, 20),
        stretch(10, 15),
    ]


def test_halving_ends_at_a_second() -> None:
    window = Stretch(START, START + timedelta(seconds=5))
    seen = 0
    while (halves := window.halves()) is not None:
        older, newer = halves
        assert (older.since, older.until, newer.until) == (window.since, newer.since, window.until)
        window, seen = newer, seen + 1
    assert seen <= 3
    assert window.until - window.since <= timedelta(seconds=1)


def test_a_gap_from_the_beginning_can_be_halved() -> None:
    older, newer = Stretch.of(None, START).halves() or pytest.fail("not halved")
    assert older.beginning
    assert not newer.beginning
    assert older.until == newer.since


def test_a_sorted_source_goes_on_from_what_was_covered(mend: Callable[..., Repaired]) -> None:
    first = mend(Hourly(), stretch(0, 100), most=4)
    assert first.error is None
    [(since, until)] = left(first)
    assert since == hour(0)
    assert until is not None
    assert hour(60) < until < hour(70)
    assert sum(o.coverage.pages for o in first.outcomes) == 4


def test_an_unsorted_source_is_halved_until_a_window_fits(mend: Callable[..., Repaired]) -> None:
    done = mend(Unsorted(), stretch(0, 100), most=60)
    assert got(done) >= 100
    asked = Hourly.log[:3]
    assert asked == [(hour(0), hour(100))]  # it fits: half of 60 pages are enough for ten
    Hourly.log.clear()
    done = mend(Unsorted(), stretch(101, 200), most=12)
    assert Hourly.log[0] == (hour(101), hour(200))
    assert Hourly.log[1] == (hour(150.5), hour(200))
    assert any(outcome.coverage.end_reached is False for outcome in done.outcomes)


def test_around_one_bad_record_everything_else_is_read(mend: Callable[..., Repaired]) -> None:
    def wrong(at: datetime) -> None:
        if at == hour(33):
            raise SourceChanged("no list")

    Hourly.wrong = wrong
    done = mend(Hourly(), stretch(0, 100), most=500)
    assert got(done) >= 99
    smallest = min(u - s for s, u in left(done) if s is not None and u is not None)
    assert smallest <= timedelta(seconds=2)
    assert done.error is None


def test_a_source_that_is_down_is_not_asked_for_ever_smaller_windows(
    mend: Callable[..., Repaired],
) -> None:
    def wrong(at: datetime) -> None:
        raise TransientError("down")

    Hourly.wrong = wrong
    done = mend(Hourly(), stretch(0, 100), most=500)
    assert isinstance(done.error, TransientError)
    assert len(Hourly.log) == 5


def test_a_refused_credential_ends_it_at_once(mend: Callable[..., Repaired]) -> None:
    def wrong(at: datetime) -> None:
        raise AuthError("no")

    Hourly.wrong = wrong
    done = mend(Hourly(), stretch(0, 100), stretch(110, 120), most=500)
    assert isinstance(done.error, AuthError)
    assert len(Hourly.log) == 1


def test_a_source_that_cannot_go_back_so_far_keeps_its_gap_and_is_no_failure(
    mend: Callable[..., Repaired],
) -> None:
    def wrong(at: datetime) -> None:
        raise ConfigurationError("only its last day is shown")

    Hourly.wrong = wrong
    done = mend(Hourly(), stretch(0, 100), most=500)
    assert done.error is None
    assert left(done) == [(hour(0), hour(100))]
    assert len(Hourly.log) == 1


def test_windows_without_items_use_up_pages_too(mend: Callable[..., Repaired]) -> None:
    quiet: list[Any] = [stretch(n, n + 1) for n in range(1000, 1100)]
    done = mend(Hourly(), *quiet, most=10)
    assert len(done.outcomes) == 10
