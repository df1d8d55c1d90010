"""``tidings dashboard`` as a process of its own, over the loopback; and its tokens."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

RUN = "from tidings.cli import main; main()"


def tidings(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *words], capture_output=True, text=True, check=False
    )


class Page:
    """A running page."""

    def __init__(self, home: Path, *options: str) -> None:
        self.log = home / "page.log"
        with self.log.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUN, "dashboard", "--port", "0", *options],
                stdout=subprocess.PIPE, stderr=err, text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        found = re.search(r"http://(.*):(\d+)/", self.process.stdout.readline())
        assert found, self.log.read_text()
        self.at, self.port = found[1], int(found[2])
        self.told = self.process.stdout.readline()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers
        finally:
            connection.close()


@pytest.fixture
def page(home: Path) -> Iterator[Callable[..., Page]]:
    running: list[Page] = []

    def start(*options: str) -> Page:
        running.append(Page(home, *options))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.wait()


def test_it_is_shown_on_this_machine_only_and_ends_in_order(
    home: Path, page: Callable[..., Page]
) -> None:
    one = page()
    assert one.at == "127.0.0.1"
    assert "Nobody has to sign in" in one.told
    assert one.ask("GET", "/static/icon.svg")[0] == 200
    status, headers = one.ask("GET", "/today")
    assert status == 503  # there is no snapshot yet
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert headers["server"] is None
    assert one.ask("GET", "/today", host="evil.example")[0] == 400
    assert one.ask("POST", "/signout")[0] == 403
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(30) in (0, -signal.SIGINT, 130)
    assert "Traceback" not in one.log.read_text()


def test_who_made_a_token_signs_in_with_it_until_it_is_removed(
    home: Path, page: Callable[..., Page]
) -> None:
    made = tidings("dashboard", "token", "add", "Anna", "--role", "editor")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    listed = tidings("dashboard", "token", "list", "--json").stdout
    assert '"Anna"' in listed
    assert '"editor"' in listed
    assert token not in listed

    one = page()
    assert "Sign in with your token." in one.told
    assert one.ask("GET", "/today")[0] == 303
    assert one.ask("GET", "/api/v1/brands")[0] == 401
    assert one.ask("GET", "/api/v1/brands", authorization=f"Bearer {token}")[0] == 503
    form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    status, headers = one.ask("POST", "/signin", urlencode({"token": token}), **form)
    assert (status, headers["location"]) == (303, "today")
    cookie = headers["set-cookie"].split(";")[0]
    assert one.ask("GET", "/api/v1/brands", cookie=cookie)[0] == 503

    assert tidings("dashboard", "token", "remove", "Anna").returncode == 0
    assert one.ask("GET", "/api/v1/brands", cookie=cookie)[0] == 401
    assert one.ask("GET", "/api/v1/brands", authorization=f"Bearer {token}")[0] == 401
    logged = one.log.read_text()
    assert "A wrong token came from 127.0.0.1." in logged
    assert token not in logged


def test_behind_a_proxy_the_header_says_who_looks(home: Path, page: Callable[..., Page]) -> None:
    one = page(
        "--proxy-header", "X-Forwarded-User", "--trusted-proxy", "127.0.0.1",
        "--role", "Eva=editor", "--allow-host", "reputation.example",
    )  # fmt: skip
    asked = {"host": "reputation.example", "x_forwarded_for": "192.0.2.7"}
    assert one.ask("GET", "/api/v1/brands", **asked)[0] == 401
    assert one.ask("GET", "/api/v1/brands", x_forwarded_user="Eva", **asked)[0] == 503
    status, headers = one.ask("GET", "/today", x_forwarded_proto="https", **asked)
    assert (status, headers["location"]) == (303, "signin?next=today")
    assert "strict-transport-security" in headers


def test_for_others_it_does_not_start_without_a_way_to_sign_in(home: Path) -> None:
    refused = tidings("dashboard", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 2
    told = " ".join(refused.stderr.split())
    assert "nobody could sign in" in told
    assert "tidings dashboard token add NAME" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--proxy-header", "X-User"), "no proxy is trusted"),
        (("--trusted-proxy", "everybody"), "--trusted-proxy"),
        (("--role", "Eva=owner"), "can't be read"),
        (("token", "add", "Anna", "--role", "owner"), "There is no role 'owner'"),
        (("token", "remove", "Anna"), "has no token"),
    ],
)
def test_what_is_wrong_is_a_sentence(home: Path, words: tuple[str, ...], told: str) -> None:
    refused = tidings("dashboard", *words)
    assert refused.returncode == 2
    assert told in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr


def test_who_sends_no_whole_header_is_hung_up_on_and_who_asks_on_is_not(
    home: Path, page: Callable[..., Page]
) -> None:
    """Else some hundred connections that say nothing would keep everybody out."""
    one = page()
    with socket.create_connection(("127.0.0.1", one.port), timeout=60) as silent:
        silent.sendall(b"GET /static/icon.svg HTTP/1.1\r\nHost: local")
        busy = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
        busy.connect()
        kept = busy.sock
        silent.settimeout(0.5)
        closed = False
        for _ in range(120):
            busy.request("GET", "/static/icon.svg")
            assert busy.getresponse().read()
            try:
                closed = silent.recv(100) == b""
            except TimeoutError:
                continue
            break
        assert closed
        assert busy.sock is kept  # one connection all the time, past the silent one's end
        busy.close()


def test_the_command_itself_loads_little(home: Path) -> None:
    """'tidings --help' must not wait for a web framework or a database."""
    code = (
        "import sys, tidings.cli.app; "
        "print(sorted({'fastapi', 'starlette', 'uvicorn', 'duckdb', 'jinja2', 'itsdangerous'}"
        " & {m.partition('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"
