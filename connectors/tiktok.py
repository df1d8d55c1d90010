"""Videos of TikTok that match a query and the comments on them, by the Research API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, Self

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst
from connectors.onward import Onward, not_after
from connectors.tiktok_comments import comments_on
from connectors.tiktok_records import (
    SOURCE,
    VIDEO_FIELDS,
    Video,
    is_token_gone,
    judge,
    mention_of_video,
)
from tidings.connector import About, Connector, Cursor, Page, read_records
from tidings.errors import ConfigurationError
from tidings.http import Answer, Http
from tidings.http.access import client_credentials, signed_in
from tidings.mention import Mention
from tidings.times import from_epoch, utcnow

WINDOW = timedelta(days=29)
"""From the first to the last day of one query: thirty days, both counted, are the most."""


class _Data(msgspec.Struct, frozen=True):
    videos: list[msgspec.Raw]
    has_more: bool
    cursor: int | None = None
    search_id: str | None = None


class _Found(msgspec.Struct, frozen=True):
    data: _Data


class TikTok(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Videos that match a query, window after window, with their comments.

    queries: what to search for in descriptions, each walked by itself; left out, the brand's and
    its competitors' names and aliases.
    client_key: the key of the research project's client.
    credential: name of the secret with that client's secret.
    comments: also collect the comments on the videos found.
    replies: also collect replies to comments, at a request for each comment that has some.
    first_days: how many days back the first walk begins, where ``since`` says nothing.
    comments_days: videos of so many days before are looked at again, for new comments and counts.
    overlap_hours: how much of what an earlier walk saw is read again, for videos indexed late.
    since, until: only what was published from ``since`` on and before ``until`` (aware UTC).
    base_url: the API's address, or a local server that stands for it.

    A video without a description has what is spoken in it as its text. Comments have no author:
    TikTok names none.
    """

    source: ClassVar[str] = SOURCE
    searches: ClassVar[bool] = True
    about: ClassVar[About] = About(
        collects="Public videos whose description matches a query, with likes, views, shares and "
        "region, and the comments on them.",
        needs="an approved project of TikTok's Research Tools (researchers at non-profit bodies "
        "in the US, Europe and some other regions): its client key and secret; credential is the "
        "name of the secret",
        limits="1,000 requests a day for all walks together, 100 records each; the quota starts "
        "anew at midnight UTC. Videos are found up to 48 hours late, their counts up to 10 days. "
        "Of a video only the first 1,000 comments are shown, and those on videos older than "
        "comments_days are not seen.",
        terms="Research only, as approved: no commercial use. Data has to be refreshed at least "
        "every 15 days, and what is gone at TikTok deleted.",
        state="documentation only",
        example={
            "queries": ["acmerockets"],
            "client_key": "awexample",
            "credential": "tiktok_client_secret",
        },
        order="any",  # what answers a thing comes with it, whenever it was written
        goes_back=True,
    )

    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    client_key: str
    credential: str
    comments: bool = True
    replies: bool = True
    first_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    comments_days: Annotated[int, Meta(ge=0, le=3650)] = 7
    overlap_hours: Annotated[float, Meta(ge=0)] = 72.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    base_url: str = "https://open.tiktokapis.com"

    def split(self) -> list[Self]:
        """Return one connector for each query."""
        queries = dict.fromkeys(self.queries)
        return [msgspec.structs.replace(self, queries=(q,)) for q in queries] or [self]

    def label(self) -> str:
        """Name the walk by its query."""
        return f"tiktok {', '.join(self.queries)}".strip()

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk the windows of one query, the oldest first; the cursor moves after each of them."""
        if len(self.queries) != 1:
            raise ConfigurationError(
                f"One walk of 'tiktok' takes one query, not {len(self.queries)}.",
                remedy="Give 'queries' in the watch file, and walk each of split().",
            )
        started = utcnow()
        walk = NewestFirst(
            cursor, overlap_hours=self.overlap_hours, since=self.since, until=self.until
        )
        first = walk.floor or started - timedelta(days=self.first_days)
        first -= timedelta(days=self.comments_days if self.comments else 0)
        day = first.astimezone(UTC).date()
        last = min(self.until or started, started).astimezone(UTC).date()
        api = self._api(http)
        while day <= last:
            end = min(day + WINDOW, last)
            yield from self._window(api, walk, day, end, cursor)
            day = end + timedelta(days=1)
            # comments on old videos may be new: their times say nothing about later windows
            reached = datetime.combine(day, time(), UTC)
            cursor = not_after(walk.finished(), min(started, reached))
        yield Page(mentions=[], cursor=cursor)

    def _window(
        self, api: Http, walk: NewestFirst, day: date, end: date, cursor: Cursor | None
    ) -> Iterator[Page]:
        """Yield the videos of the days from ``day`` to ``end``, each page with its comments."""
        onward = Onward()
        at: dict[str, Any] = {"cursor": 0}
        while True:
            answer = self._ask(api, {**self._query(day, end), **at})
            found: _Data = answer.json(_Found).data
            videos: list[Video] = []

            def read(record: msgspec.Raw, videos: list[Video] = videos) -> Mention | None:
                video = msgspec.json.decode(record, type=Video)
                mention = mention_of_video(video)
                videos.append(video)
                return mention

            mentions, rejected = read_records(found.videos, read)
            walk.passed([from_epoch(video.create_time) for video in videos])
            fresh = walk.fresh(mentions, lambda mention: mention.external_id)
            yield Page(
                mentions=[m for m in fresh if walk.wants(m)],
                rejected=rejected,
                cursor=cursor,
                raw=[answer],
            )
            for video in videos if self.comments else []:
                if video.comment_count != 0:
                    yield from comments_on(api, self.base_url, video, walk, self.replies, cursor)
            if not found.has_more:
                return
            at = {"cursor": found.cursor, "search_id": found.search_id}
            onward.follow(f"{found.search_id} {found.cursor}", answer, records=len(found.videos))

    def _query(self, day: date, end: date) -> dict[str, Any]:
        keyword = {"operation": "EQ", "field_name": "keyword", "field_values": [self.queries[0]]}
        return {
            "query": {"and": [keyword]},
            "start_date": f"{day:%Y%m%d}",
            "end_date": f"{end:%Y%m%d}",
            "max_count": 100,
        }

    def _ask(self, api: Http, body: dict[str, Any]) -> Answer:
        url = f"{self.base_url.rstrip('/')}/v2/research/video/query/?fields={VIDEO_FIELDS}"
        return api.post(url, json=body, repeatable=True, judge=judge)

    def _api(self, http: Http) -> Http:
        grant = client_credentials(
            f"{self.base_url.rstrip('/')}/v2/oauth/token/",
            client_id=self.client_key,
            credential=self.credential,
            basic=False,
            client_key=self.client_key,  # TikTok's own name for the id
        )
        key = (SOURCE, self.base_url, self.client_key, self.credential)
        return signed_in(http, key, grant, ran_out=is_token_gone)
