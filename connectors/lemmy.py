"""Posts and comments of a Lemmy instance: of a search, of communities, or of all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta

from connectors.dates import read_time
from connectors.lemmy_paging import At, cut_off
from connectors.lemmy_view import SOURCE, What, inner, named, read_view
from connectors.newest_first import NewestFirst, peek
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import (
    AuthError,
    ConfigurationError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
)
from tidings.http import Answer, Http
from tidings.http.address import shown

Time = Annotated[datetime, Meta(tz=True)]
Word = Annotated[str, Meta(min_length=1)]

_KINDS: dict[str, type[SourceError]] = {
    "rate_limit_error": RateLimited,
    "too_many_requests": RateLimited,
    "couldnt_find_community": NotFound,
    "not_found": NotFound,
    "instance_is_private": AuthError,
    "not_logged_in": AuthError,
    "incorrect_login": AuthError,
}
"""What the names of errors mean; the status is often 400 whatever the name."""


class _Found(msgspec.Struct, frozen=True):
    posts: list[msgspec.Raw] | None = None
    comments: list[msgspec.Raw] | None = None
    next_page: str | None = None


class _Error(msgspec.Struct, frozen=True):
    error: str
    message: str | None = None


class Lemmy(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posts and comments that a Lemmy instance shows, newest first; the instance is the place.

    instance: host or address of the instance that is asked (``lemmy.example``).
    queries: what to search for; with ``communities``, within each of them.
    communities: names (``anvils``), of other instances with their host (``anvils@far.example``).
    kinds: ``posts``, ``comments`` or both; each is walked by itself.
    local: only what belongs to communities of this instance.
    credential: name of the secret with a token; only a private instance asks for one.
    per_page: items asked for at a time, 20 to 50.
    overlap_hours: how much of what an earlier walk saw is read again, for what reached the instance
    late and for new scores.
    since, until: only what was published from ``since`` on and before ``until`` (aware UTC).

    With neither ``queries`` nor ``communities`` all that the instance shows is walked.
    ``external_id`` is the number at this instance; before that of a comment stands ``comment-``.
    Texts are Markdown. ``author_handle`` is ``name@host``.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Posts and comments of a Lemmy instance, of a search, of communities or all of "
        "them: text, edits, score, number of comments, thread.",
        needs="nothing for a public instance; else a token (credential: the name of the secret) "
        "of an account there",
        limits="50 items an answer. An instance sets its own rate limits, narrow ones for search. "
        "It shows only what reached it from others. It can't be asked by time: a window of the "
        "past is reached by way of all that is newer. Comments and searches go by page numbers; an "
        "instance may refuse those above a limit (10 or 100: some 500 or 5,000 items), and then "
        "what is older is told of as an error once.",
        terms="The rules of the instance hold, see its front page.",
        state="documentation only",
        example={"instance": "lemmy.example", "communities": ["anvils"], "queries": ["Acme"]},
        order="newest",
        goes_back=True,
    )

    instance: Annotated[str, Meta(pattern=r"^(https?://)?[^/\s@]+/?$")]
    queries: tuple[Word, ...] = ()
    communities: tuple[Annotated[str, Meta(pattern=r"^!?\w+(@[\w.:-]+)?$")], ...] = ()
    kinds: Annotated[tuple[What, ...], Meta(min_length=1)] = ("posts", "comments")
    local: bool = False
    credential: str | None = None
    per_page: Annotated[int, Meta(ge=20, le=50)] = 50
    overlap_hours: Annotated[float, Meta(ge=0)] = 12.0
    since: Time | None = None
    until: Time | None = None

    def split(self) -> list[Self]:
        """Return one connector for each query, community and kind."""
        queries = [[q] for q in dict.fromkeys(self.queries)] or [[]]
        communities = [[c] for c in dict.fromkeys(self._communities())] or [[]]
        return [
            msgspec.structs.replace(
                self, queries=tuple(query), communities=tuple(community), kinds=(kind,)
            )
            for query, community, kind in product(queries, communities, dict.fromkeys(self.kinds))
        ]

    def label(self) -> str:
        """Name the walk by its instance and what it reads there."""
        asked = [*self.queries, *(f"!{name}" for name in self._communities())] or ["everything"]
        return f"lemmy {self._host()} {', '.join(asked)} ({', '.join(self.kinds)})"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        parts = [urlsplit(url) for url in urls]
        asked = [(part.path, parse_qs(part.query)) for part in parts]
        told: dict[str, list[str]] = {
            "queries": [q for _, query in asked for q in query.get("q", [])],
            "communities": [c for _, query in asked for c in query.get("community_name", [])],
            "kinds": [kind for path, query in asked if (kind := _kind(path, query))],
        }
        return {
            "instance": f"{parts[0].scheme}://{parts[0].netloc}",
            **{name: list(dict.fromkeys(values)) for name, values in told.items() if values},
        }

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk one list from the newest item back to where an earlier walk began, or to ``since``.

        SourceChanged where the answer has another form, or brings only what came before. Where the
        instance refuses a page number as too high, the walk ends with a SourceError and its cursor
        has moved on: what lies deeper is told of once.
        """
        what = self._what()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        read = partial(read_view, what=what, host=self._host())
        headers = self._headers(http)
        path, params = self._list(what)
        at: At | None = At(self.per_page)
        bad: set[str] = set()
        while at is not None:
            url = f"{self._address()}/api/v3/{path}"
            try:
                answer = http.get(url, {**params, **at.params()}, headers=headers, judge=judge)
            except SourceError as error:
                if error.answer is None or not at.is_too_deep(error):
                    raise
                yield Page(mentions=[], cursor=walk.finished(), raw=[error.answer])
                raise cut_off(error, walk.floor) from error
            views, onward = _views(answer, what)
            names = [named(view, what=what) for view in views]
            fresh = walk.fresh(views, names)
            mentions, rejected = read_records(fresh, read)
            if rejected:
                bad |= {named(v, what=what) for v in fresh if read_records([v], read)[1]}
            written = _times(views, what)
            behind = walk.passed(written)
            at = at.onward(names, len(fresh), onward, answer, written, bad)
            at = None if behind else at
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=cursor if at else walk.finished(),
                raw=[answer],
            )

    def _communities(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("!") for name in self.communities)

    def _what(self) -> What:
        if max(len(self.queries), len(self.communities), len(self.kinds)) > 1:
            raise ConfigurationError(
                "One walk of 'lemmy' takes one query, community and kind.",
                remedy="Walk each of split().",
            )
        return self.kinds[0]

    def _address(self) -> str:
        given = self.instance.rstrip("/")
        return given if "://" in given else f"https://{given}"

    def _host(self) -> str:
        return urlsplit(self._address()).netloc.lower()

    def _headers(self, http: Http) -> dict[str, str]:
        if self.credential is None:
            return {}
        return {"Authorization": f"Bearer {http.secret(self.credential)}"}

    def _list(self, what: What) -> tuple[str, dict[str, Any]]:
        """Return the path and parameters of the list."""
        community = {"community_name": self._communities()[0]} if self.communities else {}
        reach = "Local" if self.local else "All"
        if self.queries:
            search = {"q": self.queries[0], "type_": what.capitalize(), "listing_type": reach}
            return "search", {**search, **community, "sort": "New"}
        return f"{what.removesuffix('s')}/list", {"type_": reach, **community, "sort": "New"}


