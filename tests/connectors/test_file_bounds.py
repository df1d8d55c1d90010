"""Files that stand for far more than they hold: each fails alone, and takes little of memory."""

from __future__ import annotations

import csv
import gzip
import io
import random
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import bounds, spreadsheet
from connectors.files import Files
from connectors.rows import MOST_COLUMNS, names_of
from tidings.connector import Page, configure
from tidings.errors import SourceChanged
from tidings.http import Answer

COLUMNS = {"external_id": "id", "text": "text", "published": "when"}
WHEN = "2024-05-01T10:00:00Z"
GOOD = f"id,when,text\nr9,{WHEN},Good\n"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MANY = 300_000_000


class NoNetwork:
    def get(self, *_args: object, **_more: object) -> Answer:
        raise AssertionError("files ask nobody")


def packed(start: bytes, piece: bytes, end: bytes) -> bytes:
    """Return a gzip stream of ``start``, then MANY bytes of ``piece`` again and again."""
    made = io.BytesIO()
    with gzip.open(made, "wb", compresslevel=1) as file:
        file.write(start)
        for _ in range(MANY // len(piece)):
            file.write(piece)
        file.write(end)
    return made.getvalue()


def book(*rows: str) -> bytes:
    """Return a spreadsheet of rows as XML says them."""
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{"".join(rows)}'
        "</sheetData></worksheet>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return made.getvalue()


def cells(line: int, **texts: str) -> str:
    inner = (
        f'<c r="{column}{line}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in texts.items()
    )
    return f'<row r="{line}">{"".join(inner)}</row>'


HEADER = cells(1, A="id", B="when", C="text")


def walked(folder: Path, **more: object) -> tuple[list[Page], Exception | None]:
    made = configure(Files, {"folder": str(folder), "columns": COLUMNS, "kind": "post", **more})
    pages: list[Page] = []
    try:
        for page in made.pages(NoNetwork(), None):  # type: ignore[arg-type]
            pages.append(page)
    except SourceChanged as error:
        return pages, error
    return pages, None


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "line.jsonl.gz": (lambda: packed(b'{"id": "1", "text": "', b"a" * 10_000, b'"}'), "longer"),
    "cell.csv.gz": (lambda: packed(b"id,when,text\n1,", b"a" * 10_000, b"\n"), "longer"),
    "head.csv.gz": (lambda: packed(b"", b"," * 10_000, b"\n"), "longer"),
    "quoted.csv.gz": (lambda: packed(b"id,when,text\n", b'"a\n",' * 2_000, b"\n"), "longer"),
    "many.csv": (lambda: b"a," * (MOST_COLUMNS + 1) + b"\n", "columns"),
    "far.xlsx": (lambda: book(HEADER, cells(1_048_576, XFD="x")), "memory"),
    "long.xlsx": (
        lambda: book(HEADER, cells(2, A="1", B=WHEN, C="a" * (bounds.LONGEST + 1))),
        "longer",
    ),
}
"""How each is made, and what is said of it."""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_fails_alone(tmp_path: Path, name: str) -> None:
    make, said = BOMBS[name]
    (tmp_path / name).write_bytes(make())
    (tmp_path / "z.csv").write_text(GOOD)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    pages, error = walked(tmp_path)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # of 300 MB
    assert [m.external_id for page in pages for m in page.mentions] == ["r9"]
    assert isinstance(error, SourceChanged)
    assert name in error.message
    assert said in error.message
    assert pages[-1].cursor is not None
    assert set(pages[-1].cursor["done"]) == {"z.csv"}


def test_rows_without_end_are_a_bomb_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FREE", 1_000_000)
    (tmp_path / "a.jsonl.gz").write_bytes(packed(b"", b"\n" * 10_000, b""))
    (tmp_path / "z.csv").write_text(GOOD)

    pages, error = walked(tmp_path)

    assert "unpacks to more than 100 times" in str(error)
    assert [m.external_id for page in pages for m in page.mentions] == ["r9"]


def test_what_people_write_may_be_long_and_packed_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "FREE", 100_000)
    rng = random.Random(2)
    made = io.StringIO(newline="")
    rows = csv.writer(made)
    rows.writerow(["id", "when", "text"])
    words = ["good", "bad", "tent", "rain", "again"]
    rows.writerows([n, WHEN, " ".join(rng.choices(words, k=500))] for n in range(900))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(made.getvalue().encode()))

    pages, error = walked(tmp_path)

    assert error is None
    assert sum(len(page.mentions) for page in pages) == 900


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_page_of_long_rows_has_fewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(bounds, "PAGE", 25_000)
    texts = [f"{n} " + "word " * 1_900 for n in range(10)]
    if name.endswith("csv"):
        lines = ["id,when,text", *(f"{n},{WHEN},{text}" for n, text in enumerate(texts))]
    else:
        lines = [
            f'{{"id": {n}, "when": "{WHEN}", "text": "{text}"}}' for n, text in enumerate(texts)
        ]
    (tmp_path / name).write_text("\n".join(lines))

    pages, error = walked(tmp_path)

    assert error is None
    assert [len(page.mentions) for page in pages] == [3, 3, 3, 1]
    assert [m.external_id for page in pages for m in page.mentions] == [str(n) for n in range(10)]


def test_a_spreadsheet_has_so_much_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [cells(n, A=f"r{n}", B=WHEN, C="It rains") for n in range(2, 3_000)]
    (tmp_path / "a.xlsx").write_bytes(book(HEADER, *rows, cells(60_000, BZ="x")))

    assert walked(tmp_path)[1] is None
    monkeypatch.setattr(spreadsheet, "MEMORY", 150_000_000)
    assert "0 GB of memory" in str(walked(tmp_path)[1])


def test_the_process_of_a_spreadsheet_ends_with_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [cells(n, A=f"r{n}", B=WHEN, C="word " * 100) for n in range(2, 9_000)]
    (tmp_path / "a.xlsx").write_bytes(book(HEADER, *rows))
    ended: list[int] = []
    end = spreadsheet._Child.end

    def noted(child: spreadsheet._Child) -> None:
        end(child)
        ended.append(child._process.poll() or 0)

    monkeypatch.setattr(spreadsheet._Child, "end", noted)
    made = configure(Files, {"folder": str(tmp_path), "columns": COLUMNS, "kind": "post"})
    pages = made.pages(NoNetwork(), None)  # type: ignore[arg-type]
    assert len(next(iter(pages)).mentions) == 1_000
    pages.close()  # type: ignore[attr-defined]
    assert ended == [-9]


def test_columns_are_named_in_a_time_that_grows_with_their_number() -> None:
    names = names_of([""] * MOST_COLUMNS)
    assert names[:3] == ("", " (2)", " (3)")
    assert len(set(names)) == MOST_COLUMNS
    assert names_of(["a", "a (2)", "a"]) == ("a", "a (2)", "a (3)")
