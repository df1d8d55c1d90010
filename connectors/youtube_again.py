"""Videos, comments and replies of YouTube asked for by their ids, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

import msgspec

from connectors.again import believed, gone, in_parts, left_out
from connectors.newest_first import peek
from connectors.youtube_answer import Api, reason_of
from connectors.youtube_mention import read_reply, read_thread, read_video
from tidings.connector import Key, Page, read_records
from tidings.errors import NotFound
from tidings.mention import Mention

MOST = 50
"""Ids that can be asked for at once."""

MISSING = frozenset({"commentNotFound", "commentThreadNotFound", "notFound", "videoNotFound"})
"""Words in which YouTube says that something is not there; it may say so of all for one of them."""

Read = Callable[[msgspec.Raw], Mention]


def items_again(api: Api, keys: Sequence[Key]) -> Iterator[Page]:
    """Ask for ``keys``; SourceChanged where none of many comes.

    A reply's id begins with that of its thread, and a dot.
    """
    comments = [key for key in keys if key.kind == "comment"]
    videos = [key for key in keys if key.kind != "comment"]
    replies = [key for key in comments if "." in key.external_id]
    begun = [key for key in comments if "." not in key.external_id]
    for part in in_parts(videos, MOST):
        yield from _ask(api, "videos", {"part": "snippet,statistics"}, part, read_video)
    for part in in_parts(begun, MOST):
        asked = {"part": "snippet", "textFormat": "html"}
        yield from _ask(api, "commentThreads", asked, part, read_thread)
    for part in in_parts(replies, MOST):
        asked = {"part": "snippet", "textFormat": "html"}
        yield from _ask(api, "comments", asked, part, _reader(part))


def _ask(
    api: Api, method: str, params: dict[str, str], keys: Sequence[Key], read: Read
) -> Iterator[Page]:
    ids = ",".join(key.external_id for key in keys)
    try:
        listed, answer = api.get(method, {**params, "id": ids})
    except NotFound as error:
        if reason_of(error.answer) not in MISSING or error.answer is None:
            raise
        if len(keys) == 1:
            told = gone(keys, "YouTube says that it is not there")
            yield Page(mentions=[], cursor=None, raw=[error.answer], gone=told)
            return
        for key in keys:
            yield from _ask(api, method, params, [key], read)
        return
    mentions, rejected = read_records(listed.items, read)
    missing = believed(answer, keys, left_out(keys, mentions, rejected))
    yield Page(
        mentions=mentions,
        rejected=rejected,
        cursor=None,
        raw=[answer],
        gone=gone(missing, "YouTube shows it no more"),
    )


def _reader(keys: Sequence[Key]) -> Read:
    """Return what reads a reply: its thread is in its id, its video in the address of old."""
    videos = {
        key.external_id: next(iter(parse_qs(urlsplit(key.url or "").query).get("v", [])), None)
        for key in keys
    }

    def read(record: msgspec.Raw) -> Mention:
        name = peek(record, "id", str) or ""
        return read_reply(record, name.partition(".")[0], videos.get(name))

    return read
