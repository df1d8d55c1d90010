"""Numbers beyond all bounds, bodies without end, changes at the same moment: told, not broken."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from access_home import opened
from app_client import client_of
from starlette.requests import Request
from starlette.testclient import TestClient

from dashboard import guard
from dashboard.access import Person
from dashboard.app import create_app
from dashboard.figures import backtest
from dashboard.look import Look
from dashboard.setup import Setup
from dashboard.tokens import Tokens
from tidings.home import Home
from tidings.journal import Change, Journal, MarkAnswer

FORM = [
    (b"host", b"page.example"),
    (b"sec-fetch-site", b"same-origin"),
    (b"content-type", b"application/x-www-form-urlencoded"),
]


def _changed(home: Home) -> None:
    mark = MarkAnswer(mention_id=uuid4(), brand="Made-up", state="answered")
    Journal(home.journal).add(Change(what=mark, who="Ada", role="editor"))


@pytest.mark.parametrize("page", ["today", "mentions", "api/v1/keywords"])
def test_a_number_of_days_too_long_to_be_read_is_refused(client: TestClient, page: str) -> None:
    assert client.get(f"/{page}", params={"days": "9" * 5_000}).status_code == 400


@pytest.mark.parametrize("path", ["marts/brand_reputation_daily", "incidents", "quarantine"])
@pytest.mark.parametrize("offset", [2**63, 10**30])
def test_an_offset_beyond_all_rows_is_refused(client: TestClient, path: str, offset: int) -> None:
    assert client.get(f"/api/v1/{path}", params={"offset": offset}).status_code == 422


def _post(home: Home, parts: list[bytes], more: list[tuple[bytes, bytes]]) -> tuple[int, int]:
    """Send a form to a page that asks for a token; return the status, and how many parts it took.

    The last part is never said to be the last; after it nothing comes any more.
    """
    app = create_app(Setup(home, Tokens(home)))
    taken = 0
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        if taken == len(parts):
            await asyncio.Event().wait()
        taken += 1
        return {"type": "http.request", "body": parts[taken - 1], "more_body": True}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    scope: dict[str, Any] = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/answers-mark",
        "raw_path": b"/answers-mark", "query_string": b"id=x", "root_path": "", "scheme": "http",
        "headers": FORM + more, "client": ("192.0.2.7", 1), "server": ("page.example", 80),
    }  # fmt: skip
    asyncio.run(asyncio.wait_for(app(scope, receive, send), 60))
    return answered[0], taken


def test_a_body_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    parts = [b"&a%d=" % n + b"a" * 50_000 for n in range(100)]
    status, taken = _post(Home.at(tmp_path), parts, [])
    assert (status, taken) == (413, 2)


def test_a_body_that_says_it_is_too_long_is_not_read_at_all(tmp_path: Path) -> None:
    assert _post(Home.at(tmp_path), [b"a=b"], [(b"content-length", b"9000000")]) == (413, 0)
    assert _post(Home.at(tmp_path), [b"a=b"], [(b"content-length", b"9" * 5_000)]) == (413, 0)


def test_a_body_that_does_not_come_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.2)
    assert _post(Home.at(tmp_path), [b"state="], [])[0] == 408


def test_the_longest_words_that_a_form_takes_have_room(tmp_path: Path) -> None:
    client = opened(tmp_path)
    words = {"words": "\U0001f600" * 4_000, "action": "note"}
    assert client.post("/who", data=words, headers={"Sec-Fetch-Site": "same-origin"}).is_success


def test_which_changes_wait_is_told_while_others_open_the_journal(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    _changed(home)
    setup, over = Setup(home), threading.Event()

    def looking() -> None:
        while not over.is_set():
            Journal(home.journal).pending()

    with ThreadPoolExecutor(2) as others:
        found = others.submit(looking)
        try:
            for _ in range(40_000):
                setup.changes_stamp()
        finally:
            over.set()
        found.result()


def test_a_page_is_not_tagged_as_if_it_had_what_came_while_it_was_made(own_home: Home) -> None:
    setup = Setup(own_home)
    scope = {
        "type": "http", "method": "GET", "path": "/answers", "query_string": b"",
        "headers": [], "scheme": "http", "server": ("127.0.0.1", 80),
    }  # fmt: skip
    who = Person(name="Ada", role="viewer")
    with setup.reader.snapshot() as snapshot:
        look = Look(Request(scope), setup, snapshot, who)
        look.unless_known()
        before = look.tag
        _changed(own_home)
        assert look.tag == before
        assert Look(Request(scope), setup, snapshot, who).tag != before
    setup.reader.close()


def test_who_moves_sliders_does_not_keep_all_others_waiting(told_home: Home) -> None:
    client = client_of(told_home)
    most = backtest.MOST_WAITING
    asked: list[dict[str, str | float]] = [
        {"rule": "negative_share", "threshold": 0.05 * n, "days": 7} for n in range(1, most + 4)
    ]
    with ThreadPoolExecutor(len(asked)) as people:
        with backtest._LOCK:  # somebody's is being worked out
            sent = [people.submit(client.get, "/api/v1/backtest", params=one) for one in asked]
            early = as_completed(sent, timeout=60)
            assert [next(early).result().status_code for _ in range(3)] == [503] * 3
        assert sorted(one.result().status_code for one in sent) == [200] * most + [503] * 3


def test_a_value_that_cant_be_used_is_told_on_a_page_to_people(client: TestClient) -> None:
    page = client.get("/mentions", params={"offset": "-1"})
    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")
    assert "offset: " in page.text
    answer = client.get("/api/v1/mentions", params={"offset": "-1"})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", "offset"])
