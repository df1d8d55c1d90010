"""Listings of topics of a Discourse forum: of a category, a tag, a search, an account."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from connectors.dates import read_time
from tidings.connector import Rejected, read_records
from tidings.errors import SourceChanged, SourceError, TransientError
from tidings.http import Answer
from tidings.http.address import shown

DEEPEST = 10
"""Pages of a search; a request for a later one is refused."""

_Time = Annotated[datetime, Meta(tz=True)]


class Listed(msgspec.Struct, frozen=True):
    """A topic as a listing shows it: when something was last said there, None where unknown."""

    topic: int
    time: datetime | None = None


class _Topic(msgspec.Struct, frozen=True):
    id: int
    bumped_at: _Time | None = None
    last_posted_at: _Time | None = None
    pinned: bool | None = None


class _Topics(msgspec.Struct, frozen=True):
    topics: list[msgspec.Raw]
    more_topics_url: str | None = None


class _Said(msgspec.Struct, frozen=True):
    topic_id: int
    created_at: _Time


class _Grouped(msgspec.Struct, frozen=True):
    more_full_page_results: bool | str | None = None
    error: str | None = None


class _Group(msgspec.Struct, frozen=True):
    type: str
    results: list[msgspec.Raw]


class _Page(msgspec.Struct, frozen=True):
    topic_list: _Topics | None = None
    user_actions: list[msgspec.Raw] | None = None
    posts: list[msgspec.Raw] | None = None
    grouped_search_result: _Grouped | None = None


class Found(msgspec.Struct, frozen=True):
    """One page of a listing, read. ``more`` tells whether the forum says that there is another."""

    listed: list[Listed]
    rejected: list[Rejected]
    more: bool

    @property
    def shown(self) -> int:
        """How many records the page has, those that can't be read too."""
        return len(self.listed) + len(self.rejected)

    def times(self) -> list[datetime]:
        """Return the times of the topics whose place in the listing is due to them."""
        return [one.time for one in self.listed if one.time is not None]


class At(msgspec.Struct, frozen=True):
    """Where in a listing a walk is: what to ask for, and how to go on from there.

    ``number`` is the page (of a search from 1, else from 0) or, of an account, how many actions
    come before. ``before`` is the day (UTC) behind which a search looks, ``after`` one that lies
    before all that is wanted.
    """

    kind: Literal["topics", "search", "account"]
    path: str
    asked: str = ""
    number: int = 0
    before: date | None = None
    after: date | None = None

    def params(self) -> dict[str, Any]:
        """Return the parameters to ask with."""
        if self.kind == "topics":
            return {"page": self.number or None}
        if self.kind == "account":
            # 4 and 5: topics begun and replies written
            return {"offset": self.number, "username": self.asked, "filter": "4,5"}
        bounds = [f"before:{self.before}" if self.before else "", _after(self.after)]
        return {
            "q": " ".join([self.asked, "order:latest", *filter(None, bounds)]),
            "page": self.number,
        }

    def onward(self, found: Found, answer: Answer) -> At | None:
        """Return where the next page is; None at the end.

        SourceChanged where a search finds more topics of one day than can be paged to.
        """
        if self.kind == "account":
            step = msgspec.structs.replace(self, number=self.number + found.shown)
            return step if found.shown else None
        if not found.more:
            return None
        if self.kind == "topics" or self.number < DEEPEST:
            return msgspec.structs.replace(self, number=self.number + 1)
        times = found.times()
        before = min(times).date() + timedelta(days=1) if times else None
        if before is None or before == self.before:
            raise _too_many(answer)
        return msgspec.structs.replace(self, number=1, before=before)


def read_listing(answer: Answer) -> Found:
    """Read a page of any listing; SourceChanged where it is none."""
    page: _Page | list[_Group] = answer.json(_Page | list[_Group])
    if isinstance(page, list):  # the search of old forums: topics without times, on one page
        topics = [r for group in page if group.type == "topic" for r in group.results]
        return _found(topics, _topic, more=False)
    if page.topic_list is not None:
        return _found(page.topic_list.topics, _topic, bool(page.topic_list.more_topics_url))
    if page.user_actions is not None:
        return _found(page.user_actions, _said, more=False)
    grouped = page.grouped_search_result
    if grouped is None:
        raise SourceChanged(
            f"{answer.url} gives no list of topics.",
            remedy="Is this the address of a Discourse forum? Look at the kept page.",
            url=answer.url,
            answer=answer,
        )
    return _found(page.posts or [], _said, bool(grouped.more_full_page_results))


def busy(answer: Answer) -> SourceError | None:
    """Return the error of a forum that answers with 200, but was too busy to search."""
    if b'"error"' not in answer.body:
        return None
    try:
        grouped = msgspec.json.decode(answer.body, type=_Page).grouped_search_result
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None  # told of when it is read
    if grouped is None or not grouped.error:
        return None
    return TransientError(
        f"{shown(answer.url)} did not search: {grouped.error}",
        remedy="Try again later; the forum searches only while it is not busy.",
        url=shown(answer.url),
        answer=answer,
    )


def _found(records: list[msgspec.Raw], read: Any, more: bool) -> Found:
    listed: list[Listed] = []
    _, rejected = read_records(records, lambda record: listed.append(read(record)))
    return Found(listed=listed, rejected=rejected, more=more)


def _topic(record: msgspec.Raw) -> Listed:
    topic = msgspec.json.decode(record, type=_Topic)
    times = [read_time(t) for t in (topic.bumped_at, topic.last_posted_at) if t is not None]
    # a pinned topic stands first however old it is, so its time tells nothing of what follows
    return Listed(topic.id, None if topic.pinned else max(times, default=None))


def _said(record: msgspec.Raw) -> Listed:
    said = msgspec.json.decode(record, type=_Said)
    return Listed(said.topic_id, read_time(said.created_at))


def _after(day: date | None) -> str:
    return f"after:{day}" if day else ""


def _too_many(answer: Answer) -> SourceChanged:
    return SourceChanged(
        f"{answer.url} finds more topics of one day than its {DEEPEST} pages show.",
        remedy="Make the query narrower, or collect a category or the whole forum.",
        url=answer.url,
        answer=answer,
    )
