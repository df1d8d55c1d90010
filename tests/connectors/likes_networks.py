"""Simulated sources in the shapes of social networks and help desks, in SUBJECTS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import msgspec
from likes import FIXTURES, fixture, iso

from connectors.facebook import Facebook
from connectors.instagram import Instagram
from connectors.linkedin import LinkedIn
from connectors.producthunt import ProductHunt
from connectors.telegram import Telegram
from connectors.tiktok import TikTok
from connectors.zendesk import Zendesk
from tidings.connector import Connector
from tidings.http import Answer, Request
from tidings.testing import Note, Simulated
from tidings.testing.origin import Origin


def as_json(value: Any, request: Request, status: int = 200, **headers: str) -> Answer:
    """Make an answer of JSON to ``request``."""
    named = {"content-type": "application/json; charset=utf-8", **headers}
    return Answer(status=status, url=request.url, headers=named, body=msgspec.json.encode(value))


def asked_of(request: Request) -> tuple[str, dict[str, str]]:
    """Return the path and the parameters of a request."""
    parts = urlsplit(request.url)
    return parts.path, dict(parse_qsl(parts.query))


class ZendeskRatingsLike(Simulated):
    """A listing by id, oldest first, paged by cursor within bounds of time."""

    path: ClassVar[str] = "/api/v2/satisfaction_ratings.json"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"order": "oldest", **how})

    def number(self, at: Any, count: int) -> int:
        return 700_000 + count

    def visible(self, params: dict[str, str]) -> list[Note]:
        start = int(params.get("start_time", 0))
        end = int(params.get("end_time", 2**40))
        return sorted(n for n in self.notes if start <= n.at.timestamp() <= end)

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        at = params.get("page[after]")
        return super().chosen(params if at is None else {**params, "cursor": at})

    def render(self, note: Note) -> dict[str, Any]:
        times = {"created_at": iso(note.at), "updated_at": iso(note.edited or note.at)}
        return {**fixture("zendesk_rating.json"), "id": note.id, "comment": note.text, **times}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        meta = {"has_more": bool(onward), "after_cursor": onward.get("cursor", "end")}
        return {"satisfaction_ratings": records, "meta": meta, "links": {"next": None}}


class ZendeskTicketsLike(Simulated):
    """Tickets in the order of their last change, and the comments of each; four make a ticket."""

    per_ticket = 4

    def number(self, at: Any, count: int) -> int:
        return 700_000 + count

    def answer(self, request: Request) -> Answer:
        path, params = asked_of(request)
        if request.method == "GET" and path.endswith("/incremental/tickets/cursor.json"):
            return as_json(self._changed(params), request)
        if request.method == "GET" and path.endswith("/comments.json"):
            return as_json(self._comments(int(path.split("/")[-2]), params), request)
        self.unexpected.append(f"{request.method} {request.url}")
        return Answer(status=404, url=request.url, body=b"{}")

    def _tickets(self) -> dict[int, list[Note]]:
        """Return the notes by the number of their ticket."""
        found: dict[int, list[Note]] = {}
        for note in self.notes:
            found.setdefault(1 + (note.id - 700_001) // self.per_ticket, []).append(note)
        return found

    def _changed(self, params: dict[str, str]) -> Any:
        size = min(self.page_size, int(params["per_page"]))
        after = int(params["cursor"][1:]) if "cursor" in params else 0
        start = int(params.get("start_time", 0))
        tickets = []
        for number, notes in self._tickets().items():
            changed = max(note.id for note in notes)
            if changed > after and max(notes).at.timestamp() >= start:
                stated = {"id": number, "created_at": iso(min(notes).at)}
                ticket = {**stated, "status": "open", "subject": "Where is it?"}
                tickets.append((changed, ticket))
        tickets.sort(key=lambda ticket: ticket[0])
        page = tickets[:size]
        last = page[-1][0] if page else after
        onward = {"after_cursor": f"s{last}", "end_of_stream": len(page) == len(tickets)}
        return {"tickets": [ticket for _, ticket in page], **onward}

    def _comments(self, ticket: int, params: dict[str, str]) -> Any:
        notes = sorted(self._tickets().get(ticket, []))
        at = int(params.get("page[after]", 0))
        page = notes[at : at + self.page_size]
        with self._lock:
            self._given |= {n.id for n in page}
        comments = [
            {
                **fixture("zendesk_comment.json"),
                "id": n.id,
                "created_at": iso(n.at),
                "plain_body": n.text,
            }
            for n in page
        ]
        if at == 0 and page:
            reply = {"id": 5, "author_id": 77, "plain_body": "On its way."}
            comments.insert(1, {**comments[0], **reply})
        more = at + len(page) < len(notes)
        return {
            "comments": comments,
            "users": [{"id": 88, "role": "end-user"}, {"id": 77, "role": "agent"}],
            "meta": {"has_more": more, "after_cursor": str(at + len(page))},
        }


class TelegramLike(Simulated):
    """The web preview of a channel: parts of a page, paged by ``before``, the oldest on top."""

    path: ClassVar[str] = "/s/fjallsmide"
    content_type: ClassVar[str] = "text/html; charset=utf-8"
    template = (FIXTURES / "telegram_message.html").read_text("utf-8")

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "max_id", **how})

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        at = params.get("before")
        return super().chosen({} if at is None else {"max_id": at})

    def body(self, notes: list[Note], params: dict[str, str], onward: dict[str, str]) -> bytes:
        messages = [
            self.message(n.id, n.at.isoformat()).replace("Our <b>anvils</b> ring true.", n.text)
            for n in reversed(notes)
        ]
        return self.page(messages, onward.get("max_id"))

    @classmethod
    def message(cls, number: int, time: str, extra: str = "") -> str:
        """Write one message."""
        written = cls.template.replace("{number}", str(number)).replace("{time}", time)
        return written.replace("{extra}", extra)

    @staticmethod
    def page(messages: list[str], before: str | None = None) -> bytes:
        """Write a page of messages, with a link to what is older than ``before``."""
        link = f'<a href="/s/x?before={before}" data-before="{before}"></a>' if before else ""
        counter = '<span class="counter_value">2.5K</span><span class="counter_type">subscribers'
        return (
            '<!DOCTYPE html><html><head><title>Fjallsmide</title></head><body><div class="'
            f'tgme_channel_info"><div class="tgme_channel_info_counter">{counter}</span></div>'
            f'</div><section class="tgme_channel_history js-message_history">{link}'
            f"{''.join(messages)}</section></body></html>"
        ).encode()


def graph_time(note: Note) -> str:
    """Write a time as the Graph API does."""
    return note.at.strftime("%Y-%m-%dT%H:%M:%S+0000")


class GraphLike(Simulated):
    """Edges of the Graph API: ``after`` pages, ``next`` holds a token; notes lie on some nodes."""

    nodes = 4
    """So many posts (or media) hold the notes, in turns."""

    def number(self, at: Any, count: int) -> int:
        return 700_000 + count

    def answer(self, request: Request) -> Answer:
        path, params = asked_of(request)
        _, _, node, *edge = path.split("/")
        with self._lock:
            found = self.edge(node, edge[0] if edge else "", params)
        if request.method != "GET" or found is None:
            self.unexpected.append(f"{request.method} {request.url}")
            return Answer(status=404, url=request.url, body=b"{}")
        return as_json(found, request)

    def edge(self, node: str, edge: str, params: dict[str, str]) -> Any:
        """Return one page of an edge; None where there is none."""
        raise NotImplementedError

    def notes_of(self, number: int) -> list[Note]:
        """Return the notes on one node, the newest first."""
        mine = (n for n in self.notes if (n.id - 700_001) % self.nodes == number)
        return sorted(mine, reverse=True)

    def listing(self, notes: list[Note], params: dict[str, str], write: Any) -> Any:
        """Write one page of ``notes``."""
        first = self._first(notes, params.get("after"))
        page = notes[first : self._end(first)]
        self._given |= {n.id for n in page}
        more = self._token(page[-1]) if self._end(first) < len(notes) else None
        return self.envelope_of([write(n) for n in page], more)

    @staticmethod
    def envelope_of(records: list[Any], more: str | None) -> Any:
        """Write the envelope of a page that goes on at ``more``."""
        if more is None:
            return {"data": records, "paging": {"cursors": {"before": "b", "after": "a"}}}
        onward = f"https://graph.example/v1.0/1/x?access_token=EAAB&limit=100&after={more}"
        return {"data": records, "paging": {"cursors": {"after": more}, "next": onward}}

    def nodes_from(self, params: dict[str, str], write: Any) -> Any:
        """Write a page of two nodes."""
        first = int(params.get("after", 0))
        numbers = range(first, min(first + 2, self.nodes))
        more = str(first + 2) if first + 2 < self.nodes else None
        return self.envelope_of([write(number) for number in numbers], more)


class FacebookLike(GraphLike):
    """A page's posts with comments on them, its tags, and its recommendations."""

    def edge(self, node: str, edge: str, params: dict[str, str]) -> Any:
        if edge == "feed":
            own = {"from": {"id": "9001"}, "message": "News", "created_time": iso(self.notes[0].at)}
            return self.nodes_from(params, lambda number: {"id": f"9001_{number}", **own})
        if edge == "comments":
            number = int(node.rpartition("_")[2])
            write = self._comment if params["filter"] == "stream" else None
            return self.listing(self.notes_of(number), params, write)
        every = sorted(self.notes, reverse=True)
        return self.listing(every, params, self._comment if edge == "tagged" else self._rating)

    def _comment(self, note: Note) -> dict[str, Any]:
        stated = {"id": f"9001_{note.id}", "created_time": graph_time(note), "message": note.text}
        return {**fixture("facebook_comment.json"), **stated, "tagged_time": graph_time(note)}

    def _rating(self, note: Note) -> dict[str, Any]:
        stated = {"open_graph_story": {"id": str(note.id)}, "created_time": graph_time(note)}
        return {**fixture("facebook_rating.json"), **stated, "review_text": note.text}


