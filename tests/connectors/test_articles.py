"""Articles: a made-up site at the network's edge."""

from __future__ import annotations

import gzip
import json
import re
import socket
from collections.abc import Mapping
from typing import Any

import pytest
from edge import SIGN_IN_PAGE, Edge, at, ids, read, stopped_everywhere
from likes_open2 import SITEMAPS, SUBJECTS, ArticlesIndexLike, ArticlesLike, article, seconds

from connectors.articles import Articles
from tidings.connector import configure
from tidings.errors import (
    AuthError,
    BodyTooLarge,
    ConfigurationError,
    Disallowed,
    SourceChanged,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, Note, walk

HOST = "https://smithy.example"
MAP = f"{HOST}/sitemap.xml"
SITE = Articles(urls=(MAP,), overlap_hours=0)
NOTE = Note(at=at("2026-03-01T10:00:00Z"), id=7)


class TestArticles(ConnectorContract):
    connector, origin = SUBJECTS["articles"]


class TestArticlesIndex(ConnectorContract):
    connector, origin = SUBJECTS["articles index"]


class Site:
    """Answers by path: a body, a status, or both with a content type."""

    def __init__(self, pages: Mapping[str, Any]) -> None:
        self.pages = dict(pages)

    def __call__(self, request: Request) -> Answer:
        said = self.pages.get(request.url.removeprefix(HOST), 404)
        kind = "text/html"
        if isinstance(said, tuple):
            said, kind = said
        status, body = (said, b"no") if isinstance(said, int) else (200, said)
        body = body.encode() if isinstance(body, str) else body
        return Answer(status=status, url="", headers={"content-type": kind}, body=body)


def entry(path: str, **more: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return f"<url><loc>{HOST}{path}</loc>{inner}</url>"


def urlset(*entries: str) -> str:
    return f"<urlset {SITEMAPS}>{''.join(entries)}</urlset>"


def one(page: Any, **more: str) -> Any:
    """Walk a site with one page; return its only mention."""
    [mention] = [
        m
        for found in read(
            SITE, Edge(Site({"/sitemap.xml": urlset(entry("/a", **more)), "/a": page}))
        )
        for m in found.mentions
    ]
    return mention


def asked(edge: Edge) -> list[str]:
    return [r.url.removeprefix(HOST) for r in edge.requests if "robots.txt" not in r.url]


def test_a_page_becomes_a_mention() -> None:
    mention = one(article(NOTE))
    assert (mention.kind, mention.place) == ("article", "smithy.example")
    assert (mention.external_id, mention.url) == ("smithy.example/a", f"{HOST}/a")
    assert mention.title == "Anvils ring again"
    assert "number 7 rings longer" in mention.text
    assert "Home" not in mention.text
    assert "rights reserved" not in mention.text
    assert mention.author_handle.lower() == "kari"
    assert mention.language == "en-gb"
    assert mention.published == at("2026-03-01T10:00:00Z")
    assert mention.edited is None


@pytest.mark.parametrize(
    ("head", "listed", "published"),
    [
        (
            '<meta property="article:published_time" content="2026-02-01T10:00:00+01:00">',
            {"lastmod": "2026-03-05"},
            "2026-02-01T09:00:00Z",
        ),
        ('<meta itemprop="datePublished" content="2026-02-02T10:00Z">', {}, "2026-02-02T10:00:00Z"),
        ('<meta name="date" content="2026-02-03">', {}, "2026-02-03T00:00:00Z"),
        ("", {"lastmod": "2026-03-05T08:00:00+02:00"}, "2026-03-05T06:00:00Z"),
        ("", {"lastmod": "2026-03-05"}, "2026-03-05T00:00:00Z"),
    ],
)
def test_the_time_is_the_pages_own_else_the_sitemaps(
    head: str, listed: dict[str, str], published: str
) -> None:
    page = article(NOTE)
    page = page[: page.index("<script")] + head + page[page.index("</head>") :]
    assert one(page, **listed).published == at(published)


def test_times_of_a_page_in_its_markup() -> None:
    graph = {
        "@graph": [
            {"@type": "WebSite", "name": "The Smithy"},
            {
                "@type": "Article",
                "datePublished": "2026-03-01T10:00:00Z",
                "dateModified": "2026-03-02T10:00:00Z",
            },
        ]
    }
    page = article(NOTE)
    before, _, after = page.partition('{"@type"')
    page = before + json.dumps(graph) + after[after.index("</script>") :]
    mention = one(page, lastmod="2026-03-09")
    assert mention.published == at("2026-03-01T10:00:00Z")
    assert mention.edited == at("2026-03-02T10:00:00Z")


def test_a_sitemap_of_news_says_more() -> None:
    news = (
        f"<urlset {SITEMAPS} xmlns:n='http://www.google.com/schemas/sitemap-news/0.9' "
        "xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'><url>"
        f"<i:image><i:loc>{HOST}/i.png</i:loc><i:title>A picture</i:title></i:image>"
        f"<loc> {HOST}/a </loc><n:news><n:publication><n:name>S</n:name>"
        "<n:language>nb</n:language></n:publication><n:title>Anvils &amp; more</n:title>"
        "<n:publication_date>2026-03-03T10:00:00Z</n:publication_date></n:news></url></urlset>"
    )
    page = article(NOTE).replace(' lang="en-GB"', "")
    bare = page[: page.index("<script")] + page[page.index("</head>") :]
    edge = Edge(Site({"/sitemap.xml": news, "/a": bare}))
    [mention] = [m for found in read(SITE, edge) for m in found.mentions]
    assert mention.published == at("2026-03-03T10:00:00Z")
    assert (mention.title, mention.language) == ("Anvils ring again", "nb"), "the page's own title"
    edge = Edge(Site({"/sitemap.xml": news, "/a": re.sub("<(title|h1)>.*?</\\1>", "", bare)}))
    assert [m.title for found in read(SITE, edge) for m in found.mentions] == ["Anvils & more"]


NEWS_OF = (
    "<n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
    "<n:title>Read this: anvils</n:title></n:news>"
)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("lastmod", ["2026-03-01", "2026-03-05"])
def test_an_article_that_leaves_the_news_sitemap_is_the_same_as_before(
    order: int, lastmod: str
) -> None:
    maps = ["/all.xml", "/news.xml"][::order]
    index = "".join(f"<sitemap><loc>{HOST}{path}</loc></sitemap>" for path in maps)
    news = entry("/a").replace("</url>", f"{NEWS_OF}</url>")
    whole = [entry("/a", lastmod=lastmod), entry("/b", lastmod="2026-03-05")]
    site = Site({"/sitemap.xml": f"<sitemapindex {SITEMAPS}>{index}</sitemapindex>"})
    site.pages |= {"/all.xml": urlset(*whole), "/news.xml": urlset(news, entry("/a"))}
    site.pages |= {"/a": article(NOTE), "/b": article(NOTE)}
    first = read(SITE, Edge(site))
    [before] = [m for p in first for m in p.mentions if m.external_id.endswith("/a")]
    assert before.title == "Anvils ring again", "what the page says does not change with the list"
    second = Edge(site)
    pages = read(SITE, second, first[-1].cursor)
    site.pages["/news.xml"] = urlset()
    third = Edge(site)
    read(SITE, third, pages[-1].cursor)
    assert not {"/a", "/b"} & {*asked(second), *asked(third)}


def test_a_page_without_any_time_is_rejected() -> None:
    page = article(NOTE)
    bare = page[: page.index("<script")] + page[page.index("</head>") :]
    pages = read(SITE, Edge(Site({"/sitemap.xml": urlset(entry("/a")), "/a": bare})))
    assert ids(pages) == []
    assert "published" in next(r.reason for page in pages for r in page.rejected)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (404, "NotFound"),
        (410, "NotFound"),
        ((b"%PDF-1.7", "application/pdf"), "no web page"),
        ("<html><body></body></html>", "no article"),
        ("[" * 10_000, "no markup"),
        ('{"error": "' + "the database is not there " * 20 + '"}', "no markup"),
        ("<!-- -->", "parsed"),
        ("x" * 3_000_001, "3,000,001 bytes"),
    ],
)
def test_a_page_that_cant_be_read_is_rejected_alone(page: Any, reason: str) -> None:
    listed = urlset(*(entry(f"/{n}", lastmod=f"2026-03-0{n}") for n in (1, 2, 3)))
    site = {"/sitemap.xml": listed, "/1": article(NOTE), "/2": page, "/3": article(NOTE)}
    pages = read(SITE, Edge(Site(site)))
    assert ids(pages) == ["smithy.example/1", "smithy.example/3"]
    [rejected] = [r for found in pages for r in found.rejected]
    assert reason in rejected.reason
    assert f"{HOST}/2" in rejected.raw
    again = Edge(Site(site))
    read(SITE, again, pages[-1].cursor)
    assert "/2" not in asked(again), "it is not tried for ever"


