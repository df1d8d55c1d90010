"""Comments, replies and media of Instagram, read as mentions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from connectors.addresses import web_address
from connectors.meta_graph import Listing, Person
from connectors.newest_first import utc
from tidings.connector import Rejected, read_records
from tidings.markup import tidy
from tidings.mention import Mention

SOURCE = "instagram"

_SAID = "id,text,timestamp,username,from,like_count"

COMMENT_FIELDS = f"{_SAID},replies.limit(50){{{_SAID}}}"
REPLY_FIELDS = _SAID
MEDIA_FIELDS = "id,timestamp,permalink,username,comments_count"
TAGS_FIELDS = "id,caption,timestamp,permalink,username,like_count,comments_count"
HASHTAG_FIELDS = "id,caption,timestamp,permalink,like_count,comments_count"

_Time = Annotated[datetime, Meta(tz=True)]
_Id = Annotated[str, Meta(min_length=1)]


class Media(msgspec.Struct, frozen=True):
    """One picture or video of one's own, as far as its comments need it."""

    id: _Id
    timestamp: _Time
    permalink: str | None = None
    username: str | None = None
    comments_count: int | None = None


class _Said(msgspec.Struct, frozen=True, rename={"by": "from"}):
    """A comment, or a reply to one."""

    id: _Id
    timestamp: _Time
    text: str | None = None
    username: str | None = None
    by: Person | None = None
    like_count: int | None = None


class _Comment(_Said, frozen=True, rename={"by": "from"}):
    replies: Listing | None = None


class _Post(msgspec.Struct, frozen=True):
    id: _Id
    timestamp: _Time
    caption: str | None = None
    permalink: str | None = None
    username: str | None = None
    like_count: int | None = None
    comments_count: int | None = None


class Thread:
    """The comments on one of an account's own media, with their replies."""

    def __init__(self, media: Media, account: str) -> None:
        """Read comments on ``media`` of the account with the id ``account``."""
        self._media, self._account = media, account
        self.cut: list[str] = []
        """Ids of comments with more replies than came with them."""

    def read(self, records: list[msgspec.Raw]) -> tuple[list[Mention], list[Rejected]]:
        """Read comments with the replies that came with them; the owner's are answers."""
        mentions: list[Mention] = []
        bad_replies: list[Rejected] = []

        def one(record: msgspec.Raw) -> None:
            comment = msgspec.json.decode(record, type=_Comment)
            replies = comment.replies or Listing(data=[])
            found, bad = self.read_replies(replies.data, comment.id)
            bad_replies.extend(bad)
            if replies.onward():
                self.cut.append(comment.id)
            if not self._is_own(comment) and tidy(comment.text):
                answer = self._answer(replies.data)
                mentions.append(self._mention(comment, self._media.id, answer, len(replies.data)))
            mentions.extend(found)

        _, rejected = read_records(records, one)
        return mentions, [*rejected, *bad_replies]

    def read_replies(
        self, records: list[msgspec.Raw], comment: str
    ) -> tuple[list[Mention], list[Rejected]]:
        """Read replies to the comment with that id; the owner's are no mentions."""

        def one(record: msgspec.Raw) -> Mention | None:
            reply = msgspec.json.decode(record, type=_Said)
            if self._is_own(reply) or not tidy(reply.text):
                return None
            return self._mention(reply, comment)

        return read_records(records, one)

    def _is_own(self, said: _Said) -> bool:
        if said.by is not None and said.by.id == self._account:
            return True
        name = said.username or (said.by.username if said.by else None)
        return name is not None and name == self._media.username

    def _answer(self, records: list[msgspec.Raw]) -> _Said | None:
        """Return the owner's first reply, of those that can be read."""
        own: list[_Said] = []

        def keep(record: msgspec.Raw) -> None:
            reply = msgspec.json.decode(record, type=_Said)
            if self._is_own(reply) and tidy(reply.text):
                own.append(reply)

        read_records(records, keep)  # what can't be read is told where replies are read
        return min(own, key=lambda reply: reply.timestamp, default=None)

    def _mention(
        self, said: _Said, parent: str, answer: _Said | None = None, replies: int | None = None
    ) -> Mention:
        return Mention(
            source=SOURCE,
            place=self._account,
            external_id=said.id,
            kind="comment",
            published=utc(said.timestamp, "timestamp"),
            url=web_address(self._media.permalink),
            author_handle=said.by.id if said.by else said.username,
            text=tidy(said.text),
            parent_id=parent,
            likes=said.like_count,
            replies=replies,
            answer=tidy(answer.text) if answer else None,
            answered=utc(answer.timestamp, "timestamp") if answer else None,
        )


def read_media(record: msgspec.Raw, place: str) -> Mention | None:
    """Read what somebody else published; None for one without a caption."""
    post = msgspec.json.decode(record, type=_Post)
    text = tidy(post.caption)
    if text is None:
        return None
    return Mention(
        source=SOURCE,
        place=place,
        external_id=post.id,
        kind="post",
        published=utc(post.timestamp, "timestamp"),
        url=web_address(post.permalink),
        author_handle=post.username,
        text=text,
        likes=post.like_count,
        replies=post.comments_count,
    )
