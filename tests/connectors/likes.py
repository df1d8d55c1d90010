"""Simulated sources in the shapes of the real ones, made of one made-up record each."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from connectors.bluesky import Bluesky
from connectors.hackernews import HackerNews
from connectors.mastodon import Mastodon
from connectors.reviews import Reviews
from connectors.rss import Rss
from connectors.steam import Steam
from tidings.connector import Connector
from tidings.http import Answer, Request
from tidings.testing import Note, Origin, Simulated

INSTANCE = "https://social.example"
FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> dict[str, Any]:
    """Read one made-up record."""
    record: dict[str, Any] = json.loads((FIXTURES / name).read_text("utf-8"))
    return record


def iso(time: datetime) -> str:
    """Write a time as most APIs do."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class MastodonLike(Simulated):
    """A timeline: a list, paged by ``max_id`` in the Link header; ids hold the time."""

    path: ClassVar[str] = "/timelines/tag/fjallsmide"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "max_id", **how})

    def number(self, at: datetime, count: int) -> int:
        return (int(at.timestamp() * 1000) << 16) + count

    def render(self, note: Note) -> dict[str, Any]:
        return {**fixture("mastodon_status.json"), "id": str(note.id), "created_at": iso(note.at)}


class NumberedMastodonLike(MastodonLike):
    """One of the servers that speak Mastodon's language but number as records arrive."""

    def number(self, at: datetime, count: int) -> int:
        return 100 + count


class MastodonSearchLike(MastodonLike):
    """Search: statuses among accounts and hashtags, paged by offset."""

    path: ClassVar[str] = "/api/v2/search"

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        first = int(params.get("offset", 0))
        return self.visible({})[first : first + self.page_size], {}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        return {"accounts": [], "statuses": records, "hashtags": []}


class BlueskyLike(Simulated):
    """Search by cursor, bounded by ``until``."""

    path: ClassVar[str] = "/xrpc/app.bsky.feed.searchPosts"

    def visible(self, params: dict[str, str]) -> list[Note]:
        until = params.get("until", "9999")
        return [n for n in super().visible({}) if iso(n.at) < until]

    def render(self, note: Note) -> dict[str, Any]:
        post = fixture("bluesky_post.json")
        record = {**post["record"], "createdAt": iso(note.at)}
        uri = f"at://did:plc:madeupkari/app.bsky.feed.post/{note.id}"
        return {**post, "uri": uri, "record": record, "indexedAt": iso(note.at)}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        return {"posts": records, **onward}


class SignedBlueskyLike(BlueskyLike):
    """The same at the server of an account, which gives a session for its password."""

    def answer(self, request: Request) -> Answer:
        if request.method == "POST" and "/xrpc/com.atproto.server." in request.url:
            session = {"accessJwt": "made-up-access", "refreshJwt": "made-up-refresh"}
            return Answer(status=200, url=request.url, body=json.dumps(session).encode())
        return super().answer(request)


