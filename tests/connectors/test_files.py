"""Files dropped in a folder: real files in every form, read through the connector."""

import csv
import gzip
import io
import json
import os
import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.files import Files
from tidings.connector import Cursor, Page, configure
from tidings.errors import ConfigurationError, SourceChanged
from tidings.http import Answer
from tidings.mention import Mention
from tidings.schema import to_arrow

COLUMNS = {"external_id": "id", "published": "when", "text": "comment", "rating": "score"}


class NoNetwork:
    """Files are read without a request."""

    def get(self, url: str, params: Any = None, **_: Any) -> Answer:
        raise AssertionError("no request is needed")

    def post(self, url: str, **_: Any) -> Answer:
        raise AssertionError("no request is needed")

    def secret(self, name: str) -> str:
        raise AssertionError("no secret is needed")


def connector(folder: Path | str, **more: Any) -> Files:
    made = configure(Files, {"folder": str(folder), "columns": COLUMNS, **more})
    assert isinstance(made, Files)
    return made


def walk(folder: Path | str, cursor: Cursor | None = None, **more: Any) -> list[Page]:
    return list(connector(folder, **more).pages(NoNetwork(), cursor))


def partial_walk(folder: Path, **more: Any) -> tuple[list[Page], Exception]:
    """Walk into the error that is to come; return the pages before it, too."""
    pages: list[Page] = []
    with pytest.raises((SourceChanged, ConfigurationError)) as caught:
        drain(connector(folder, **more), pages)
    return pages, caught.value


def drain(made: Files, into: list[Page]) -> None:
    for page in made.pages(NoNetwork(), None):
        into.append(page)


def mentions(pages: list[Page]) -> list[Mention]:
    return [m for page in pages for m in page.mentions]


def ids(pages: list[Page]) -> list[str]:
    return [m.external_id for m in mentions(pages)]


def done(page: Page) -> set[str]:
    """Return the names of the files that a page's cursor takes for read."""
    assert page.cursor is not None
    return set(page.cursor["done"])


def stored(cursor: Cursor | None) -> Any:
    return json.loads(json.dumps(cursor))


def row(n: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"r{n}",
        "when": "2024-05-01T10:00:00Z",
        "comment": f"Text {n}",
        "score": n,
    } | changes


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_lines(rows: list[Any]) -> str:
    return "".join(json.dumps(r) + "\n" for r in rows)


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text(as_csv(rows), "utf-8", newline="")


