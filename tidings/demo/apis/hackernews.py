"""The forum's search, as Algolia serves it: ``/api/v1/search_by_date`` and ``/api/v1/search``."""

from __future__ import annotations

import html
import re
from typing import Any

from tidings.demo.apis.ask import Ask, Reply, as_json, iso, matches
from tidings.demo.item import Item

REACHABLE = 1000
"""Hits of one query that can be paged to; the rest is there but out of reach."""

_FILTER = re.compile(r"\s*(created_at_i|points|num_comments)\s*(<=|>=|<|>|=)\s*(-?\d+)\s*")


def answer(ask: Ask) -> Reply:
    """Search stories and comments; 400 for a filter that can't be read."""
    per_page = ask.number("hitsPerPage", 20, most=1000)
    page = ask.number("page", 0, most=10**6, least=0)
    filters = [_FILTER.fullmatch(f) for f in ask.one("numericFilters").split(",") if f.strip()]
    if per_page is None or page is None or not all(filters):
        return as_json({"message": "invalid parameter", "status": 400}, status=400)
    found = [item for item in ask.shown("hackernews") if _wanted(ask, item)]
    for match in filters:
        if match is not None:
            found = [i for i in found if _holds(_value(ask, i, match[1]), match[2], int(match[3]))]
    if ask.path.endswith("/search"):
        found.sort(key=lambda item: -item.count_at(item.likes, ask.now))
    reachable = found[:REACHABLE]
    return as_json(
        {
            "hits": [_hit(ask, i) for i in reachable[page * per_page : (page + 1) * per_page]],
            "nbHits": len(found),
            "page": page,
            "nbPages": -(-len(reachable) // per_page),
            "hitsPerPage": per_page,
            "exhaustiveNbHits": True,
            "exhaustiveTypo": True,
            "query": ask.one("query"),
            "params": "advancedSyntax=true",
            "processingTimeMS": 3,
        }
    )


def one(ask: Ask) -> Reply:
    """Answer with one item, or 404 in the words of the real one."""
    number = ask.path.rpartition("/")[2]
    for item in ask.shown("hackernews"):
        if item.id == number and item.flaw is None:
            hit = _hit(ask, item)
            return as_json(
                {
                    "id": int(item.id),
                    "created_at": iso(item.published),
                    "created_at_i": hit["created_at_i"],
                    "type": "comment" if item.kind == "comment" else "story",
                    "author": item.author.handle,
                    "title": hit.get("title"),
                    "url": hit.get("url"),
                    "text": hit.get("comment_text") or hit.get("story_text"),
                    "points": hit.get("points"),
                    "parent_id": hit.get("parent_id"),
                    "story_id": hit["story_id"],
                    "children": [],
                    "options": [],
                }
            )
    return as_json({"status": 404, "error": "Not Found"}, status=404)


def _wanted(ask: Ask, item: Item) -> bool:
    return _tagged(ask.one("tags"), item) and matches(
        ask.one("query"), (item.title, item.text, item.root.title, item.author.handle)
    )


def _tags(item: Item) -> list[str]:
    kind = "comment" if item.kind == "comment" else "story"
    more = ["ask_hn"] if (item.title or "").startswith("Ask HN") else []
    return [kind, f"author_{item.author.handle}", f"story_{item.root.id}", *more]


def _tagged(wanted: str, item: Item) -> bool:
    """Tell whether tags hold: a comma means and, ``(a,b)`` means or."""
    has = set(_tags(item))
    either = [group.split(",") for group in re.findall(r"\(([^)]*)\)", wanted)]
    every = [tag for tag in re.sub(r"\([^)]*\)", "", wanted).split(",") if tag.strip()]
    return has.issuperset(every) and all(has.intersection(group) for group in either)


def _value(ask: Ask, item: Item, name: str) -> int:
    if name == "created_at_i":
        return int(item.published.timestamp())
    return item.count_at(item.likes, ask.now) if name == "points" else _comments(ask, item)


def _holds(value: int, operator: str, limit: int) -> bool:
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
    }[operator]


def _comments(ask: Ask, item: Item) -> int:
    """Count the whole tree under an item."""
    return sum(1 + _comments(ask, reply) for reply in ask.world.replies(item, ask.now))


def _hit(ask: Ask, item: Item) -> dict[str, Any]:
    story = item.kind == "post"
    text = html.escape(item.text_at(ask.now)).replace("/", "&#x2F;") or None
    hit: dict[str, Any] = {
        "_tags": _tags(item),
        "author": item.author.handle,
        "created_at": f"{item.published:%Y-%m-%dT%H:%M:%SZ}",
        "created_at_i": int(item.published.timestamp()),
        "objectID": item.id,
        "story_id": int(item.root.id),
        "updated_at": iso(item.shown),
        "children": [int(reply.id) for reply in ask.world.replies(item, ask.now)],
    }
    if story:
        hit |= {
            "title": item.title,
            "points": 1 + item.count_at(item.likes, ask.now),
            "num_comments": _comments(ask, item),
            **({"url": item.link} if item.link else {}),
            **({"story_text": text} if text else {}),
        }
    else:
        hit |= {
            "comment_text": text,
            "parent_id": int(item.parent.id) if item.parent else None,
            "story_title": item.root.title,
            "story_url": item.root.link,
        }
    hit["_highlightResult"] = {"author": {"value": item.author.handle, "matchLevel": "none"}}
    return _spoiled(hit, item.flaw)


def _spoiled(hit: dict[str, Any], flaw: str | None) -> dict[str, Any]:
    match flaw:
        case "no_id":
            del hit["objectID"]
        case "bad_date":
            hit["created_at"], hit["created_at_i"] = "2026-02-30T25:61:00Z", "yesterday"
        case "text_not_string":
            hit["comment_text"] = {"html": hit["comment_text"]}
        case "says_nothing":
            hit["comment_text"] = hit["story_title"] = None
    return hit
