"""Posts of X asked for by their ids: a hundred at a time, and of an edited one its last version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec

from connectors.again import believed, gone, in_parts
from connectors.newest_first import peek
from connectors.x_answer import Found, meant, read_found
from connectors.x_post import Included, read_post
from tidings.connector import Gone, Key, Page, read_records
from tidings.errors import SourceError
from tidings.http import Answer

MOST = 100
"""Posts that can be asked for at once."""

NO_MORE = {
    "resource-not-found": "X says that it is not there",
    "not-authorized-for-resource": "X shows it no more: its account is protected or suspended",
}
"""What X says, post by post, of those that it does not give."""


class _Problem(msgspec.Struct, frozen=True):
    type: str = ""
    resource_id: str | None = None
    value: str | None = None

    def kind(self) -> str:
        return self.type.rpartition("/")[2]

    def post(self) -> str | None:
        return self.resource_id or self.value


class _Told(msgspec.Struct, frozen=True):
    errors: list[_Problem] = []


def posts_again(get: Callable[[str], Answer], keys: Sequence[Key]) -> Iterator[Page]:
    """Ask for ``keys`` by ``get`` of ids; SourceChanged where none of many comes.

    By its first id X gives the first version of a post, so those that were edited since are asked
    for once more by their last id. Only what X names as missing is gone.
    """
    for part in in_parts(keys, MOST):
        answer = get(",".join(key.external_id for key in part))
        found = _found(answer)
        latest = [last for post in found.data or [] if (last := _newer(post)) is not None]
        told = _gone(answer, part)
        if len(told) == len(part):
            believed(answer, part, part)
        yield _page(answer, found, told)
        if latest:
            newer = get(",".join(latest))
            yield _page(newer, _found(newer), [])


def judged(answer: Answer) -> SourceError | None:
    """Return the error of a whole answer; that single posts are missing is none."""
    told = _told(answer) if answer.status == 200 else _Told()
    if told.errors and all(p.kind() in NO_MORE and p.post() for p in told.errors):
        return None
    return meant(answer)


def _found(answer: Answer) -> Found:
    return Found() if _told(answer).errors and b'"data"' not in answer.body else read_found(answer)


def _page(answer: Answer, found: Found, told: list[Gone]) -> Page:
    posts = [post for post in found.data or [] if _newer(post) is None]
    reader = partial(read_post, included=Included.of(found.includes))
    mentions, rejected = read_records(posts, reader)
    return Page(mentions=mentions, rejected=rejected, cursor=None, raw=[answer], gone=told)


def _newer(post: msgspec.Raw) -> str | None:
    """Return the id of a post's last version, where that is another."""
    ids = peek(post, "edit_history_tweet_ids", list[str]) or []
    return ids[-1] if ids and ids[-1] != peek(post, "id", str) else None


def _gone(answer: Answer, keys: Sequence[Key]) -> list[Gone]:
    kinds = {p.post(): p.kind() for p in _told(answer).errors if p.kind() in NO_MORE}
    return [
        told
        for key in keys
        if key.external_id in kinds
        for told in gone([key], NO_MORE[kinds[key.external_id]])
    ]


def _told(answer: Answer) -> _Told:
    try:
        return msgspec.json.decode(answer.body, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Told()
