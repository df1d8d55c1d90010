"""An installation of many sources whose secret is one canary, and a network that repeats it.

One more connector, a stranger's, has a bug: it puts the secret into the exception that it dies of.
"""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

from canary_search import SECRET

from tidings.connector import connector_class, registered
from tidings.home import Home

QUICK = ("denied", "gone", "bad", "moved", "page", "wrong", "forbidden")
SLOW = {"down": "yelp", "reset": "stackexchange", "cut": "google_places"}
"""Ways of failing that are tried again after seconds, each in one source unless asked for more."""
ADDRESSES = ("base_url", "token_url", "service")
STATUS = {
    "denied": 401,
    "forbidden": 403,
    "gone": 404,
    "bad": 400,
    "down": 500,
    "page": 200,
    "wrong": 200,
}


class _Repeating(BaseHTTPRequestHandler):
    """Answers with all that it was sent, as errors and pages do that mean well."""

    def do_GET(self) -> None:
        said = {
            "you_sent": dict(self.headers),
            "to": self.path,
            "body": self._body(),
            "key": SECRET,
        }
        way = self.path.split("/")[1]
        server = self.server
        assert isinstance(server, Network)
        server.asked.append(f"{self.path} {dict(self.headers)} {said['body']}")
        if way == "reset":
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        text = json.dumps({"error": f"no such key {SECRET}", "message": SECRET, **said})
        body = f"<html><title>{SECRET}</title>{text}</html>" if way in ("page", "denied") else text
        self.send_response(302 if way == "moved" else STATUS.get(way, 200), SECRET)
        if way == "moved":
            self.send_header("Location", f"/denied{self.path.partition('/moved')[2]}#{SECRET}")
        self.send_header("Content-Type", "text/html" if way == "page" else "application/json")
        self.send_header("Link", f'<{self.path}>; rel="next"; title="{SECRET}"')
        self.send_header("Retry-After", "0.05")
        self.send_header("ETag", f'"{SECRET}"')
        self.send_header("Content-Length", str(len(body.encode()) + 50 * (way == "cut")))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        self.do_GET()

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("content-length") or 0)).decode("latin-1")

    def log_message(self, *words: object) -> None:
        """Keep still."""


class Network(ThreadingHTTPServer):
    """All sources and channels; ``asked`` is what came, secrets and all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Repeating)
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


@contextmanager
def network() -> Iterator[Network]:
    """Run it until the block ends."""
    server = Network()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def settings(base: str, *, whole: bool) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give (name, connector, settings) of each source that takes a secret, failing in each way.

    ``whole``: each source in each way; otherwise every fifth of them, and all ways all the same.
    """
    for number, name in enumerate(sorted(registered())):
        cls = connector_class(name)
        fields = set(cls.__struct_fields__)
        if not {"base_url", "credential"} <= fields:
            continue
        secrets = {f: f"canary-{f}" for f in fields if f in ("credential", "refresh_credential")}
        for turn, way in enumerate((*QUICK, *SLOW)):
            if not whole and (SLOW[way] != name if way in SLOW else (number + turn) % 5):
                continue
            urls = {f: f"{base}/{way}/{name}" for f in ADDRESSES if f in fields}
            yield f"{name}-{way}", name, {**cls.about.example, **secrets, **urls}


def install(folder: Path, base: str, *, whole: bool = False) -> Home:
    """Write the watch file: sources, and channels that refuse what they are sent."""
    home = Home.at(folder)
    home.watch_dir.mkdir(parents=True)
    (home.root / "in").mkdir()
    lines = ['[brand]\nname = "Acme"\n[quality]\nempty = "warn"\n']
    for name, connector, given in settings(base, whole=whole):
        lines.append(_source(name, connector, given))
    lines.append(_source("crash", "crashing", {"credential": "canary-crash"}))
    lines.append(_source("files", "files", {"folder": "in"}))
    for channel in ("denied", "down", "hook"):
        lines.append(
            f'[[notify]]\nname = "{channel}"\nsecret = "channel-{channel}"\n'
            'severity = "info"\nprivate = true\nrules = ["influential_author"]\n'
        )
    (home.watch_dir / "acme.toml").write_text("".join(lines), "utf-8")
    return home


def _source(name: str, connector: str, given: dict[str, Any]) -> str:
    inline = ", ".join(f"{key} = {json.dumps(value)}" for key, value in given.items())
    return (
        f'[[sources]]\nconnector = "{connector}"\nname = "{name}"\nschedule = ""\n'
        f"requests_per_second = 1000\nsettings = {{ {inline} }}\n"
    )


BUGGY = """
from typing import ClassVar
from tidings.connector import About, Connector
class Crashing(Connector, frozen=True, kw_only=True):
    source: ClassVar[str] = "crashing"
    about: ClassVar[About] = About(collects="nothing")
    credential: str = ""
    def pages(self, http, cursor):
        key = http.secret(self.credential)
        try:
            raise RuntimeError(f"can't sign in with {key}")
        except RuntimeError as error:
            raise KeyError(f"https://x.example/?k={key}\\x1b[2J\\nERROR forged") from error
        yield
"""


def add_stranger(folder: Path) -> None:
    """Install a stranger's connector with a bug into ``folder``, to be put on the path."""
    about = folder / "crashing-1.dist-info"
    about.mkdir(parents=True)
    (folder / "crashing_connector.py").write_text(BUGGY, "utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: crashing\nVersion: 1\n")
    (about / "entry_points.txt").write_text(
        "[tidings.connectors]\ncrashing = crashing_connector:Crashing\n"
    )
