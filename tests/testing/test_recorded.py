"""Recordings answer the requests they were made of, and tell which were never made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import ConfigurationError
from tidings.http import Answer, Request
from tidings.testing import Recorded
from tidings.testing.emptied import emptied
from tidings.testing.exchanges import content_type

SITE = "https://social.example/api/v1/timelines/public"


def exchange(
    url: str, body: Any, *, status: int = 200, method: str = "GET", **headers: str
) -> dict[str, Any]:
    return {
        "request": {"method": method, "url": url},
        "response": {
            "status": status,
            "headers": {"Content-Type": "application/json", **headers},
            "body": body if isinstance(body, str) else json.dumps(body),
        },
    }


@pytest.fixture
def recorded(tmp_path: Path) -> Any:
    """Make an origin of exchanges, or of bare bodies by file name."""

    def make(*exchanges: dict[str, Any], **bodies: str) -> Recorded:
        files = []
        if exchanges:
            files.append(tmp_path / "exchanges.json")
            files[0].write_text(json.dumps(exchanges), "utf-8")
        for name, body in bodies.items():
            files.append(tmp_path / name)
            files[-1].write_text(body, "utf-8")
        return Recorded(*files)

    return make


def get(origin: Recorded, url: str, **headers: str) -> Answer:
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return origin.answer(Request(method="GET", url=url, headers=named))


def test_host_and_page_size_and_switches_that_are_off_do_not_matter(recorded: Any) -> None:
    origin = recorded(
        exchange(f"{SITE}?local=FALSE&limit=20", ["all"]),
        exchange(f"{SITE}?local=1&limit=20", ["local"]),
    )
    assert get(origin, "http://127.0.0.1:1/api/v1/timelines/public?limit=40").json() == ["all"]
    assert origin.unasked() == []
    assert get(origin, f"{SITE}?local=true").json() == ["local"]


@pytest.mark.parametrize(("local", "other"), [("", "?local=1"), ("?local=1", "")])
def test_the_way_on_from_one_listing_never_leads_into_another(
    recorded: Any, local: str, other: str
) -> None:
    origin = recorded(exchange(SITE + other, ["other"]), exchange(SITE + local, ["own"]))
    assert get(origin, SITE + local).json() == ["own"]
    onward = f"{SITE}{local}{'&' if local else '?'}max_id=1"
    assert get(origin, onward).json() == []


def test_what_another_walk_was_recorded_for_is_not_due(recorded: Any) -> None:
    origin = recorded(
        exchange("https://social.example/api/v2/instance/", {"title": "x"}),
        exchange(SITE, ["all"]),
        exchange(f"{SITE}?local=1", ["local"]),
        exchange(f"{SITE}?min_id=9", ["newer"]),
        exchange("https://social.example/api/v1/statuses", {"id": 1}, method="POST"),
        exchange(f"{SITE}?max_id=3", {"error": "gone"}, status=410),
    )
    assert len(origin.unasked()) == 3, "a walk that asks for nothing leaves everything out"
    get(origin, SITE)
    assert origin.unasked() == []


def test_a_page_that_was_passed_over_is_due(recorded: Any) -> None:
    origin = recorded(
        exchange(SITE, [9, 8]),
        exchange(f"{SITE}?max_id=8", [7, 6]),
        exchange(f"{SITE}?max_id=6", [5]),
    )
    get(origin, SITE)
    assert get(origin, f"{SITE}?max_id=6").json() == [5]
    assert origin.unasked() == [f"{SITE}?max_id=8 (exchanges.json[1])"]


def test_a_page_asked_for_by_a_wrong_token_is_not_given(recorded: Any) -> None:
    origin = recorded(exchange(SITE, [9, 8]), exchange(f"{SITE}?max_id=8", [7]))
    get(origin, SITE)
    assert get(origin, f"{SITE}?max_id=5").json() == []
    assert origin.unasked()


def test_a_walk_that_begins_at_a_later_page_leaves_the_first_one_out(recorded: Any) -> None:
    origin = recorded(exchange(SITE, [9, 8]))
    assert get(origin, f"{SITE}?page=2").json() == []
    assert origin.unasked()


def test_a_walk_towards_newer_records_gets_the_first_page(recorded: Any) -> None:
    origin = recorded(exchange(SITE, [9, 8]))
    assert get(origin, f"{SITE}?since_id=5").json() == [9, 8]
    assert get(origin, f"{SITE}?since_id=9").json() == []


def test_the_query_chooses_the_answer_even_with_more_parameters(recorded: Any) -> None:
    search = "https://api.example/xrpc/searchPosts"
    origin = recorded(
        exchange(f"{search}?q=anvil", {"posts": [{"n": 1}]}),
        exchange(f"{search}?q=rocket", {"posts": [{"n": 2}]}),
    )
    assert get(origin, f"{search}?q=rocket&sort=latest&limit=100").json()["posts"] == [{"n": 2}]
    assert get(origin, f"{search}?q=anvil&sort=latest&limit=100").json()["posts"] == [{"n": 1}]
    assert get(origin, f"{search}?q=glue&sort=latest").json()["posts"] == []


def test_a_walk_by_time_gets_pages_recorded_by_number(recorded: Any) -> None:
    search = "https://search.example/api/v1/search"
    origin = recorded(
        *(exchange(f"{search}?query=x&page={n}", {"hits": [{"n": n}]}) for n in range(3))
    )
    by_time = ["", "&numericFilters=created_at_i<=90", "&numericFilters=created_at_i<=80"]
    found = [get(origin, f"{search}_by_date?query=x{t}").json()["hits"] for t in by_time]
    assert found == [[{"n": 0}], [{"n": 1}], [{"n": 2}]]
    assert origin.unasked() == []
    assert get(origin, f"{search}?query=x&numericFilters=created_at_i<=70").json()["hits"] == []


def test_a_page_number_in_the_path_is_a_page_number(recorded: Any) -> None:
    feed = "https://apps.example/us/rss/reviews/page={}/id=7/xml"
    origin = recorded(*(exchange(feed.format(n), [n]) for n in (1, 2, 3)))
    get(origin, feed.format(1))
    get(origin, feed.format(3))
    assert origin.unasked() == [f"{feed.format(2)} (exchanges.json[1])"]
    assert get(origin, feed.format(4)).json() == []


def test_one_request_recorded_twice_is_answered_in_turn(recorded: Any) -> None:
    origin = recorded(
        exchange(f"{SITE}?limit=5", "slow down", status=429), exchange(f"{SITE}?limit=5", [1])
    )
    assert [get(origin, f"{SITE}?limit=40").status for _ in range(3)] == [429, 200, 200]
    assert origin.unasked() == []


def test_the_same_request_gets_the_same_answer_again(recorded: Any) -> None:
    origin = recorded(one="[1]", two="[2]")
    urls = [f"https://x.example/{n}" for n in ("a", "b", "c")]
    first = [get(origin, url).body for url in urls]
    assert first == [b"[1]", b"[2]", b"[]"]
    assert [get(origin, url).body for url in urls] == first


def test_a_second_walk_that_asks_otherwise_gets_the_bodies_in_order_again(recorded: Any) -> None:
    origin = recorded(one="[1]", two="[2]")
    get(origin, "https://x.example/a")
    get(origin, "https://x.example/b?until=1")
    get(origin, "https://x.example/a")
    assert get(origin, "https://x.example/b?until=2").body == b"[2]"


@given(pages=st.integers(1, 8), left_out=st.integers(0, 7), size=st.integers(1, 100))
def test_exactly_the_pages_not_asked_for_are_told(pages: int, left_out: int, size: int) -> None:
    import tempfile

    tokens = [None, *(f"t{n}" for n in range(1, pages))]
    urls = [SITE + "?" + urlencode({"limit": 5, **({"cursor": t} if t else {})}) for t in tokens]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pages.json")
        file.write_text(json.dumps([exchange(url, [n]) for n, url in enumerate(urls)]))
        origin = Recorded(file)
    for number, url in enumerate(urls):
        if number != left_out:
            assert get(origin, url.replace("limit=5", f"limit={size}")).json() == [number]
    missed = [f"{urls[left_out]} (pages.json[{left_out}])"] if left_out < pages else []
    assert origin.unasked() == missed


def test_unknown_paths_are_remembered_but_not_what_a_client_asks_by_itself(recorded: Any) -> None:
    origin = recorded(exchange(SITE, []))
    assert get(origin, "https://social.example/robots.txt").status == 404
    assert origin.unexpected == []
    assert get(origin, "https://social.example/elsewhere").status == 404
    assert origin.unexpected == ["GET https://social.example/elsewhere"]


def test_a_sign_in_that_was_left_out_is_answered(recorded: Any) -> None:
    origin = recorded(one="[1]")
    sign_in = Request(method="POST", url="https://x.example/xrpc/com.atproto.server.createSession")
    assert origin.answer(sign_in).json()["accessJwt"]
    assert get(origin, "https://x.example/").body == b"[1]"


def test_a_recorded_sign_in_is_answered_as_recorded(recorded: Any) -> None:
    url = "https://x.example/xrpc/com.atproto.server.createSession"
    origin = recorded(exchange(url, {"error": "no"}, status=401, method="POST"), exchange(SITE, []))
    assert origin.answer(Request(method="POST", url=url)).status == 401


def test_an_etag_given_back_is_answered_with_304(recorded: Any) -> None:
    origin = recorded(exchange(SITE, [1], ETag='"a"'))
    assert get(origin, SITE, if_none_match='"a"').unchanged
    assert get(origin, SITE, if_none_match='"b"').json() == [1]


def test_a_fresh_origin_has_been_asked_nothing(recorded: Any) -> None:
    origin = recorded(one="[1]")
    get(origin, SITE)
    assert (origin.unasked(), origin.fresh().unasked()) == ([], ["bare body (one)"])


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ([{"id": 1}], []),
        (
            {"posts": [{"id": 1}], "cursor": "25", "hitsTotal": 3, "languages": ["en"]},
            {"posts": [], "hitsTotal": 0, "languages": ["en"]},
        ),
        (
            {"success": 1, "reviews": {"7": {"id": 7}, "8": {"id": 8}}, "cursor": "AoJ"},
            {"success": 1, "reviews": {}},
        ),
        (
            {"kind": "Listing", "data": {"after": "t1_x", "children": [{"data": {}}]}},
            {"kind": "Listing", "data": {"after": None, "children": []}},
        ),
        (
            {"items": [{"id": 1}], "nextPageToken": "x", "has_more": True},
            {"items": [], "has_more": False},
        ),
    ],
)
def test_json_after_the_end_holds_nothing_and_leads_nowhere(body: Any, left: Any) -> None:
    assert json.loads(emptied(json.dumps(body).encode(), "application/json")) == left


def test_json_is_known_whatever_a_recording_calls_it(tmp_path: Path) -> None:
    unlabelled = exchange(SITE, {"hits": [{"id": 1}]})
    del unlabelled["response"]["headers"]
    mislabelled = exchange(f"{SITE}/x", [{"id": 1}], **{"Content-Type": "text/html"})
    (tmp_path / "pages.json").write_text(json.dumps([unlabelled, mislabelled]))
    origin = Recorded(tmp_path / "pages.json")
    assert "json" in get(origin, SITE).headers["content-type"]
    assert get(origin, f"{SITE}?page=2").json() == {"hits": []}
    assert get(origin, f"{SITE}/x?page=2").json() == []


def test_a_feed_after_the_end_is_a_feed_without_entries() -> None:
    feed = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
        <link rel="next" href="https://x.example/2"/><entry><id>1</id></entry></feed>"""
    left = emptied(feed, "application/atom+xml")
    assert b"<title>x</title>" in left
    assert b"entry" not in left
    assert b"next" not in left


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"a": 1}', "application/json; charset=utf-8"),
        ('{"a": ', "application/json"),
        ('<?xml version="1.0"?><!-- <html> --><rss version="2.0"/>', "application/rss+xml"),
        ("\ufeff<feed xmlns='http://www.w3.org/2005/Atom'/>", "application/atom+xml"),
        ('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y"><html/>', "text/html"),
        ("<!DOCTYPE html>\n<html><body/></html>", "text/html"),
        ("<div>part of a page</div>", "text/html"),
        ('<?xml version="1.0"?><rdf:RDF/>', "application/xml"),
        ("just words", "text/plain; charset=utf-8"),
    ],
)
def test_the_kind_of_a_bare_body_is_guessed(body: str, kind: str) -> None:
    assert content_type(body.encode()) == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"request": {"url": "https://x.example"}, "response": {"status": 200}}]', "'method'"),
        ('[{"request": [], "response": {}}]', r"bad\[0\]|bad.json\[0\]"),
    ],
)
def test_an_exchange_out_of_form_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(ConfigurationError, match=told):
        Recorded(tmp_path / "bad.json")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.json can't be read"):
        Recorded(tmp_path / "absent.json")


