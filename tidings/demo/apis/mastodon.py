"""A Mastodon instance: hashtag and public timelines, and search for those with a token."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlencode

from tidings.demo.apis.ask import Ask, Reply, as_json, iso, matches
from tidings.demo.brands import GENERAL_TAG, SOCIAL_HOST
from tidings.demo.item import Author, Item

TAG = "/api/v1/timelines/tag/"
STATUSES = "/api/v1/statuses"
LIMIT = 300


def answer(ask: Ask) -> Reply:
    """Serve a timeline, a search or statuses by their ids; 404 for any other path."""
    if ask.path.startswith(TAG) and len(ask.path) > len(TAG):
        return _timeline(ask, unquote(ask.path.removeprefix(TAG)).casefold())
    if ask.path == "/api/v1/timelines/public":
        return _timeline(ask, None)
    if ask.path == "/api/v2/search":
        return _search(ask)
    if ask.path.startswith(STATUSES):
        return _by_id(ask)
    return as_json({"error": "Record not found"}, status=404, headers=_limits(ask))


def _limits(ask: Ask) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(LIMIT),
        "x-ratelimit-remaining": str(LIMIT - 1),
        "x-ratelimit-reset": iso(ask.now + timedelta(minutes=5)),
    }


def _timeline(ask: Ask, tag: str | None) -> Reply:
    wanted = {t.casefold() for t in ask.query.get("any[]", [])} | ({tag} if tag else set())
    every = [t.casefold() for t in ask.query.get("all[]", [])]
    found = [
        item
        for item in ask.shown("mastodon")
        if (not wanted or wanted.intersection(item.tags)) and set(every).issubset(item.tags)
    ]
    page = _page(ask, found)
    if page is None:
        return as_json({"error": "Invalid parameters"}, status=422, headers=_limits(ask))
    broken = ask.world.broken_before
    if tag == GENERAL_TAG and broken and page:
        # an archive that is gone for good: who asks again, however late, gets the same
        page = [item for item in page if item.published >= broken]
        if not page:
            headers = {**_limits(ask), "retry-after": "3600"}
            return as_json({"error": "Service unavailable"}, status=503, headers=headers)
    statuses = [_status(ask, item) for item in page]
    return as_json(statuses, headers={**_limits(ask), **_links(ask, page)})


def _by_id(ask: Ask) -> Reply:
    """Serve one status, or those of several that there are."""
    number = ask.path.removeprefix(STATUSES).strip("/")
    wanted = {number} if number else set(ask.query.get("id[]", []))
    found = [_status(ask, i) for i in ask.shown("mastodon") if i.id in wanted and i.flaw is None]
    if not number:
        return as_json(found, headers=_limits(ask))
    if not found:
        return as_json({"error": "Record not found"}, status=404, headers=_limits(ask))
    return as_json(found[0], headers=_limits(ask))


def _page(ask: Ask, found: list[Item]) -> list[Item] | None:
    limit = ask.number("limit", 20, most=40)
    borders = [ask.one(name) for name in ("max_id", "since_id", "min_id")]
    if limit is None or any(b and not b.isdigit() for b in borders):
        return None
    below, above, upward = (int(b) if b else None for b in borders)
    if below is not None:
        found = [i for i in found if int(i.id) < below]
    if above is not None:
        found = [i for i in found if int(i.id) > above]
    if upward is not None:  # the page right above it, not the newest one
        return [i for i in found if int(i.id) > upward][-limit:]
    return found[:limit]


def _links(ask: Ask, page: list[Item]) -> dict[str, str]:
    if not page:
        return {}
    kept = [
        (name, value)
        for name, values in sorted(ask.query.items())
        for value in values
        if name not in {"max_id", "since_id", "min_id"}
    ]
    older = urlencode([*kept, ("max_id", page[-1].id)])
    newer = urlencode([*kept, ("min_id", page[0].id)])
    address = f"{ask.base}{ask.path}"
    return {"link": f'<{address}?{older}>; rel="next", <{address}?{newer}>; rel="prev"'}


def _search(ask: Ask) -> Reply:
    signed_in = ask.headers.get("authorization", "").startswith("Bearer ")
    offset, limit = ask.number("offset", 0, most=10**6, least=0), ask.number("limit", 20, most=40)
    if not ask.one("q"):
        message = "Validation failed: q can't be blank"
        return as_json({"error": message}, status=422, headers=_limits(ask))
    if offset is None or limit is None:
        return as_json({"error": "Invalid parameters"}, status=422, headers=_limits(ask))
    if offset and not signed_in:
        message = "Search queries pagination is not supported without authentication"
        return as_json({"error": message}, status=401, headers=_limits(ask))
    found: list[Item] = []
    if signed_in and ask.one("type", "statuses") == "statuses":
        asked = ask.one("q")
        shown = ask.shown("mastodon")
        found = _page_of(ask, [i for i in shown if matches(asked, (i.text_at(ask.now),))])
    statuses = [_status(ask, item) for item in found[offset : offset + limit]]
    whole = {"accounts": [], "statuses": statuses, "hashtags": []}
    return as_json(whole, headers=_limits(ask))


def _page_of(ask: Ask, found: list[Item]) -> list[Item]:
    for name, sign in (("max_id", 1), ("min_id", -1)):
        border = ask.one(name)
        if border.isdigit():
            found = [i for i in found if sign * int(i.id) < sign * int(border)]
    return found


def _status(ask: Ask, item: Item) -> dict[str, Any]:
    edit = item.edit_at(ask.now)
    address = f"https://{SOCIAL_HOST}/@{item.author.handle}/{item.id}"
    parent = item.parent
    status: dict[str, Any] = {
        "id": item.id,
        "created_at": iso(item.published),
        "in_reply_to_id": parent.id if parent else None,
        "in_reply_to_account_id": parent.author.id if parent else None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": item.language,
        "uri": f"https://{SOCIAL_HOST}/users/{item.author.handle}/statuses/{item.id}",
        "url": address,
        "replies_count": len(ask.world.replies(item, ask.now)),
        "reblogs_count": item.count_at(item.shares, ask.now),
        "favourites_count": item.count_at(item.likes, ask.now),
        "quotes_count": 0,
        "edited_at": iso(edit.at) if edit else None,
        "content": _content(item, ask),
        "reblog": None,
        "account": _account(item.author),
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": t, "url": f"https://{SOCIAL_HOST}/tags/{t}"} for t in item.tags],
        "emojis": [],
        "card": None,
        "poll": None,
    }
    return _spoiled(status, item.flaw)


def _content(item: Item, ask: Ask) -> str:
    text = html.escape(item.text_at(ask.now), quote=False).replace("'", "&#39;")
    for tag in item.tags:
        link = (
            f'<a href="https://{SOCIAL_HOST}/tags/{tag}" class="mention hashtag" rel="tag">'
            f"#<span>{tag}</span></a>"
        )
        text = text.replace(f"#{tag}", link, 1)
    return f"<p>{text}</p>"


def _account(author: Author) -> dict[str, Any]:
    return {
        "id": author.id,
        "username": author.handle,
        "acct": author.handle,
        "display_name": author.shown_as,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "group": False,
        "created_at": "2024-03-01T00:00:00.000Z",
        "note": "",
        "url": f"https://{SOCIAL_HOST}/@{author.handle}",
        "followers_count": author.followers,
        "following_count": author.followers % 397,
        "statuses_count": 40 + author.followers % 1999,
        "emojis": [],
        "fields": [],
    }


def _spoiled(status: dict[str, Any], flaw: str | None) -> dict[str, Any]:
    match flaw:
        case "no_id":
            del status["id"]
        case "bad_date":
            status["created_at"] = "0000-00-00T00:00:00Z"
        case "text_not_string":
            status["content"] = ["<p>", 404]
        case "negative_count":
            status["replies_count"] = -3
    return status
