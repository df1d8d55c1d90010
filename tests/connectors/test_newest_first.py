"""Where a walk over a newest-first source stops, and what the next one reads again."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from connectors.newest_first import NewestFirst, identity, peek, times
from tidings.mention import Mention

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(newest: datetime, overlap_hours: float = 0, **bounds: datetime) -> NewestFirst:
    """Return the walk after one whose newest record was of ``newest``."""
    first = NewestFirst(None, overlap_hours=overlap_hours)
    first.passed([newest])
    return NewestFirst(first.finished(), overlap_hours=overlap_hours, **bounds)


def test_a_page_of_the_second_of_the_newest_is_not_behind_it() -> None:
    walk = after(NOON + timedelta(milliseconds=900))
    assert walk.floor == NOON, "whole seconds: sources cut them off"
    assert not walk.passed([NOON])
    assert not walk.passed([NOON + timedelta(milliseconds=500), NOON - timedelta(days=1)])
    assert walk.passed([NOON - timedelta(milliseconds=1)])


def test_a_page_that_tells_no_time_ends_nothing() -> None:
    assert not after(NOON).passed([])


def test_the_first_walk_has_no_floor_but_since() -> None:
    assert not NewestFirst(None, overlap_hours=0).passed([NOON])
    assert NewestFirst(None, overlap_hours=0, since=NOON).floor == NOON


@pytest.mark.parametrize("days", [-3, 3])
def test_the_later_of_since_and_what_was_seen_is_the_floor(days: int) -> None:
    since = NOON + timedelta(days=days)
    assert after(NOON, overlap_hours=2, since=since).floor == max(since, NOON - timedelta(hours=2))


def test_a_walk_that_sees_nothing_newer_keeps_how_far_an_earlier_one_came() -> None:
    walk = after(NOON)
    walk.passed([NOON - timedelta(days=2)])
    assert after(NOON).finished() == walk.finished()
    assert NewestFirst(None, overlap_hours=0).finished() is None


def test_records_are_fresh_once_but_twins_on_one_page_both_are() -> None:
    walk = NewestFirst(None, overlap_hours=0)
    assert walk.fresh(["a", "b", "a"], str) == ["a", "b", "a"]
    assert walk.fresh(["c", "b"], str) == ["c"]


def test_since_is_wanted_and_until_is_not() -> None:
    walk = NewestFirst(None, overlap_hours=0, since=NOON, until=NOON + timedelta(hours=1))
    wanted = [walk.wants(said(NOON + timedelta(minutes=m))) for m in (-1, 0, 59, 60)]
    assert wanted == [False, True, True, False]


def said(published: datetime) -> Mention:
    return Mention(source="x", place="x", external_id="1", kind="post", published=published)


def test_what_can_be_read_of_a_bad_record_is_read() -> None:
    bad = msgspec.Raw(b'{"id": 5, "at": "2026-03-01T13:00:00+01:00", "text": null}')
    assert peek(bad, "id", str) is None
    assert peek(bad, "id", int) == 5
    assert times([bad, msgspec.Raw(b"17"), msgspec.Raw(b'{"at": "soon"}')], "at") == [NOON]
    naive = msgspec.Raw(b'{"at": "2026-03-01T13:00:00"}')
    edge_of_time = msgspec.Raw(b'{"at": "0001-01-01T00:00:00+14:00"}')
    assert times([naive, edge_of_time], "at") == []
    assert identity(bad, "id") == bytes(bad).decode()
    assert identity(msgspec.Raw(b'{"id": "\xff"}'), "id") == '{"id": "\ufffd"}'