@pytest.mark.parametrize(("page", "kind"), [(401, AuthError), (403, AuthError),
                                            ("", SourceChanged)])  # fmt: skip
def test_a_refused_page_is_an_error_after_all_others_and_is_asked_for_again(
    page: Any, kind: type[Exception]
) -> None:
    listed = urlset(*(entry(f"/{n}", lastmod=f"2026-03-0{n}") for n in (1, 2, 3)))
    site = Site({"/sitemap.xml": listed, "/1": article(NOTE), "/2": page, "/3": article(NOTE)})
    done = walk(SITE, Edge(site))
    assert isinstance(done.error, kind)
    assert [m.external_id for m in done.mentions] == ["smithy.example/1", "smithy.example/3"]
    site.pages["/2"] = article(NOTE)
    again = Edge(site)
    assert ids(read(SITE, again, done.pages[-1].cursor)) == ["smithy.example/2"]
    assert asked(again) == ["/sitemap.xml", "/2"]


def test_a_site_that_is_down_stops_the_walk_where_it_is() -> None:
    listed = urlset(*(entry(f"/{n}", lastmod=f"2026-03-0{n}") for n in (1, 2, 3)))
    site = Site({"/sitemap.xml": listed, "/1": article(NOTE), "/2": 500, "/3": article(NOTE)})
    done = walk(SITE, Edge(site))
    assert isinstance(done.error, TransientError)
    assert [m.external_id for m in done.mentions] == ["smithy.example/1"]
    site.pages["/2"] = article(NOTE)
    cursor = done.pages[-1].cursor
    assert {"smithy.example/2", "smithy.example/3"} <= set(ids(read(SITE, Edge(site), cursor)))


