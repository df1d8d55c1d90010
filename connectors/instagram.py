"""What people say to an Instagram account of one's own: comments, tags, and hashtags."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self

import msgspec
from msgspec import Meta

from connectors.instagram_comments import CommentWalk
from connectors.instagram_records import HASHTAG_FIELDS, SOURCE, TAGS_FIELDS, read_media
from connectors.meta_graph import BASE_URL, VERSION, Edge, Graph, Listing
from connectors.newest_first import NewestFirst, identity, peek, times
from connectors.onward import not_after
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError, NotFound
from tidings.http import Http
from tidings.times import utcnow

Collected = Literal["comments", "tags"]

SHOWN_FOR = timedelta(hours=24)
"""So long a hashtag's media are shown."""


class Instagram(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Comments on an Instagram account's media, media that tag it, and hashtags.

    ig_user_id: number of the professional account; it is the place of comments and tags.
    credential: name of the secret with an access token.
    collect: ``comments`` (with replies) and ``tags``, each walked by itself.
    hashtags: each walked by itself, with or without ``#``; the hashtag is the place.
    posts_days: comments are read of media of so many days back.
    overlap_hours: how much of what an earlier walk saw is read again, for late comments.
    since, until: only what was written from ``since`` on and before ``until`` (aware UTC).
    version: version of the Graph API.
    base_url: the Graph API's address (graph.instagram.com with a token of Instagram login), or a
    local server that stands for it.

    The account's own words are no mentions: its first reply to a comment is that comment's
    ``answer``. Media are posts with their caption; one without a caption is left out.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Comments and replies on an account's own media with the account's answers, "
        "media that tag it, and what is published under hashtags.",
        needs="an access token of an app with instagram_basic, instagram_manage_comments and "
        "pages_read_engagement; hashtags also need Instagram Public Content Access",
        limits="50 comments an answer; 4,800 requests in 24 hours for each thousand impressions. "
        "One request at least for each of the media of the last posts_days days; all comments "
        "are read anew where their number changed, since replies to old comments show no "
        "other way. A hashtag shows its last 24 hours only, 30 hashtags in 7 days, without "
        "authors: what is older is not to be had again. Mentions (@) in captions and comments "
        "of others can't be listed.",
        terms="Meta's Platform Terms hold: only professional accounts of your own, and what "
        "people delete has to be deleted here, too.",
        state="documentation only",
        example={
            "ig_user_id": "17841400000000000",
            "credential": "instagram_token",
            "hashtags": ["acmerockets"],
        },
        order="any",
        goes_back=True,
        allows_answers=True,
    )

    ig_user_id: Annotated[str, Meta(pattern=r"^[0-9]{1,30}$")]
    credential: str
    collect: tuple[Collected, ...] = ("comments", "tags")
    hashtags: tuple[Annotated[str, Meta(pattern=r"^#?\w+$")], ...] = ()
    posts_days: Annotated[int, Meta(ge=1, le=7300)] = 30
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    version: Annotated[str, Meta(pattern=r"^v[0-9]+\.[0-9]+$")] = VERSION
    base_url: str = BASE_URL

    def __post_init__(self) -> None:
        """Refuse settings that ask for nothing (ValueError)."""
        if not self.collect and not self.hashtags:
            raise ValueError("'collect' and 'hashtags' are both empty")

    def split(self) -> list[Self]:
        """Return one connector for comments, one for tags, and one for each hashtag."""
        return [
            *(
                msgspec.structs.replace(self, collect=(c,), hashtags=())
                for c in dict.fromkeys(self.collect)
            ),
            *(msgspec.structs.replace(self, collect=(), hashtags=(t,)) for t in self._tags()),
        ]

    def label(self) -> str:
        """Name the walk by its account and what it reads."""
        asked = [*dict.fromkeys(self.collect), *(f"#{tag}" for tag in self._tags())]
        return f"instagram {self.ig_user_id} {', '.join(asked)}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the comments, the tags or one hashtag; the cursor moves at the end."""
        if len(self.collect) + len(self._tags()) != 1:
            raise ConfigurationError(
                "One walk of 'instagram' reads one thing.", remedy="Walk each of split()."
            )
        graph = Graph(http, self.base_url, self.version, self.credential)
        started = utcnow()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        if self.collect == ("comments",):
            first = (walk.floor or started) - timedelta(days=self.posts_days)
            comments = CommentWalk(graph, walk, self.ig_user_id, first)
            yield from comments.pages()
            yield Page(mentions=[], cursor=comments.marked(not_after(walk.finished(), started)))
            return
        if self.collect == ("tags",):
            edge = f"{self.ig_user_id}/tags"
            yield from self._media(graph, walk, edge, self.ig_user_id, {"fields": TAGS_FIELDS})
        else:
            yield from self._hashtag(graph, walk)
        yield Page(mentions=[], cursor=not_after(walk.finished(), started))

    def _hashtag(self, graph: Graph, walk: NewestFirst) -> Iterator[Page]:
        self._refuse_the_past()
        tag = self._tags()[0]
        answer = graph.get("ig_hashtag_search", {"user_id": self.ig_user_id, "q": tag})
        found: Listing = answer.json(Listing)
        ids = [name for record in found.data if (name := peek(record, "id", str))]
        if not ids:
            raise NotFound(
                f"Instagram knows no hashtag #{tag}.",
                remedy="Check its spelling in 'hashtags'.",
                url=answer.url,
                answer=answer,
            )
        yield Page(mentions=[], cursor=walk.given, raw=[answer])
        asked = {"fields": HASHTAG_FIELDS, "user_id": self.ig_user_id}
        yield from self._media(graph, walk, f"{ids[0]}/recent_media", f"#{tag}", asked)

    def _media(
        self, graph: Graph, walk: NewestFirst, path: str, place: str, asked: dict[str, Any]
    ) -> Iterator[Page]:
        """Yield media of others, the newest first, back to those seen earlier."""
        edge = Edge(graph, path, {**asked, "limit": 50})
        while not edge.ended:
            answer, records = edge.next()
            fresh = walk.fresh(records, lambda record: identity(record, "id"))
            mentions, rejected = read_records(fresh, partial(read_media, place=place))
            behind = walk.passed(times(records, "timestamp"))
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=walk.given,
                raw=[answer],
            )
            if behind:
                return

    def _refuse_the_past(self) -> None:
        """Refuse a window that a hashtag does not show any more; an empty answer would lie."""
        shown = utcnow() - SHOWN_FOR
        if self.until is not None and (self.since is None or self.since < shown):
            raise ConfigurationError(
                "A hashtag of Instagram shows its last 24 hours only: the window is gone.",
                remedy="Leave 'until' out for hashtags; the gap stays.",
            )

    def _tags(self) -> list[str]:
        return list(dict.fromkeys(tag.removeprefix("#").lower() for tag in self.hashtags))
