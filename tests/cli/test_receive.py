"""``tidings receive`` as a process of its own, pushed to over the loopback."""

import asyncio
import errno
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from command_line import tidings

from connectors.webhook import Webhook
from connectors.webhook_inbox import Inbox, bodies, inbox_folder
from connectors.webhook_signature import Scheme, sign
from tidings.cli import receive
from tidings.connector import configure
from tidings.home import Home
from tidings.testing import client
from tidings.watch import load_watch

RUN = "from tidings.cli import main; main()"
SECRET = "made-up-key-of-the-survey"
SETTINGS = """
columns = { external_id = "id", published = "at", rating = "score" }
constants = { kind = "survey", rating_min = 0, rating_max = 10 }
max_bytes = 2000
"""
WATCH = f"""
[brand]
name = "Acme"

[[sources]]
connector = "webhook"
name = "survey"
[sources.settings]
inbox = "acme/survey"
credential = "survey_push"
{SETTINGS}

[[sources]]
connector = "webhook"
name = "hub"
[sources.settings]
inbox = "acme/hub"
credential = "survey_push"
scheme = "github"
{SETTINGS}
"""
ANSWER = {"id": "a1", "at": "2026-05-01T10:00:00Z", "score": 9, "comment": "Lovely fjord"}
JSON = "application/json"


class Receiver:
    """A running receiver."""

    def __init__(self, home: Path) -> None:
        self.log = home / "receive.log"
        with self.log.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUN, "-v", "receive", "--port", "0"],
                stdout=subprocess.PIPE, stderr=err, cwd=home, text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        self.shown = [self.process.stdout.readline() for _ in range(2)]
        found = re.search(r":(\d+)/", self.shown[0])
        assert found, self.log.read_text()
        self.port = int(found[1])

    def push(
        self, body: bytes, path: str = "/acme/survey", *, scheme: Scheme = "tidings",
        key: str = SECRET, age: float = 0, **headers: str,
    ) -> int:  # fmt: skip
        signed = sign(scheme, key, body, time=int(time.time() - age))
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.send("POST", path, body, {"content-type": JSON, **signed, **named})

    def send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def stop(self, how: int = signal.SIGINT) -> str:
        if self.process.poll() is None:
            self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=30)
        return "".join(self.shown) + said + self.log.read_text()


def prepare(home: Path) -> None:
    (home / "watch/acme.toml").write_text(WATCH)
    (home / ".secrets").mkdir(mode=0o700)
    (home / ".secrets/survey_push").write_text(SECRET)
    (home / ".secrets/survey_push").chmod(0o600)


@pytest.fixture
def receiver(home: Path) -> Iterator[Receiver]:
    prepare(home)
    started = Receiver(home)
    yield started
    started.stop(signal.SIGKILL)


def read() -> list[str]:
    settings = {"inbox": "acme/survey", "credential": "survey_push",
                "columns": {"external_id": "id", "published": "at"}}  # fmt: skip

    def ask(request: Any) -> Any:
        raise AssertionError("no request is needed")

    with client(ask) as edge:
        pages = list(configure(Webhook, settings).pages(edge, None))
    return [m.external_id for page in pages for m in page.mentions]


def test_a_push_is_answered_as_it_deserves(receiver: Receiver) -> None:
    body = json.dumps(ANSWER).encode()
    second = json.dumps([ANSWER | {"id": "a2"}]).encode()
    lines = b'{"id": "a3", "at": "2026-05-01"}\n{"id": "a4", "at": "2026-05-01"}\n'
    assert receiver.push(body) == 202
    assert receiver.push(second, content_type="application/json; charset=utf-8") == 202
    assert receiver.push(lines, content_type="application/x-ndjson") == 202
    assert read() == ["a1", "a2", "a3", "a4"]

    # nothing of what follows is kept
    earlier = int(time.time()) - 60  # no other push of these bytes was signed then
    signed = {"content-type": JSON, **sign("tidings", SECRET, body, time=earlier)}
    assert receiver.send("POST", "/acme/survey", body, signed) == 202
    assert receiver.send("POST", "/acme/survey", body, signed) == 409
    lying = len(bodies(inbox_folder("acme/survey")))
    assert receiver.push(body, key="another") == 401
    assert receiver.push(body, age=301) == 401
    assert receiver.push(body, age=-310) == 401
    assert receiver.push(body, scheme="github") == 401
    assert receiver.send("POST", "/acme/survey", body, {"content-type": JSON}) == 401
    assert receiver.send("POST", "/acme/survey", body + b" ", signed) == 401
    assert receiver.push(b"x" * 2_001) == 413
    assert receiver.send("POST", "/acme/survey", iter([b"x" * 1_500] * 2), signed) == 413
    assert receiver.push(body, content_type="text/html") == 415
    assert receiver.push(body, content_type="application/json; charset=utf-16") == 415
    assert receiver.push(body, content_encoding="gzip") == 415
    assert receiver.push(body, "/acme/other") == 404
    assert receiver.push(body, "/acme/../acme/other") == 404
    assert receiver.send("GET", "/acme/survey", None, {}) == 405
    assert len(bodies(inbox_folder("acme/survey"))) == lying

    assert receiver.push(body, "/acme/hub", scheme="github") == 202
    assert receiver.push(body, "/acme/hub", scheme="github") == 409

    said = receiver.stop()
    assert "http://127.0.0.1:" in said
    assert "acme/survey 202" in said
    assert "acme/survey 401" in said
    for hidden in (SECRET, "fjord", "sha256=", "v1=" + signed["x-tidings-signature"][-64:]):
        assert hidden not in said


