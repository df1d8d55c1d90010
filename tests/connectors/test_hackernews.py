"""Hacker News: a made-up search at the network's edge that pages and cuts off as Algolia does."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from edge import (
    SIGN_IN_PAGE,
    Edge,
    as_json,
    at,
    ids,
    params,
    read,
    recording,
    stopped_everywhere,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.hackernews import HackerNews
from tidings.connector import configure
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import walk

START = 1_750_000_000
HN = HackerNews(queries=("acme",), overlap_hours=0, hits_per_page=3)


def hit(number: int, second: int, **changes: Any) -> dict[str, Any]:
    """Return a made-up story of ``second`` (after START)."""
    return {
        "objectID": str(number),
        "created_at_i": START + second,
        "created_at": "2025-06-15T15:06:40Z",
        "author": "kari",
        "title": f"Acme number {number}",
        "points": 7,
        "num_comments": 2,
        "_tags": ["story", "author_kari", f"story_{number}"],
        **changes,
    }


class Search:
    """The search: newest first, filters on time, pages by number, the rest of a query cut off."""

    def __init__(self, hits: list[Any], reachable: int = 1000, envelope: bool = True) -> None:
        self.hits = hits
        self.reachable = reachable
        self.envelope = envelope

    def __call__(self, request: Request) -> Answer:
        asked = params(request)
        found = [h for h in self.hits if self._matches(h, asked.get("numericFilters", ""))]
        found.sort(key=self._second, reverse=True)
        size, page = int(asked["hitsPerPage"]), int(asked.get("page", 0))
        reachable = found[: self.reachable]
        body: dict[str, Any] = {"hits": reachable[page * size : (page + 1) * size]}
        if self.envelope:
            body |= {"nbHits": len(found), "nbPages": -(-len(reachable) // size), "page": page}
            body |= {"exhaustiveNbHits": True}
        return as_json(body)

    @staticmethod
    def _second(hit: Any) -> int:
        stated = hit.get("created_at_i") if isinstance(hit, dict) else None
        return stated if isinstance(stated, int) else START

    def _matches(self, hit: Any, filters: str) -> bool:
        for name, sign, value in re.findall(r"(\w+)(<=|>=)(\d+)", filters):
            assert name == "created_at_i"
            second = self._second(hit)
            if not (second <= int(value) if sign == "<=" else second >= int(value)):
                return False
        return True


def edge(hits: list[Any], **how: Any) -> Edge:
    return Edge(Search(hits, **how))


@pytest.mark.parametrize("name", ["copied__search_javascript_page0.json", "copied__two_hits.json"])
def test_recorded_answers_are_read_to_the_last_hit(name: str) -> None:
    body = recording(f"hackernews/{name}")
    wanted = re.findall(rb'"objectID": "(\d+)"', body)
    first = Answer(status=200, url="", headers={"content-type": "application/json"}, body=body)
    answers = iter([first])
    pages = read(HN, Edge(lambda _: next(answers, as_json({"hits": []}))))
    assert ids(pages) == [number.decode() for number in wanted]
    assert [r for page in pages for r in page.rejected] == []


def test_a_story_and_a_comment_become_mentions() -> None:
    comment = hit(
        2,
        5,
        title=None,
        comment_text="I like &quot;Acme&quot;.<p>Not <i>bad</i>.",
        parent_id=1,
        points=None,
        num_comments=None,
        story_title="Acme number 1",
        _tags=["comment", "author_kari", "story_1"],
    )
    story = hit(1, 0, title="Ask HN: <canvas> & Acme?", story_text="Is it&#x27;s <b>good</b>?")
    pages = read(HN, edge([story, comment]))
    said = {m.external_id: m for page in pages for m in page.mentions}
    assert said["2"].kind == "comment"
    assert said["2"].text == 'I like "Acme".\nNot bad.'
    assert (said["2"].parent_id, said["2"].title) == ("1", None)
    assert said["1"].kind == "post"
    assert said["1"].title == "Ask HN: <canvas> & Acme?", "a title is no markup"
    assert said["1"].text == "Is it's good?"
    assert (said["1"].likes, said["1"].replies) == (7, 2)
    assert said["1"].url == "https://news.ycombinator.com/item?id=1"
    assert said["1"].published == datetime.fromtimestamp(START, UTC)
    assert {m.place for m in said.values()} == {"news.ycombinator.com"}


def test_more_hits_than_one_query_reaches_are_all_read() -> None:
    hits = [hit(n, n) for n in range(40)]
    pages = read(HN, edge(hits, reachable=9))
    assert sorted(ids(pages), key=int) == [str(n) for n in range(40)]
    assert pages[0].declared_total == 40
    assert [p.declared_total for p in pages[1:]] == [None] * (len(pages) - 1), "no later window"


@given(
    seconds=st.lists(st.integers(0, 12), max_size=40),
    size=st.integers(1, 5),
    envelope=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_ties_at_the_ends_of_pages_lose_nothing_and_nothing_comes_twice(
    seconds: list[int], size: int, envelope: bool
) -> None:
    hits = [hit(n, second) for n, second in enumerate(seconds)]
    connector = msgspec.structs.replace(HN, hits_per_page=size)
    found = ids(read(connector, edge(hits, envelope=envelope)))
    assert sorted(found, key=int) == [str(n) for n in range(len(hits))]


def test_the_next_walk_asks_only_behind_the_newest_and_misses_no_tie() -> None:
    hits = [hit(n, n * 100) for n in range(12)]
    first = read(HN, edge(hits))
    assert [p.cursor for p in first[:-1]] == [None] * (len(first) - 1), "old until the walk ended"
    cursor = json.loads(json.dumps(first[-1].cursor))
    news = [hit(100, 1_100), hit(101, 1_150)]  # the first in the very second of the newest
    later = edge(hits + news)
    pages = read(HN, later, cursor)
    assert set(ids(pages)) == {"101", "100", "11"}
    assert f"created_at_i>={START + 1_100}" in str(later.asked("numericFilters")[0])


def test_the_overlap_brings_hits_that_were_late() -> None:
    connector = msgspec.structs.replace(HN, overlap_hours=2)
    hits = [hit(1, 0), hit(2, 10_000)]
    cursor = read(connector, edge(hits))[-1].cursor
    late = hit(3, 10_000 - 7_199)
    assert set(ids(read(connector, edge([*hits, late]), cursor))) == {"2", "3"}


def test_stopped_after_any_page_and_started_again_nothing_is_missing() -> None:
    hits = [hit(n, n // 2) for n in range(11)]
    wanted = {h["objectID"] for h in hits}
    for found in stopped_everywhere(HN, lambda: edge(hits)):
        assert found == wanted


def test_since_and_until_are_a_closed_start_and_an_open_end() -> None:
    hits = [hit(n, n) for n in range(10)]
    window = msgspec.structs.replace(
        HN,
        since=datetime.fromtimestamp(START + 3, UTC),
        until=datetime.fromtimestamp(START + 7, UTC),
    )
    asked = edge(hits)
    assert set(ids(read(window, asked))) == {"3", "4", "5", "6"}
    assert (
        asked.asked("numericFilters")[0] == f"created_at_i>={START + 3},created_at_i<={START + 6}"
    )


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"objectID": None}, "objectID"),
        ({"created_at_i": "yesterday"}, "created_at_i"),
        ({"created_at_i": 10**15}, "created_at_i"),
        ({"title": {"html": "x"}}, "title"),
    ],
)
def test_a_bad_hit_is_rejected_alone_with_its_field(bad: dict[str, Any], field: str) -> None:
    hits = [hit(n, n) for n in range(7)]
    pages = read(HN, edge([*hits, {**hit(50, 3), **bad}]))
    assert set(ids(pages)) == {str(n) for n in range(7)}
    [rejected] = [r for page in pages for r in page.rejected]
    assert field in rejected.reason
    assert json.loads(rejected.raw)["author"] == "kari"


def test_a_page_of_nothing_but_bad_hits_does_not_end_the_walk() -> None:
    bad = [{"objectID": n} for n in range(3)]
    hits = [hit(n, -n - 1) for n in range(4)]
    pages = read(HN, edge([*bad, *hits]))
    assert set(ids(pages)) == {"0", "1", "2", "3"}
    assert sum(len(p.rejected) for p in pages) == 3


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"[]", b'{"message": "x"}', b'{"hits": null}'])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    with pytest.raises(SourceChanged) as caught:
        read(HN, Edge(lambda _: found))
    assert caught.value.answer is not None
    assert caught.value.answer.body == body


def test_a_search_that_ignores_the_filters_is_told_of() -> None:
    """It shows no more than its newest hits: older ones would be missing, and nobody knew."""
    same = as_json({"hits": [hit(1, 1), hit(2, 2)]})
    asked = Edge(lambda _: same)
    done = walk(HN, asked)
    assert {m.external_id for m in done.mentions} == {"1", "2"}
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message
    assert done.cursors[HN.split()[0].walk_id()] is None, "the watermark has not moved"
    assert len(asked.requests) < 5


def test_settings() -> None:
    several = configure(HackerNews, {"queries": ["Acme", "Globex", "Acme"]})
    assert [c.label() for c in several.split()] == ["hackernews Acme", "hackernews Globex"]
    assert HackerNews.searches
    with pytest.raises(ConfigurationError, match="queries"):
        read(HackerNews(), edge([]))
    with pytest.raises(ConfigurationError, match="hits_per_page"):
        configure(HackerNews, {"queries": ["a"], "hits_per_page": 1001})
    naive = {"queries": ["a"], "since": "2025-01-01T00:00:00"}
    with pytest.raises(ConfigurationError, match="since"):
        configure(HackerNews, naive)
    only = msgspec.structs.replace(HN, tags=("comment",), until=at("2025-06-15T15:06:40.5Z"))
    asked = edge([])
    read(only, asked)
    assert asked.asked("tags") == ["comment"]
    assert asked.asked("numericFilters") == [f"created_at_i<={START}"]