@pytest.mark.parametrize("make", [ArticlesLike, ArticlesIndexLike])
def test_stopped_anywhere_nothing_is_missing(make: type[ArticlesLike]) -> None:
    wanted = {f"smithy.example/news/{n.id}" for n in make(records=50).notes}
    connector = Articles(urls=(HOST + make.path,), overlap_hours=0)
    stopped = stopped_everywhere(connector, lambda: Edge(make(records=50).answer))
    for number, found in enumerate(stopped):
        if number % 7 == 0 or number > 48:
            assert found == wanted


def test_a_capped_walk_gets_on_though_all_changed_in_one_second() -> None:
    source = ArticlesLike(records=60)
    source.tie(60)
    cursors: Any = {}
    found: set[str] = set()
    for _ in range(3):
        done = walk(SITE, Edge(source.answer), cursors=cursors, stop_after=25)
        cursors = done.cursors
        found |= {m.external_id for m in done.mentions}
    assert len(found) == 60


def test_what_was_read_is_not_read_again_until_it_changes() -> None:
    source = ArticlesLike()
    connector = Articles(urls=(MAP,))
    first = read(connector, Edge(source.answer))
    quiet = Edge(source.answer)
    second = read(connector, quiet, json.loads(json.dumps(first[-1].cursor)))
    assert asked(quiet) == ["/sitemap.xml"]
    source.edit()
    third = read(connector, Edge(source.answer), second[-1].cursor)
    changed = {f"smithy.example/news/{n.id}" for n in source.notes if n.edited}
    assert set(ids(third)) == changed


