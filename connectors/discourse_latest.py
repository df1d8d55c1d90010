"""All posts of a Discourse forum, walked by their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from connectors.discourse_post import listed_posts, post_name, read_post
from connectors.newest_first import NewestFirst, loop, peek, times
from tidings.connector import Cursor, Page, read_records
from tidings.errors import SourceChanged
from tidings.http import Answer, Http
from tidings.http.message import Judge

KEY = "post"
"""In a cursor: the highest number of a post that an earlier walk saw."""

STEP = 50
"""Post numbers that one answer of an older forum looks at, whether they can be seen or not."""

MOST_OLD = 20
"""Pages of nothing but old posts, one after another, that end a walk which knows no number.

Moved posts are old by their time, too, and stand before newer ones: so few are no end.
"""

MOST_EMPTY = 1000
"""Pages without anything new, one after another, after which a walk is called endless."""


class Forum(msgspec.Struct, frozen=True):
    """Where a forum is, and the headers that it is asked with."""

    address: str
    headers: dict[str, str]

    def ask(
        self,
        http: Http,
        path: str,
        params: dict[str, Any] | None = None,
        judge: Judge | None = None,
    ) -> Answer:
        """GET ``path`` of the forum."""
        return http.get(f"{self.address}{path}", params, headers=self.headers, judge=judge)


def latest_posts(
    forum: Forum, http: Http, cursor: Cursor | None, walk: NewestFirst
) -> Iterator[Page]:
    """Walk all posts by their numbers, which grow as posts are written or moved.

    The walk ends at posts that are both old by their time and known by their number: one that was
    moved is new by its number and old by its time. Where none is known yet, it ends after
    ``MOST_OLD`` pages of old ones.
    """
    known = int((cursor or {}).get(KEY, 0))
    highest, at, old = known, _Before(), 0
    while True:
        answer = forum.ask(http, "/posts.json", {"before": at.number})
        posts = listed_posts(answer)
        numbers = [n for post in posts if (n := peek(post, "id", int)) is not None]
        onward = at.onward(numbers, answer, some=bool(posts))
        highest = max([highest, *numbers])
        fresh = walk.fresh(posts, post_name)
        mentions, rejected = read_records(fresh, partial(read_post, address=forum.address))
        written = times(posts, "created_at")
        passed = walk.passed(written)
        old = old + passed if passed or not written else 0  # an empty page tells nothing
        behind = passed and min(numbers, default=0) <= known
        after = None if behind or (not known and old >= MOST_OLD) else onward
        yield Page(
            mentions=[m for m in mentions if walk.wants(m)],
            rejected=rejected,
            cursor=cursor if after else _ended(walk, highest),
            raw=[answer],
        )
        if after is None:
            return
        at = after


def _ended(walk: NewestFirst, highest: int) -> Cursor | None:
    finished = walk.finished()
    return finished and {**finished, KEY: highest}


class _Before(msgspec.Struct, frozen=True):
    """Where a walk by numbers is: below which number it asks, None at first.

    A forum of today gives the 50 posts below the number. An older one (``inclusive``) gives, of the
    50 numbers up to and with it, the posts that one may see, be that none. ``below``: this one has
    given posts below the number without it.
    """

    number: int | None = None
    inclusive: bool = False
    stale: int = 0
    below: bool = False

    def onward(self, numbers: Sequence[int], answer: Answer, *, some: bool) -> _Before | None:
        """Return where to ask next; None at the end. ``some``: there were records at all."""
        if some and not numbers:
            raise SourceChanged(
                f"{answer.url} gives posts without numbers.",
                remedy="Is this a Discourse forum? Look at the kept page.",
                url=answer.url,
                answer=answer,
            )
        if self.number is None:
            return _Before(min(numbers)) if numbers else None
        if any(number > self.number for number in numbers):
            raise loop(answer, f"posts above {self.number} come again")
        if self.below and self.number in numbers:
            raise loop(answer, f"post {self.number} comes again")
        inclusive = self.inclusive or self.number in numbers
        lowest = min(numbers, default=self.number)
        if lowest < self.number:
            return _Before(lowest, inclusive, below=not inclusive)
        if not inclusive or self.number <= STEP:
            return None
        if self.stale >= MOST_EMPTY:
            raise loop(answer, f"{MOST_EMPTY} pages without a post")
        return _Before(self.number - STEP, inclusive, self.stale + 1)