class InstagramLike(GraphLike):
    """An account's media with comments on them, its tags, and a hashtag."""

    def edge(self, node: str, edge: str, params: dict[str, str]) -> Any:
        if node == "ig_hashtag_search":
            return {"data": [{"id": "1784"}]}
        if edge == "media":
            return self.nodes_from(params, self._own)
        if edge == "comments":
            return self.listing(self.notes_of(int(node)), params, self._comment)
        return self.listing(sorted(self.notes, reverse=True), params, self._tagged)

    def _own(self, number: int) -> dict[str, Any]:
        stated = {"id": str(number), "timestamp": graph_time(self.notes[0])}
        count = {"username": "fjallsmide", "comments_count": len(self.notes_of(number))}
        return {**fixture("instagram_media.json"), **stated, **count}

    def _comment(self, note: Note) -> dict[str, Any]:
        stated = {"id": str(note.id), "timestamp": graph_time(note), "text": note.text}
        return {**fixture("instagram_comment.json"), **stated}

    def _tagged(self, note: Note) -> dict[str, Any]:
        stated = {"id": str(note.id), "timestamp": graph_time(note), "caption": note.text}
        return {**fixture("instagram_media.json"), **stated}


INSTAGRAM: dict[str, Any] = {"ig_user_id": "9001", "credential": "instagram", "posts_days": 7300}