def test_pages_without_lastmod_are_read_once() -> None:
    site = Site({"/sitemap.xml": urlset(entry("/1"), entry("/2")), "/1": article(NOTE),
                 "/2": article(NOTE)})  # fmt: skip
    first = read(SITE, Edge(site))
    assert len(ids(first)) == 2
    site.pages |= {"/sitemap.xml": urlset(entry("/2"), entry("/3")), "/3": article(NOTE)}
    second = read(SITE, Edge(site), first[-1].cursor)
    assert ids(second) == ["smithy.example/3"]
    assert second[-1].cursor is not None
    assert len(second[-1].cursor["known"]) == 2, "what is listed no more is forgotten"


def test_very_many_pages_without_lastmod_are_not_tried_again() -> None:
    listed = urlset(*(f"<url><loc>x://smithy/{n}</loc></url>" for n in range(20_010)))
    site = Site({"/sitemap.xml": listed})
    first = read(SITE, Edge(site))
    assert sum(len(page.rejected) for page in first) == 20_010, "no web addresses: cheap to try"
    second = read(SITE, Edge(site), first[-1].cursor)
    assert sum(len(page.rejected) for page in second) == 0


def test_pages_with_lastmod_are_forgotten_once_they_are_old() -> None:
    listed = urlset(*(entry(f"/{n}", lastmod=f"2026-03-0{n}") for n in (1, 2, 3)), entry("/4"))
    site = Site({"/sitemap.xml": listed, **{f"/{n}": article(NOTE) for n in (1, 2, 3, 4)}})
    first = read(SITE, Edge(site))
    again = Edge(site)
    cursor = read(SITE, again, first[-1].cursor)[-1].cursor
    assert asked(again) == ["/sitemap.xml"]
    assert cursor is not None
    assert len(cursor["known"]) == 2, "the newest and the one without a time"


def test_an_index_is_followed_only_where_something_is_new() -> None:
    source = ArticlesIndexLike(records=80)
    connector = Articles(urls=(HOST + ArticlesIndexLike.path,), overlap_hours=0)
    edge = Edge(source.answer)
    first = read(connector, edge)
    assert len([path for path in asked(edge) if path.endswith(".gz")]) == 4
    source.grow()
    edge = Edge(source.answer)
    read(connector, edge, first[-1].cursor)
    assert len([path for path in asked(edge) if path.endswith(".gz")]) == 1


def test_sitemaps_are_found_by_robots_txt() -> None:
    site = Site(
        {
            "/robots.txt": f"User-agent: *\nAllow: /\nSitemap: {HOST}/maps/1.txt\n",
            "/maps/1.txt": f"{HOST}/1\n{HOST}/2\n",
            "/1": article(NOTE),
            "/2": article(NOTE),
        }
    )
    edge = Edge(site)
    assert len(ids(read(Articles(urls=(HOST,)), edge))) == 2
    assert asked(edge) == ["/maps/1.txt", "/1", "/2"]


def test_robots_txt_is_kept_to_unless_told_otherwise() -> None:
    site = Site(
        {
            "/robots.txt": "User-agent: tidings\nDisallow: /1\n",
            "/sitemap.xml": urlset(entry("/1"), entry("/2")),
            "/1": article(NOTE),
            "/2": article(NOTE),
        }
    )
    edge = Edge(site)
    pages = read(SITE, edge)
    assert ids(pages) == ["smithy.example/2"]
    [rejected] = [r for page in pages for r in page.rejected]
    assert "'Disallow: /1' (line 2)" in rejected.reason
    assert asked(edge) == ["/sitemap.xml", "/2"]
    assert len(ids(read(Articles(urls=(MAP,), robots=False), Edge(site)))) == 2
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
    with pytest.raises(Disallowed):
        read(SITE, Edge(site))


def test_a_feed_may_stand_for_a_sitemap() -> None:
    feed = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>S</title>'
        f'<entry><id>x</id><link href="{HOST}/a"/><updated>2026-03-02T10:00:00Z</updated></entry>'
        "</feed>"
    )
    assert ids(read(SITE, Edge(Site({"/sitemap.xml": feed, "/a": article(NOTE)})))) == [
        "smithy.example/a"
    ]


@pytest.mark.parametrize(
    "body",
    [
        SIGN_IN_PAGE,
        b"",
        b"hello",
        b"{}",
        urlset(entry("/1"), entry("/2"))[:-30],
        gzip.compress(urlset(entry("/1")).encode())[:-9],
        b"<opml/>",
    ],
)
def test_what_is_no_sitemap_or_cut_off_is_no_empty_one(body: Any) -> None:
    with pytest.raises(SourceChanged):
        read(SITE, Edge(Site({"/sitemap.xml": body})))


