"""Reddit: made-up listings at the network's edge, and recorded ones, with recorded refusals."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec
import pytest
from edge import RECORDINGS, SIGN_IN_PAGE, Edge, as_json, exchanges, ids, params, read
from likes import fixture
from likes_social import APP, SUBJECTS, RedditLike

from connectors.reddit import Reddit
from tidings.connector import Page, configure
from tidings.errors import (
    AuthError,
    ConfigurationError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
    TransientError,
)
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, client, walk

POSTS = Reddit(subreddits=("anvils",), read=("posts",), overlap_hours=0, **APP)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestRedditPostsConform(ConnectorContract):
    connector, origin = SUBJECTS["reddit posts"]


class TestRedditCommentsConform(ConnectorContract):
    connector, origin = SUBJECTS["reddit comments"]


class TestRedditSearchConforms(ConnectorContract):
    connector, origin = SUBJECTS["reddit search"]


def post(minute: float, **changes: Any) -> dict[str, Any]:
    """Return a made-up post, written so many minutes after START."""
    name = f"t3_p{round(minute * 10):06d}"
    at = (START + timedelta(minutes=minute)).timestamp()
    data = {**fixture("reddit_post.json"), "name": name, "id": name[3:], "created_utc": at}
    return {"kind": "t3", "data": {**data, **changes}}


def comment(**changes: Any) -> dict[str, Any]:
    return {"kind": "t1", "data": {**fixture("reddit_comment.json"), **changes}}


def listing(things: list[Any], after: str | None = None) -> Any:
    return {"kind": "Listing", "data": {"children": things, "after": after}}


def granting(respond: Callable[[Request], Answer]) -> Edge:
    """Return an edge that signs in whoever asks, and answers GETs by ``respond``."""

    def answer(request: Request) -> Answer:
        if request.method == "POST":
            return as_json({"access_token": "made-up", "expires_in": 3600})
        return respond(request)

    return Edge(answer)


def showing(*things: Any) -> Edge:
    return granting(lambda _: as_json(listing(list(things))))


def only(pages: list[Page]) -> Any:
    [mention] = [m for page in pages for m in page.mentions]
    return mention


def test_a_post_becomes_a_mention() -> None:
    found = only(read(POSTS, showing(post(5, edited=(START + timedelta(hours=1)).timestamp()))))
    assert (found.kind, found.place, found.external_id) == ("post", "r/anvils", "t3_p000050")
    assert found.title == "Is the Fjallsmide anvil worth it?"
    assert found.text == "I have one & like it.", "words, not Markdown"
    assert found.published == START + timedelta(minutes=5)
    assert found.edited == START + timedelta(hours=1)
    assert (found.likes, found.replies, found.shares, found.views) == (12, 3, 1, None)
    assert found.author_handle == "kari_made_up"
    assert found.url == "https://www.reddit.com/r/anvils/comments/madeup1/is_it_worth_it/"


def test_a_comment_becomes_a_mention() -> None:
    found = only(read(POSTS, showing(comment(edited=True))))
    assert (found.kind, found.external_id, found.parent_id) == (
        "comment",
        "t1_madeup2",
        "t3_madeup1",
    )
    assert (found.text, found.likes, found.edited, found.title) == ("Mine rings.", 5, None, None)
    bare = comment(permalink=None, score_hidden=True)
    found = only(read(POSTS, showing(bare)))
    assert found.url == "https://www.reddit.com/comments/madeup1/_/madeup2"
    assert found.likes is None, "a hidden score is shown as 1, which is no score"


def test_what_is_gone_has_no_author_and_no_text() -> None:
    removed = post(1, author="[deleted]", selftext="[removed]", selftext_html="<p>[removed]</p>")
    silent = post(2, title="[deleted by user]", selftext="[removed]")
    taken = comment(body="[ Removed by Reddit ]", author="[deleted]")
    pages = read(POSTS, showing(removed, silent, taken))
    found = only(pages)
    assert (found.external_id, found.text, found.author_handle) == ("t3_p000010", None, None)
    gone = {g.external_id: (g.place, g.reason, g.sure) for page in pages for g in page.gone}
    assert gone == {
        "t3_p000020": ("r/anvils", "deleted by its writer", True),
        "t1_madeup2": ("r/anvils", "removed by Reddit or its moderators", True),
    }
    assert [r for page in pages for r in page.rejected] == []


def test_a_crosspost_has_the_text_of_what_it_shows() -> None:
    shown = {"selftext": "Heavy.", "selftext_html": "<p>Heavy.</p>", "subreddit": "forging"}
    cross = post(1, selftext="", selftext_html=None, crosspost_parent_list=[shown])
    found = only(read(POSTS, showing(cross)))
    assert (found.text, found.place, found.parent_id) == ("Heavy.", "r/anvils", None)


def test_markup_that_was_escaped_twice_is_read() -> None:
    old = post(
        1, selftext_html='&lt;div class="md"&gt;&lt;p&gt;A &amp;amp; B&lt;/p&gt;&lt;/div&gt;'
    )
    assert only(read(POSTS, showing(old))).text == "A & B"


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (post(3, created_utc="yesterday"), "created_utc"),
        (post(3, created_utc=9e18), "created_utc"),
        (post(3, title=None), "title"),
        ({"kind": "t5", "data": {"name": "t5_sub"}}, "kind"),
        ({"kind": "t3"}, "data"),
        ("words", "object"),
    ],
)
def test_a_bad_thing_is_rejected_alone(bad: Any, field: str) -> None:
    pages = read(POSTS, showing(post(1), bad, post(2)))
    assert ids(pages) == ["t3_p000010", "t3_p000020"]
    [rejected] = [r for page in pages for r in page.rejected]
    assert field in rejected.reason


def test_it_signs_in_once_for_all_walks_and_asks_with_the_token() -> None:
    asked = showing(post(1))
    several = Reddit(subreddits=("r/anvils", "forging"), **APP)
    with client(asked) as http:
        for place in several.split():
            list(place.pages(http, None))
    [sign_in] = [r for r in asked.requests if r.method == "POST"]
    assert sign_in.url == "https://www.reddit.com/api/v1/access_token"
    assert dict(parse_qsl(sign_in.body.decode())) == {"grant_type": "client_credentials"}
    basic = base64.b64encode(b"made-up-app:made-up-reddit").decode()
    assert sign_in.headers["Authorization"] == f"Basic {basic}"
    gets = [r for r in asked.requests if r.method == "GET"]
    assert [urlsplit(r.url).path for r in gets] == [
        "/r/anvils/new",
        "/r/anvils/comments",
        "/r/forging/new",
        "/r/forging/comments",
    ]
    assert {r.headers["Authorization"] for r in gets} == {"Bearer made-up"}
    assert {(params(r)["limit"], params(r)["raw_json"]) for r in gets} == {("100", "1")}


def test_a_token_that_runs_out_in_a_walk_is_renewed() -> None:
    origin = RedditLike()
    wanted = len(origin.notes)
    renewed: list[str] = []

    def respond(request: Request) -> Answer:
        if request.method == "POST":
            origin.token = f"token-{len(renewed)}"
            renewed.append(origin.token)
        elif len(renewed) == 1 and "after" in params(request):
            origin.token = "another one"
        return origin.answer(request)

    assert len(ids(read(POSTS, Edge(respond)))) == wanted
    assert len(renewed) == 2


def test_searches_are_made_in_each_subreddit_or_on_the_whole_site() -> None:
    both = Reddit(queries=('"acme rockets"', "acme"), subreddits=("anvils",), **APP)
    assert [c.label() for c in both.split()] == [
        'reddit "acme rockets" in r/anvils',
        "reddit acme in r/anvils",
    ]
    asked = showing()
    [first, _] = both.split()
    read(first, asked)
    wide = Reddit(queries=("acme",), **APP)
    read(wide, asked)
    restricted, whole = (r for r in asked.requests if r.method == "GET")
    assert urlsplit(restricted.url).path == "/r/anvils/search"
    assert params(restricted)["restrict_sr"] == "on"
    assert params(restricted)["q"] == '"acme rockets"'
    assert urlsplit(whole.url).path == "/search"
    assert "restrict_sr" not in params(whole)
    assert {params(r)["sort"] for r in (restricted, whole)} == {"new"}


def test_a_listing_by_rank_is_read_whole_each_time() -> None:
    old_first = [post(n) for n in (1, 90, 2, 91, 3)]

    def respond(request: Request) -> Answer:
        after = params(request).get("after")
        names = [p["data"]["name"] for p in old_first]
        at = names.index(after) + 1 if after else 0
        more = names[at + 1] if at + 2 < len(names) else None
        return as_json(listing(old_first[at : at + 2], more))

    hot = Reddit(listings=("/r/anvils/hot",), overlap_hours=0, **APP)
    first = read(hot, granting(respond))
    assert len(ids(first)) == 5
    again = read(hot, granting(respond), first[-1].cursor)
    assert len(ids(again)) == 5, "its last page is old throughout, and comes all the same"


def test_an_account_is_asked_for_its_newest() -> None:
    asked = showing()
    read(Reddit(listings=("user/acme",), **APP), asked)
    assert urlsplit(asked.requests[-1].url).path == "/user/acme"
    assert asked.asked("sort")[-1] == "new"


def test_a_deleted_thing_does_not_end_the_walk() -> None:
    origin = RedditLike(short_at=())
    wanted = {origin.name(n) for n in origin.notes}

    def respond(request: Request) -> Answer:
        anchor = params(request).get("after")
        gone = [n for n in origin.notes if origin.name(n) == anchor]
        if len(origin.notes) == len(wanted) and gone:
            origin.notes.remove(gone[0])
        return origin.answer(request)

    assert set(ids(read(POSTS, Edge(respond)))) == wanted


def test_only_what_a_listing_shows_can_be_read() -> None:
    origin = RedditLike(records=1_203, page_size=100, short_at=())
    found = ids(read(POSTS, Edge(origin.answer)))
    assert len(found) == 1_000
    assert Reddit.about.only_newest, "so that the rest is told as a gap"


def test_a_listing_that_goes_round_is_told_of() -> None:
    pages = [listing([post(3), post(2)], "t3_x"), listing([post(1)], "t3_y")]
    round_ = granting(lambda r: as_json(pages[1] if params(r).get("after") == "t3_x" else pages[0]))
    done = walk(POSTS, round_)
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message
    assert {m.external_id for m in done.mentions} == {"t3_p000030", "t3_p000020", "t3_p000010"}
    assert done.cursors[POSTS.split()[0].walk_id()] is None


@pytest.mark.parametrize(
    ("status", "body", "error", "told"),
    [
        (403, {"reason": "private", "error": 403}, AuthError, "is private"),
        (403, {"reason": "quarantined", "error": 403}, AuthError, "quarantine"),
        (404, {"reason": "banned", "error": 404}, NotFound, "banned"),
        (404, {"message": "Not Found", "error": 404}, NotFound, "404"),
        (403, {"message": "Forbidden", "error": 403}, AuthError, "403"),
    ],
)
def test_refusals_say_what_is_the_matter(
    status: int, body: Any, error: type[SourceError], told: str
) -> None:
    with pytest.raises(error, match=told):
        read(POSTS, granting(lambda _: as_json(body, status)))


def test_a_subreddit_that_is_not_there_leads_to_a_search_and_is_not_found() -> None:
    def respond(request: Request) -> Answer:
        if urlsplit(request.url).path == "/subreddits/search":
            return as_json(listing([]))
        there = {"location": "https://oauth.reddit.com/subreddits/search?q=anvils"}
        return Answer(status=302, url="", headers=there)

    with pytest.raises(NotFound, match="no such subreddit"):
        read(POSTS, granting(respond))


def test_a_window_that_is_used_up_is_a_rate_limit_with_its_end() -> None:
    headers = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "1.0"}
    with pytest.raises(RateLimited) as caught:
        read(POSTS, granting(lambda _: as_json({"error": 429}, 429, **headers)))
    assert caught.value.retry_at is not None


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"[]", b'{"kind": "t3", "data": {}}'])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    with pytest.raises(SourceChanged):
        read(POSTS, granting(lambda _: found))


def test_settings() -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"subreddits": ["two words"]},
        {"listings": ["https://elsewhere.example/r/x"]},
        {"queries": ["x" * 513]},
        {"subreddits": ["anvils"], "read": []},
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            configure(Reddit, {**APP, **settings})
    with pytest.raises(ConfigurationError):
        list(Reddit(subreddits=("a", "b"), **APP).pages(None, None))  # type: ignore[arg-type]
    urls = [
        "https://oauth.reddit.com/r/anvils/search?q=acme&restrict_sr=True",
        "https://oauth.reddit.com/user/acme/?sort=top",
        "https://oauth.reddit.com/r/anvils/new?limit=100",
        "https://oauth.reddit.com/api/v1/me",
    ]
    assert Reddit.settings_from(urls) == {
        "queries": ["acme"],
        "subreddits": ["anvils"],
        "listings": ["user/acme", "r/anvils/new"],
    }


def recorded(name: str) -> Edge:
    """Return an edge that answers with a recording's good listings, by ``after``."""
    held = {
        parse_qs(urlsplit(e["request"]["url"]).query).get("after", [None])[0]: e["response"]
        for e in exchanges(f"reddit/{name}")
        if e["response"]["status"] == 200
    }

    def respond(request: Request) -> Answer:
        found = held.get(params(request).get("after"))
        return in_recorded_form(found) if found else as_json(listing([]))

    return granting(respond)