class LinkedInLike(Simulated):
    """An organisation's posts and the comments on each, by ``start`` and ``count``."""

    posts = 4

    def number(self, at: Any, count: int) -> int:
        return 700_000 + count

    def answer(self, request: Request) -> Answer:
        path, params = asked_of(request)
        first = int(params.get("start", 0))
        if request.method == "GET" and path == "/rest/posts":
            numbers = list(range(self.posts))[first : first + 2]
            at = int(self.notes[0].at.timestamp() * 1000)
            posts = [{"id": f"urn:li:share:{n}", "createdAt": at} for n in numbers]
            return as_json(self.envelope_of(posts, params, self.posts), request)
        if request.method == "GET" and path.endswith("/comments"):
            number = int(path.split("%3A")[-1].partition("/")[0])
            mine = (n for n in self.notes if (n.id - 700_001) % self.posts == number)
            notes = sorted(mine, reverse=True)
            size = min(int(params["count"]), self._end(first) - first)
            page = notes[first : first + size]
            with self._lock:
                self._given |= {n.id for n in page}
            comments = [self.comment(n) for n in page]
            return as_json(self.envelope_of(comments, params, len(notes)), request)
        self.unexpected.append(f"{request.method} {request.url}")
        return Answer(status=404, url=request.url, body=b"{}")

    @staticmethod
    def comment(note: Note) -> dict[str, Any]:
        """Write one comment."""
        at = {"time": int(note.at.timestamp() * 1000)}
        urn = f"urn:li:comment:(urn:li:activity:7,{note.id})"
        edited = {"time": int((note.edited or note.at).timestamp() * 1000)}
        stated = {"commentUrn": urn, "id": str(note.id), "created": at, "lastModified": edited}
        return {**fixture("linkedin_comment.json"), **stated, "message": {"text": note.text}}

    @staticmethod
    def envelope_of(elements: list[Any], params: dict[str, str], total: int) -> Any:
        """Write the envelope of a page."""
        first, count = int(params["start"]), int(params["count"])
        links = [{"rel": "next", "href": "/x"}] if first + len(elements) < total else []
        links = links if elements else []
        paging = {"start": first, "count": count, "total": total, "links": links}
        return {"paging": paging, "elements": elements}


