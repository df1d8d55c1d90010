"""RSS and Atom: made-up feeds at the network's edge, and recorded feeds of real sites."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import msgspec
import pytest
from edge import RECORDINGS, SIGN_IN_PAGE, Edge, at, ids, read, recording, stopped_everywhere

from connectors.rss import Rss
from tidings.connector import configure
from tidings.errors import BodyTooLarge, ConfigurationError, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import walk

URL = "https://news.example/feed.xml"
FEED = Rss(urls=(URL,))
SENT = "Mon, 02 Mar 2026 08:00:00 GMT"


def item(number: int, **changes: str | None) -> str:
    """Return a made-up RSS item, published on the day of its number in March 2026."""
    fields: dict[str, str | None] = {
        "title": f"Acme {number}",
        "link": f"https://news.example/{number}",
        "guid": f"urn:news:{number}",
        "pubDate": f"Sun, {number:02d} Mar 2026 10:00:00 +0100",
        "description": f"<p>Text {number}</p>",
        **changes,
    }
    inner = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in fields.items() if v is not None)
    return f"<item>{inner}</item>"


def rss(*items: str, head: str = "") -> bytes:
    """Return an RSS document of ``items``."""
    atom = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {atom}><channel>'
        f"<title>News</title><language>en-US</language>{head}{''.join(items)}</channel></rss>"
    ).encode()


def atom(*entries: str, head: str = "") -> bytes:
    """Return an Atom document of ``entries``."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="da"><title>Nyt</title>{head}{"".join(entries)}</feed>'
    ).encode()


def served(
    body: bytes, kind: str = "application/rss+xml", status: int = 200, **headers: str
) -> Answer:
    named = {"content-type": kind, "date": SENT, **headers}
    return Answer(status=status, url="", headers=named, body=body)


def edge(body: bytes, kind: str = "application/rss+xml", **headers: str) -> Edge:
    return Edge(lambda _: served(body, kind, **headers))


@pytest.mark.parametrize("path", sorted((RECORDINGS / "feeds").glob("*")), ids=lambda p: p.name)
def test_recorded_feeds_are_read_whole(path: Path) -> None:
    body = recording(f"feeds/{path.name}")
    wanted = re.findall(rb"<(?:item|entry)[ >]", body)
    kind = "application/atom+xml" if b"<feed" in body else "text/xml"
    pages = read(FEED, edge(body, kind))
    assert [len(p.mentions) for p in pages] == [len(wanted)]
    assert len(set(ids(pages))) == len(wanted) > 0
    assert pages[0].rejected == []
    assert pages[0].raw[0].body == body


def test_recorded_charset_times_and_languages() -> None:
    [latin] = read(FEED, edge(recording("feeds/huginn__iso-8859-1.rss")))[0].mentions
    assert latin.title == "Mëkanïk Zaïn"
    assert latin.published == at("2016-11-21T16:00:10Z")
    deals = read(FEED, edge(recording("feeds/huginn__slickdeals.atom")))[0].mentions
    assert {m.language for m in deals} == {"en-us"}
    assert "& More" in (deals[0].title or ""), "resolved once, not '&amp; More'"
    forum = read(FEED, edge(recording("feeds/huginn__cdata_rss.atom")))[0].mentions
    assert {m.language for m in forum} == {"en-gb"}
    assert not re.search("<(div|br|span|a) ?", "".join(m.text or "" for m in forum))


def test_an_item_becomes_a_mention() -> None:
    rich = item(3, title="A &amp; B", description="<p>One&nbsp;two</p><script>x()</script><p>3</p>")
    pages = read(FEED, edge(rss(rich)))
    [mention] = pages[0].mentions
    assert (mention.title, mention.text) == ("A & B", "One two\n3")
    assert mention.published == at("2026-03-03T09:00:00Z")
    assert (mention.kind, mention.place) == ("article", "news.example/feed.xml")
    assert (mention.external_id, mention.url) == ("urn:news:3", "https://news.example/3")
    assert mention.language == "en-us"
    assert mention.edited is None


