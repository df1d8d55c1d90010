"""App Store: a made-up feed at the network's edge, and recorded ones of real apps."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from edge import (
    SIGN_IN_PAGE,
    Edge,
    as_json,
    at,
    ids,
    read,
    recording,
    stopped_everywhere,
)
from likes import fixture
from likes_open1 import SUBJECTS

from connectors.appstore import AppStore
from tidings.connector import configure
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, walk

APP = AppStore(apps=("7",), countries=("no",), overlap_hours=0)


class TestAppStoreConforms(ConnectorContract):
    connector, origin = SUBJECTS["appstore"]


class TestAppStoreXmlConforms(ConnectorContract):
    connector, origin = SUBJECTS["appstore in XML"]


def entry(number: int, **changes: Any) -> dict[str, Any]:
    """Return a made-up review; a larger number is a later one."""
    minute, hour = number % 60, number // 60
    updated = {"label": f"2024-05-{1 + hour // 24:02}T{hour % 24:02}:{minute:02}:00-07:00"}
    named = {"id": {"label": str(number)}, "updated": updated}
    return {**fixture("appstore_entry.json"), **named, **changes}


class Feed:
    """A feed of so many reviews a page; ``hiccups`` are requests answered with an empty page."""

    def __init__(
        self, entries: list[Any], per_page: int = 3, hiccups: tuple[int, ...] = ()
    ) -> None:
        self.entries, self.per_page = entries, per_page
        self.hiccups, self.count = hiccups, 0

    def __call__(self, request: Request) -> Answer:
        self.count += 1
        number = int(page_of(request))
        assert number <= 10, "CustomerReviews RSS page depth is limited to 10"
        first = (number - 1) * self.per_page
        shown = [] if self.count in self.hiccups else self.entries[first : first + self.per_page]
        return as_feed(shown)


def as_feed(entries: list[Any]) -> Answer:
    one = entries[0] if len(entries) == 1 else entries
    return as_json({"feed": {"title": {"label": "x"}, **({"entry": one} if entries else {})}})


def page_of(request: Request) -> str:
    found = re.search(r"/no/rss/customerreviews/page=(\d+)/id=7/", request.url)
    assert found
    return found[1]


def newest_first(*numbers: int) -> list[Any]:
    return [entry(n) for n in sorted(numbers, reverse=True)]


def test_a_review_becomes_a_mention() -> None:
    [review] = [m for p in read(APP, Edge(Feed([entry(60)]))) for m in p.mentions]
    assert (review.place, review.country, review.product) == ("no/7", "NO", "7")
    assert review.published == at("2024-05-01T08:00:00+00:00")
    assert (review.rating, review.rating_min, review.rating_max) == (4, 1, 5)
    assert (review.title, review.text) == ("Good anvils", "It arrived on Monday & works.")
    assert (review.version, review.likes, review.author_handle) == ("2.1.0", 3, "17")
    assert review.url == "https://itunes.apple.com/no/review?id=7&type=Purple%20Software"


def test_all_ten_pages_and_no_more_are_asked_for() -> None:
    asked = Edge(Feed(newest_first(*range(40))))
    assert len(ids(read(APP, asked))) == 30
    assert [page_of(r) for r in asked.requests] == [str(n) for n in range(1, 11)]


@pytest.mark.parametrize("hiccup", [1, 2, 3])
def test_an_empty_page_now_and_then_loses_nothing(hiccup: int) -> None:
    asked = Edge(Feed(newest_first(*range(9)), hiccups=(hiccup,)))
    assert len(set(ids(read(APP, asked)))) == 9


def test_a_page_that_stays_empty_does_not_hide_the_next_one() -> None:
    asked = Edge(Feed(newest_first(*range(9)), hiccups=(2, 3)))
    assert set(ids(read(APP, asked))) == {str(n) for n in (0, 1, 2, 6, 7, 8)}


def test_a_feed_without_reviews_ends() -> None:
    asked = Edge(Feed([]))
    [*_, last] = read(APP, asked)
    assert last.cursor is None
    assert [page_of(r) for r in asked.requests] == ["1", "1", "2"]


def test_the_app_itself_is_no_review_and_no_mistake() -> None:
    app = {"im:name": {"label": "Anvil"}, "id": {"label": "https://itunes.apple.com/app"}}
    pages = read(APP, Edge(Feed([app, *newest_first(1, 2)])))
    assert sorted(ids(pages)) == ["1", "2"]
    assert [r for p in pages for r in p.rejected] == []


def test_the_next_walk_ends_at_what_is_known() -> None:
    first = read(APP, Edge(Feed(newest_first(*range(12)))))
    cursor = json.loads(json.dumps(first[-1].cursor))
    asked = Edge(Feed(newest_first(*range(13))))
    assert {"12", "11"} <= set(ids(read(APP, asked, cursor)))
    assert len(asked.requests) == 2


def test_stopped_after_any_page_and_started_again_nothing_is_missing() -> None:
    wanted = {str(n) for n in range(10)}
    for found in stopped_everywhere(APP, lambda: Edge(Feed(newest_first(*range(10))))):
        assert found == wanted


def test_as_many_new_reviews_as_a_page_holds_cost_none() -> None:
    """That looks like a page that was given twice: it is told, all is kept and read again."""
    feed = Feed(newest_first(*range(8)))

    def respond(request: Request) -> Answer:
        answer = feed(request)
        if feed.count == 1:
            feed.entries = newest_first(*range(11))  # page 2 is what page 1 was
        return answer

    done = walk(APP, Edge(respond))
    assert {str(n) for n in range(8)} <= {m.external_id for m in done.mentions}
    assert isinstance(done.error, SourceChanged)
    assert set(done.cursors.values()) == {None}


def test_one_page_for_ever_is_told_of() -> None:
    asked = Edge(lambda _: as_feed(newest_first(1, 2)))
    with pytest.raises(SourceChanged, match="loop"):
        read(APP, asked)
    assert len(asked.requests) == 3


@pytest.mark.parametrize(
    "body", [SIGN_IN_PAGE, b"", b"{}", b'{"feed": 3}', b'{"feed": {"entry": 3}}']
)
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    with pytest.raises(SourceChanged) as caught:
        read(APP, Edge(lambda _: found))
    assert caught.value.answer is not None


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"id": None}, "id"),
        ({"id": {"label": " "}}, "id"),
        ({"updated": {"label": "yesterday"}}, "yesterday"),
        ({"updated": {"label": "2024-05-01T10:00:00"}}, "no time zone"),
        ({"im:rating": {"label": "six"}}, "six"),
        ({"im:rating": {"label": "6"}}, "im:rating"),
        ({"im:rating": None}, "im:rating"),
        ({"content": ["x"]}, "content"),
    ],
)
def test_a_bad_review_is_rejected_alone_with_its_field(bad: dict[str, Any], field: str) -> None:
    pages = read(APP, Edge(Feed([entry(9, **bad), *newest_first(1, 2, 3)])))
    assert sorted(ids(pages)) == ["1", "2", "3"]
    [rejected] = [r for p in pages for r in p.rejected]
    assert field in rejected.reason


@pytest.mark.parametrize(
    ("name", "wanted", "stars"),
    [
        ("copied__gb_2entries.xml", ["14341672833", "14196229875"], [5, 3]),
        ("copied__us_2entries.xml", ["12645174720", "12484337193"], [2, 4]),
        ("copied__in_2entries.json", ["14548543799", "14545746087"], [5, 1]),
    ],
)
def test_recorded_feeds_are_read_to_the_last_review(
    name: str, wanted: list[str], stars: list[int]
) -> None:
    body = recording(f"appstore/{name}")
    answers = iter([Answer(status=200, url="", headers={"content-type": "x/y"}, body=body)])
    pages = read(APP, Edge(lambda _: next(answers, as_feed([]))))
    said = [m for p in pages for m in p.mentions]
    assert [m.external_id for m in said] == wanted
    assert [m.rating for m in said] == stars
    assert all(m.text and m.title and m.version and m.author_handle for m in said)
    assert all(m.text != "ignored" for m in said), "the plain text is taken, not the markup"
    assert [r for p in pages for r in p.rejected] == []


def test_settings() -> None:
    several = configure(AppStore, {"apps": ["7", "8", "7"], "countries": ["NO", "no", "se"]})
    labels = [c.label() for c in several.split()]
    assert labels == ["appstore 7 no", "appstore 7 se", "appstore 8 no", "appstore 8 se"]
    with pytest.raises(ConfigurationError, match="split"):
        list(several.pages(None, None))  # type: ignore[arg-type]
    for wrong in ({}, {"apps": ["id7"]}, {"apps": ["7"], "countries": ["nor"]}, {"apps": []}):
        with pytest.raises(ConfigurationError):
            configure(AppStore, wrong)
    urls = ["https://itunes.apple.com/no/rss/customerreviews/page=1/id=7/sortby=mostrecent/xml"]
    assert AppStore.settings_from(urls) == {"apps": ["7"], "countries": ["no"], "form": "xml"}
