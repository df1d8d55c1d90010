"""Recordings served over real HTTP: found under their prefix, and leading back to the server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tidings.errors import NotFound, TransientError
from tidings.http import Answer, Request
from tidings.http.client import connect
from tidings.http.limits import Limits
from tidings.http.message import Http
from tidings.testing import Recorded, Simulated, serve
from tidings.testing.__main__ import main

HERE = "https://social.example/api/v1/timelines/public"


@pytest.fixture
def http() -> Iterator[Http]:
    limits = Limits(attempts=1)
    with connect(requests_per_second=1000, user_agent="tests", limits=limits) as client:
        yield client


@pytest.fixture
def timeline(tmp_path: Path) -> Recorded:
    link = f'<{HERE}?max_id=8>; rel="next", <{HERE}?min_id=9>; rel="prev"'
    pages = [
        {"request": {"method": "GET", "url": url}, "response": {"status": 200, **answer}}
        for url, answer in (
            (HERE, {"headers": {"Link": link, "Content-Encoding": "gzip"}, "body": "[9, 8]"}),
            (f"{HERE}?max_id=8", {"headers": {}, "body": json.dumps({"next": f"{HERE}?page=3"})}),
        )
    ]
    (tmp_path / "pages.json").write_text(json.dumps(pages))
    return Recorded(tmp_path / "pages.json")


def test_links_lead_to_the_next_page_on_the_server(http: Http, timeline: Recorded) -> None:
    with serve({"/social/": timeline}) as server:
        first = http.get(server.at("social") + "/api/v1/timelines/public")
        assert first.json() == [9, 8]
        onward = first.link("next")
        assert onward == f"{server.url}/social/api/v1/timelines/public?max_id=8"
        second = http.get(onward)
        assert second.json() == {"next": f"{server.url}/social/api/v1/timelines/public?page=3"}
    assert timeline.unasked() == []


def test_the_longest_prefix_answers_and_the_root_takes_the_rest(
    http: Http, tmp_path: Path, timeline: Recorded
) -> None:
    (tmp_path / "feed.rss").write_text("<rss/>")
    with serve({"": timeline, "feeds/x.rss": Recorded(tmp_path / "feed.rss")}) as server:
        feed = http.get(server.at("feeds/x.rss"))
        assert (feed.body, feed.headers["content-type"]) == (b"<rss/>", "application/rss+xml")
        assert http.get(f"{server.url}/api/v1/timelines/public").json() == [9, 8]
        with pytest.raises(NotFound):
            http.get(f"{server.url}/feeds/x.rss2")


def test_asked_again_the_server_answers_the_same_again(http: Http, tmp_path: Path) -> None:
    for n in (1, 2):
        (tmp_path / f"{n}.json").write_text(f"[{n}]")
    with serve(Recorded(tmp_path / "1.json", tmp_path / "2.json")) as server:
        urls = [f"{server.url}/list", f"{server.url}/list?page=2", f"{server.url}/list?page=3"]
        runs = [[http.get(url).json() for url in urls] for _ in range(2)]
    assert runs == [[[1], [2], []], [[1], [2], []]]


def test_a_broken_connection_is_one(http: Http) -> None:
    class Broken(Simulated):
        def answer(self, request: Request) -> Answer:
            raise TransientError("gone")

    with serve(Broken()) as server, pytest.raises(TransientError):
        http.get(f"{server.url}/notes")


def test_a_simulated_source_can_be_served_too(http: Http) -> None:
    with serve({"a/b": Simulated(paging="max_id")}) as server:
        url: str | None = server.at("a/b") + "/notes"
        ids = []
        while url:
            answer = http.get(url)
            ids += [record["id"] for record in answer.json()]
            url = answer.link("next")
    assert ids == list(range(110, 100, -1))


def test_serving_from_the_command_line(http: Http, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[1]")
    (tmp_path / "b.json").write_text("[2]")
    mounts = [str(tmp_path / "a.json"), f"shop={tmp_path / 'b.json'}"]
    command = [sys.executable, "-m", "tidings.testing", "serve", *mounts]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            urls = [server.stdout.readline().strip() for _ in mounts]
            assert [http.get(url).json() for url in urls] == [[1], [2]]
            assert urls[1].endswith("/shop")
            server.send_signal(signal.SIGINT)
            assert server.wait(10) == 0
        finally:
            server.kill()


def test_a_port_that_is_taken_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text("[1]")
    with serve({}) as server:
        port = server.url.rpartition(":")[2]
        assert main(["serve", "--port", port, str(tmp_path / "a.json")]) == 2
    assert f"Port {port} can't be had" in capsys.readouterr().err


def test_the_kit_needs_no_pytest() -> None:
    code = "import sys; sys.modules['pytest'] = None; import tidings.testing.__main__"
    subprocess.run([sys.executable, "-c", code], check=True)
