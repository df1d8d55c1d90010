"""Erasing from the warehouse: a new file without it, since what is deleted leaves its bytes.

``erasure.toml`` says of every table and column what becomes of it. :func:`doom` finds what the
tombstones stand for, :func:`rebuild` writes all else to a new file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.needles import SHORTEST, Needles, line_of
from tidings.tombstones import Tombstones
from warehouse import erasure_words
from warehouse.snapshot_file import to_disk
from warehouse.statements import run
from warehouse.transaction import private_files, transaction

if TYPE_CHECKING:
    import duckdb


class Holding(msgspec.Struct, frozen=True):
    """What a table has of people; see ``erasure.toml``."""

    rows: str
    own: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What names the mentions that go: ``words`` to look for, ``pages`` they were read from.

    ``marks`` are (source, word) by which records of that source are known that tell of them: ids,
    addresses, handles; ``keys`` their source, place and external id.
    """

    words: frozenset[str]
    pages: frozenset[str]
    marks: frozenset[tuple[str, str]]
    keys: frozenset[tuple[str, str, str]]


_KEPT = {
    "mention": "FROM {table} AS t ANTI JOIN temp.doomed AS d ON d.mention_id = t.mention_id",
    "author": "FROM {table} AS t WHERE t.author NOT IN (SELECT author FROM temp.doomed_author)",
    "rows": "FROM {table} AS t WHERE t.rowid NOT IN (SELECT row FROM temp.doomed_{name})",
    "kept": "FROM {table} AS t",
}
_TEXTS = {
    "core.mention_version": ("title", "text", "answer", "author_handle", "url", "segments"),
    "core.answer_queue": ("title", "excerpt", "url"),
    "core.quarantine": ("raw", "raw_page"),
}
"""What a mention loses when its text has been kept long enough."""
EVERYBODY = 3
"""So many others have a word in what they say: then it tells of nobody who is called so."""
_SOURCE = " t.source NOT IN (SELECT source FROM temp.doomed_source)"