def test_what_was_answered_202_outlives_a_kill_and_is_refused_when_sent_again(
    home: Path, receiver: Receiver
) -> None:
    taken: list[tuple[bytes, dict[str, str]]] = []

    def keep_pushing() -> None:
        for n in range(10_000):
            body = json.dumps(ANSWER | {"id": f"k{n}"}).encode()
            headers = {"content-type": JSON, **sign("tidings", SECRET, body, time=int(time.time()))}
            try:
                status = receiver.send("POST", "/acme/survey", body, headers)
            except (OSError, http.client.HTTPException):
                return
            if status == 202:
                taken.append((body, headers))

    sender = Thread(target=keep_pushing)
    sender.start()
    while len(taken) < 20:
        time.sleep(0.01)
    os.kill(receiver.process.pid, signal.SIGKILL)
    sender.join()
    receiver.stop()
    assert {json.loads(body)["id"] for body, _ in taken} <= set(read())

    again = Receiver(home)
    try:
        body, headers = taken[-1]
        assert again.send("POST", "/acme/survey", body, headers) == 409
        assert again.push(b'{"id": "after", "at": "2026-05-01"}') == 202
    finally:
        again.stop()
    assert read()[-1] == "after"


def test_who_sends_no_whole_header_keeps_nobody_else_out(receiver: Receiver) -> None:
    """Silent connections are hung up on; before that they may fill the house (503)."""
    silent = [
        socket.create_connection(("127.0.0.1", receiver.port), 30) for _ in range(receive.AT_ONCE)
    ]
    try:
        for each in silent:
            each.sendall(b"POST /acme/survey HTTP/1.1\r\n")
        for each in silent:
            each.settimeout(60)
            assert each.recv(100) == b"", "it hangs up"
    finally:
        for each in silent:
            each.close()
    assert receiver.push(b'{"id": "after"}') == 202


def test_a_second_receiver_is_refused(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = tidings(monkeypatch, capsys, "receive", "--port", "0")
    assert done.code == 2
    assert "Another 'tidings receive'" in done.err


def test_pushes_are_collected_by_a_run(
    home: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    from tidings.cli import steps
    from tidings.landing import Landing

    assert receiver.push(json.dumps(ANSWER).encode()) == 202
    landed = steps.collect("acme", "survey", run="test")
    landing = Landing(Home.find().landing)
    rows = [row for i in landed for row in landing.mentions(landing.batch(i)).to_pylist()]
    assert [(r["external_id"], r["place"]) for r in rows] == [("a1", "acme/survey")]
    assert rows[0]["raw_page"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("acme/survey", "acme/other"), "this source is 'acme/survey'"),
        (("survey_push", "no_such_secret"), "There is no secret 'no_such_secret'"),
        (('"webhook"', '"hackernews"'), "No watch file in"),
        (("max_bytes", "most_bytes"), "most_bytes"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_received(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    change: tuple[str, str], told: str,
) -> None:  # fmt: skip
    prepare(home)
    (home / "watch/acme.toml").write_text(WATCH.replace(*change))
    done = tidings(monkeypatch, capsys, "receive", "--port", "0")
    assert done.code == 2
    assert told in done.err


def ask_application(events: list[dict[str, Any] | None], body: bytes) -> int:
    """Call the ASGI application itself with these events of a request; None never comes."""
    home = Home.find()
    app = receive.application(receive.doors_of([load_watch(home.watch_dir / "acme.toml")], home))
    signed = {"content-type": JSON, **sign("tidings", SECRET, body, time=int(time.time()))}
    told: list[Any] = []

    async def given() -> Any:
        if (event := events.pop(0)) is None:
            await asyncio.Event().wait()
        return event

    async def keep(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/acme/survey", "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in signed.items()],
    }  # fmt: skip
    asyncio.run(app(scope, given, keep))
    status: int = told[0]["status"]
    return status


def part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_that_does_not_come_to_its_end_is_given_up(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(home)
    monkeypatch.setattr(receive, "BODY_SECONDS", 0.05)
    assert ask_application([part(b"{", more=True), None], b"{}") == 408
    assert ask_application([part(b"{", more=True), {"type": "http.disconnect"}], b"{}") == 400
    assert ask_application([part(b"{", more=True), part(b"}", more=False)], b"{}") == 202


def test_a_push_that_can_not_be_stored_is_not_said_to_be(home: Path) -> None:
    prepare(home)
    inbox = Inbox(inbox_folder("acme/survey"), memory_seconds=None)
    inbox.put(b"{}", mark=f"{1:016x}", form="json")
    (lying,) = bodies(inbox_folder("acme/survey"))
    real = os.open

    def full(path: Any, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(".part"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, flags, mode)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", full)
        assert ask_application([part(b"[]", more=False)], b"[]") == 503
    assert bodies(inbox_folder("acme/survey")) == [lying]
    assert ask_application([part(b"[]", more=False)], b"[]") == 202
