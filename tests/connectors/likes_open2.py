"""Simulated sources of code hosts, news, blogs and sites, each in the dialect of the real one."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

import msgspec
from likes import AtomLike, fixture

from connectors.articles import Articles
from connectors.github import Github
from connectors.news import News
from connectors.wordpress import Wordpress
from tidings.connector import Connector
from tidings.http import Answer, Request
from tidings.testing import Note, Simulated
from tidings.testing.origin import Origin


def moment(text: str) -> float:
    """Return the Unix time of an ISO time."""
    return datetime.fromisoformat(text).timestamp()


def seconds(time: datetime) -> str:
    """Write a time in whole seconds, as GitHub does."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class GithubLike(Simulated):
    """Issues of a repository by time of change, those that changed longest ago first."""

    path: ClassVar[str] = "/repos/acme/anvil/issues"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "page", "order": "oldest", **how})

    def number(self, at: datetime, count: int) -> int:
        return 100_000 + count

    def visible(self, params: dict[str, str]) -> list[Note]:
        since = moment(params["since"]) if "since" in params else 0
        found = [n for n in super().visible({}) if self.changed(n).timestamp() >= since]
        return sorted(found, key=lambda n: (self.changed(n), n.id))

    def changed(self, note: Note) -> datetime:
        """Return when a record changed last."""
        return note.edited or note.at

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        assert params["sort"] == "updated"
        assert params.get("direction", params.get("order")) == "asc"
        return super().chosen(params)

    def render(self, note: Note) -> dict[str, Any]:
        times = {"created_at": seconds(note.at), "updated_at": seconds(self.changed(note))}
        said = {"number": note.id, "body_text": note.text}
        return {**fixture("github_issue.json"), **times, **said, "id": note.id}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        return records


class GithubCommentsLike(GithubLike):
    """Comments on the issues of a repository."""

    path: ClassVar[str] = "/repos/acme/anvil/issues/comments"

    def render(self, note: Note) -> dict[str, Any]:
        times = {"created_at": seconds(note.at), "updated_at": seconds(self.changed(note))}
        return {**fixture("github_comment.json"), **times, "id": note.id, "body_text": note.text}


class GithubSearchLike(GithubLike):
    """Search over all issues, of whose hits only the first ``deepest`` can be paged to."""

    path: ClassVar[str] = "/search/issues"
    deepest = 1000

    def answer(self, request: Request) -> Answer:
        """Refuse what begins beyond the deepest hit."""
        params = dict(parse_qsl(urlsplit(request.url).query))
        if (int(params.get("page", 1)) - 1) * self.page_size >= max(self.deepest, self.page_size):
            body = b'{"message": "Only the first 1000 search results are available"}'
            return Answer(status=422, url=request.url, body=body)
        return super().answer(request)

    def visible(self, params: dict[str, str]) -> list[Note]:
        found = re.search(r"updated:>=(\S+)", params["q"])
        return super().visible({"since": found[1]} if found else {})

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        total = len(self.visible(params))
        return {"total_count": total, "incomplete_results": False, "items": records}


class GithubDiscussionsLike(GithubLike):
    """Discussions by GraphQL, those that changed last first."""

    path: ClassVar[str] = "/graphql"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "cursor", "order": "newest", **how})

    def visible(self, params: dict[str, str]) -> list[Note]:
        return sorted(self.notes, key=lambda n: (self.changed(n), n.id), reverse=True)

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        return Simulated.chosen(self, params)

    def _rank(self, note: Note) -> tuple[float, int]:
        return self.changed(note).timestamp(), note.id

    def _token(self, last: Note) -> str:
        return f"{self.changed(last).timestamp():.0f}-{last.id}"

    def answer(self, request: Request) -> Answer:
        """Answer a POST with the page after the cursor among its variables."""
        asked = json.loads(request.body or b"{}")
        after = asked.get("variables", {}).get("after")
        url = f"{request.url}?cursor={after}" if after else request.url
        answer = super().answer(Request(method="GET", url=url))
        return msgspec.structs.replace(answer, url=request.url)

    def render(self, note: Note) -> dict[str, Any]:
        times = {"createdAt": seconds(note.at), "updatedAt": seconds(self.changed(note))}
        said = {"id": f"D_{note.id}", "number": note.id, "bodyText": note.text}
        return {**fixture("github_discussion.json"), **times, **said}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        end = {"hasNextPage": bool(onward), "endCursor": onward.get("cursor")}
        listed = {"totalCount": len(self.notes), "pageInfo": end, "nodes": records}
        return {"data": {"repository": {"nameWithOwner": "acme/anvil", "discussions": listed}}}


