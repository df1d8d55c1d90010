"""Posts of Product Hunt by topic, and the comments on given posts, by its GraphQL API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Self

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst, identity, times
from connectors.onward import Onward, not_after
from connectors.producthunt_comments import CommentWalk
from connectors.producthunt_records import POSTS, SOURCE, Connection, judge, read_post
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http
from tidings.times import utcnow

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class _Posts(msgspec.Struct, frozen=True):
    posts: Connection


class _Found(msgspec.Struct, frozen=True):
    data: _Posts


class ProductHunt(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts of Product Hunt by topic, and comments on posts; the site is the place.

    topics: slugs of topics (``developer-tools``) whose posts are read, each walked by itself.
    posts: slugs of posts (``acme-rocket-2``) whose comments are read, each walked by itself.
    credential: name of the secret with a developer token.
    per_page: records asked for at a time, at most 20.
    overlap_hours: how much of what an earlier walk saw is read again: a post is made days before
    it is launched, and its votes come later still.
    since, until: only what was written from ``since`` on and before ``until`` (aware UTC).
    base_url: the API's address, or a local server that stands for it.

    Who wrote is left out by Product Hunt, of everybody but the token's owner; so which comments
    are the makers' own can't be told.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Posts of topics with votes and number of comments; comments and replies on "
        "given posts.",
        needs="a developer token of an application (producthunt.com/v2/oauth/applications); "
        "credential is the name of the secret",
        limits="20 records an answer; a budget of 6,250 points of complexity in 15 minutes, some "
        "20 pages of comments. There is no search: posts are found by topic only. All comments of "
        "a post are read anew where their number changed, since replies to old comments show no "
        "other way. A post that is launched more than overlap_hours after it was made is missed "
        "if newer ones were seen before.",
        terms="The API must not be used for commercial purposes without asking Product Hunt.",
        state="documentation only",
        example={
            "topics": ["developer-tools"],
            "posts": ["acme-rocket-2"],
            "credential": "producthunt_token",
        },
        order="any",  # what answers a thing comes with it, whenever it was written
        goes_back=True,
    )

    credential: str
    topics: tuple[Slug, ...] = ()
    posts: tuple[Slug, ...] = ()
    per_page: Annotated[int, Meta(ge=1, le=20)] = 20
    overlap_hours: Annotated[float, Meta(ge=0)] = 168.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    base_url: str = "https://api.producthunt.com"

    def __post_init__(self) -> None:
        """Refuse settings that ask for nothing (ValueError)."""
        if not self.topics and not self.posts:
            raise ValueError("'topics' and 'posts' are both empty")

    def split(self) -> list[Self]:
        """Return one connector for each topic and each post."""
        return [
            *(
                msgspec.structs.replace(self, topics=(topic,), posts=())
                for topic in dict.fromkeys(self.topics)
            ),
            *(
                msgspec.structs.replace(self, topics=(), posts=(post,))
                for post in dict.fromkeys(self.posts)
            ),
        ]

    def label(self) -> str:
        """Name the walk by its topic or post."""
        return f"producthunt {', '.join((*self.topics, *self.posts))}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the posts of one topic or the comments on one post, the newest first."""
        if len(self.topics) + len(self.posts) != 1:
            raise ConfigurationError(
                "One walk of 'producthunt' takes one topic or one post.",
                remedy="Walk each of split().",
            )
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        if self.topics:
            return self._posts(http, walk)
        comments = CommentWalk(
            lambda query, variables: self._ask(http, query, variables), walk, self.posts[0]
        )
        return comments.pages()

    def _posts(self, http: Http, walk: NewestFirst) -> Iterator[Page]:
        started, onward, after = utcnow(), Onward(), None
        while True:
            variables = {
                "topic": self.topics[0],
                "postedAfter": _written(walk.floor, -1),
                "postedBefore": _written(self.until, 1),
                "after": after,
            }
            answer = self._ask(http, POSTS, variables)
            found: Connection = answer.json(_Found).data.posts
            fresh = walk.fresh(found.nodes, lambda node: identity(node, "id"))
            mentions, rejected = read_records(fresh, read_post)
            ended = walk.passed(times(found.nodes, "createdAt"))
            ended = ended or not found.page_info.has_next_page
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=not_after(walk.finished(), started) if ended else walk.given,
                raw=[answer],
            )
            if ended:
                return
            after = onward.follow(
                found.page_info.end_cursor or "", answer, records=len(found.nodes)
            )

    def _ask(self, http: Http, query: str, variables: dict[str, Any]) -> Answer:
        asked = {"query": query, "variables": {**variables, "first": self.per_page}}
        sign = {"Authorization": f"Bearer {http.secret(self.credential)}"}
        url = f"{self.base_url.rstrip('/')}/v2/api/graphql"
        return http.post(url, json=asked, headers=sign, repeatable=True, judge=judge)


def _written(time: datetime | None, wider: int) -> str | None:
    """Return a bound, so many seconds wider: whether it is inclusive is documented nowhere."""
    if time is None:
        return None
    moved = time.astimezone(UTC) + timedelta(seconds=wider)
    return moved.isoformat(timespec="seconds").replace("+00:00", "Z")