def test_an_atom_entry_becomes_a_mention() -> None:
    entry = (
        '<entry><id>tag:x,2026:1</id><title type="text">1 &lt; 2</title>'
        '<link rel="alternate" href="/a%20b"/><author><name>Ola</name></author>'
        "<published>2026-03-01T10:00:00+01:00</published><updated>2026-03-02T10:00:00Z</updated>"
        '<content type="html" xml:lang="nb_NO">&lt;p&gt;Hei&lt;/p&gt;</content>'
        "<summary>short</summary></entry>"
    )
    [mention] = read(FEED, edge(atom(entry), "application/atom+xml"))[0].mentions
    assert (mention.title, mention.text) == ("1 < 2", "Hei"), "text that only looks like markup"
    assert mention.url == "https://news.example/a%20b"
    assert mention.author_handle == "Ola"
    assert mention.published == at("2026-03-01T09:00:00Z")
    assert mention.edited == at("2026-03-02T10:00:00Z")
    assert mention.language == "nb-no"


def test_ids_are_the_guid_else_the_link_else_a_digest_that_stays() -> None:
    bare = item(4, guid=None, link=None)
    body = rss(item(1), item(2, guid=None), bare, item(5, guid="x" * 600))
    found = ids(read(FEED, edge(body)))
    assert found[:2] == ["urn:news:1", "https://news.example/2"]
    assert found[2:] == ids(read(FEED, edge(rss(bare, item(5, guid="x" * 600)))))
    assert len(set(found)) == 4
    assert all(len(i) <= 500 for i in found)


def test_entries_without_a_date_keep_the_one_they_got_first() -> None:
    undated = [item(n, pubDate=None) for n in (1, 2)]
    dated = read(FEED, edge(rss(undated[0])))
    assert dated[0].mentions[0].published == at("2026-03-02T08:00:00Z"), "the Date header"
    cursor = json.loads(json.dumps(dated[0].cursor))
    head = "<lastBuildDate>Thu, 05 Mar 2026 08:00:00 GMT</lastBuildDate>"
    later = read(FEED, edge(rss(*undated, head=head)), cursor)
    times = [m.published for m in later[0].mentions]
    assert times == [at("2026-03-02T08:00:00Z"), at("2026-03-05T08:00:00Z")]
    assert later[0].cursor is not None
    assert set(later[0].cursor["undated"]) == {"urn:news:1", "urn:news:2"}
    gone = read(FEED, edge(rss(undated[1])), later[0].cursor)
    assert gone[0].cursor is not None
    assert set(gone[0].cursor["undated"]) == {"urn:news:2"}, "only what the feed still shows"


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"pubDate": "soon"}, "published: 'soon'"),
        ({"title": None, "description": None}, "title"),
    ],
)
def test_a_bad_entry_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    [page] = read(FEED, edge(rss(item(1), item(2, **bad), item(3))))
    assert ids([page]) == ["urn:news:1", "urn:news:3"]
    [rejected] = page.rejected
    assert field in rejected.reason
    assert "urn:news:2" in rejected.raw


def test_a_feed_that_has_not_changed_is_an_empty_page_with_the_same_cursor() -> None:
    def respond(request: Request) -> Answer:
        if request.headers.get("if-none-match") == '"v1"':
            return served(b"", status=304)
        return served(rss(item(1)), etag='"v1"', **{"last-modified": SENT})

    first = read(FEED, Edge(respond))
    cursor = json.loads(json.dumps(first[-1].cursor))
    asked = Edge(respond)
    [again] = read(FEED, asked, cursor)
    assert again.mentions == []
    assert again.cursor == cursor
    assert again.raw[0].status == 304
    assert asked.requests[0].headers["if-modified-since"] == SENT


PARTS = {
    "/feed.xml": rss(item(9), item(8), head='<atom:link rel="next" href="/feed.xml?p=2"/>'),
    "/feed.xml?p=2": rss(item(7), item(6), head='<atom:link rel="next" href="?p=3"/>'),
    "/feed.xml?p=3": rss(item(5), item(4), head='<atom:link rel="prev" href="?p=2"/>'),
}


