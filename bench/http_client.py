"""What our client costs beside a bare one: the same pages, read the same way, fetched by three.

    python bench/http_client.py [ROUNDS]

A server in a process of its own answers after 20 ms with a page of 100 hits, as Hacker News does.
Ten queries of 30 pages are walked at concurrency 10; the pages of one query follow one another.
Every contestant sends the same requests and makes a mention of every hit:

bare       asyncio streams that write a request and read Content-Length bytes: no library, no
           checks; read as the connector reads
typed      a loop over ``httpx.AsyncClient``, read as the connector reads
plain      the same as it is mostly written: ``raise_for_status()``, ``.json()``, dicts
tidings    the connector and the whole client (retry, limits, redirects, typed errors, deadlines),
           throttle off, ten threads

The best of ROUNDS (5) counts, seconds on the wall and of CPU. Ends with 1 where ours takes more
than 1.3 times as long as the bare one, or no less than the plain loop.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import msgspec

from connectors.hackernews import HackerNews, _Found, _mention
from tidings.connector import read_records
from tidings.http.client import connect
from tidings.mention import Mention

QUERIES, PAGES, HITS, LATENCY = 10, 30, 100, 0.02
START = 1_760_000_000
MOST = 1.3
"""Times the bare client's seconds that ours may take."""


def page(number: int) -> bytes:
    """Return page ``number`` of a query, newest first: one hit a minute."""
    first = START - number * (HITS - 1) * 60  # a page begins with the last hit of the one before
    hits = [
        {
            "objectID": str(first - i * 60),
            "created_at_i": first - i * 60,
            "author": "kari",
            "title": "The new mill hums, and grinds as finely as the old one did",
            "url": "https://mill.example/new",
            "points": i,
            "num_comments": 3,
            "_tags": ["story", "author_kari"],
        }
        for i in range(HITS)
    ]
    return json.dumps({"hits": hits, "nbHits": PAGES * HITS, "nbPages": PAGES}).encode()


def serve(tell: Connection) -> None:
    """Answer each request after LATENCY, over connections that stay open; never ends by itself."""
    bodies = [page(n) for n in range(PAGES)]
    empty = json.dumps({"hits": [], "nbHits": 0, "nbPages": 0}).encode()

    def body(target: str) -> bytes:
        filters = parse_qs(urlsplit(target).query).get("numericFilters", [""])[0]
        newest = [int(f.rpartition("=")[2]) for f in filters.split(",") if "<=" in f]
        # asked for what is as old as the last hit seen: the next page, which begins there
        number = (START - newest[0]) // (HITS * 60 - 60) if newest else 0
        return bodies[number] if number < PAGES else empty

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            await asyncio.sleep(LATENCY)
            answer = body(head.split(b" ", 2)[1].decode())
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer)
            )
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(client, "127.0.0.1", 0)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def read(body: bytes) -> int:
    """Make mentions of a page as the connector does; return how many."""
    found = msgspec.json.decode(body, type=_Found)
    mentions, rejected = read_records(found.hits, _mention)
    assert not rejected
    return len(mentions)


def from_dict(hit: dict[str, Any]) -> Mention:
    """Make a mention of a decoded hit, unchecked."""
    return Mention(
        source="hackernews",
        place="news.ycombinator.com",
        external_id=hit["objectID"],
        kind="post",
        published=datetime.fromtimestamp(hit["created_at_i"], UTC),
        url=f"https://news.ycombinator.com/item?id={hit['objectID']}",
        author_handle=hit["author"],
        title=hit["title"],
        likes=hit["points"],
        replies=hit["num_comments"],
    )


def targets(query: str) -> list[str]:
    """Return the paths of one query's pages, in order, as the connector asks for them."""
    asked = f"/api/v1/search_by_date?query={quote(query)}&tags=story&hitsPerPage={HITS}"
    # and once more: that there is nothing older is known by asking
    newest = [START - n * (HITS * 60 - 60) for n in range(PAGES + 1)]
    return [asked, *(f"{asked}&numericFilters=created_at_i%3C%3D{at}" for at in newest[1:])]


def bare(port: int) -> int:
    """Fetch and read all with asyncio streams."""

    async def walk(query: str) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        items = 0
        for target in targets(query):
            writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            items += read(await reader.readexactly(length))
        writer.close()
        return items

    return sum(asyncio.run(_together(walk)))


def plain(port: int) -> int:
    """Fetch all with one ``httpx.AsyncClient``, and decode as its users do: ``.json()``, dicts."""

    async def page_of(client: httpx.AsyncClient, target: str) -> int:
        answer = await client.get(f"http://127.0.0.1:{port}{target}")
        answer.raise_for_status()
        return len([from_dict(hit) for hit in answer.json()["hits"]])

    return _with_async_client(page_of)


def typed(port: int) -> int:
    """Fetch all with one ``httpx.AsyncClient``, and decode as the connector does."""

    async def page_of(client: httpx.AsyncClient, target: str) -> int:
        return read((await client.get(f"http://127.0.0.1:{port}{target}")).content)

    return _with_async_client(page_of)


def _with_async_client(
    page_of: Callable[[httpx.AsyncClient, str], Awaitable[int]],
) -> int:
    async def run() -> list[int]:
        async with httpx.AsyncClient(trust_env=False) as client:

            async def walk(query: str) -> int:
                return sum([await page_of(client, target) for target in targets(query)])

            return await _together(walk)

    return sum(asyncio.run(run()))


async def _together(walk: Callable[[str], Awaitable[int]]) -> list[int]:
    return await asyncio.gather(*(walk(f"mill {n}") for n in range(QUERIES)))


def ours(port: int) -> int:
    """Walk all with the connector, over the whole client, in ten threads."""
    whole = HackerNews(
        queries=tuple(f"mill {n}" for n in range(QUERIES)),
        tags=("story",),
        hits_per_page=HITS,
        base_url=f"http://127.0.0.1:{port}",
    )
    with (
        connect(requests_per_second=1e6, user_agent="bench") as http,
        ThreadPoolExecutor(QUERIES) as pool,
    ):

        def walk(connector: HackerNews) -> int:
            return sum(len(p.mentions) + len(p.rejected) for p in connector.pages(http, None))

        return sum(pool.map(walk, whole.split()))


class Took(NamedTuple):
    """Seconds on the wall, and of CPU in this process, and the items read."""

    wall: float
    cpu: float
    items: int


def timed(contestant: Callable[[int], int], port: int) -> Took:
    """Run one contestant once."""
    wall, cpu = time.perf_counter(), time.process_time()
    items = contestant(port)
    return Took(time.perf_counter() - wall, time.process_time() - cpu, items)


def main() -> int:
    """Run all, by turns, and print the best of each."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    ask, tell = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(tell,), daemon=True)
    server.start()
    port = ask.recv()
    contestants = {"bare": bare, "typed": typed, "plain": plain, "tidings": ours}
    took: dict[str, list[Took]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            took[name].append(timed(contestant, port))
    server.terminate()
    best = {name: min(all_, key=lambda t: t.wall) for name, all_ in took.items()}
    print(f"{QUERIES} x {PAGES} pages x {HITS} items, {LATENCY * 1000:.0f} ms, best of {rounds}")
    for name, t in best.items():
        against = t.wall / best["bare"].wall
        print(f"{name:8} {t.wall:6.2f} s  {t.cpu:6.2f} CPU-s  {t.items:6} items  {against:5.2f} x")
    slow = best["tidings"].wall > MOST * best["bare"].wall
    return int(slow or best["tidings"].wall >= best["plain"].wall)


if __name__ == "__main__":
    sys.exit(main())
