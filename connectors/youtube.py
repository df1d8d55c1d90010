"""Comments of YouTube: under the videos that a query finds, under given ones, or of a channel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta

from connectors.newest_first import NewestFirst
from connectors.watermark import KEY
from connectors.youtube_again import items_again
from connectors.youtube_answer import NO_COMMENTS, Api, reason_of
from connectors.youtube_mention import SOURCE
from connectors.youtube_search import Known, details, one_batch, search
from connectors.youtube_threads import Part, replies, threads
from tidings.connector import About, Connector, Cursor, Key, Page
from tidings.errors import ConfigurationError, NotFound
from tidings.http import Http
from tidings.mention import Mention
from tidings.times import utcnow

_Video = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{6,20}$")]
_Thread = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{10,60}$")]
_Channel = Annotated[str, Meta(pattern=r"^UC[A-Za-z0-9_-]{10,30}$")]


_TELLING = (
    (rb"""youtube#commentThread"[\s\S]*?"videoId":\s*"([\w-]+)\"""", "videos"),
    (rb"""youtube#commentThread"[\s\S]*?"channelId":\s*"(UC[\w-]+)\"""", "channels"),
    (rb"""youtube#comment"[\s\S]*?"parentId":\s*"([\w-]+)\"""", "threads"),
)
"""What in a recorded answer tells what was asked for, as (pattern, setting)."""