class WordpressLike(Simulated):
    """Comments of a site from the oldest on, in counted pages between two times, neither included.

    Hidden comments make pages short, but count.
    """

    path: ClassVar[str] = "/wp-json/wp/v2/comments"

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"paging": "page", "order": "oldest", **how})

    def number(self, at: datetime, count: int) -> int:
        return 100_000 + count

    def visible(self, params: dict[str, str]) -> list[Note]:
        after = moment(params.get("after", "1970-01-01T00:00:00Z"))
        before = moment(params.get("before", "9999-01-01T00:00:00Z"))
        return [n for n in super().visible({}) if after < n.at.timestamp() < before]

    def answer(self, request: Request) -> Answer:
        """Answer with how many there are in the headers."""
        answer = super().answer(request)
        notes = self.visible(dict(parse_qsl(urlsplit(request.url).query)))
        pages = len(self._starts(len(notes))) if notes else 0
        told = {"x-wp-total": str(len(notes)), "x-wp-totalpages": str(pages)}
        return msgspec.structs.replace(answer, headers={**answer.headers, **told})

    def render(self, note: Note) -> dict[str, Any]:
        said = {"date_gmt": seconds(note.at)[:-1], "content": {"rendered": f"<p>{note.text}</p>"}}
        return {**fixture("wordpress_comment.json"), "id": note.id, **said}

    def envelope(self, records: Any, params: dict[str, str], onward: dict[str, str]) -> Any:
        return records


class WordpressPostsLike(WordpressLike):
    """Posts: no page follows the last one, not even an empty one; nothing tells how many are."""

    path: ClassVar[str] = "/wp-json/wp/v2/posts"

    def answer(self, request: Request) -> Answer:
        """Refuse a page beyond the last one."""
        answer = super().answer(request)
        params = dict(parse_qsl(urlsplit(request.url).query))
        headers = {k: v for k, v in answer.headers.items() if not k.startswith("x-wp")}
        if int(params.get("page", 1)) > max(1, int(answer.headers["x-wp-totalpages"])):
            body = b'{"code": "rest_post_invalid_page_number", "data": {"status": 400}}'
            return Answer(status=400, url=request.url, headers=headers, body=body)
        return msgspec.structs.replace(answer, headers=headers)

    def render(self, note: Note) -> dict[str, Any]:
        said = {"date_gmt": seconds(note.at)[:-1], "content": {"rendered": f"<p>{note.text}</p>"}}
        changed = {"modified_gmt": seconds(note.edited or note.at)[:-1]}
        return {**fixture("wordpress_post.json"), "id": note.id, **said, **changed}


class NewsLike(Simulated):
    """Google News: the best hits of some days, ``most`` of them at most, in no order."""

    path: ClassVar[str] = "/rss/search"
    content_type: ClassVar[str] = "application/xml; charset=utf-8"
    most = 100

    def visible(self, params: dict[str, str]) -> list[Note]:
        days = dict(re.findall(r"(after|before):(\S+)", params["q"]))
        return [
            n
            for n in super().visible({})
            if days["after"] <= n.at.date().isoformat() < days["before"]
        ]

    def chosen(self, params: dict[str, str]) -> tuple[list[Note], dict[str, str]]:
        notes = sorted(self.visible(params), key=lambda note: str(note.id)[::-1])
        return notes[: self.most], {}

    def body(self, notes: list[Note], params: dict[str, str], onward: dict[str, str]) -> bytes:
        link = "https://news.google.com/rss/articles"
        items = "".join(
            f"<item><title>Anvils ring again - The Smithy</title><link>{link}/CBM{n.id}?oc=5</link>"
            f'<guid isPermaLink="false">CBM{n.id}</guid><pubDate>{format_datetime(n.at)}</pubDate>'
            f"<description>{escape(f'<a href={link}/CBM{n.id}>Anvils ring again</a>')}"
            '</description><source url="https://smithy.example">The Smithy</source></item>'
            for n in notes
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            f"<title>anvil - Google News</title><language>en-GB</language>{items}</channel></rss>"
        ).encode()


