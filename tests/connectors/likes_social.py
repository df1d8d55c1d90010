"""Simulated sources in the shapes of Reddit, YouTube and X, in SUBJECTS."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import msgspec
from likes import fixture, iso

from connectors.reddit import Reddit
from connectors.x import X
from connectors.youtube import YouTube
from tidings.connector import Connector
from tidings.http import Answer, Request
from tidings.testing import Note, Simulated
from tidings.testing.origin import Origin

APP: dict[str, Any] = {"client_id": "made-up-app", "credential": "reddit"}
NEW_LISTING = 1_000
"""Things that a listing of Reddit shows at most."""


def in_json(value: Any, request: Request, status: int = 200, **headers: str) -> Answer:
    """Make an answer of JSON to ``request``."""
    named = {"content-type": "application/json; charset=UTF-8", **headers}
    return Answer(status=status, url=request.url, headers=named, body=msgspec.json.encode(value))


def parameters(request: Request) -> dict[str, str]:
    """Return the parameters of a request's URL."""
    return dict(parse_qsl(urlsplit(request.url).query))


class RedditLike(Simulated):
    """A listing behind a sign-in: its newest thousand things, paged by the name of the last one."""

    path: ClassVar[str] = "/r/anvils/new"
    kind: ClassVar[str] = "t3"
    record: ClassVar[str] = "reddit_post.json"
    token = "made-up-access-token"

    def number(self, at: Any, count: int) -> int:
        return 36**5 + count

    def answer(self, request: Request) -> Answer:
        if request.method == "POST" and request.url.endswith("/api/v1/access_token"):
            granted = {"access_token": self.token, "token_type": "bearer", "expires_in": 86400}
            return in_json({**granted, "scope": "*"}, request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if headers.get("authorization") != f"Bearer {self.token}":
            return in_json({"message": "Unauthorized", "error": 401}, request, 401)
        return super().answer(request)

    def visible(self, params: dict[str, str]) -> list[Note]:
        return super().visible({})[:NEW_LISTING]

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        notes = self.visible(params)
        names = [self.name(note) for note in notes]
        after = params.get("after")
        if after is not None and after not in names:
            return [], {}  # a thing that has gone has no place in the listing
        first = 0 if after is None else names.index(after) + 1
        end = min(self._end(first), first + int(params["limit"]))
        page = notes[first:end]
        return page, {"after": self.name(page[-1])} if end < len(notes) else {}

    def name(self, note: Note) -> str:
        """Return a thing's fullname: its number to the base of 36."""
        number, digits = note.id, ""
        while number:
            number, digit = divmod(number, 36)
            digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
        return f"{self.kind}_{digits}"

    def render(self, note: Note) -> dict[str, Any]:
        name = self.name(note)
        edited = note.edited.timestamp() if note.edited else False
        changed = {"name": name, "id": name[3:], "created_utc": note.at.timestamp()}
        record = {**fixture(self.record), **changed, "edited": edited}
        if note.edited:
            words = {"t3": "selftext", "t1": "body"}[self.kind]
            record |= {words: note.text, f"{words}_html": f"<p>{note.text}</p>"}
        return {"kind": self.kind, "data": record}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        data = {"after": onward.get("after"), "before": None, "dist": len(records)}
        return {"kind": "Listing", "data": {**data, "modhash": None, "children": records}}


class RedditCommentsLike(RedditLike):
    """The comments of a subreddit."""

    path: ClassVar[str] = "/r/anvils/comments"
    kind: ClassVar[str] = "t1"
    record: ClassVar[str] = "reddit_comment.json"


class RedditSearchLike(RedditLike):
    """A search of the whole site."""

    path: ClassVar[str] = "/search"


class YouTubeThreadsLike(Simulated):
    """The comments of a video or a channel, newest first, and the details of the video."""

    path: ClassVar[str] = "/commentThreads"
    videos: ClassVar[int] = 1

    @property
    def total(self) -> int:
        """The comments, and the video where its details are asked for."""
        return len(self.notes) + self.videos

    def answer(self, request: Request) -> Answer:
        asked = parameters(request)
        if "x-goog-api-key" not in {name.lower() for name in request.headers}:
            return in_json(refusal(403, "forbidden"), request, 403)
        if request.method == "GET" and request.url.split("?")[0].endswith("/videos"):
            items = [{**fixture("youtube_video.json"), "id": i} for i in asked["id"].split(",")]
            return in_json({"kind": "youtube#videoListResponse", "items": items}, request)
        return super().answer(request)

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        notes, onward = super().chosen(
            {"cursor": params["pageToken"]} if "pageToken" in params else {}
        )
        return notes, {"pageToken": onward["cursor"]} if onward else {}

    def render(self, note: Note) -> dict[str, Any]:
        thread = fixture("youtube_thread.json")
        thread["id"] = thread["snippet"]["topLevelComment"]["id"] = f"UgMadeUp{note.id}"
        said = thread["snippet"]["topLevelComment"]["snippet"]
        said["publishedAt"], said["updatedAt"] = iso(note.at), iso(note.edited or note.at)
        if note.edited:
            said["textDisplay"] = note.text
        return thread

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        token = {"nextPageToken": onward["pageToken"]} if onward else {}
        counts = {"totalResults": len(records), "resultsPerPage": int(params["maxResults"])}
        return {"kind": f"youtube#{self.path[1:]}", **token, "pageInfo": counts, "items": records}


class YouTubeChannelLike(YouTubeThreadsLike):
    """The comments under all videos of a channel; no video's details are asked for."""

    videos: ClassVar[int] = 0


class YouTubeRepliesLike(YouTubeChannelLike):
    """The replies to one comment, oldest first."""

    path: ClassVar[str] = "/comments"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"order": "oldest", **how})

    def render(self, note: Note) -> dict[str, Any]:
        reply = {**fixture("youtube_reply.json"), "id": f"UgMadeUp1.reply{note.id}"}
        times = {"publishedAt": iso(note.at), "updatedAt": iso(note.edited or note.at)}
        text = {"textDisplay": note.text} if note.edited else {}
        return {**reply, "snippet": {**reply["snippet"], **times, **text}}