STORE = "https://store.example/appreviews/570"


def test_a_plus_sign_that_was_recorded_as_it_is_is_one(recorded: Any) -> None:
    origin = recorded(
        exchange(f"{STORE}?cursor=*", ["first"]), exchange(f"{STORE}?cursor=Ao/+Kx==", ["second"])
    )
    assert get(origin, f"{STORE}?cursor=%2A").body == b'["first"]'
    assert get(origin, f"{STORE}?cursor=Ao%2F%2BKx%3D%3D").body == b'["second"]'
    assert origin.unasked() == []


def test_a_page_recorded_twice_is_not_the_page_after_itself(recorded: Any) -> None:
    origin = recorded(exchange(SITE, [{"id": "9"}]), exchange(SITE, [{"id": "9"}]))
    assert get(origin, SITE).body == b'[{"id": "9"}]'
    assert get(origin, f"{SITE}?max_id=9").body == b"[]"
    assert origin.unasked() == []


def test_what_was_searched_for_next_is_not_the_way_on(recorded: Any) -> None:
    origin = recorded(
        exchange(f"{STORE}?q=anvil", [{"id": 1}]), exchange(f"{STORE}?q=hammer", [{"id": 2}])
    )
    assert get(origin, f"{STORE}?q=anvil&sort=latest").body == b'[{"id": 1}]'
    assert get(origin, f"{STORE}?q=anvil&sort=latest&until=2024-05-01").body == b"[]"
    assert get(origin, f"{STORE}?q=hammer&sort=latest").body == b'[{"id": 2}]'


def test_a_bound_beside_a_page_parameter_is_not_compared(recorded: Any) -> None:
    origin = recorded(
        exchange(f"{SITE}?since_id=1", ["first"]),
        exchange(f"{SITE}?since_id=1&max_id=8", ["second"]),
    )
    assert get(origin, SITE).body == b'["first"]'
    assert get(origin, f"{SITE}?max_id=8").body == b'["second"]'


def test_a_request_for_totals_only_is_not_the_first_page(recorded: Any) -> None:
    origin = recorded(
        exchange(f"{STORE}?num_per_page=0", []),
        exchange(f"{STORE}?num_per_page=20&cursor=*", ["first"]),
    )
    assert get(origin, f"{STORE}?num_per_page=100&cursor=*").body == b'["first"]'
    assert origin.unasked() == []


def test_bodies_are_given_to_each_host_even_at_one_path(recorded: Any) -> None:
    origin = recorded(a="<rss>1</rss>", b="<rss>2</rss>")
    assert get(origin, "https://a.example/feed").body == b"<rss>1</rss>"
    assert get(origin, "https://b.example/feed").body == b"<rss>2</rss>"
