"""``tidings query`` and ``tidings ask`` over a small published snapshot."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from command_line import Result, tidings

from tidings.home import Home
from tidings.watch import Brand, Competitor, Source, Watch
from warehouse.brands import sync
from warehouse.marts import refresh
from warehouse.snapshot import publish
from warehouse.store import open_warehouse

ACME = Watch(
    id="acme",
    brand=Brand(name="Acme"),
    competitors=(Competitor(name="Zenith"),),
    sources=(Source(connector="forum"),),
)
INSERTED = (
    "INSERT INTO core.mention_version BY NAME SELECT uuid() AS mention_id, 'forum' AS source, "
    "'square' AS place, 'x' || i AS external_id, 'post' AS kind, "
    "TIMESTAMP '2026-03-01' + to_minutes(i) AS published, text, 'h' AS content_hash, "
    "'b' AS batch_id, "
    "TIMESTAMP '2026-03-01' AS valid_from, "
    "TIMESTAMP '2026-03-01' AS known_from FROM (SELECT unnest(range(3)) AS i, "
    "unnest(['=HYPERLINK(\"http://x\")', 'it is \x07fine; -1 of 5', '@ola\n+1']) AS text)"
)
MATCHED = (
    "INSERT INTO core.brand_match BY NAME SELECT mention_id, 'acme' AS watch, 'Acme' AS brand, "
    "'text' AS how, known_from FROM core.mention_version"
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home.at(tmp_path_factory.mktemp("installation"))
    before = dict(os.environ)
    os.environ.update(home.environment())
    with open_warehouse(home.warehouse) as con:
        sync(con, [ACME])
        con.execute(INSERTED)
        con.execute(MATCHED)
        refresh(con)
        publish(con, home.snapshot, now=datetime(2026, 3, 2, tzinfo=UTC))
    yield home
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def cli(
    published: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    def call(*args: str) -> Result:
        return tidings(monkeypatch, capsys, *args)

    return call


TEXTS = "SELECT 'x' || minute(published) AS id, text FROM core.mention ORDER BY published"
VALUES = (
    "SELECT 1 AS n, -2.5 AS d, 2::HUGEINT AS h, 1.25::DECIMAL(5, 2) AS c, true AS yes, "
    "NULL AS none, DATE '2026-03-01' AS day, TIMESTAMP '2026-03-01 08:00:00' AS at, "
    "TIMESTAMPTZ '2026-03-01 08:00:00+02' AS zoned, ['=1', NULL] AS list, {'a': 1} AS struct, "
    "123456789012345678901234567890::HUGEINT AS long"
)
PLAIN = {
    "n": 1, "d": -2.5, "h": 2, "c": 1.25, "yes": True, "none": None, "day": "2026-03-01",
    "at": "2026-03-01T08:00:00", "zoned": "2026-03-01T06:00:00", "list": ["=1", None],
    "struct": {"a": 1}, "long": 123456789012345678901234567890,
}  # fmt: skip


def test_json_has_every_kind_of_value(cli: Any) -> None:
    assert cli("query", VALUES, "--json").json() == [PLAIN]


def test_csv_runs_nothing_in_a_spreadsheet_and_keeps_numbers(cli: Any, tmp_path: Path) -> None:
    assert cli("query", TEXTS, "--csv", str(tmp_path / "o.csv")).code == 0
    with (tmp_path / "o.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [text for _, text in rows] == [
        "text", "'=HYPERLINK(\"http://x\")", "it is \x07fine; '-1 of 5", "'@ola\n'+1",
    ]  # fmt: skip
    printed = cli("query", VALUES, "--csv", "-")
    [names, row] = list(csv.reader(io.StringIO(printed.out)))
    told = dict(zip(names, row, strict=True))
    assert (told["d"], told["yes"], told["none"], told["list"]) == (
        "-2.5",
        "true",
        "",
        '["=1",null]',
    )
    assert told["at"] == "2026-03-01 08:00:00"


def test_excel_has_numbers_dates_and_no_formula(cli: Any, tmp_path: Path) -> None:
    assert cli("query", TEXTS, "--excel", str(tmp_path / "t.xlsx")).code == 0
    assert cli("query", VALUES, "--excel", str(tmp_path / "v.xlsx")).code == 0
    texts = list(openpyxl.load_workbook(tmp_path / "t.xlsx").active.values)
    assert texts[1] == ("x0", '\'=HYPERLINK("http://x")')
    assert texts[2] == ("x1", "it is \ufffdfine; '-1 of 5"), "XML holds no control characters"
    sheet = openpyxl.load_workbook(tmp_path / "v.xlsx").active
    assert {cell.data_type for cell in sheet[2]} <= {"n", "s", "b", "d"}
    told = dict(zip(*sheet.values, strict=True))
    assert (told["d"], told["yes"], told["none"]) == (-2.5, True, None)
    assert told["at"] == datetime(2026, 3, 1, 8)
    assert told["long"] == "123456789012345678901234567890", "as text, or it loses digits"


def test_a_text_longer_than_a_cell_is_cut_and_told(cli: Any, tmp_path: Path) -> None:
    result = cli("query", "SELECT repeat('x', 40000) AS t", "--excel", str(tmp_path / "l.xlsx"))
    assert "1 texts were longer" in result.err
    assert len(openpyxl.load_workbook(tmp_path / "l.xlsx").active["A2"].value) == 32_767


def test_more_rows_than_a_sheet_has_leave_no_file(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tidings.cli.query_written.EXCEL_ROWS", 5)
    fits = cli("query", "FROM range(4)", "--excel", str(tmp_path / "fits.xlsx"))
    result = cli("query", "FROM range(5)", "--excel", str(tmp_path / "o.xlsx"))
    assert (fits.code, result.code) == (0, 2)
    assert "--parquet" in result.err
    assert [f.name for f in tmp_path.iterdir()] == ["fits.xlsx"]


def test_parquet_keeps_types_and_is_the_owners_alone(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "o.parquet"
    assert cli("query", VALUES, "--parquet", str(path)).code == 0
    [row] = pq.read_table(path).to_pylist()
    assert row["at"] == datetime(2026, 3, 1, 8)
    assert row["list"] == ["=1", None]
    assert path.stat().st_mode & 0o777 == 0o600
    result = cli("query", "SELECT INTERVAL 1 DAY AS d", "--parquet", str(tmp_path / "i.parquet"))
    assert result.code == 2
    assert "::VARCHAR" in result.err
    assert [f.name for f in tmp_path.iterdir()] == ["o.parquet"]


def test_a_file_is_asked_and_only_one_way_to_tell_is_taken(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("-- how many\nSELECT count(*) AS n FROM core.mention;\n")
    assert cli("query", "--file", str(tmp_path / "q.sql"), "--json").json() == [{"n": 3}]
    assert cli("query", "--file", str(tmp_path / "no.sql")).code == 2
    assert cli("query", "SELECT 1", "--file", str(tmp_path / "q.sql")).code == 2
    both = cli("query", "SELECT 1", "--json", "--csv", "-")
    assert both.code == 2
    assert "Choose one" in both.err


@pytest.mark.parametrize(
    ("sql", "meant"),
    [
        ("SELECT net_sentimnt FROM marts.brand_reputation_daily", "net_sentiment"),
        ("SELECT label, cout(*) FROM core.score", "cout"),
        ("SELECT labell FROM core.score", "label"),
        ("FROM marts.brand_reputation", "marts.brand_reputation_daily"),
        ("FROM brand_reputation_daily", "marts.brand_reputation_daily"),
        ("SELEC 1", "SELEC"),
        ("SELECT 1; SELECT 2", "2 statements"),
    ],
)
def test_what_is_wrong_is_said_with_what_may_be_meant(cli: Any, sql: str, meant: str) -> None:
    result = cli("query", sql)
    assert result.code == 2
    assert meant in result.err
    assert "Traceback" not in result.err
    assert "Error: " not in result.err.replace("ConfigurationError ", "")


@pytest.mark.parametrize(
    "sql", ["SELECT length(repeat('x', 4000000000))", "SELECT list(i) FROM range(1000000000) t(i)"]
)
def test_a_query_that_needs_too_much_memory_is_ended(cli: Any, sql: str) -> None:
    result = cli("query", sql, "--memory", "200")
    assert result.code == 2
    assert "more memory than 200 MB" in result.err
    assert "--memory" in result.err


def test_bytes_that_are_no_text_are_told(cli: Any) -> None:
    result = cli("query", "SELECT '\udcff'")
    assert result.code == 2
    assert "no text in UTF-8" in result.err


def test_a_query_that_takes_too_long_is_ended(cli: Any) -> None:
    result = cli("query", "SELECT count(*) FROM range(100000000000), range(1000)", "--seconds", "1")
    assert result.code == 2
    assert "longer than 1 s" in result.err


def test_marts_are_told_as_of_an_earlier_time(published: Home, cli: Any) -> None:
    count = "SELECT count(*) AS n FROM marts.brand_reputation_daily"
    [now] = cli("query", count, "--json").json()
    assert now["n"] > 0
    assert cli("query", count.upper(), "--as-of", "2100-01-01", "--json").json()[0] == {
        "N": now["n"]
    }
    others = "SELECT count(*) AS n, (FROM (" + count + ")) AS k FROM core.mention"
    [later] = cli("query", others, "--as-of", "2100-01-01", "--json").json()
    assert later == {"n": 3, "k": now["n"]}
    early = cli("query", count, "--as-of", "2020-01-01")
    assert early.code == 2
    assert "Nothing was told before 20" in early.err
    wrong = cli("query", count, "--as-of", "lately")
    assert wrong.code == 2
    assert "--as-of" in wrong.err


def test_without_a_snapshot_the_way_out_is_told(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_SNAPSHOT", "/nonexistent/tidings.duckdb")
    for command in (
        ("query", "SELECT 1"),
        ("ask", "complaints"),
        ("ask", "rising", "--brand", "A"),
    ):
        result = cli(*command)
        assert result.code == 1
        assert "tidings run" in result.err


def test_a_question_without_an_answer_says_how_to_ask_further_back(
    published: Home, cli: Any
) -> None:
    """What is stored is older than the days that are looked at."""
    result = cli("ask", "complaints", "--days", "1")
    assert result.code == 0
    assert "Nothing in 1 days" in result.err
    assert "--days" in result.err
    assert "Nothing." in cli("query", "SELECT 1 WHERE false").err


def test_questions_are_listed_asked_and_shown(cli: Any) -> None:
    listed = {row["question"]: row for row in cli("ask", "--json").json()}
    assert {"complaints", "to_answer", "gaining", "rising", "changed", "missing"} <= set(listed)
    assert "status" not in listed
    assert listed["rising"]["takes"] == "--brand --days 7"
    for name in listed:
        assert cli("ask", name, "--json").code == 0, name
    shown = cli("ask", "rising", "--show")
    assert re.search(r"^-- Which keyword is rising\?", shown.out)
    assert "Which keyword is rising?" in cli("ask", "rising").err


def test_a_brand_is_found_however_it_is_typed(cli: Any) -> None:
    assert cli("ask", "complaints", "--brand", "ACME", "--days", "3", "--json").code == 0
    unknown = cli("ask", "complaints", "--brand", "Acmee")
    assert unknown.code == 2
    assert "Acme, Zenith" in unknown.err
    assert cli("ask", "missing", "--brand", "Acme").code == 2
