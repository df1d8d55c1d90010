"""Every table and column of the warehouse is said to hold something of people, or nothing."""

from pathlib import Path

import pytest

from warehouse.erasure import Holding, holdings
from warehouse.erasure_words import MASKED
from warehouse.store import open_warehouse

TEXTS = ("VARCHAR", "JSON", "UUID", "BLOB")


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The columns of each table, with their types."""
    path: Path = tmp_path_factory.mktemp("new") / "warehouse.duckdb"
    found: dict[str, dict[str, str]] = {}
    with open_warehouse(path) as con:
        rows = con.execute(
            "SELECT t.schema_name || '.' || t.table_name, c.column_name, c.data_type "
            "FROM duckdb_tables() AS t JOIN duckdb_columns() AS c USING (schema_name, table_name)"
        ).fetchall()
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


def test_every_table_and_every_text_in_it_is_classified(
    columns: dict[str, dict[str, str]],
) -> None:
    assert set(columns) == set(holdings()), "say in warehouse/erasure.toml what it has of people"
    for table, has in columns.items():
        told = holdings()[table]
        named = [*told.own, *told.words, *told.names]
        texts = {name for name, kind in has.items() if any(text in kind for text in TEXTS)}
        assert sorted(named) == sorted(texts), f"{table}: say it in warehouse/erasure.toml"


def test_rows_that_go_by_mention_or_author_have_one(columns: dict[str, dict[str, str]]) -> None:
    for table, told in holdings().items():
        needed = {"mention": "mention_id", "author": "author"}.get(told.rows)
        assert needed is None or needed in columns[table], table
        if told.rows == "kept":
            assert "mention_id" not in columns[table], f"{table} has mentions, whose rows must go"
            assert told.own == (), f"{table}: rows that stay have nothing of their own to lose"


def test_words_that_are_to_be_looked_through_are() -> None:
    by_row = {"core.cursor", "core.quarantine", "core.keyword_company", "core.survey_scores"}
    looked = {table for table, told in holdings().items() if told.words}
    assert looked == {*MASKED, "core.incident", *by_row}
    for table, masked in MASKED.items():
        assert set(masked) | {"parent_id"} >= set(holdings()[table].words), table


def test_kinds_of_rows_are_known() -> None:
    kinds = {told.rows for told in holdings().values()}
    assert kinds == {"mention", "author", "rows", "voice", "facts", "kept"}
    assert isinstance(holdings()["core.load"], Holding)
