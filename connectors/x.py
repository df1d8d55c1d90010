"""Posts of X: those that a query finds, or those that mention an account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst, identity, times
from connectors.onward import Onward
from connectors.x_again import judged, posts_again
from connectors.x_answer import meant, read_found
from connectors.x_post import SOURCE, Included, read_post
from connectors.x_walk import NOW, SLACK, WALKED, WEEK, At, bounded, moved, written
from tidings.connector import About, Connector, Cursor, Key, Page, read_records
from tidings.errors import ConfigurationError, SourceError
from tidings.http import Answer, Http
from tidings.times import from_iso, utcnow

FIELDS = {
    "tweet.fields": "author_id,created_at,edit_history_tweet_ids,entities,geo,lang,note_tweet,"
    "public_metrics,referenced_tweets",
    "expansions": "author_id,geo.place_id,referenced_tweets.id",
    "user.fields": "public_metrics",
    "place.fields": "country_code",
}

_Time = Annotated[datetime, Meta(tz=True)]


class X(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts of X that match a query or mention an account, newest first.

    At least one of ``queries`` and ``users`` is set.

    queries: what to search for, in X's own language, each walked by itself.
    users: ids (numbers) of accounts, each walked by itself: the posts that mention them.
    credential: name of the secret with the app's bearer token.
    archive: search the whole archive, not the last seven days; needs a plan that has it. Without
    ``since`` X gives the last 30 days.
    retweets: also reposts, as mentions of their own with the words of what they show.
    longest_query: characters that the plan takes: 512, 1,024 for the archive, 4,096 for enterprise.
    per_page: posts asked for at a time: 10 to 100, of the archive up to 500.
    overlap_hours: how much of what an earlier walk saw is read again, for posts shown late and for
    new counts; each post read again counts against the plan.
    since, until: only posts from ``since`` on and before ``until`` (aware UTC).
    base_url: the API's address, or a local server that stands for it.

    ``external_id`` is the post's first id: an edit has a new id, and stays the same mention.
    ``author_handle`` is the account's id. A reply's ``parent_id`` is what it answers, a quote's
    what it quotes, a repost's what it shows. Short links are given as what they stand for.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Posts of X that match a query or mention an account: text, language, author's "
        "followers, likes, replies, reposts, views and edits.",
        needs="an app of X's developer portal with a plan that includes recent search: its bearer "
        "token (credential: the name of the secret)",
        limits="100 posts an answer (500 of the archive); 60 to 450 requests in 15 minutes and so "
        "many posts a month as the plan has. Recent search goes back seven days: what an outage "
        "of more than that missed is told as an error once, and needs the archive. Mentions of an "
        "account go back 800 posts.",
        terms="X's Developer Agreement: what users delete has to be deleted, posts are not passed "
        "on beyond its limits, and no model may be trained on them.",
        state="recorded",
        example={"queries": ['"acme rockets" lang:en'], "credential": "x_bearer_token"},
        order="newest",
        goes_back=True,
    )

    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    users: tuple[Annotated[str, Meta(pattern=r"^\d{1,19}$")], ...] = ()
    credential: str
    archive: bool = False
    retweets: bool = False
    longest_query: Annotated[int, Meta(ge=1, le=4096)] = 512
    per_page: Annotated[int, Meta(ge=10, le=500)] = 100
    overlap_hours: Annotated[float, Meta(ge=0)] = 6.0
    since: _Time | None = None
    until: _Time | None = None
    base_url: str = "https://api.x.com"

    def __post_init__(self) -> None:
        """Refuse settings that X would refuse, or that name nothing to read (ValueError)."""
        if not (self.queries or self.users):
            raise ValueError("set 'queries', 'users' or both")
        for query in map(self._query, self.queries):
            if len(query) > self.longest_query:
                raise ValueError(f"query {query!r} has more than {self.longest_query} characters")
        if self.per_page > 100 and not self.archive:
            raise ValueError("'per_page' is at most 100 where 'archive' is not set")

    def split(self) -> list[Self]:
        """Return one connector for each query and each account."""
        queries, users = dict.fromkeys(self.queries), dict.fromkeys(self.users)
        return [
            *(msgspec.structs.replace(self, queries=(q,), users=()) for q in queries),
            *(msgspec.structs.replace(self, queries=(), users=(u,)) for u in users),
        ]

    def label(self) -> str:
        """Name the walk by its query or the account that is mentioned."""
        return f"x {', '.join([*self.queries, *(f'mentions of {user}' for user in self.users)])}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        parts = [urlsplit(url) for url in urls]
        paths = [unquote(p.path).strip("/").split("/") for p in parts]
        searches = [p for p in parts if "/tweets/search/" in p.path]
        queries = [q for p in searches for q in parse_qs(p.query).get("query", [])]
        users = [path[-2] for path in paths if path[-1] == "mentions"]
        return {
            "queries": list(dict.fromkeys(queries)),
            "users": list(dict.fromkeys(users)),
            "archive": any(p.path.endswith("/search/all") for p in searches),
            "retweets": True,
            "longest_query": 4096,
            "credential": SOURCE,
        }

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk one search or timeline, from its newest post back to where an earlier walk began.

        Where something between that and now is further away than X goes back, the walk ends with a
        SourceError once all that is there has been read, and its cursor has moved on: it is told
        once. ConfigurationError where all that is asked for is too old. SourceChanged where the
        pages go round in a circle.
        """
        started = utcnow()
        self._refuse_what_is_too_old(started)
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        onward, at, cut = Onward(), At(self.until), False
        while True:
            answer = self._ask(http, walk.floor, at, started)
            found = read_found(answer)
            posts = found.data or []
            fresh = walk.fresh(posts, lambda post: identity(post, "id"))
            included = Included.of(found.includes)
            # a query leaves reposts out by itself, unless it asks for them; a timeline does not
            reposts = self.retweets or bool(self.queries)
            reader = partial(read_post, included=included, reposts=reposts)
            mentions, rejected = read_records(fresh, reader)
            posted = times(posts, "created_at")
            token = found.meta.next_token if found.meta else None
            behind = walk.passed(posted)
            onto = None if behind else at.onto(token, len(fresh), posted, deep=bool(self.users))
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=cursor if onto else moved(walk, started),
                raw=[answer],
            )
            cut = cut or (onto is None and at.is_cut(len(fresh)) and walk.floor is not None)
            if onto is None:
                break
            if onto.token is not None:
                onward.follow(onto.token, answer, records=len(fresh))
            at = onto
        self._tell_what_is_missing(cursor, started, answer, cut=cut)

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for posts by their ids; each counts against the plan."""
        headers = {"Authorization": f"Bearer {http.secret(self.credential)}"}
        url = f"{self.base_url.rstrip('/')}/2/tweets"

        def get(ids: str) -> Answer:
            return http.get(url, {"ids": ids, **FIELDS}, headers=headers, judge=judged)

        yield from posts_again(get, keys)

    def _ask(self, http: Http, floor: datetime | None, at: At, now: datetime) -> Answer:
        if len(self.queries) + len(self.users) != 1:
            raise ConfigurationError(
                "One walk of 'x' takes one query or account.", remedy="Walk each of split()."
            )
        if self.queries:
            which = "all" if self.archive else "recent"
            path, query = f"tweets/search/{which}", self._query(self.queries[0])
        else:
            path, query = f"users/{self.users[0]}/mentions", None
        token = "next_token" if self.queries else "pagination_token"
        asked = {
            "query": query,
            "max_results": self.per_page,
            "start_time": written(self._start(floor, now)),
            "end_time": written(bounded(at.end, now)),
            token: at.token,
        }
        headers = {"Authorization": f"Bearer {http.secret(self.credential)}"}
        url = f"{self.base_url.rstrip('/')}/2/{path}"
        return http.get(url, {**asked, **FIELDS}, headers=headers, judge=meant)

    def _query(self, query: str) -> str:
        """Return a query as it is asked, without reposts unless these are wanted."""
        if self.retweets or "is:retweet" in query:
            return query
        return f"({query}) -is:retweet" if " " in query else f"{query} -is:retweet"

    def _start(self, floor: datetime | None, now: datetime) -> datetime | None:
        """Return the first time to ask for; None for as far back as X goes by itself."""
        if floor is None or (self._is_recent() and floor < now - WEEK + SLACK):
            return None
        return min(floor, now - 2 * NOW)

    def _is_recent(self) -> bool:
        return bool(self.queries) and not self.archive

    def _refuse_what_is_too_old(self, now: datetime) -> None:
        if self._is_recent() and self.until is not None and self.until <= now - WEEK:
            raise ConfigurationError(
                f"Recent search of X goes back seven days, and 'until' is {self.until}.",
                remedy="Set 'archive = true', with a plan that includes the archive.",
            )

    def _tell_what_is_missing(
        self, cursor: Cursor | None, now: datetime, answer: Answer, *, cut: bool
    ) -> None:
        """Raise SourceError where posts between the last walk and this one could not be had."""
        before = from_iso(cursor[WALKED]) if cursor and WALKED in cursor else self.since
        too_long_ago = before is not None and before < now - WEEK - SLACK
        if self._is_recent() and too_long_ago:
            raise SourceError(
                f"X shows seven days, and the last walk was at {before}: what was posted between "
                "is missing.",
                remedy="Collect that window with 'archive = true', or leave it.",
                url=answer.url,
            )
        if cut:
            raise SourceError(
                "X shows 800 mentions of an account, and there were more since the last walk.",
                remedy="Run this source more often; a query '@name' with 'archive' finds the rest.",
                url=answer.url,
            )
