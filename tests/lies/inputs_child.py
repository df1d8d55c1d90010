"""Bad inputs through landing, check, enrich and merge, in a process with little memory and time.

    python tests/lies/inputs_child.py FOLDER COUNT SEED [CORPORA]

Prints what was counted as JSON. The process ends badly where a limit is passed or a thing crashes.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import odd_json
import odd_markup
import odd_mentions

from tidings.connector import About, Connector, Cursor, Page
from tidings.home import Home
from tidings.http import Answer, Http, Request
from tidings.mention import Mention

MEMORY = 6 << 30
SECONDS = 1_800
sys.path.insert(0, str(Path(__file__).parents[1] / "dashboard"))
WATCH = """
[brand]
name = "Acme"
aliases = ["anvil"]
[quality]
bad_rows = "warn"
[[sources]]
connector = "files"
name = "lines"
keep_handles = true
[sources.settings]
folder = "lines"
pattern = "*"
[sources.settings.constants]
kind = "post"
"""
LINE = (
    b'{"external_id":"e%d","published":"2026-03-01T12:00:00Z","text":"The anvil is good, I say.",'
    b'"rating":4,"rating_min":1,"rating_max":5,"likes":3,"language":"en","author_handle":"kari"}'
)


class Given(Connector, frozen=True):
    """Hands on the mentions that it was given, page by page."""

    source: ClassVar[str] = "given"
    about: ClassVar[About] = About(collects="what a test made")
    mentions: tuple[Mention, ...] = ()

    def pages(self, http: Http, cursor: Cursor | None) -> Iterator[Page]:
        rows = iter(self.mentions)
        while page := list(islice(rows, 500)):
            yield Page(mentions=page, cursor=None)

    def walk_id(self) -> str:
        return "given:all"


def main() -> None:
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    corpora = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    home = Home.at(folder)
    home.watch_dir.mkdir()
    (home.watch_dir / "acme.toml").write_text(WATCH, "utf-8")
    os.environ.update(home.environment())
    rng = random.Random(seed)
    began = time.process_time()
    told: Counter[str] = Counter()
    documents = min(count // 8, 400)  # they take longest: each is a source and a batch of its own
    lines = (count - documents) // 2
    _lines(home, lines, rng, told)
    given = _given(home, count - documents - lines, rng, told)
    _documents(home, documents, rng, told, corpora)
    loaded = _loaded(home)
    told["texts changed"] = _changed(home, given)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = {
        "cpu seconds": round(time.process_time() - began),
        "MiB at most": usage.ru_maxrss >> 10,
    }
    print(json.dumps({"told": told, "loaded": loaded, "spent": spent}))


def _lines(home: Home, count: int, rng: random.Random, told: Counter[str]) -> None:
    """Drop files whose lines are odd; an empty line is none."""
    from tidings.cli import steps

    made = odd_json.documents(LINE % 0, rng)
    lines = []
    while len(lines) < count:
        document = next(made)
        if len(lines) % 2 == 0 and document.startswith(b'{"external_id":"e0"'):
            document = document.replace(b'"e0"', b'"e%d"' % len(lines), 1)
        if document.strip() and b"\n" not in document and b"\r" not in document:
            lines.append(document)
    (home.root / "lines").mkdir()
    for part in range(4):  # what begins a file says how it is written
        body = b"\n".join([LINE % (10**6 + part), *lines[part::4]])
        (home.root / "lines" / f"{part}.jsonl").write_bytes(body + b"\n")
    outcomes = steps.collect_outcomes("acme", "lines", run="lines")
    _note(outcomes, "lines", told)
    told["lines given"] = len(lines) + 4


def _given(home: Home, count: int, rng: random.Random, told: Counter[str]) -> dict[str, set[str]]:
    """Collect odd mentions; return the texts that were given under each id."""
    from hostile import naughty, payloads

    texts = [*naughty(), *payloads()]
    made = tuple(islice(odd_mentions.mentions(rng, texts), count))
    _note(_collected(home, [Given(mentions=made)], None, "given"), "mentions", told)
    told["mentions given"] = count
    given: dict[str, set[str]] = {}
    for m in made:
        if isinstance(m.external_id, str | bytes) and isinstance(m.text, str | bytes):
            given.setdefault(_text(m.external_id), set()).add(_text(m.text))
    return given


def _text(value: str | bytes) -> str:
    """Return a text as it is written: bytes of UTF-8 are taken for one."""
    return value.decode() if isinstance(value, bytes) else value


def _documents(
    home: Home, count: int, rng: random.Random, told: Counter[str], corpora: Path | None
) -> None:
    """Hand odd bodies to connectors, each as the only page of a source of its own."""
    from connectors.articles import Articles
    from connectors.hackernews import HackerNews
    from connectors.mastodon import Mastodon
    from connectors.reviews import Reviews
    from connectors.rss import Rss

    hits = (
        b'{"hits":[{"objectID":"1","created_at_i":1772366400,"comment_text":"Anvil"}],"nbHits":1}'
    )
    status = b'[{"id":"1","created_at":"2026-03-01T12:00:00Z","content":"<p>Anvil</p>"}]'
    feed = "application/rss+xml"
    kinds: list[tuple[Callable[[str], Connector], str, Iterable[bytes]]] = [
        (lambda n: HackerNews(queries=(n,)), "application/json", odd_json.documents(hits, rng)),
        (
            lambda n: Mastodon(instance=f"https://{n}.example", hashtags=("x",)),
            "application/json",
            odd_json.documents(status, rng),
        ),
        (lambda n: Rss(urls=(f"https://{n}.example/feed",)), feed, odd_markup.feeds(rng)),
        (lambda n: Reviews(urls=(f"https://{n}.example/r",)), "text/html", odd_markup.pages(rng)),
        (
            lambda n: Articles(urls=(f"https://{n}.example/s.xml",)),
            "application/xml",
            odd_markup.sitemaps(rng),
        ),
    ]
    if corpora is not None:
        found = list(odd_markup.corpora(corpora))
        rng.shuffle(found)
        told["documents of test corpora"] = len(found)
        kinds[2] = (kinds[2][0], feed, iter([*found, *islice(odd_markup.feeds(rng), count)]))
        kinds[3] = (
            kinds[3][0],
            "text/html",
            iter([*found[::3], *islice(odd_markup.pages(rng), count)]),
        )
    for number in range(count):
        make, content_type, bodies = kinds[number % len(kinds)]
        name = f"d{number}"
        answer = Answer(
            status=200, url="", headers={"content-type": content_type}, body=next(iter(bodies))
        )
        _note(_collected(home, make(name).split(), answer, name), "documents", told)
    told["documents given"] = count


def _collected(
    home: Home, connectors: Sequence[Connector], answer: Answer | None, run: str
) -> list[Any]:
    """Collect into the landing area, with ``answer`` to the first request and to others 404."""
    from tidings.cli import steps
    from tidings.collect import collect
    from tidings.testing.driving import client

    asked: list[Request] = []

    def send(request: Request) -> Answer:
        if answer is None or "robots.txt" in request.url:
            return Answer(status=404, url=request.url)
        asked.append(request)
        if len(asked) > 1:
            return Answer(status=404, url=request.url)
        return msgspec.structs.replace(answer, url=request.url)

    watch = steps.watches(home)[0]
    with client(send) as http, steps.one_run(home, watch, watch.source("lines"), run=run) as plan:
        return collect(msgspec.structs.replace(plan, http=http), list(connectors))


def _note(outcomes: Sequence[Any], what: str, told: Counter[str]) -> None:
    for outcome in outcomes:
        told[f"{what} read"] += sum(batch.rows for batch in outcome.batches)
        told[f"{what} rejected"] += sum(batch.rejected for batch in outcome.batches)
        if outcome.error is not None:
            told[f"{what} refused"] += 1
            if "is a bug in the connector" in outcome.error.remedy:
                told["not typed"] += 1
                print(what, outcome.label, outcome.error.message, file=sys.stderr)
        elif outcome.coverage.stopped_by:
            told[f"{what} doubted"] += 1


def _loaded(home: Home) -> dict[str, int]:
    from tidings.cli import whole_run

    return whole_run.check_and_load(holder="inputs")


def _changed(home: Home, given: dict[str, set[str]]) -> int:
    """Return how many texts of the warehouse are not those that were given."""
    from warehouse.store import open_warehouse

    with open_warehouse(home.warehouse) as con:
        rows = con.execute(
            "SELECT external_id, text FROM core.mention WHERE source = 'given' AND place = 'square'"
        ).fetchall()
    return sum(text not in given.get(key, ()) for key, text in rows if text is not None)


if __name__ == "__main__":
    main()
