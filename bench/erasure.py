"""Erase a thousand people from millions of mentions, and look for them in every byte afterwards.

    python -m bench.erasure [--rows 3000000] [--subjects 1000] [--folder FOLDER] [--write]

Mentions of 400,000 authors are made in SQL, with scores, matches and hits, and the landing area
that they might have come from: batches, markers and raw pages. A thousand authors are erased at
once; then every file is searched, packed ones unpacked and databases row by row, for their words,
ids, addresses and pseudonyms. ``--write`` writes docs/reliability/erasure.json.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from bench import marts
from tidings.batch import Batch
from tidings.home import Home

if TYPE_CHECKING:
    import ahocorasick_rs
    import duckdb

AUTHORS = 400_000
BATCH = 5_000
STATEMENTS = Path(__file__).with_name("erasure_sql")
RESULT = Path(__file__).parents[1] / "docs/reliability/erasure.json"


def main() -> None:
    """Make it, erase, look; print what was found and how long it took."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--rows", type=int, default=3_000_000)
    asked.add_argument("--subjects", type=int, default=1_000)
    asked.add_argument("--folder", type=Path, help="where to make the files; they are removed")
    asked.add_argument("--write", action="store_true", help=f"write {RESULT.name}")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=told.folder) as folder:
        counts = measure(Home.at(Path(folder)), told.rows, told.subjects)
    if told.write:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        what = "A thousand people erased at once, and looked for in every byte"
        made = f"{datetime.now(UTC):%Y-%m-%d}"
        result: dict[str, Any] = {
            "what": what,
            "made": made,
            "counts": counts,
            "machine": "2 cores, 24 GiB",
        }
        result |= {"seed": 0}
        RESULT.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")