def judge(answer: Answer) -> SourceError | None:
    """Return the error that stands in the body, where its name says more than the status."""
    if not answer.body.lstrip().startswith(b'{"error"'):
        return None
    try:
        error = msgspec.json.decode(answer.body, type=_Error)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None  # told of when the body is read, or by its status
    kind = _KINDS.get(error.error)
    if kind is None:
        return None
    return kind(
        f"{shown(answer.url)}: {error.error} {error.message or ''}".rstrip() + ".",
        remedy="See the settings of 'lemmy', and the instance's own limits.",
        url=shown(answer.url),
        answer=answer,
    )


def _views(answer: Answer, what: What) -> tuple[list[msgspec.Raw], str | None]:
    found: _Found = answer.json(_Found)
    views = found.posts if what == "posts" else found.comments
    if views is None:
        raise SourceChanged(
            f"{answer.url} gives no list of {what}.",
            remedy="Is this a Lemmy instance? Look at the kept page.",
            url=answer.url,
            answer=answer,
        )
    return views, found.next_page


def _times(views: list[msgspec.Raw], what: What) -> list[datetime]:
    """Return the times of publication of those items whose time can be read."""
    found = []
    for view in views:
        said = inner(view, what)
        stated = None if said is None else peek(said, "published", datetime)
        if stated is not None and 1 < stated.year < 9999:
            found.append(read_time(stated, zone=UTC))
    return found


def _kind(path: str, query: dict[str, list[str]]) -> str | None:
    types = query.get("type_", [])
    if path.endswith("/search"):
        return next((t.lower() for t in types if t in ("Posts", "Comments")), None)
    return next((f"{kind}s" for kind in ("post", "comment") if path.endswith(f"{kind}/list")), None)
