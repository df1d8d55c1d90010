"""Every recording is read to its last item, and the count of each file stands here.

What a recording holds is counted twice: by hand below, and by plain JSON or a regular expression in
the file itself. A file that no walk can begin with is named with the reason and with its reader.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tidings.errors import AuthError, NotFound, SourceChanged, SourceError
from tidings.testing.replay import replay

Count = Callable[[Any], int]


def _bodies(recorded: Any, url: str) -> list[Any]:
    """Return the JSON of the good answers to requests whose URL holds ``url``."""
    good = [e for e in recorded if e["response"]["status"] == 200 and url in e["request"]["url"]]
    return [json.loads(e["response"]["body"]) for e in good]


def _tweets(recorded: Any) -> int:
    return sum(len(body.get("data", [])) for body in _bodies(recorded, "/2/"))


def _things(recorded: Any) -> int:
    return sum(len(body["data"]["children"]) for body in _bodies(recorded, "oauth.reddit.com"))


def _issues(recorded: Any) -> int:
    return sum("pull_request" not in issue for issue in recorded)


def _entries(text: Any) -> int:
    return len(re.findall(r"<(?:item|entry)[ >]", text))


def _itunes(recorded: Any) -> int:
    return len(recorded["feed"]["entry"])


def _discourse(recorded: Any) -> int:
    return len(recorded.get("latest_posts") or recorded["post_stream"]["posts"])


def _public(recorded: Any) -> int:
    return sum(len(body) for body in _bodies(recorded, "/api/v1/timelines/"))


def _items(recorded: Any) -> int:
    return len(recorded["items"])


def _reviews(page: Any) -> int:
    return len(re.findall(r'"@type"\s*:\s*"Review"', page))


WALKED: dict[str, tuple[str, int, Count]] = {
    "appstore/copied__gb_2entries.xml": ("appstore", 2, _entries),
    "appstore/copied__in_2entries.json": ("appstore", 2, _itunes),
    "appstore/copied__us_2entries.xml": ("appstore", 2, _entries),
    "bluesky/bskyr__f_search.json": (
        "bluesky",
        25,
        lambda r: sum(len(b["posts"]) for b in _bodies(r, "searchPosts")),
    ),
    "discourse/discourse_api__posts_latest.json": ("discourse", 4, _discourse),
    "discourse/discourse_api__topic.json": ("discourse", 4, _discourse),
    "discourse/discourse_api__topic_posts.json": ("discourse", 1, _discourse),
    "feeds/huginn__cdata_rss.atom": ("rss", 10, _entries),
    "feeds/huginn__iso-8859-1.rss": ("rss", 1, _entries),
    "feeds/huginn__podcast.rss": ("rss", 4, _entries),
    "feeds/huginn__slickdeals.atom": ("rss", 79, _entries),
    "feeds/huginn__youtube.xml": ("rss", 15, _entries),
    "github/dlt__github.issues.load_page_5_duck.json": ("github", 75, _issues),
    "github/github-to-sqlite__issue-comments.json": ("github", 3, len),
    "hackernews/copied__search_javascript_page0.json": (
        "hackernews",
        5,
        lambda r: len(r["hits"]),
    ),
    "hackernews/copied__two_hits.json": ("hackernews", 2, lambda r: len(r["hits"])),
    "mastodon/Mastodon.py__test_public_tl.json": ("mastodon", 16, _public),
    "mastodon/rtoot__get_timeline_hashtag_default.json": ("mastodon", 5, _public),
    "mastodon/rtoot__get_timeline_public_default.json": ("mastodon", 20, _public),
    "mastodon/rtoot__handle_params_max_id.json": ("mastodon", 160, _public),
    "reddit/praw__TestListingGenerator.test_exhaust_items.json": ("reddit", 1001, _things),
    "reddit/praw__TestSubredditListings.test_new.json": ("reddit", 100, _things),
    "steam/steam-reviews__review_403950.json": ("steam", 253, lambda r: len(r["reviews"])),
    "steam/steam-reviews__review_588950.json": ("steam", 502, lambda r: len(r["reviews"])),
    **{
        f"x/tweets_search_all-{name}__200.json": ("x", count, _tweets)
        for name, count in {
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
        }.items()
    },
    "x/users_1145936974064177152_mentions-d24b15__200.json": ("x", 6, _tweets),
    "x/users_17880989_mentions-d24b15__200.json": ("x", 0, _tweets),
    "x/users_956624418_mentions-d24b15__200.json": ("x", 1, _tweets),
    **{
        f"youtube/python-youtube__{name}.json": ("youtube", count, _items)
        for name, count in {
            "comment_threads_all_to_me": 4,
            "comment_threads_by_channel": 2,
            "comment_threads_by_video_paged_1": 5,
            "comment_threads_by_video_paged_2": 5,
            "comment_threads_multi": 2,
            "comment_threads_with_search": 1,
            "comments_by_parent_paged_1": 2,
            "comments_by_parent_paged_2": 1,
            "search_by_event": 25,
            "search_by_keywords_p1": 25,
            "search_by_keywords_p2": 25,
        }.items()
    },
}
"""File -> (connector, mentions, how to count them in the file). No settings: they are told."""

PAGES = {
    "extruct__custom.invalid_JSONLD_with_JS_comment.html": 0,
    "extruct__custom.invalid_JSONLD_with_control_characters.html": 0,
    "extruct__misc_product_microdata.html": 0,
    "extruct__schema.org_CreativeWork.001.html": 2,
    "extruct__schema.org_LocalBusiness.002.html": 0,
    "extruct__schema.org_LocalBusiness.003.html": 0,
    "extruct__schema.org_product-ref.html": 0,
    "extruct__schema.org_product.html": 0,
    "extruct__songkick_tovestyrke.html": 0,
    "extruct__websites_microdata-with-description.html": 0,
    "extruct__wikipedia_xhtml+rdfa.html": 0,
}
"""Pages with schema.org markup and the reviews in it, whichever markup they are written in."""

REFUSED: dict[str, tuple[str, type[SourceError]]] = {
    "bluesky/bskyr__repo_auth_cache.json": ("bluesky", AuthError),
    "errors_reddit/TestSession.test_request__forbidden.json": ("reddit", AuthError),
    "reddit/praw__TestSubredditQuarantine.test_opt_in.json": ("reddit", AuthError),
    "x/tweets_search_all-90b063__401.json": ("x", AuthError),
    "x/tweets_search_all-92adbd__400.json": ("x", SourceChanged),
    "x/tweets_search_all-afa3ce__401.json": ("x", AuthError),
    "x/tweets_search_all-ec3621__400.json": ("x", SourceChanged),
    "x/users_45648666_mentions-d24b15__200.json": ("x", NotFound),
    "youtube/python-youtube__error_permission_resp.json": ("youtube", AuthError),
}
"""File -> (connector, the typed error that its walk ends in): the first answer is a refusal."""

ELSEWHERE = {
    "discourse/discourse_api__latest.json": ("test_discourse", '"latest"'),
    "discourse/discourse_api__replies.json": ("test_discourse", '"replies"'),
    "discourse/discourse_api__search.json": ("test_discourse", '"search"'),
    "errors_reddit/": ("test_reddit", "errors_reddit"),
    "google_places/google_places__multiple_page_request.json": (
        "test_google_places",
        "multiple_page_request",
    ),
    "google_places/google_places__single_spot.json": ("test_google_places", "single_spot"),
    "mastodon/Mastodon.py__test_unauthed_home_tl_throws.json": (
        "test_mastodon",
        "test_unauthed_home_tl_throws",
    ),
    "reddit/praw__TestAuthImplicit.": ("test_reddit", "TestAuthImplicit"),
    "reddit/praw__TestReddit.": ("test_reddit", "TestReddit."),
    "reddit/praw__TestRedditors.": ("test_reddit", "TestRedditors"),
    "x/tweets_counts_all-": ("test_x", "tweets_counts_all"),
    "x/users-208538__400.json": ("test_x", "users-208538__400"),
    "youtube/python-youtube__videos_info_multi.json": ("test_youtube", "videos_info_multi"),
}
"""Files (or how their names begin) that need more answers, or settings -> (test, its word)."""

NO_MENTIONS = {
    "bluesky/bskyr__a_search.json": "people, not posts",
    "bluesky/bskyr__f_postthread.json": "a post asked for by its thread, which no walk does",
    "bluesky/bskyr__r_post_errors.json": "a refused posting",
    "bluesky/lexicon__": "a schema",
    "mastodon/Mastodon.py__test_status_empty.json": "a refused posting",
    "mastodon/Mastodon.py__test_status_missing.json": "one status that is not there",
    "mastodon/rtoot__post_toot_default.json": "a refused posting",
    "schemaorg/extruct__schema.org_CreativeWork.001.jsonld": "what its page was expected to hold",
    "schemaorg/extruct__schema.org_LocalBusiness.": "what its page was expected to hold",
    "schemaorg/extruct__schema.org_product": "what its page was expected to hold",
    "schemaorg/extruct__songkick_tovestyrke.json": "what its page was expected to hold",
    "schemaorg/extruct__websites_": "what its page was expected to hold",
}
"""Files (or how their names begin) that hold nothing that anybody said."""


def test_no_recording_is_left_out(recordings: Path) -> None:
    there = {str(p.relative_to(recordings)) for p in recordings.rglob("*") if p.is_file()}
    told = {*WALKED, *REFUSED, *(f"schemaorg/{page}" for page in PAGES), "README.md"}
    begun = (*ELSEWHERE, *NO_MENTIONS)
    assert {name for name in there - told if not name.startswith(begun)} == set()
    assert told - there == set(), "the recordings have other names now"


@pytest.mark.parametrize("name", WALKED)
def test_a_recording_is_read_to_its_last_item(recordings: Path, name: str) -> None:
    source, mentions, count = WALKED[name]
    file = recordings / name
    content = file.read_text("utf-8", "replace")
    assert count(json.loads(content) if file.suffix == ".json" else content) == mentions
    done = replay(source, {}, [file], out=io.StringIO(), log=io.StringIO())
    assert done.faults == []
    assert (done.mentions, done.rejected) == (mentions, 0)


@pytest.mark.parametrize("name", PAGES)
def test_a_recorded_page_gives_its_reviews(recordings: Path, name: str) -> None:
    file = recordings / "schemaorg" / name
    assert _reviews(file.read_text("utf-8", "replace")) == PAGES[name]
    done = replay("reviews", {}, [file], out=io.StringIO(), log=io.StringIO())
    assert (done.faults, done.mentions, done.rejected) == ([], PAGES[name], 0)


@pytest.mark.parametrize("name", REFUSED)
def test_a_recorded_refusal_is_its_typed_error(recordings: Path, name: str) -> None:
    source, error = REFUSED[name]
    done = replay(source, {}, [recordings / name], out=io.StringIO(), log=io.StringIO())
    assert [f for f in done.faults if f"ended with {error.__name__}:" in f] == done.faults
    assert (len(done.faults), done.mentions) == (1, 0)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_a_walk_can_not_begin_with_has_a_test_of_its_own(name: str) -> None:
    module, word = ELSEWHERE[name]
    text = (Path(__file__).parents[1] / f"connectors/{module}.py").read_text("utf-8")
    assert word in text
