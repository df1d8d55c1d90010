"""Comments on the posts of a LinkedIn organisation of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, ClassVar, Self
from urllib.parse import quote

import msgspec
from msgspec import Meta

from connectors.linkedin_listing import Offsets
from connectors.linkedin_records import SOURCE, Comment, Post, judge, mention_of
from connectors.newest_first import NewestFirst
from connectors.onward import not_after
from tidings.connector import About, Connector, Cursor, Page, Rejected, read_records
from tidings.errors import ConfigurationError, NotFound
from tidings.http import Answer, Http, Params
from tidings.http.access import refresh_grant, signed_in
from tidings.mention import Mention
from tidings.times import utcnow

COUNT = 100
"""Elements asked for at a time: as many as LinkedIn gives."""


class LinkedIn(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Comments and replies on the posts of LinkedIn organisations; each is a place.

    organizations: numbers of the organisations, each walked by itself.
    credential: name of the secret with an access token; with ``client_id``, with that client's
    secret.
    client_id, refresh_credential: the app's id, and the name of the secret with a refresh token:
    access tokens, which last 60 days, are then renewed.
    posts_days: comments are read of posts of so many days back.
    overlap_hours: how much of what an earlier walk saw decides again which posts are read.
    since, until: only what was written from ``since`` on and before ``until`` (aware UTC).
    version: version of the API, a year and a month of the last twelve months.
    base_url, sign_in_url: LinkedIn's addresses, or those of a local server that stands for it.

    The organisation's own words are no mentions: its first reply to a comment is that comment's
    ``answer``. Comments are given anew by each walk, since LinkedIn promises no order of them.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Comments and replies on the posts of an organisation of one's own, with its "
        "answers, edits and likes.",
        needs="an app with LinkedIn's approval for the Community Management API and the "
        "permission r_organization_social, and an access token of an administrator of the page; "
        "or client_id with its secret (credential) and a refresh token (refresh_credential)",
        limits="100 elements an answer; a limit for each day and endpoint, shown in the app's "
        "analytics (500 requests in the development tier). One request at least for each post of "
        "the last posts_days days, and one for each comment with replies; comments on older posts "
        "are not seen.",
        terms="LinkedIn's API Terms hold: members' data only for managing one's own page, and "
        "most of it may be stored for 48 hours only; set the retention of this source to that.",
        state="documentation only",
        example={"organizations": [1234567], "credential": "linkedin_token"},
        order="any",
        goes_back=True,
        allows_answers=True,
    )

    organizations: Annotated[tuple[Annotated[int, Meta(ge=1)], ...], Meta(min_length=1)]
    credential: str
    client_id: str | None = None
    refresh_credential: str | None = None
    posts_days: Annotated[int, Meta(ge=1, le=7300)] = 30
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    version: Annotated[str, Meta(pattern=r"^20[0-9]{4}$")] = "202606"
    base_url: str = "https://api.linkedin.com"
    sign_in_url: str = "https://www.linkedin.com/oauth/v2/accessToken"

    def __post_init__(self) -> None:
        """Refuse half of what renewing a token takes (ValueError)."""
        if (self.client_id is None) != (self.refresh_credential is None):
            raise ValueError("'client_id' and 'refresh_credential' belong together")

    def split(self) -> list[Self]:
        """Return one connector for each organisation."""
        numbers = dict.fromkeys(self.organizations)
        return [msgspec.structs.replace(self, organizations=(number,)) for number in numbers]

    def label(self) -> str:
        """Name the walk by its organisation."""
        return f"linkedin {', '.join(str(number) for number in self.organizations)}"

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the recent posts, the newest first, and all comments on each of them."""
        if len(self.organizations) != 1:
            raise ConfigurationError(
                "One walk of 'linkedin' takes one organisation.", remedy="Walk each of split()."
            )
        started = utcnow()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        first = (walk.floor or started) - timedelta(days=self.posts_days)
        api = self._api(http)
        listing = Offsets(partial(self._posts, api), "id", COUNT)
        while not listing.ended:
            answer, records = listing.next()
            posts, rejected = _read_posts(records)
            yield Page(mentions=[], rejected=rejected, cursor=cursor, raw=[answer])
            recent = [post for post in posts if post.created >= first]
            for post in recent:
                yield from self._thread(api, walk, post.id, post.id)
            if posts and not recent:
                break
        yield Page(mentions=[], cursor=not_after(walk.finished(), started))

    def _thread(
        self,
        api: Http,
        walk: NewestFirst,
        urn: str,
        post: str,
        asked: Comment | None = None,
    ) -> Iterator[Page]:
        """Yield the comments on ``urn``: a post, or the comment ``asked``, which comes last.

        It comes with the owner's first reply, once all replies are read.
        """
        listing = Offsets(partial(self._comments, api, urn), "commentUrn", COUNT)
        own: list[Comment] = []
        while not listing.ended:
            try:
                answer, records = listing.next()
            except NotFound as error:
                gone = Rejected(reason=f"{urn} went meanwhile: {error.message}", raw=urn)
                left = [] if asked is None else self._mentions([asked], walk, post, own)
                yield Page(mentions=left, rejected=[gone], cursor=walk.given)
                return
            comments, rejected = _read_comments(records)
            walk.passed([comment.published for comment in comments])
            own += [c for c in comments if c.actor == self._urn() and c.text]
            deep = [c for c in comments if c.replies and asked is None]
            ready = [c for c in comments if c not in deep]
            mentions = self._mentions(ready, walk, post, [])
            if listing.ended and asked is not None:
                mentions += self._mentions([asked], walk, post, own)
            yield Page(mentions=mentions, rejected=rejected, cursor=walk.given, raw=[answer])
            for comment in deep:
                yield from self._thread(api, walk, comment.comment_urn, post, comment)

    def _mentions(
        self, comments: list[Comment], walk: NewestFirst, post: str, own: list[Comment]
    ) -> list[Mention]:
        """Return what others said, with the first of the owner's replies ``own``."""
        answer = min(own, key=lambda reply: reply.created.time, default=None)
        others = [c for c in comments if c.actor != self._urn()]
        made = (mention_of(c, post, str(self.organizations[0]), answer) for c in others)
        return [m for m in made if m is not None and walk.wants(m)]

    def _urn(self) -> str:
        return f"urn:li:organization:{self.organizations[0]}"

    def _api(self, http: Http) -> Http:
        if self.client_id is None or self.refresh_credential is None:
            return http
        grant = refresh_grant(
            self.sign_in_url,
            client_id=self.client_id,
            credential=self.credential,
            refresh_credential=self.refresh_credential,
        )
        return signed_in(http, (SOURCE, self.client_id, self.refresh_credential), grant)

    def _headers(self, http: Http) -> dict[str, str]:
        version = {"LinkedIn-Version": self.version, "X-Restli-Protocol-Version": "2.0.0"}
        if self.client_id is not None:
            return version
        return {**version, "Authorization": f"Bearer {http.secret(self.credential)}"}

    def _posts(self, api: Http, start: int, count: int) -> Answer:
        asked: Params = {
            "q": "author",
            "author": self._urn(),
            "sortBy": "CREATED",
            "start": start,
            "count": count,
        }
        url = f"{self.base_url.rstrip('/')}/rest/posts"
        return api.get(url, asked, headers=self._headers(api), judge=judge)

    def _comments(self, api: Http, urn: str, start: int, count: int) -> Answer:
        path = f"rest/socialActions/{quote(urn, safe='')}/comments"
        url = f"{self.base_url.rstrip('/')}/{path}"
        asked = {"start": start, "count": count}
        return api.get(url, asked, headers=self._headers(api), judge=judge)


def _read_posts(records: list[msgspec.Raw]) -> tuple[list[Post], list[Rejected]]:
    posts: list[Post] = []

    def keep(record: msgspec.Raw) -> None:
        posts.append(msgspec.json.decode(record, type=Post))

    _, rejected = read_records(records, keep)
    return posts, rejected


def _read_comments(records: list[msgspec.Raw]) -> tuple[list[Comment], list[Rejected]]:
    comments: list[Comment] = []

    def keep(record: msgspec.Raw) -> None:
        comments.append(msgspec.json.decode(record, type=Comment))

    _, rejected = read_records(records, keep)
    return comments, rejected
