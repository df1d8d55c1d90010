"""Asking for known mentions anew, one request for each, where a source has no other way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from connectors.again import believed, gone
from tidings.connector import Key, Page, read_records
from tidings.errors import NotFound
from tidings.http import Answer
from tidings.mention import Mention


def one_by_one(
    keys: Sequence[Key],
    ask: Callable[[Key], Answer],
    read: Callable[[msgspec.Raw], Mention],
) -> Iterator[Page]:
    """Yield what ``read`` makes of the JSON object that ``ask`` gets for each key.

    What the source has no more comes last, on one page. A 404 that is not in JSON is not the
    source's word: it is raised. SourceChanged where none of many is there.
    """
    missing: list[Key] = []
    last: Answer | None = None
    for key in keys:
        try:
            answer = ask(key)
        except NotFound as error:
            if error.answer is None or not _is_object(error.answer):
                raise
            missing.append(key)
            last = error.answer
            continue
        answer.json(dict[str, msgspec.Raw])  # any other form is no record that can't be read
        mentions, rejected = read_records([answer.json(msgspec.Raw)], read)
        yield Page(mentions=mentions, rejected=rejected, cursor=None, raw=[answer])
    if last is not None:
        told = gone(believed(last, keys, missing), "the source says that it is not there")
        yield Page(mentions=[], cursor=None, gone=told, raw=[last])


def _is_object(answer: Answer) -> bool:
    try:
        msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
