"""Statuses of a Mastodon instance: of hashtags, of its public timeline, or of a search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

import msgspec
from msgspec import Meta

from connectors.mastodon_again import statuses_again
from connectors.mastodon_status import SOURCE, are_ids_times, id_at, id_of, read_status
from connectors.newest_first import NewestFirst, identity, loop, times
from connectors.onward import Onward
from tidings.connector import About, Connector, Cursor, Key, Page, read_records
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer, Http

PER_PAGE = 40
"""Statuses asked for at a time: as many as an instance gives."""

KEY = "ids_are_times"
"""In a cursor: whether this instance's ids are made of times, so that one can ask by them."""

Time = Annotated[datetime, Meta(tz=True)]


class _Found(msgspec.Struct, frozen=True):
    statuses: list[msgspec.Raw]


class Mastodon(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Statuses that a Mastodon instance shows, newest first; the instance is the place.

    Exactly one of ``hashtags``, ``public`` and ``queries`` is set.

    instance: host or address of the instance that is asked (``mastodon.social``).
    hashtags: each walked by itself, with or without ``#``.
    public: the public timeline.
    queries: what to search for, each walked by itself; needs ``credential``.
    local: only statuses written at this instance (of hashtags and the public timeline).
    credential: name of the secret with an access token; not every instance asks for one.
    overlap_hours: how much of what an earlier walk saw is read again, for statuses that reached the
    instance late.
    since, until: only statuses published from ``since`` on and before ``until`` (aware UTC).

    ``external_id`` is the id at this instance; another instance shows the same status under another
    one. A boost is a mention of its own: it has the text of what is boosted, whose id is its
    ``parent_id``. A content warning is the ``title``. ``author_handle`` is ``name@host``.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Public statuses of hashtags, of the public timeline or of a search at one "
        "instance: text, language, edits, followers, favourites, boosts and replies.",
        needs="nothing for hashtags and the public timeline of most instances; an access token "
        "(credential: the name of the secret) for search and for instances that ask for one",
        limits="40 statuses an answer, 300 requests in five minutes. An instance shows only what "
        "reached it. Search finds statuses whose writers allow it; an instance whose search is "
        "out of order answers as if it had found nothing.",
        terms="The rules of the instance hold, see its about page.",
        state="recorded",
        example={"instance": "mastodon.social", "hashtags": ["acmerockets"]},
        order="newest",
        goes_back=True,
    )

    instance: Annotated[str, Meta(pattern=r"^(https?://)?[^/\s@]+/?$")]
    hashtags: tuple[Annotated[str, Meta(pattern=r"^#?\w+$")], ...] = ()
    public: bool = False
    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    local: bool = False
    credential: str | None = None
    overlap_hours: Annotated[float, Meta(ge=0)] = 6.0
    since: Time | None = None
    until: Time | None = None

    def __post_init__(self) -> None:
        """Refuse settings that say no or more than one thing to read (ValueError)."""
        if [bool(self.hashtags), self.public, bool(self.queries)].count(True) != 1:
            raise ValueError("set one of 'hashtags', 'public' and 'queries'")
        if self.queries and self.credential is None:
            raise ValueError("'queries' needs 'credential', the name of a secret with a token")

    def split(self) -> list[Self]:
        """Return one connector for each hashtag or query."""
        hashtags = dict.fromkeys(tag.removeprefix("#") for tag in self.hashtags)
        return [
            *(msgspec.structs.replace(self, hashtags=(tag,)) for tag in hashtags),
            *(msgspec.structs.replace(self, queries=(q,)) for q in dict.fromkeys(self.queries)),
        ] or [self]

    def label(self) -> str:
        """Name the walk by its instance and what it reads there."""
        asked = [*(f"#{tag.removeprefix('#')}" for tag in self.hashtags), *self.queries]
        return f"mastodon {self._host()} {', '.join(asked) or 'public timeline'}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        parts = [urlsplit(url) for url in urls]
        tags = [unquote(p.path.rpartition("/")[2]) for p in parts if "/timelines/tag/" in p.path]
        queries = [q for p in parts if "/search" in p.path for q in parse_qs(p.query).get("q", [])]
        public = any(p.path.rstrip("/").endswith("/timelines/public") for p in parts)
        asked: dict[str, Any] = {"hashtags": list(dict.fromkeys(tags))}
        if not tags:
            asked = {"public": True} if public else {"queries": list(dict.fromkeys(queries))}
            asked |= {"credential": "mastodon"} if queries and not public else {}
        if all(parse_qs(p.query).get("local", [""])[0] in {"true", "1"} for p in parts):
            asked["local"] = True
        return {"instance": f"{parts[0].scheme}://{parts[0].netloc}", **asked}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk one timeline or search, from the newest status back to where an earlier walk began.

        A timeline's next page is the one that its Link header names, else what is older than the
        last status; a search is paged by number. The walk ends with an empty page that names no
        next one. SourceChanged where a page brings only what came before, or page after page is
        empty.
        """
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        ids_are_times = cursor.get(KEY) if cursor else None
        since_id = id_at(walk.floor) - 1 if ids_are_times and walk.floor else None
        headers = self._headers(http)
        url, params = self._first(since_id)
        onward = Onward()
        read = 0
        while True:
            answer = http.get(url, params, headers=headers)
            statuses = self._statuses(answer)
            fresh = walk.fresh(statuses, lambda status: id_of(status) or identity(status, "id"))
            if statuses and not fresh:
                raise loop(answer, "this page brings only statuses that came before")
            mentions, rejected = read_records(fresh, lambda r: read_status(r, self._host()))
            written = times(statuses, "created_at")
            if statuses:
                ids_are_times = ids_are_times is not False and are_ids_times(statuses)
            link = None if self.queries else answer.link("next")
            ended = walk.passed(written) or not (statuses or link)
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=_marked(walk.finished(), ids_are_times) if ended else cursor,
                raw=[answer],
            )
            if ended:
                return
            if link is not None:
                onward.follow(link, answer, records=len(statuses))
            read += len(statuses)
            if self.queries:
                params = {**params, "offset": read}
                continue
            leap = self._leap(written) if ids_are_times else None
            url, params = self._older(answer, statuses, since_id, leap)

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for statuses by their ids at this instance."""
        yield from statuses_again(http, self._address(), self._host(), self._headers(http), keys)

    def reaches(self, key: Key) -> bool:
        """Tell whether the status was shown at this instance: its id means nothing elsewhere."""
        return key.place == self._host()

    def _address(self) -> str:
        given = self.instance.rstrip("/")
        return given if "://" in given else f"https://{given}"

    def _host(self) -> str:
        return urlsplit(self._address()).netloc.lower()

    def _headers(self, http: Http) -> dict[str, str]:
        if self.credential is None:
            return {}
        return {"Authorization": f"Bearer {http.secret(self.credential)}"}

    def _first(self, since_id: int | None) -> tuple[str, dict[str, Any]]:
        """Return the URL and parameters of the first page."""
        if len(self.hashtags) > 1 or len(self.queries) > 1:
            raise ConfigurationError(
                "One walk of 'mastodon' takes one hashtag or query.",
                remedy="Walk each of split().",
            )
        if self.queries:
            asked = {"q": self.queries[0], "type": "statuses", "limit": PER_PAGE}
            return f"{self._address()}/api/v2/search", asked
        tag = f"tag/{quote(self.hashtags[0].removeprefix('#'))}" if self.hashtags else "public"
        asked = {"limit": PER_PAGE, "local": self.local or None, "since_id": since_id}
        return f"{self._address()}/api/v1/timelines/{tag}", asked

    def _statuses(self, answer: Answer) -> list[msgspec.Raw]:
        found: _Found | list[msgspec.Raw] = answer.json(_Found | list[msgspec.Raw])
        return found.statuses if isinstance(found, _Found) else found

    def _older(
        self,
        answer: Answer,
        statuses: Sequence[msgspec.Raw],
        since_id: int | None,
        leap: int | None,
    ) -> tuple[str, dict[str, Any]]:
        """Return the URL and parameters of the page after this one, or of that below id ``leap``.

        A link is followed at this instance only, whatever host it names: the request may hold a
        token. Mastodon leaves ``since_id`` out of its links.
        """
        url, params = self._first(since_id)
        link = answer.link("next")
        if leap is not None:
            return url, {**params, "max_id": leap}
        if link is not None:
            here, there = urlsplit(self._address()), urlsplit(link)
            return urlunsplit((here.scheme, here.netloc, there.path, there.query, "")), {
                "since_id": since_id
            }
        named = (id_of(status) for status in reversed(statuses))
        last = next((name for name in named if name), None)
        if last is None:
            raise SourceChanged(
                f"{answer.url} gives statuses without ids and no link to the next page.",
                remedy="Is this a Mastodon instance? Look at the kept page.",
                url=answer.url,
                answer=answer,
            )
        return url, {**params, "max_id": last}

    def _leap(self, written: Sequence[datetime]) -> int | None:
        """Return the id to go on below, where all of a page is still far newer than ``until``."""
        if self.until is None or not written:
            return None
        start = self.until + timedelta(hours=self.overlap_hours, seconds=1)
        return id_at(start) if min(written) > start else None


def _marked(cursor: Cursor | None, ids_are_times: bool | None) -> Cursor | None:
    return cursor and {**cursor, KEY: bool(ids_are_times)}
