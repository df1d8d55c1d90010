"""The walk over an Instagram account's media and the comments on each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from connectors.instagram_records import COMMENT_FIELDS, MEDIA_FIELDS, REPLY_FIELDS, Media, Thread
from connectors.meta_graph import Edge, Graph
from connectors.newest_first import NewestFirst, times
from tidings.connector import Cursor, Page, Rejected, read_records
from tidings.errors import NotFound
from tidings.mention import Mention

COUNTS = "counts"
"""In a cursor: how many comments each of the recent media had."""


class CommentWalk:
    """Comments on the media since a time. Replies to old comments show by their number alone."""

    def __init__(self, graph: Graph, walk: NewestFirst, account: str, first: datetime) -> None:
        """Read comments on media that ``account`` published from ``first`` (aware UTC) on."""
        self._graph, self._walk, self._account, self._first = graph, walk, account, first
        self._before: dict[str, int] = dict((walk.given or {}).get(COUNTS, {}))
        self._counts: dict[str, int] = {}
        self._given: set[str] = set()

    def marked(self, cursor: Cursor | None) -> Cursor | None:
        """Return the cursor of the finished walk with the number of comments of each media."""
        return cursor and {**cursor, COUNTS: self._counts}

    def pages(self) -> Iterator[Page]:
        """Yield the listing of media, and after each page of it the comments on those."""
        edge = Edge(self._graph, f"{self._account}/media", {"fields": MEDIA_FIELDS, "limit": 100})
        while not edge.ended:
            answer, records = edge.next()
            media, rejected = _read(records)
            yield Page(mentions=[], rejected=rejected, cursor=self._walk.given, raw=[answer])
            recent = [one for one in media if one.timestamp >= self._first]
            for one in recent:
                yield from self._comments(one)
            if media and not recent:
                return

    def _comments(self, media: Media) -> Iterator[Page]:
        """Yield the comments on one, the newest first: to those seen, or all if one may be new."""
        count = media.comments_count
        if media.id in self._counts or count == 0:
            return
        whole = count is None or self._before.get(media.id) != count
        thread = Thread(media, self._account)
        edge = Edge(self._graph, f"{media.id}/comments", {"fields": COMMENT_FIELDS, "limit": 50})
        while not edge.ended:
            try:
                answer, records = edge.next()
            except NotFound as error:
                gone = Rejected(
                    reason=f"media {media.id} went meanwhile: {error.message}", raw=media.id
                )
                yield Page(mentions=[], rejected=[gone], cursor=self._walk.given)
                return
            mentions, rejected = thread.read(records)
            behind = self._walk.passed(times(records, "timestamp"))
            self._walk.passed([m.published for m in mentions])
            yield Page(
                mentions=self._wanted(mentions),
                rejected=rejected,
                cursor=self._walk.given,
                raw=[answer],
            )
            while thread.cut:
                yield from self._replies(thread, thread.cut.pop())
            if behind and not whole:
                break
        if count is not None:
            self._counts[media.id] = count

    def _replies(self, thread: Thread, comment: str) -> Iterator[Page]:
        """Yield the replies to one comment that has more than came with it."""
        edge = Edge(self._graph, f"{comment}/replies", {"fields": REPLY_FIELDS, "limit": 50})
        while not edge.ended:
            answer, records = edge.next()
            mentions, rejected = thread.read_replies(records, comment)
            self._walk.passed([m.published for m in mentions])
            yield Page(
                mentions=self._wanted(mentions),
                rejected=rejected,
                cursor=self._walk.given,
                raw=[answer],
            )

    def _wanted(self, mentions: list[Mention]) -> list[Mention]:
        new = [m for m in mentions if m.external_id not in self._given]
        self._given.update(m.external_id for m in new)
        return [m for m in new if self._walk.wants(m)]


def _read(records: list[msgspec.Raw]) -> tuple[list[Media], list[Rejected]]:
    media: list[Media] = []

    def keep(record: msgspec.Raw) -> None:
        media.append(msgspec.json.decode(record, type=Media))

    _, rejected = read_records(records, keep)
    return media, rejected