def measure(home: Home, rows: int, subjects: int) -> dict[str, Any]:
    """Do it in ``home``; return the counts, with times in seconds."""
    from tidings.cli import erasing
    from tidings.cli.erasure_request import author, new_request

    os.environ.update(home.environment())
    began = time.perf_counter()
    make(home, rows)
    _tell("made", began)
    doomed = [AUTHORS // subjects * n for n in range(subjects)]
    words = [f"sayer{n:06d}x" for n in doomed] + [pseudonym(n) for n in doomed]
    words += [f"id-{i:09d}z" for n in doomed for i in range(n, rows, AUTHORS)]
    before = sum(_hits(found_by(words), text) for text in texts(sample(home)))
    _tell(f"one batch and its pages looked at: {before:,} hits", began)
    request = new_request([author(f"shop:{pseudonym(n)}") for n in doomed], "request")
    start, cpu = time.perf_counter(), time.process_time()
    receipt = erasing.carry_out(home, request)
    took, used = time.perf_counter() - start, time.process_time() - cpu
    _tell("erased", began)
    left = look(home, words)
    counts = {
        "mentions": rows,
        "subjects": subjects,
        "mentions_erased": receipt.counts.get("core.mention_version", 0),
        "hits_in_one_batch_before": before,
        "hits_after": sum(left.values()),
        "files_searched": len(left),
        "seconds": round(took, 1),
        "cpu_seconds": round(used, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "by_layer": receipt.counts,
    }
    print(msgspec.json.format(msgspec.json.encode(counts), indent=1).decode(), flush=True)
    for name, hits in left.items():
        if hits:
            print(f"LEFT in {name}: {hits}")
    return counts


def pseudonym(number: int) -> str:
    """Return the pseudonym of an author, as ``version.sql`` makes it."""
    return md5(f"handle {number}".encode(), usedforsecurity=False).hexdigest()[:24]


def make(home: Home, rows: int) -> None:
    """Make the warehouse, what is published of it, and the landing area."""
    from tidings.cli import steps
    from warehouse.brands import sync
    from warehouse.marts import refresh
    from warehouse.store import open_warehouse

    home.watch_dir.mkdir(parents=True)
    with open_warehouse(home.warehouse, memory_limit="2GB") as con:
        sync(con, marts.watches(), allows_answers=("shop",))
        run(con, "version", n=rows)
        for name in ("seen", "load"):
            run(con, name)
        values = {"first": 0, "n": rows, "known": "2026-01-02"}
        for name in ("score", "match", "keyword", "driver"):
            marts.run(con, f"add_{name}", values)
        refresh(con, full=True)
        steps.write_snapshots(con, home, whole=True)
        land(con, home)


def land(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Write the batches that the mentions came in, with their markers and raw pages."""
    from tidings.landing import Landing, parquet
    from tidings.schema import arrow_schema

    landing = Landing(home.landing)
    for n, (batch_id,) in enumerate(
        con.execute("FROM core.load SELECT batch_id ORDER BY 1").fetchall()
    ):
        text = (STATEMENTS / "landed.sql").read_text("utf-8")
        span = {"first": n * BATCH, "last": (n + 1) * BATCH - 1}
        table = con.sql(text, params=span).to_arrow_table()
        assert set(table.column("batch_id").to_pylist()) == {batch_id}
        names = arrow_schema().names
        landing.write(f"{batch_id}.parquet", parquet(table.select(names).cast(arrow_schema())))
        for page, said in pages(table):
            landing.write(page, said)
        part = int(batch_id[-4:])
        landing.write(
            f"{batch_id}.json", msgspec.json.encode(marker(batch_id, part, table.num_rows))
        )


def pages(table: Any) -> Iterator[tuple[str, bytes]]:
    """Give each raw page of a batch: its path and its bytes, a recorded exchange."""
    import zstandard

    columns = ("external_id", "url", "author", "title", "text", "raw_page")
    items: dict[str, list[dict[str, Any]]] = {}
    for row in table.select(columns).to_pylist():
        items.setdefault(row.pop("raw_page"), []).append(row)
    for page, said in items.items():
        body = msgspec.json.encode({"items": said}).decode()
        request = {"method": "GET", "url": "https://shop.example/api"}
        response = {"status": 200, "headers": {}, "body": body}
        exchange = msgspec.json.encode([{"request": request, "response": response}])
        yield page, zstandard.compress(exchange)


def marker(batch_id: str, part: int, rows: int) -> Batch:
    """Return the marker of a batch."""
    walk = batch_id.split("/")[3]
    return Batch(
        batch_id=batch_id,
        source="shop",
        walk_id=walk,
        label=walk,
        watch="watch-0",
        about=None,
        run="run",
        attempt=1,
        part=part,
        rows=rows,
        rejected=0,
        mentions_path=f"{batch_id}.parquet",
        rejected_path=None,
        collected=datetime(2026, 1, 1, tzinfo=UTC),
        cursor=None,
    )


def look(home: Home, words: list[str]) -> dict[str, int]:
    """Search every file for the words, unpacked where it is packed; return the hits by file."""
    found = found_by(words)
    return {
        str(path.relative_to(home.root)): sum(_hits(found, text) for text in texts(path))
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and ".secrets" not in path.parts
    }


def found_by(words: list[str]) -> ahocorasick_rs.AhoCorasick:
    """Return what finds the words, all at once."""
    import ahocorasick_rs

    return ahocorasick_rs.AhoCorasick(words)


def sample(home: Home) -> Path:
    """Return the first landed batch."""
    return min(Path(home.landing).rglob("batch-0001.parquet"))


def texts(path: Path) -> Iterable[str]:
    """Give what a file holds, as it is and unpacked."""
    import pyarrow.parquet as pq
    import zstandard

    if path.suffix == ".zst":
        with path.open("rb") as file:
            yield zstandard.ZstdDecompressor().stream_reader(file).read().decode()
        return
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(0)
        while piece := file.read(64 << 20):
            yield piece.decode("latin-1")
    if path.suffix == ".parquet":
        yield msgspec.json.encode(pq.read_table(path).to_pylist()).decode()
    if head[8:12] == b"DUCK":
        yield from _rows(path)


def _rows(path: Path) -> Iterator[str]:
    import duckdb

    with duckdb.connect(":memory:") as con:
        con.execute("ATTACH ? AS it (READ_ONLY)", [str(path)])
        tables = con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'it'"
        ).fetchall()
        for schema, table in tables:
            texts_of = con.execute(
                "SELECT string_agg(format('\"{}\"::VARCHAR', column_name), ', ') "
                "FROM duckdb_columns() WHERE database_name = 'it' AND schema_name = ? "
                "AND table_name = ? AND regexp_matches(data_type, 'VARCHAR|JSON|UUID|BLOB')",
                [schema, table],
            ).fetchone()
            if texts_of is None or texts_of[0] is None:
                continue
            asked = con.execute(
                f"SELECT concat_ws(' ', {texts_of[0]}, '') FROM it.{schema}.{table}"  # noqa: S608
            )
            while rows := asked.fetchmany(100_000):
                yield "\n".join(row[0] for row in rows)


def _hits(found: ahocorasick_rs.AhoCorasick, text: str) -> int:
    places = found.find_matches_as_indexes(text)
    for _word, start, end in places[:3]:
        print(f"         ... {text[max(0, start - 60) : end + 30]!r}"[:200], flush=True)
    return len(places)


def run(con: duckdb.DuckDBPyConnection, name: str, **values: Any) -> duckdb.DuckDBPyConnection:
    """Run ``bench/erasure_sql/NAME.sql``."""
    return con.execute((STATEMENTS / f"{name}.sql").read_text("utf-8"), values)


def _tell(what: str, began: float) -> None:
    print(f"{time.perf_counter() - began:8.1f} s  {what}", flush=True)


if __name__ == "__main__":
    main()
