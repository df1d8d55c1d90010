"""Sources that can also be asked for single records, in the shapes of the real ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from likes import BlueskyLike, HackerNewsLike, MastodonLike, iso
from likes_open2 import GithubCommentsLike, GithubLike
from likes_social import (
    RedditCommentsLike,
    RedditLike,
    XSearchLike,
    YouTubeThreadsLike,
    refusal,
)

from tidings.http import Answer, Request
from tidings.testing import Simulated


def as_json(value: Any, request: Request, status: int = 200) -> Answer:
    headers = {"content-type": "application/json; charset=utf-8"}
    return Answer(status=status, url=request.url, headers=headers, body=msgspec.json.encode(value))


class ById(Simulated):
    """Answers with :meth:`by_id` where that knows the request, else as it is paged."""

    answers_again = True

    def answer(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        found = self.by_id(request, parts.path, parse_qs(parts.query))
        return super().answer(request) if found is None else found

    def by_id(self, request: Request, path: str, query: dict[str, list[str]]) -> Answer | None:
        raise NotImplementedError

    def records(self) -> dict[str, dict[str, Any]]:
        """Return the JSON of all records by the id that the source gives them."""
        return {str(note.id): self.render(note) for note in self.notes}


class BlueskyAgain(ById, BlueskyLike):
    """``getPosts``: those of at most 25 addresses that there are."""

    def by_id(self, request: Request, path: str, query: dict[str, list[str]]) -> Answer | None:
        if not path.endswith("/app.bsky.feed.getPosts"):
            return None
        wanted = query["uris"]
        if len(wanted) > 25:
            return as_json({"error": "InvalidRequest", "message": "too many"}, request, 400)
        posts = [record for record in self.records().values() if record["uri"] in wanted]
        return as_json({"posts": posts}, request)


class MastodonAgain(ById, MastodonLike):
    """``/api/v1/statuses``: several of at most 20 ids, and one by its own path.

    ``silenced`` are left out of the listing of several and shown by themselves.
    """

    lists_several = True
    silenced: frozenset[str] = frozenset()

    def by_id(self, request: Request, path: str, query: dict[str, list[str]]) -> Answer | None:
        start = "/api/v1/statuses"
        if not path.startswith(start):
            return None
        there = self.records()
        number = path.removeprefix(start).strip("/")
        if not number:
            wanted = query["id[]"]
            if not self.lists_several or len(wanted) > 20:
                return as_json({"error": "no such route"}, request, 404)
            shown = [i for i in reversed(wanted) if i in there and i not in self.silenced]
            return as_json([there[i] for i in shown], request)
        if number not in there:
            return as_json({"error": "Record not found"}, request, 404)
        return as_json(there[number], request)


class OldMastodonAgain(MastodonAgain):
    """An instance too old to list several statuses by their ids."""

    lists_several = False


class HackerNewsAgain(ById, HackerNewsLike):
    """Stories by their tags, and single items; every other record is a comment."""

    forgotten: frozenset[str] = frozenset()
    """Stories that the index does not find though they are there."""

    def render(self, note: Any) -> dict[str, Any]:
        hit = super().render(note)
        if note.id % 2:
            return {
                **hit, "title": None, "story_text": None, "comment_text": note.text,
                "parent_id": 7, "_tags": ["comment"], "num_comments": None,
            }  # fmt: skip
        return {**hit, "title": "Anvils", "story_text": note.text, "comment_text": None,
                "parent_id": None, "_tags": ["story"]}  # fmt: skip

    def by_id(self, request: Request, path: str, query: dict[str, list[str]]) -> Answer | None:
        there = self.records()
        if path.endswith("/search_by_date") and query["tags"][0].startswith("story,("):
            wanted = query["tags"][0].partition("(")[2].rstrip(")").split(",")
            numbers = [tag.removeprefix("story_") for tag in wanted]
            hits = [there[n] for n in numbers if n in there and n not in self.forgotten]
            size = int(query["hitsPerPage"][0])
            return as_json({"hits": hits[:size]}, request)
        if "/api/v1/items/" not in path:
            return None
        number = path.rpartition("/")[2]
        if number not in there:
            return as_json({"status": 404, "error": "Not Found"}, request, 404)
        return as_json(self.item(there[number]), request)

    @staticmethod
    def item(hit: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": int(hit["objectID"]),
            "created_at": hit["created_at"],
            "created_at_i": hit["created_at_i"],
            "type": hit["_tags"][0],
            "author": hit["author"],
            "title": hit["title"],
            "text": hit["comment_text"] or hit["story_text"],
            "points": hit["points"],
            "parent_id": hit["parent_id"],
            "children": [{"id": 1, "children": [], "text": None}],
        }


class RedditAgain(ById, RedditLike):
    """``/api/info``: those of at most a hundred fullnames that there are, deleted ones in shells.

    ``emptied`` are things whose words are gone; there is a shell of each.
    """

    emptied: frozenset[str] = frozenset()

    def by_id(self, request: Request, path: str, query: dict[str, list[str]]) -> Answer | None:
        if path != "/api/info" or "Authorization" not in request.headers:
            return None
        wanted = query["id"][0].split(",")
        things = {self.name(note): self.render(note) for note in self.notes}
        children = [self.shell(n, things[n]) for n in wanted[:100] if n in things]
        return as_json({"kind": "Listing", "data": {"children": children}}, request)

    def shell(self, name: str, thing: dict[str, Any]) -> dict[str, Any]:
        if name not in self.emptied:
            return thing
        left = {"author": "[deleted]", "body": "[deleted]", "body_html": "[deleted]"}
        return {**thing, "data": {**thing["data"], **left}}


class RedditCommentsAgain(RedditAgain, RedditCommentsLike):
    """The same of comments."""


class YouTubeAgain(ById, YouTubeThreadsLike):
    """Threads by their ids; ``refuses`` says no to all where one of them is not there."""

    videos = 0
    refuses = False

    def by_id(self, request: Request, path: str, query: dict[str, list[str]]) -> Answer | None:
        if "id" not in query or not path.endswith("/commentThreads"):
            return None
        there = {record["id"]: record for record in self.records().values()}
        wanted = query["id"][0].split(",")
        if self.refuses and not set(wanted) <= set(there):
            return as_json(refusal(404, "commentThreadNotFound"), request, 404)
        items = [there[i] for i in wanted if i in there]
        return as_json({"kind": "youtube#commentThreadListResponse", "items": items}, request)


class StrictYouTubeAgain(YouTubeAgain):
    """One that names nothing where one of many is missing."""

    refuses = True


class GithubAgain(ById, GithubLike):
    """Issues by their numbers; a deleted one is 410."""

    def by_id(self, request: Request, path: str, query: dict[str, list[str]]) -> Answer | None:
        number = path.rpartition("/")[2]
        if not number.isdecimal():
            return None
        there = self.records()
        if number not in there:
            return as_json({"message": "This issue was deleted"}, request, 410)
        return as_json(there[number], request)


class GithubCommentsAgain(GithubAgain, GithubCommentsLike):
    """The same of comments."""


class XAgain(ById, XSearchLike):
    """``/2/tweets``: those of at most a hundred ids that there are; of others it says why not."""

    def by_id(self, request: Request, path: str, query: dict[str, list[str]]) -> Answer | None:
        if path != "/2/tweets":
            return None
        wanted = query["ids"][0].split(",")
        there: dict[str, dict[str, Any]] = {}
        for note in self.notes:
            newest = self.render(note)
            first = newest["edit_history_tweet_ids"][0]
            before = {**newest, "id": first, "text": "As it was", "created_at": iso(note.at)}
            there |= {first: before, newest["id"]: newest}
        posts = [there[i] for i in wanted if i in there]
        problem = {"title": "Not Found Error", "resource_type": "tweet", "parameter": "ids"}
        kind = "https://api.twitter.com/2/problems/resource-not-found"
        errors = [
            {**problem, "type": kind, "value": i, "resource_id": i, "detail": f"No {i}."}
            for i in wanted
            if i not in there
        ]
        users = [{"id": "4200001", "username": "kari", "public_metrics": {"followers_count": 12}}]
        found = {"data": posts, "includes": {"users": users}} if posts else {}
        return as_json({**found, **({"errors": errors} if errors else {})}, request)
