"""The comments of a video or of a channel's videos: threads, newest first, and their replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

import msgspec

from connectors.newest_first import NewestFirst, identity, peek, times
from connectors.onward import Onward
from connectors.youtube_answer import Api
from connectors.youtube_mention import read_reply, read_thread
from tidings.connector import Rejected, read_records
from tidings.errors import NotFound
from tidings.http import Answer
from tidings.mention import Mention

PER_PAGE = 100
"""Threads or replies asked for at a time: as many as YouTube gives."""


class Part(msgspec.Struct, frozen=True):
    """What one answer held."""

    answer: Answer
    mentions: Sequence[Mention] = ()
    rejected: Sequence[Rejected] = ()


class _Included(msgspec.Struct, frozen=True):
    comments: list[msgspec.Raw] = []


def threads(
    api: Api, where: dict[str, str], walk: NewestFirst, until: datetime | None
) -> Iterator[Part]:
    """Give the threads at ``where`` back to the floor of ``walk``, and all replies of each.

    YouTube gives a few replies with each thread; where there are more, they are asked for. Threads
    begun at ``until`` or after it are passed over. SourceChanged where the pages go in a circle.
    """
    asked = {**where, "part": "snippet,replies", "order": "time", "textFormat": "html"}
    onward, token = Onward(), None
    while True:
        listed, answer = api.get(
            "commentThreads", {**asked, "maxResults": PER_PAGE, "pageToken": token}
        )
        fresh = walk.fresh(listed.items, lambda thread: identity(thread, "id"))
        begun = [_begun(thread) for thread in listed.items]
        behind = walk.passed([time for time in begun if time is not None])
        yield _part(fresh, walk, answer)
        for thread in fresh:
            if _wants_replies(thread, walk, until):
                yield from _thread_replies(api, thread, walk)
        if behind or not listed.next_page_token:
            return
        token = onward.follow(listed.next_page_token, answer, records=len(fresh))


def _part(fresh: Sequence[msgspec.Raw], walk: NewestFirst, answer: Answer) -> Part:
    mentions, rejected = read_records(fresh, read_thread)
    for thread in fresh:
        replies = walk.fresh(_included(thread), lambda reply: identity(reply, "id"))
        more, bad = read_records(replies, _reader(thread))
        mentions, rejected = mentions + more, rejected + bad
    return Part(answer, mentions, rejected)


def replies(
    api: Api, thread: str, walk: NewestFirst, read: partial[Mention] | None = None
) -> Iterator[Part]:
    """Give all replies of one ``thread``; NotFound where it is not there (any more)."""
    asked = {"part": "snippet", "parentId": thread, "textFormat": "html"}
    onward, token = Onward(), None
    while True:
        listed, answer = api.get("comments", {**asked, "maxResults": PER_PAGE, "pageToken": token})
        fresh = walk.fresh(listed.items, lambda reply: identity(reply, "id"))
        mentions, rejected = read_records(
            fresh, read or partial(read_reply, thread=thread, video=None)
        )
        yield Part(answer, mentions, rejected)
        if not listed.next_page_token:
            return
        token = onward.follow(listed.next_page_token, answer, records=len(fresh))


def _thread_replies(api: Api, thread: msgspec.Raw, walk: NewestFirst) -> Iterator[Part]:
    """Give the replies of a thread that was listed, unless it has been deleted since then."""
    try:
        yield from replies(api, identity(thread, "id"), walk, _reader(thread))
    except NotFound as error:
        if error.answer is not None:
            yield Part(error.answer)


def _reader(thread: msgspec.Raw) -> partial[Mention]:
    snippet = peek(thread, "snippet", msgspec.Raw)
    video = None if snippet is None else peek(snippet, "videoId", str)
    return partial(read_reply, thread=identity(thread, "id"), video=video)


def _wants_replies(thread: msgspec.Raw, walk: NewestFirst, until: datetime | None) -> bool:
    """Tell whether a thread has replies that it did not bring and that may be wanted."""
    snippet = peek(thread, "snippet", msgspec.Raw)
    count = None if snippet is None else peek(snippet, "totalReplyCount", int)
    begun = _begun(thread)
    if peek(thread, "id", str) is None or begun is None or (count or 0) <= len(_included(thread)):
        return False
    return not (walk.floor and begun < walk.floor) and not (until and begun >= until)


def _included(thread: msgspec.Raw) -> list[msgspec.Raw]:
    found = peek(thread, "replies", _Included)
    return found.comments if found else []


def _begun(thread: msgspec.Raw) -> datetime | None:
    at = thread
    for name in ("snippet", "topLevelComment", "snippet"):
        inner = peek(at, name, msgspec.Raw)
        if inner is None:
            return None
        at = inner
    return next(iter(times([at], "publishedAt")), None)