def parts(pages: dict[str, bytes]) -> Edge:
    def respond(request: Request) -> Answer:
        url = urlsplit(request.url)
        return served(pages[f"{url.path}?{url.query}".rstrip("?")], etag='"v1"')

    return Edge(respond)


def test_a_feed_in_parts_is_read_to_its_end_and_then_only_what_is_new() -> None:
    first = read(FEED, parts(PARTS))
    assert ids(first) == [f"urn:news:{n}" for n in (9, 8, 7, 6, 5, 4)]
    assert [p.cursor for p in first[:-1]] == [None, None], "old until the walk ended"
    news = [item(n) for n in (12, 11, 10)]
    grown = PARTS | {
        "/feed.xml": rss(*news, head='<atom:link rel="next" href="/feed.xml?p=2"/>'),
        "/feed.xml?p=2": rss(item(9), item(8), head='<atom:link rel="next" href="?p=3"/>'),
        "/feed.xml?p=3": rss(item(7), item(6), head='<atom:link rel="next" href="?p=4"/>'),
    }
    again = read(FEED, parts(grown), first[-1].cursor)
    assert ids(again)[:5] == [f"urn:news:{n}" for n in (12, 11, 10, 9, 8)]
    assert len(again) == 3, "the third is older throughout, the fourth is not asked for"


def test_stopped_after_any_part_and_started_again_nothing_is_missing() -> None:
    wanted = {f"urn:news:{n}" for n in range(4, 10)}
    for found in stopped_everywhere(FEED, lambda: parts(PARTS)):
        assert found == wanted