def test_a_packed_sitemap_may_not_unfold_without_end() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 60_000_000)
    with pytest.raises(BodyTooLarge):
        read(SITE, Edge(Site({"/sitemap.xml": bomb})))


def test_entities_are_not_looked_up() -> None:
    declared = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    listed = declared + urlset(f"<url><loc>{HOST}/&x;</loc></url>", entry("/a"))
    edge = Edge(Site({"/sitemap.xml": listed, "/a": article(NOTE)}))
    read(SITE, edge)
    assert set(asked(edge)) <= {"/sitemap.xml", "/", "/a"}


def test_an_index_in_a_circle_ends() -> None:
    circle = f"<sitemapindex {SITEMAPS}><sitemap><loc>{MAP}</loc></sitemap></sitemapindex>"
    edge = Edge(Site({"/sitemap.xml": circle}))
    assert ids(read(SITE, edge)) == []
    assert asked(edge) == ["/sitemap.xml"]


def test_pages_of_another_host_are_asked_for_as_found() -> None:
    there = "https://other.example/b"
    listed = urlset(entry("/a"), f"<url><loc>{there}</loc></url>", "<url><loc>x://[</loc></url>")
    edge = Edge(Site({"/sitemap.xml": listed, "/a": article(NOTE), there: article(NOTE)}))
    pages = read(SITE, edge)
    found = {r.url: r.found for r in edge.requests}
    assert found[f"{HOST}/a"] is False
    assert found[there] is True, "it must be at a public address"
    assert len(ids(pages)) == 2
    assert len([r for page in pages for r in page.rejected]) == 1


def test_the_library_reads_no_page_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError("it opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    page = f"{HOST}/elsewhere"
    pages = read(SITE, Edge(Site({"/sitemap.xml": urlset(entry("/a", lastmod="2026-03-01")),
                                  "/a": page})))  # fmt: skip
    assert [m.text for found in pages for m in found.mentions] in ([], [page])


@pytest.mark.parametrize(
    ("charset", "declared"),
    [("utf-8", "text/html; charset=iso-8859-1"), ("latin-1", "text/html; charset=iso-8859-1"),
     ("utf-16", "text/html"), ("cp1252", "text/html")],
)  # fmt: skip
def test_words_come_out_right(charset: str, declared: str) -> None:
    page = article(
        Note(at=NOTE.at, id=7, text="Smeden på Ærø hører det først, og det er så sandt.")
    )
    assert "Ærø hører" in one((page.encode(charset), declared)).text


def test_a_window_and_patterns_are_kept_to() -> None:
    source = ArticlesLike()
    window = {"since": at("2024-05-01T12:00:00Z"), "until": at("2024-05-01T15:00:00Z")}
    wanted = {n.id for n in source.notes if window["since"] <= n.at < window["until"]}
    found = ids(read(Articles(urls=(MAP,), **window), Edge(source.answer)))
    assert {int(i.rpartition("/")[2]) for i in found} == wanted
    listed = urlset(entry("/blog/1"), entry("/blog/tag/2"), entry("/shop/3"))
    edge = Edge(Site({"/sitemap.xml": listed, "/blog/1": article(NOTE)}))
    read(Articles(urls=(MAP,), only="/blog/", leave_out="/tag/"), edge)
    assert asked(edge) == ["/sitemap.xml", "/blog/1"]


def test_settings() -> None:
    several = configure(Articles, {"urls": [MAP, f"{HOST}/", MAP]})
    assert [c.label() for c in several.split()] == [
        "articles smithy.example/sitemap.xml",
        "articles smithy.example",
    ]
    for wrong in ({}, {"urls": []}, {"urls": ["smithy.example"]}, {"urls": [MAP], "only": "("}):
        with pytest.raises(ConfigurationError):
            configure(Articles, wrong)
    with pytest.raises(ConfigurationError, match="split"):
        list(several.pages(None, None))  # type: ignore[arg-type]
    assert seconds(NOTE.at) == "2026-03-01T10:00:00Z"