class HackerNewsLike(Simulated):
    """Search by page number within bounds of time, at most ``deepest`` hits of a query."""

    path: ClassVar[str] = "/api/v1/search_by_date"
    deepest = 6

    def visible(self, params: dict[str, str]) -> list[Note]:
        notes = super().visible({})
        for bound in filter(None, params.get("numericFilters", "").split(",")):
            second = int(bound.rpartition("=")[2])
            newer = ">=" in bound
            notes = [
                n
                for n in notes
                if (n.at.timestamp() >= second) == newer or n.at.timestamp() == second
            ]
        return notes

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        size = min(self.page_size, int(params["hitsPerPage"]))
        first = size * int(params.get("page", 0))
        return self.visible(params)[: self.deepest][first : first + size], {}

    def render(self, note: Note) -> dict[str, Any]:
        second = int(note.at.timestamp())
        hit = {"objectID": str(note.id), "created_at": iso(note.at), "created_at_i": second}
        return {**fixture("hackernews_hit.json"), **hit}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        found = len(self.visible(params))
        pages = -(-min(found, self.deepest) // self.page_size)
        told = {"nbHits": found, "nbPages": pages, "hitsPerPage": self.page_size}
        return {"hits": records, "page": int(params.get("page", 0)), **told}


class SteamLike(Simulated):
    """A listing whose every answer has a cursor; it ends with an empty one."""

    path: ClassVar[str] = "/appreviews/7"

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        at = params["cursor"]
        notes, _ = super().chosen({} if at == "*" else {"cursor": at})
        return notes, {}

    def render(self, note: Note) -> dict[str, Any]:
        second = int(note.at.timestamp())
        times = {"timestamp_created": second, "timestamp_updated": second}
        return {**fixture("steam_review.json"), "recommendationid": str(note.id), **times}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        last = records[-1] if records else None
        onward_at = (
            f"{last['timestamp_created']}-{last['recommendationid']}" if last else params["cursor"]
        )
        summary: dict[str, Any] = {"num_reviews": len(records)}
        if params["cursor"] == "*":
            summary["total_reviews"] = len(self.notes)
        return {"success": 1, "query_summary": summary, "reviews": records, "cursor": onward_at}


class AtomLike(Simulated):
    """A feed in parts, each of which links to the older one."""

    path: ClassVar[str] = "/feed.xml"
    content_type: ClassVar[str] = "application/atom+xml; charset=utf-8"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "page", **how})

    def body(self, notes: list[Note], params: dict[str, str], onward: dict[str, str]) -> bytes:
        link = f'<link rel="next" href="/feed.xml?page={onward["page"]}"/>' if onward else ""
        entries = "".join(
            f"<entry><id>tag:blog.example,2024:{n.id}</id><title>Anvils</title>"
            f"<published>{iso(n.at)}</published><updated>{iso(n.at)}</updated>"
            f"<author><name>{n.author}</name></author>"
            f'<content type="html">{escape("<p>Anvils &amp; hammers.</p>")}</content></entry>'
            for n in notes
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
            f'xml:lang="en"><title>Anvil blog</title>{link}{entries}</feed>'
        ).encode()


class ShopLike(Simulated):
    """A page of reviews in JSON-LD, with the others behind a link."""

    path: ClassVar[str] = "/anvil/reviews"
    content_type: ClassVar[str] = "text/html; charset=utf-8"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "page", **how})

    def body(self, notes: list[Note], params: dict[str, str], onward: dict[str, str]) -> bytes:
        reviews = [
            {
                "@type": "Review",
                "@id": f"#review-{n.id}",
                "author": {"@type": "Person", "name": n.author},
                "datePublished": iso(n.at),
                "reviewBody": n.text,
                "reviewRating": {"@type": "Rating", "ratingValue": 4, "bestRating": 5},
            }
            for n in notes
        ]
        product = {"@context": "https://schema.org", "@type": "Product", "name": "Anvil"}
        markup = json.dumps({**product, "review": reviews})
        link = f'<a rel="next" href="?page={onward["page"]}">older</a>' if onward else ""
        return (
            '<!DOCTYPE html><html lang="en"><head><script type="application/ld+json">'
            f"{markup}</script></head><body>{link}</body></html>"
        ).encode()


SUBJECTS: dict[str, tuple[Connector, Origin]] = {
    "bluesky": (Bluesky(queries=("anvil",)), BlueskyLike()),
    "bluesky, signed in": (
        Bluesky(queries=("anvil",), identifier="kari.example", credential="app_password"),
        SignedBlueskyLike(),
    ),
    "hackernews": (HackerNews(queries=("anvil",)), HackerNewsLike()),
    "mastodon": (Mastodon(instance=INSTANCE, hashtags=("fjallsmide",)), MastodonLike()),
    "mastodon, numbered": (
        Mastodon(instance=INSTANCE, hashtags=("fjallsmide",)),
        NumberedMastodonLike(),
    ),
    "mastodon, search": (
        Mastodon(instance=INSTANCE, queries=("anvil",), credential="mastodon"),
        MastodonSearchLike(),
    ),
    "reviews": (Reviews(urls=("https://shop.example/anvil/reviews",)), ShopLike()),
    "rss": (Rss(urls=("https://blog.example/feed.xml",)), AtomLike()),
    "steam": (Steam(app=7), SteamLike()),
}
"""Each connector, once for every way of walking, with a source that it walks over."""

WITHOUT_HTTP = {
    "dlt": "it runs another program's resource, which asks for itself",
    "files": "it reads files that were dropped in a folder",
    "imap": "it reads a mailbox",
    "nostr": "it reads relays over WebSocket",
    "singer": "it runs a tap, a program that asks for itself",
    "surveys": "it reads exports that were dropped in a folder",
    "webhook": "sources push to it",
}
"""Connectors that have no subject, and why."""
