"""Collecting: what is landed after any end of a walk, and what the ledger says of it."""

import itertools
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tidings import collect as collecting
from tidings.batch import WalkState
from tidings.collect import Outcome, Run, collect, connectors_of
from tidings.connector import About, Connector, Cursor, Order, Page, Rejected
from tidings.errors import ConfigurationError, SourceChanged, TransientError
from tidings.http import Answer, Http
from tidings.landing import Landing
from tidings.mention import Mention
from tidings.watch import Brand, Source, Watch

DAY = datetime(2026, 4, 10, tzinfo=UTC)
ANSWER = Answer(status=200, url="http://x.example/p", body=b"[]")


def mention(number: int, **changes: Any) -> Mention:
    fields = {
        "source": "made", "place": "", "external_id": str(number), "kind": "post",
        "published": DAY - timedelta(hours=number), "author_handle": "kari",
    }  # fmt: skip
    return Mention(**(fields | changes))


class Made(Connector):
    """A newest-first source of numbered pages with two mentions each."""

    source: ClassVar[str] = "made"
    about: ClassVar[About] = About(collects="made-up mentions", order="newest", goes_back=True)
    pages_there: int = 3
    fails_at: int | None = None
    name: str = ""

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        for page in range(self.pages_there):
            if page == self.fails_at:
                raise TransientError("the source is down", answer=ANSWER)
            mentions = [mention(2 * page), mention(2 * page + 1)]
            rejected = [Rejected(reason="no id", raw="{}")] if page == 0 else []
            yield Page(mentions=mentions, rejected=rejected, cursor=cursor, raw=[ANSWER])
        yield Page(mentions=[], cursor={"until": "new"}, declared_total=99)


def a_run(tmp_path: Path, states: dict[str, WalkState] | None = None, **source: Any) -> Run:
    return Run(
        watch=Watch(brand=Brand(name="Acme"), id="acme"),
        source=Source(connector="made", **source),
        run="r",
        attempt=1,
        landing=Landing(str(tmp_path)),
        http=None,  # type: ignore[arg-type] - these connectors ask for nothing
        states=states or {},
        pseudonym_key=b"k" * 32,
    )


def walk(run: Run, connector: Connector) -> Outcome:
    [outcome] = collect(run, [connector])
    return outcome


def landed(run: Run) -> list[Mention]:
    from tidings.schema import from_arrow

    return [m for b in run.landing.batches() for m in from_arrow(run.landing.mentions(b))]


