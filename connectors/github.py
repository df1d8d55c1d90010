"""Issues of GitHub with their comments, by repository or by search, and discussions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import parse_qs, urlsplit, urlunsplit

import msgspec
from msgspec import Meta

from connectors.github_again import is_asked_for, issues_again
from connectors.github_discussions import discussions
from connectors.github_issue import SOURCE, Time, judge, name_of, read_comment, read_issue
from connectors.newest_first import NewestFirst, loop, times
from connectors.onward import Onward
from tidings.connector import About, Connector, Cursor, Key, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http

PER_PAGE = 100
"""Records asked for at a time: as many as GitHub gives."""

SECOND = timedelta(seconds=1)

_BOTH = ("is:issue", "is:pull-request")
"""What a search is for: GitHub refuses one that says neither; one that says both finds nothing."""

_SAYS = frozenset([*_BOTH, "is:pr", "type:issue", "type:pr"])

_REPOSITORY = rb"https://api\.github\.com/repos/([\w.-]+/[\w.-]+)/issues"

What = Literal["issues", "comments", "discussions"]


class _Found(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw]
    total_count: int | None = None


class Github(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Issues of repositories and their comments, or issues anywhere that match a search.

    repositories: each as ``owner/name``; where some are given, nothing is searched for.
    what: ``issues``, ``comments`` (on issues) and ``discussions`` (with their comments, by GraphQL,
    which needs ``credential``) of repositories; each is walked by itself.
    queries: what to search all public issues for, in GitHub's search syntax, each walked by itself;
    left out, the brand's and its competitors' names and aliases.
    pull_requests: take pull requests and the comments on them, too; each query is then walked
    twice, ``is:issue`` and ``is:pull-request``, unless it says itself which of them.
    credential: name of the secret with a token; without one GitHub allows few requests.
    overlap_hours: how much of what an earlier walk saw is read again.
    since, until: only what was published from ``since`` on and before ``until`` (aware UTC).
    base_url: the API's address: of GitHub, of an own GitHub Enterprise, or a local server.

    The place is the repository. ``external_id`` is the issue's number or ``issuecomment-`` and the
    comment's id, ``parent_id`` the number of the issue commented on, ``likes`` counts thumbs up. An
    issue states no time of editing: its ``updated_at`` moves with every comment and label.
    """

    source: ClassVar[str] = SOURCE
    searches: ClassVar[bool] = True
    about: ClassVar[About] = About(
        collects="Issues of repositories and their comments, or public issues that match a search: "
        "title, text, author, reactions, number of comments; discussions with comments, answers "
        "and replies.",
        needs="nothing for public issues; for discussions, and for more requests, a token "
        "(credential: the name of the secret): a fine-grained personal access token with read "
        "access to public repositories",
        limits="60 requests an hour without a token and 5,000 with one; 10 and 30 a minute for "
        "search. 1,000 hits of a query can be paged to, so the walk goes on by time of change and "
        "has no such limit. Search finds the issue, not the comment that matches.",
        terms="GitHub's terms of service, its acceptable use policies on scraping among them.",
        state="recorded",
        example={"repositories": ["acme/anvil"], "credential": "github"},
        order="any",
        goes_back=True,
    )

    repositories: tuple[Annotated[str, Meta(pattern=r"^[\w.-]+/[\w.-]+$")], ...] = ()
    what: Annotated[tuple[What, ...], Meta(min_length=1)] = ("issues", "comments")
    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    pull_requests: bool = False
    credential: str | None = None
    overlap_hours: Annotated[float, Meta(ge=0)] = 1.0
    since: Time | None = None
    until: Time | None = None
    base_url: str = "https://api.github.com"

    def __post_init__(self) -> None:
        """Refuse discussions without a token (ValueError)."""
        if "discussions" in self.what and self.credential is None:
            raise ValueError("'discussions' need 'credential', the name of a secret with a token")

    def split(self) -> list[Self]:
        """Return one connector for each listing of a repository, or for each query."""
        replace = msgspec.structs.replace
        repositories = dict.fromkeys(self.repositories)
        queries = dict.fromkeys(q for query in self.queries for q in self._searches(query))
        listings = [
            replace(self, repositories=(repository,), what=(what,), queries=())
            for repository in repositories
            for what in dict.fromkeys(self.what)
        ]
        return listings or [replace(self, queries=(query,)) for query in queries] or [self]

    def label(self) -> str:
        """Name the walk by its repository and what is read there, or by its query."""
        if self.repositories:
            return f"github {', '.join(self.repositories)} {' and '.join(self.what)}"
        return f"github {', '.join(self.queries)}".strip()

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        parts = [urlsplit(url) for url in urls]
        listings = [p.path.partition("/repos/")[2].split("/") for p in parts if "/repos/" in p.path]
        names = dict.fromkeys("/".join(listing[:2]) for listing in listings)
        what = dict.fromkeys("comments" if "comments" in way else "issues" for way in listings)
        if names:
            return {"repositories": list(names), "what": list(what)}
        asked = [q for p in parts for q in parse_qs(p.query).get("q", [])]
        bare = (re.split(r" (?:is:issue|is:pull-request|updated:)", q)[0] for q in asked)
        pulls = {"pull_requests": True} if any("is:pull-request" in q for q in asked) else {}
        return {"queries": list(dict.fromkeys(bare)), **pulls}

    @classmethod
    def settings_in(cls, bodies: list[bytes]) -> dict[str, Any]:
        """Return what recorded bodies tell of the settings; for replaying recordings."""
        names = dict.fromkeys(
            found[1].decode() for body in bodies if (found := re.search(_REPOSITORY, body))
        )
        what = dict.fromkeys("comments" if b'"issue_url"' in body else "issues" for body in bodies)
        return {"repositories": list(names), "what": list(what)} if names else {}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk one listing or search from the record that changed longest ago to the newest change.

        The next page is what changed at the last time of this one or later: records that change
        while the walk goes on move to its end, and none is skipped. Where one second fills a whole
        page, its Link header leads on. SourceChanged where that leads round in a circle.
        """
        if self.repositories and self.what == ("discussions",):
            yield from self._discussions(http, cursor)
            return
        read = partial(self._read(), pull_requests=self.pull_requests)
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        headers = self._headers(http)
        since, onward = walk.floor, Onward()
        url, params = self._first(since)
        first = following = True
        while True:
            answer = http.get(url, params, headers=headers, judge=judge)
            found = self._found(answer)
            fresh = walk.fresh(found.items, name_of)
            mentions, rejected = read_records(fresh, read)
            changed = times(found.items, "updated_at")
            walk.passed(changed)
            yield Page(
                mentions=[m for m in mentions if walk.wants(m)],
                rejected=rejected,
                cursor=walk.finished(),
                raw=[answer],
                declared_total=found.total_count if first and cursor is None else None,
            )
            link = answer.link("next")
            latest = max(changed, default=None)
            newer = latest is not None and (since is None or latest > since)
            counted = following and not first
            if link is None and len(found.items) < PER_PAGE and not (counted and newer):
                return
            if newer:
                # not on from a page that was counted to: the size of pages may have changed
                since = since + SECOND if since is not None and counted else latest
                following = False
                url, params = self._first(since)
            elif link is None:
                return
            elif found.items and not fresh and following and not first:
                raise loop(answer, "this page brings only what came before")
            else:
                link = onward.follow(link, answer, records=len(found.items))
                url, params, following = self._here(link), {}, True
            first = False

    def _discussions(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        self._one()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        url = f"{self._address().removesuffix('/v3')}/graphql"
        yield from discussions(http, url, self._headers(http), self.repositories[0], walk)

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for issues and comments one by one, in whatever repository they are."""
        yield from issues_again(http, self._address(), self._headers(http), keys)

    def reaches(self, key: Key) -> bool:
        """Tell whether it can be asked for: with a token, since few requests are left without."""
        return self.credential is not None and is_asked_for(key)

    def _found(self, answer: Answer) -> _Found:
        if self.repositories:
            return _Found(items=answer.json(list[msgspec.Raw]))
        found: _Found = answer.json(_Found)
        return found

    def _read(self) -> Any:
        return read_comment if self.repositories and self.what == ("comments",) else read_issue

    def _headers(self, http: Http) -> dict[str, str]:
        headers = {
            "Accept": "application/vnd.github.text+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if self.credential is not None:
            headers["Authorization"] = f"Bearer {http.secret(self.credential)}"
        return headers

    def _first(self, since: datetime | None) -> tuple[str, dict[str, Any]]:
        """Return the URL and parameters of the page of what changed from ``since`` on."""
        self._one()
        listed = {"sort": "updated", "per_page": PER_PAGE}
        after = None if since is None else _iso(since)
        if not self.repositories:
            asked = {"q": self._query(after), "order": "asc", **listed}
            return f"{self._address()}/search/issues", asked
        listed |= {"direction": "asc", "since": after}
        path = f"{self._address()}/repos/{self.repositories[0]}/issues"
        if self.what == ("comments",):
            return f"{path}/comments", listed
        return path, {"state": "all", **listed}

    def _one(self) -> None:
        if len(self.split()) != 1 or not (self.repositories or self.queries):
            raise ConfigurationError(
                "One walk of 'github' takes one listing of a repository, or one query.",
                remedy="Give 'repositories' or 'queries' in the watch file; walk each of split().",
            )

    def _searches(self, query: str) -> list[str]:
        """Return what is searched for by one query, each by itself."""
        if not self.pull_requests or not _SAYS.isdisjoint(query.lower().split()):
            return [query]
        return [f"{query} {kind}" for kind in _BOTH]

    def _query(self, after: str | None) -> str:
        kind = "" if self.pull_requests else "is:issue"  # else split() has said which
        changed = f"updated:>={after}" if after else ""
        written = [
            f"created:>={_iso(self.since)}" if self.since else "",
            f"created:<={_iso(self.until)}" if self.until else "",
        ]
        return " ".join(word for word in (self.queries[0], kind, changed, *written) if word)

    def _address(self) -> str:
        return self.base_url.rstrip("/")

    def _here(self, link: str) -> str:
        """Return where a link leads at this API, whatever host it names: a token goes along."""
        here, there = urlsplit(self._address()), urlsplit(link)
        return urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