def write_tsv(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text(as_csv(rows, "\t"), "utf-8", newline="")


def write_csv_gz(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_bytes(gzip.compress(as_csv(rows).encode()))


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text(as_lines(rows), "utf-8")


def write_lines_gz(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_bytes(gzip.compress(as_lines(rows).encode()))


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=3)


def write_xlsx(path: Path, rows: list[dict[str, Any]]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for r in rows:
        sheet.append(list(r.values()))
    book.save(path)


WRITERS: dict[str, Callable[[Path, list[dict[str, Any]]], None]] = {
    "a.csv": write_csv,
    "A.CSV": write_csv,
    "a.tsv": write_tsv,
    "a.csv.gz": write_csv_gz,
    "a.jsonl": write_lines,
    "a.ndjson": write_lines,
    "a.jsonl.gz": write_lines_gz,
    "a.parquet": write_parquet,
    "a.xlsx": write_xlsx,
}


@pytest.mark.parametrize("name", WRITERS)
def test_each_form_gives_the_same_mentions(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name, [row(n) for n in range(1, 8)])
    pages = walk(tmp_path, constants={"kind": "survey", "rating_min": 0, "rating_max": 10},
                 rows_per_page=3)  # fmt: skip
    assert ids(pages) == [f"r{n}" for n in range(1, 8)]
    assert [p.rejected for p in pages] == [[], [], []]
    first = mentions(pages)[0]
    assert first == Mention(
        source="files", place=tmp_path.name, external_id="r1", kind="survey", text="Text 1",
        published=datetime(2024, 5, 1, 10, tzinfo=UTC), rating=1, rating_min=0, rating_max=10,
    )  # fmt: skip
    assert [p.raw[0].url for p in pages] == [f"{name}#rows=1-3", f"{name}#rows=4-6",
                                             f"{name}#rows=7-7"]  # fmt: skip
    assert len(pages[0].raw[0].body.splitlines()) == 3
    assert to_arrow(mentions(pages)).num_rows == 7
    assert walk(tmp_path, stored(pages[-1].cursor)) == []


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("per_page", [1, 3, 4, 7, 100])
def test_going_on_after_any_page_misses_and_repeats_nothing(
    tmp_path: Path, name: str, per_page: int
) -> None:
    WRITERS[name](tmp_path / name, [row(n) for n in range(7)])
    WRITERS[name](tmp_path / f"b{name[1:]}", [row(n) for n in range(7, 10)])
    whole = walk(tmp_path, rows_per_page=per_page)
    for stop in range(1, len(whole) + 1):
        cursor = stored(whole[stop - 1].cursor)
        rest = walk(tmp_path, cursor, rows_per_page=per_page)
        assert ids(whole[:stop]) + ids(rest) == [f"r{n}" for n in range(10)]


def test_only_new_and_changed_files_are_read_again(tmp_path: Path) -> None:
    for number in range(3):
        write_csv(tmp_path / f"{number}.csv", [row(number)])
    cursor = walk(tmp_path)[-1].cursor
    assert walk(tmp_path, stored(cursor)) == []
    write_csv(tmp_path / "1.csv", [row(1), row(11)])
    write_csv(tmp_path / "00.csv", [row(0)])
    (tmp_path / "2.csv").unlink()
    again = walk(tmp_path, stored(cursor))
    assert ids(again) == ["r0", "r1", "r11"]
    assert done(again[-1]) == {"0.csv", "00.csv", "1.csv"}


def test_a_file_of_the_same_size_that_was_written_anew_is_read_again(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [row(1)])
    cursor = walk(tmp_path)[-1].cursor
    write_csv(tmp_path / "a.csv", [row(2)])
    os.utime(tmp_path / "a.csv", ns=(0, 1_000_000_001))
    assert ids(walk(tmp_path, stored(cursor))) == ["r2"]


def test_a_file_that_changed_while_it_was_read_begins_anew(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [row(n) for n in range(4)])
    cursor = walk(tmp_path, rows_per_page=2)[0].cursor
    write_csv(tmp_path / "a.csv", [row(n) for n in range(100, 110)])
    assert len(ids(walk(tmp_path, stored(cursor), rows_per_page=2))) == 10


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"id": st.text("abcäß,;\"'\n|x", min_size=1).map(str.strip).filter(bool),
             "comment": st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
             "score": st.floats(-5, 5).map(lambda f: round(f, 2))}
        ),
        min_size=1, max_size=8, unique_by=lambda r: r["id"],
    ),
    st.sampled_from(["a.csv", "a.tsv", "a.csv.gz", "a.jsonl", "a.parquet"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)  # fmt: skip
def test_what_was_written_is_read(
    tmp_path: Path, rows: list[dict[str, Any]], name: str, encoding: str
) -> None:
    folder = tmp_path / uuid4().hex
    folder.mkdir()
    rows = [{**row(0), **r} for r in rows]
    path = folder / name
    WRITERS[name](path, rows)
    if name in ("a.csv", "a.tsv", "a.jsonl"):
        path.write_text(path.read_bytes().decode(), encoding, newline="")
    pages = walk(folder)
    assert [r for p in pages for r in p.rejected] == []
    assert ids(pages) == [r["id"] for r in rows]
    assert [m.rating for m in mentions(pages)] == [r["score"] for r in rows]
    squeezed = [" ".join(r["comment"].split()) for r in rows]
    assert [" ".join((m.text or "").split()) for m in mentions(pages)] == squeezed


# ---- delimited text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_under_which_the_columns_are_there(
    tmp_path: Path, delimiter: str
) -> None:
    # more of the wrong signs than of the right one
    header = {"a,b;c|d\te": "x", **row(1)}
    (tmp_path / "a.csv").write_text(as_csv([header], delimiter), newline="")
    assert ids(walk(tmp_path)) == ["r1"]
    assert ids(walk(tmp_path, delimiter=delimiter)) == ["r1"]


