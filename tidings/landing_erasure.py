"""Erasing from the landing area: raw pages are dropped, batches written anew without the rows.

What is left adds up: a marker's ``rows`` and ``rejected`` are those that its files have, and
``erased`` says how many were taken out. May be killed anywhere and done again: a page goes before
the rows that tell which it was, a batch's files before its marker.
"""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from tidings.batch import Batch
from tidings.connector import Gone
from tidings.landing import Landing, parquet
from tidings.needles import SHORTEST, Needles, line_of
from tidings.storage import is_url, matching, remove
from tidings.tombstones import Tombstones

if TYPE_CHECKING:
    import pyarrow as pa
    from upath import UPath

_KEYS = ("source", "place", "external_id", "author", "parent_id", "url")
_SAID = ("place", "external_id", "url", "author", "author_handle", "title", "text", "raw_page")
STALE_DRAFT = 600.0
"""Seconds after which a draft was left by a writer that was killed."""


class Found(msgspec.Struct, kw_only=True):
    """Rows of batches that go, and all that names them: words, marks (source, word) and pages.

    Words are told apart from others whatever the source, names among the marks within it alone.
    """

    rows: dict[str, list[int]] = {}
    """By batch; [] for one that was looked at and has none."""
    words: set[str] = set()
    marks: set[tuple[str, str]] = set()
    keys: set[tuple[str, str, str]] = set()
    """Source, place and external id of the mentions that go."""
    pages: set[str] = set()


class Purged(msgspec.Struct, kw_only=True):
    """What went: mentions and unreadable records (rows), raw pages, other files; and how often."""

    landing_rows: int = 0
    landing_rejected: int = 0
    landing_pages: int = 0
    landing_batches: int = 0
    landing_files: int = 0


def look(landing: Landing, stones: Tombstones) -> Found:
    """Find the rows of all batches that tombstones stand for; nothing is changed."""
    found = Found()
    for batch in landing.batches():
        if stones.has(batch.source, None, None):
            continue  # all of it goes
        rows = _doomed(_read(landing, batch.mentions_path, _KEYS[:4]), stones)
        found.rows[batch.batch_id] = rows
        if not rows:
            continue
        for row in _read(landing, batch.mentions_path, _SAID).take(rows).to_pylist():
            words = [w for w in (row["external_id"], row.get("url")) if len(w or "") >= SHORTEST]
            words += [row.get("author_handle")]
            found.words |= {w for w in (row.get("url"), row.get("author")) if w}
            found.words |= {w for w in (line_of(row.get("title")), line_of(row.get("text"))) if w}
            found.keys.add((batch.source, row["place"], row["external_id"]))
            found.marks |= {(batch.source, w) for w in words if w}
            if row.get("raw_page"):
                found.pages.add(row["raw_page"])
    return found


def unreadable(landing: Landing, stones: Tombstones) -> bool:
    """Whether a record that could not be read has a mark of what was erased."""
    for batch in landing.batches():
        if batch.rejected_path:
            rows = _read(landing, batch.rejected_path, ("reason", "raw")).to_pylist()
            if any(stones.marked(batch.source, f"{r['reason']} {r['raw']}") for r in rows):
                return True
    return False


def purge(landing: Landing, stones: Tombstones, needles: Needles, found: Found) -> Purged:
    """Take out what tombstones stand for, and pages and records that have one of the words."""
    done = Purged()
    if not landing.root.exists():
        return done
    _whole_sources(landing, stones, done)
    for path in sorted(found.pages):
        _drop(landing.root / path, done)
    for path in matching(landing.root, "*/*/*/*/*.json.zst"):
        page = landing.root / path
        mine = needles.of(path.partition("/")[0])
        if any(mine.found(text) for text in _texts(page)):
            _drop(page, done)
    for path in matching(landing.root, "*/*/*/*/*.draft"):
        draft = landing.root / path
        if time.time() - draft.stat().st_mtime > STALE_DRAFT:
            draft.unlink()
            done.landing_files += 1
    for batch_id in landing.batch_ids():
        batch = landing.batch(batch_id)
        _batch(landing, batch, stones, needles.of(batch.source), found, done)
    return done


def _whole_sources(landing: Landing, stones: Tombstones, done: Purged) -> None:
    paths = matching(landing.root, "*/*/*/*/*")
    gone = [path for path in paths if stones.has(path.partition("/")[0], None, None)]
    remove(landing.root, [path for path in gone if path.endswith(".json")])  # the markers first
    remove(landing.root, [path for path in gone if not path.endswith(".json")])
    for folder in {path.partition("/")[0] for path in gone} if not is_url(landing.root) else ():
        shutil.rmtree(str(landing.root / folder))
    done.landing_files += len(gone)