@cache
def holdings() -> dict[str, Holding]:
    """Return what each table (``schema.name``) has of people."""
    text = files("warehouse").joinpath("erasure.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Holding])


def doom(con: duckdb.DuckDBPyConnection, stones: Tombstones) -> Told:
    """Find what the tombstones stand for, in working tables; return what names it."""
    sources = [
        s for (s,) in run(con, "sql/erasure/sources").fetchall() if stones.has(s, None, None)
    ]
    authors = [
        row
        for row in run(con, "sql/erasure/authors").fetchall()
        if stones.has(row[0], None, None, row[1])
    ]
    keys = _keys(con, stones)
    _fill(con, "doomed_source", {"source": sources})
    _fill(
        con, "doomed_author", {"source": [a[0] for a in authors], "author": [a[1] for a in authors]}
    )
    _fill(con, "doomed_key", {"id": keys})
    run(con, "sql/erasure/doom")
    expire(con, [])
    run(con, "sql/erasure/doom_replies")
    rows = run(con, "sql/erasure/told").fetchall()
    return _told(rows)


def expire(con: duckdb.DuckDBPyConnection, rules: Sequence[dict[str, str | None]]) -> int:
    """Find texts that were kept long enough, in working tables; return how many rows have them.

    A rule names a source and, as ISO times (UTC), ``text_before`` (collected), ``gone_before``
    (noticed) and ``derived_before`` (published): mentions from before that go with all of theirs.
    """
    told = {"rules": msgspec.json.encode(rules).decode()}
    run(con, "sql/retention/rules", told)
    for table in _TEXTS:
        run(con, f"sql/retention/untold_{table.partition('.')[2]}")
    [(due,)] = run(con, "sql/retention/due").fetchall()
    return int(due)


def doom_expired(con: duckdb.DuckDBPyConnection, rules: Sequence[dict[str, str | None]]) -> int:
    """Find all that ``rules`` let go, as :func:`doom` does; return how many rows are due."""
    for name, columns in (
        ("source", ["source"]),
        ("author", ["source", "author"]),
        ("key", ["id"]),
    ):
        _fill(con, f"doomed_{name}", {column: [] for column in columns})
    texts = expire(con, rules)
    run(con, "sql/retention/doom")
    run(con, "sql/erasure/doom_replies")
    [(mentions,)] = con.execute("SELECT count(*) FROM temp.doomed").fetchall()
    return texts + int(mentions)


def _keys(con: duckdb.DuckDBPyConnection, stones: Tombstones) -> list[str]:
    if not stones.any_of("mention"):
        return []
    found: list[str] = []
    asked = run(con, "sql/erasure/keys")
    while rows := asked.fetchmany(50_000):
        found += [row[3] for row in rows if stones.has(row[0], row[1], row[2])]
    return found


def _told(rows: Iterable[tuple[Any, ...]]) -> Told:
    words: set[str | None] = set()
    pages: set[str] = set()
    marks: set[tuple[str, str]] = set()
    keys: set[tuple[str, str, str]] = set()
    for source, place, external_id, url, author, handle, title, text, mention_id, page in rows:
        keys.add((source, place, external_id))
        words |= {url, author, line_of(title), line_of(text)}
        words |= {mention_id, mention_id.replace("-", "")}
        marks |= {(source, word) for word in (external_id, url) if len(word or "") >= SHORTEST}
        marks |= {(source, handle)} if handle else set()
        if page:
            pages.add(page)
    return Told(
        words=frozenset(word for word in words if word),
        pages=frozenset(pages),
        marks=frozenset(marks),
        keys=frozenset(keys),
    )


def shared(con: duckdb.DuckDBPyConnection, words: Iterable[str]) -> set[str]:
    """Return those of the words that mentions that stay have too: whole texts, addresses of places.

    They tell nobody from others; :func:`doom` was called before. The address of what somebody
    replies to is its author's, though replies have it.
    """
    _fill(con, "asked_word", {"word": sorted(words)})
    return {word for (word,) in run(con, "sql/erasure/shared").fetchall()}


def everyday(
    con: duckdb.DuckDBPyConnection, names: Iterable[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Return those of the (source, name) that are words which :data:`EVERYBODY` others say.

    ``@name`` and ``u/name`` don't count. :func:`doom` was called before.
    """
    asked = {one for one in names if len(one[1]) >= SHORTEST and one[1].isalpha()}
    said = erasure_words.said_by_others(con, {name.lower() for _source, name in asked}, EVERYBODY)
    return {one for one in asked if one[1].lower() in said}


def rebuild(
    con: duckdb.DuckDBPyConnection,
    new: Path,
    stones: Tombstones,
    needles: Needles,
    *,
    facts: bool = False,
) -> dict[str, int]:
    """Write the warehouse of ``con`` without what was found to go to the file ``new``.

    Facts and sums are left empty, unless ``facts``: a full refresh of the new file makes them
    again. The file is on the disk when this returns. Returns how many rows went, by table; raises
    what DuckDB raises.
    """
    for left in (new, new.with_name(f"{new.name}.wal")):
        left.unlink(missing_ok=True)
    erasure_words.find(con, stones, needles)
    for name in ("doom_loads", "doom_voices", "lead_voices"):
        run(con, f"sql/erasure/{name}")
    database = con.execute("SELECT current_database()").fetchone()
    assert database is not None
    with private_files():
        con.execute("ATTACH ? AS rebuilding", [str(new)])
        try:
            con.execute(f'COPY FROM DATABASE "{database[0]}" TO rebuilding (SCHEMA)')
            with transaction(con):
                gone = {table: _copy(con, table, facts=facts) for table in holdings()}
            run(con, "sql/erasure/shrink_loads")
            con.execute("CHECKPOINT rebuilding")
        finally:
            con.execute("DETACH rebuilding")
    to_disk(new)
    return {table: count for table, count in gone.items() if count}


def _copy(con: duckdb.DuckDBPyConnection, table: str, *, facts: bool) -> int:
    """Copy what stays of one table; return how many rows did not."""
    holding = holdings()[table]
    if holding.rows == "facts" and not facts:
        return 0
    if holding.rows == "voice":
        run(con, f"sql/erasure/keep_{table.partition('.')[2]}")
    else:
        con.execute(f"INSERT INTO rebuilding.{table} BY NAME {_selected(table, holding)}")
    here, there = f"(SELECT count(*) FROM {table})", f"(SELECT count(*) FROM rebuilding.{table})"  # noqa: S608
    [(gone,)] = con.execute(f"SELECT {here} - {there}").fetchall()
    return int(gone)


def _selected(table: str, holding: Holding) -> str:
    rows = holding.rows
    if rows == "facts":
        rows = "mention" if "mention_id" in holding.own else "kept"
    kept = _KEPT[rows].format(table=table, name=table.partition(".")[2])
    if table == "core.coverage":
        kept += f" WHERE{_SOURCE}"
    replaced, joins = erasure_words.replacing(table, holding.words)
    if table == "core.load":
        whole = "t.batch_id IN (SELECT batch_id FROM temp.doomed_load WHERE whole)"
        replaced["label"] = f"CASE WHEN {whole} THEN t.source ELSE t.label END"
        replaced["cursor"] = f"CASE WHEN NOT {whole} THEN {replaced['cursor']} END"
    if table == "core.mention_version":
        joins += " LEFT JOIN temp.doomed_parent AS p ON p.row = t.rowid"
        replaced["parent_id"] = "CASE WHEN p.row IS NULL THEN t.parent_id END"
    if table in _TEXTS:
        joins += f" LEFT JOIN temp.untold_{table.partition('.')[2]} AS u ON u.row = t.rowid"
        for column in _TEXTS[table]:
            now = replaced.get(column, f"t.{column}")
            # figures count answers: that there was one stays known, as in snapshots without texts
            left = f"WHEN {now} IS NOT NULL THEN ''" if column == "answer" else ""
            replaced[column] = f"CASE WHEN u.row IS NULL THEN {now} {left} END"
    if not replaced:
        return f"SELECT t.* {kept}"
    told = ", ".join(f"{value} AS {name}" for name, value in replaced.items())
    before, where, after = kept.partition(" WHERE ")
    return f"SELECT t.* REPLACE ({told}) {before}{joins}{where}{after}"


def _fill(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, list[str]]) -> None:
    """Make a working table of texts."""
    import pyarrow as pa

    held = pa.table({column: pa.array(values, pa.string()) for column, values in columns.items()})
    con.register("filling", held)
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM filling")
    finally:
        con.unregister("filling")