def test_excels_own_first_line_is_understood(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "sep=;\r\n" + as_csv([row(1), row(2, id=None)], ";"), newline=""
    )
    (page,) = walk(tmp_path)
    assert [m.external_id for m in page.mentions] == ["r1"]
    assert "row 2 (line 4)" in page.rejected[0].reason


def test_an_encoding_that_is_set_is_used_and_a_mark_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(as_csv([row(1, comment="Fuß")]), "cp1252", newline="")
    (tmp_path / "b.csv").write_text(as_csv([row(2, comment="Fuß")]), "utf-8-sig", newline="")
    assert [m.text for m in mentions(walk(tmp_path, encoding="cp1252"))] == ["Fuß", "Fuß"]
    pages, error = partial_walk(tmp_path)
    assert ids(pages) == ["r2"]
    assert "a.csv" in str(error)
    assert "encoding" in str(error)


def test_bad_rows_are_rejected_with_file_row_line_and_field(tmp_path: Path) -> None:
    text = "\r\n".join([
        "id,when,comment,score",
        "r1,2024-05-01,good,1",
        'r2,2024-05-01,"two',
        'lines",2',
        "",
        "r3,yesterday,x,3",
        "r4,2024-05-01,x,many",
        "r5,2024-05-01,unquoted, comma,5",
        "r6,2024-05-01",
        'r7,2024-05-01,"x"y,7',
        ",2024-05-01,no id,8",
        "r9,,no time,9",
        "r10,2024-05-01T10:00:00,no zone,9",
        "r11,2024-05-01,good,,",
    ])  # fmt: skip
    (tmp_path / "a.csv").write_text(text, newline="")
    (page,) = walk(tmp_path)
    assert [m.external_id for m in page.mentions] == ["r1", "r2", "r11"]
    assert page.mentions[1].text == "two\nlines"
    reasons = [r.reason for r in page.rejected]
    assert [(r.split("row ")[1].split(":")[0]) for r in reasons] == [
        "3 (line 6)", "4 (line 7)", "5 (line 8)", "6 (line 9)", "7 (line 10)", "8 (line 11)",
        "9 (line 12)", "10 (line 13)",
    ]  # fmt: skip
    told = ["published", "rating", "5 cells", "2 cells", "expected", "external_id", "published",
            "published"]  # fmt: skip
    for reason, field in zip(reasons, told, strict=True):
        assert "a.csv" in reason
        assert field in reason
    assert "unquoted" in page.rejected[2].raw
    assert len(page.raw[0].body.splitlines()) == 11


def test_a_stray_quote_never_swallows_rows_unseen(tmp_path: Path) -> None:
    rows = as_csv([row(n) for n in range(5)]).replace("Text 2", '"Text 2')
    (tmp_path / "a.csv").write_text(rows, newline="")
    write_csv(tmp_path / "b.csv", [row(9)])
    pages, error = partial_walk(tmp_path)
    assert ids(pages) == ["r0", "r1", "r9"]
    assert "line 4" in str(error)
    assert "a.csv" in str(error)


def test_a_column_that_comes_twice_has_a_name_of_its_own(tmp_path: Path) -> None:
    header = 'id,when,"Why  this\nscore?",Why,Why\nr1,2024-05-01,a,b,c\n'
    (tmp_path / "a.csv").write_text(header)
    columns = {"external_id": "id", "published": "when", "title": "Why this score?",
               "text": "Why (2)"}  # fmt: skip
    (found,) = mentions(walk(tmp_path, columns=columns))
    assert (found.title, found.text) == ("a", "c")


# ---- JSON Lines


def test_nested_values_are_reached_by_dots_and_bad_lines_are_rejected(tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"id": 1, "user": {"name": "ada"}, "tags": ["x", "y"], "a.b": 5, "t": 1714564800}
        ),
        "",
        "[1]",
        "{broken",
        '{"id": 2, "t": "2024-05-01", "user": {}}',
        '{"id": {"x": 1}, "t": "2024-05-01"}',
    ]
    (tmp_path / "a.jsonl").write_bytes("\n".join(lines).encode() + b'\n{"id": "\xff"}\n')
    columns = {"external_id": "id", "published": "t", "author_handle": "user.name",
               "title": "tags.1", "rating": "a.b"}  # fmt: skip
    (page,) = walk(tmp_path, columns=columns)
    first, second = page.mentions
    assert (first.external_id, first.author_handle, first.title, first.rating) == (
        "1",
        "ada",
        "y",
        5,
    )
    assert first.published == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert second.author_handle is None
    assert [r.reason.split("row ")[1].split(":")[0] for r in page.rejected] == [
        "2 (line 3)", "3 (line 4)", "5 (line 6)", "6 (line 7)",
    ]  # fmt: skip


