"""An app store's reviews as Steam serves them: ``/appreviews/<appid>?json=1``."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

import msgspec

from tidings.demo.apis.ask import Ask, Reply, as_json
from tidings.demo.item import Item

LANGUAGES = {"en": "english", "no": "norwegian", "da": "danish", "zh": "schinese"}


def answer(ask: Ask) -> Reply:
    """Serve a page of reviews; an unknown app has none, a strange cursor ends the walk."""
    app = ask.path.removeprefix("/appreviews/").strip("/")
    per_page = ask.number("num_per_page", 20, most=100)
    if ask.one("json") != "1" or per_page is None:
        return Reply(body=b"<html>Reviews</html>", type="text/html; charset=utf-8")
    every = [i for i in ask.shown("steam") if i.place == app]
    updated = ask.one("filter", "all") == "updated"
    found = sorted(
        (i for i in every if _wanted(ask, i)), key=lambda i: _order(ask, i, updated), reverse=True
    )
    cursor = ask.one("cursor", "*")
    after = None if cursor == "*" else _read(cursor)
    if after is not None:
        found = [i for i in found if _order(ask, i, updated) < after]
    page = found[:per_page]
    summary: dict[str, Any] = {"num_reviews": len(page)}
    if cursor == "*":
        summary |= _summary(every, ask.now)
    return as_json(
        {
            "success": 1,
            "query_summary": summary,
            "reviews": [_review(ask, item) for item in page],
            "cursor": _write(_order(ask, page[-1], updated)) if page else cursor,
        }
    )


def _wanted(ask: Ask, item: Item) -> bool:
    language, kind = ask.one("language", "all"), ask.one("review_type", "all")
    if language != "all" and LANGUAGES.get(item.language) not in language.split(","):
        return False
    return kind == "all" or (item.rating_at(ask.now) == 1) == (kind == "positive")


def _order(ask: Ask, item: Item, updated: bool) -> tuple[int, int]:
    edit = item.edit_at(ask.now) if updated else None
    return int((edit.at if edit else item.published).timestamp()), int(item.id)


def _write(order: tuple[int, int]) -> str:
    return base64.b64encode(b"Ao" + msgspec.json.encode(order)).decode()


def _read(cursor: str) -> tuple[int, int]:
    try:
        data = base64.b64decode(cursor, validate=True)
        return msgspec.json.decode(data.removeprefix(b"Ao"), type=tuple[int, int])
    except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError):
        return (0, 0)


def _summary(every: list[Item], now: datetime) -> dict[str, Any]:
    up = sum(item.rating_at(now) == 1 for item in every)
    share = up / len(every) if every else 0.0
    score, word = (8, "Very Positive") if share >= 0.8 else (7, "Mostly Positive")
    if share < 0.7:
        score, word = (5, "Mixed")
    return {
        "review_score": score if every else 0,
        "review_score_desc": word if every else "No user reviews",
        "total_positive": up,
        "total_negative": len(every) - up,
        "total_reviews": len(every),
    }


def _review(ask: Ask, item: Item) -> dict[str, Any]:
    edit, owners = item.edit_at(ask.now), item.answer_at(ask.now)
    played = 60 + item.author.followers % 3000
    review: dict[str, Any] = {
        "recommendationid": item.id,
        "author": {
            "steamid": item.author.id,
            "num_games_owned": 3 + item.author.followers % 200,
            "num_reviews": 1 + item.author.followers % 20,
            "playtime_forever": played,
            "playtime_last_two_weeks": played // 9,
            "playtime_at_review": played // 2,
            "last_played": int(item.published.timestamp()),
        },
        "language": LANGUAGES[item.language],
        "review": item.text_at(ask.now),
        "timestamp_created": int(item.published.timestamp()),
        "timestamp_updated": int((edit.at if edit else item.published).timestamp()),
        "voted_up": item.rating_at(ask.now) == 1,
        "votes_up": item.count_at(item.likes, ask.now),
        "votes_funny": 0,
        "weighted_vote_score": "0.523809552192687988" if item.likes else 0,
        "comment_count": 0,
        "steam_purchase": True,
        "received_for_free": False,
        "written_during_early_access": False,
        "primarily_steam_deck": False,
    }
    if owners:
        review["timestamp_dev_responded"] = int(owners.at.timestamp())
        review["developer_response"] = owners.text
    return _spoiled(review, item.flaw)


def _spoiled(review: dict[str, Any], flaw: str | None) -> dict[str, Any]:
    match flaw:
        case "no_id":
            del review["recommendationid"]
        case "bad_date":
            review["timestamp_created"] = "32/13/2026"
        case "text_not_string":
            review["review"] = {"bbcode": review["review"]}
        case "rating_not_boolean":
            review["voted_up"] = "mostly"
    return review