def _batch(
    landing: Landing,
    batch: Batch,
    stones: Tombstones,
    needles: Needles,
    found: Found,
    done: Purged,
) -> None:
    keys = _read(landing, batch.mentions_path, _KEYS)
    doomed = found.rows.get(batch.batch_id)
    if doomed is None or max(doomed, default=-1) >= keys.num_rows:
        doomed = _doomed(keys, stones)
    changes = _naming(keys, stones, needles)
    rows = keys.num_rows - len(doomed)
    if doomed or changes:
        table = _without(_read(landing, batch.mentions_path), doomed, changes)
        landing.replace(batch.mentions_path, parquet(table))
    rejected = 0
    if batch.rejected_path:
        records = _read(landing, batch.rejected_path)
        kept = _records(records, batch.source, stones, needles)
        if kept.num_rows < records.num_rows:
            landing.replace(batch.rejected_path, parquet(kept))
        rejected = kept.num_rows
    told = _marker(batch, rows, rejected, stones, needles)
    if told != batch:
        landing.replace(f"{batch.batch_id}.json", msgspec.json.encode(told))
    done.landing_rows += batch.rows - told.rows
    done.landing_rejected += batch.rejected - told.rejected
    done.landing_batches += told != batch or bool(changes)


def _marker(batch: Batch, rows: int, rejected: int, stones: Tombstones, needles: Needles) -> Batch:
    """Return the marker as its files are now; a kill may have come between it and them."""
    cursor = batch.cursor
    if cursor is not None and needles.found(msgspec.json.encode(cursor).decode()):
        cursor = None  # it names what was erased: the walk goes on from an earlier one
    gone: tuple[Gone, ...] = tuple(
        one for one in batch.gone if not stones.has(batch.source, one.place, one.external_id)
    )
    return msgspec.structs.replace(
        batch,
        rows=rows,
        rejected=rejected,
        erased=batch.erased + (batch.rows - rows) + (batch.rejected - rejected),
        cursor=cursor,
        gone=gone,
    )


def _doomed(table: pa.Table, stones: Tombstones) -> list[int]:
    columns = [table.column(name).to_pylist() for name in _KEYS[:4]]
    return [n for n, row in enumerate(zip(*columns, strict=True)) if stones.has(*row)]


def _naming(keys: pa.Table, stones: Tombstones, needles: Needles) -> dict[str, set[int]]:
    """Return the rows whose parent or address names what was erased, by column."""
    source, place, parent, url = (
        keys.column(name).to_pylist() for name in ("source", "place", "parent_id", "url")
    )
    told = enumerate(zip(source, place, parent, strict=True))
    found = {
        "parent_id": {n for n, (s, w, p) in told if p is not None and stones.has(s, w, p)},
        "url": {n for n, one in enumerate(url) if needles.found(one)},
    }
    return {name: rows for name, rows in found.items() if rows}


def _without(table: pa.Table, doomed: list[int], changes: dict[str, set[int]]) -> pa.Table:
    """Return the table without some rows, and without some values of others."""
    import pyarrow as pa

    for name, hits in changes.items():
        values = table.column(name).to_pylist()
        made = [None if n in hits else value for n, value in enumerate(values)]
        field = table.schema.field(name)
        table = table.set_column(table.column_names.index(name), field, pa.array(made, field.type))
    gone = set(doomed)
    return _taken(table, [n for n in range(table.num_rows) if n not in gone])


def _records(records: pa.Table, source: str, stones: Tombstones, needles: Needles) -> pa.Table:
    told = [f"{row['reason']} {row['raw']}" for row in records.to_pylist()]
    return _taken(
        records,
        [
            n
            for n, text in enumerate(told)
            if not (needles.found(text) or stones.marked(source, text))
        ],
    )


def _taken(table: pa.Table, rows: list[int]) -> pa.Table:
    import pyarrow as pa

    return table.take(pa.array(rows, pa.int64()))


def _texts(page: UPath) -> Iterator[str]:
    """Give what a raw page has to read: its address and its body."""
    import zstandard

    with page.open("rb") as file:
        held = zstandard.ZstdDecompressor().stream_reader(file).read()
    try:
        exchanges = msgspec.json.decode(held)
    except msgspec.DecodeError:
        yield held.decode("utf-8", "replace")
        return
    for exchange in exchanges:
        yield str(exchange.get("request", {}).get("url", ""))
        response = exchange.get("response", {})
        yield " ".join(str(value) for value in response.get("headers", {}).values())
        if "body" in response:
            yield str(response["body"])
        else:
            body = base64.b64decode(response.get("body_base64", ""))
            yield body.decode("utf-8", "replace")
            yield body.decode("latin-1")


def _drop(path: UPath, done: Purged) -> None:
    if path.exists():
        path.unlink()
        done.landing_pages += 1


def _read(landing: Landing, path: str, columns: Sequence[str] | None = None) -> pa.Table:
    import pyarrow.parquet as pq

    with (landing.root / path).open("rb") as file:
        opened = pq.ParquetFile(file)
        there = opened.schema_arrow.names
        return opened.read(columns=[c for c in columns or there if c in there])