class YouTubeSearchLike(YouTubeThreadsLike):
    """A search by date that shows 500 videos of a window at most; they have no comments."""

    path: ClassVar[str] = "/search"
    videos: ClassVar[int] = 0
    deepest = 500

    def visible(self, params: dict[str, str]) -> list[Note]:
        after, before = params.get("publishedAfter", ""), params.get("publishedBefore", "9999")
        notes = (n for n in super().visible({}) if after <= iso(n.at) and iso(n.at) < before)
        return list(notes)[: self.deepest]

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        notes, first = self.visible(params), int(params.get("pageToken", "p0")[1:])
        end = self._end(first)
        return notes[first:end], {"pageToken": f"p{end}"} if end < len(notes) else {}

    def answer(self, request: Request) -> Answer:
        if not request.url.split("?")[0].endswith("/videos"):
            return super().answer(request)
        wanted = set(parameters(request)["id"].split(","))
        items = [self._detailed(n) for n in self.notes if f"madeupvid{n.id}" in wanted]
        return in_json({"kind": "youtube#videoListResponse", "items": items}, request)

    def _detailed(self, note: Note) -> dict[str, Any]:
        video = {**fixture("youtube_video.json"), "id": f"madeupvid{note.id}"}
        video["snippet"] = {**video["snippet"], "publishedAt": iso(note.at)}
        if note.edited:
            video["snippet"]["description"] = note.text
        video["statistics"] = {**video["statistics"], "commentCount": "0"}
        return video

    def render(self, note: Note) -> dict[str, Any]:
        snippet = {**fixture("youtube_video.json")["snippet"], "publishedAt": iso(note.at)}
        snippet = {**snippet, "description": "A month with ..."}
        number = {"kind": "youtube#video", "videoId": f"madeupvid{note.id}"}
        return {"kind": "youtube#searchResult", "id": number, "snippet": snippet}


def refusal(code: int, reason: str, message: str = "No.") -> Any:
    """Return the body of an error of Google's APIs."""
    told = {"message": message, "domain": "youtube", "reason": reason}
    return {"error": {"code": code, "message": message, "errors": [told]}}


class XSearchLike(Simulated):
    """A search, newest first, between ``start_time`` and ``end_time``, with users beside posts."""

    path: ClassVar[str] = "/2/tweets/search/all"
    token_name: ClassVar[str] = "next_token"
    deepest = 10**9

    def number(self, at: datetime, count: int) -> int:
        return ((int(at.timestamp() * 1000) - 1_288_834_974_657) << 22) + count

    def visible(self, params: dict[str, str]) -> list[Note]:
        start, end = params.get("start_time", ""), params.get("end_time", "9999")
        notes = (n for n in super().visible({}) if start <= f"{n.at:%Y-%m-%dT%H:%M:%SZ}" < end)
        return list(notes)[: self.deepest]

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        notes = self.visible(params)
        first = self._first(notes, params.get(self.token_name))
        end = min(self._end(first), first + int(params["max_results"]))
        page = notes[first:end]
        return page, {self.token_name: self._token(page[-1])} if end < len(notes) else {}

    def render(self, note: Note) -> dict[str, Any]:
        ids = [str(note.id)]
        post = {**fixture("x_post.json"), "id": ids[0], "created_at": iso(note.at)}
        if note.edited:
            ids.append(str(self.number(note.edited, note.id % 1000)))
            post |= {"id": ids[1], "created_at": iso(note.edited), "text": note.text}
        return {**post, "edit_history_tweet_ids": ids}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        token = {"next_token": onward[self.token_name]} if onward else {}
        meta = {"result_count": len(records), **token}
        if not records:
            return {"meta": meta}
        users = [{"id": "4200001", "username": "kari", "public_metrics": {"followers_count": 12}}]
        return {"data": records, "includes": {"users": users}, "meta": meta}


class XRecentLike(XSearchLike):
    """A search of the last days."""

    path: ClassVar[str] = "/2/tweets/search/recent"


class XMentionsLike(XSearchLike):
    """The posts that mention an account: 800 of a window at most."""

    path: ClassVar[str] = "/2/users/4200007/mentions"
    token_name: ClassVar[str] = "pagination_token"
    deepest = 800


SUBJECTS: dict[str, tuple[Connector, Origin]] = {
    "reddit posts": (Reddit(subreddits=("anvils",), read=("posts",), **APP), RedditLike()),
    "reddit comments": (
        Reddit(subreddits=("anvils",), read=("comments",), **APP),
        RedditCommentsLike(),
    ),
    "reddit search": (Reddit(queries=("anvil",), **APP), RedditSearchLike()),
    "youtube video": (YouTube(videos=("madeupvid01",), credential="google"), YouTubeThreadsLike()),
    "youtube channel": (
        YouTube(channels=("UCmadeupowner",), credential="google"),
        YouTubeChannelLike(),
    ),
    "youtube thread": (
        YouTube(threads=("UgMadeUpThread1",), credential="google"),
        YouTubeRepliesLike(),
    ),
    "youtube search": (
        YouTube(queries=("anvil",), credential="google", search_hours=0, max_videos=500),
        YouTubeSearchLike(),
    ),
    "x search": (X(queries=("anvil",), archive=True, credential="x"), XSearchLike()),
    "x mentions": (X(users=("4200007",), credential="x"), XMentionsLike()),
}