def test_a_first_page_of_bad_lines_is_no_missing_column(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("x\ny\n" + as_lines([row(1)]))
    pages = walk(tmp_path, rows_per_page=2)
    assert [len(p.rejected) for p in pages] == [2, 0]
    assert ids(pages) == ["r1"]


# ---- Parquet and spreadsheets


def test_parquet_types_are_read(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({
        "id": pa.array([2**60, 2], pa.int64()),
        "when": pa.array([1714564800_000_000_001, None], pa.timestamp("ns", "Europe/Berlin")),
        "score": pa.array([Decimal("4.5"), None], pa.decimal128(5, 2)),
        "n": pa.array([float("nan"), 3.0]),
        "user": pa.array([{"name": "ada"}, None]),
        "day": pa.array([date(2024, 5, 1)] * 2),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    columns = {"external_id": "id", "published": "when", "rating": "score", "likes": "n",
               "author_handle": "user.name", "edited": "day"}  # fmt: skip
    (page,) = walk(tmp_path, columns=columns)
    (found,) = page.mentions
    assert found.external_id == str(2**60)
    assert found.published == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert (found.rating, found.likes, found.author_handle) == (4.5, None, "ada")
    assert found.edited == datetime(2024, 5, 1, tzinfo=UTC)
    assert "published" in page.rejected[0].reason
    assert json.loads(page.raw[0].body.splitlines()[0])["score"] == "4.50"


def test_spreadsheet_cells_are_read_as_they_are_meant(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Answers")
    sheet.append([])
    sheet.append(["id", "when", "comment", "score"])
    sheet.append([17, datetime(2024, 5, 1, 14), "good", 9])
    sheet.append([18, date(2024, 5, 1), 42, 7.5])
    sheet.append([])
    sheet.append([19, 45413, "a day as a number", 1])
    book.save(tmp_path / "a.xlsx")
    (page,) = walk(tmp_path, sheet="Answers", timezone="Europe/Berlin")
    first, second = page.mentions
    assert (first.external_id, first.rating) == ("17", 9)
    assert first.published == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert (second.text, second.rating) == ("42", 7.5)
    assert second.published == datetime(2024, 4, 30, 22, tzinfo=UTC)
    assert "row 3 (line 6): published" in page.rejected[0].reason
    _, error = partial_walk(tmp_path, sheet="Antworten")
    assert "'Antworten'" in str(error)
    assert "Notes, Answers" in str(error)


# ---- what is wrong is told, and hides nothing else


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"<html>not a spreadsheet</html>"),
        ("a.xlsx", b""),
        ("a.parquet", b"PAR1junk"),
        ("a.csv.gz", gzip.compress(as_csv([row(1)]).encode(), mtime=0)[:-5]),
        ("a.jsonl.gz", b"not packed"),
        ("a.csv", "id,when,comment,score\nr1,2024-05-01,Fuß,1\n".encode("latin-1")),
        ("a.csv", b'"id,when\n'),
        ("a.txt", b"id,when\n"),
        ("a.json", b"[]"),
        ("noending", b""),
    ],
)
def test_a_file_that_can_not_be_read_is_told_after_the_good_ones(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    write_csv(tmp_path / "z.csv", [row(9)])
    pages, error = partial_walk(tmp_path)
    assert "r9" in ids(pages)
    assert isinstance(error, SourceChanged)
    assert name in str(error)
    # and it is tried again, not taken for read
    assert name not in done(pages[-1])


def test_rows_before_the_damage_are_read(tmp_path: Path) -> None:
    scores = random.Random(1)  # noise, so that packing does not make all of it one block
    rows = [row(n, comment=str(scores.random())) for n in range(5_000)]
    packed = gzip.compress(as_csv(rows).encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[: len(packed) // 2])
    pages, error = partial_walk(tmp_path, rows_per_page=1_000)
    assert len(ids(pages)) > 1_000
    assert "a.csv.gz" in str(error)


def test_a_missing_column_names_file_column_and_those_there_are(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [{"id": 1, "When": "2024-05-01", "comment": "x", "score": 1}])
    write_csv(tmp_path / "b.csv", [row(2)])
    pages, error = partial_walk(tmp_path)
    assert ids(pages) == ["r2"]
    assert isinstance(error, ConfigurationError)
    for told in ("a.csv", "'when'", "published", "'When'"):
        assert told in str(error)
    lines = {k: v for k, v in row(3).items() if k != "score"}
    (tmp_path / "a.csv").unlink()
    (tmp_path / "c.jsonl").write_text(as_lines([lines]))
    assert "'score'" in str(partial_walk(tmp_path)[1])
    assert ids(walk(tmp_path, optional=["rating"])) == ["r2", "r3"]


def test_several_faults_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"x")
    (tmp_path / "b.xlsx").write_bytes(b"x")
    (tmp_path / "c.csv").write_text("x\n1\n")
    error = partial_walk(tmp_path)[1]
    assert all(name in str(error) for name in ("a.parquet", "b.xlsx", "c.csv"))


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(ConfigurationError, match="There is no folder"):
            walk(wrong)
    assert walk(tmp_path, pattern="*.csv") == []


def test_hidden_and_unfinished_files_are_left_alone(tmp_path: Path) -> None:
    for name in (".a.csv", "~$a.xlsx", "a.csv.part", "a.csv.tmp", "a.csv~", ".git/a.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("nonsense")
    (tmp_path / "deep").mkdir()
    write_csv(tmp_path / "deep/a.csv", [row(1)])
    assert walk(tmp_path) == []
    assert ids(walk(tmp_path, pattern="**/*")) == ["r1"]


def test_an_empty_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    (tmp_path / "b.csv").write_text("id,when,comment,score\n")
    pages = walk(tmp_path)
    assert [len(p.mentions) for p in pages] == [0, 0]
    assert walk(tmp_path, stored(pages[-1].cursor)) == []


# ---- mapping


def test_without_a_map_columns_are_the_fields_of_their_names(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [{"external_id": "1", "published": "2024-05-01", "text": "Hi",
              "language": "pt_BR", "country": "br", "kind": "Comment", "likes": "3", "other": "?",
              "place": "Shop 7", "url": "https://x.example/1"}])  # fmt: skip
    (found,) = mentions(walk(tmp_path, columns={}))
    assert (found.language, found.country, found.kind, found.likes) == ("pt-br", "BR", "comment", 3)
    assert (found.place, found.url) == ("Shop 7", "https://x.example/1")
    write_csv(tmp_path / "a.csv", [{"external_id": "1", "date": "2024-05-01"}])
    assert "'published'" in str(partial_walk(tmp_path, columns={})[1])


def test_rows_without_an_id_are_named_by_their_columns(tmp_path: Path) -> None:
    rows = [{"when": "2024-05-01", "mail": "a@x.example", "comment": c} for c in ("one", "two")]
    write_csv(tmp_path / "a.csv", [*rows, {**rows[0], "mail": "b@x.example"},
                                   {"when": "", "mail": " ", "comment": "x"}])  # fmt: skip
    columns = {"published": "when", "text": "comment"}
    (page,) = walk(tmp_path, columns=columns, id_columns=["when", "mail"])
    one, two, other = (m.external_id for m in page.mentions)
    assert one == two != other
    assert len(one) == 32
    assert "external_id: is empty, and so are when, mail" in page.rejected[0].reason


def test_numbers_are_read_with_the_decimal_sign_that_is_set_and_not_guessed(tmp_path: Path) -> None:
    scores = ["4.5", "4,5", "1,234", "1.234,5", "1_000", "nan", "٣", "5", "1e1"]
    write_csv(tmp_path / "a.csv", [row(n, score=s) for n, s in enumerate(scores)])
    (dot,) = walk(tmp_path)
    assert {m.external_id: m.rating for m in dot.mentions} == {"r0": 4.5, "r7": 5, "r8": 10}
    (comma,) = walk(tmp_path, decimal=",")
    assert {m.external_id: m.rating for m in comma.mentions} == {"r1": 4.5, "r2": 1.234, "r7": 5}
    assert all("rating" in r.reason for r in [*dot.rejected, *comma.rejected])


@pytest.mark.parametrize(
    ("field", "value"),
    [("likes", "2.5"), ("kind", "rant"), ("country", "Germany"), ("language", "Elvish of old"),
     ("edited", "soon"), ("rating", True)],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_rejected_by_its_field(
    tmp_path: Path, field: str, value: Any
) -> None:
    (tmp_path / "a.jsonl").write_text(as_lines([row(1, x=value), row(2, x=None)]))
    (page,) = walk(tmp_path, columns={**COLUMNS, field: "x"})
    assert [m.external_id for m in page.mentions] == ["r2"]
    assert f"row 1 (line 1): {field}: " in page.rejected[0].reason


def test_missing_words_and_markup_and_constants(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [row(1, score="N/A", comment="<p>a</p><p>b &amp; c</p>"),
                                   row(2, comment=" x \n\n y ")])  # fmt: skip
    (page,) = walk(tmp_path, constants={"rating": 0, "product": "Anvil"}, missing=["N/A"],
                   markup=True, place="Survey", kind="survey")  # fmt: skip
    assert [(m.rating, m.text) for m in page.mentions] == [(0, "a\nb & c"), (2, "x\ny")]
    assert {(m.place, m.kind, m.product) for m in page.mentions} == {("Survey", "survey", "Anvil")}


# ---- elsewhere, settings, weight


def test_a_folder_at_a_url_is_read_like_a_local_one() -> None:
    from upath import UPath

    folder = UPath(f"memory://{uuid4().hex}/drop")
    folder.mkdir(parents=True)
    for n in range(3):
        (folder / f"{n}.csv.gz").write_bytes(gzip.compress(as_csv([row(n)]).encode()))
    pages = walk(str(folder))
    assert ids(pages) == ["r0", "r1", "r2"]
    assert mentions(pages)[0].place == "drop"
    assert walk(str(folder), stored(pages[-1].cursor)) == []
    (folder / "1.csv.gz").write_bytes(gzip.compress(as_csv([row(7)]).encode()))
    assert ids(walk(str(folder), stored(pages[-1].cursor))) == ["r7"]


def test_a_relative_folder_lies_in_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_HOME", str(tmp_path))
    (tmp_path / "drop").mkdir()
    write_csv(tmp_path / "drop/a.csv", [row(1)])
    assert ids(walk("drop")) == ["r1"]


@pytest.mark.parametrize(
    "wrong",
    [{"columns": {"publishd": "when"}}, {"columns": {"external_id": "id"}},
     {"columns": {"published": "when"}}, {"columns": {**COLUMNS, "source": "x"}},
     {"columns": {**COLUMNS, "author": "x"}}, {"constants": {"kind": "rant"}},
     {"constants": {"rating_max": "ten"}}, {"optional": ["foo"]}, {"timezone": "Mars/Base"},
     {"encoding": "klingon"}, {"encoding": "base64"}, {"kind": "rant"}, {"rows_per_page": 0},
     {"delimiter": ";;"}, {"folder": ""}, {"decimal": "x"}],
)  # fmt: skip
def test_settings_that_can_not_work_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        connector(**{"folder": str(tmp_path), **wrong})


def test_a_cursor_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cursor"):
        walk(tmp_path, {"done": ["a"]})


def test_the_example_is_valid() -> None:
    assert configure(Files, Files.about.example).split()


def test_a_page_is_given_before_the_file_is_read_to_its_end(tmp_path: Path) -> None:
    rows = as_lines([row(n) for n in range(4_000)]).encode()
    path = tmp_path / "a.jsonl"
    path.write_bytes(rows)
    walking = connector(tmp_path, rows_per_page=10).pages(NoNetwork(), None)
    first = next(walking)
    path.write_bytes(b"")  # what was not read by now is gone
    assert len(first.mentions) == 10
    assert sum(len(p.mentions) for p in walking) < 3_990


def test_settings_are_checked_without_heavy_imports() -> None:
    import subprocess

    code = (
        "import sys, connectors.files, connectors.tables;"
        "print([m for m in ('pyarrow', 'pandas', 'python_calamine', 'upath') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
