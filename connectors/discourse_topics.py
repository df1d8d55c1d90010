"""Topics of a Discourse forum, found by a listing, and all that was said in them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from connectors.discourse_latest import Forum
from connectors.discourse_listing import At, busy, read_listing
from connectors.discourse_post import Topic, post_name, read_post
from connectors.newest_first import NewestFirst, loop, times
from tidings.connector import Cursor, Page, Rejected, read_records
from tidings.errors import NotFound
from tidings.http import Answer, Http

MOST_STALE = 3
"""Pages of a listing that bring no new topic, one after another; such come when topics move."""


def one_topic(
    forum: Forum, http: Http, cursor: Cursor | None, walk: NewestFirst, number: int
) -> Iterator[Page]:
    """Walk the posts of one topic."""
    for page in _posts(forum, http, walk, number):
        walk.passed([m.published for m in page.mentions])
        yield msgspec.structs.replace(page, cursor=cursor)
    yield Page(mentions=[], cursor=walk.finished())


def listed_topics(
    forum: Forum, http: Http, cursor: Cursor | None, walk: NewestFirst, start: At
) -> Iterator[Page]:
    """Walk the topics of a listing, the last active first, and their posts.

    A listing is counted anew at every request: topics that move up push others down, which then
    come twice; one that is deleted pulls others up, so a page is looked at once more after the one
    behind it.
    """
    at: At | None = start
    before: At | None = None
    done: set[int] = set()
    stale = 0
    while at is not None:
        answer = forum.ask(http, at.path, at.params(), judge=busy)
        found = read_listing(answer)
        fresh = [one.topic for one in found.listed if one.topic not in done]
        stale = 0 if fresh else stale + 1
        if stale > MOST_STALE:
            raise loop(answer, f"{stale} pages bring only topics that came before")
        onward = at.onward(found, answer)
        behind = walk.passed(found.times())
        yield Page(mentions=[], rejected=found.rejected, cursor=cursor, raw=[answer])
        if before is not None and before.kind == "topics":
            answer = forum.ask(http, before.path, before.params())
            pulled_up = read_listing(answer).listed
            fresh += [one.topic for one in pulled_up if one.topic not in done]
            yield Page(mentions=[], cursor=cursor, raw=[answer])
        for topic in dict.fromkeys(fresh):
            done.add(topic)
            yield from _listed_topic(forum, http, cursor, walk, topic)
        before, at = at, None if behind else onward
    yield Page(mentions=[], cursor=walk.finished())


def _listed_topic(
    forum: Forum, http: Http, cursor: Cursor | None, walk: NewestFirst, number: int
) -> Iterator[Page]:
    """Read a topic of a listing; one that is gone by now is told of in ``rejected``."""
    try:
        for page in _posts(forum, http, walk, number):
            yield msgspec.structs.replace(page, cursor=cursor)
    except NotFound as error:
        reason = f"topic {number} is listed, but can't be read: {error.message}"
        rejected = [Rejected(reason=reason, raw=f'{{"id":{number}}}')]
        raw = [error.answer] if error.answer else []
        yield Page(mentions=[], rejected=rejected, cursor=cursor, raw=raw)


def _posts(forum: Forum, http: Http, walk: NewestFirst, number: int) -> Iterator[Page]:
    """Read one topic: its first page, then from the last one back to what is old."""
    path = f"/t/{number}.json"
    answer = forum.ask(http, path)
    topic: Topic = answer.json(Topic)
    yield _page(forum, walk, topic, answer)
    for at in range(topic.pages(), 1, -1):
        try:
            answer = forum.ask(http, path, {"page": at})
        except NotFound:  # behind the last post: numbers of deleted ones are counted, too
            continue
        part: Topic = answer.json(Topic)
        yield _page(forum, walk, part, answer)
        if _is_old(walk, part):
            return


def _page(forum: Forum, walk: NewestFirst, topic: Topic, answer: Answer) -> Page:
    read = partial(read_post, address=forum.address, title=topic.title)
    fresh = walk.fresh(topic.post_stream.posts, post_name)
    mentions, rejected = read_records(fresh, read)
    wanted = [m for m in mentions if walk.wants(m)]
    return Page(mentions=wanted, rejected=rejected, cursor=None, raw=[answer])


def _is_old(walk: NewestFirst, topic: Topic) -> bool:
    written = times(topic.post_stream.posts, "created_at")
    return walk.floor is not None and bool(written) and max(written) < walk.floor
