"""A small world outside of the system, with an honest ledger: what was said, shown and told.

A forum over real HTTP on the loopback (in Mastodon's form, newest first, a few posts a page), a
folder in which files are dropped, and a receiver of alerts. What the system should have in the end
is known here alone, and nothing of the system writes to it.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PAGE_SIZE = 8
POSTS, ROWS = 12, 8
"""Posts of the forum and rows of the file that a round brings."""

LOUD_POSTS = 2
"""Posts of a round of which somebody has to be told, each about a brand of its own."""

SPACING = timedelta(seconds=10)

SPAN = timedelta(hours=26)
"""The time that all rounds together are about. What is older is hindsight, of which nobody is told
at once."""

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

SAID = (
    "The kettle of Acme is good and works as it should",
    "Acme sent the wrong lid again, not happy with it",
    "I bought one from Acme on Monday",
    "Delivery from Acme took three weeks, far too slow",
    "Acme answered at once, friendly people",
)
LOUD = "{} is terrible, the worst kettle ever, awful and dangerous"

WATCH = """\
[brand]
name = "Acme"
[quality]
stale = "off"
empty = "off"
max_bad_share = 1.0
[[sources]]
connector = "mastodon"
requests_per_second = 100000
settings = {{ instance = "{url}", hashtags = ["acme"], overlap_hours = 0.02 }}
[[sources]]
connector = "files"
settings = {{ folder = "in", rows_per_page = 6 }}
"""
NOTIFY = """\
[brand]
name = "{brand}"
[[notify]]
name = "hook"
secret = "hook"
signing_secret = "hook-key"
severity = "info"
private = true
rules = ["influential_author"]
"""


class World:
    """What was said, and what the system was shown of it and told of it."""

    def __init__(self, seed: int, rounds: int) -> None:
        """``rounds`` is how often it will go on, at most: it sets how far apart they are."""
        self.dice = random.Random(seed)
        self.lock = threading.Lock()
        self.start = datetime.now(UTC).replace(microsecond=0) - SPAN - timedelta(hours=1)
        self.clock = self.start
        self.apart = SPAN / rounds
        self.brands = [f"Kettle{n}" for n in range(LOUD_POSTS * rounds)]
        self.posts: dict[int, dict[str, Any]] = {}
        self.rows: dict[str, list[dict[str, Any]]] = {}
        """Versions of what files say, by external id; the last one holds."""
        self.broken: set[str] = set()
        """Ids of rows that break a rule."""
        self.unreadable = 0
        self.repeated = 0
        """Rows that stand in one file twice."""
        self.loud: set[str] = set()
        """Ids of posts of which somebody has to be told."""
        self.shown: set[int] = set()
        self.answers = 0
        self.told: Counter[str] = Counter()
        """How often each message came, by its key."""
        self.told_of: dict[str, set[str]] = {}
        """Keys of the messages that told of a post, by the post's id."""
        self.rounds = 0
        self.erased: set[str] = set()
        """Ids of rows whose writer was erased."""
        self._held: threading.Event | None = None
        self._asked = threading.Event()

    def hold_back(self) -> None:
        """Let the next one who asks wait for its answer until :meth:`answer_again`."""
        self._held = threading.Event()

    def wait_until_asked(self) -> None:
        """Return once somebody waits."""
        assert self._asked.wait(60)

    def answer_again(self) -> None:
        """Answer who waits."""
        assert self._held is not None
        self._held.set()

    def go_on(self, folder: Path) -> None:
        """Let a round of posts be written, some of them loud, and a file be dropped."""
        self.clock = self.start + self.apart * self.rounds
        self.rounds += 1
        with self.lock:
            loud = self.dice.sample(range(POSTS), LOUD_POSTS)
            for n in range(POSTS):
                self._post(loud=n in loud)
        self._drop(folder)

    def _post(self, *, loud: bool) -> None:
        self.clock += SPACING
        number = (int(self.clock.timestamp() * 1000) << 16) + len(self.posts)
        said = LOUD.format(self.brands[len(self.loud)]) if loud else self.dice.choice(SAID)
        text = f"{said} ({len(self.posts)})"
        self.posts[number] = {
            "id": str(number),
            "created_at": self.clock.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "content": f"<p>{text}</p>",
            "language": "en",
            "url": f"https://forum.example/{number}",
            "account": {"acct": f"who{number}", "followers_count": 250_000 if loud else 12},
        }
        if loud:
            self.loud.add(str(number))

    def _drop(self, folder: Path) -> None:
        """Drop one file: new rows, one twice, an edit, one that breaks a rule, one unreadable."""
        lines = []
        for n in range(ROWS):
            row = self._row(f"{self.rounds}-{n}", self.dice.choice(SAID))
            self.rows[row["external_id"]] = [row]
            lines.append(row)
        lines.append(lines[0])
        self.repeated += 1
        known = sorted(set(self.rows) - self.erased - {row["external_id"] for row in lines})
        if known:
            key = self.dice.choice(known)
            row = self._row(key, f"{self.dice.choice(SAID)}, on second thoughts {self.rounds}")
            row["published"] = self.rows[key][0]["published"]
            row["edited"] = datetime.now(UTC).isoformat()
            self.rows[key].append(row)
            lines.append(row)
        bad = {**self._row(f"{self.rounds}-bad", SAID[0]), "rating": 9}
        self.broken.add(bad["external_id"])
        lines += [bad, {**self._row(f"{self.rounds}-when", SAID[0]), "published": "never"}]
        self.unreadable += 1
        self.dice.shuffle(lines)
        draft = folder / f"{self.rounds:05d}.part"
        draft.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        draft.rename(draft.with_suffix(".jsonl"))

    def forget(self) -> str:
        """Choose a writer who is to be erased; return who, as erasing names people."""
        key = self.dice.choice(sorted(set(self.rows) - self.erased))
        self.erased.add(key)
        return f"files:writer{key}"

    def _row(self, key: str, text: str) -> dict[str, Any]:
        return {
            "external_id": key, "published": self.clock.isoformat(), "text": f"{text} [{key}]",
            "language": "en", "kind": "review", "rating": 4, "rating_min": 1, "rating_max": 5,
            "author_handle": f"writer{key}",
        }  # fmt: skip

    def page(self, query: str) -> tuple[list[dict[str, Any]], str | None]:
        """Return one page of the timeline, newest first, and what the next one is asked by."""
        if self._held is not None and not self._asked.is_set():
            self._asked.set()
            self._held.wait(60)
        asked = dict(parse_qsl(query))
        below, above = int(asked.get("max_id", 1 << 80)), int(asked.get("since_id", 0))
        with self.lock:
            found = sorted((n for n in self.posts if above < n < below), reverse=True)
            given = found[:PAGE_SIZE]
            self.shown |= set(given)
            self.answers += 1
            return [self.posts[n] for n in given], str(given[-1]) if given else None

    def hear(self, key: str, body: dict[str, Any]) -> None:
        """Take a message."""
        with self.lock:
            self.told[key] += 1
            for incident in body["data"]["incidents"]:
                for voice in incident["voices"]:
                    number = (voice.get("url") or "").rpartition("/")[2]
                    self.told_of.setdefault(number, set()).add(f"{body['type']} {key}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if not parts.path.startswith("/api/v1/timelines/tag/"):
            self._answer(404, b"{}")
            return
        posts, onward = self.world.page(parts.query)
        headers = {}
        if onward:
            base = f"http://{self.headers['host']}{parts.path}"
            rest = {k: v for k, v in parse_qsl(parts.query) if k != "max_id"}
            query = "&".join(f"{k}={v}" for k, v in {**rest, "max_id": onward}.items())
            headers["link"] = f'<{base}?{query}>; rel="next"'
        self._answer(200, json.dumps(posts).encode(), headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.world.hear(self.headers["idempotency-key"], json.loads(body))
        self._answer(200, b"{}")

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # whoever asked was killed
            self.close_connection = True

    def log_message(self, *words: object) -> None:
        """Keep still."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that were killed."""


@contextmanager
def shown(world: World) -> Iterator[str]:
    """Serve the forum and the receiver until the block ends; gives the address."""
    handler = type("_Of", (_Handler,), {"world": world})
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def installation(root: Path, url: str, brands: Iterable[str]) -> dict[str, str]:
    """Make an installation in ``root`` that collects from and tells ``url``; its environment.

    One watch file collects; each of ``brands`` has one of its own that tells.
    """
    (root / "watch").mkdir(parents=True)
    (root / "in").mkdir()
    (root / "watch" / "acme.toml").write_text(WATCH.format(url=url), "utf-8")
    for brand in brands:
        (root / "watch" / f"{brand.lower()}.toml").write_text(NOTIFY.format(brand=brand), "utf-8")
    return {
        "TIDINGS_HOME": str(root),
        "TIDINGS_SECRET_HOOK": f"{url}/hook",
        "TIDINGS_SECRET_HOOK_KEY": KEY,
        "GX_ANALYTICS_ENABLED": "false",
    }