def in_recorded_form(response: dict[str, Any]) -> Answer:
    headers = {k.lower(): v for k, v in response["headers"].items()}
    headers.pop("content-encoding", None)
    body = (response["body"] or "").encode()
    return Answer(status=response["status"], url="", headers=headers, body=body)


@pytest.mark.parametrize(
    ("name", "listed", "posts", "comments", "requests"),
    [
        ("praw__TestListingGenerator.test_exhaust_items.json", "user/spez", 11, 990, 11),
        ("praw__TestSubredditListings.test_new.json", "r/askreddit/new", 100, 0, 4),
        ("praw__TestSubredditQuarantine.test_opt_in.json", "r/ferguson/hot", 101, 0, 4),
    ],
)
def test_recorded_listings_are_read_to_the_last_thing(
    name: str, listed: str, posts: int, comments: int, requests: int
) -> None:
    edge = recorded(name)
    pages = read(Reddit(listings=(listed,), **APP), edge)
    mentions = [m for page in pages for m in page.mentions]
    names = [
        thing["data"]["name"]
        for e in exchanges(f"reddit/{name}")
        if e["response"]["status"] == 200
        for thing in json.loads(e["response"]["body"])["data"]["children"]
    ]
    gone = set(names) - {m.external_id for m in mentions}
    assert len(set(names)) == posts + comments
    assert not gone, "all of these have words"
    assert [m.kind for m in mentions].count("post") == posts
    assert [m.kind for m in mentions].count("comment") == comments
    assert [r for page in pages for r in page.rejected] == []
    assert sum(r.method == "GET" for r in edge.requests) == requests
    assert all(m.text or m.title for m in mentions)


