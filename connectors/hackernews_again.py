"""Stories and comments of Hacker News asked for by their ids.

Stories come many at once, by their tags; what the search leaves out, and comments, are asked for
one by one: an index may forget, but an item that is deleted says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from connectors.again import believed, gone, in_parts, left_out
from tidings.connector import Key, Page, read_records
from tidings.errors import NotFound, SourceChanged
from tidings.http import Answer, Http
from tidings.mention import Mention

MOST = 50
"""Stories asked for at once."""


class _Hits(msgspec.Struct, frozen=True):
    hits: list[msgspec.Raw]


class _Item(msgspec.Struct, frozen=True):
    """An item and the whole tree below it, which is not read. Deleted, it has an id and no more."""

    id: int
    type: str | None = None
    author: str | None = None
    created_at: Annotated[datetime, Meta(tz=True)] | None = None
    title: str | None = None
    text: str | None = None
    points: int | None = None
    parent_id: int | None = None


class _Told(msgspec.Struct, frozen=True):
    error: str | None = None
    message: str | None = None


def items_again(
    http: Http, base_url: str, read: Callable[[Any], Mention | None], keys: Sequence[Key]
) -> Iterator[Page]:
    """Ask the search at ``base_url`` for ``keys``; ``read`` reads the JSON of a hit.

    SourceChanged where it knows none of many.
    """
    stories = [key for key in keys if key.kind != "comment"]
    missing = [key for key in keys if key.kind == "comment"]
    for part in in_parts(stories, MOST):
        tags = ",".join(f"story_{key.external_id}" for key in part)
        answer = http.get(
            f"{base_url}/api/v1/search_by_date",
            {"tags": f"story,({tags})", "hitsPerPage": MOST},
        )
        hits: _Hits = answer.json(_Hits)
        mentions, rejected = read_records(hits.hits, read)
        yield Page(mentions=mentions, rejected=rejected, cursor=None, raw=[answer])
        missing = [*left_out(part, mentions, rejected), *missing]
    yield from _one_by_one(http, base_url, read, missing, len(missing) == len(keys))


def _one_by_one(
    http: Http,
    base_url: str,
    read: Callable[[Any], Mention | None],
    keys: Sequence[Key],
    these_are_all: bool,
) -> Iterator[Page]:
    """Ask for each of ``keys``; what is gone is told on the last page, when all are known."""
    deleted: list[Key] = []
    last: Answer | None = None
    for key in keys:
        try:
            last = http.get(f"{base_url}/api/v1/items/{key.external_id}")
        except NotFound as error:
            last = _told(error)
            deleted.append(key)
            continue
        item: _Item = last.json(_Item)
        if str(item.id) != key.external_id:
            raise SourceChanged(
                f"Item {key.external_id} was asked for, {item.id} came.",
                remedy="Look at the kept page.",
                url=last.url,
                answer=last,
            )
        if item.created_at is None or (item.author is None and item.text is None):
            deleted.append(key)
            continue
        mentions, rejected = read_records([_as_hit(item, item.created_at)], read)
        yield Page(mentions=mentions, rejected=rejected, cursor=None, raw=[last])
    if deleted and last is not None:
        missing = believed(last, keys, deleted) if these_are_all else deleted
        yield Page(
            mentions=[],
            cursor=None,
            raw=[last],
            gone=gone(missing, "Hacker News has deleted it"),
        )


def _as_hit(item: _Item, created: datetime) -> msgspec.Raw:
    """Return an item in the form in which the search gives it, so that both read the same."""
    comment = item.type == "comment"
    hit = {
        "objectID": str(item.id),
        "created_at_i": int(created.timestamp()),
        "author": item.author,
        "title": None if comment else item.title,
        "comment_text" if comment else "story_text": item.text,
        "points": item.points,
        "parent_id": item.parent_id if comment else None,
        "_tags": ["comment" if comment else "story"],
    }
    return msgspec.Raw(msgspec.json.encode(hit))


def _told(error: NotFound) -> Answer:
    """Return the answer of the search where it says in its own words that there is no such item."""
    answer = error.answer
    try:
        told = msgspec.json.decode(answer.body if answer else b"", type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        told = _Told()
    if answer is None or not (told.error or told.message):
        raise SourceChanged(
            f"{error.url} is not found, and not in the words of this search.",
            remedy="Does the search still have items by id? Look at the kept page.",
            url=error.url,
            answer=answer,
        ) from error
    return answer
