"""A search over real HTTP that answers like Hacker News' and can go wrong in the ways of tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

MOST = 1000
"""Hits of one query that can be paged to."""


class Search:
    """The hits there are, as (second, id), and what is wrong at the moment."""

    def __init__(self) -> None:
        self.hits: list[tuple[int, str]] = []
        self.empty = False
        self.poison: int | None = None
        self.url = ""
        self.asked = 0

    def add(self, *seconds: int, name: str = "h") -> None:
        """Let hits of these Unix seconds be found from now on."""
        start = len(self.hits)
        self.hits += [(at, f"{name}{start + n}") for n, at in enumerate(seconds)]

    def answer(self, params: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer one search: status and JSON."""
        self.asked += 1
        found = [] if self.empty else sorted(self.hits, reverse=True)
        for bound in filter(None, params.get("numericFilters", "").split(",")):
            second = int(bound.rpartition("=")[2])
            found = [h for h in found if (h[0] >= second if ">=" in bound else h[0] <= second)]
        size = int(params["hitsPerPage"])
        page = int(params.get("page", 0))
        shown = found[:MOST][page * size : (page + 1) * size]
        if self.poison is not None and self.poison in {at for at, _ in shown}:
            return 200, {"hits": "none of your business"}
        pages = -(-min(len(found), MOST) // size)
        hits = [
            {
                "objectID": name,
                "created_at_i": at,
                "author": "kari",
                "comment_text": f"Acme anvils are fine, says {name}.",
                "_tags": ["comment"],
            }
            for at, name in shown
        ]
        return 200, {"hits": hits, "page": page, "nbHits": len(found), "nbPages": pages}


@contextmanager
def searching() -> Iterator[Search]:
    """Serve a search on a port of this machine; its ``url`` says where."""
    search = Search()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, found = search.answer(dict(parse_qsl(urlsplit(self.path).query)))
            body = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            """Keep still."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        search.url = f"http://127.0.0.1:{server.server_port}"
        yield search
        server.shutdown()