REFUSALS: dict[str, type[SourceError]] = {
    "accepted": SourceChanged,
    "bad_gateway": TransientError,
    "bad_json": SourceChanged,
    "bad_request": SourceChanged,
    "cloudflare_connection_timed_out": TransientError,
    "cloudflare_unknown_error": TransientError,
    "conflict": SourceChanged,
    "created": SourceChanged,
    "forbidden": AuthError,
    "gateway_timeout": TransientError,
    "internal_server_error": TransientError,
    "no_content": SourceChanged,
    "not_found": NotFound,
    "okay_with_0_byte_content": SourceChanged,
    "patch": SourceChanged,
    "post": SourceChanged,
    "post__with_files": SourceChanged,
    "raw_json": SourceChanged,
    "redirect": SourceChanged,
    "redirect_301": SourceChanged,
    "service_unavailable": TransientError,
    "too__many_requests__with_retry_headers": RateLimited,
    "too__many_requests__without_retry_headers": RateLimited,
    "unavailable_for_legal_reasons": SourceChanged,
    "unexpected_status_code": SourceChanged,
    "unsupported_media_type": SourceChanged,
    "uri_too_long": SourceChanged,
    "with_insufficient_scope": AuthError,
    "with_invalid_access_token": AuthError,
}


def test_every_recorded_answer_is_looked_at() -> None:
    folder = RECORDINGS / "errors_reddit"
    if not folder.is_dir():
        pytest.skip(f"no recordings: {folder} is not there")
    names = {f.stem.removeprefix("TestSession.test_request__") for f in folder.iterdir()}
    assert names == {*REFUSALS, "with_invalid_access_token__retry"}
    assert len(names) == 30