def test_a_whole_walk_lands_everything_and_says_that_its_end_was_reached(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    outcome = walk(run, Made())
    [batch] = run.landing.batches()
    assert (batch.rows, batch.rejected, batch.cursor) == (6, 1, {"until": "new"})
    assert batch.coverage == outcome.coverage
    assert outcome.error is None
    assert outcome.coverage.end_reached
    assert (outcome.coverage.pages, outcome.coverage.items) == (4, 7)
    assert outcome.coverage.declared_total == 99
    assert outcome.coverage.covered_from is None
    assert outcome.coverage.covered_to == outcome.coverage.started
    assert outcome.coverage.gap_to is None


def test_mentions_are_pseudonymous_and_tell_their_page_and_time(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    walk(run, Made())
    found = landed(run)
    assert {m.author_handle for m in found} == {None}
    assert len({m.author for m in found}) == 1
    assert None not in {m.collected for m in found}
    for m in found:
        assert m.raw_page is not None
        assert b"http://x.example/p" in run.landing.page(m.raw_page)


def test_handles_are_kept_where_the_watch_file_asks(tmp_path: Path) -> None:
    run = a_run(tmp_path, keep_handles=True)
    walk(run, Made())
    assert {m.author_handle for m in landed(run)} == {"kari"}


def test_an_error_lands_what_was_read_keeps_the_bad_page_and_leaves_a_gap(tmp_path: Path) -> None:
    before = DAY - timedelta(days=9)
    connector = Made(fails_at=2)
    old = WalkState(cursor={"until": "old"}, covered_to=before)
    run = a_run(tmp_path, {connector.walk_id(): old})
    outcome = walk(run, connector)
    assert isinstance(outcome.error, TransientError)
    assert len(landed(run)) == 4
    [batch] = run.landing.batches()
    assert batch.cursor == {"until": "old"}
    coverage = outcome.coverage
    assert not coverage.end_reached
    assert coverage.stopped_by == "TransientError: the source is down"
    left = DAY - timedelta(hours=3, seconds=-1)  # others of its second may be unread
    assert coverage.covered_from == left
    assert coverage.covered_to == coverage.started
    assert (coverage.gap_from, coverage.gap_to) == (before, left)
    assert len(list(tmp_path.rglob("bad-*.json.zst"))) == 1


def test_a_cap_stops_the_walk_and_leaves_a_gap(tmp_path: Path) -> None:
    outcome = walk(a_run(tmp_path, max_pages=2), Made())
    assert outcome.error is None
    assert outcome.coverage.stopped_by == "cap: max_pages = 2"
    assert outcome.coverage.gap_to == DAY - timedelta(hours=3, seconds=-1)


def test_a_walk_stopped_behind_what_was_covered_before_leaves_no_gap(tmp_path: Path) -> None:
    connector = Made()
    before = WalkState(cursor={"until": "old"}, covered_to=DAY - timedelta(hours=2))
    run = a_run(tmp_path, {connector.walk_id(): before}, max_pages=2)
    coverage = walk(run, connector).coverage
    assert not coverage.end_reached
    assert (coverage.gap_from, coverage.gap_to) == (None, None)
    assert coverage.covered_from == DAY - timedelta(hours=3, seconds=-1)


def test_an_error_on_the_first_page_leaves_the_whole_window_open(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    outcome = walk(run, Made(fails_at=0))
    assert outcome.coverage.covered_to is None
    assert outcome.coverage.gap_to == outcome.coverage.started
    assert [b.rows for b in run.landing.batches()] == [0]


def test_one_walk_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    outcomes = collect(
        a_run(tmp_path), [Made(fails_at=0, name="a"), Made(name="b"), Made(name="c")]
    )
    assert [o.error is None for o in outcomes] == [False, True, True]
    assert [o.coverage.items for o in outcomes] == [0, 7, 7]


def test_an_interrupted_walk_lands_what_it_has_and_goes_no_further(tmp_path: Path) -> None:
    class Endless(Made):
        def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
            for page in itertools.count():
                if page == 500:  # by then the main thread waits for the walk
                    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
                yield Page(mentions=[mention(page)], cursor=cursor)

    run = a_run(tmp_path, max_pages=20_000)
    with pytest.raises(KeyboardInterrupt):
        collect(run, [Endless()])
    *_, last = run.landing.batches()
    assert last.coverage is not None
    assert last.coverage.stopped_by == "interrupted"
    assert last.coverage.gap_to is not None


def test_batches_are_landed_on_the_way_with_the_cursor_of_their_last_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "BATCH_MENTIONS", 2)
    run = a_run(tmp_path)
    walk(run, Made())
    batches = list(run.landing.batches())
    assert [b.rows for b in batches] == [2, 2, 2, 0]
    assert [b.cursor for b in batches] == [None, None, None, {"until": "new"}]
    assert [b.coverage is not None for b in batches] == [False, False, False, True]
    assert sum(b.rejected for b in batches) == 1


class Oldest(Made):
    """The same, oldest first: its cursor moves with every page."""

    about: ClassVar[About] = About(collects="made-up mentions", order="oldest", goes_back=True)

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        for page in range(self.pages_there):
            if page == self.fails_at:
                raise SourceChanged("no list")
            yield Page(mentions=[mention(20 - page)], cursor={"page": page}, raw=[ANSWER])


def test_an_oldest_first_walk_leaves_its_gap_at_the_new_end(tmp_path: Path) -> None:
    coverage = walk(a_run(tmp_path), Oldest(fails_at=2)).coverage
    assert coverage.covered_to == DAY - timedelta(hours=19)
    assert (coverage.gap_from, coverage.gap_to) == (DAY - timedelta(hours=19), coverage.started)


class Feed(Made):
    """A source that can't go back shows only what it has now."""

    about: ClassVar[About] = About(collects="made-up mentions", order="any")


def test_a_source_that_cannot_go_back_covers_from_its_oldest_item(tmp_path: Path) -> None:
    assert walk(a_run(tmp_path), Feed()).coverage.covered_from == DAY - timedelta(hours=5)


@pytest.mark.parametrize("order", ["newest", "oldest", "any"])
def test_covered_and_gap_never_overlap(tmp_path: Path, order: Order) -> None:
    class Some(Made):
        about: ClassVar[About] = About(collects="x", order=order, goes_back=True)

    coverage = walk(a_run(tmp_path), Some(fails_at=1)).coverage
    assert coverage.gap_to is not None
    if coverage.covered_to is not None:
        after = coverage.gap_to <= (coverage.covered_from or datetime.min.replace(tzinfo=UTC))
        before = coverage.gap_from is not None and coverage.gap_from >= coverage.covered_to
        assert after or before


def test_a_record_that_lies_about_its_time_does_not_break_the_walk(tmp_path: Path) -> None:
    class Liar(Made):
        def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
            bad: Any = "yesterday"
            yield Page(mentions=[mention(1, published=bad), mention(2)], cursor=None, raw=[ANSWER])

    run = a_run(tmp_path)
    walk(run, Liar())
    [batch] = run.landing.batches()
    assert (batch.rows, batch.rejected) == (1, 1)


def watch(**source: Any) -> tuple[Watch, Source]:
    entry = Source(**source)
    return Watch(brand=Brand(name="Acme", aliases=("@acme",)), id="acme", sources=(entry,)), entry


def test_search_sources_without_queries_ask_for_the_names() -> None:
    connectors = connectors_of(*watch(connector="hackernews"))
    assert len(connectors) == 2
    given = connectors_of(*watch(connector="hackernews", settings={"queries": ["x"]}))
    assert len(given) == 1


def test_a_place_named_twice_is_walked_once() -> None:
    twice = {"urls": ["http://x.example/f", "http://x.example/f"]}
    assert len(connectors_of(*watch(connector="rss", settings=twice))) == 1


def test_a_wrong_setting_names_file_key_and_what_there_is() -> None:
    with pytest.raises(ConfigurationError) as caught:
        connectors_of(*watch(connector="steam", settings={"ap": [1]}))
    assert "watch/acme.toml: key 'sources.steam.settings'" in str(caught.value)
    assert "apps" in str(caught.value)


def test_an_unknown_connector_tells_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="hackernews"):
        connectors_of(*watch(connector="twitter"))


def test_a_source_that_cannot_go_back_refuses_a_window() -> None:
    source = {"connector": "rss", "settings": {"urls": ["http://x.example/f"]}}
    with pytest.raises(ConfigurationError, match="can't go back"):
        connectors_of(*watch(**source), since=DAY)


def test_a_window_is_another_walk_with_a_cursor_of_its_own() -> None:
    pair = watch(connector="hackernews", settings={"queries": ["x"]})
    [whole], [window] = connectors_of(*pair), connectors_of(*pair, since=DAY)
    assert whole.walk_id() != window.walk_id()


class Newest(Feed):
    about: ClassVar[About] = About(collects="made-up mentions", only_newest=True)


@pytest.mark.parametrize("gap", [False, True])
def test_a_feed_that_has_scrolled_past_the_last_walk_leaves_a_gap(
    tmp_path: Path, gap: bool
) -> None:
    oldest = DAY - timedelta(hours=5)
    before = oldest - timedelta(days=1) if gap else oldest + timedelta(hours=1)
    connector = Newest()
    run = a_run(tmp_path, {connector.walk_id(): WalkState(cursor={}, covered_to=before)})
    coverage = walk(run, connector).coverage
    assert coverage.end_reached
    if gap:
        assert (coverage.gap_from, coverage.gap_to) == (before, oldest)
        assert coverage.covered_from == oldest
    else:
        assert coverage.gap_to is None
        assert coverage.covered_from == before


def test_a_connector_with_a_bug_fails_alone_and_keeps_what_it_read(tmp_path: Path) -> None:
    class Buggy(Made):
        def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
            yield Page(mentions=[mention(1)], cursor=cursor, raw=[ANSWER])
            raise ZeroDivisionError("of all things")

    run = a_run(tmp_path)
    buggy, sound = collect(run, [Buggy(), Made(name="sound")])
    assert isinstance(buggy.error, SourceChanged)
    assert "ZeroDivisionError: of all things" in str(buggy.error)
    assert not buggy.coverage.end_reached
    assert buggy.batches[0].rows == 1
    assert sound.error is None


@pytest.mark.parametrize("cursor", [None, {"until": "old"}])
def test_a_batch_says_whether_its_walk_went_on(
    tmp_path: Path, cursor: Cursor | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "BATCH_MENTIONS", 2)
    connector = Made()
    run = a_run(tmp_path, {connector.walk_id(): WalkState(cursor=cursor)})
    walk(run, connector)
    told = [b.continued for b in run.landing.batches()]
    assert told == [cursor is not None, True, True, True]
