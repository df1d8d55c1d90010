"""YouTube: a made-up API at the network's edge, and recorded answers of the real one."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from edge import SIGN_IN_PAGE, Edge, as_json, at, ids, params, read, recording
from likes import fixture, iso
from likes_social import SUBJECTS, YouTubeSearchLike, refusal

from connectors.youtube import YouTube
from connectors.youtube_answer import next_midnight
from connectors.youtube_mention import read_hit
from tidings.connector import Cursor, Page, configure
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
from tidings.testing import ConnectorContract, walk
from tidings.times import utcnow

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
VIDEO = YouTube(videos=("madeupvid01",), credential="google", overlap_hours=0)
QUERY = YouTube(queries=("anvil",), credential="google", overlap_hours=0, search_hours=0)


class TestYouTubeVideoConforms(ConnectorContract):
    connector, origin = SUBJECTS["youtube video"]


class TestYouTubeChannelConforms(ConnectorContract):
    connector, origin = SUBJECTS["youtube channel"]


class TestYouTubeThreadConforms(ConnectorContract):
    connector, origin = SUBJECTS["youtube thread"]


class TestYouTubeSearchConforms(ConnectorContract):
    connector, origin = SUBJECTS["youtube search"]


def when(minute: float) -> str:
    return iso(START + timedelta(minutes=minute))


def thread(number: int, *, video: str = "madeupvid01", replies: int = 0, shown: int = 0) -> Any:
    """Return a made-up thread, begun so many minutes after START."""
    made = fixture("youtube_thread.json")
    top = made["snippet"]["topLevelComment"]
    made["id"] = top["id"] = f"Ug{video}{number}"
    made["snippet"]["videoId"] = top["snippet"]["videoId"] = video
    top["snippet"] |= {"publishedAt": when(number), "updatedAt": when(number)}
    made["snippet"]["totalReplyCount"] = replies
    if shown:
        made["replies"] = {"comments": [reply(made["id"], n) for n in range(shown)]}
    return made


def reply(parent: str, number: int) -> Any:
    made = fixture("youtube_reply.json")
    snippet = {**made["snippet"], "parentId": parent}
    return {**made, "id": f"{parent}.{number}", "snippet": snippet}


def video(number: str, minute: float = 0, comments: int | None = 2) -> Any:
    made = fixture("youtube_video.json")
    counts = {k: v for k, v in made["statistics"].items() if k != "commentCount"}
    if comments is not None:
        counts["commentCount"] = str(comments)
    snippet = {**made["snippet"], "publishedAt": when(minute)}
    return {**made, "id": number, "snippet": snippet, "statistics": counts}


class Site:
    """The API: videos with threads and replies, paged by number; ``refused`` by video."""

    def __init__(self, videos: list[Any], threads: dict[str, list[Any]], per_page: int = 2) -> None:
        self.videos = videos
        self.threads = threads
        self.replies: dict[str, int] = {}
        self.refused: dict[str, Answer] = {}
        self.per_page = per_page

    def __call__(self, request: Request) -> Answer:
        asked, method = params(request), urlsplit(request.url).path.rpartition("/")[2]
        if method == "videos":
            wanted = asked["id"].split(",")
            return self._page([v for v in self.videos if v["id"] in wanted], {})
        if method == "search":
            return self._page([self._hit(v) for v in self._found(asked)], asked)
        if method == "comments":
            parent = asked["parentId"]
            return self._page([reply(parent, n) for n in range(self.replies[parent])], asked)
        assert method == "commentThreads"
        if "videoId" in asked and asked["videoId"] in self.refused:
            return self.refused[asked["videoId"]]
        found = self.threads.get(asked.get("videoId", "all"), [])
        newest = sorted(found, key=lambda t: str(_begun(t)), reverse=True)
        return self._page(newest, asked)

    def _found(self, asked: dict[str, str]) -> list[Any]:
        after = asked.get("publishedAfter", "")
        found = [v for v in self.videos if v["snippet"]["publishedAt"] >= after]
        return sorted(found, key=lambda v: str(v["snippet"]["publishedAt"]), reverse=True)

    def _page(self, items: list[Any], asked: dict[str, str]) -> Answer:
        if "maxResults" not in asked:
            return as_json({"items": items})
        first = int(asked.get("pageToken", 0))
        end = first + self.per_page
        more = {"nextPageToken": str(end)} if end < len(items) else {}
        counts = {"totalResults": self.per_page}
        return as_json({"items": items[first:end], "pageInfo": counts, **more})

    @staticmethod
    def _hit(found: Any) -> Any:
        return {"id": {"videoId": found["id"]}, "snippet": found["snippet"]}


def _begun(thread: Any) -> Any:
    return thread["snippet"]["topLevelComment"]["snippet"]["publishedAt"]


def edge(videos: list[Any], threads: dict[str, list[Any]], **how: Any) -> tuple[Edge, Site]:
    site = Site(videos, threads, **how)
    return Edge(site), site


def methods(edge: Edge) -> list[str]:
    return [urlsplit(r.url).path.rpartition("/")[2] for r in edge.requests]


def mentions(pages: list[Page]) -> dict[str, Any]:
    return {m.external_id: m for page in pages for m in page.mentions}


def test_a_comment_a_reply_and_a_video_become_mentions() -> None:
    asked, _ = edge([video("madeupvid01")], {"madeupvid01": [thread(3, replies=1, shown=1)]})
    found = mentions(read(VIDEO, asked))
    post = found["madeupvid01"]
    comment, answer = found["Ugmadeupvid013"], found["Ugmadeupvid013.0"]
    assert (post.kind, post.place, post.parent_id) == ("post", "youtube.com", None)
    assert post.title == "The Fjallsmide anvil, tried"
    assert post.text == "A month with an anvil.\nAnd a hammer."
    assert (post.views, post.likes, post.replies, post.language) == (1200, 30, 2, "en-gb")
    assert post.author_handle == "UCmadeupowner"
    assert (comment.kind, comment.parent_id, comment.likes) == ("comment", "madeupvid01", 4)
    assert comment.text == "Rings well & long.\nMine does."
    assert (comment.author_handle, comment.edited, comment.replies) == ("UCmadeupkari", None, 1)
    assert comment.url == "https://www.youtube.com/watch?v=madeupvid01&lc=Ugmadeupvid013"
    assert comment.published == START + timedelta(minutes=3)
    assert (answer.parent_id, answer.text) == ("Ugmadeupvid013", "Not mine.")
    assert answer.edited == at("2024-05-01T12:30:00Z")
    assert answer.url == "https://www.youtube.com/watch?v=madeupvid01&lc=Ugmadeupvid013.0"


def test_the_key_is_in_a_header_and_in_no_address() -> None:
    asked, _ = edge([video("madeupvid01")], {"madeupvid01": [thread(1)]})
    read(VIDEO, asked)
    assert {r.headers["X-goog-api-key"] for r in asked.requests} == {"made-up-google"}
    assert not any("made-up-google" in r.url for r in asked.requests)


def test_replies_that_a_thread_did_not_bring_are_asked_for_page_by_page() -> None:
    talked = thread(2, replies=5, shown=2)
    asked, site = edge([], {"madeupvid01": [talked, thread(1, replies=2, shown=2)]})
    site.replies[talked["id"]] = 5
    pages = read(VIDEO, asked)
    found = ids(pages)
    assert len(found) == len(set(found)) == 2 + 5 + 2
    assert methods(asked) == ["commentThreads", "comments", "comments", "comments", "videos"]
    assert all(len(page.raw) == 1 for page in pages)


def test_a_thread_that_is_deleted_meanwhile_ends_no_walk() -> None:
    talked = thread(2, replies=5)
    asked, _ = edge([], {"madeupvid01": [talked, thread(1)]})
    good = asked.respond

    def respond(request: Request) -> Answer:
        if "parentId" in params(request):
            return as_json(refusal(404, "commentNotFound"), 404)
        return good(request)

    assert set(ids(read(VIDEO, Edge(respond)))) == {talked["id"], thread(1)["id"]}


def test_the_next_walk_reads_the_overlap_and_its_replies_only() -> None:
    threads = [thread(n, replies=3) for n in range(0, 600, 60)]
    asked, site = edge([], {"madeupvid01": threads})
    site.replies = {t["id"]: 3 for t in threads}
    looks_back = msgspec.structs.replace(VIDEO, overlap_hours=2)
    first = read(looks_back, asked)
    assert len(ids(first)) == 40
    later, site = edge([], {"madeupvid01": [*threads, thread(601, replies=3)]})
    site.replies = {t["id"]: 3 for t in site.threads["madeupvid01"]}
    again = mentions(read(looks_back, later, first[-1].cursor))
    assert {f"Ugmadeupvid01{n}" for n in (601, 540, 480, 420)} <= set(again)
    parents = [p for p in later.asked("parentId") if p]
    assert set(parents) == {f"Ugmadeupvid01{n}" for n in (601, 540, 480, 420)}


def test_a_query_reads_videos_and_the_comments_of_each() -> None:
    videos = [video(f"video-{n}", n) for n in range(5)]
    asked, _ = edge(videos, {v["id"]: [thread(1, video=v["id"])] for v in videos})
    pages = read(QUERY, asked)
    assert len(ids(pages)) == 10
    assert methods(asked) == ["search"] * 3 + ["videos"] + ["commentThreads"] * 5
    assert set(asked.asked("order")) == {"date", "time", None}


def test_comments_that_are_turned_off_stop_no_other_video() -> None:
    videos = [video(f"video-{n}", n) for n in range(3)]
    asked, site = edge(videos, {v["id"]: [thread(1, video=v["id"])] for v in videos})
    site.refused["video-1"] = as_json(refusal(403, "commentsDisabled"), 403)
    site.refused["video-2"] = as_json(refusal(404, "videoNotFound"), 404)
    pages = read(QUERY, asked)
    assert {i for i in ids(pages) if i.startswith("Ug")} == {"Ugvideo-01"}
    kept = [a.status for page in pages for a in page.raw]
    assert sorted(kept)[-2:] == [403, 404], "the refusals are kept with the page"


def test_a_video_without_comments_has_its_details_all_the_same() -> None:
    asked, site = edge([video("madeupvid01", comments=None)], {})
    site.refused["madeupvid01"] = as_json(refusal(403, "commentsDisabled"), 403)
    assert ids(read(VIDEO, asked)) == ["madeupvid01"]
    site.refused["madeupvid01"] = as_json(refusal(404, "videoNotFound"), 404)
    with pytest.raises(NotFound):
        read(VIDEO, asked)


def test_videos_without_comments_are_not_asked_for_any() -> None:
    asked, _ = edge([video("video-1", comments=0), video("video-2", comments=None)], {})
    assert set(ids(read(QUERY, asked))) == {"video-1", "video-2"}
    assert methods(asked) == ["search", "videos"]


def test_a_search_is_made_once_in_so_many_hours_and_known_videos_are_read_in_between() -> None:
    rarely = msgspec.structs.replace(QUERY, search_hours=6)
    talk = {"video-1": [thread(1, video="video-1")]}
    asked, _ = edge([video("video-1")], talk)
    first = read(rarely, asked)
    cursor = json.loads(json.dumps(first[-1].cursor))
    talk["video-1"].append(thread(2, video="video-1"))
    later, _ = edge([video("video-1"), video("video-2", 9)], talk)
    pages = read(rarely, later, cursor)
    assert methods(later) == ["videos", "commentThreads"]
    assert "Ugvideo-12" in ids(pages)
    assert "video-2" not in ids(pages)
    cursor["searched"] = (utcnow() - timedelta(hours=7)).isoformat()
    later, _ = edge([video("video-1"), video("video-2", 9)], talk)
    assert "video-2" in ids(read(rarely, later, cursor))
    assert methods(later)[0] == "search"
    assert later.asked("publishedAfter")[0] == when(0).replace(".000", "")


def test_only_the_newest_videos_are_remembered_but_all_new_ones_are_told() -> None:
    few = msgspec.structs.replace(QUERY, max_videos=2)
    videos = [video(f"video-{n}", n, comments=1) for n in range(7)]
    talk = {v["id"]: [thread(1, video=v["id"])] for v in videos}
    asked, _ = edge(videos[:3], talk)
    first = read(few, asked)
    assert {i for i in ids(first) if i.startswith("video")} == {"video-2", "video-1"}
    later, _ = edge(videos, talk)
    pages = read(few, later, first[-1].cursor)
    assert {f"video-{n}" for n in range(3, 7)} <= set(ids(pages)), "however many are new"
    assert {v for v in later.asked("videoId") if v} == {"video-6", "video-5"}
    cursor = pages[-1].cursor
    assert cursor is not None
    assert set(cursor["videos"]) == {"video-6", "video-5"}


def test_a_video_that_is_shown_no_more_is_left_out_with_its_cut_off_words() -> None:
    videos = [video(f"video-{n}", n, comments=0) for n in range(8)]
    site = Site(videos, {})
    hidden = {"video-1"}

    def respond(request: Request) -> Answer:
        answer = site(request)
        if "/videos" not in request.url:
            return answer
        items = json.loads(answer.body)["items"]
        return as_json({"items": [v for v in items if v["id"] not in hidden]})

    done = walk(QUERY, Edge(respond))
    assert done.error is None
    assert {m.external_id for m in done.mentions} == {v["id"] for v in videos} - hidden
    hidden |= {v["id"] for v in videos}
    done = walk(QUERY, Edge(respond))
    assert done.error is None
    assert {m.external_id for m in done.mentions} == {v["id"] for v in videos}, "none: as found"


def test_the_words_of_a_hit_are_read_as_the_html_that_they_are() -> None:
    made = video("madeupvid01")
    words = {"title": "Anvils &amp; more", "description": "It&#39;s &quot;loud&quot; ..."}
    hit = {"id": {"videoId": "madeupvid01"}, "snippet": {**made["snippet"], **words}}
    found = read_hit(msgspec.Raw(json.dumps(hit).encode()))
    assert (found.title, found.text) == ("Anvils & more", 'It\'s "loud" ...')


def test_a_query_that_is_stopped_goes_on_with_the_other_videos() -> None:
    videos = [video(f"video-{n}", n, comments=1) for n in range(4)]
    talk = {v["id"]: [thread(1, video=v["id"])] for v in videos}
    used_up = as_json(refusal(403, "quotaExceeded"), 403)
    errors = set()
    for quota in range(1, 9):
        left = iter([True] * quota)
        site = Site(videos, talk)

        def respond(request: Request, site: Site = site, left: Iterator[bool] = left) -> Answer:
            return site(request) if next(left, False) else used_up

        stopped = walk(QUERY, respond)
        errors.add(type(stopped.error))
        rest = walk(QUERY, edge(videos, talk)[0], cursors=stopped.cursors)
        assert len({m.external_id for m in [*stopped.mentions, *rest.mentions]}) == 8
    assert errors == {RateLimited, type(None)}


def test_a_search_that_comes_to_its_depth_goes_on_by_time() -> None:
    origin = YouTubeSearchLike(records=1_203, page_size=50, short_at=())
    asked = Edge(origin.answer)
    cursor: Cursor = {"newest": "2024-01-01T00:00:00+00:00", "searched": "2024-01-01T00:00:00Z"}
    found = ids(read(QUERY, asked, cursor))
    assert len(set(found)) == 1_203
    assert len({b for b in asked.asked("publishedBefore") if b}) >= 2


def test_since_and_until_bound_what_is_kept_and_replies_are_kept_by_their_own_time() -> None:
    hours = range(0, 600, 60)
    old = thread(0, replies=1, shown=1)
    old["replies"]["comments"][0]["snippet"]["publishedAt"] = when(150)
    old["replies"]["comments"][0]["snippet"]["updatedAt"] = when(150)
    threads = [old, *(thread(n) for n in hours[1:])]
    asked, _ = edge([video("madeupvid01", 0)], {"madeupvid01": threads})
    window = msgspec.structs.replace(
        VIDEO,
        overlap_hours=3,
        since=START + timedelta(minutes=120),
        until=START + timedelta(minutes=300),
    )
    found = set(ids(read(window, asked)))
    assert found == {"Ugmadeupvid010.0", *(f"Ugmadeupvid01{n}" for n in (120, 180, 240))}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, refusal(403, "quotaExceeded"), RateLimited),
        (403, refusal(403, "dailyLimitExceeded"), RateLimited),
        (403, refusal(403, "rateLimitExceeded"), RateLimited),
        (429, refusal(429, "rateLimitExceeded"), RateLimited),
        (403, refusal(403, "forbidden"), AuthError),
        (403, refusal(403, "accessNotConfigured"), AuthError),
        (400, {"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}}, AuthError),
        (400, refusal(400, "processingFailure"), TransientError),
        (400, refusal(400, "invalidPageToken"), SourceChanged),
        (404, refusal(404, "channelNotFound"), NotFound),
        (200, refusal(403, "forbidden"), AuthError),
        (200, refusal(404, "videoNotFound"), NotFound),
        (200, refusal(503, "whatever"), TransientError),
        (200, refusal(400, "whatever"), SourceChanged),
    ],
)
def test_refusals_end_in_typed_errors(status: int, body: Any, error: type[SourceError]) -> None:
    channel = YouTube(channels=("UCmadeupowner",), credential="google")
    done = walk(channel, Edge(lambda _: as_json(body, status)))
    assert type(done.error) is error


def test_a_daily_quota_comes_back_at_midnight_in_california() -> None:
    with pytest.raises(RateLimited) as caught:
        read(VIDEO, Edge(lambda _: as_json(refusal(403, "quotaExceeded"), 403)))
    assert caught.value.retry_at == next_midnight(utcnow())
    assert next_midnight(at("2026-03-01T07:59:00Z")) == at("2026-03-01T08:00:00Z")
    assert next_midnight(at("2026-03-08T12:00:00Z")) == at("2026-03-09T07:00:00Z"), "summer time"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["id"], None),
        (["snippet", "topLevelComment", "snippet", "publishedAt"], "yesterday"),
        (["snippet", "topLevelComment", "snippet", "publishedAt"], "2026-03-01T12:00:00"),
        (["snippet", "topLevelComment"], None),
        (["snippet", "topLevelComment", "snippet", "likeCount"], "many"),
    ],
)
def test_a_bad_comment_is_rejected_alone(path: list[str], value: Any) -> None:
    bad: Any = deepcopy(thread(2, replies=1, shown=1))
    inner = bad
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    asked, _ = edge([], {"madeupvid01": [thread(1), bad, thread(3)]}, per_page=9)
    asked.respond = _unsorted([thread(3), bad, thread(1)])
    pages = read(VIDEO, asked)
    assert {thread(1)["id"], thread(3)["id"]} <= set(ids(pages))
    assert len([r for page in pages for r in page.rejected]) == 1


def _unsorted(items: list[Any]) -> Callable[[Request], Answer]:
    def respond(request: Request) -> Answer:
        return as_json({"items": items if "commentThreads" in request.url else []})

    return respond


def test_pages_that_go_round_are_told_of() -> None:
    done = walk(VIDEO, Edge(lambda _: as_json({"items": [thread(1)], "nextPageToken": "same"})))
    assert isinstance(done.error, SourceChanged)
    assert "loop" in done.error.message
    assert len(done.mentions) == 1


@pytest.mark.parametrize("body", [SIGN_IN_PAGE, b"", b"{}", b"[]", b"null"])
def test_another_form_is_no_empty_page(body: bytes) -> None:
    found = Answer(status=200, url="", headers={"content-type": "text/html"}, body=body)
    for connector in (VIDEO, QUERY):
        with pytest.raises(SourceChanged):
            read(connector, Edge(lambda _: found))


def test_settings() -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"videos": ["https://youtu.be/x"]},
        {"channels": ["@name"]},
        {"queries": ["x"], "max_videos": 0},
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            configure(YouTube, {"credential": "google", **settings})
    several = YouTube(
        queries=("a", "a", "b"),
        videos=("madeupvid01",),
        channels=("UCmadeupowner",),
        threads=("UgMadeUpThread1",),
        credential="g",
    )
    assert [c.label() for c in several.split()] == [
        "youtube a",
        "youtube b",
        "youtube video madeupvid01",
        "youtube channel UCmadeupowner",
        "youtube replies to UgMadeUpThread1",
    ]
    with pytest.raises(ConfigurationError):
        several.pages(None, None)  # type: ignore[arg-type]
    told = YouTube.settings_from(
        [
            "https://www.googleapis.com/youtube/v3/search?q=anvil&part=snippet",
            "https://www.googleapis.com/youtube/v3/commentThreads?videoId=madeupvid01",
        ]
    )
    assert told == {
        "queries": ["anvil"],
        "videos": ["madeupvid01"],
        "channels": [],
        "threads": [],
        "credential": "youtube",
    }


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"kind": "youtube#commentThread", "videoId": "v1"}', {"videos": ["v1"]}),
        (b'{"kind": "youtube#commentThread", "channelId": "UCx"}', {"channels": ["UCx"]}),
        (b'{"kind": "youtube#comment", "parentId": "Ugx"}', {"threads": ["Ugx"]}),
        (b'{"kind": "youtube#searchListResponse"}', {}),
    ],
)
def test_a_recorded_body_tells_what_was_asked_for(body: bytes, told: dict[str, Any]) -> None:
    assert YouTube.settings_in([body]) == ({**told, "credential": "youtube"} if told else {})


def recorded(method: str, *names: str) -> Edge:
    """Return an edge that answers ``method`` with recorded bodies in turn, all else with none."""
    bodies = [recording(f"youtube/python-youtube__{name}.json") for name in names]

    def respond(request: Request) -> Answer:
        asked = urlsplit(request.url).path.rpartition("/")[2]
        if asked != method or not bodies:
            return as_json({"items": []})
        headers = {"content-type": "application/json"}
        return Answer(status=200, url="", headers=headers, body=bodies.pop(0))

    return Edge(respond)


@pytest.mark.parametrize(
    ("names", "listed", "distinct"),
    [
        (["comment_threads_by_video_paged_1", "comment_threads_by_video_paged_2"], 10, 5),
        (["comment_threads_by_channel"], 2, 2),
        (["comment_threads_all_to_me"], 4, 4),
        (["comment_threads_multi"], 2, 2),
        (["comment_threads_with_search"], 1, 1),
    ],
)
def test_recorded_threads_are_read_to_the_last(
    names: list[str], listed: int, distinct: int
) -> None:
    files = [json.loads(recording(f"youtube/python-youtube__{n}.json")) for n in names]
    assert sum(len(f["items"]) for f in files) == listed
    wanted = {item["id"] for f in files for item in f["items"]}
    pages = read(VIDEO, recorded("commentThreads", *names))
    assert set(ids(pages)) == wanted
    assert len(ids(pages)) == len(wanted) == distinct, "both pages recorded hold the same threads"
    assert [r for page in pages for r in page.rejected] == []
    assert all(m.text and m.author_handle for page in pages for m in page.mentions)


def test_recorded_replies_are_read_to_the_last() -> None:
    names = ["comments_by_parent_paged_1", "comments_by_parent_paged_2"]
    files = [json.loads(recording(f"youtube/python-youtube__{n}.json")) for n in names]
    wanted = [item["id"] for f in files for item in f["items"]]
    replies = recorded("comments", *names)
    good = replies.respond

    def respond(request: Request) -> Answer:
        if "commentThreads" in request.url:
            return as_json({"items": [thread(1, replies=3)]})
        return good(request)

    found = read(VIDEO, Edge(respond))
    assert ids(found) == [thread(1)["id"], *wanted]
    assert len(wanted) == 3
    assert {m.parent_id for m in mentions(found).values()} >= {wanted[0].partition(".")[0]}


@pytest.mark.parametrize(
    ("names", "listed", "distinct"),
    [(["search_by_keywords_p1", "search_by_keywords_p2"], 50, 49), (["search_by_event"], 25, 25)],
)
def test_recorded_searches_are_read_to_the_last(
    names: list[str], listed: int, distinct: int
) -> None:
    files = [json.loads(recording(f"youtube/python-youtube__{n}.json")) for n in names]
    assert sum(len(f["items"]) for f in files) == listed
    searched = recorded("search", *names)
    shown = {i["id"]["videoId"]: {**i, "id": i["id"]["videoId"]} for f in files for i in f["items"]}

    def respond(request: Request) -> Answer:
        if "/videos" not in request.url:
            return searched.respond(request)
        return as_json({"items": [shown[i] for i in params(request)["id"].split(",")]})

    pages = read(msgspec.structs.replace(QUERY, max_videos=listed), Edge(respond))
    found = mentions(pages)
    assert set(found) == {item["id"]["videoId"] for f in files for item in f["items"]}
    assert len(ids(pages)) == len(found) == distinct, "one video is on both pages"
    assert all(m.title and m.kind == "post" for m in found.values())


def test_recorded_videos_are_read_to_the_last() -> None:
    pages = read(VIDEO, recorded("videos", "videos_info_multi"))
    found = mentions(pages)
    assert len(found) == 2
    assert all(m.title and m.text and m.kind == "post" for m in found.values())


def test_the_recorded_refusal_is_an_auth_error() -> None:
    body = json.loads(recording("youtube/python-youtube__error_permission_resp.json"))
    for status in (200, 403):
        with pytest.raises(AuthError, match="permission"):
            read(VIDEO, Edge(lambda _, status=status: as_json(body, status)))  # type: ignore[misc]
