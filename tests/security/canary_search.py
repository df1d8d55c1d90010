"""Searching files and outputs for one secret, in every form in which it may hide.

The forms are written anew here: what the house masks by must not be what it is judged by.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import quopri
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

import duckdb
import zstandard

SECRET = 'C4nary+T0ken/W1th="Signs"&<9>'


def forms(secret: str = SECRET) -> dict[str, bytes]:
    """Return how it may be written, by the name of the writing."""
    raw = secret.encode()
    url = quote(secret, safe="")

    def within(before: bytes) -> bytes:
        """Return base64 of the secret after ``before``, less what its neighbours decide."""
        packed = base64.b64encode(before + raw + b"xyz"[: (3 - len(before + raw) % 3) % 3])
        start = -(-len(before) * 4 // 3)
        return packed[start : start + len(raw) * 4 // 3 - 1]

    return {
        "plain": raw,
        "in an address": url.encode(),
        "in an address twice": quote(url, safe="").encode(),
        "in an address, plus": quote_plus(secret, safe="/").encode(),
        "in an address, small": url.replace("%2B", "%2b").replace("%2F", "%2f").encode()[:20],
        "base64": within(b""),
        "base64, one off": within(b"a"),
        "base64, two off": within(b"ab"),
        "base64 for addresses": within(b"").replace(b"+", b"-").replace(b"/", b"_"),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "HTML": html.escape(secret).encode(),
        "quoted-printable": quopri.encodestring(raw),
        "UTF-16": secret.encode("utf-16-le"),
        "UTF-16, big": secret.encode("utf-16-be"),
        "UTF-7": secret.encode("utf-7"),
        "backwards": raw[::-1],
        "its beginning": raw[:12],
    }


def found_in(content: bytes) -> list[str]:
    """Return the writings in which the secret stands in ``content``."""
    return [name for name, form in forms().items() if form in content]


def hits(folder: Path) -> list[str]:
    """Return every file below ``folder`` that holds it, packed or not, and in which writing."""
    found = []
    for file in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
        for content in _contents(file):
            found += [f"{file.relative_to(folder)}: {name}" for name in found_in(content)]
    return sorted(set(found))


def _contents(file: Path) -> Iterator[bytes]:
    """Give a file as it is, unpacked, and, of a database or table, what its cells say."""
    content = file.read_bytes()
    yield file.name.encode()
    yield content
    if content.startswith(b"\x28\xb5\x2f\xfd"):
        content = zstandard.ZstdDecompressor().stream_reader(content).read()
        yield content
        with suppress(ValueError, KeyError, TypeError, IndexError):
            packed = json.loads(content)[0]["response"].get("body_base64", "")
            yield base64.b64decode(packed)
    elif content.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError, zlib.error):
            yield gzip.decompress(content)
    elif content.startswith(b"PAR1"):
        yield repr(duckdb.sql(f"FROM read_parquet('{file}')").fetchall()).encode()
    elif content.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(file)) as con, suppress(sqlite3.DatabaseError):
            yield "\n".join(con.iterdump()).encode("utf-8", "replace")
    elif content[8:12] == b"DUCK":
        yield from _cells(file)


def _cells(file: Path) -> Iterator[bytes]:
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal"
        ).fetchall()
        for schema, table in tables:
            rows = con.execute(f'FROM "{schema}"."{table}"').fetchall()
            yield "\n".join(str(cell) for row in rows for cell in row).encode("utf-8", "replace")