def test_parts_that_lead_round_in_a_loop_are_told_of() -> None:
    round_ = PARTS | {
        "/feed.xml?p=3": rss(item(5), item(4), head='<atom:link rel="next" href="/feed.xml"/>')
    }
    done = walk(FEED, parts(round_))
    assert len(done.by_key()) == 6
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (SIGN_IN_PAGE, "text/html"),
        (b"", "application/rss+xml"),
        (b'{"items": []}', "application/json"),
        (rss(*(item(n) for n in range(1, 9)))[:900], "application/rss+xml"),
        (rss(item(1)).replace(b"Acme 1", b"&nbsp;")[:300], "application/rss+xml"),
    ],
)
def test_what_is_no_feed_or_cut_off_is_no_empty_feed(body: bytes, kind: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        read(FEED, edge(body, kind))
    assert caught.value.answer is not None
    assert caught.value.answer.body == body


def test_a_body_that_is_the_name_of_a_file_opens_no_file(tmp_path: Path) -> None:
    local = tmp_path / "feed.xml"
    local.write_bytes(rss(item(1)))
    with pytest.raises(SourceChanged):
        read(FEED, edge(str(local).encode()))


def test_a_feed_with_a_mistake_or_a_wrong_type_is_read_all_the_same() -> None:
    broken = rss(item(1), item(2)).replace(b"Acme 1", b"Acme&nbsp;1 & more")
    assert len(ids(read(FEED, edge(broken)))) == 2
    assert len(ids(read(FEED, edge(rss(item(1)), "text/html")))) == 1
    utf16 = rss(item(1, title="Ærø")).decode().replace("utf-8", "utf-16").encode("utf-16")
    [mention] = read(FEED, edge(utf16))[0].mentions
    assert mention.title == "Ærø"


def test_a_feed_without_entries_is_an_empty_page() -> None:
    [page] = read(FEED, edge(rss()))
    assert (page.mentions, page.rejected) == ([], [])
    [again] = read(FEED, edge(rss(item(1))), page.cursor)
    assert ids([again]) == ["urn:news:1"]


@pytest.mark.parametrize(
    "costly",
    [
        "<a>" * 300 + "</a>" * 300,
        "<a " + " ".join(f'a{n}="1"' for n in range(25_000)) + "/>",
    ],
)
def test_what_would_keep_the_parser_busy_for_minutes_is_refused(costly: str) -> None:
    with pytest.raises(SourceChanged, match="nested"):
        read(FEED, edge(rss(item(1), head=costly)))


@pytest.mark.parametrize(
    "body", [rss(item(1, title="x" * 5_000_000)), rss(item(1)) + b"<a>" * 333_400]
)
def test_a_body_that_is_too_large_is_refused(body: bytes) -> None:
    with pytest.raises(BodyTooLarge):
        read(FEED, edge(body))


def test_settings() -> None:
    several = configure(Rss, {"urls": [URL, "http://B.example/x?id=1", URL], "kind": "post"})
    places = several.split()
    assert [c.label() for c in places] == ["rss news.example/feed.xml", "rss b.example/x?id=1"]
    assert {m.kind for m in read(places[1], edge(rss(item(1))))[0].mentions} == {"post"}
    wrong: list[dict[str, Any]] = [
        {},
        {"urls": []},
        {"urls": ["news.example"]},
        {"urls": [URL], "kind": "rant"},
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            configure(Rss, settings)


def test_two_walks_over_undated_entries_give_the_same() -> None:
    body = rss(item(1, pubDate=None), item(2, pubDate=None))
    before = datetime.now(UTC)
    silent = Edge(lambda _: Answer(status=200, url="", headers={}, body=body))
    [page] = read(FEED, silent)
    assert before - timedelta(seconds=1) <= page.mentions[0].published
    [again] = read(FEED, silent, page.cursor)
    assert [m.published for m in again.mentions] == [m.published for m in page.mentions]


ITSELF = rss(item(7), head='<atom:link rel="next" href="/feed.xml?p=2"/>')


def test_an_older_part_that_leads_to_itself_is_told_of() -> None:
    """Whether there is more behind it can't be known; 'parts' off is the way out."""
    done = walk(FEED, parts(PARTS | {"/feed.xml?p=2": ITSELF}))
    assert isinstance(done.error, SourceChanged)
    assert [m.external_id for m in done.mentions] == [f"urn:news:{n}" for n in (9, 8, 7)]
    newest = msgspec.structs.replace(FEED, parts=False)
    alone = walk(newest, parts(PARTS | {"/feed.xml?p=2": ITSELF}))
    assert alone.error is None
    assert [m.external_id for m in alone.mentions] == [f"urn:news:{n}" for n in (9, 8)]


def test_a_whole_feed_may_name_itself_as_the_next() -> None:
    done = walk(FEED, edge(rss(item(7), head='<atom:link rel="next" href="/feed.xml"/>')))
    assert done.error is None
    assert len(done.mentions) == len(done.requests) == 1


def test_an_id_is_no_address_and_a_relative_address_is_made_whole() -> None:
    [page] = read(FEED, edge(rss(item(1, guid="17", link="/a?b"))))
    assert [(m.external_id, m.url) for m in page.mentions] == [("17", "https://news.example/a?b")]


@pytest.mark.parametrize(("zone", "hour"), [("CEST", 8), ("EST", 15), ("JST", 1), ("GMT", 10)])
def test_names_of_zones_are_understood(zone: str, hour: int) -> None:
    [page] = read(FEED, edge(rss(item(1, pubDate=f"Sun, 01 Mar 2026 10:00:00 {zone}"))))
    assert [m.published for m in page.mentions] == [datetime(2026, 3, 1, hour, tzinfo=UTC)]


def test_different_entries_that_share_a_link_or_an_id_are_not_one() -> None:
    home = [item(n, guid=None, link="https://news.example/") for n in (1, 2)]
    same = [item(n, guid="x") for n in (3, 4)]
    [page] = read(FEED, edge(rss(*home, *same, item(5))))
    found = [m.external_id for m in page.mentions]
    assert len(set(found)) == 5
    assert found[-1] == "urn:news:5"
    [again] = read(FEED, edge(rss(*home, *same, item(5))))
    assert [m.external_id for m in again.mentions] == found


def test_a_secret_in_the_address_is_in_no_place_and_no_label() -> None:
    feed = "https://news.example/feed.xml?topic=acme&token=hush-hush"
    connector = Rss(urls=(feed,))
    assert "hush" not in connector.label()
    assert "topic=acme" in connector.label()
    assert "hush" not in connector.walk_id()
