"""Posts of Bluesky, by its search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta

from connectors.bluesky_again import posts_again
from connectors.bluesky_session import session_of
from connectors.languages import language_tag
from connectors.newest_first import NewestFirst, identity, loop, times, utc
from tidings.connector import About, Connector, Cursor, Key, Page, read_records
from tidings.errors import AuthError, ConfigurationError
from tidings.http import Answer, Http, Params
from tidings.markup import tidy
from tidings.mention import Mention
from tidings.times import from_iso

SEARCH = "/xrpc/app.bsky.feed.searchPosts"
PLACE = "bsky.app"

Time = Annotated[datetime, Meta(tz=True)]


class _Author(msgspec.Struct, frozen=True):
    did: Annotated[str, Meta(min_length=1)]


class _Parent(msgspec.Struct, frozen=True):
    uri: str


class _Reply(msgspec.Struct, frozen=True):
    parent: _Parent


class _Record(msgspec.Struct, frozen=True, rename="camel"):
    text: str
    created_at: str | None = None
    langs: list[str] | None = None
    reply: _Reply | None = None


class _Post(msgspec.Struct, frozen=True, rename="camel"):
    uri: Annotated[str, Meta(pattern=r"^at://[^/]+/[^/]+/[^/]+$")]
    author: _Author
    record: _Record
    indexed_at: Time
    reply_count: int | None = None
    repost_count: int | None = None
    like_count: int | None = None


class _Found(msgspec.Struct, frozen=True):
    posts: list[msgspec.Raw]
    cursor: str | None = None


class Bluesky(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts of Bluesky that match a query, newest first.

    queries: what to search for, each walked by itself; left out, the brand's and its competitors'
    names and aliases.
    base_url: the service that is asked without signing in, or a local server that stands for it.
    identifier: handle of the account to sign in with; with it ``service`` is asked.
    credential: name of the secret that holds that account's app password.
    service: the server that the account signs in to.
    per_page: posts asked for at a time, at most 100.
    overlap_hours: how much of what an earlier walk saw is read again, for posts indexed late.
    since, until: only posts published from ``since`` on and before ``until`` (aware UTC).

    ``author_handle`` is the account's DID, which stays when a handle changes. A post's
    ``createdAt`` is its writer's own statement: ``published`` is that time, or the time at which
    Bluesky indexed the post where that was earlier or the statement is no time with a zone, so that
    no post comes from the future and none is lost. How far
    a walk has come is told by the time of indexing.
    """

    source: ClassVar[str] = "bluesky"
    searches: ClassVar[bool] = True
    about: ClassVar[About] = About(
        collects="Public posts and replies of Bluesky that match a query: text, language, likes, "
        "reposts and replies.",
        needs="nothing to try it; an account and an app password for whole walks: identifier and "
        "credential (the name of the secret)",
        limits="100 posts an answer, 3,000 requests in five minutes. Without signing in Bluesky "
        "shows the first page at most and often refuses search altogether. Signing in is limited, "
        "too (in a recorded answer to 10 a day): one sign-in serves all walks of a run. An account "
        "that runs every hour may need a server of its own.",
        terms="See Bluesky's terms of service and developer guidelines. Its staff asks that search "
        "not be used to copy the network. Honour accounts that ask not to be shown outside.",
        state="recorded",
        example={
            "queries": ["Acme Rockets"],
            "identifier": "acme.example",
            "credential": "bluesky_app_password",
        },
        order="newest",
        goes_back=True,
    )

    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    base_url: str = "https://api.bsky.app"
    identifier: str | None = None
    credential: str | None = None
    service: str = "https://bsky.social"
    per_page: Annotated[int, Meta(ge=1, le=100)] = 100
    overlap_hours: Annotated[float, Meta(ge=0)] = 6.0
    since: Time | None = None
    until: Time | None = None

    def __post_init__(self) -> None:
        """Refuse half of what signing in takes (ValueError)."""
        if (self.identifier is None) != (self.credential is None):
            raise ValueError("'identifier' and 'credential' belong together: give both or neither")

    def split(self) -> list[Self]:
        """Return one connector for each query."""
        queries = dict.fromkeys(self.queries)
        return [msgspec.structs.replace(self, queries=(q,)) for q in queries] or [self]

    def label(self) -> str:
        """Name the walk by its query."""
        return f"bluesky {', '.join(self.queries)}".strip()

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        asked = [q for url in urls for q in parse_qs(urlsplit(url).query).get("q", [])]
        return {"queries": list(dict.fromkeys(asked))}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the posts of one query, from the newest back to where an earlier walk began.

        A search may stop giving cursors before it has given every post. So where they end, it is
        asked once more for what is as old as the last post or older: the walk ends when that brings
        nothing new. SourceChanged where the source leads round in a loop.
        """
        query = self._one_query()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        at: _At | None = _At(until=self.until)
        while at is not None:
            answer = self._ask(http, query, at)
            found: _Found = answer.json(_Found)
            fresh = walk.fresh(found.posts, lambda post: identity(post, "uri"))
            if found.posts and not fresh and at.cursor is not None:
                raise loop(answer, f"cursor {at.cursor!r} brings only posts that came before")
            mentions, rejected = read_records(fresh, _mention)
            behind = walk.passed(times(found.posts, "indexedAt"))
            at = None if behind or not (fresh or at.cursor) else at.following(found, mentions)
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=cursor if at else walk.finished(),
                raw=[answer],
            )

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for posts by their addresses, 25 at a time."""
        yield from posts_again(lambda asked: self._get(http, asked), _mention, keys)

    def _one_query(self) -> str:
        if len(self.queries) != 1:
            raise ConfigurationError(
                f"One walk of 'bluesky' takes one query, not {len(self.queries)}.",
                remedy="Give 'queries' in the watch file, and walk each of split().",
            )
        return self.queries[0]

    def _ask(self, http: Http, query: str, at: _At) -> Answer:
        params: Params = {
            "q": query,
            "sort": "latest",
            "limit": self.per_page,
            "since": _written(self.since),
            "until": _written(at.until),
            "cursor": at.cursor,
        }
        return self._get(http, SEARCH, params)

    def _get(self, http: Http, asked: str, params: Params | None = None) -> Answer:
        """GET a path (and query), signed in where there is an account."""
        if self.identifier is not None and self.credential is not None:
            service = self.service.rstrip("/")
            session = session_of(http, service, self.identifier, self.credential)
            return session.get(service + asked, params)
        try:
            return http.get(self.base_url.rstrip("/") + asked, params)
        except AuthError as error:
            raise AuthError(
                f"Bluesky refuses this search without signing in: {error.message}",
                remedy="Set 'identifier' to a handle and 'credential' to the name of the secret "
                "with its app password.",
                url=error.url,
                answer=error.answer,
            ) from error