@pytest.mark.parametrize(("name", "error"), REFUSALS.items())
def test_recorded_refusals_end_in_their_errors(name: str, error: type[SourceError]) -> None:
    [*_, last] = exchanges(f"errors_reddit/TestSession.test_request__{name}.json")
    done = walk(POSTS, granting(lambda _: in_recorded_form(last["response"])))
    assert type(done.error) is error
    assert done.mentions == []


def test_a_recorded_refusal_of_a_token_is_mended_by_a_new_one() -> None:
    name = "TestSession.test_request__with_invalid_access_token__retry.json"
    held = [in_recorded_form(e["response"]) for e in exchanges(f"errors_reddit/{name}")]
    edge = granting(lambda _: held.pop(0) if len(held) > 1 else held[0])
    pages: list[Page] = []
    [place] = POSTS.split()
    with client(edge) as http:
        pages.append(next(place.pages(http, None)))
    assert len(ids(pages)) == 25
    assert sum(r.method == "POST" for r in edge.requests) == 2


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("praw__TestAuthImplicit.test_implicit__with_invalid_token.json", 401, AuthError),
        (
            "praw__TestReddit.test_bad_request_without_json_text_html_response.json",
            400,
            SourceChanged,
        ),
        ("praw__TestRedditors.test_partial_redditors__not_found.json", 404, NotFound),
        ("praw__TestSubredditQuarantine.test_opt_in.json", 403, AuthError),
    ],
)
def test_recorded_refusals_of_the_api(name: str, status: int, error: type[SourceError]) -> None:
    found = [e["response"] for e in exchanges(f"reddit/{name}")]
    refused = next(r for r in found if r["status"] == status)
    with pytest.raises(error):
        read(POSTS, granting(lambda _: in_recorded_form(refused)))


def test_the_example_is_one_search() -> None:
    example = configure(Reddit, Reddit.about.example)
    assert msgspec.structs.asdict(example)["queries"] == ('"acme rockets"',)
    assert len(example.split()) == 1
