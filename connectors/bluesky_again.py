"""Posts of Bluesky asked for by their addresses: what the answer leaves out is there no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from connectors.again import believed, gone, in_parts, left_out
from tidings.connector import Key, Page, read_records
from tidings.http import Answer
from tidings.mention import Mention

GET_POSTS = "/xrpc/app.bsky.feed.getPosts"

MOST = 25
"""Posts that can be asked for at once."""


class _Posts(msgspec.Struct, frozen=True):
    posts: list[msgspec.Raw]


def posts_again(
    get: Callable[[str], Answer], read: Callable[[Any], Mention | None], keys: Sequence[Key]
) -> Iterator[Page]:
    """Ask for ``keys`` by ``get`` of a path and query; SourceChanged where none of many comes."""
    for part in in_parts(keys, MOST):
        query = urlencode([("uris", key.external_id) for key in part])
        answer = get(f"{GET_POSTS}?{query}")
        found: _Posts = answer.json(_Posts)
        mentions, rejected = read_records(found.posts, read)
        missing = believed(answer, part, left_out(part, mentions, rejected))
        yield Page(
            mentions=mentions,
            rejected=rejected,
            cursor=None,
            raw=[answer],
            gone=gone(missing, "Bluesky shows no such post any more"),
        )
