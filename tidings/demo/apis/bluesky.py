"""Bluesky's search of posts: ``/xrpc/app.bsky.feed.searchPosts``, and signing in."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from tidings.demo.apis.ask import Ask, Reply, as_json, iso, matches
from tidings.demo.brands import SOCIAL_HOST
from tidings.demo.item import Author, Item

SEARCH = "/xrpc/app.bsky.feed.searchPosts"
GET_POSTS = "/xrpc/app.bsky.feed.getPosts"
SIGN_IN = "/xrpc/com.atproto.server.createSession"
_LIMITS = {
    "ratelimit-limit": "3000",
    "ratelimit-remaining": "2990",
    "ratelimit-policy": "3000;w=300",
}


def answer(ask: Ask) -> Reply:
    """Search posts, by words and a window of time; 400 and 404 as the real one words them."""
    if ask.path == SIGN_IN:
        token = {"accessJwt": "made-up-access", "refreshJwt": "made-up-refresh"}
        return as_json({**token, "handle": "demo.example", "did": "did:plc:demo"}, headers=_LIMITS)
    if ask.path == GET_POSTS:
        return _by_address(ask)
    if ask.path != SEARCH:
        message = {"error": "MethodNotImplemented", "message": "Method Not Implemented"}
        return as_json(message, status=501, headers=_LIMITS)
    if not ask.one("q"):
        return _bad('Error: Params must have the property "q"')
    limit = ask.one("limit", "25")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        return _bad("Error: limit can not be greater than 100")
    cursor = ask.one("cursor", "0")
    if not cursor.isdigit():
        return _bad("Error: invalid cursor")
    try:
        found = [item for item in ask.shown("bluesky") if _wanted(ask, item)]
    except ValueError as error:
        return _bad(f"Error: {error}")
    if ask.one("sort", "latest") == "top":
        found.sort(key=lambda item: -item.count_at(item.likes, ask.now))
    start, end = int(cursor), int(cursor) + int(limit)
    whole: dict[str, Any] = {
        "posts": [_post(ask, item) for item in found[start:end]],
        "hitsTotal": len(found),
    }
    if end < len(found):
        whole["cursor"] = str(end)
    return as_json(whole, headers=_LIMITS)


def _by_address(ask: Ask) -> Reply:
    """Serve those of up to 25 posts that there are."""
    wanted = ask.query.get("uris", [])
    if not 1 <= len(wanted) <= 25:
        return _bad("Error: uris must not have more than 25 elements")
    found = [i for i in ask.shown("bluesky") if i.id in wanted and i.flaw is None]
    return as_json({"posts": [_post(ask, item) for item in found]}, headers=_LIMITS)


def _bad(message: str) -> Reply:
    return as_json({"error": "InvalidRequest", "message": message}, status=400, headers=_LIMITS)


def _wanted(ask: Ask, item: Item) -> bool:
    since, until = ask.one("since"), ask.one("until")
    if since and item.published < _time(since):
        return False
    if until and item.published >= _time(until):
        return False
    if ask.one("lang") and item.language != ask.one("lang").lower():
        return False
    author = ask.one("author")
    if author and author not in {item.author.id, _handle(item.author)}:
        return False
    return matches(ask.one("q"), (item.text,))


def _time(text: str) -> datetime:
    """Read a time or a date as the API allows both; ValueError where it is neither."""
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _handle(author: Author) -> str:
    return f"{author.handle}.{SOCIAL_HOST}"


def _cid(item: Item, what: str) -> str:
    digest = hashlib.sha256(f"{what}{item.id}".encode()).hexdigest()
    return "bafyrei" + re.sub("[01]", "x", digest)[:52]


def _reference(item: Item) -> dict[str, str]:
    return {"uri": item.id, "cid": _cid(item, "post")}


def _post(ask: Ask, item: Item) -> dict[str, Any]:
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "createdAt": iso(item.published),
        "langs": [item.language],
        "text": item.text,
    }
    if item.tags:
        record["facets"] = [_facet(item.text, tag) for tag in item.tags]
    if item.parent is not None:
        parents = {"root": _reference(item.root), "parent": _reference(item.parent)}
        record["reply"] = parents
    post: dict[str, Any] = {
        "uri": item.id,
        "cid": _cid(item, "post"),
        "author": {
            "did": item.author.id,
            "handle": _handle(item.author),
            "displayName": item.author.shown_as,
            "labels": [],
            "createdAt": "2024-09-04T11:55:00.863Z",
        },
        "record": record,
        "replyCount": len(ask.world.replies(item, ask.now)),
        "repostCount": item.count_at(item.shares, ask.now),
        "likeCount": item.count_at(item.likes, ask.now),
        "quoteCount": item.count_at(item.shares // 7, ask.now),
        "indexedAt": iso(item.shown),
        "labels": [],
    }
    return _spoiled(post, item.flaw)


def _facet(text: str, tag: str) -> dict[str, Any]:
    start = len(text[: text.index(f"#{tag}")].encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(tag) + 1},
        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}],
    }


def _spoiled(post: dict[str, Any], flaw: str | None) -> dict[str, Any]:
    match flaw:
        case "no_id":
            del post["uri"]
        case "bad_date":
            post["record"] |= {"createdAt": "last Tuesday"}
        case "text_not_string":
            post["record"] |= {"text": {"en": post["record"]["text"]}}
        case "no_author":
            del post["author"]
    return post
