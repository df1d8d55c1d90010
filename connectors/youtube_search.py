"""The videos that a query finds, and what is remembered of them between walks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.newest_first import NewestFirst, peek, times
from connectors.onward import Onward
from connectors.watermark import KEY
from connectors.youtube_answer import Api
from connectors.youtube_mention import hit_id, read_hit, read_video
from connectors.youtube_threads import Part
from tidings.connector import Cursor, read_records
from tidings.mention import Mention
from tidings.times import from_iso

PER_PAGE = 50
"""Videos asked for at a time: as many as YouTube gives, of a search and of their details."""

DEEP = 400
"""Videos after which one search may have come to its depth (some 500); it goes on by time."""


class Known(msgspec.Struct):
    """What is remembered of a query: its videos and how far the comments of each were read.

    ``newest`` is the newest video's time, ``searched`` when the last search ended, both ISO.
    ``videos`` holds by id the time of publication and, once its comments were read, ``newest``.
    """

    newest: str | None = None
    searched: str | None = None
    videos: dict[str, dict[str, str]] = {}

    @classmethod
    def of(cls, cursor: Cursor | None) -> Known:
        """Read what a cursor remembers."""
        return msgspec.convert(cursor or {}, cls)

    def cursor(self) -> Cursor | None:
        """Return it as a cursor; None while nothing is remembered."""
        if not self.searched:
            return None
        told: dict[str, Any] = msgspec.to_builtins(self)
        return {name: value for name, value in told.items() if value is not None}

    def is_due(self, hours: float, now: datetime) -> bool:
        """Tell whether the last search is so many hours old, or was never made."""
        if self.searched is None:
            return True
        return now - from_iso(self.searched) >= timedelta(hours=hours)

    def read_to(self, video: str) -> Cursor | None:
        """Return the cursor of a video's comments."""
        newest = self.videos.get(video, {}).get(KEY)
        return {KEY: newest} if newest else None

    def after_search(self, videos: Sequence[Mention], most: int, newest: Cursor | None) -> Known:
        """Return it with what a finished search found; only the ``most`` newest are kept."""
        found = {v.external_id: {"published": v.published.isoformat()} for v in videos}
        whole = {
            video: {**self.videos.get(video, {}), **found.get(video, {})}
            for video in {**self.videos, **found}
        }
        kept = sorted(whole, key=lambda v: (whole[v]["published"], v), reverse=True)[:most]
        return Known(
            newest=(newest or {}).get(KEY, self.newest),
            searched=datetime.now(UTC).isoformat(),
            videos={video: whole[video] for video in kept},
        )

    def after_comments(self, video: str, cursor: Cursor | None) -> Known:
        """Return it with the comments of ``video`` read as far as ``cursor`` tells."""
        marks = {**self.videos[video], **({KEY: cursor[KEY]} if cursor else {})}
        return msgspec.structs.replace(self, videos={**self.videos, video: marks})


class Found(msgspec.Struct, frozen=True):
    """One answer of a search: what it held, and the videos."""

    part: Part
    videos: Sequence[Mention]


def search(
    api: Api,
    query: str,
    walk: NewestFirst,
    *,
    enough: int,
    after: datetime | None,
    before: datetime | None,
) -> Iterator[Found]:
    """Give the videos that ``query`` finds, newest first: those from ``after`` on, all of them.

    Without ``after`` it ends with ``enough`` of them, once it has passed the floor of ``walk``, if
    there is one. A search that comes to its depth goes on with what is older than its last video.
    """
    asked = {"part": "snippet", "type": "video", "order": "date", "q": query}
    total, ended = 0, False
    while not ended:
        onward, token, deep, oldest = Onward(), None, 0, before
        while True:
            bounds = {"publishedAfter": written(after), "publishedBefore": written(before)}
            page = {"maxResults": PER_PAGE, "pageToken": token}
            listed, answer = api.get("search", {**asked, **bounds, **page})
            fresh = walk.fresh(listed.items, lambda hit: hit_id(hit) or bytes(hit).hex())
            videos, rejected = read_records(fresh, read_hit)
            published = _published(listed.items)
            behind = walk.passed(published)
            yield Found(Part(answer, rejected=rejected), videos)
            total, deep = total + len(fresh), deep + len(fresh)
            oldest = min([*published, *([oldest] if oldest else [])], default=None)
            ended = after is None and total >= enough and (walk.floor is None or behind)
            if ended or not listed.next_page_token:
                break
            token = onward.follow(listed.next_page_token, answer, records=len(fresh))
        before = oldest + timedelta(seconds=1) if oldest else None
        ended = ended or deep < DEEP


def details(api: Api, videos: Mapping[str, Mention | None]) -> Iterator[Part]:
    """Give videos with their whole description and counts, 50 at a time.

    One that is not shown any more is left out: a search goes on finding it for a while, and gives
    a cut-off description. Where none at all is shown, though a search has just found them, they are
    given as the search has them: it is the details that are out of order.
    """
    ids = list(videos)
    for first in range(0, len(ids), PER_PAGE):
        batch = ids[first : first + PER_PAGE]
        part = one_batch(api, batch)
        hits = [hit for i in batch if (hit := videos[i]) is not None]
        none = not part.mentions and not part.rejected
        yield Part(part.answer, hits, ()) if none else part


def one_batch(api: Api, ids: Sequence[str]) -> Part:
    """Ask for the details of at most 50 videos."""
    listed, answer = api.get(
        "videos", {"part": "snippet,statistics", "id": ",".join(ids), "maxResults": PER_PAGE}
    )
    mentions, rejected = read_records(listed.items, read_video)
    return Part(answer, mentions, rejected)


def written(time: datetime | None) -> str | None:
    """Write a time as the API wants it."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def _published(hits: Sequence[msgspec.Raw]) -> list[datetime]:
    snippets = (peek(hit, "snippet", msgspec.Raw) for hit in hits)
    return times([s for s in snippets if s is not None], "publishedAt")
