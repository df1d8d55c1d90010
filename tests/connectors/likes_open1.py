"""Simulated sources of open communities and stores, each in the dialect of the real one."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import msgspec
from likes import fixture, iso

from connectors.appstore import AppStore
from connectors.discourse import Discourse
from connectors.lemmy import Lemmy
from connectors.stackexchange import StackExchange
from tidings.connector import Connector
from tidings.http import Answer, Request
from tidings.testing import Note, Simulated
from tidings.testing.origin import Origin

_JSON = {"content-type": "application/json; charset=utf-8"}


class DiscourseLike(Simulated):
    """All posts of a forum of today: those below a number, the highest first."""

    path: ClassVar[str] = "/posts.json"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "max_id", **how})

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        before = params.get("before")
        return super().chosen({"max_id": before} if before else {})[0], {}

    def render(self, note: Note) -> dict[str, Any]:
        times = {"created_at": iso(note.at), "updated_at": iso(note.at)}
        return {**fixture("discourse_post.json"), "id": note.id, **times}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        return {"latest_posts": records}


class OldDiscourseLike(DiscourseLike):
    """An older forum: of the 50 numbers up to the one given, those that one may see."""

    def number(self, at: datetime, count: int) -> int:
        return 130 * (count // 3) + count  # the numbers between belong to private messages

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        notes = self.visible({})
        last = int(params.get("before", 0)) or max(note.id for note in notes)
        return [note for note in notes if last - 50 < note.id <= last], {}


class DiscourseTopicsLike(DiscourseLike):
    """Topics of a category, the last active first after the pinned one; posts lie in them."""

    path: ClassVar[str] = "/c/support/7/l/latest.json"

    def answer(self, request: Request) -> Answer:
        """Answer for a page of the listing or of a topic."""
        parts = urlsplit(request.url)
        params = dict(parse_qsl(parts.query))
        topic = re.fullmatch(r"/t/(\d+)\.json", parts.path)
        if request.method != "GET" or not (topic or parts.path == self.path):
            self.unexpected.append(f"{request.method} {request.url}")
            return Answer(status=404, url=request.url, headers=_JSON, body=b"{}")
        with self._lock:
            told = self._topic(int(topic[1]), params) if topic else self.listing(params)
        body = json.dumps(told or {"errors": ["Not here."], "error_type": "not_found"}).encode()
        return Answer(status=200 if told else 404, url=request.url, headers=_JSON, body=body)

    @property
    def size(self) -> int:
        """How many posts a topic has."""
        return 4 if len(self.notes) < 100 else 40

    @property
    def chunk(self) -> int:
        """How many posts a page of a topic has."""
        return 3 if len(self.notes) < 100 else 20

    def topics(self) -> list[tuple[float, int, list[Note]]]:
        """Return of each topic its last activity, number and posts; the last active first."""
        held = [self.notes[at : at + self.size] for at in range(0, len(self.notes), self.size)]
        found = [(max(n.at for n in h).timestamp(), at, h) for at, h in enumerate(held, start=1)]
        return sorted(found, reverse=True)

    def listing(self, params: dict[str, str]) -> Any:
        """Return a page of topics."""
        found = sorted(self.topics(), key=lambda topic: topic[1] != 1)  # topic 1 is pinned
        first = int(params.get("page", 0)) * self.page_size
        shown = found[first : first + self.page_size]
        topics = [
            {"id": number, "title": "About anvils", "pinned": number == 1, "bumped_at": _iso(at)}
            for at, number, _ in shown
        ]
        more = first + self.page_size < len(found)
        return {"topic_list": {"topics": topics} | ({"more_topics_url": "/c/x"} if more else {})}

    def _topic(self, number: int, params: dict[str, str]) -> Any:
        posts = self.notes[(number - 1) * self.size : number * self.size]
        first = (int(params.get("page", 1)) - 1) * self.chunk
        shown = posts[first : first + self.chunk]
        if not shown:
            return None
        self._given |= {n.id for n in shown}
        rendered = [
            {**self.render(note), "topic_id": number, "post_number": at}
            for at, note in enumerate(shown, start=first + 1)
        ]
        stream: dict[str, Any] = {"posts": rendered}
        if len(posts) <= self.chunk:  # a topic of very many posts does not tell their ids
            stream["stream"] = [n.id for n in posts]
        # one more than there are: a post was deleted
        told = {"title": "About anvils", "highest_post_number": len(posts) + 1}
        return {"id": number, "post_stream": stream, **told}


class DiscourseSearchLike(DiscourseTopicsLike):
    """A search: of each topic its newest post, within days, at most ten pages."""

    path: ClassVar[str] = "/search.json"

    def listing(self, params: dict[str, str]) -> Any:
        """Return a page of posts."""
        asked = params["q"].split()
        assert "order:latest" in asked
        days = {word.split(":")[0]: word.split(":")[1] for word in asked if ":20" in word}
        low, high = days.get("after", "0"), days.get("before", "9")
        found = []
        for _, number, posts in self.topics():
            seen = [n for n in posts if iso(n.at) > low and iso(n.at) < high]
            found += [(max(seen), number)] if seen else []
        found.sort(reverse=True)
        size = self.page_size if len(self.notes) < 100 else 50
        page = int(params.get("page", 1))
        assert page <= 10
        shown = found[(page - 1) * size : page * size]
        told = [
            {"id": 9_000_000 + n.id, "topic_id": number, "created_at": iso(n.at), "blurb": "Anvils"}
            for n, number in shown
        ]
        more = len(found) > page * size or None
        return {"posts": told, "grouped_search_result": {"more_full_page_results": more}}


class DiscourseAccountLike(DiscourseTopicsLike):
    """What an account wrote, counted by offset."""

    path: ClassVar[str] = "/user_actions.json"

    def listing(self, params: dict[str, str]) -> Any:
        """Return a page of actions."""
        found = [(n.at, at // self.size + 1) for at, n in enumerate(self.notes)]
        found.sort(reverse=True)
        first = int(params["offset"])
        shown = found[first : first + self.page_size]
        return {"user_actions": [{"topic_id": t, "created_at": iso(at)} for at, t in shown]}


class AppStoreLike(Simulated):
    """The feed of an app: pages by number in the path, ten at most, now and then an empty one."""

    form = "json"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "page", **how})
        self._asked: Counter[str] = Counter()

    def answer(self, request: Request) -> Answer:
        """Answer for a page."""
        wanted = rf"/no/rss/customerreviews/page=(\d+)/id=7/sortby=mostrecent/{self.form}"
        page = re.fullmatch(wanted, urlsplit(request.url).path)
        if request.method != "GET" or not page:
            self.unexpected.append(f"{request.method} {request.url}")
            return Answer(status=404, url=request.url)
        if int(page[1]) > 10:
            told = b"CustomerReviews RSS page depth is limited to 10"
            return Answer(status=400, url=request.url, body=told)
        with self._lock:
            self._asked[page[1]] += 1
            hiccup = page[1] == "2" and self._asked[page[1]] % 2
            notes = [] if hiccup else self.chosen({"page": page[1]})[0]
            self._given |= {n.id for n in notes}
        kind = "text/javascript" if self.form == "json" else "text/xml"
        headers = {"content-type": f"{kind}; charset=utf-8"}
        body = self.body(notes, {}, {})
        return Answer(status=200, url=request.url, headers=headers, body=body)

    def render(self, note: Note) -> dict[str, Any]:
        entry = fixture("appstore_entry.json")
        return {**entry, "id": {"label": str(note.id)}, "updated": {"label": pacific(note.at)}}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        link = {"rel": "next", "href": "https://itunes.apple.com/no/rss/customerreviews/page=2/xml"}
        feed: dict[str, Any] = {"updated": {"label": "2024-06-01T00:00:00-07:00"}}
        if records:
            feed["entry"] = records[0] if len(records) == 1 else records
        return {"feed": {**feed, "link": [{"attributes": link}]}}


class AppStoreXmlLike(AppStoreLike):
    """The same feed in XML."""

    form = "xml"

    def body(self, notes: list[Note], params: dict[str, str], onward: dict[str, str]) -> bytes:
        entries = "".join(
            f"<entry><updated>{pacific(n.at)}</updated><id>{n.id}</id><title>Anvils</title>"
            f'<content type="text">{n.text}</content><im:voteSum>3</im:voteSum>'
            "<im:rating>4</im:rating><im:version>2.1</im:version>"
            f"<author><name>{n.author}</name></author></entry>"
            for n in notes
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:im="http://itunes.apple.com/rss" xml:lang="no">'
            f"<id>x</id><title>iTunes Store: Customer Reviews</title>{entries}</feed>"
        ).encode()


class StackExchangeLike(Simulated):
    """Questions of a search, answers and comments, each by time within bounds; 25 pages at most.

    Records in threes are a question, its answer and a comment on that; the newest of a small
    source are questions that nobody has answered.
    """

    path: ClassVar[str] = "/2.3/search/advanced"

    def answer(self, request: Request) -> Answer:
        """Answer for a page of questions, answers or comments."""
        parts = urlsplit(request.url)
        params = dict(parse_qsl(parts.query))
        below = re.fullmatch(r"/2\.3/(?:questions|posts)/([\d;]+)/(answers|comments)", parts.path)
        if request.method != "GET" or not (below or parts.path == self.path):
            self.unexpected.append(f"{request.method} {request.url}")
            return Answer(status=404, url=request.url, headers=_JSON, body=b"{}")
        if int(params["page"]) > 25:
            told = {"error_id": 403, "error_message": "page above 25", "error_name": "denied"}
            return Answer(
                status=400, url=request.url, headers=_JSON, body=json.dumps(told).encode()
            )
        with self._lock:
            found = self._below(below[2], below[1]) if below else self._questions()
            time = "creation_date" if params["sort"] == "creation" else "last_activity_date"
            low, high = int(params.get("min", 0)), int(params.get("max", 10**11))
            found = [f for f in found if low <= f[time] <= high]
            found.sort(key=lambda f: -f[time])
            size = self.page_size if len(self.notes) < 100 else int(params["pagesize"])
            first = (int(params["page"]) - 1) * size
            shown = found[first : first + size]
            self._given |= {f["note"] for f in shown}
        body = {"items": shown, "has_more": first + size < len(found), "quota_remaining": 200}
        return Answer(status=200, url=request.url, headers=_JSON, body=json.dumps(body).encode())

    def role(self, at: int) -> int:
        """Return what the record at a place is: 0 a question, 1 an answer, 2 a comment."""
        return 0 if 6 <= at < 100 else at % 3

    def _questions(self) -> list[dict[str, Any]]:
        found = []
        for at, note in enumerate(self.notes):
            if self.role(at) == 0:
                answered = at + 1 < len(self.notes) and self.role(at + 1) == 1
                last = max(note.at, self.notes[at + 1].at) if answered else note.at
                activity = {"question_id": note.id, "last_activity_date": int(last.timestamp())}
                found.append({**self._item("question", note), **activity})
        return found

    def _below(self, what: str, numbers: str) -> list[dict[str, Any]]:
        asked = set(map(int, numbers.split(";")))
        role, above = (1, "question_id") if what == "answers" else (2, "post_id")
        found = []
        for at, note in enumerate(self.notes):
            if self.role(at) == role and self.notes[at - 1].id in asked:
                name = what.removesuffix("s")
                ids = {f"{name}_id": note.id, above: self.notes[at - 1].id}
                found.append({**self._item(name, note), **ids})
        return found

    def _item(self, name: str, note: Note) -> dict[str, Any]:
        second = int(note.at.timestamp())
        times = {"creation_date": second, "last_activity_date": second}
        return {**fixture(f"stackexchange_{name}.json"), **times, "note": note.id}


class StackExchangeTagLike(StackExchangeLike):
    """Questions of a tag."""

    path: ClassVar[str] = "/2.3/questions"


class LemmyLike(Simulated):
    """Posts of a community, by a cursor that every page with posts has; a pinned one stands first.

    Its numbers have six digits.
    """

    path: ClassVar[str] = "/api/v3/post/list"

    def number(self, at: datetime, count: int) -> int:
        return 100_000 + count

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        cursor = params.get("page_cursor")
        notes, _ = super().chosen({"cursor": cursor} if cursor else {})
        return ([] if cursor else [self.notes[0]]) + notes, {}

    def render(self, note: Note) -> dict[str, Any]:
        view = fixture("lemmy_post.json")
        return {**view, "post": {**view["post"], "id": note.id, "published": iso(note.at)}}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        last = next((n for n in self.notes if records and n.id == records[-1]["post"]["id"]), None)
        return {"posts": records, "next_page": self._token(last) if last else None}


class LemmyCommentsLike(LemmyLike):
    """Comments, by the number of the page, counted anew at every request."""

    path: ClassVar[str] = "/api/v3/comment/list"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"records": 120, "page_size": 40, **how})

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        limit = int(params["limit"])
        assert limit <= 50
        first = limit * (int(params.get("page", 1)) - 1)
        return self.visible({})[first : first + limit], {}

    def render(self, note: Note) -> dict[str, Any]:
        view = fixture("lemmy_comment.json")
        return {**view, "comment": {**view["comment"], "id": note.id, "published": iso(note.at)}}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        return {"comments": records}


class LemmySearchLike(LemmyCommentsLike):
    """A search for comments."""

    path: ClassVar[str] = "/api/v3/search"

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        assert params["type_"] == "Comments"
        return {"type_": "Comments", "comments": records, "posts": [], "communities": []}


def pacific(time: datetime) -> str:
    """Write a time as Apple does."""
    return time.astimezone(timezone(timedelta(hours=-7))).isoformat(timespec="seconds")


def _iso(second: float) -> str:
    return iso(datetime.fromtimestamp(second, UTC))


APP = AppStore(apps=("7",), countries=("no",))
INSTANCE = Lemmy(instance="https://lemmy.example", communities=("anvils",))
SITE = StackExchange(site="tools")
FORUM = "https://forum.example"

SUBJECTS: dict[str, tuple[Connector, Origin]] = {
    "appstore": (APP, AppStoreLike()),
    "appstore in XML": (msgspec.structs.replace(APP, form="xml"), AppStoreXmlLike()),
    "discourse latest": (Discourse(forum=FORUM), DiscourseLike()),
    "discourse latest of an older forum": (Discourse(forum=FORUM), OldDiscourseLike()),
    "discourse category": (
        Discourse(forum=FORUM, categories=("support/7",)),
        DiscourseTopicsLike(),
    ),
    "discourse search": (Discourse(forum=FORUM, queries=("anvil",)), DiscourseSearchLike()),
    "discourse account": (Discourse(forum=FORUM, accounts=("kari",)), DiscourseAccountLike()),
    "lemmy posts": (msgspec.structs.replace(INSTANCE, kinds=("posts",)), LemmyLike()),
    "lemmy comments": (msgspec.structs.replace(INSTANCE, kinds=("comments",)), LemmyCommentsLike()),
    "lemmy search": (
        Lemmy(instance="https://lemmy.example", queries=("anvil",), kinds=("comments",)),
        LemmySearchLike(),
    ),
    "stackexchange search": (
        msgspec.structs.replace(SITE, queries=("anvil",)),
        StackExchangeLike(),
    ),
    "stackexchange tag": (msgspec.structs.replace(SITE, tags=("anvil",)), StackExchangeTagLike()),
}
"""What the conformance kit, a hostile server and a burst of news are tried on."""
