"""Connectors that ask for single mentions anew, over sources that edit, hide and delete."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from edge import Edge, exchanges
from likes_again import (
    BlueskyAgain,
    GithubAgain,
    GithubCommentsAgain,
    HackerNewsAgain,
    MastodonAgain,
    OldMastodonAgain,
    RedditAgain,
    RedditCommentsAgain,
    StrictYouTubeAgain,
    XAgain,
    YouTubeAgain,
    as_json,
)

from connectors.bluesky import Bluesky
from connectors.github import Github
from connectors.hackernews import HackerNews
from connectors.mastodon import Mastodon
from connectors.reddit import Reddit
from connectors.x import X
from connectors.youtube import YouTube
from connectors.youtube_mention import read_reply
from tidings.connector import Connector, Key, Page
from tidings.errors import AuthError, SourceChanged, TransientError
from tidings.http import Answer, Request
from tidings.mention import Mention
from tidings.testing import client, walk
from tidings.testing.check_again import AgainChecks, key_of

MANY: dict[str, Any] = {"records": 61, "page_size": 30}
TAG = Mastodon(instance="https://social.example", hashtags=("fjallsmide",))
NEWS = HackerNews(queries=("anvil",))


class ManyHits(HackerNewsAgain):
    deepest = 100


class TestBlueskyAgain(AgainChecks):
    connector = Bluesky(queries=("anvil",))
    origin = BlueskyAgain(**MANY)


class TestMastodonAgain(AgainChecks):
    connector = TAG
    origin = MastodonAgain(**MANY)


class TestOldMastodonAgain(AgainChecks):
    connector = TAG
    origin = OldMastodonAgain()


class TestHackerNewsAgain(AgainChecks):
    connector = NEWS
    origin = ManyHits(**MANY)


APP: dict[str, Any] = {"client_id": "made-up-app", "credential": "reddit"}
SUBREDDIT = Reddit(**APP, subreddits=("anvils",), read=("posts",))
COMMENTS = Reddit(**APP, subreddits=("anvils",), read=("comments",))
CHANNEL = YouTube(channels=("UC" + "x" * 22,), credential="youtube")


class TestRedditAgain(AgainChecks):
    connector = SUBREDDIT
    origin = RedditAgain(**MANY)


class TestRedditCommentsAgain(AgainChecks):
    connector = COMMENTS
    origin = RedditCommentsAgain()


class TestYouTubeAgain(AgainChecks):
    connector = CHANNEL
    origin = YouTubeAgain(**MANY)


class TestStrictYouTubeAgain(AgainChecks):
    connector = CHANNEL
    origin = StrictYouTubeAgain()


class TestXAgain(AgainChecks):
    connector = X(queries=("anvil",), archive=True, credential="x")
    origin = XAgain(**MANY)


class TestGithubAgain(AgainChecks):
    connector = Github(repositories=("acme/anvil",), what=("issues",), credential="github")
    origin = GithubAgain()


class TestGithubCommentsAgain(AgainChecks):
    connector = Github(repositories=("acme/anvil",), what=("comments",), credential="github")
    origin = GithubCommentsAgain()


def mentions(connector: Connector, origin: Any) -> list[Mention]:
    done = walk(connector, origin.answer)
    assert done.error is None
    return done.mentions


def ask(connector: Connector, origin: Any, found: list[Mention]) -> tuple[list[Page], Edge]:
    edge = Edge(origin.answer)
    with client(edge) as http:
        return list(connector.again(http, [key_of(m) for m in found])), edge


def gone(pages: list[Page]) -> set[str]:
    return {g.external_id for page in pages for g in page.gone}


def shown(pages: list[Page]) -> set[str]:
    return {m.external_id for page in pages for m in page.mentions}


def test_bluesky_is_asked_for_25_posts_at_a_time() -> None:
    origin = BlueskyAgain(**MANY)
    _, edge = ask(Bluesky(queries=("anvil",)), origin, mentions(Bluesky(queries=("a",)), origin))
    assert [request.url.count("uris=") for request in edge.requests] == [25, 25, 11]


def test_bluesky_is_asked_again_in_the_account_that_reads() -> None:
    origin = BlueskyAgain()
    signed = Bluesky(queries=("anvil",), identifier="kari.example", credential="bluesky")
    found = mentions(Bluesky(queries=("anvil",)), origin)

    def respond(request: Request) -> Answer:
        if request.method == "POST":
            return as_json({"accessJwt": "made-up", "refreshJwt": "made-up"}, request)
        return origin.answer(request)

    edge = Edge(respond)
    with client(edge) as http:
        pages = list(signed.again(http, [key_of(m) for m in found]))
    assert len(shown(pages)) == len(found)
    last = edge.requests[-1]
    assert last.url.startswith("https://bsky.social/xrpc/app.bsky.feed.getPosts?uris=at%3A%2F%2F")
    assert {k.lower(): v for k, v in last.headers.items()}["authorization"] == "Bearer made-up"


def test_a_silenced_status_is_not_gone() -> None:
    """The listing of several leaves out what an instance still shows by itself."""
    origin = MastodonAgain(**MANY)
    found = mentions(TAG, origin)
    origin.silenced = frozenset(m.external_id for m in found[:3])
    origin.delete()
    pages, edge = ask(TAG, origin, found)
    assert len(gone(pages)) == 1
    assert len(shown(pages)) == len(found) - 1
    assert len(edge.requests) == 4 + 3, "four listings, and what they left out one by one"


def test_an_instance_that_is_something_else_now_deletes_nothing() -> None:
    """Its address answers every path with a page that is not found, in words of its own."""
    found = mentions(TAG, MastodonAgain())[:2]
    page = Answer(status=404, url="", headers={"content-type": "text/html"}, body=b"<h1>404</h1>")
    with client(Edge(lambda _: page)) as http, pytest.raises(SourceChanged, match="not in the"):
        list(TAG.again(http, [key_of(m) for m in found]))


def test_a_recorded_status_that_is_missing_is_gone() -> None:
    [missing] = [
        e["response"]
        for e in exchanges("mastodon/Mastodon.py__test_status_missing.json")
        if "/statuses/" in e["request"]["url"]
    ]
    answer = Answer(
        status=missing["status"],
        url="",
        headers=missing["headers"],
        body=missing["body"].encode(),
    )
    key = Key(
        place="social.example",
        external_id="0",
        kind="post",
        published=datetime(2026, 1, 1, tzinfo=UTC),
    )
    with client(Edge(lambda _: answer)) as http:
        assert gone(list(TAG.again(http, [key]))) == {"0"}


def test_mastodon_reaches_what_its_own_instance_showed() -> None:
    here, there = mentions(TAG, MastodonAgain())[0], Mastodon(instance="b.example", public=True)
    assert TAG.reaches(key_of(here))
    assert not there.reaches(key_of(here)), "an id means nothing at another instance"


def test_a_story_that_the_index_forgot_is_asked_for_by_its_id() -> None:
    origin = ManyHits(**MANY)
    found = mentions(NEWS, origin)
    stories = [m for m in found if m.kind == "post"]
    assert 20 < len(stories) < len(found)
    origin.forgotten = frozenset(m.external_id for m in stories[:7])
    pages, _ = ask(NEWS, origin, found)
    assert gone(pages) == set()
    assert shown(pages) == {m.external_id for m in found}


@pytest.mark.parametrize(
    "left", [{"id": 101, "children": []}, {"id": 101, "type": "comment", "author": None,
     "text": None, "created_at": "2024-05-01T10:00:00.000Z", "children": [{"id": 5}]}],
)  # fmt: skip
def test_a_deleted_comment_with_replies_leaves_a_shell(left: dict[str, Any]) -> None:
    class Shell(HackerNewsAgain):
        def by_id(self, request: Request, path: str, query: Any) -> Answer | None:
            if path.endswith("/items/101"):
                return as_json(left, request)
            return super().by_id(request, path, query)

    found = mentions(NEWS, HackerNewsAgain())
    pages, _ = ask(NEWS, Shell(), found)
    assert gone(pages) == {"101"}
    assert [r for page in pages for r in page.rejected] == []


def test_another_item_than_the_one_asked_for_is_no_answer() -> None:
    class Wrong(HackerNewsAgain):
        def by_id(self, request: Request, path: str, query: Any) -> Answer | None:
            other = "/".join([*path.split("/")[:-1], "103"]) if "/items/" in path else path
            return super().by_id(request, other, query)

    comments = [m for m in mentions(NEWS, HackerNewsAgain()) if m.kind == "comment"]
    with pytest.raises(SourceChanged, match="was asked for, 103 came"):
        ask(NEWS, Wrong(), comments)


@pytest.mark.parametrize(("status", "error"), [(401, AuthError), (503, TransientError)])
@pytest.mark.parametrize(
    ("connector", "origin"),
    [(Bluesky(queries=("anvil",)), BlueskyAgain()), (TAG, MastodonAgain()), (NEWS, ManyHits())],
)
def test_a_refusal_and_a_failure_are_no_disappearance(
    connector: Connector, origin: Any, status: int, error: type[Exception]
) -> None:
    found = mentions(connector, origin.fresh())
    refused = Answer(status=status, url="", body=b'{"error": "no"}')
    with client(Edge(lambda _: refused)) as http, pytest.raises(error):
        list(connector.again(http, [key_of(m) for m in found[:2]]))


def test_a_record_that_can_not_be_read_is_not_gone() -> None:
    class Bad(BlueskyAgain):
        def by_id(self, request: Request, path: str, query: Any) -> Answer | None:
            found = super().by_id(request, path, query)
            assert found is not None
            posts = msgspec.json.decode(found.body)["posts"]
            posts[0]["record"] = {"text": 7}
            return as_json({"posts": posts}, request)

    connector = Bluesky(queries=("anvil",))
    pages, _ = ask(connector, Bad(), mentions(connector, BlueskyAgain()))
    assert gone(pages) == set()
    assert sum(len(page.rejected) for page in pages) == 1


def test_a_comment_of_which_only_a_shell_is_left_is_gone() -> None:
    [place] = COMMENTS.split()
    origin = RedditCommentsAgain()
    found = mentions(COMMENTS, origin)
    origin.emptied = frozenset({found[4].external_id})
    pages, _ = ask(place, origin, found)
    assert gone(pages) == {found[4].external_id}
    assert shown(pages) == {m.external_id for m in found} - gone(pages)


def test_a_reply_on_youtube_reads_as_it_did_in_its_thread() -> None:
    """By its id it comes without its video: that is known from its address."""
    said = {
        "publishedAt": "2026-03-01T12:00:00Z", "updatedAt": "2026-03-01T12:00:00Z",
        "textDisplay": "So did mine.", "authorChannelId": {"value": "UCmadeup"}, "likeCount": 2,
        "parentId": "UgMadeUp1",
    }  # fmt: skip
    reply = {"id": "UgMadeUp1.2", "snippet": said}
    before = read_reply(msgspec.Raw(msgspec.json.encode(reply)), "UgMadeUp1", "madeupvideo")

    def respond(request: Request) -> Answer:
        assert "/comments?" in request.url
        return as_json({"items": [reply]}, request)

    with client(Edge(respond)) as http:
        [page] = list(CHANNEL.again(http, [key_of(before)]))
    assert page.mentions == [before]


def test_an_edited_post_of_x_comes_as_it_is_now() -> None:
    """By its first id X gives its first version: to believe that would undo the edit."""
    connector, origin = TestXAgain.connector, XAgain()
    before = mentions(connector, origin)
    origin.edit()
    pages, edge = ask(connector, origin, before)
    found = {m.external_id: m for page in pages for m in page.mentions}
    assert set(found) == {m.external_id for m in before}
    edited = [m for m in found.values() if m.edited]
    assert len(edited) == 2
    assert all("Or so I thought" in (m.text or "") for m in edited)
    assert len(edge.requests) == 2


def test_posts_of_x_that_it_does_not_name_are_not_gone() -> None:
    class Forgetful(XAgain):
        def by_id(self, request: Request, path: str, query: Any) -> Answer | None:
            found = super().by_id(request, path, query)
            if found is None or path != "/2/tweets":
                return found
            told = msgspec.json.decode(found.body)
            return as_json({**told, "data": told["data"][:3]}, request)

    connector = TestXAgain.connector
    pages, _ = ask(connector, Forgetful(), mentions(connector, XAgain()))
    assert (len(shown(pages)), gone(pages)) == (3, set())


def test_github_is_asked_again_with_a_token_only_and_not_for_discussions() -> None:
    signed = Github(repositories=("acme/anvil",), credential="github")
    issue = Key(
        place="acme/anvil",
        external_id="7",
        kind="post",
        published=datetime(2026, 1, 1, tzinfo=UTC),
        url="https://github.com/acme/anvil/issues/7",
    )
    talk = msgspec.structs.replace(issue, url="https://github.com/acme/anvil/discussions/7")
    assert signed.reaches(issue)
    assert not signed.reaches(talk)
    unsigned = Github(repositories=("acme/anvil",))
    assert not unsigned.reaches(issue), "60 requests an hour are needed for collecting"
