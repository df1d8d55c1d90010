"""Posts of a Discourse forum: all of them, or those of topics of a category, tag or search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

import msgspec
from msgspec import Meta

from connectors.discourse_latest import Forum, latest_posts
from connectors.discourse_listing import At
from connectors.discourse_post import SOURCE, place_of
from connectors.discourse_topics import listed_topics, one_topic
from connectors.newest_first import NewestFirst
from tidings.connector import About, Connector, Cursor, Page
from tidings.errors import ConfigurationError
from tidings.http import Http

Time = Annotated[datetime, Meta(tz=True)]
Path = Annotated[str, Meta(pattern=r"^[^\s?#]+$")]
Word = Annotated[str, Meta(min_length=1)]


class Discourse(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts of a Discourse forum, newest first; the forum is the place.

    forum: host or address of the forum (``forum.example``, ``https://example.com/forum``).
    categories: as their addresses name them after ``/c/`` (``support/7`` or ``7``).
    tags: names of tags.
    queries: what to search for; its syntax is the forum's own (``"two words" #support``).
    accounts: names of accounts; topics that they wrote in.
    topics: numbers of topics, the last number of their address.
    credential: name of the secret with an API key; only a closed forum asks for one.
    username: the account that the key is used for.
    overlap_hours: how much of what an earlier walk saw is read again, for edits and new counts.
    since, until: only posts published from ``since`` on and before ``until`` (aware UTC).

    Each category, tag, query, account and topic is walked by itself: of its topics that had
    something new, all posts that are new. With none of them, the latest posts of the whole forum
    are walked, which asks far less of it. ``title`` stands with the first post of a topic only.
    Small actions, hidden and deleted posts are no mentions.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Posts of a Discourse forum: text, author, edits, likes, replies and readers; of "
        "the whole forum, or of topics of a category, tag, search or account.",
        needs="nothing for a forum that everybody may read; else an API key (credential: the name "
        "of the secret), which the forum's administrator makes",
        limits="50 posts an answer; by topic one request and more each. A forum allows an "
        "anonymous reader 200 requests a minute and fewer searches, an API key 60. A search shows "
        "one post a topic and 500 topics, so the walk goes back by days. Posts can't be asked for "
        "by time: a window of the past is reached by way of all that is newer, and ends after "
        "1,000 older posts in a row, be they moved or imported ones.",
        terms="The forum's own, see its /tos page. A category that is not public stays out.",
        state="recorded",
        example={"forum": "forum.example", "categories": ["support/7"]},
        order="newest",
        goes_back=True,
    )

    forum: Annotated[str, Meta(pattern=r"^(https?://)?[^\s@?#]+$")]
    categories: tuple[Path, ...] = ()
    tags: tuple[Path, ...] = ()
    queries: tuple[Word, ...] = ()
    accounts: tuple[Path, ...] = ()
    topics: tuple[Annotated[int, Meta(ge=1)], ...] = ()
    credential: str | None = None
    username: str = "system"
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Time | None = None
    until: Time | None = None

    def split(self) -> list[Self]:
        """Return one connector for each category, tag, query, account and topic."""
        return [
            msgspec.structs.replace(self, **{**dict.fromkeys(_LISTS, ()), name: (one,)})
            for name in _LISTS
            for one in dict.fromkeys(getattr(self, name))
        ] or [self]

    def label(self) -> str:
        """Name the walk by its forum and what it reads there."""
        asked = [f"{name} {one}" for name in _LISTS for one in getattr(self, name)]
        return f"discourse {place_of(self._address())} {', '.join(asked) or 'latest posts'}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        asked: dict[str, list[Any]] = {name: [] for name in _LISTS}
        for url in urls:
            parts = urlsplit(url)
            for name, form in _PATHS.items():
                found = re.search(form, parts.path)
                asked[name] += [unquote(found[1])] if found else []
            query = parse_qs(parts.query)
            asked["queries"] += query.get("q", []) + query.get("term", [])
            asked["accounts"] += query.get("username", [])
        asked["topics"] = [int(number) for number in asked["topics"]]
        several = any(asked[name] for name in _LISTS if name != "topics")
        kept = {k: list(dict.fromkeys(v)) for k, v in asked.items() if v}
        if several:  # then the topics are those that were listed
            kept.pop("topics", None)
        first = urlsplit(urls[0])
        return {"forum": f"{first.scheme}://{first.netloc}", **kept}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk back from the newest post to where an earlier walk began, or to ``since``.

        SourceChanged where the forum gives another form than Discourse's, or the same for ever.
        """
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        asked = [(name, one) for name in _LISTS for one in getattr(self, name)]
        if len(asked) > 1:
            raise ConfigurationError(
                "One walk of 'discourse' takes one category, tag, query, account or topic.",
                remedy="Walk each of split().",
            )
        forum = self._forum(http)
        if not asked:
            yield from latest_posts(forum, http, cursor, walk)
        elif self.topics:
            yield from one_topic(forum, http, cursor, walk, self.topics[0])
        else:
            start = self._start(*asked[0], walk.floor)
            yield from listed_topics(forum, http, cursor, walk, start)

    def _address(self) -> str:
        given = self.forum.rstrip("/")
        return given if "://" in given else f"https://{given}"

    def _forum(self, http: Http) -> Forum:
        if self.credential is None:
            return Forum(self._address(), {})
        key = {"Api-Key": http.secret(self.credential), "Api-Username": self.username}
        return Forum(self._address(), key)

    def _start(self, name: str, one: Any, floor: datetime | None) -> At:
        if name == "accounts":
            return At("account", "/user_actions.json", asked=one)
        if name != "queries":
            where = "c" if name == "categories" else "tag"
            return At("topics", f"/{where}/{quote(one.strip('/'))}/l/latest.json")
        day = timedelta(days=1)  # a forum may count its days in another zone than UTC
        return At(
            "search",
            "/search.json",
            asked=one,
            number=1,
            before=(self.until.astimezone(UTC) + 2 * day).date() if self.until else None,
            after=(floor.astimezone(UTC) - day).date() if floor else None,
        )


_LISTS = ("categories", "tags", "queries", "accounts", "topics")

_PATHS = {
    "categories": r"/c/(.+?)(?:/l/latest)?\.json",
    "tags": r"/tags?/(.+?)(?:/l/latest)?\.json",
    "topics": r"/t/(?:[^/]+/)?(\d+)(?:/posts)?\.json",
}
