"""WordPress: a made-up site at the network's edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from edge import SIGN_IN_PAGE, Edge, as_json, at, ids, params, read, stopped_everywhere
from likes import fixture
from likes_open2 import SUBJECTS, WordpressLike, WordpressPostsLike

from connectors.wordpress import Wordpress
from tidings.connector import configure
from tidings.errors import AuthError, ConfigurationError, NotFound, SourceChanged
from tidings.http import Answer, Request
from tidings.testing import ConnectorContract, walk

SITE = "https://blog.example"
COMMENTS = Wordpress(sites=(SITE,), overlap_hours=0)
POSTS = Wordpress(sites=(SITE,), what=("posts",), overlap_hours=0)


class TestWordpressComments(ConnectorContract):
    connector, origin = SUBJECTS["wordpress comments"]


class TestWordpressPosts(ConnectorContract):
    connector, origin = SUBJECTS["wordpress posts"]


def listed(*records: Any, **headers: str) -> Edge:
    """One page that holds all there is."""
    return Edge(lambda _: as_json(list(records), **{"x-wp-totalpages": "1", **headers}))


def comment(**changes: Any) -> dict[str, Any]:
    return {**fixture("wordpress_comment.json"), **changes}


def test_a_comment_becomes_a_mention() -> None:
    reply = comment(id=32, parent=31, author_name="")
    one, other = read(COMMENTS, listed(comment(), reply))[0].mentions
    assert (one.kind, one.place, one.external_id) == ("comment", "blog.example", "comment-31")
    assert (one.text, one.author_handle) == ("The anvil – it rings.", "Kari & Ola")
    assert one.published == at("2026-03-01T10:00:00Z"), "date_gmt, not the site's own time"
    assert one.url == "https://blog.example/2026/anvil/#comment-31"
    assert (one.parent_id, other.parent_id) == ("post-5", "comment-31")
    assert other.author_handle is None


def test_a_post_becomes_a_mention() -> None:
    [post] = read(POSTS, listed(fixture("wordpress_post.json")))[0].mentions
    assert (post.kind, post.external_id) == ("article", "post-5")
    assert (post.title, post.text) == ("Anvils & hammers", "All about them.")
    assert post.published == at("2026-03-01T08:00:00Z")
    assert post.edited == at("2026-03-02T08:00:00Z")


@pytest.mark.parametrize(
    ("connector", "make"), [(COMMENTS, WordpressLike), (POSTS, WordpressPostsLike)]
)
def test_stopped_anywhere_nothing_is_missing(
    connector: Wordpress, make: Callable[[], WordpressLike]
) -> None:
    wanted = {str(n.id) for n in make().notes}
    for found in stopped_everywhere(connector, lambda: Edge(make().answer)):
        assert {i.rpartition("-")[2] for i in found} == wanted


def test_a_comment_that_is_removed_meanwhile_costs_no_other() -> None:
    source = WordpressLike(records=12, short_at=())
    kept = {f"comment-{n.id}" for n in source.notes[3:]}

    def respond(request: Request) -> Answer:
        answer = source.answer(request)
        source.notes.remove(min(source.notes))
        return answer

    assert {m.external_id for m in walk(COMMENTS, Edge(respond), bound=40).mentions} >= kept


def test_a_page_size_that_changes_costs_nothing() -> None:
    source = WordpressLike(records=12, short_at=())
    sizes = iter([3, 2, 5, 1, 4])

    def respond(request: Request) -> Answer:
        source.page_size = next(sizes, 3)
        return source.answer(request)

    assert len(set(ids(read(COMMENTS, Edge(respond))))) == 12


def test_a_page_that_comes_again_hides_no_other() -> None:
    source = WordpressLike(short_at=())
    answers: list[Answer] = []

    def respond(request: Request) -> Answer:
        answers.append(answers[1] if len(answers) == 2 else source.answer(request))
        return answers[-1]

    done = walk(COMMENTS, Edge(respond))
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message


def test_empty_pages_that_count_are_no_end() -> None:
    """Comments on private posts are taken out of pages that were counted with them."""
    full = [comment(id=n, date_gmt=f"2026-03-01T10:00:{n:02d}") for n in (1, 2)]
    pages = {"1": [], "2": [], "3": full}
    told = {"x-wp-totalpages": "3"}
    asked = Edge(
        lambda r: (
            as_json(pages[params(r)["page"]], **told)
            if "after" not in params(r)
            else as_json(full[1:], **{"x-wp-totalpages": "1"})
        )
    )
    assert ids(read(COMMENTS, asked)) == ["comment-1", "comment-2"]


def test_one_second_that_fills_many_pages_is_read_whole() -> None:
    for connector, make in ((COMMENTS, WordpressLike), (POSTS, WordpressPostsLike)):
        source = make(records=40, page_size=5)
        source.tie(23)
        assert len(set(ids(read(connector, Edge(source.answer))))) == 40


def test_a_comment_approved_late_comes_with_the_overlap() -> None:
    source = WordpressLike(late_seconds=3600 * 48)
    connector = Wordpress(sites=(SITE,))
    first = read(connector, Edge(source.answer))
    source.late()
    again = read(connector, Edge(source.answer), first[-1].cursor)
    assert f"comment-{source.notes[-1].id}" in ids(again)


def test_a_window_is_kept_to() -> None:
    window = {"since": at("2024-05-01T12:00:00Z"), "until": at("2024-05-01T15:00:00Z")}
    wanted = [n.id for n in WordpressLike().notes if window["since"] <= n.at < window["until"]]
    asked = Edge(WordpressLike().answer)
    found = ids(read(Wordpress(sites=(SITE,), **window), asked))
    assert found == [f"comment-{n}" for n in wanted]
    assert asked.asked("after")[0] == "2024-05-01T11:59:59Z", "the bound itself is left out"
    assert asked.asked("before")[0] == "2024-05-01T15:00:01Z"


def test_a_window_may_be_given_with_an_offset() -> None:
    window = {"since": at("2024-05-01T14:00:00+02:00"), "until": at("2024-05-01T10:00:00-05:00")}
    asked = Edge(WordpressLike().answer)
    found = ids(read(Wordpress(sites=(SITE,), **window), asked))
    wanted = [n.id for n in WordpressLike().notes if window["since"] <= n.at < window["until"]]
    assert found == [f"comment-{n}" for n in wanted]
    assert asked.asked("after")[0] == "2024-05-01T11:59:59Z"
    assert asked.asked("before")[0] == "2024-05-01T15:00:01Z"


def test_a_site_that_shows_one_page_for_ever_is_told_of() -> None:
    same = [comment(id=n) for n in (1, 2)]
    done = walk(COMMENTS, Edge(lambda _: as_json(same)))
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message
    assert len(done.mentions) == 2
    empty = walk(COMMENTS, Edge(lambda _: as_json([], **{"x-wp-totalpages": "1000000"})))
    assert isinstance(empty.error, SourceChanged)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "rest_no_route", NotFound),
        (401, "rest_login_required", AuthError),
        (403, "rest_forbidden", AuthError),
        (400, "rest_invalid_param", SourceChanged),
    ],
)
def test_a_closed_api_is_told_of(status: int, code: str, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=code):
        read(COMMENTS, Edge(lambda _: as_json({"code": code}, status)))


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b'{"code": "x"}', b"null"])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    with pytest.raises(SourceChanged) as caught:
        read(COMMENTS, Edge(lambda _: Answer(status=200, url="", body=body)))
    assert caught.value.answer is not None


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"date_gmt": "0000-00-00T00:00:00"}, "date_gmt"),
        ({"date_gmt": None}, "date_gmt"),
        ({"content": {"raw": "x"}}, "rendered"),
        ({"id": 0}, "id"),
    ],
)
def test_a_bad_comment_is_rejected_alone(bad: dict[str, Any], field: str) -> None:
    [page] = read(COMMENTS, listed(comment(id=1), comment(**{"id": 2, **bad}), comment(id=3)))
    assert ids([page]) == ["comment-1", "comment-3"]
    assert field in page.rejected[0].reason


@pytest.mark.parametrize(
    ("site", "url"),
    [
        ("https://blog.example/en/", "https://blog.example/en/wp-json/wp/v2/comments?"),
        ("https://b.example/?rest_route=", "https://b.example/?rest_route=/wp/v2/comments&"),
        (
            "https://api.example/wp/v2/sites/acme.example",
            "https://api.example/wp/v2/sites/acme.example/comments?",
        ),
    ],
)
def test_the_api_is_found(site: str, url: str) -> None:
    asked = listed()
    read(Wordpress(sites=(site,)), asked)
    assert asked.requests[0].url.startswith(url)


def test_settings() -> None:
    given = {"sites": [SITE, "https://b.example/x"], "what": ["comments", "posts"]}
    labels = [c.label() for c in configure(Wordpress, given).split()]
    assert labels == [
        "wordpress blog.example comments",
        "wordpress blog.example posts",
        "wordpress b.example/x comments",
        "wordpress b.example/x posts",
    ]
    searching = configure(Wordpress, {"sites": [SITE], "queries": ["anvil"]})
    asked = listed()
    read(searching, asked)
    assert asked.asked("search") == ["anvil"]
    for wrong in ({}, {"sites": []}, {"sites": ["blog.example"]}, {**given, "what": ["pages"]}):
        with pytest.raises(ConfigurationError):
            configure(Wordpress, wrong)
    with pytest.raises(ConfigurationError, match="split"):
        list(configure(Wordpress, given).pages(None, None))  # type: ignore[arg-type]
    urls = [f"{SITE}/wp-json/wp/v2/posts?page=2"]
    assert Wordpress.settings_from(urls) == {"sites": [SITE], "what": ["posts"]}
