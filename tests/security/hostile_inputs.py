"""Hostile inputs by family; what gets through is named. Counts go to the documents.

python tests/security/hostile_inputs.py [--write docs/reliability/hostile.json]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile_network import Outcome, headers, private_addresses, rebinding, trap
from hostile_sql import ALLOWED, statements
from hostile_written import formulas, log_lines, paths, webhooks

from tidings.errors import TidingsError
from tidings.http import Answer

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "dashboard"), str(TESTS / "lies")]


def user_sql() -> Iterator[Outcome]:
    """Run hostile statements as ``tidings query`` runs them, on a snapshot."""
    import duckdb

    from warehouse.snapshot import open_snapshot, publish
    from warehouse.store import open_warehouse

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with open_warehouse(root / "w.duckdb") as con:
            publish(con, root / "s.duckdb")
        before = sorted(root.iterdir())
        content = (root / "s.duckdb").read_bytes()
        for text in statements(folder):
            through = None
            try:
                if len(duckdb.extract_statements(text)) != 1:
                    raise TidingsError("one at a time")  # as the child does
                with open_snapshot(root / "s.duckdb", asked=text) as con:
                    rows = con.execute(text).fetchall()
                if not text.startswith(ALLOWED) and rows and any(any(row) for row in rows):
                    through = f"gave {str(rows[0])[:80]}"
            except (duckdb.Error, TidingsError):
                pass
            if sorted(root.iterdir()) != before or (root / "s.duckdb").read_bytes() != content:
                through = f"wrote {set(root.iterdir()) - set(before)}"
            yield text, through


def entities() -> Iterator[Outcome]:
    """Read feeds, sitemaps, pages and spreadsheets with entities that lead out or grow."""
    import odd_markup

    from connectors.articles_sitemap import read_sitemap
    from connectors.feed import read_feed
    from connectors.schemaorg import read_page

    secret = "root:x:0:0"
    readers = (
        ("feed", read_feed, odd_markup.RSS, b"It ", "application/rss+xml"),
        ("sitemap", read_sitemap, odd_markup.SITEMAP, b"https://blog.example/1", "application/xml"),
        (
            "page",
            read_page,
            b"<?xml version='1.0'?>" + odd_markup.PAGE,
            b"It works",
            "application/xhtml+xml",
        ),
    )
    with trap() as laid:
        for name, read, good, where, kind in readers:
            for number, body in enumerate(odd_markup.entities(good, where)):
                body = body.replace(b"127.0.0.1:9", b"127.0.0.1:%d" % laid.port)
                answer = Answer(
                    status=200, url="https://a.example/", headers={"content-type": kind}, body=body
                )
                try:
                    said = repr(read(answer))
                except TidingsError:
                    said = ""
                grown = len(said) > 40 * len(good) + 30 * len(body)
                through = "grew" if grown else "read a file" if secret in said else None
                yield f"{name} {number}", (laid.sprung() and "went out") or through


FAMILIES: dict[str, Callable[[], Iterator[Outcome]]] = {
    "private addresses": private_addresses,
    "names that resolve anew": rebinding,
    "SQL": user_sql,
    "entities": entities,
    "formulas": formulas,
    "forged pushes": webhooks,
    "paths": paths,
    "log lines": log_lines,
    "headers": headers,
}


def tried(name: str) -> tuple[int, list[str]]:
    """Return how many inputs a family has, and what got through."""
    outcomes = list(FAMILIES[name]())
    return len(outcomes), [f"{what}: {did}" for what, did in outcomes if did]


def main() -> int:
    """Try all; the exit code is 1 if anything got through."""
    from hostile import naughty, payloads
    from result_file import write_result

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the JSON file for the counts")
    asked = parser.parse_args()
    counts: dict[str, int | float] = {}
    through: list[str] = []
    for name in FAMILIES:
        counts[name], found = tried(name)
        through += found
        print(name, counts[name], *found[:9], sep="\n  ")
    # shown and exported by the pages, in tests/dashboard/test_hostile_texts.py
    counts["texts on pages"] = len(set(payloads())) + len(set(naughty()))
    counts |= {"inputs": sum(counts.values()), "through": len(through)}
    print(counts)
    if asked.write:
        write_result(asked.write, "Hostile inputs", counts, 8)
    return int(bool(through))


if __name__ == "__main__":
    sys.exit(main())
