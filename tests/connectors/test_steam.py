"""Steam: a made-up store at the network's edge, and the recorded reviews of two real apps."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from likes import SteamLike

from connectors.steam import Steam
from connectors.steam_languages import LANGUAGES
from tidings.connector import Cursor, Page, configure
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer
from tidings.schema import columns, to_arrow
from tidings.testing import ConnectorContract

RECORDINGS = Path(__file__).parents[3] / "shared/recordings/steam"
DAY = 86_400
START = 1_700_000_000


def review(number: int, **changes: Any) -> dict[str, Any]:
    """Return a made-up review, written on the day of its number."""
    return {
        "recommendationid": str(number),
        "author": {"steamid": f"7656119{number:010d}", "num_reviews": 3},
        "language": "english",
        "review": f"Review {number}",
        "timestamp_created": START + number * DAY,
        "timestamp_updated": START + number * DAY,
        "voted_up": True,
        "votes_up": 2,
        "comment_count": 1,
        "weighted_vote_score": "0.5238",
        **changes,
    }


class Store:
    """The appreviews listing: keyset cursors with characters that must survive a query string."""

    def __init__(self, reviews: list[Any], per_page: int = 3) -> None:
        self.reviews = reviews
        self.per_page = per_page
        self.asked: list[dict[str, Any]] = []
        self.change: Callable[[dict[str, Any], int], Any] = lambda body, _page: body

    def get(self, url: str, params: Mapping[str, Any] | None = None, **_: Any) -> Answer:
        assert params is not None
        self.asked.append({"url": url, **params})
        page = 0 if params["cursor"] == "*" else int(params["cursor"].strip("+/="))
        held = self.reviews[page * self.per_page : (page + 1) * self.per_page]
        body = {
            "success": 1,
            "query_summary": {"num_reviews": len(held)}
            | ({"total_reviews": len(self.reviews)} if page == 0 else {}),
            "reviews": held,
            "cursor": f"+/{page + 1}=" if held else params["cursor"],
        }
        changed = self.change(body, page)
        raw = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
        return Answer(status=200, url=url, headers={"content-type": "application/json"}, body=raw)

    def post(self, url: str, **_: Any) -> Answer:
        raise AssertionError("Steam is only read")

    def secret(self, name: str) -> str:
        raise AssertionError("Steam needs no secret")


class TestSteamWithoutOverlap(ConnectorContract):
    connector: ClassVar[Steam] = Steam(app=7, overlap_hours=0, filter="recent")
    origin: ClassVar[SteamLike] = SteamLike(late_seconds=0)


def newest_first(*reviews: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted(reviews, key=lambda r: -r["timestamp_updated"])


def ids(pages: list[Page]) -> list[str]:
    return [m.external_id for page in pages for m in page.mentions]


def walk(store: Store, cursor: Cursor | None = None, **settings: Any) -> list[Page]:
    return list(Steam(app=570, **settings).pages(store, cursor))


def stored(cursor: Cursor | None) -> Any:
    """Return a cursor as it comes back from the warehouse."""
    return json.loads(json.dumps(cursor))


def newest(page: Page) -> datetime:
    assert page.cursor is not None
    return datetime.fromisoformat(page.cursor["newest"])


def test_every_review_comes_once_and_the_watermark_only_at_the_end() -> None:
    store = Store(newest_first(*map(review, range(7))))
    pages = walk(store)
    assert ids(pages) == [str(n) for n in range(6, -1, -1)]
    assert [p.cursor for p in pages[:-1]] == [None, None, None]
    assert pages[-1].mentions == []
    assert newest(pages[-1]).timestamp() == START + 6 * DAY
    assert all(len(p.raw) == 1 for p in pages)
    assert pages[0].declared_total == 7


def test_it_asks_for_what_the_documentation_names_and_gives_the_cursor_back_unchanged() -> None:
    store = Store(newest_first(*map(review, range(4))))
    walk(store, base_url="http://127.0.0.1:9/", off_topic=True)
    assert store.asked[0] == {
        "url": "http://127.0.0.1:9/appreviews/570", "json": 1, "filter": "updated",
        "language": "all", "purchase_type": "all", "num_per_page": 100, "cursor": "*",
        "filter_offtopic_activity": 0,
    }  # fmt: skip
    assert [asked["cursor"] for asked in store.asked] == ["*", "+/1=", "+/2="]


def test_a_short_page_is_not_the_end() -> None:
    store = Store(newest_first(*map(review, range(9))))
    store.change = lambda body, page: {**body, "reviews": body["reviews"][: 1 if page == 0 else 3]}
    assert len(ids(walk(store))) == 7  # the page cut to one review is followed by two whole ones


def test_going_on_after_any_page_misses_nothing() -> None:
    store = Store(newest_first(*map(review, range(8))))
    for stop in range(1, 5):
        generator = Steam(app=570).pages(store, None)
        first = [next(generator) for _ in range(stop)]
        rest = walk(store, stored(first[-1].cursor))
        assert set(ids(first)) | set(ids(rest)) == {str(n) for n in range(8)}


def test_an_incremental_walk_stops_behind_the_watermark_and_sees_an_old_review_edited() -> None:
    reviews = [review(n) for n in range(40)]
    cursor = walk(Store(newest_first(*reviews)))[-1].cursor
    reviews[2] = review(2, review="Now I love it", timestamp_updated=START + 41 * DAY)
    store = Store(newest_first(*reviews, review(40)))
    pages = walk(store, stored(cursor))
    assert ids(pages)[:2] == ["2", "40"]
    assert pages[0].mentions[0].edited == datetime.fromtimestamp(START + 41 * DAY, UTC)
    assert pages[0].mentions[0].published == datetime.fromtimestamp(START + 2 * DAY, UTC)
    assert len(store.asked) == 3  # not all fourteen pages
    assert [p.cursor for p in pages[:-1]] == [cursor, cursor]


def test_a_review_of_the_same_second_as_the_watermark_is_seen() -> None:
    first = [review(n, timestamp_created=START, timestamp_updated=START) for n in range(3)]
    cursor = walk(Store(first), overlap_hours=0)[-1].cursor
    late = [review(n, timestamp_created=START, timestamp_updated=START) for n in range(3, 9)]
    # the late ones lie behind those of the same second that were seen
    assert set(ids(walk(Store(first + late), stored(cursor), overlap_hours=0))) == {
        str(n) for n in range(9)
    }


def test_a_time_in_the_future_does_not_hide_what_comes_until_then() -> None:
    future = int((datetime.now(UTC) + timedelta(days=400)).timestamp())
    pages = walk(Store([review(1, timestamp_updated=future)]))
    assert newest(pages[-1]) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timestamp_created": "soon"}, "timestamp_created"),
        ({"timestamp_created": 0}, "timestamp_created"),
        ({"timestamp_updated": 10**15}, "timestamp_updated"),
        ({"author": None}, "author"),
        ({"voted_up": "maybe"}, "voted_up"),
        ({"review": None}, "review"),
        ({"recommendationid": None}, "recommendationid"),
    ],
)
def test_a_bad_record_is_rejected_by_the_name_of_its_field_and_its_page_lives(
    change: dict[str, Any], field: str
) -> None:
    store = Store([review(2), review(1, **change), review(0)])
    page = walk(store)[0]
    assert [m.external_id for m in page.mentions] == ["2", "0"]
    assert len(page.rejected) == 1
    assert field in page.rejected[0].reason
    assert json.loads(page.rejected[0].raw)["timestamp_created"] is not None


def test_fields_are_read_as_steam_means_them() -> None:
    answered = review(
        5,
        review="[h1]Title[/h1][b]Fine[/b] <3 [url=https://x.example]here[/url]\r\n[list][*]one[/list]",
        voted_up=False,
        votes_up=4294967295,
        comment_count="3",
        weighted_vote_score=0.5,
        developer_response="Thank you,\nwe will mend it.",
        timestamp_dev_responded=START + 9 * DAY,
    )
    mention = walk(Store([answered]))[0].mentions[0]
    assert mention.text == "Title\nFine <3 here\none"
    assert (mention.rating, mention.rating_min, mention.rating_max) == (0, 0, 1)
    assert (mention.likes, mention.replies) == (None, 3)
    assert mention.answer == "Thank you,\nwe will mend it."
    assert mention.answered == datetime.fromtimestamp(START + 9 * DAY, UTC)
    assert mention.edited is None
    assert mention.author is None
    assert mention.author_handle == "76561190000000005"
    assert mention.url == "https://steamcommunity.com/profiles/76561190000000005/recommended/570/"
    assert (mention.source, mention.place, mention.product) == ("steam", "570", "570")


def test_a_review_without_words_still_says_something() -> None:
    mention = walk(Store([review(1, review="  ")]))[0].mentions[0]
    assert (mention.text, mention.rating) == (None, 1)


def test_languages_are_bcp_47_and_an_unknown_one_is_none() -> None:
    pattern = next(c.meta.pattern for c in columns() if c.name == "language")
    assert pattern is not None
    for tag in LANGUAGES.values():
        assert re.match(pattern, tag)
    said: dict[str, str | None] = {
        "schinese": "zh-cn",
        "koreana": "ko",
        "brazilian": "pt-br",
        "latam": "es-419",
    }
    said |= {"vietnamese": "vi", "klingon": None}
    store = Store([review(n, language=name) for n, name in enumerate(said)], per_page=9)
    assert [m.language for m in walk(store)[0].mentions] == list(said.values())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"success": 2}, "reviews"),
        ({"success": 2, "reviews": []}, "success=2"),
        ({"success": 1, "cursor": "x"}, "reviews"),
        ({"success": 1, "reviews": None}, "reviews"),
        ({"success": 1, "reviews": "none"}, "reviews"),
        (b"null", "null"),
        (b"<html>Sign in</html>", "JSON"),
        (b"", "JSON"),
    ],
)
def test_another_form_is_an_error_with_the_page_and_never_an_empty_page(
    body: Any, told: str
) -> None:
    store = Store([review(1)])
    store.change = lambda _body, _page: body
    with pytest.raises(SourceChanged, match=told) as caught:
        walk(store)
    assert caught.value.answer is not None


def test_a_cursor_that_comes_back_is_a_loop_and_what_was_read_is_kept() -> None:
    store = Store(newest_first(*map(review, range(6))))
    store.change = lambda body, page: {**body, "cursor": "+/1="}
    walking = Steam(app=570).pages(store, None)
    pages = [next(walking), next(walking)]
    with pytest.raises(SourceChanged, match=r"loop.*\+/1="):
        next(walking)
    assert len(ids(pages)) == 6
    assert len(store.asked) == 2


def test_a_listing_that_ignores_the_cursor_is_a_loop() -> None:
    store = Store(newest_first(*map(review, range(3))))
    same = [review(n) for n in range(3)]
    store.change = lambda body, page: {**body, "reviews": same, "cursor": f"+/{page + 1}="}
    with pytest.raises(SourceChanged, match="repeats"):
        walk(store)
    assert len(store.asked) == 2


def test_a_page_of_bad_records_only_is_not_the_end() -> None:
    store = Store(newest_first(*map(review, range(6))))
    store.change = lambda body, page: (
        {**body, "reviews": [{"recommendationid": "x"}, "y", 3]} if page == 0 else body
    )
    pages = walk(store)
    assert [len(p.rejected) for p in pages] == [3, 0, 0]
    assert len(ids(pages)) == 3


def test_since_and_until_bound_when_a_review_was_written() -> None:
    reviews = [review(n) for n in range(30)]
    reviews[12] = review(12, timestamp_updated=START + 35 * DAY)
    store = Store(newest_first(*reviews))
    since, until = (datetime.fromtimestamp(START + n * DAY, UTC) for n in (10, 15))
    assert sorted(map(int, ids(walk(store, since=since, until=until)))) == [10, 11, 12, 13, 14]
    assert len(store.asked) < 11


def test_each_app_is_a_walk_of_its_own() -> None:
    both = configure(Steam, {"apps": [570, "730", 570]})
    walks = both.split()
    assert [w.label() for w in walks] == ["steam 570", "steam 730"]
    assert len({w.walk_id() for w in walks}) == 2
    one = configure(Steam, {"app": "570"}).split()[0]
    assert one.walk_id() == walks[0].walk_id()
    with pytest.raises(ConfigurationError, match="split"):
        next(both.pages(Store([]), None))


@pytest.mark.parametrize(
    "settings",
    [{}, {"apps": ["../admin"]}, {"app": -1}, {"app": 1, "per_page": 101},
     {"app": 1, "language": "klingon"}, {"app": 1, "since": "2024-01-01T00:00:00"}],
)  # fmt: skip
def test_settings_that_can_not_work_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        configure(Steam, settings)


def test_the_example_is_valid() -> None:
    assert configure(Steam, Steam.about.example).split()


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=30),
    st.integers(1, 7),
    st.integers(0, 40),
)
def test_an_interrupted_walk_and_the_next_see_every_review_in_its_last_form(
    times: list[tuple[int, int]], per_page: int, stop: int
) -> None:
    """The first walk sees what was there before day 25, is stopped, and goes on with all there."""
    made = [
        review(i, timestamp_created=START + a * 3600, timestamp_updated=START + max(a, b) * 3600)
        for i, (a, b) in enumerate(times)
    ]
    early = [r for r in made if r["timestamp_updated"] < START + 25 * 3600]
    seen: dict[str, datetime | None] = {}
    cursor: Cursor | None = None
    for number, page in enumerate(
        Steam(app=1, overlap_hours=0).pages(Store(newest_first(*early), per_page), None)
    ):
        seen |= {m.external_id: m.edited or m.published for m in page.mentions}
        cursor = stored(page.cursor)
        if number == stop:
            break
    for page in Steam(app=1, overlap_hours=0).pages(Store(newest_first(*made), per_page), cursor):
        seen |= {m.external_id: m.edited or m.published for m in page.mentions}
    assert {k: v.timestamp() for k, v in seen.items() if v} == {
        r["recommendationid"]: r["timestamp_updated"] for r in made
    }


@pytest.mark.parametrize(("app", "count", "total"), [("403950", 253, 253), ("588950", 502, 506)])
def test_the_recorded_reviews_of_2017_are_read_whole(app: str, count: int, total: int) -> None:
    path = RECORDINGS / f"steam-reviews__review_{app}.json"
    if not path.exists():
        pytest.skip("the recordings are not here")
    body = path.read_bytes()
    store = Store([])
    store.change = lambda _body, _page: body
    pages = list(Steam(app=app).pages(store, None))
    recorded = json.loads(body)["reviews"]
    assert len(pages) == len(store.asked) == 1
    assert set(ids(pages)) == set(recorded)
    assert len(ids(pages)) == count
    assert (pages[0].rejected, pages[0].declared_total) == ([], total)
    assert to_arrow(pages[0].mentions).num_rows == count
    assert all(m.language for m in pages[0].mentions)
    for mention in pages[0].mentions:
        told = recorded[mention.external_id]
        assert mention.rating == told["voted_up"]
        assert (mention.edited is not None) == (
            told["timestamp_updated"] > told["timestamp_created"]
        )


def test_a_review_that_new_ones_pushed_to_the_next_page_comes_once() -> None:
    store = Store(newest_first(*map(review, range(6))))
    store.change = lambda body, page: (
        {**body, "reviews": [review(3), *body["reviews"]]} if page == 1 else body
    )
    assert ids(walk(store)) == ["5", "4", "3", "2", "1", "0"]


def test_a_short_page_that_leads_to_itself_is_the_end() -> None:
    store = Store(newest_first(*map(review, range(5))))
    store.change = lambda body, page: {**body, "cursor": "+/1="}
    assert ids(walk(store)) == ["4", "3", "2", "1", "0"]
    assert len(store.asked) == 2
