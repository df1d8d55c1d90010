"""Numbered migrations: a folder each, its files one statement each, recorded with a hash.

The comment after ``--`` behind a column becomes the column's comment in the warehouse: of
``CREATE TABLE``, of ``ALTER TABLE ... ADD COLUMN``, and of the names of ``CREATE VIEW``. The lines
above a ``CREATE`` become the table's. A view whose file says ``-- columns: core.x`` takes the
comments of that table's columns.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from tidings.errors import WarehouseError
from warehouse.statements import run
from warehouse.transaction import transaction

if TYPE_CHECKING:
    import duckdb

_CREATE = re.compile(r"^CREATE (TABLE|VIEW) (\w+\.\w+)", re.MULTILINE)
_ALTER = re.compile(r"^ALTER (TABLE) (\w+\.\w+)$", re.MULTILINE)
_COLUMN = re.compile(r"^    (?:ADD COLUMN )?([a-z_][a-z0-9_]*)(?: [A-Z].*?|,?) -- (.+)$")
_MORE = re.compile(r"^    -- (.+)$")
_LIKE = re.compile(r"^-- columns: (\w+)\.(\w+)$", re.MULTILINE)


class Migration(NamedTuple):
    """One migration: its number, its folder's name, its statements in order, their hash."""

    number: int
    name: str
    statements: tuple[str, ...]
    hash: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Return the migrations that this code knows, in order."""
    folders = files("warehouse").joinpath("migrations").iterdir()
    found = []
    for folder in sorted((f for f in folders if f.is_dir()), key=lambda f: f.name):
        texts = [
            (f.name, f.read_text("utf-8").replace("\r\n", "\n"))
            for f in sorted(folder.iterdir(), key=lambda f: f.name)
            if f.name.endswith(".sql")
        ]
        whole = "\0".join(part for pair in texts for part in pair)
        digest = hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()
        number = int(folder.name.partition("_")[0])
        found.append(Migration(number, folder.name, tuple(t for _, t in texts), digest))
    return tuple(found)


def migrate(
    con: duckdb.DuckDBPyConnection, known: Sequence[Migration] | None = None
) -> list[Migration]:
    """Bring the database of ``con`` to the newest of ``known`` (default: all there are).

    Each migration is one transaction. Returns those that were applied now. Raises WarehouseError,
    and changes nothing, where the file is no warehouse, is newer than ``known``, or was made by
    migrations that are missing now or have changed since; also where one fails.
    """
    known = migrations() if known is None else known
    done = applied(con)
    _refuse_foreign(con, done)
    check(done, known)
    todo = list(known[len(done) :])
    for migration in todo:
        _apply(con, migration)
    return todo


def _apply(con: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    import duckdb

    try:
        with transaction(con):
            for text in migration.statements:
                con.execute(text)
                _comment(con, text)
            run(con, "sql/ledger/add_migration", migration._asdict())
    except duckdb.Error as error:
        raise WarehouseError(
            f"Migration {migration.name} failed: {error}",
            remedy="The warehouse is as it was before it; free space or report the migration.",
        ) from error


def applied(con: duckdb.DuckDBPyConnection) -> list[tuple[int, str, str]]:
    """Return (number, name, hash) of the migrations that made the database of ``con``."""
    if not run(con, "sql/ledger/has_migrations").fetchall():
        return []
    return run(con, "sql/ledger/migrations").fetchall()


def check(done: Sequence[tuple[int, str, str]], known: Sequence[Migration]) -> None:
    """Raise WarehouseError unless ``done`` is how ``known`` begins."""
    newest = known[-1].number if known else 0
    for number, name, digest in done:
        if number > newest:
            raise WarehouseError(
                f"The warehouse is newer than this Tidings: it has migration {name}, "
                f"this Tidings knows up to {newest}.",
                remedy="Use the Tidings that made it, or a later one.",
            )
        match = next((m for m in known if m.number == number), None)
        if match is None or match.name != name:
            raise WarehouseError(
                f"Migration {name} was applied to the warehouse, but is missing here.",
                remedy="Install this Tidings again; migrations are never removed or renamed.",
            )
        if match.hash != digest:
            raise WarehouseError(
                f"Migration {name} was changed after it was applied to the warehouse.",
                remedy="Put its files back as they were, and write a new migration instead.",
            )
    numbers = [m.number for m in known]
    if numbers != list(range(1, len(numbers) + 1)):
        raise WarehouseError(
            f"Migrations are numbered {numbers}.", remedy="Number them 1, 2, 3 without holes."
        )
    if [d[0] for d in done] != numbers[: len(done)]:
        raise WarehouseError(
            f"The warehouse lacks migrations before {done[-1][1]}.",
            remedy="Restore the file from a backup; its core.migration was tampered with.",
        )


def _refuse_foreign(con: duckdb.DuckDBPyConnection, done: Sequence[tuple[int, str, str]]) -> None:
    if not done and run(con, "sql/ledger/has_tables").fetchall():
        raise WarehouseError(
            "The file is a DuckDB database, but no warehouse of Tidings.",
            remedy="Name another file; a new one is made where there is none.",
        )


def _comment(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Set the comments that a statement carries (COMMENT takes no bound values)."""
    created = _CREATE.search(text)
    found = created or _ALTER.search(text)
    if found is None:
        return
    kind, name = found.groups()
    if created is not None:
        head = [line[3:] for line in text[: created.start()].splitlines()]
        about = " ".join(line for line in head if not line.startswith("columns: "))
        con.execute(f"COMMENT ON {kind} {name} IS {_quoted(about)}")
    has = {row[0] for row in con.execute(f"DESCRIBE {name}").fetchall()}  # a view may show fewer
    for column, meaning in _column_comments(con, text).items():
        if column not in has and _LIKE.search(text):
            continue
        con.execute(f"COMMENT ON COLUMN {name}.{column} IS {_quoted(meaning)}")


def _column_comments(con: duckdb.DuckDBPyConnection, text: str) -> dict[str, str]:
    like = _LIKE.search(text)
    if like is not None:
        return dict(
            run(
                con, "sql/ledger/column_comments", {"schema": like[1], "relation": like[2]}
            ).fetchall()
        )
    comments: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        column, more = _COLUMN.match(line), _MORE.match(line)
        if column:
            last = column[1]
            comments[last] = column[2]
        elif more and last:
            comments[last] += f" {more[1]}"
    return comments


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
