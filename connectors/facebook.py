"""What people say at a Facebook page of one's own: comments, visitors' posts, recommendations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar, Literal, Self

import msgspec
from msgspec import Meta

from connectors.facebook_records import (
    COMMENT_FIELDS,
    POST_FIELDS,
    RATING_FIELDS,
    SOURCE,
    TAGGED_FIELDS,
    read_comment,
    read_post,
    read_rating,
)
from connectors.meta_graph import BASE_URL, VERSION, Edge, Graph
from connectors.newest_first import NewestFirst, identity, peek, times
from connectors.onward import not_after
from tidings.connector import About, Connector, Cursor, Page, Rejected, read_records
from tidings.errors import ConfigurationError, NotFound
from tidings.http import Http
from tidings.mention import Mention
from tidings.times import utcnow

Collected = Literal["comments", "tagged", "ratings"]


class Facebook(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Comments, visitors' posts, tags and recommendations of a Facebook page; it is the place.

    page_id: number of the page.
    credential: name of the secret with a page access token.
    collect: ``comments`` (with visitors' posts at the page), ``tagged`` (public posts that tag
    the page) and ``ratings`` (recommendations), each walked by itself.
    posts_days: comments are read of posts of the page of so many days back.
    overlap_hours: how much of what an earlier walk saw is read again, for late comments.
    since, until: only what was written from ``since`` on and before ``until`` (aware UTC).
    version: version of the Graph API.
    base_url: the Graph API's address, or a local server that stands for it.

    The page's own words are no mentions: its first reply to a comment is the ``answer`` of that
    comment, which comes again when it is answered. A recommendation is 1 or 0, an old rating 1 to 5
    stars. What has no words (a picture, a sticker) is left out, a recommendation is not.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Comments and replies on a page's own posts with the page's answers, visitors' "
        "posts, posts that tag the page, and recommendations.",
        needs="a page access token that does not expire, of an app with pages_read_engagement and "
        "pages_read_user_content; credential is the name of the secret",
        limits="100 items an answer; 4,800 requests in 24 hours for each person who engages with "
        "the page. One request at least for each post of the last posts_days days: comments on "
        "older posts are not seen. Who wrote is often left out by Facebook. Recommendations come "
        "without answers. A page's posts are listed up to some 600 a year.",
        terms="Meta's Platform Terms hold: only pages of your own, and what people delete has to "
        "be deleted here, too.",
        state="documentation only",
        example={"page_id": "1234567890", "credential": "facebook_page_token"},
        order="any",
        goes_back=True,
        allows_answers=True,
    )

    page_id: Annotated[str, Meta(pattern=r"^[0-9]{1,30}$")]
    credential: str
    collect: Annotated[tuple[Collected, ...], Meta(min_length=1)] = (
        "comments",
        "tagged",
        "ratings",
    )
    posts_days: Annotated[int, Meta(ge=1, le=7300)] = 30
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    version: Annotated[str, Meta(pattern=r"^v[0-9]+\.[0-9]+$")] = VERSION
    base_url: str = BASE_URL

    def split(self) -> list[Self]:
        """Return one connector for each thing that is collected."""
        return [msgspec.structs.replace(self, collect=(c,)) for c in dict.fromkeys(self.collect)]

    def label(self) -> str:
        """Name the walk by its page and what it reads there."""
        return f"facebook {self.page_id} {', '.join(dict.fromkeys(self.collect))}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the comments, the tags or the recommendations; the cursor moves at the end."""
        if len(self.collect) != 1:
            raise ConfigurationError(
                "One walk of 'facebook' reads one thing.", remedy="Walk each of split()."
            )
        graph = Graph(http, self.base_url, self.version, self.credential)
        started = utcnow()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        match self.collect[0]:
            case "comments":
                yield from self._posts(graph, walk, started)
            case "tagged":
                yield from self._tagged(graph, walk)
            case "ratings":
                yield from self._ratings(graph, walk)
        yield Page(mentions=[], cursor=not_after(walk.finished(), started))

    def _posts(self, graph: Graph, walk: NewestFirst, started: datetime) -> Iterator[Page]:
        """Yield visitors' posts, and the comments of each post, for all recent posts."""
        first = (walk.floor or started) - timedelta(days=self.posts_days)
        asked = {"fields": POST_FIELDS, "limit": 100, "since": max(0, int(first.timestamp()))}
        feed = Edge(graph, f"{self.page_id}/feed", asked)
        given: set[str] = set()
        while not feed.ended:
            answer, records = feed.next()
            fresh = walk.fresh(records, lambda record: identity(record, "id"))
            mentions, rejected = read_records(fresh, partial(read_post, page=self.page_id))
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=walk.given,
                raw=[answer],
            )
            for post in filter(None, (peek(record, "id", str) for record in fresh)):
                yield from self._comments(graph, walk, post, given)

    def _comments(
        self, graph: Graph, walk: NewestFirst, post: str, given: set[str]
    ) -> Iterator[Page]:
        """Yield the comments and replies of one post, the newest first, back to those seen."""
        asked = {"fields": COMMENT_FIELDS, "filter": "stream", "limit": 100}
        edge = Edge(graph, f"{post}/comments", {**asked, "order": "reverse_chronological"})
        read = partial(read_comment, page=self.page_id, post=post)
        while not edge.ended:
            try:
                answer, records = edge.next()
            except NotFound as error:
                gone = Rejected(reason=f"post {post} went meanwhile: {error.message}", raw=post)
                yield Page(mentions=[], rejected=[gone], cursor=walk.given)
                return
            mentions, rejected = read_records(records, read)
            behind = walk.passed(times(records, "created_time"))
            yield Page(
                mentions=[m for m in _new(mentions, given) if walk.wants(m)],
                rejected=rejected,
                cursor=walk.given,
                raw=[answer],
            )
            if behind:
                return

    def _tagged(self, graph: Graph, walk: NewestFirst) -> Iterator[Page]:
        """Yield posts that tag the page, the one tagged last first."""
        edge = Edge(graph, f"{self.page_id}/tagged", {"fields": TAGGED_FIELDS, "limit": 100})
        while not edge.ended:
            answer, records = edge.next()
            fresh = walk.fresh(records, lambda record: identity(record, "id"))
            mentions, rejected = read_records(fresh, partial(read_post, page=self.page_id))
            when = times(records, "tagged_time") or times(records, "created_time")
            behind = walk.passed(when)
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=walk.given,
                raw=[answer],
            )
            if behind:
                return

    def _ratings(self, graph: Graph, walk: NewestFirst) -> Iterator[Page]:
        """Yield all recommendations: they are few, in no agreed order, and may be changed."""
        edge = Edge(graph, f"{self.page_id}/ratings", {"fields": RATING_FIELDS, "limit": 100})
        given: set[str] = set()
        while not edge.ended:
            answer, records = edge.next()
            walk.passed(times(records, "created_time"))
            mentions, rejected = read_records(records, partial(read_rating, page=self.page_id))
            yield Page(
                mentions=[m for m in _new(mentions, given) if walk.wants(m)],
                rejected=rejected,
                cursor=walk.given,
                raw=[answer],
            )


def _new(mentions: list[Mention], given: set[str]) -> list[Mention]:
    """Return the mentions that were not given yet, and remember them."""
    new = []
    for mention in mentions:
        if mention.external_id not in given:
            given.add(mention.external_id)
            new.append(mention)
    return new