LINKEDIN: dict[str, Any] = {"organizations": (9,), "credential": "linkedin", "posts_days": 7300}


class TikTokLike(Simulated):
    """The Research API: a token, videos of some days by offset and search id, and comments."""

    def number(self, at: Any, count: int) -> int:
        return 7_000_000_000_000_000_000 + count

    def answer(self, request: Request) -> Answer:
        path, _ = asked_of(request)
        if request.method == "POST" and path == "/v2/oauth/token/":
            token = {"access_token": "clt.madeup", "expires_in": 7200, "token_type": "Bearer"}
            return as_json(token, request)
        asked = msgspec.json.decode(request.body) if request.body else {}
        with self._lock:
            if request.method == "POST" and path == "/v2/research/video/query/":
                return as_json(self._done(self.found(asked)), request)
            if request.method == "POST" and path == "/v2/research/video/comment/list/":
                return as_json(self._done(self.comments(asked)), request)
        self.unexpected.append(f"{request.method} {request.url}")
        return Answer(status=404, url=request.url, body=b"{}")

    @staticmethod
    def _done(data: Any) -> Any:
        return {"data": data, "error": {"code": "ok", "message": "", "log_id": "x"}}

    def found(self, asked: dict[str, Any]) -> Any:
        """Return one page of videos."""
        first, last = asked["start_date"], asked["end_date"]
        notes = [n for n in self.notes if first <= n.at.strftime("%Y%m%d") <= last]
        page, onward = self.part(sorted(notes, reverse=True), asked)
        self._given |= {n.id for n in page}
        return {"videos": [self.video(n) for n in page], "search_id": "71", **onward}

    def part(self, every: list[Any], asked: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Cut one page out of ``every``."""
        first = int(asked["cursor"])
        end = first + min(asked["max_count"], self._end(first) - first)
        return every[first:end], {"cursor": end, "has_more": end < len(every)}

    def comments(self, asked: dict[str, Any]) -> Any:
        """Return one page of comments."""
        return {"comments": [], "cursor": 0, "has_more": False}

    @staticmethod
    def video(note: Note) -> dict[str, Any]:
        """Write one video."""
        stated = {"id": note.id, "create_time": int(note.at.timestamp())}
        return {**fixture("tiktok_video.json"), **stated, "video_description": note.text}


class TikTokCommentsLike(TikTokLike):
    """Eight notes are the comments on one video, which itself has no words."""

    per_video = 8

    def found(self, asked: dict[str, Any]) -> Any:
        first, last = asked["start_date"], asked["end_date"]
        videos = [(number, min(notes)) for number, notes in self._videos().items()]
        days = [v for v in videos if first <= v[1].at.strftime("%Y%m%d") <= last]
        page, onward = self.part(days, asked)
        quiet = {"video_description": "", "voice_to_text": "", "comment_count": self.per_video}
        found = [{**self.video(note), "id": number, **quiet} for number, note in page]
        return {"videos": found, "search_id": "71", **onward}

    def comments(self, asked: dict[str, Any]) -> Any:
        page, onward = self.part(sorted(self._videos().get(asked["video_id"], [])), asked)
        self._given |= {n.id for n in page}
        stated = [{"id": n.id, "create_time": int(n.at.timestamp()), "text": n.text} for n in page]
        comment = {"like_count": 1, "reply_count": 0, "video_id": 1}
        return {"comments": [{**comment, **s} for s in stated], **onward}

    def _videos(self) -> dict[int, list[Note]]:
        """Return the notes by the number of the video that they are on."""
        found: dict[int, list[Note]] = {}
        for note in self.notes:
            number = note.id - self.number(note.at, 1)
            found.setdefault(1 + number // self.per_video, []).append(note)
        return found


TIKTOK: dict[str, Any] = {
    "queries": ("anvil",),
    "client_key": "aw",
    "credential": "tiktok",
    "since": datetime(2024, 5, 1, tzinfo=UTC),
    "until": datetime(2025, 3, 1, tzinfo=UTC),
}


class ProductHuntLike(Simulated):
    """GraphQL: posts of a topic within bounds of time, and comments on one post."""

    def number(self, at: Any, count: int) -> int:
        return 700_000 + count

    def answer(self, request: Request) -> Answer:
        path, _ = asked_of(request)
        if request.method != "POST" or path != "/v2/api/graphql":
            self.unexpected.append(f"{request.method} {request.url}")
            return Answer(status=404, url=request.url, body=b"{}")
        asked = msgspec.json.decode(request.body)["variables"]
        with self._lock:
            if "topic" in asked:
                posts = self._part(self._bounded(asked), asked, "producthunt_post.json")
                return as_json({"data": {"posts": posts}}, request)
            comments = self._part(
                sorted(self.notes, reverse=True), asked, "producthunt_comment.json"
            )
        post = {"id": "4", "commentsCount": len(self.notes), "comments": comments}
        return as_json({"data": {"post": post}}, request)

    def _bounded(self, asked: dict[str, Any]) -> list[Note]:
        after, before = asked["postedAfter"] or "", asked["postedBefore"] or "9999"
        return sorted((n for n in self.notes if after < iso(n.at) < before), reverse=True)

    def _part(self, notes: list[Note], asked: dict[str, Any], name: str) -> dict[str, Any]:
        first = self._first(notes, asked["after"])
        end = min(self._end(first), first + asked["first"])
        page = notes[first:end]
        self._given |= {n.id for n in page}
        record = fixture(name)
        said = "body" if "body" in record else "description"
        nodes = [{**record, "id": str(n.id), "createdAt": iso(n.at), said: n.text} for n in page]
        last = self._token(page[-1]) if page else None
        return {"nodes": nodes, "pageInfo": {"hasNextPage": end < len(notes), "endCursor": last}}


PRODUCTHUNT: dict[str, Any] = {"credential": "producthunt"}

FACEBOOK: dict[str, Any] = {"page_id": "9001", "credential": "facebook", "posts_days": 7300}

ZENDESK: dict[str, Any] = {
    "subdomain": "acme",
    "email": "kari@acme.example",
    "credential": "zendesk",
}

SUBJECTS: dict[str, tuple[Connector, Origin]] = {
    "zendesk ratings": (Zendesk(**ZENDESK, collect=("ratings",)), ZendeskRatingsLike()),
    "zendesk comments": (Zendesk(**ZENDESK, collect=("comments",)), ZendeskTicketsLike()),
    "facebook comments": (Facebook(**FACEBOOK, collect=("comments",)), FacebookLike()),
    "facebook tagged": (Facebook(**FACEBOOK, collect=("tagged",)), FacebookLike()),
    "facebook ratings": (Facebook(**FACEBOOK, collect=("ratings",)), FacebookLike()),
    "instagram comments": (Instagram(**INSTAGRAM, collect=("comments",)), InstagramLike()),
    "instagram tags": (Instagram(**INSTAGRAM, collect=("tags",)), InstagramLike()),
    "instagram hashtag": (Instagram(**INSTAGRAM, collect=(), hashtags=("x",)), InstagramLike()),
    "linkedin comments": (LinkedIn(**LINKEDIN), LinkedInLike()),
    "tiktok videos": (TikTok(**TIKTOK, comments=False), TikTokLike()),
    "tiktok comments": (TikTok(**TIKTOK), TikTokCommentsLike()),
    "producthunt topic": (ProductHunt(**PRODUCTHUNT, topics=("anvils",)), ProductHuntLike()),
    "producthunt comments": (
        ProductHunt(**PRODUCTHUNT, posts=("fjallsmide-2",)),
        ProductHuntLike(),
    ),
    "telegram channel": (Telegram(channels=("fjallsmide",)), TelegramLike()),
}
