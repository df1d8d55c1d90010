"""Words of what is erased in rows of others: found and masked, before the rows are copied.

What is found goes to working tables: ``masked_TABLE`` (row, and the columns as they are to be) and
``doomed_TABLE`` (rows that go).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from tidings.needles import Needles
from tidings.tombstones import Tombstones
from warehouse import erasure_quarantine
from warehouse.statements import run

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 50_000
_BARE = re.compile(r"(?<![\w@/])[^\W\d_]+")
_WORD = re.compile(r"[^\W_]+")

MASKED = {
    "core.alert_action": ("words",),
    "core.audit": ("target", "what", "words", "refused"),
    "core.coverage": ("stopped_by",),
    "core.delivery": ("problem",),
    "core.load": ("cursor",),
    "core.mention_version": ("url",),
    "core.quality_acceptance": ("reason", "names"),
    "core.quality_result": ("examples", "accepted"),
    "core.source_health": ("last_stopped_by",),
}
"""Tables of which the words alone go. Where an address or a cursor has one, all of it does."""

_WHOLE = ("url", "cursor")


def find(con: duckdb.DuckDBPyConnection, stones: Tombstones, needles: Needles) -> None:
    """Make all working tables; reads those that ``doom`` has made."""
    for table, columns in MASKED.items():
        _keep(con, table, columns, _masked(con, table, columns, needles))
    _keep(con, "core.incident", ("sentence", "mention_ids", "words"), _incidents(con, needles))
    _rows(con, "quarantine", erasure_quarantine.quarantined(con, stones, needles))
    _keep(
        con,
        "core.quarantine",
        erasure_quarantine.HELD,
        erasure_quarantine.unnamed(con, stones, needles),
    )
    _rows(con, "cursor", _cursors(con, needles))
    _rows(con, "keyword_company", _company(con))
    _rows(con, "survey_scores", _segments(con))


def said_by_others(con: duckdb.DuckDBPyConnection, words: set[str], least: int) -> set[str]:
    """Return those of the lower-case words that at least so many mentions that stay have said."""
    if not words:
        return set()
    left = dict.fromkeys(words, least)
    texts = run(con, "sql/erasure/others")
    while left and (some := texts.fetchmany(AT_ONCE // 10)):
        for (text,) in some:
            for word in {found.lower() for found in _BARE.findall(text)} & left.keys():
                left[word] -= 1
                if not left[word]:
                    del left[word]
    texts.abort()  # the rest need not be read
    return words - left.keys()


def replacing(table: str, columns: Iterable[str]) -> tuple[dict[str, str], str]:
    """Return what the table's columns are replaced by, as SQL, and the join that it needs."""
    masked = [column for column in columns if column in _masks(table)]
    if not masked:
        return {}, ""
    name = f"masked_{table.partition('.')[2]}"
    told = {c: f"CASE WHEN m.row IS NULL THEN t.{c} ELSE m.{c} END" for c in masked}
    return told, f" LEFT JOIN temp.{name} AS m ON m.row = t.rowid"


def _masks(table: str) -> tuple[str, ...]:
    if table == "core.incident":
        return ("sentence", "mention_ids", "words")
    if table == "core.quarantine":
        return erasure_quarantine.HELD
    return MASKED.get(table, ())


def _masked(
    con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...], needles: Needles
) -> Iterator[tuple[Any, ...]]:
    """Give the row's number and its columns, of rows in which a word was found."""
    if not needles:
        return
    some = " OR ".join(f"{column} IS NOT NULL" for column in columns)
    asked = con.execute(f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE {some}")  # noqa: S608
    found: list[tuple[Any, ...]] = []
    while rows := asked.fetchmany(AT_ONCE):
        for row, *values in rows:
            made = [_clean(c, v, needles) for c, v in zip(columns, values, strict=True)]
            if made != values:
                found.append((row, *made))
    yield from found


def _clean(column: str, value: Any, needles: Needles) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [one for one in value if not needles.found(str(one))]
    if column in _WHOLE:
        return None if needles.found(value) else value
    return needles.masked(value)


def _incidents(con: duckdb.DuckDBPyConnection, needles: Needles) -> list[tuple[Any, ...]]:
    """Take mentions that go out of incidents, and words that none of the others says."""
    doomed = {UUID(str(row[0])) for row in con.execute("FROM temp.doomed").fetchall()}
    found = []
    for row, sentence, ids, words in run(con, "sql/erasure/incidents").fetchall():
        left = [one for one in ids if UUID(str(one)) not in doomed]
        masked = needles.masked(sentence) if needles else sentence
        if len(left) == len(ids) and masked == sentence:
            continue
        texts = " ".join(str(t[0]) for t in run(con, "sql/erasure/texts", {"ids": left}).fetchall())
        said = [word for word in words if word.lower() in texts.lower()]
        found.append((row, masked, left, said))
    return found


def _cursors(con: duckdb.DuckDBPyConnection, needles: Needles) -> list[int]:
    rows = run(con, "sql/erasure/cursors").fetchall()
    return [row for row, cursor, erased in rows if erased or needles.found(cursor)]


def _company(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Rows of words beside keywords that only mentions that go have said."""
    rows = run(con, "sql/erasure/company").fetchall()
    doomed = {word for (said, *_rest) in _said(con) for word in _words(said)}
    asked = {word for _row, *told in rows for one in told for word in _words(one)} & doomed
    texts = run(con, "sql/erasure/others")
    while asked and (some := texts.fetchmany(AT_ONCE // 10)):
        asked -= {word for (text,) in some for word in _words(text)}
    texts.abort()  # the rest need not be read
    return [row for row, *told in rows if any(w in asked for one in told for w in _words(one))]


def _segments(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Rows of segments that only answers that go had: then the segment names a person."""
    own: set[str] = set()
    for _said_text, segments, survey, product, country in _said(con):
        own |= {value for value in (survey, product, country) if value}
        own |= set(msgspec.json.decode(segments or "{}", type=dict[str, str]).values())
    if not own:
        return []
    return [
        row
        for row, value, told in run(con, "sql/erasure/segments").fetchall()
        if value in own and not told
    ]


def _said(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return run(con, "sql/erasure/doomed_words").fetchall()


def _words(text: str | None) -> set[str]:
    return {word.lower() for word in _WORD.findall(text or "")}


def _rows(con: duckdb.DuckDBPyConnection, name: str, rows: Iterable[int]) -> None:
    import pyarrow as pa

    con.register("rows_found", pa.table({"row": pa.array(list(rows), pa.int64())}))
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE doomed_{name} AS FROM rows_found")
    finally:
        con.unregister("rows_found")


def _keep(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    """Make ``masked_TABLE`` of the table's own types."""
    name = f"masked_{table.partition('.')[2]}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS "  # noqa: S608
        f"SELECT rowid AS row, {', '.join(columns)} FROM {table} LIMIT 0"
    )
    marks = ", ".join("?" for _ in range(len(columns) + 1))
    for row in rows:
        con.execute(f"INSERT INTO {name} VALUES ({marks})", list(row))  # noqa: S608
