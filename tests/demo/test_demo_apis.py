"""Each API pages, filters, sorts and refuses as the real one, and shows what the truth says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from demo_http import Got, ask

from tidings.demo.brands import APPS, FEEDS, HASHTAGS, PRODUCTS, QUERIES
from tidings.demo.item import Item
from tidings.demo.server import DemoServer, serve
from tidings.demo.truth import walks
from tidings.demo.world import World


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    world = World(5, days=60, scale=0.4, bad_records=False, faults=False)
    with serve(world) as running:
        yield running


def truth_of(server: DemoServer, source: str, walk: str) -> list[str]:
    return [i.id for i in walks(server.world, source, server.world.until)[walk]]


def found(server: DemoServer, source: str) -> list[Item]:
    return list(reversed([i for i in server.world.of(source) if i.is_shown(server.now)]))


# The forum's search


def search(server: DemoServer, **params: object) -> Any:
    got = ask(f"{server.url}/api/v1/search_by_date", params)
    assert got.status == 200
    return got.json


@pytest.mark.parametrize("query", QUERIES)
def test_forum_pages_hold_every_hit_once(server: DemoServer, query: str) -> None:
    first = search(server, query=query, hitsPerPage=7)
    pages = [search(server, query=query, hitsPerPage=7, page=n) for n in range(first["nbPages"])]
    hits = [hit for page in pages for hit in page["hits"]]
    assert [h["objectID"] for h in hits] == truth_of(server, "hackernews", query)
    assert first["nbHits"] == len(hits)
    times = [h["created_at_i"] for h in hits]
    assert times == sorted(times, reverse=True)
    assert search(server, query=query, hitsPerPage=7, page=first["nbPages"])["hits"] == []


def test_forum_filters_by_time_tag_and_number(server: DemoServer) -> None:
    whole = search(server, query="nordkvern", hitsPerPage=1000)["hits"]
    middle = whole[len(whole) // 2]["created_at_i"]

    def ids(filters: str) -> set[str]:
        hits = search(server, query="nordkvern", hitsPerPage=1000, numericFilters=filters)["hits"]
        return {h["objectID"] for h in hits}

    def expected(keep: Any) -> set[str]:
        return {h["objectID"] for h in whole if keep(h["created_at_i"])}

    assert ids(f"created_at_i>={middle}") == expected(lambda t: t >= middle)
    assert ids(f"created_at_i>{middle}") == expected(lambda t: t > middle)
    assert ids(f"created_at_i<={middle}") == expected(lambda t: t <= middle)
    window = f"created_at_i>={middle - 900_000},created_at_i<{middle}"
    assert ids(window) == expected(lambda t: middle - 900_000 <= t < middle)

    def kinds(tags: str) -> set[str]:
        hits = search(server, query="", tags=tags, hitsPerPage=1000)["hits"]
        return {h["_tags"][0] for h in hits}

    assert kinds("story") == {"story"}
    assert kinds("comment") == {"comment"}
    assert kinds("(story,comment)") == {"story", "comment"}
    story = whole[-1]["story_id"]
    thread = search(server, query="", tags=f"comment,story_{story}", hitsPerPage=1000)["hits"]
    assert {h["story_id"] for h in thread} == {story}


def test_forum_matches_words_whatever_their_case_and_phrases(server: DemoServer) -> None:
    def count(query: str) -> int:
        return int(search(server, query=query)["nbHits"])

    assert count("NORDKVERN") == count("nordkvern") > 0
    assert count("nordkver") == 0
    assert 0 < count('"nordkvern halo"') < count("nordkvern")
    assert count("halo nordkvern") >= count('"nordkvern halo"')


def test_forum_refuses_what_it_cannot_read(server: DemoServer) -> None:
    url = f"{server.url}/api/v1/search_by_date"
    assert ask(url, {"query": "x", "numericFilters": "created_at_i>>9"}).status == 400
    assert ask(url, {"query": "x", "hitsPerPage": "many"}).status == 400


def test_forum_pages_reach_a_thousand_hits_and_no_further() -> None:
    world = World(5, days=100, scale=4, bad_records=False, faults=False)
    with serve(world) as running:
        last = search(running, query="", hitsPerPage=500, page=1)
        beyond = search(running, query="", hitsPerPage=500, page=2)
    assert last["nbHits"] > 1000
    assert (last["nbPages"], len(last["hits"]), beyond["hits"]) == (2, 500, [])


# Mastodon


def timeline(server: DemoServer, path: str, **params: object) -> Got:
    got = ask(f"{server.url}/api/v1/timelines/{path}", params)
    assert got.status == 200
    return got


@pytest.mark.parametrize("tag", HASHTAGS)
def test_a_hashtag_is_walked_by_its_links(server: DemoServer, tag: str) -> None:
    url: str | None = f"{server.url}/api/v1/timelines/tag/{tag}?limit=9"
    seen: list[str] = []
    while url:
        got = ask(url)
        seen += [status["id"] for status in got.json]
        link = re.search(r'<([^>]+)>; rel="next"', got.headers.get("link", ""))
        url = link[1] if link else None
    assert seen == truth_of(server, "mastodon", tag)
    assert seen == sorted(seen, key=int, reverse=True)


def test_ids_bound_a_page_from_either_side(server: DemoServer) -> None:
    tag = "tag/nordkvern"
    whole = [s["id"] for s in timeline(server, tag, limit=40).json]
    assert len(whole) == 40

    def ids(**params: object) -> list[str]:
        return [s["id"] for s in timeline(server, tag, **params).json]

    assert ids(max_id=whole[9], limit=5) == whole[10:15]
    assert ids(since_id=whole[9], limit=5) == whole[:5]
    assert ids(min_id=whole[9], limit=5) == whole[4:9]
    assert ids(limit=500) == whole
    assert len(ids()) == 20


def test_the_public_timeline_has_more_than_the_hashtags(server: DemoServer) -> None:
    first = timeline(server, "public", limit=40).json
    assert [s["id"] for s in first] == [i.id for i in found(server, "mastodon")[:40]]
    assert timeline(server, "tag/no-such-tag").json == []
    assert timeline(server, "tag/NordKvern").json


def test_a_status_has_the_form_of_mastodons(server: DemoServer) -> None:
    got = timeline(server, "tag/nordkvern", limit=40)
    assert got.headers["x-ratelimit-limit"] == "300"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", got.headers["x-ratelimit-reset"])
    status = got.json[0]
    assert (int(status["id"]) >> 16) // 1000 == pytest.approx(_seconds(status["created_at"]), abs=1)
    assert f'">#<span>{status["tags"][0]["name"]}</span></a>' in status["content"]
    assert status["account"]["followers_count"] >= 0


def _seconds(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def test_mastodon_searches_only_for_those_who_sign_in(server: DemoServer) -> None:
    url = f"{server.url}/api/v2/search"
    signed = {"Authorization": "Bearer token"}
    asked = {"q": "nordkvern", "type": "statuses", "limit": 10}
    assert ask(url, asked).json["statuses"] == []
    assert ask(url, {**asked, "offset": 10}).status == 401
    first = [s["id"] for s in ask(url, asked, signed).json["statuses"]]
    more = [s["id"] for s in ask(url, {**asked, "offset": 10}, signed).json["statuses"]]
    assert len(first) == len(more) == 10
    assert not set(first) & set(more)
    assert ask(url, {"q": ""}, signed).status == 422
    assert ask(f"{server.url}/api/v1/timelines/home").status == 404


# Bluesky


def posts(server: DemoServer, **params: object) -> Any:
    got = ask(f"{server.url}/xrpc/app.bsky.feed.searchPosts", params)
    assert got.status == 200
    return got.json


@pytest.mark.parametrize("query", QUERIES)
def test_bluesky_is_walked_by_its_cursors(server: DemoServer, query: str) -> None:
    cursor: str | None = ""
    seen: list[dict[str, Any]] = []
    while cursor is not None:
        asked = {"q": query, "limit": 11, **({"cursor": cursor} if cursor else {})}
        page = posts(server, **asked)
        seen += page["posts"]
        cursor = page.get("cursor")
    assert [p["uri"] for p in seen] == truth_of(server, "bluesky", query)
    assert page["hitsTotal"] == len(seen)


def test_bluesky_filters_by_window_language_and_author(server: DemoServer) -> None:
    whole = posts(server, q="nordkvern", limit=100)["posts"]
    times = [p["record"]["createdAt"] for p in whole]
    assert times == sorted(times, reverse=True)
    since, until = times[60], times[20]
    window = posts(server, q="nordkvern", limit=100, since=since, until=until)["posts"]
    expected = [p["uri"] for p in whole if since <= p["record"]["createdAt"] < until]
    assert [p["uri"] for p in window] == expected
    day = until[:10]
    assert all(
        p["record"]["createdAt"] < day
        for p in posts(server, q="nordkvern", limit=100, until=day)["posts"]
    )
    danish = posts(server, q="nordkvern", limit=100, lang="da")["posts"]
    assert {p["record"]["langs"][0] for p in danish} == {"da"}
    author = whole[0]["author"]["did"]
    assert {p["author"]["did"] for p in posts(server, q="nordkvern", author=author)["posts"]} == {
        author
    }
    liked = [p["likeCount"] for p in posts(server, q="nordkvern", sort="top")["posts"]]
    assert liked == sorted(liked, reverse=True)


def test_bluesky_posts_have_what_the_lexicon_requires(server: DemoServer) -> None:
    page = posts(server, q="nordkvern", limit=100)["posts"]
    for post in page:
        assert {"uri", "cid", "author", "record", "indexedAt"} <= set(post)
        assert {"did", "handle"} <= set(post["author"])
        text = post["record"]["text"].encode()
        for facet in post["record"].get("facets", []):
            span = text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]]
            assert span.decode() == f"#{facet['features'][0]['tag']}"
    assert any("reply" in p["record"] for p in page)


@pytest.mark.parametrize(
    "params",
    [{}, {"q": "x", "limit": 101}, {"q": "x", "cursor": "?"}, {"q": "x", "since": "yesterday"}],
)
def test_bluesky_refuses_as_the_real_one(server: DemoServer, params: dict[str, object]) -> None:
    got = ask(f"{server.url}/xrpc/app.bsky.feed.searchPosts", params)
    assert (got.status, got.json["error"]) == (400, "InvalidRequest")


def test_bluesky_can_be_signed_in_to(server: DemoServer) -> None:
    url = f"{server.url}/xrpc/com.atproto.server.createSession"
    assert ask(url, post={"identifier": "a.example", "password": "b"}).json["accessJwt"]


# App reviews


def app_page(server: DemoServer, app: str, **params: object) -> Any:
    return ask(f"{server.url}/appreviews/{app}", {"json": 1, **params}).json


@pytest.mark.parametrize("order", ["recent", "updated"])
@pytest.mark.parametrize("app", [app.id for app in APPS])
def test_app_reviews_are_walked_by_cursor(server: DemoServer, app: str, order: str) -> None:
    cursor, seen = "*", []
    while True:
        page = app_page(server, app, filter=order, cursor=cursor, num_per_page=13)
        assert page["success"] == 1
        if cursor == "*":
            total = page["query_summary"]["total_reviews"]
        else:
            assert "total_reviews" not in page["query_summary"]
        if not page["reviews"]:
            break
        seen += page["reviews"]
        cursor = page["cursor"]
    assert sorted(r["recommendationid"] for r in seen) == sorted(truth_of(server, "steam", app))
    assert total == len(seen)
    when = [r["timestamp_created" if order == "recent" else "timestamp_updated"] for r in seen]
    assert when == sorted(when, reverse=True)


def test_app_reviews_filter_by_language_and_know_unknown_apps(server: DemoServer) -> None:
    page = app_page(server, APPS[0].id, language="norwegian", num_per_page=100)
    assert {r["language"] for r in page["reviews"]} == {"norwegian"}
    thumbs = app_page(server, APPS[0].id, review_type="negative", num_per_page=100)["reviews"]
    assert {r["voted_up"] for r in thumbs} == {False}
    unknown = app_page(server, "999")
    assert (unknown["success"], unknown["reviews"]) == (1, [])
    assert len(app_page(server, APPS[0].id, num_per_page=5000)["reviews"]) <= 100


# Shop pages


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p.slug)
def test_every_review_is_marked_up_once_over_the_pages(server: DemoServer, product: Any) -> None:
    url: str | None = f"{server.url}/shop/{product.slug}/reviews"
    pages = []
    while url:
        got = ask(url)
        pages.append(got.text)
        link = re.search(r'rel="next" href="([^"]+)"', got.text)
        query = link[1].partition("?")[2] if link else None
        url = f"{server.url}/shop/{product.slug}/reviews?{query}" if query else None
    expected = truth_of(server, "reviews", product.slug)
    assert len(pages) == max(1, -(-len(expected) // 20))
    if not product.ids:
        told = "".join(pages)
        assert told.count("schema.org/Review") == len(expected)
        assert "identifier" not in told
        return
    form = r'"identifier":"(r\d+)"|itemprop="identifier" content="(r\d+)"'
    named = [a or b for page in pages for a, b in re.findall(form, page)]
    assert named == expected
    beyond = f"{server.url}/shop/{product.slug}/reviews?page={len(pages) + 1}"
    assert ask(beyond).status == 404


def test_there_are_pages_of_both_markups_and_no_others(server: DemoServer) -> None:
    assert {p.markup for p in PRODUCTS} == {"json-ld", "microdata"}
    assert ask(f"{server.url}/shop/no-such-thing/reviews").status == 404
    assert ask(f"{server.url}/shop/nordkvern-halo/reviews?page=x").status == 404


# Feeds


@pytest.mark.parametrize("feed", FEEDS, ids=lambda f: f.name)
def test_a_feed_is_well_formed_and_whole(server: DemoServer, feed: Any) -> None:
    from xml.etree import ElementTree

    got = ask(f"{server.url}/feeds/{feed.name}.xml")
    assert got.headers["content-type"].startswith(f"application/{feed.form}+xml")
    root = ElementTree.fromstring(got.body)
    atom = "{http://www.w3.org/2005/Atom}"
    ids = [e.text for e in (*root.iter("guid"), *root.iterfind(f"{atom}entry/{atom}id"))]
    assert ids == truth_of(server, "rss", feed.name)
    assert root.tag == ("rss" if feed.form == "rss" else f"{atom}feed")


def test_a_feed_that_has_not_changed_is_not_sent_again(server: DemoServer) -> None:
    url = f"{server.url}/feeds/brewing-weekly.xml"
    first = ask(url)
    again = ask(url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    since = ask(url, headers={"If-Modified-Since": first.headers["last-modified"]})
    assert since.status == 304
    assert ask(url, headers={"If-None-Match": '"another"'}).status == 200
    assert ask(f"{server.url}/feeds/no-such.xml").status == 404


def test_what_is_nowhere_is_404(server: DemoServer) -> None:
    assert ask(f"{server.url}/").status == 404
    assert "Disallow: /demo/" in ask(f"{server.url}/robots.txt").text