class YouTube(Connector, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Videos of YouTube and the comments under them, with the replies to these.

    At least one of ``queries``, ``videos``, ``channels`` and ``threads`` is set.

    queries: what to search videos for, each walked by itself. The newest are remembered, and their
    comments read in every walk.
    videos: ids of videos (what stands behind ``v=``), each walked by itself.
    channels: ids of channels (``UC...``), each walked by itself: the comments under all its videos.
    threads: ids of comments, each walked by itself: the replies to it.
    credential: name of the secret with an API key.
    max_videos: videos of a query whose comments are read.
    search_hours: how many hours pass between two searches for a query; in between, the videos found
    earlier are read.
    overlap_hours: how much of what an earlier walk saw is read again: new replies to comments that
    are older than that are not found.
    since, until: only what was published from ``since`` on and before ``until`` (aware UTC).
    base_url: the API's address, or a local server that stands for it.

    A video is a ``post``; a comment's ``parent_id`` is its video, a reply's the comment. A video
    without comments, or whose owner wants none, costs no other one its comments.
    """

    source: ClassVar[str] = SOURCE
    about: ClassVar[About] = About(
        collects="Videos of YouTube that match a query, with views, likes and language, and the "
        "comments and replies under them, under given videos or under all of a channel.",
        needs="an API key of a Google Cloud project in which the YouTube Data API v3 is on "
        "(credential: the name of the secret)",
        limits="10,000 units a day, given anew at midnight in California: a search costs 100 for "
        "each 50 videos, any other request 1 for each 100 comments or 50 videos. Two queries every "
        "six hours with 50 videos each, read hourly, take about 3,300. New replies to a comment "
        "older than 'overlap_hours' are missed.",
        terms="YouTube's API Services Terms: data is refreshed or deleted after 30 days, and so is "
        "what users delete; no scores that stand for YouTube's own.",
        state="recorded",
        example={"queries": ["Acme Rockets review"], "credential": "youtube_api_key"},
        order="any",
        goes_back=True,
    )

    queries: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    videos: tuple[_Video, ...] = ()
    channels: tuple[_Channel, ...] = ()
    threads: tuple[_Thread, ...] = ()
    credential: str
    max_videos: Annotated[int, Meta(ge=1, le=500)] = 50
    search_hours: Annotated[float, Meta(ge=0)] = 6.0
    overlap_hours: Annotated[float, Meta(ge=0)] = 168.0
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    base_url: str = "https://www.googleapis.com/youtube/v3"

    def __post_init__(self) -> None:
        """Refuse settings that name nothing to read (ValueError)."""
        if not (self.queries or self.videos or self.channels or self.threads):
            raise ValueError("set at least one of 'queries', 'videos', 'channels' and 'threads'")

    def split(self) -> list[Self]:
        """Return one connector for each query, video, channel and thread."""
        none: dict[str, Any] = {"queries": (), "videos": (), "channels": (), "threads": ()}
        return [
            msgspec.structs.replace(self, **{**none, name: (one,)})
            for name in none
            for one in dict.fromkeys(getattr(self, name))
        ]

    def label(self) -> str:
        """Name the walk by what it searches for or reads."""
        named = [*self.queries, *(f"video {v}" for v in self.videos)]
        named += [f"channel {c}" for c in self.channels]
        return f"youtube {', '.join([*named, *(f'replies to {t}' for t in self.threads)])}"

    @classmethod
    def settings_from(cls, urls: list[str]) -> dict[str, Any]:
        """Return what recorded addresses tell of the settings; for replaying recordings."""
        names = {
            "q": "queries",
            "videoId": "videos",
            "allThreadsRelatedToChannelId": "channels",
            "parentId": "threads",
        }
        told: dict[str, Any] = {name: [] for name in names.values()}
        for url in urls:
            for parameter, values in parse_qs(urlsplit(url).query).items():
                if parameter in names:
                    told[names[parameter]] += values
        return {**{k: list(dict.fromkeys(v)) for k, v in told.items()}, "credential": SOURCE}

    @classmethod
    def settings_in(cls, bodies: list[bytes]) -> dict[str, Any]:
        """Return what recorded bodies tell of the settings; for replaying recordings."""
        told: dict[str, Any] = {}
        for body in bodies:
            for pattern, name in _TELLING:
                if found := re.search(pattern, body):
                    told.setdefault(name, [found[1].decode()])
                    break
        return {**told, "credential": SOURCE} if told else {}

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        """Walk one query, video, channel or thread; see :meth:`split`.

        Comments come newest first, each thread with its replies. The cursor of a query remembers
        its videos, and moves on with each video whose comments were read. SourceChanged where the
        pages go round in a circle.
        """
        if sum(map(len, (self.queries, self.videos, self.channels, self.threads))) != 1:
            raise ConfigurationError(
                "One walk of 'youtube' takes one query, video, channel or thread.",
                remedy="Walk each of split().",
            )
        api = Api(http, self.base_url, self.credential)
        if self.queries:
            return self._query(api, self.queries[0], cursor)
        if self.videos:
            return self._video(api, self.videos[0], cursor)
        if self.threads:
            return self._thread(api, self.threads[0], cursor)
        return self._channel(api, self.channels[0], cursor)

    def again(self, http: Http, keys: Sequence[Key]) -> Iterator[Page]:
        """Ask for videos, comments and replies by their ids, a unit of quota for up to 50."""
        yield from items_again(Api(http, self.base_url, self.credential), keys)

    def _query(self, api: Api, query: str, cursor: Cursor | None) -> Iterator[Page]:
        known = Known.of(cursor)
        found: dict[str, Mention | None] = dict.fromkeys(known.videos)
        if known.is_due(self.search_hours, utcnow()):
            walk = self._walk({KEY: known.newest} if known.newest else None)
            after = walk.floor if known.newest else None
            for one in search(
                api, query, walk, enough=self.max_videos, after=after, before=self.until
            ):
                found |= {video.external_id: video for video in one.videos}
                yield self._page(one.part, cursor)
            hits = [video for video in found.values() if video is not None]
            known = known.after_search(hits, self.max_videos, walk.finished())
        talked_about: set[str] = set()
        for part in details(api, found):
            talked_about |= {video.external_id for video in part.mentions if video.replies}
            yield self._page(part, cursor)
        for video in list(known.videos):
            if video in talked_about:
                walk = self._walk(known.read_to(video))
                for part in self._comments(api, video, walk):
                    yield self._page(part, known.cursor())
                known = known.after_comments(video, walk.finished())
        yield Page(mentions=[], cursor=known.cursor())

    def _comments(self, api: Api, video: str, walk: NewestFirst) -> Iterator[Part]:
        """Give the comments of one video of many: that it has none, or has gone, stops no other."""
        try:
            yield from threads(api, {"videoId": video}, walk, self.until)
        except NotFound as error:
            if error.answer is None:
                raise
            yield Part(error.answer)

    def _video(self, api: Api, video: str, cursor: Cursor | None) -> Iterator[Page]:
        walk = self._walk(cursor)
        try:
            for part in threads(api, {"videoId": video}, walk, self.until):
                yield self._page(part, cursor)
        except NotFound as error:
            if reason_of(error.answer) != NO_COMMENTS:
                raise
        yield self._page(one_batch(api, [video]), walk.finished())

    def _channel(self, api: Api, channel: str, cursor: Cursor | None) -> Iterator[Page]:
        walk = self._walk(cursor)
        for part in threads(api, {"allThreadsRelatedToChannelId": channel}, walk, self.until):
            yield self._page(part, cursor)
        yield Page(mentions=[], cursor=walk.finished())

    def _thread(self, api: Api, thread: str, cursor: Cursor | None) -> Iterator[Page]:
        """Give all replies to one comment: they come oldest first, and there are at most 500."""
        walk = self._walk(cursor)
        for part in replies(api, thread, walk):
            walk.passed([mention.published for mention in part.mentions])
            yield self._page(part, cursor)
        yield Page(mentions=[], cursor=walk.finished())

    def _walk(self, cursor: Cursor | None) -> NewestFirst:
        """Begin a walk; a reply from ``since`` on may belong to a comment that is older."""
        overlap = timedelta(hours=self.overlap_hours)
        since = self.since - overlap if self.since else None
        return NewestFirst(cursor, overlap_hours=self.overlap_hours, since=since, until=self.until)

    def _page(self, part: Part, cursor: Cursor | None) -> Page:
        return Page(
            mentions=[m for m in part.mentions if self._wants(m)],
            rejected=list(part.rejected),
            cursor=cursor,
            raw=[part.answer],
        )

    def _wants(self, mention: Mention) -> bool:
        early = self.since is not None and mention.published < self.since
        return not early and not (self.until is not None and mention.published >= self.until)
