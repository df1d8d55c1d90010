"""Visits: what is landed of them, what they may believe to be gone, and where they stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from tidings.again import CHUNK, HANDFUL, Visit, visit, visit_window
from tidings.batch import Batch
from tidings.collect import Run, collect
from tidings.connector import About, Connector, Cursor, Gone, Key, Page, Rejected
from tidings.errors import AuthError, SourceChanged, TransientError
from tidings.http import Answer, Http
from tidings.landing import Landing
from tidings.mention import Mention
from tidings.watch import Brand, Source, Watch

DAY = datetime(2026, 4, 10, tzinfo=UTC)
ANSWER = Answer(status=200, url="http://x.example/p", body=b"[]")


def key(number: int, place: str = "square") -> Key:
    return Key(place=place, external_id=f"id-{number}", kind="post", published=DAY)


def mention(key: Key, text: str = "Hello") -> Mention:
    return Mention(
        source="made", place=key.place, external_id=key.external_id, kind="post",
        published=DAY, text=text, author_handle="kari",
    )  # fmt: skip


def gone(key: Key) -> Gone:
    return Gone(place=key.place, external_id=key.external_id, reason="deleted")


class Made(Connector):
    """A source of which ``deleted`` are gone, and which fails when asked for one of ``fails``."""

    source: ClassVar[str] = "made"
    about: ClassVar[About] = About(collects="made-up mentions", order="newest", goes_back=True)
    place: str = "square"
    deleted: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    error: str = "TransientError"
    bug: bool = False
    whole: bool = True
    bad: tuple[str, ...] = ()
    there: int = 8
    since: datetime | None = None
    until: datetime | None = None

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        for start in range(0, len(keys), 10):
            asked = keys[start : start + 10]
            if any(k.external_id in self.fails for k in asked):
                if self.bug:
                    raise ZeroDivisionError
                raise {"TransientError": TransientError, "AuthError": AuthError}[self.error](
                    "no", answer=ANSWER
                )
            missing = [k for k in asked if k.external_id in self.deleted]
            yield Page(
                mentions=[mention(k) for k in asked if k not in missing],
                cursor=None,
                raw=[ANSWER],
                gone=[gone(k) for k in missing],
            )

    def reaches(self, key: Key) -> bool:
        return key.place == self.place

    def lists_all(self) -> bool:
        return self.whole

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        for number in range(self.there):
            one = key(number)
            if one.external_id in self.fails:
                raise TransientError("no", answer=ANSWER)
            left_out = one.external_id in (*self.deleted, *self.bad)
            raw = f'{{"id": "{one.external_id}"}}'
            yield Page(
                mentions=[] if left_out else [mention(one)],
                rejected=[Rejected(reason="odd", raw=raw)] if one.external_id in self.bad else [],
                cursor={"n": number},
                raw=[ANSWER],
            )


def a_run(tmp_path: Path, **source: Any) -> Run:
    return Run(
        watch=Watch(brand=Brand(name="Acme"), id="acme"),
        source=Source(connector="made", **source),
        run="r",
        attempt=1,
        landing=Landing(str(tmp_path)),
        http=None,  # type: ignore[arg-type] - these connectors ask for nothing
        states={},
        pseudonym_key=b"k" * 32,
    )


def ids(numbers: range) -> tuple[str, ...]:
    return tuple(f"id-{n}" for n in numbers)


def told(batches: Sequence[Batch]) -> list[str]:
    return [g.external_id for batch in batches for g in batch.gone]


def by_id(run: Run, connector: Connector, count: int) -> Visit:
    return visit(run, [connector], [key(n) for n in range(count)])


def test_what_comes_back_is_landed_without_cursor_and_coverage(tmp_path: Path) -> None:
    run = a_run(tmp_path, about="Acme")
    before = datetime.now(UTC)
    done = by_id(run, Made(deleted=("id-3",)), 25)
    [batch] = run.landing.batches()
    assert batch == done.batches[0], "the marker does not come back as it was written"
    assert (batch.rows, batch.cursor, batch.coverage, batch.about) == (24, None, None, "Acme")
    assert (done.asked, done.shown, done.gone, done.pages) == (25, 24, 1, 3)
    [it] = batch.gone
    assert (it.place, it.external_id, it.reason, it.sure) == ("square", "id-3", "deleted", True)
    assert it.noticed is not None
    assert before <= it.noticed <= datetime.now(UTC)
    authors = set(run.landing.mentions(batch).column("author_handle").to_pylist())
    assert authors == {None}, "handles are landed"


@pytest.mark.parametrize("count", [HANDFUL, HANDFUL + 1, CHUNK + 2])
def test_all_gone_at_once_is_believed_of_a_handful_only(tmp_path: Path, count: int) -> None:
    """The last chunk may be small: it is no way around."""
    run = a_run(tmp_path)
    done = by_id(run, Made(deleted=ids(range(count))), count)
    if count <= HANDFUL:
        assert len(told(done.batches)) == count
        assert done.error is None
    else:
        assert done.batches == []
        assert isinstance(done.error, SourceChanged)
        assert "suspect" in str(done.error)


def test_many_may_be_gone_where_others_are_there(tmp_path: Path) -> None:
    done = by_id(a_run(tmp_path), Made(deleted=ids(range(1, 90))), 90)
    assert len(told(done.batches)) == 89


def test_one_bad_record_does_not_keep_the_others_from_being_seen(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    done = by_id(run, Made(fails=("id-15",), deleted=("id-3", "id-250")), 300)
    assert isinstance(done.error, TransientError)
    assert sorted(told(done.batches)) == ["id-250", "id-3"]
    assert done.shown == 9 + 199
    assert len(list(run.landing.root.rglob("bad-*"))) == 1


def test_a_refused_credential_ends_the_visit(tmp_path: Path) -> None:
    done = by_id(a_run(tmp_path), Made(fails=("id-15",), error="AuthError"), 300)
    assert isinstance(done.error, AuthError)
    assert done.asked == CHUNK


def test_a_source_that_is_down_is_not_asked_for_ever(tmp_path: Path) -> None:
    done = by_id(a_run(tmp_path), Made(fails=ids(range(0, 900, 10))), 900)
    assert done.asked == 3 * CHUNK


def test_a_bug_is_told_and_what_was_read_before_it_is_kept(tmp_path: Path) -> None:
    done = by_id(a_run(tmp_path), Made(fails=("id-15",), bug=True), 30)
    assert isinstance(done.error, SourceChanged)
    assert "ZeroDivisionError" in done.error.message
    assert done.shown == 10


@pytest.mark.parametrize("shown", [True, False])
def test_what_was_not_asked_for_or_is_shown_can_not_be_gone(tmp_path: Path, shown: bool) -> None:
    class Odd(Made):
        def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
            yield from super().again(http, keys)
            odd = keys[0] if shown else key(999)
            yield Page(mentions=[], cursor=None, gone=[gone(odd)])

    done = by_id(a_run(tmp_path), Odd(deleted=("id-3",)), 9)
    assert told(done.batches) == []
    assert isinstance(done.error, SourceChanged)
    assert done.shown == 8


def test_the_budget_ends_a_visit_and_the_first_keys_have_been_asked_for(tmp_path: Path) -> None:
    run = a_run(tmp_path, max_pages=4)
    done = by_id(run, Made(deleted=("id-3", "id-77")), 300)
    assert done.pages == 4
    assert done.stopped_by == "cap: max_pages = 4"
    assert told(done.batches) == ["id-3"]
    found = run.landing.mentions(done.batches[0]).column("external_id").to_pylist()
    assert set(found) == set(ids(range(40))) - {"id-3"}


def test_each_key_goes_to_the_connector_that_reaches_it(tmp_path: Path) -> None:
    keys = [key(1), key(2, "circle"), key(3, "nowhere"), key(4)]
    done = visit(a_run(tmp_path), [Made(), Made(place="circle")], keys)
    assert (done.asked, done.shown, done.gone) == (3, 3, 0)


def test_a_window_tells_what_it_leaves_out_as_not_sure(tmp_path: Path) -> None:
    connector = Made(deleted=("id-2",), bad=("id-5",), since=DAY)
    done = visit_window(a_run(tmp_path), connector, [key(n) for n in range(8)])
    [batch] = done.batches
    assert [(g.external_id, g.sure) for g in batch.gone] == [("id-2", False)], "id-5 is unreadable"
    assert (batch.cursor, batch.coverage, batch.walk_id) == (
        None,
        None,
        f"{Made(deleted=('id-2',), bad=('id-5',)).walk_id()}:revisit",
    )


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({"fails": ("id-6",)}, {}),
        ({}, {"max_pages": 7}),
        ({"whole": False}, {}),
        ({"there": 0}, {}),
    ],
    ids=["an error", "a cap", "a search", "an empty answer"],
)
def test_a_window_not_walked_whole_misses_nothing(
    tmp_path: Path, changes: dict[str, Any], source: dict[str, Any]
) -> None:
    connector = msgspec.structs.replace(Made(deleted=("id-2",)), **changes)
    done = visit_window(a_run(tmp_path, **source), connector, [key(n) for n in range(8)])
    assert told(done.batches) == []
    assert (done.error is None) == ("max_pages" in source or "whole" in changes)


def test_a_listing_may_name_what_is_gone_too(tmp_path: Path) -> None:
    class Tells(Made):
        def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
            yield Page(mentions=[mention(key(1))], cursor=None, gone=[gone(key(2))])

    run = a_run(tmp_path)
    [outcome] = collect(run, [Tells()])
    [it] = outcome.batches[0].gone
    assert it.external_id == "id-2"
    assert it.noticed is not None
    assert datetime.now(UTC) - it.noticed < timedelta(minutes=5)