class ArticlesLike(Simulated):
    """A site: a sitemap of all its articles, and a page for each."""

    path: ClassVar[str] = "/sitemap.xml"

    def answer(self, request: Request) -> Answer:
        """Answer for a sitemap or a page."""
        path = urlsplit(request.url).path
        page = re.fullmatch(r"/news/(\d+)", path)
        with self._lock:
            if page is not None:
                return self.page(request.url, int(page[1]))
            body = self.sitemap(path)
        if body is None:
            return super().answer(request)  # robots.txt, or what it does not have
        headers = {"content-type": "application/octet-stream"}
        return Answer(status=200, url=request.url, headers=headers, body=body)

    def page(self, url: str, number: int) -> Answer:
        """Return the page of one article; 404 where it is not there."""
        note = next((note for note in self.notes if note.id == number), None)
        self._given.add(number)
        headers = {"content-type": "text/html"}
        body = article(note).encode() if note else b"Not found."
        return Answer(status=200 if note else 404, url=url, headers=headers, body=body)

    def sitemap(self, path: str) -> bytes | None:
        """Return the sitemap at this path, if there is one."""
        return self.urlset(self.notes) if path == self.path else None

    def urlset(self, notes: list[Note]) -> bytes:
        """Return a sitemap of these articles."""
        listed = "".join(
            f"<url><loc>https://smithy.example/news/{n.id}</loc>"
            f"<lastmod>{seconds(n.edited or n.at)}</lastmod></url>"
            for n in notes
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><urlset {SITEMAPS}>{listed}</urlset>'.encode()
        )


class ArticlesIndexLike(ArticlesLike):
    """A larger site: an index of a packed sitemap for each day."""

    path: ClassVar[str] = "/sitemap-index.xml"

    def sitemap(self, path: str) -> bytes | None:
        """Return the index or the sitemap of a day."""
        days: dict[str, list[Note]] = {}
        for note in self.notes:
            days.setdefault(f"{note.at:%Y-%m-%d}", []).append(note)
        found = re.fullmatch(r"/sitemap-([\d-]+)\.xml\.gz", path)
        if found is not None and found[1] in days:
            return gzip.compress(self.urlset(days[found[1]]))
        if path != self.path:
            return None
        listed = "".join(
            f"<sitemap><loc>https://smithy.example/sitemap-{day}.xml.gz</loc><lastmod>"
            f"{max(seconds(n.edited or n.at) for n in notes)}</lastmod></sitemap>"
            for day, notes in days.items()
        )
        return f"<sitemapindex {SITEMAPS}>{listed}</sitemapindex>".encode()


SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def article(note: Note) -> str:
    """Return the page of an article."""
    linked = {"@type": "NewsArticle", "datePublished": seconds(note.at)}
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><title>Anvils ring again</title>'
        f'<meta name="author" content="{note.author}">'
        f'<script type="application/ld+json">{json.dumps(linked)}</script></head><body>'
        '<nav><a href="/">Home</a> <a href="/about">About the smithy</a></nav><article>'
        f"<h1>Anvils ring again</h1><p>{note.text}</p><p>Smiths in the north say that number "
        f"{note.id} rings longer than any other that they ever had under their hammers.</p>"
        "</article><footer>All rights reserved by the smithy.</footer></body></html>"
    )


BLOG = "https://blog.example"
REPOSITORY = {"repositories": ("acme/anvil",), "credential": "github"}

SUBJECTS: dict[str, tuple[Connector, Origin]] = {
    "articles": (Articles(urls=("https://smithy.example/",)), ArticlesLike()),
    "articles index": (
        Articles(urls=("https://smithy.example/sitemap-index.xml",)),
        ArticlesIndexLike(),
    ),
    "github issues": (Github(**REPOSITORY, what=("issues",)), GithubLike()),
    "github comments": (Github(**REPOSITORY, what=("comments",)), GithubCommentsLike()),
    "github discussions": (
        Github(**REPOSITORY, what=("discussions",)),
        GithubDiscussionsLike(),
    ),
    "github search": (Github(queries=("anvil",)), GithubSearchLike()),
    "news search": (
        News(queries=("anvil",), since=datetime(2024, 4, 1, tzinfo=UTC)),
        NewsLike(),
    ),
    "news feed": (News(urls=("https://blog.example/feed.xml",)), AtomLike()),
    "wordpress comments": (Wordpress(sites=(BLOG,)), WordpressLike()),
    "wordpress posts": (
        Wordpress(sites=(BLOG,), what=("posts",), queries=("anvil",)),
        WordpressPostsLike(),
    ),
}
"""A connector for each way of walking, and its source."""
