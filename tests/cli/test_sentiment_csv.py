from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.cli.sentiment_csv import COLUMNS, read, write
from tidings.errors import ConfigurationError
from transforms.words import said as joined
from warehouse.gold import Drawn

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def drawn(text: str, **fields: object) -> Drawn:
    given_fields = {
        "mention_id": ID,
        "content_hash": "c" * 32,
        "brand": "Acme",
        "language": "no",
        "published": datetime(2026, 3, 1, tzinfo=UTC),
        "title": None,
        "text": text,
        "label": "negative",
        "whole_text": True,
        "confidence": 0.625,
        "weight": 7 / 3,
    } | fields
    return Drawn(**given_fields)  # type: ignore[arg-type]


def fill(path: Path, gold: str = "positive", **cells: str) -> None:
    """Fill the column 'gold' of every row, and others, as a spreadsheet saves them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(dict.fromkeys([*rows[0], *cells]))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(row | {"gold": gold} | cells for row in rows)


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    "=+-@';\"\t\r\n a＝"
)


@settings(deadline=None)  # it writes files
@given(text)
def test_every_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, said: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    write(path, [drawn(said)])
    fill(path)
    [row] = read([path]).rows
    assert row.text == joined(None, said)


@given(text)
def test_no_cell_begins_a_formula(tmp_path_factory: pytest.TempPathFactory, said: str) -> None:
    """Neither as it is, nor where a spreadsheet splits at semicolons and takes quotes otherwise."""
    path = tmp_path_factory.getbasetemp() / "safe.csv"
    write(path, [drawn(said, brand=f"={said}")], predicted=True)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                for piece in [cell, *re.split(r"[;\t\r\n]", cell)]:
                    assert not re.match(r"[\s\u00a0\"]*[=+\-@＝＋－＠]", piece), cell


def test_the_label_is_hidden_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, [drawn("fint")])
    assert "negative" not in path.read_text("utf-8-sig")
    header = path.read_bytes().splitlines()[0]
    assert header == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode()
    write(path, [drawn("fint")], predicted=True)
    assert "negative,0.625" in path.read_text("utf-8-sig")


def test_a_file_is_read_as_spreadsheets_of_other_countries_save_it(tmp_path: Path) -> None:
    """Semicolons, a decimal comma, a day for each label, no byte order mark, capitals."""
    path = tmp_path / "a.csv"
    path.write_text(
        "Mention_ID;content_hash;brand;language;text;gold;weight;labelled;labeller\r\n"
        f'{ID};{"c" * 32};Acme;;"Bra; men\n=dyrt";Negative ;2,5;2026-03-04;kim\r\n',
        "utf-8",
    )
    [row] = read([path]).rows
    assert (row.text, row.gold, row.weight) == ("Bra; men\n=dyrt", "negative", 2.5)
    assert (row.language, row.labelled, row.labeller) == (None, date(2026, 3, 4), "kim")


def test_rows_without_a_label_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, [drawn("one"), drawn("two", content_hash="d" * 32)])
    sheet = read([path])
    assert (sheet.rows, sheet.empty) == ([], 2)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"gold": "good"}, r"line 2, field 'gold': 'good' is no label"),
        ({"weight": "-1"}, r"line 2, field 'weight': '-1' is no number above 0"),
        ({"mention_id": "7"}, r"line 2, field 'mention_id': '7' is no mention's id"),
        ({"labelled": "4 March"}, r"line 2, field 'labelled': '4 March' is no day"),
    ],
)
def test_what_is_wrong_is_told_by_file_line_and_field(
    tmp_path: Path, cells: dict[str, str], says: str
) -> None:
    path = tmp_path / "a.csv"
    write(path, [drawn("fint")])
    fill(path, **cells)
    with pytest.raises(ConfigurationError, match=rf"a\.csv, {says}") as raised:
        read([path])
    assert raised.value.remedy


def test_the_line_is_the_one_that_a_row_begins_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, [drawn("two\nlines\nor three"), drawn("next", content_hash="d" * 32)])
    content = path.read_text("utf-8-sig").replace("next,,", "next,bad,")
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match=r"line 5, field 'gold'"):
        read([path])


def test_one_text_labelled_twice_counts_once_and_only_if_alike(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    for path in (one, two):
        write(path, [drawn("fint")])
        fill(path)
    assert len(read([one, two]).rows) == 1
    fill(two, gold="neutral")
    with pytest.raises(ConfigurationError, match=r"two\.csv, line 2.*one\.csv, line 2 calls"):
        read([one, two])


def test_what_is_no_sample_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(ConfigurationError, match="There is no file"):
        read([path])
    path.write_text("text,gold\nfine,positive\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"line 1: there is no column mention_id, content"):
        read([path])
    path.write_bytes(f"{','.join(COLUMNS)}\n{ID},æ".encode("latin-1"))
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        read([path])
    path.write_text(f"{','.join(COLUMNS)}\n{ID},c,Acme\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"line 2, field 'language': missing"):
        read([path])


def test_a_quoted_formula_behind_a_semicolon_begins_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, [drawn('good;"=HYPERLINK(0)"')])
    assert "=HYPERLINK" in path.read_text("utf-8-sig")
    assert '"=' not in path.read_text("utf-8-sig")


def test_what_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("æ" * 1_000_000 + "\n", "utf-8")
    with pytest.raises(ConfigurationError, match=r"a\.csv, line 1: no CSV"):
        read([path])
    with pytest.raises(ConfigurationError, match="can't be read: Is a directory"):
        read([tmp_path])
    with pytest.raises(ConfigurationError, match="can't be written: Is a directory"):
        write(tmp_path, [drawn("fint")])
    with pytest.raises(ConfigurationError, match="can't be written"):
        write(path / "b.csv", [drawn("fint")])


def test_a_text_as_long_as_a_mention_may_be_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, [drawn("=\n" * 100_000, title="æ" * 4_000)])
    fill(path)
    [row] = read([path]).rows
    assert row.text.count("=") == 100_000
