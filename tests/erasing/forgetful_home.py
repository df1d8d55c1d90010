"""An installation in which canaries have spoken, and a look at every byte that is left of them."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import zstandard

from tidings.cli import steps
from tidings.home import Home

WATCH = """
[brand]
name = "Acme"

[[competitors]]
name = "Globex"

[queries]
kettle = "kettle"

[[sources]]
connector = "files"
keep_handles = true
[sources.settings]
folder = "in"
"""

NOON = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)


def person(name: str, number: int, **fields: object) -> dict[str, object]:
    """Return what one person said, as a line of a source's file."""
    return {
        "external_id": f"id-{name}-{number}",
        "published": (NOON + timedelta(minutes=number)).isoformat(),
        "text": f"Acme kettle leaks says {name}word{number} of {name}town and it is terrible",
        "title": f"{name}title{number}",
        "url": f"https://forum.example/{name}/{number}",
        "language": "en",
        "author_handle": f"{name}-handle",
        "author_followers": 5_000,
        "kind": "post",
    } | fields


def tell(home: Home, file: str, *rows: dict[str, object] | str) -> None:
    """Put a file where the source looks for it; a text is a line as it is."""
    (home.root / "in").mkdir(exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (home.root / "in" / f"{file}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def run(home: Home, *, name: str | None = None) -> dict[str, int]:
    """Collect, check, load, refresh, publish; return the counts of the load."""
    run_id = name or steps.new_run("test")
    for watch in steps.watches(home):
        for source in watch.sources:
            steps.collect(watch.id, source.id, run=run_id)
    for group in steps.waiting():
        steps.enrich(group)
    done = steps.load(holder=run_id)
    steps.refresh()
    steps.publish()
    return done


def opinions(home: Home) -> None:
    """Anna and Bob speak, Bob answers Anna; some of what Anna says can't be read."""
    tell(
        home,
        "a",
        *[person("anna", n) for n in range(4)],
        *[person("bob", n) for n in range(4)],
        person("bob", 9, parent_id="id-anna-1"),
        person("anna", 10, rating=9, rating_max=5, rating_min=1),
        '{"text": "broken, by anna-handle',
    )
    run(home)
    told = person("anna", 1, text="Acme kettle, says annaword1, I have edited it")
    tell(home, "b", told | {"edited": (NOON + timedelta(hours=5)).isoformat()}, person("bob", 50))
    run(home)


def texts_of(path: Path) -> list[bytes]:
    """Return a file's bytes, and what they say once unpacked: zstd, Parquet, base64 bodies."""
    held = path.read_bytes()
    found = [held]
    if path.suffix == ".zst":
        found.append(zstandard.ZstdDecompressor().stream_reader(held).read())
        for exchange in msgspec.json.decode(found[-1]):
            body = exchange["response"].get("body_base64")
            found.append(base64.b64decode(body) if body else exchange["response"]["body"].encode())
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        found.append(json.dumps(pq.read_table(path).to_pylist(), default=str).encode())
    if held.startswith(b"SQLite format 3"):
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as con:
            found += ["\n".join(con.iterdump()).encode()] if "search" not in path.name else []
    if held[8:12] == b"DUCK":
        found += _duckdb(path)
    return found


def _duckdb(path: Path) -> list[bytes]:
    """Return all rows of a DuckDB file: its strings may be compressed."""
    import duckdb

    with duckdb.connect(":memory:") as con:
        con.execute("ATTACH ? AS it (READ_ONLY)", [str(path)])
        names = con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'it'"
        ).fetchall()
        return [
            json.dumps(con.execute(f"FROM it.{s}.{t}").fetchall(), default=str).encode()
            for s, t in names
        ]


def files(home: Home, *, without: tuple[str, ...] = ("in", "watch", ".secrets")) -> list[Path]:
    """Return every file of the installation but those that are not ours."""
    return [
        Path(folder) / name
        for folder, _folders, names in os.walk(home.root)
        for name in names
        if Path(folder).relative_to(home.root).parts[:1] not in [(one,) for one in without]
    ]


def holding(home: Home, *words: str) -> list[str]:
    """Return the files in which any of the words is, packed or not, and which word."""
    wanted = [word.lower().encode() for word in words]
    return sorted(
        f"{path.relative_to(home.root)}: {word.decode()}"
        for path in files(home)
        for word in wanted
        if any(word in text.lower() for text in texts_of(path))
    )
