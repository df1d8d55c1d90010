"""Bluesky: a made-up search at the network's edge, and a recorded answer of the real one."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from edge import (
    SIGN_IN_PAGE,
    Edge,
    as_json,
    at,
    exchanges,
    ids,
    params,
    read,
    stopped_everywhere,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.bluesky import Bluesky
from tidings.connector import configure
from tidings.errors import AuthError, ConfigurationError, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import client, walk

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SKY = Bluesky(queries=("acme",), overlap_hours=0)
SIGNED = Bluesky(
    queries=("acme",), identifier="acme.example", credential="app", overlap_hours=0, per_page=2
)


def iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uri(minute: float) -> str:
    return f"at://did:plc:kari/app.bsky.feed.post/{minute}"


def post(minute: float, **changes: Any) -> dict[str, Any]:
    """Return a made-up post of so many minutes after START, indexed in the same second."""
    time = iso(START + timedelta(minutes=minute))
    record = {"$type": "app.bsky.feed.post", "createdAt": time, "langs": ["en"], "text": "Acme!"}
    return {
        "uri": uri(minute),
        "cid": "bafy",
        "author": {"did": "did:plc:kari", "handle": "kari.example"},
        "record": record | changes.pop("record", {}),
        "indexedAt": time,
        "replyCount": 1,
        "repostCount": 2,
        "likeCount": 3,
        **changes,
    }


class Search:
    """The search: pages by position, gives up after ``depth`` posts, may know ``until`` or not."""

    def __init__(
        self, posts: list[Any], per_page: int = 3, depth: int = 10_000, until: bool = True
    ) -> None:
        self.posts = posts
        self.per_page = per_page
        self.depth = depth
        self.until = until

    def __call__(self, request: Request) -> Answer:
        asked = params(request)
        assert asked["sort"] == "latest"
        found = sorted(self.posts, key=self._sort_at, reverse=True)
        if self.until and "until" in asked:
            found = [p for p in found if self._sort_at(p) < asked["until"]]
        start = int(asked.get("cursor", 0))
        end = start + self.per_page
        body: dict[str, Any] = {"posts": found[start:end], "hitsTotal": len(found)}
        if end < min(len(found), self.depth):
            body["cursor"] = str(end)
        return as_json(body)

    @staticmethod
    def _sort_at(post: Any) -> str:
        record = post.get("record") or {}
        return str(min(record.get("createdAt") or "2026", post.get("indexedAt") or "2026"))


def edge(posts: list[Any], **how: Any) -> Edge:
    return Edge(Search(posts, **how))


def test_the_recorded_search_is_read_whole() -> None:
    [exchange] = exchanges("bluesky/bskyr__f_search.json")
    body = exchange["response"]["body"]
    recorded = json.loads(body)["posts"]
    answers = iter(
        [Answer(status=200, url="", headers=exchange["response"]["headers"], body=body.encode())]
    )
    asked = Edge(lambda _: next(answers, as_json({"posts": []})))
    pages = read(SKY, asked)
    assert ids(pages) == [p["uri"] for p in recorded]
    assert len(recorded) == 25
    assert asked.asked("cursor")[:2] == [None, "25"]
    said = {m.external_id: m for page in pages for m in page.mentions}
    for told in recorded:
        mention = said[told["uri"]]
        assert mention.kind == ("comment" if "reply" in told["record"] else "post")
        assert mention.published <= datetime.fromisoformat(told["indexedAt"])
        assert mention.language == (told["record"].get("langs") or [None])[0]
        assert mention.likes == told["likeCount"]


def test_a_post_becomes_a_mention() -> None:
    reply = {"parent": {"uri": uri(1), "cid": "b"}, "root": {"uri": uri(0), "cid": "b"}}
    pages = read(SKY, edge([post(5, record={"reply": reply, "text": "a <b>  c\n\nd"})]))
    mention = pages[0].mentions[0]
    assert (mention.kind, mention.parent_id) == ("comment", uri(1))
    assert mention.text == "a <b> c\nd", "plain text is no markup"
    assert mention.url == "https://bsky.app/profile/did:plc:kari/post/5"
    assert mention.author_handle == "did:plc:kari"
    assert (mention.likes, mention.replies, mention.shares) == (3, 1, 2)
    assert mention.place == "bsky.app"


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("2061-05-04T03:02:01.000Z", "2026-03-01T12:05:00Z"),
        ("2009-05-04T03:02:01.123456Z", "2009-05-04T03:02:01.123456Z"),
        ("2026-03-01T13:04:59+01:00", "2026-03-01T12:04:59Z"),
    ],
)
def test_what_a_writer_says_of_the_time_is_believed_unless_it_is_later(
    stated: str, published: str
) -> None:
    [page, *_] = read(SKY, edge([post(5, record={"createdAt": stated})]))
    assert page.mentions[0].published == at(published)


def test_a_search_that_stops_early_is_asked_on_by_time() -> None:
    posts = [post(n) for n in range(30)]
    asked = edge(posts, depth=9)
    found = ids(read(SKY, asked))
    assert sorted(found) == sorted(p["uri"] for p in posts)


@given(minutes=st.lists(st.integers(0, 20), max_size=40), depth=st.sampled_from([7, 10_000]))
@settings(deadline=None, max_examples=40)
def test_nothing_is_missing_and_nothing_comes_twice(minutes: list[int], depth: int) -> None:
    # two posts at one time, three on a page, and a search that reaches seven or so
    kept = [m for n, m in enumerate(minutes) if minutes[:n].count(m) < 2]
    posts = [post(m, uri=uri(n)) for n, m in enumerate(kept)]
    found = ids(read(SKY, edge(posts, depth=depth)))
    assert sorted(found) == sorted(p["uri"] for p in posts)


def test_a_server_that_knows_no_until_ends_too() -> None:
    asked = edge([post(n) for n in range(8)], until=False)
    assert len(ids(read(SKY, asked))) == 8
    assert len(asked.requests) == 4, "three pages, and the first one again, which ends it"


def test_the_next_walk_stops_at_the_newest_and_misses_no_tie() -> None:
    posts = [post(n) for n in range(20)]
    first = read(SKY, edge(posts))
    assert [p.cursor for p in first[:-1]] == [None] * (len(first) - 1), "old until the walk ended"
    cursor = json.loads(json.dumps(first[-1].cursor))
    tie = post(19, uri=uri(1900))
    news = [post(19 + n / 10) for n in range(1, 8)]
    later = edge([*posts, tie, *news])
    found = set(ids(read(SKY, later, cursor)))
    assert found >= {p["uri"] for p in [tie, *news]}
    assert len(later.requests) == 4, "one page more than the news, which is older throughout"


def test_a_post_from_the_future_does_not_hide_what_comes() -> None:
    future = "2161-05-04T03:02:01.000Z"
    posts = [post(1), post(900, indexedAt=future, record={"createdAt": future})]
    cursor = read(SKY, edge(posts))[-1].cursor
    assert cursor is not None
    assert at(cursor["newest"]) < datetime.now(UTC) + timedelta(minutes=1)


def test_the_overlap_brings_posts_that_were_indexed_late() -> None:
    wide = msgspec.structs.replace(SKY, overlap_hours=2)
    posts = [post(n) for n in range(0, 600, 10)]
    cursor = read(wide, edge(posts))[-1].cursor
    late = post(500, uri=uri(5000))
    assert uri(5000) in ids(read(wide, edge([*posts, late]), cursor))


def test_stopped_after_any_page_and_started_again_nothing_is_missing() -> None:
    posts = [post(n) for n in range(10)]
    for found in stopped_everywhere(SKY, lambda: edge(posts)):
        assert found == {p["uri"] for p in posts}


def test_since_and_until_hold_even_if_the_source_ignores_them() -> None:
    posts = [post(n) for n in range(30)]
    window = msgspec.structs.replace(
        SKY, since=START + timedelta(minutes=10), until=START + timedelta(minutes=20)
    )
    asked = edge(posts, until=False)
    assert set(ids(read(window, asked))) == {uri(n) for n in range(10, 20)}
    assert asked.asked("since")[0] == "2026-03-01T12:10:00.000Z"
    assert asked.asked("until")[0] == "2026-03-01T12:20:00.000Z"
    assert len(asked.requests) == 8, "it stops at the first page before since"


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"uri": None}, "uri"),
        ({"uri": "x"}, "uri"),
        ({"indexedAt": "last Tuesday"}, "indexedAt"),
        ({"record": {"text": {"en": "x"}}}, "record.text"),
        ({"author": {}}, "did"),
    ],
)
def test_a_bad_post_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    good = [post(n) for n in range(7)]
    pages = read(SKY, edge([*good, post(3.5, **bad)]))
    assert set(ids(pages)) == {p["uri"] for p in good}
    [rejected] = [r for page in pages for r in page.rejected]
    assert field in rejected.reason


@pytest.mark.parametrize("cursor", ["1", None])
def test_one_page_for_ever_ends(cursor: str | None) -> None:
    same = as_json({"posts": [post(1), post(2)], **({"cursor": cursor} if cursor else {})})
    asked = Edge(lambda _: same)
    done = walk(SKY, asked)
    assert len(done.by_key()) == 2
    assert len(asked.requests) == 2
    assert (done.error is None) == (cursor is None)
    if cursor:
        assert isinstance(done.error, SourceChanged)
        assert "'1'" in done.error.message


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"[]", b'{"feed": []}', b'{"posts": {}}'])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    with pytest.raises(SourceChanged) as caught:
        read(SKY, Edge(lambda _: found))
    assert caught.value.answer is not None


class Server:
    """A server to sign in to, whose tokens serve ``uses`` requests each and may be ``renewed``."""

    def __init__(
        self, posts: list[Any], uses: int, refusal: Answer, *, renewed: bool = True
    ) -> None:
        self.renewed = renewed
        self.renewals = 0
        self.search = Search(posts, per_page=2)
        self.uses = uses
        self.refusal = refusal
        self.sign_ins: list[Any] = []
        self.left: dict[str, int] = {}

    def __call__(self, request: Request) -> Answer:
        assert request.url.startswith("https://bsky.social/xrpc/")
        if urlsplit(request.url).path.endswith("createSession"):
            self.sign_ins.append(json.loads(request.body))
            return self._session()
        token = request.headers["Authorization"].removeprefix("Bearer ")
        if urlsplit(request.url).path.endswith("refreshSession"):
            assert (token, request.body) == ("secret-refresh", b"")
            self.renewals += 1
            return self._session() if self.renewed else EXPIRED
        if self.left[token] == 0:
            return self.refusal
        self.left[token] -= 1
        return self.search(request)

    def _session(self) -> Answer:
        token = f"jwt{len(self.sign_ins)}-{self.renewals}"
        self.left[token] = self.uses
        return as_json({"accessJwt": token, "refreshJwt": "secret-refresh", "did": "did:x"})


EXPIRED = as_json({"error": "ExpiredToken", "message": "Token has expired"}, status=400)
REFUSED = as_json({"error": "AuthenticationRequired", "message": "no"}, status=401)


@pytest.mark.parametrize("refusal", [EXPIRED, REFUSED])
@pytest.mark.parametrize("renewed", [True, False])
def test_a_session_that_runs_out_is_renewed_or_made_anew(refusal: Answer, renewed: bool) -> None:
    posts = [post(n) for n in range(9)]
    server = Server(posts, uses=3, refusal=refusal, renewed=renewed)
    pages = read(SIGNED, Edge(server))
    assert len(ids(pages)) == 9
    account = {"identifier": "acme.example", "password": "made-up-app"}
    assert server.sign_ins == [account] * (1 if renewed else 2)
    assert server.renewals == 1
    assert not [a for p in pages for a in p.raw if b"jwt" in a.body], "no token is kept"


@pytest.mark.parametrize(("refusal", "error"), [(EXPIRED, SourceChanged), (REFUSED, AuthError)])
def test_a_session_is_made_anew_only_once_a_request(
    refusal: Answer, error: type[Exception]
) -> None:
    server = Server([post(1)], uses=0, refusal=refusal)
    with pytest.raises(error):
        read(SIGNED, Edge(server))
    assert (len(server.sign_ins), server.renewals) == (1, 1)


def test_another_refusal_makes_no_new_session() -> None:
    bad = as_json({"error": "BadQueryString", "message": "no"}, status=400)
    server = Server([post(1)], uses=0, refusal=bad)
    with pytest.raises(SourceChanged):
        read(SIGNED, Edge(server))
    assert len(server.sign_ins) == 1


def test_walks_over_one_client_share_one_session() -> None:
    server = Server([post(n) for n in range(5)], uses=1000, refusal=EXPIRED)
    several = msgspec.structs.replace(SIGNED, queries=("a", "b", "c", "d"))
    with client(Edge(server)) as http, ThreadPoolExecutor(4) as pool:
        read_all: Callable[[Bluesky], int] = lambda c: len(list(c.pages(http, None)))  # noqa: E731
        assert all(pool.map(read_all, several.split()))
    assert len(server.sign_ins) == 1, "signing in is limited to a few times a day"
    with client(Edge(server)) as http:
        list(several.split()[0].pages(http, None))
    assert len(server.sign_ins) == 2, "another client knows nothing of it"


def test_an_answer_to_signing_in_without_a_token_is_kept_nowhere() -> None:
    odd = as_json({"refreshJwt": "secret-refresh", "authFactorToken": "x"})
    with pytest.raises(SourceChanged) as caught:
        read(SIGNED, Edge(lambda _: odd))
    assert caught.value.answer is None
    assert "secret-refresh" not in str(caught.value)


def test_the_recorded_refusal_of_a_password_is_an_auth_error() -> None:
    [exchange] = exchanges("bluesky/bskyr__repo_auth_cache.json")
    told = exchange["response"]
    refused = Answer(status=401, url="", headers=told["headers"], body=told["body"].encode())
    with pytest.raises(AuthError):
        read(SIGNED, Edge(lambda _: refused))


def test_without_an_account_a_refusal_says_what_to_set() -> None:
    def respond(request: Request) -> Answer:
        if "cursor" in params(request):
            return Answer(status=403, url="", body=b"<h1>403 Forbidden</h1>")
        return as_json({"posts": [post(1)], "cursor": "1"})

    done = walk(SKY, Edge(respond))
    assert len(done.mentions) == 1
    assert isinstance(done.error, AuthError)
    assert "'credential'" in done.error.remedy


def test_settings() -> None:
    several = configure(Bluesky, {"queries": ["Acme", "Globex", "Acme"]})
    assert [c.label() for c in several.split()] == ["bluesky Acme", "bluesky Globex"]
    assert Bluesky.searches
    with pytest.raises(ConfigurationError, match="queries"):
        read(Bluesky(), edge([]))
    for half in ({"identifier": "a.example"}, {"credential": "name"}):
        with pytest.raises(ConfigurationError, match="belong together"):
            configure(Bluesky, {"queries": ["a"], **half})
    local = msgspec.structs.replace(SKY, base_url="http://127.0.0.1:2584/")
    asked = edge([])
    read(local, asked)
    assert asked.requests[0].url.startswith("http://127.0.0.1:2584/xrpc/app.bsky.feed.searchPosts?")


@pytest.mark.parametrize("stated", ["2026-03-01T12:00:00", "0000-01-01T00:00:00Z", "soon", None])
def test_a_post_whose_own_time_is_none_is_of_when_it_was_indexed(stated: str | None) -> None:
    one = post(5, record={"createdAt": stated})
    [page, *_] = read(SKY, edge([one]))
    assert [m.published for m in page.mentions] == [datetime.fromisoformat(one["indexedAt"])]
