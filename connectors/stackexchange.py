"""Questions, answers and comments of a site of Stack Exchange, of a search or a tag."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst, peek
from connectors.stackexchange_descent import List, Step, descend, judge
from connectors.stackexchange_post import SOURCE, read_answer, read_comment, read_question
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http
from tidings.mention import Mention
from tidings.times import from_epoch

MOST_IDS = 100
"""Ids that one request may name."""

FILTER = "withbody"
"""The API's own filter that adds texts to what it gives by default."""

Word = Annotated[str, Meta(min_length=1)]
Time = Annotated[datetime, Meta(tz=True)]


class StackExchange(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions that match a search or have a tag, with their answers and comments.

    site: the site as the API names it (``stackoverflow``, ``superuser``); it is the place.
    queries: what to search questions for, each walked by itself; left out, the brand's and its
    competitors' names and aliases.
    tags: tags whose questions are walked too; ``a;b`` are questions with both.
    answers: also the answers of these questions.
    comments: also the comments on them and on their answers.
    credential: name of the secret with an app key; the API works without one, too.
    overlap_hours: how much of what an earlier walk saw is read again, for new scores.
    since, until: only what was written from ``since`` on and before ``until`` (aware UTC).
    base_url: the API's address with its version, or a local server that stands for it.

    Questions are walked by their last activity, so that a new answer or an edit brings the question
    again, with all its answers. ``external_id`` is the number of the question or answer; before
    that of a comment stands ``comment-``. ``author_handle`` is the number of the account.
    """

    source: ClassVar[str] = SOURCE
    searches: ClassVar[bool] = True
    about: ClassVar[About] = About(
        collects="Questions of one site of Stack Exchange that match a search or have a tag, with "
        "their answers and comments: text, edits, scores, views.",
        needs="nothing; with an app key (credential: the name of the secret), which anybody gets "
        "at stackapps.com, far more requests a day",
        limits="300 requests a day without a key, 10,000 with one, and 30 a second; 100 items an "
        "answer. Each page of questions costs three requests and more with answers and comments. "
        "The API pages to 25 only without a key, so the walk goes back by time and has no such "
        "limit. A search looks at questions, not at answers. A new comment alone is no activity: "
        "on an old question it is seen only when something else happens there.",
        terms="Contents are under CC BY-SA: name the author and link to the post where it is "
        "shown. A pause that the API asks for is kept.",
        state="documentation only",
        example={"site": "stackoverflow", "queries": ["Acme Rockets"]},
        order="any",  # answers and comments come after the page of their questions
        goes_back=True,
    )

    site: Annotated[str, Meta(pattern=r"^[a-z0-9.-]+$")]
    queries: tuple[Word, ...] = ()
    tags: tuple[Word, ...] = ()
    answers: bool = True
    comments: bool = True
    credential: str | None = None
    overlap_hours: Annotated[float, Meta(ge=0)] = 24.0
    since: Time | None = None
    until: Time | None = None
    base_url: str = "https://api.stackexchange.com/2.3"

    def split(self) -> list[Self]:
        """Return one connector for each query and tag."""
        return [
            *(msgspec.structs.replace(self, queries=(q,), tags=()) for q in _each(self.queries)),
            *(msgspec.structs.replace(self, queries=(), tags=(tag,)) for tag in _each(self.tags)),
        ] or [self]

    def label(self) -> str:
        """Name the walk by its site and what it reads there."""
        asked = [*self.queries, *(f"[{tag}]" for tag in self.tags)]
        return f"stackexchange {self.site} {', '.join(asked)}".strip()

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        parts = [urlsplit(url) for url in urls]
        asked = [(part.path, parse_qs(part.query)) for part in parts]
        told: dict[str, Any] = {
            "queries": [q for _, query in asked for q in query.get("q", [])],
            "tags": [tag for _, query in asked for tag in query.get("tagged", [])],
        }
        sites = [site for _, query in asked for site in query.get("site", [])]
        return {
            "site": sites[0] if sites else "stackoverflow",
            **{name: list(dict.fromkeys(values)) for name, values in told.items() if values},
            "answers": any("/answers" in path for path, _ in asked),
            "comments": any("/comments" in path for path, _ in asked),
        }

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk questions from the last active back to where an earlier walk began, or ``since``.

        After each page of questions come their answers and the comments on both. SourceChanged
        where the API gives another form than its own.
        """
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        lowest = None if walk.floor is None else math.floor(walk.floor.timestamp())
        ask = partial(self._ask, http)
        for step in descend(ask, self._questions(), lowest=lowest):
            yield self._page(http, cursor, walk, step, partial(read_question, site=self.site))
            behind = walk.passed([from_epoch(second) for second in step.seconds])
            asked = _ids(step.fresh, "question_id")
            yield from self._below(http, cursor, walk, asked, _host(step.fresh))
            if behind:
                break
        yield Page(mentions=[], cursor=walk.finished())

    def _below(
        self,
        http: Http,
        cursor: Cursor | None,
        walk: NewestFirst,
        questions: Sequence[int],
        host: str | None,
    ) -> Iterator[Page]:
        """Read the answers of these questions, and the comments on both."""
        posts = list(questions)
        ask = partial(self._ask, http)
        for some in _batches(questions) if self.answers else []:
            path = f"/questions/{_joined(some)}/answers"
            answers = List(path, "activity", "last_activity_date", "answer_id")
            for step in descend(ask, answers, lowest=None):
                posts += _ids(step.fresh, "answer_id")
                read = partial(read_answer, site=self.site, host=host)
                yield self._page(http, cursor, walk, step, read)
        for some in _batches(posts) if self.comments else []:
            path = f"/posts/{_joined(some)}/comments"
            comments = List(path, "creation", "creation_date", "comment_id")
            for step in descend(ask, comments, lowest=None):
                read = partial(read_comment, site=self.site, host=host)
                yield self._page(http, cursor, walk, step, read)

    def _questions(self) -> List:
        if len(self.queries) + len(self.tags) != 1:
            raise ConfigurationError(
                "One walk of 'stackexchange' takes one query or tag.",
                remedy="Give 'queries' or 'tags' in the watch file, and walk each of split().",
            )
        search = {"q": self.queries[0]} if self.queries else {"tagged": self.tags[0]}
        path = "/search/advanced" if self.queries else "/questions"
        return List(path, "activity", "last_activity_date", "question_id", search)

    def _ask(self, http: Http, path: str, params: dict[str, Any]) -> Answer:
        key = None if self.credential is None else http.secret(self.credential)
        asked = {**params, "site": self.site, "filter": FILTER, "key": key}
        return http.get(f"{self.base_url.rstrip('/')}{path}", asked, judge=judge)

    def _page(
        self,
        http: Http,
        cursor: Cursor | None,
        walk: NewestFirst,
        step: Step,
        read: Callable[[msgspec.Raw], Mention],
    ) -> Page:
        if step.backoff:
            http.hold(self.base_url, step.backoff)
        mentions, rejected = read_records(step.fresh, read)
        wanted = [mention for mention in mentions if walk.wants(mention)]
        return Page(mentions=wanted, rejected=rejected, cursor=cursor, raw=[step.answer])


def _each(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _ids(items: Sequence[msgspec.Raw], field: str) -> list[int]:
    found = (peek(item, field, int) for item in items)
    return [number for number in found if number is not None]


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    unique = list(dict.fromkeys(numbers))
    return (unique[at : at + MOST_IDS] for at in range(0, len(unique), MOST_IDS))


def _joined(numbers: Sequence[int]) -> str:
    return ";".join(map(str, numbers))


def _host(questions: Sequence[msgspec.Raw]) -> str | None:
    """Return the host of the site's addresses, which only questions have by default."""
    links = (peek(question, "link", str) for question in questions)
    return next((urlsplit(link).netloc for link in links if link), None)
