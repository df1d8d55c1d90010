"""X: a made-up API at the network's edge, and recorded answers of the real one."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import pytest
from edge import SIGN_IN_PAGE, Edge, as_json, at, exchanges, ids, params, read
from likes import fixture, iso
from likes_social import SUBJECTS, XMentionsLike, XRecentLike, XSearchLike

from connectors.x import X
from tidings.connector import Page, configure
from tidings.errors import (
    AuthError,
    ConfigurationError,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceError,
)
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, walk
from tidings.times import utcnow

SEARCH = X(queries=("anvil",), credential="x", archive=True, overlap_hours=0)
RECENT = X(queries=("anvil",), credential="x", overlap_hours=0)
MENTIONS = X(users=("4200007",), credential="x", overlap_hours=0)
DAYS_AGO = (utcnow() - timedelta(days=3)).replace(microsecond=0)


class TestXSearchConforms(ConnectorContract):
    connector, origin = SUBJECTS["x search"]


class TestXMentionsConforms(ConnectorContract):
    connector, origin = SUBJECTS["x mentions"]


class TestXRecentConforms(ConnectorContract):
    connector = X(queries=("anvil",), credential="x")
    origin = XRecentLike(start=DAYS_AGO)


def post(number: int = 1, **changes: Any) -> Any:
    name = str(1_700_000_000_000_000_000 + number)
    return {**fixture("x_post.json"), "id": name, "edit_history_tweet_ids": [name], **changes}


def showing(*posts: Any, **more: Any) -> Edge:
    return Edge(lambda _: as_json({"data": list(posts), "meta": {"result_count": 1}, **more}))


def only(pages: list[Page]) -> Any:
    [mention] = [m for page in pages for m in page.mentions]
    return mention


def test_a_post_becomes_a_mention() -> None:
    users = [{"id": "4200001", "public_metrics": {"followers_count": 12}}]
    places = [{"id": "oslo", "country_code": "NO"}]
    includes = {"users": users, "places": places}
    found = only(read(SEARCH, showing(post(geo={"place_id": "oslo"}), includes=includes)))
    assert (found.kind, found.place, found.external_id) == ("post", "x.com", post()["id"])
    assert found.text == "My Fjallsmide anvil rings & rings https://anvils.example/ring"
    assert found.published == at("2024-05-01T10:00:00Z")
    assert (found.likes, found.replies, found.shares, found.views) == (5, 3, 3, 700)
    assert (found.author_handle, found.author_followers) == ("4200001", 12)
    assert (found.language, found.country, found.edited) == ("en", "NO", None)
    assert found.url == f"https://x.com/i/web/status/{post()['id']}"


def test_a_reply_a_quote_and_a_repost_have_parents() -> None:
    def referring(number: int, *kinds: str) -> Any:
        return post(
            number, referenced_tweets=[{"type": k, "id": str(n)} for n, k in enumerate(kinds, 11)]
        )

    shown = {"id": "11", "text": "The whole of it &amp; more", "author_id": "9"}
    pages = read(
        SEARCH,
        showing(
            referring(1, "quoted", "replied_to"),
            referring(2, "quoted"),
            {**referring(3, "retweeted"), "text": "RT @kari: The wh…"},
            includes={"tweets": [shown]},
        ),
    )
    reply, quote, repost = (m for page in pages for m in page.mentions)
    assert (reply.kind, reply.parent_id) == ("comment", "12")
    assert (quote.kind, quote.parent_id) == ("post", "11")
    assert (repost.kind, repost.parent_id, repost.text) == ("post", "11", "The whole of it & more")
    assert (repost.likes, repost.shares) == (None, None), "those are of what it shows"


def test_a_repost_of_what_is_not_shown_keeps_its_own_words() -> None:
    repost = post(referenced_tweets=[{"type": "retweeted", "id": "11"}], text="RT @kari: The wh…")
    for tweets in ([], [{"id": "11"}], ["words"]):
        found = only(read(SEARCH, showing(repost, includes={"tweets": tweets})))
        assert found.text == "RT @kari: The wh…"


def test_a_long_post_is_read_whole() -> None:
    note = {"text": "All of it https://t.co/z", "entities": {"urls": [_link("https://t.co/z")]}}
    found = only(read(SEARCH, showing(post(note_tweet=note, text="All of…"))))
    assert found.text == "All of it https://far.example/"


def test_words_are_read_before_addresses_are_put_in_for_short_links() -> None:
    far = "https://far.example/?a=1&region=no&copy=2"
    link = {"url": "https://t.co/z", "expanded_url": far}
    told = post(text="A &amp; B &lt;3 https://t.co/z", entities={"urls": [link]})
    assert only(read(SEARCH, showing(told))).text == f"A & B <3 {far}"


@pytest.mark.parametrize(
    "link",
    [
        {"expanded_url": "https://x.com/jane_doe/status/1/photo/1"},
        {"expanded_url": "https://twitter.com/jane_doe/status/1/video/1"},
        {"expanded_url": "https://x.com/jane_doe/status/1", "media_key": "3_1"},
    ],
)
def test_the_link_of_a_picture_which_names_the_author_is_left_out(link: dict[str, str]) -> None:
    urls = [{"url": "https://t.co/p", **link}, _link("https://t.co/z")]
    told = post(text="Look https://t.co/z https://t.co/p", entities={"urls": urls})
    assert only(read(SEARCH, showing(told))).text == "Look https://far.example/"
    wordless = post(text="https://t.co/p", entities={"urls": urls})
    assert only(read(SEARCH, showing(wordless))).text is None


def test_reposts_among_mentions_are_left_out_unless_they_are_wanted() -> None:
    repost = post(2, referenced_tweets=[{"type": "retweeted", "id": "11"}])
    quote = post(3, referenced_tweets=[{"type": "quoted", "id": "11"}])
    asked = showing(post(1), repost, quote)
    pages = read(MENTIONS, asked)
    assert ids(pages) == [post(1)["id"], quote["id"]]
    assert [r for page in pages for r in page.rejected] == []
    assert len(ids(read(msgspec.structs.replace(MENTIONS, retweets=True), asked))) == 3
    only_reposts = msgspec.structs.replace(SEARCH, queries=("anvil is:retweet",))
    assert repost["id"] in ids(read(only_reposts, asked)), "the query itself asks for them"


def _link(short: str) -> dict[str, str]:
    return {"url": short, "expanded_url": "https://t.ly/1", "unwound_url": "https://far.example/"}


def test_an_edit_stays_the_same_mention() -> None:
    origin = XSearchLike()
    before = read(SEARCH, Edge(origin.answer))
    origin.edit()
    after = read(SEARCH, Edge(origin.answer))
    assert set(ids(before)) == set(ids(after))
    edited = [m for page in after for m in page.mentions if m.edited]
    assert len(edited) == 2
    old = {m.external_id: m for page in before for m in page.mentions}
    assert all(old[m.external_id].published == m.published for m in edited)
    assert all(m.text != old[m.external_id].text for m in edited)


@pytest.mark.parametrize(
    ("lang", "tag"), [("und", None), ("qme", None), ("in", "id"), ("no", "no")]
)
def test_languages(lang: str, tag: str | None) -> None:
    assert only(read(SEARCH, showing(post(lang=lang)))).language == tag


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (post(2, id=None), "id"),
        (post(2, created_at="2024-05-01T10:00:00"), "created_at"),
        (post(2, author_id=None), "author_id"),
        (post(2, text=None), "text"),
        ("words", "object"),
    ],
)
def test_a_bad_post_is_rejected_alone(bad: Any, field: str) -> None:
    pages = read(SEARCH, showing(post(1), bad, post(3)))
    assert ids(pages) == [post(1)["id"], post(3)["id"]]
    [rejected] = [r for page in pages for r in page.rejected]
    assert field in rejected.reason


def test_a_user_that_can_not_be_read_costs_no_post() -> None:
    users = ["words", {"id": "4200001", "public_metrics": {"followers_count": "many"}}, {}]
    found = only(read(SEARCH, showing(post(), includes={"users": users, "places": [{"id": 7}]})))
    assert found.author_followers is None


def test_problems_beside_posts_lose_none_of_them() -> None:
    gone = {"title": "Not Found Error", "type": "https://api.twitter.com/2/problems/gone"}
    assert len(ids(read(SEARCH, showing(post(), errors=[gone])))) == 1


def test_what_is_asked() -> None:
    asked = showing(post())
    read(RECENT, asked)
    read(SEARCH, asked)
    read(MENTIONS, asked)
    paths = [urlsplit(r.url).path for r in asked.requests]
    assert paths == [
        "/2/tweets/search/recent",
        "/2/tweets/search/all",
        "/2/users/4200007/mentions",
    ]
    assert asked.asked("query") == ["anvil -is:retweet", "anvil -is:retweet", None]
    assert {r.headers["Authorization"] for r in asked.requests} == {"Bearer made-up-x"}
    assert set(asked.asked("max_results")) == {"100"}
    also = msgspec.structs.replace(SEARCH, queries=("anvil OR hammer",))
    read(also, asked)
    read(msgspec.structs.replace(also, retweets=True), asked)
    assert asked.asked("query")[-2:] == ["(anvil OR hammer) -is:retweet", "anvil OR hammer"]


def test_the_next_walk_asks_from_the_newest_second_on() -> None:
    origin = XSearchLike()
    first = read(SEARCH, Edge(origin.answer))
    cursor = json.loads(json.dumps(first[-1].cursor))
    newest = max(n.at for n in origin.notes)
    later = Edge(origin.answer)
    origin.grow()
    found = ids(read(SEARCH, later, cursor))
    assert set(later.asked("start_time")) == {f"{newest:%Y-%m-%dT%H:%M:%SZ}"}
    assert len(found) == 4, "all three of the newest second, and one that is newer"


def test_since_and_until_are_asked_in_seconds_and_kept_exactly() -> None:
    origin = XSearchLike(records=50)
    start = min(n.at for n in origin.notes)
    window = msgspec.structs.replace(
        SEARCH,
        since=start + timedelta(hours=10, microseconds=1),
        until=start + timedelta(hours=20, microseconds=1),
    )
    asked = Edge(origin.answer)
    found = read(window, asked)
    assert set(asked.asked("start_time")) == {"2024-05-01T20:00:00Z"}
    assert set(asked.asked("end_time")) == {"2024-05-02T06:00:01Z"}
    times = [m.published for page in found for m in page.mentions]
    assert window.since is not None
    assert window.until is not None
    wanted = [n.at for n in origin.notes if window.since <= n.at < window.until]
    assert sorted(times) == sorted(wanted)


def test_times_that_x_would_refuse_are_not_asked_for() -> None:
    asked = showing()
    soon = msgspec.structs.replace(RECENT, until=utcnow() + timedelta(days=1))
    read(soon, asked)
    now = utcnow()
    read(RECENT, asked, {"newest": now.isoformat(), "walked": now.isoformat()})
    old = (now - timedelta(days=30)).isoformat()
    read(RECENT, asked, {"newest": old, "walked": now.isoformat()})
    assert asked.asked("end_time") == [None] * 3
    assert asked.asked("start_time")[0] is None
    assert at(str(asked.asked("start_time")[1])) <= now - timedelta(seconds=59)
    assert asked.asked("start_time")[2] is None, "recent search takes no time before its week"


def test_an_outage_longer_than_recent_search_goes_back_is_told_once() -> None:
    origin = XRecentLike(start=DAYS_AGO)
    long_ago = (utcnow() - timedelta(days=9)).isoformat()
    cursor = {"newest": long_ago, "walked": long_ago}
    [place] = RECENT.split()
    done = walk(RECENT, origin.answer, cursors={place.walk_id(): cursor})
    assert type(done.error) is SourceError
    assert "seven days" in str(done.error)
    assert len(done.mentions) == origin.total, "what is there is read all the same"
    again = walk(RECENT, origin.answer, cursors=done.cursors)
    assert again.error is None
    quiet = {"newest": long_ago, "walked": (utcnow() - timedelta(hours=1)).isoformat()}
    assert walk(RECENT, origin.answer, cursors={place.walk_id(): quiet}).error is None


def test_a_window_behind_recent_search_needs_the_archive() -> None:
    window = msgspec.structs.replace(
        RECENT, since=utcnow() - timedelta(days=30), until=utcnow() - timedelta(days=20)
    )
    with pytest.raises(ConfigurationError, match="archive"):
        read(window, showing())


def test_mentions_behind_the_depth_are_asked_for_by_time() -> None:
    origin = XMentionsLike(records=1_903, page_size=100, short_at=())
    asked = Edge(origin.answer)
    assert len(set(ids(read(MENTIONS, asked)))) == 1_903
    assert len({e for e in asked.asked("end_time") if e}) == 2


def test_mentions_that_are_cut_off_are_told_of() -> None:
    origin = XMentionsLike(records=1_203, page_size=100, short_at=())

    def absolute(request: Request) -> Answer:
        if "end_time" in params(request):
            return as_json({"meta": {"result_count": 0}})
        return origin.answer(request)

    cursor = {"newest": iso(min(origin.notes).at), "walked": iso(min(origin.notes).at)}
    [place] = MENTIONS.split()
    done = walk(MENTIONS, absolute, cursors={place.walk_id(): cursor})
    assert len(done.mentions) == 800
    assert type(done.error) is SourceError
    assert walk(MENTIONS, absolute).error is None, "a first walk asks for no more than there is"


def test_pages_that_go_round_are_told_of() -> None:
    done = walk(SEARCH, showing(post(), meta={"next_token": "same"}))
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message
    assert len(done.mentions) == 1


PROBLEMS = "https://api.twitter.com/2/problems/"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"errors": [{"type": f"{PROBLEMS}resource-not-found"}]}, NotFound),
        (200, {"errors": [{"type": f"{PROBLEMS}not-authorized-for-resource"}]}, AuthError),
        (200, {"errors": [{"message": "What?"}]}, SourceChanged),
        (200, {}, SourceChanged),
        (400, {"errors": [{"message": "bad query"}], "title": "Invalid"}, SourceChanged),
        (403, {"title": "Client Forbidden", "type": f"{PROBLEMS}client-forbidden"}, AuthError),
        (429, {"title": "UsageCapExceeded", "type": f"{PROBLEMS}usage-capped"}, RateLimited),
        (403, {"title": "UsageCapExceeded", "type": f"{PROBLEMS}usage-capped"}, RateLimited),
    ],
)
def test_refusals_end_in_typed_errors(status: int, body: Any, error: type[SourceError]) -> None:
    done = walk(SEARCH, Edge(lambda _: as_json(body, status)))
    assert type(done.error) is error


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"[]", b"null", b'{"data": {}}'])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    with pytest.raises(SourceChanged):
        read(SEARCH, Edge(lambda _: found))


def test_settings() -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"users": ["@acme"]},
        {"queries": ["x" * 501]},
        {"queries": ["x"], "per_page": 500},
        {"queries": ["x"], "per_page": 5},
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            configure(X, {"credential": "x", **settings})
    several = X(queries=("a", "a", "b"), users=("42",), credential="x")
    assert [c.label() for c in several.split()] == ["x a", "x b", "x mentions of 42"]
    with pytest.raises(ConfigurationError):
        list(several.pages(None, None))  # type: ignore[arg-type]


SEARCHES = {
    "0336e6": 15,
    "0b4aba": 190,
    "0ddaa2": 4,
    "39f78a": 5,
    "45a673": 5,
    "64d2ba": 42,
    "7984fa": 20,
    "7a8d63": 27,
    "927144": 5,
    "98cf74": 29,
    "a731aa": 78,
    "c30806": 154,
    "c49a55": 4,
    "e2249a": 16,
    "edeb68": 163,
    "ff0a12": 5,
}
MENTIONED = {"1145936974064177152": 6, "956624418": 1, "17880989": 0}


def recorded(name: str) -> tuple[X, Callable[[Request], Answer], Any]:
    """Return a connector for a recording, what answers with it, and its body."""
    [exchange] = exchanges(f"x/{name}.json")
    response = exchange["response"]
    connector = configure(X, X.settings_from([exchange["request"]["url"]]))
    headers = {k.lower(): v for k, v in response["headers"].items()}
    headers.pop("content-encoding", None)
    body = response["body"].encode()

    def respond(request: Request) -> Answer:
        asked, held = urlsplit(request.url), urlsplit(exchange["request"]["url"])
        assert unquote(asked.path) == unquote(held.path)
        return Answer(status=response["status"], url="", headers=headers, body=body)

    assert isinstance(connector, X)
    return connector, respond, json.loads(response["body"])


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *((f"tweets_search_all-{name}__200", count) for name, count in SEARCHES.items()),
        *((f"users_{name}_mentions-d24b15__200", count) for name, count in MENTIONED.items()),
    ],
)
def test_recorded_posts_are_read_to_the_last(name: str, count: int) -> None:
    connector, respond, body = recorded(name)
    pages = read(connector, Edge(respond))
    mentions = [m for page in pages for m in page.mentions]
    assert ids(pages) == [p["id"] for p in body.get("data", [])]
    assert len(mentions) == count
    assert [r for page in pages for r in page.rejected] == []
    assert all(m.text and m.author_handle and m.author_followers is not None for m in mentions)
    assert all(m.published.tzinfo is UTC for m in mentions)


def test_recorded_references_become_parents() -> None:
    connector, respond, body = recorded("tweets_search_all-c30806__200")
    found = {m.external_id: m for page in read(connector, Edge(respond)) for m in page.mentions}
    references = {p["id"]: p.get("referenced_tweets", []) for p in body["data"]}
    assert all(bool(found[i].parent_id) == bool(r) for i, r in references.items())
    replies = {i for i, r in references.items() if any(x["type"] == "replied_to" for x in r)}
    assert {i for i, m in found.items() if m.kind == "comment"} == replies
    cut = [m for m in found.values() if m.text and m.text.endswith("…") and m.parent_id]
    assert cut == [], "a repost has the whole text of what it shows"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("tweets_search_all-90b063__401", AuthError),
        ("tweets_search_all-afa3ce__401", AuthError),
        ("tweets_search_all-92adbd__400", SourceChanged),
        ("tweets_search_all-ec3621__400", SourceChanged),
        ("users_45648666_mentions-d24b15__200", NotFound),
    ],
)
def test_recorded_refusals_end_in_typed_errors(name: str, error: type[SourceError]) -> None:
    connector, respond, _ = recorded(name)
    with pytest.raises(error):
        read(connector, Edge(respond))


def test_a_recorded_refusal_of_another_call_is_typed_too() -> None:
    [exchange] = exchanges("x/users-208538__400.json")
    body = json.loads(exchange["response"]["body"])
    with pytest.raises(SourceChanged, match="does not match"):
        read(SEARCH, Edge(lambda _: as_json(body, 400)))


@pytest.mark.parametrize("name", ["01339f", "8b7f73", "a744d8", "f2df3f"])
def test_recorded_counts_are_no_posts(name: str) -> None:
    [exchange] = exchanges(f"x/tweets_counts_all-{name}__200.json")
    body = json.loads(exchange["response"]["body"])
    body["meta"].pop("next_token", None)
    pages = read(SEARCH, Edge(lambda _: as_json(body)))
    assert ids(pages) == []
    assert sum(len(page.rejected) for page in pages) == len(body["data"])


def test_ids_from_before_ids_were_times_have_none() -> None:
    old = post(1, id="20", edit_history_tweet_ids=["19", "20"], created_at="2006-03-21T20:50:14Z")
    found = only(read(SEARCH, showing(old)))
    assert (found.external_id, found.published) == ("19", datetime(2006, 3, 21, 20, 50, 14, 0, UTC))
