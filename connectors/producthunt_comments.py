"""The walk over the comments on one post of Product Hunt, and the replies to each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from connectors.newest_first import NewestFirst, times
from connectors.onward import Onward, not_after
from connectors.producthunt_records import COMMENTS, REPLIES, Comment, Connection, mention_of
from tidings.connector import Page, Rejected, read_records
from tidings.errors import NotFound
from tidings.http import Answer
from tidings.mention import Mention
from tidings.times import utcnow

COUNT = "comments"
"""In a cursor: how many comments the post had."""


class _Post(msgspec.Struct, frozen=True, rename="camel"):
    id: str | int
    comments: Connection
    comments_count: int | None = None


class _OfPost(msgspec.Struct, frozen=True):
    post: _Post | None


class _FoundPost(msgspec.Struct, frozen=True):
    data: _OfPost


class _Replied(msgspec.Struct, frozen=True):
    replies: Connection


class _OfComment(msgspec.Struct, frozen=True):
    comment: _Replied | None


class _FoundComment(msgspec.Struct, frozen=True):
    data: _OfComment


class CommentWalk:
    """Comments on one post, the newest first. Replies to old ones show by their number alone."""

    def __init__(
        self, ask: Callable[[str, dict[str, Any]], Answer], walk: NewestFirst, slug: str
    ) -> None:
        """Read the comments on the post ``slug``; ``ask`` answers a query with variables."""
        self._ask, self._walk, self._slug = ask, walk, slug
        self._given: set[str] = set()
        self._cut: list[str] = []

    def pages(self) -> Iterator[Page]:
        """Yield the comments to those seen earlier, or all of them if their number has changed."""
        started, onward, after = utcnow(), Onward(), None
        count: int | None = None
        while True:
            answer = self._ask(COMMENTS, {"slug": self._slug, "after": after})
            post = answer.json(_FoundPost).data.post
            if post is None:
                raise NotFound(
                    f"Product Hunt has no post {self._slug!r}.",
                    remedy="Check the slug in 'posts': it is the last part of the post's address.",
                    url=answer.url,
                    answer=answer,
                )
            count = post.comments_count if after is None else count
            whole = count is None or (self._walk.given or {}).get(COUNT) != count
            behind = self._walk.passed(times(post.comments.nodes, "createdAt"))
            yield self._page(post.comments, str(post.id), answer)
            while self._cut:
                yield from self._replies(self._cut.pop(), str(post.id))
            onto = post.comments.page_info
            if not onto.has_next_page or (behind and not whole):
                break
            after = onward.follow(onto.end_cursor or "", answer, records=len(post.comments.nodes))
        cursor = not_after(self._walk.finished(), started)
        yield Page(mentions=[], cursor=cursor and {**cursor, COUNT: count})

    def _replies(self, comment: str, post: str) -> Iterator[Page]:
        """Yield all replies to a comment that has more than came with it."""
        onward, after = Onward(), None
        while True:
            answer = self._ask(REPLIES, {"id": comment, "after": after})
            found = answer.json(_FoundComment).data.comment
            if found is None:
                gone = Rejected(reason=f"comment {comment} went meanwhile", raw=comment)
                yield Page(mentions=[], rejected=[gone], cursor=self._walk.given, raw=[answer])
                return
            yield self._page(found.replies, post, answer)
            onto = found.replies.page_info
            if not onto.has_next_page:
                return
            after = onward.follow(onto.end_cursor or "", answer, records=len(found.replies.nodes))

    def _page(self, connection: Connection, post: str, answer: Answer) -> Page:
        mentions, rejected = self._read(connection, post)
        self._walk.passed([m.published for m in mentions])
        new = [m for m in mentions if m.external_id not in self._given]
        self._given.update(m.external_id for m in new)
        return Page(
            mentions=[m for m in new if self._walk.wants(m)],
            rejected=rejected,
            cursor=self._walk.given,
            raw=[answer],
        )

    def _read(self, connection: Connection, post: str) -> tuple[list[Mention], list[Rejected]]:
        """Read comments with the replies that came with them; notes those with more."""
        replies: list[Mention] = []
        bad: list[Rejected] = []

        def one(record: msgspec.Raw) -> Mention | None:
            comment = msgspec.json.decode(record, type=Comment)
            mention = mention_of(comment, post)
            if comment.replies is not None:
                found, rejected = self._read(comment.replies, post)
                replies.extend(found)
                bad.extend(rejected)
                if comment.replies.page_info.has_next_page:
                    self._cut.append(str(comment.id))
            return mention

        mentions, rejected = read_records(connection.nodes, one)
        return [*mentions, *replies], [*rejected, *bad]
