"""The comments on one video of TikTok, and the replies to each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from connectors.newest_first import NewestFirst
from connectors.onward import Onward
from connectors.tiktok_records import COMMENT_FIELDS, Comment, Video, judge, mention_of_comment
from tidings.connector import Cursor, Page, read_records
from tidings.http import Http
from tidings.mention import Mention
from tidings.times import from_epoch

DEEPEST = 1000
"""Comments on a video, or replies to a comment, that the API shows at most."""


class _Data(msgspec.Struct, frozen=True):
    comments: list[msgspec.Raw]
    has_more: bool
    cursor: int | None = None


class _Found(msgspec.Struct, frozen=True):
    data: _Data


def comments_on(
    api: Http, base_url: str, video: Video, walk: NewestFirst, replies: bool, cursor: Cursor | None
) -> Iterator[Page]:
    """Yield the comments on ``video``, with the replies to them if wanted; no order is agreed on.

    Every page has the ``cursor`` given. SourceChanged where the listing leads round in a loop.
    """
    waiting: list[dict[str, Any]] = [{"video_id": video.id}]
    while waiting:
        asked = waiting.pop()
        for page, answered in _listed(api, base_url, asked, video, walk, cursor):
            yield page
            if replies and "video_id" in asked:
                waiting += [{"comment_id": c.id} for c in answered]


def _listed(
    api: Http,
    base_url: str,
    asked: dict[str, Any],
    video: Video,
    walk: NewestFirst,
    cursor: Cursor | None,
) -> Iterator[tuple[Page, list[Comment]]]:
    """Yield the pages of one listing, each with its comments that have replies."""
    url = f"{base_url.rstrip('/')}/v2/research/video/comment/list/?fields={COMMENT_FIELDS}"
    onward, at = Onward(), 0
    while at < DEEPEST:
        size = min(100, DEEPEST - at)
        body = {**asked, "max_count": size, "cursor": at}
        answer = api.post(url, json=body, repeatable=True, judge=judge)
        found: _Data = answer.json(_Found).data
        comments: list[Comment] = []

        def read(record: msgspec.Raw, comments: list[Comment] = comments) -> Mention | None:
            comment = msgspec.json.decode(record, type=Comment)
            mention = mention_of_comment(comment, video)
            comments.append(comment)
            return mention

        mentions, rejected = read_records(found.comments, read)
        walk.passed([from_epoch(comment.create_time) for comment in comments])
        fresh = walk.fresh(mentions, lambda mention: mention.external_id)
        page = Page(
            mentions=[m for m in fresh if walk.wants(m)],
            rejected=rejected,
            cursor=cursor,
            raw=[answer],
        )
        yield page, [c for c in comments if c.reply_count]
        if not found.has_more:
            return
        at = at + size if found.cursor is None else found.cursor
        onward.follow(str(at), answer, records=len(found.comments))