class _At(msgspec.Struct, frozen=True):
    """Where a walk is: in the chain of cursors (None: at its beginning) for posts before a time."""

    until: datetime | None
    cursor: str | None = None
    oldest: datetime | None = None

    def following(self, found: _Found, mentions: list[Mention]) -> _At | None:
        """Return where to go on: at the next cursor, else before the last post; None: nowhere."""
        oldest = mentions[-1].published if mentions else self.oldest
        if found.posts and found.cursor:
            return _At(self.until, found.cursor, oldest)
        # a post would be lost only if a whole page of others had its very millisecond
        until = oldest + timedelta(milliseconds=1) if oldest and oldest < LAST else None
        if until is None or (self.until is not None and until >= self.until):
            return None
        return _At(until)


LAST = datetime(9999, 12, 31, tzinfo=UTC)


def _written(time: datetime | None) -> str | None:
    if time is None:
        return None
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _published(post: _Post) -> datetime:
    """Return when a post was written, or indexed where that is earlier or all there is."""
    indexed = utc(post.indexed_at, "indexedAt")
    try:
        return min(from_iso(post.record.created_at or ""), indexed)
    except (ValueError, OverflowError):
        return indexed


def _mention(record: msgspec.Raw) -> Mention:
    post = msgspec.json.decode(record, type=_Post)
    reply = post.record.reply
    key = post.uri.rpartition("/")[2]
    return Mention(
        source=Bluesky.source,
        place=PLACE,
        external_id=post.uri,
        kind="comment" if reply else "post",
        published=_published(post),
        url=f"https://bsky.app/profile/{post.author.did}/post/{key}",
        author_handle=post.author.did,
        text=tidy(post.record.text),
        language=language_tag(next(iter(post.record.langs or ()), None)),
        parent_id=reply.parent.uri if reply else None,
        likes=post.like_count,
        replies=post.reply_count,
        shares=post.repost_count,
    )
