from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from tidings.batch import ENRICHED_COLUMNS, QUARANTINE_COLUMNS
from tidings.errors import WarehouseError
from tidings.schema import columns, ddl_columns
from warehouse.dictionary import markdown
from warehouse.migrate import Migration, applied, check, migrate, migrations
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    Con = duckdb.DuckDBPyConnection

DECLARED = (
    "SELECT column_name, data_type, NOT is_nullable, comment FROM duckdb_columns() "
    "WHERE schema_name = 'core' AND table_name = ? ORDER BY column_index"
)


def test_migrations_arrive_at_the_declared_schema(con: Con) -> None:
    names = {c.name for c in columns()}
    arrived = [c for c in con.execute(DECLARED, ["mention_version"]).fetchall() if c[0] in names]
    assert arrived == ddl_columns()


def test_the_current_mentions_have_the_declared_columns_too(con: Con) -> None:
    names = {c.name for c in columns()}
    arrived = [c for c in con.execute(DECLARED, ["mention"]).fetchall() if c[0] in names]
    assert [(n, t, c) for n, t, _, c in arrived] == [(n, t, c) for n, t, _, c in ddl_columns()]


def test_the_score_and_the_quarantine_are_as_declared(con: Con) -> None:
    scores = {n: (t, c) for n, t, _, c in con.execute(DECLARED, ["score"]).fetchall()}
    for name, kind, meaning in ENRICHED_COLUMNS:
        if name in scores and name not in ("mention_id", "content_hash"):
            assert scores[name] == (kind, meaning), name
    assert {n for n, _, _ in ENRICHED_COLUMNS} <= {*scores, "voice_key"}
    arrived = [(n, t, c) for n, t, _, c in con.execute(DECLARED, ["quarantine"]).fetchall()]
    assert tuple(arrived[: len(QUARANTINE_COLUMNS)]) == QUARANTINE_COLUMNS


def test_every_table_and_column_says_what_it_means(con: Con) -> None:
    silent = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE NOT internal AND coalesce(comment, '') = '' "
        "UNION ALL SELECT table_name, NULL FROM duckdb_tables() WHERE coalesce(comment, '') = '' "
        "UNION ALL SELECT view_name, NULL FROM duckdb_views() "
        "WHERE NOT internal AND coalesce(comment, '') = ''"
    ).fetchall()
    assert silent == []


def test_no_time_depends_on_a_time_zone(con: Con) -> None:
    kinds = con.execute("SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal")
    assert "TIMESTAMP WITH TIME ZONE" not in {k for (k,) in kinds.fetchall()}


def test_default_weights_sum_to_one(con: Con) -> None:
    total = con.execute("SELECT round(sum(weight), 12) FROM core.weight WHERE brand IS NULL")
    assert total.fetchone() == (1,)


def test_migrations_are_applied_once_and_recorded(con: Con) -> None:
    assert [m[0] for m in applied(con)] == [m.number for m in migrations()]
    assert migrate(con) == []


def test_every_migration_file_is_one_statement(con: Con) -> None:
    for migration in migrations():
        for text in migration.statements:
            assert len(con.extract_statements(text)) == 1, text


def changed(migration: Migration) -> Migration:
    return migration._replace(hash="0" * 32)


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ([changed(migrations()[0]), *migrations()[1:]], "0001_core was changed after"),
        ([migrations()[0]], "newer than this Tidings: it has migration 0002_marts"),
        ([migrations()[0]._replace(name="0001_other"), *migrations()[1:]], "0001_core was applied"),
        ([migrations()[1]], "0001_core was applied to the warehouse, but is missing"),
    ],
    ids=["changed", "newer", "renamed", "missing"],
)
def test_migrations_that_do_not_fit_are_refused(
    con: Con, known: list[Migration], says: str
) -> None:
    with pytest.raises(WarehouseError, match=says) as raised:
        migrate(con, known)
    assert raised.value.remedy
    assert len(applied(con)) == len(migrations())


def test_a_hole_in_the_numbers_is_refused() -> None:
    first, second = migrations()[:2]
    with pytest.raises(WarehouseError, match="numbered"):
        check([], [first, second._replace(number=3)])


def test_a_migration_that_fails_leaves_the_warehouse_as_it_was(con: Con) -> None:
    broken = Migration(
        len(migrations()) + 1,
        "0099_broken",
        ("CREATE TABLE core.half (a INTEGER)", "SELECT * FROM nowhere"),
        "1" * 32,
    )
    with pytest.raises(WarehouseError, match=r"0099_broken failed: .*nowhere"):
        migrate(con, [*migrations(), broken])
    assert con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'half'").fetchall() == []
    assert len(applied(con)) == len(migrations())
    con.execute("SELECT count(*) FROM core.mention").fetchone()


def test_an_older_warehouse_is_brought_forward_with_its_data(
    tmp_path: Path, new_warehouse: Path
) -> None:
    path = tmp_path / "warehouse.duckdb"
    shutil.copy(new_warehouse, path)
    more = Migration(
        len(migrations()) + 1,
        "0099_more",
        ("-- A table more.\nCREATE TABLE core.more (\n    a INTEGER -- What it's for.\n)",),
        "1" * 32,
    )
    with open_warehouse(path) as con:
        con.execute("UPDATE core.fence SET fence = 7")
        assert migrate(con, [*migrations(), more]) == [more]
        comment = "SELECT comment FROM duckdb_columns() WHERE table_name = 'more'"
        assert con.execute(comment).fetchall() == [("What it's for.",)]
        assert con.execute("SELECT fence FROM core.fence").fetchone() == (7,)
    with pytest.raises(WarehouseError, match="newer than this Tidings"):
        open_warehouse(path)


def test_another_database_is_not_taken_for_a_warehouse(tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as other:
        other.execute("CREATE TABLE sales (a INTEGER)")
    with pytest.raises(WarehouseError, match="no warehouse of Tidings"):
        open_warehouse(path)
    with duckdb.connect(str(path)) as other:
        assert other.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("sales",)]


def test_the_dictionary_tells_every_column_in_the_same_words_each_time(con: Con) -> None:
    text = markdown()
    assert text == markdown()
    told = con.execute(
        "SELECT schema_name, table_name, column_name, replace(comment, '|', '\\|') "
        "FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    sections = {s.partition("`")[0]: s for s in text.split("### `")[1:]}
    for schema, table, column, comment in told:
        [line] = [
            line
            for line in sections[f"{schema}.{table}"].splitlines()
            if line.startswith(f"| `{column}` |")
        ]
        assert line.endswith(f"| {comment} |")
