"""News feeds, ``/feeds/<name>.xml``: RSS 2.0 and Atom, with validators for conditional requests."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.utils import format_datetime
from html import escape

from tidings.demo.apis.ask import Ask, Reply
from tidings.demo.brands import FEEDS, Feed
from tidings.demo.item import Item


def answer(ask: Ask) -> Reply:
    """Serve a feed; 304 to who has it already, 404 for no such feed."""
    name = ask.path.removeprefix("/feeds/").removesuffix(".xml")
    feed = next((f for f in FEEDS if f.name == name), None)
    if feed is None or not ask.path.endswith(".xml"):
        return Reply(body=b"Not found\n", type="text/plain; charset=utf-8", status=404)
    items = entries(ask, feed)
    changed = max([_changed(i, ask.now) for i in items], default=ask.world.start)
    body = (_rss if feed.form == "rss" else _atom)(feed, items, changed, ask.now).encode()
    headers = {
        "etag": f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        "last-modified": format_datetime(changed, usegmt=True),
    }
    seen = ask.headers.get("if-none-match")
    since = ask.headers.get("if-modified-since")
    if seen == headers["etag"] or (seen is None and since == headers["last-modified"]):
        return Reply(status=304, headers=headers)
    return Reply(body=body, type=f"application/{feed.form}+xml; charset=utf-8", headers=headers)


def entries(ask: Ask, feed: Feed) -> list[Item]:
    """Return what a feed shows, the newest first: all there is, or the newest few."""
    found = [item for item in ask.shown("rss") if item.place == feed.name]
    return found[: ask.world.newest_entries(feed.name)]


def _changed(item: Item, now: datetime) -> datetime:
    edit = item.edit_at(now)
    return edit.at if edit else item.published


def _rss(feed: Feed, items: list[Item], changed: datetime, now: datetime) -> str:
    home = f"https://{feed.name}.example/"
    listed = [i for item in items for i in ([item, item] if item.repeated else [item])]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">\n<channel>\n'
        f"<title>{escape(feed.title)}</title>\n<link>{home}</link>\n"
        f"<description>{escape(feed.title)}</description>\n<language>{feed.language}</language>\n"
        f"<lastBuildDate>{format_datetime(changed, usegmt=True)}</lastBuildDate>\n"
        + "".join(_item(feed, item, now) for item in listed)
        + "</channel>\n</rss>\n"
    )


def _link(feed: Feed, item: Item) -> str:
    number = item.id.rpartition("/")[2].rpartition(":")[2]
    return f"https://{feed.name}.example/{item.published:%Y/%m}/{number}"


def _item(feed: Feed, item: Item, now: datetime) -> str:
    text = escape(item.text_at(now), quote=False)
    when = format_datetime(item.published, usegmt=True)
    spoiled = {"bad_date": "Thirtyfirst of June", "future": "Wed, 04 May 2061 03:02:01 GMT"}
    parts = [
        f"<link>{_link(feed, item)}</link>",
        f'<guid isPermaLink="true">{item.id}</guid>',
        f"<pubDate>{spoiled.get(item.flaw or '', when)}</pubDate>",
        f"<dc:creator>{item.author.handle}</dc:creator>",
        f"<category>{item.topic}</category>",
    ]
    if item.flaw != "says_nothing":
        parts += [
            f"<title>{escape(item.title or '')}</title>",
            f"<description><![CDATA[<p>{text}</p>]]></description>",
        ]
    return f"<item>{''.join(parts)}</item>\n"


def _atom(feed: Feed, items: list[Item], changed: datetime, now: datetime) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">\n'
        f"<id>tag:{feed.name}.example,2020:feed</id>\n<title>{escape(feed.title)}</title>\n"
        f'<link href="https://{feed.name}.example/"/>\n<updated>{changed:%Y-%m-%dT%H:%M:%SZ}'
        "</updated>\n" + "".join(_entry(feed, item, now) for item in items) + "</feed>\n"
    )


def _entry(feed: Feed, item: Item, now: datetime) -> str:
    spoiled = {"bad_date": "2026-02-31T25:00:00Z", "future": "2061-05-04T03:02:01Z"}
    stated = spoiled.get(item.flaw or "")
    published = stated or f"{item.published:%Y-%m-%dT%H:%M:%SZ}"
    updated = stated or f"{_changed(item, now):%Y-%m-%dT%H:%M:%SZ}"
    text = escape(f"<p>{escape(item.text_at(now), quote=False)}</p>")
    words = (
        f'<title>{escape(item.title or "")}</title><content type="html">{text}</content>'
        if item.flaw != "says_nothing"
        else "<title/>"
    )
    return (
        f'<entry><id>{item.id}</id><link rel="alternate" href="{_link(feed, item)}"/>'
        f"<published>{published}</published><updated>{updated}</updated>"
        f"<author><name>{escape(item.author.handle)}</name></author>{words}</entry>\n"
    )
